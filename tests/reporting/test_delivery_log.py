from datetime import datetime
from io import BytesIO

import openpyxl

from odoo.exceptions import ValidationError
from odoo.tests import HttpCase, freeze_time, tagged

from ..common import RecoveryCommon
from ..english import InEnglish
from .test_ageing import pdf_text


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestDeliveryLog(InEnglish, RecoveryCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor = cls.debtor_of()
        cls.make_delivery("email", "sent", datetime(2026, 11, 3, 9, 0), done_on=datetime(2026, 11, 3, 9, 5))
        cls.make_delivery("email", "failed", datetime(2026, 11, 4, 9, 0), error="Mailbox full")
        cls.make_delivery("registered", "to_print", datetime(2026, 11, 20, 23, 30), sha256="ab" * 32)
        cls.make_delivery("email", "sent", datetime(2026, 10, 31, 22, 59))

    @classmethod
    def make_delivery(cls, channel, state, queued_on, **vals):
        return (
            cls.env["recovery.delivery"]
            .sudo()
            .create(
                {
                    "company_id": cls.company.id,
                    "debtor_id": cls.debtor.id,
                    "addressee_id": cls.debtor_partner.id,
                    "address": cls.debtor_partner.email,
                    "subject": f"Reminder {queued_on:%d/%m}",
                    "channel": channel,
                    "state": state,
                    "user_id": cls.recovery_user.id,
                    "queued_on": queued_on,
                    **vals,
                }
            )
        )

    def wizard(self, **vals):
        return self.env["recovery.delivery.log"].with_user(self.recovery_auditor).create(vals)

    def test_the_current_month_is_proposed(self):
        wizard = self.wizard()
        self.assertEqual((wizard.date_from, wizard.date_to), (self.today.replace(day=1), self.today))
        self.assertEqual(wizard.delivery_count, 3)

    def test_a_day_begins_at_midnight_in_paris(self):
        evening = self.wizard(date_from="2026-11-21", date_to="2026-11-21")
        self.assertEqual([row["subject"] for row in evening._get_data()["rows"]], ["Reminder 20/11"])
        self.assertEqual(evening._get_data()["rows"][0]["queued_on"], datetime(2026, 11, 21, 0, 30))
        self.assertEqual(self.wizard(date_from="2026-10-31", date_to="2026-10-31").delivery_count, 1)

    def test_the_list_says_what_when_to_whom_by_whom_and_its_outcome(self):
        rows = self.wizard()._get_data()["rows"]
        self.assertEqual(
            rows[0],
            {
                "queued_on": datetime(2026, 11, 3, 10, 0),
                "done_on": datetime(2026, 11, 3, 10, 5),
                "customer": "Boulangerie Dupont",
                "addressee": "Boulangerie Dupont",
                "channel": "E-mail",
                "subject": "Reminder 03/11",
                "address": self.debtor_partner.email,
                "state": "Sent",
                "is_failed": False,
                "error": "",
                "user": "Claire",
                "sha256": "",
            },
        )
        self.assertEqual((rows[1]["is_failed"], rows[1]["error"]), (True, "Mailbox full"))

    def test_totals_are_per_channel_and_state(self):
        data = self.wizard()._get_data()
        self.assertEqual(data["states"], ["Sent", "To print", "Failed"])
        self.assertEqual(
            data["totals"],
            [
                {"channel": "E-mail", "counts": [1, 0, 1], "total": 2},
                {"channel": "Registered letter", "counts": [0, 1, 0], "total": 1},
            ],
        )
        self.assertEqual(data["total"], {"counts": [1, 1, 1], "total": 3})

    def test_one_channel_can_be_asked_for(self):
        self.assertEqual(self.wizard(channel="registered").delivery_count, 1)

    def test_another_company_is_not_listed(self):
        other = self.env["res.company"].sudo().create({"name": "Other house"})
        self.recovery_auditor.company_ids |= other
        self.assertEqual(self.wizard(company_id=other.id).delivery_count, 0)

    def test_a_period_that_ends_before_it_begins_is_refused(self):
        with self.assertRaises(ValidationError):
            self.wizard(date_from="2026-11-21", date_to="2026-11-20")

    def test_the_spreadsheet_lists_the_same_deliveries(self):
        wizard = self.wizard()
        book = openpyxl.load_workbook(BytesIO(wizard._get_xlsx()), data_only=True)
        rows = list(book.worksheets[0].iter_rows(min_row=6, values_only=True))
        data = wizard._get_data()
        self.assertEqual([row[0] for row in rows], [row["queued_on"] for row in data["rows"]])
        self.assertEqual([row[5] for row in rows], [row["subject"] for row in data["rows"]])
        self.assertEqual(rows[2][10], "ab" * 32)
        totals = list(book.worksheets[1].iter_rows(min_row=6, values_only=True))
        self.assertEqual(totals[-1][1:], (1, 1, 1, 3))

    def test_the_pdf_lists_the_same_deliveries(self):
        wizard = self.wizard()
        report = self.env.ref("debt_recovery.action_report_recovery_delivery_log")
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.recovery_auditor)
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(report.report_name, wizard.ids)
        )
        text = pdf_text(content)
        for words in ("Delivery Log", "Reminder 03/11", "Mailbox full", "abababababab…", "Claire", "by Alice"):
            self.assertIn(words, text)
