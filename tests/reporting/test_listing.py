import json
from datetime import timedelta
from io import BytesIO

import openpyxl

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..common import RecoveryCommon
from ..english import InEnglish
from .test_ageing import pdf_text


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestListing(InEnglish, RecoveryCommon):
    """Lists of what was done: the same rows on paper and in a spreadsheet, for who audits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor = cls.debtor_of()
        cls.invoice = cls.make_invoice(days_overdue=40)
        cls.notice = cls.send_campaign().notice_ids
        cls.case = cls.env["recovery.case"]._open_for(
            cls.debtor, cls.receivable_of(cls.make_invoice(days_overdue=90)), cls.today
        )
        cls.promise = cls.env["recovery.promise"]._give(cls.debtor, cls.today, 10, cls.today + timedelta(days=3))
        cls.dispute = cls.env["recovery.dispute"]._open(
            cls.debtor,
            cls.today,
            cls.make_invoice(days_overdue=5),
            cls.env["recovery.dispute.reason"].search([], limit=1),
        )

    def window(self, subject, user=None, **vals):
        return (
            self.env["recovery.listing"].with_user(user or self.recovery_auditor).create({"subject": subject, **vals})
        )

    def rows(self, subject, place=0, **vals):
        return self.window(subject, **vals)._get_tables()[place].rows

    def test_every_list_is_read_printed_and_exported_by_the_auditor(self):
        for subject, title in self.env["recovery.activity"]._get_subjects().items():
            with self.subTest(subject=subject):
                window = self.window(subject)
                tables = window._get_tables()
                book = openpyxl.load_workbook(BytesIO(window._get_xlsx()), data_only=True)
                self.assertEqual(len(book.worksheets), len(tables))
                for table, sheet in zip(tables, book.worksheets, strict=True):
                    head = 5 if table.note else 4
                    body = list(sheet.iter_rows(min_row=head + 1, values_only=True))
                    titles = tuple(column.title for column in table.columns)
                    self.assertIn(titles, [tuple(row[: len(titles)]) for row in sheet.iter_rows(values_only=True)])
                    count = len(table.rows) + bool(table.totals)
                    self.assertEqual(len([row for row in body[-count:] if any(row)] if count else []), count)
                data = window._get_data()
                self.assertEqual([len(part["rows"]) for part in data["tables"]], [len(table.rows) for table in tables])
                self.assertTrue(title)

    def test_sendings_tell_amount_invoices_file_and_digest(self):
        (row,) = [row for row in self.rows("sendings", date_to="2026-12-31") if self.invoice.name in row[7]]
        delivery = self.notice.filtered(lambda notice: self.invoice in notice.line_ids.move_id).delivery_ids[:1]
        self.assertEqual(row[2], "Boulangerie Dupont")
        self.assertEqual(row[8], delivery.notice_id.amount)
        self.assertEqual(row[-1], delivery.sha256 or "")

    def test_cases_promises_and_disputes_tell_what_became_of_them(self):
        (case,) = [row for row in self.rows("cases") if row[0] == self.case.name]
        self.assertEqual(case[4:8], (self.case.amount_opening, 0.0, 0.0, self.case.amount_now))
        (promise,) = self.rows("promises")
        self.assertEqual((promise[5], promise[7]), ((10.0, self.promise.currency_id), "Awaited"))
        (dispute,) = self.rows("disputes")
        self.assertEqual(dispute[0], self.dispute.name)

    def test_a_period_and_a_customer_narrow_the_list(self):
        self.assertEqual(self.rows("promises", date_from="2025-01-01", date_to="2025-12-31"), [])
        other = self.debtor_of(self.make_partner("Autre"))
        self.assertEqual(self.rows("promises", debtor_id=other.id), [])
        self.assertEqual(len(self.rows("promises", debtor_id=self.debtor.id)), 1)
        with self.assertRaises(ValidationError):
            self.window("promises", date_from="2026-11-21", date_to="2026-11-01")

    def test_the_journal_s_extract_tells_number_and_digest(self):
        self.env["recovery.journal"]._seal(self.company)
        rows = self.rows("journal")
        events = self.env["recovery.event"].search(
            [("company_id", "=", self.company.id), ("date", "<", "2026-11-21 23:00:00")]
        )
        self.assertEqual({row[0] for row in rows} - {None}, set(events.mapped("sealed_number")) - {0})
        self.assertTrue(all(len(row[-1]) == 64 for row in rows if row[0]))

    def test_the_pdf_has_the_rows_too(self):
        window = self.window("promises")
        report = self.env.ref("debt_recovery.action_report_recovery_listing")
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.recovery_auditor)
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(report.report_name, window.ids)
        )
        text = pdf_text(content)
        for words in ("Promises", "Boulangerie Dupont", "Awaited"):
            self.assertIn(words, text)

    def test_another_company_and_other_people_see_nothing(self):
        stranger = self.make_user("paul", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.window("promises", stranger)
        other = self.env["res.company"].sudo().create({"name": "Other house"})
        self.recovery_auditor.company_ids |= other
        with self.assertRaises(AccessError):
            self.window("promises").with_context(allowed_company_ids=[other.id])._check_reader()


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestListPrint(InEnglish, RecoveryCommon):
    """Any list of a screen is printed and exported as it stands there, by whoever reads it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_invoice(days_overdue=40)
        cls.debtor_of()
        cls.send_campaign()

    def window(self, model, domain=(), user=None, **vals):
        vals = {"res_model": model, "domain_text": json.dumps(list(domain)), "title": "Liste", **vals}
        return self.env["recovery.list.print"].with_user(user or self.recovery_auditor).create(vals)

    def test_the_auditor_prints_and_exports_every_list_that_he_reads(self):
        self.assertTrue(self.recovery_auditor.has_group("base.group_allow_export"))
        actions = self.env["ir.actions.act_window"].sudo().search([("res_model", "=like", "recovery.%")])
        models = {action.res_model for action in actions if "list" in (action.view_mode or "")}
        self.assertGreater(len(models), 40)
        for model in sorted(models):
            Model = self.env[model].with_user(self.recovery_auditor)
            if Model._transient or Model._abstract or not Model.has_access("read"):
                continue
            with self.subTest(model=model):
                window = self.window(model)
                (table,) = window._get_tables()
                self.assertEqual(len(table.rows), Model.search_count([]))
                self.assertTrue(window._get_xlsx())
                self.assertEqual(len(window._get_data()["tables"][0]["rows"]), len(table.rows))

    def test_the_filter_the_columns_and_the_order_are_those_of_the_screen(self):
        window = self.window("recovery.event", [["kind", "=", "queued"]], order_text="id desc")
        (table,) = window._get_tables()
        titles = [column.title for column in table.columns]
        self.assertIn("Author", titles)
        self.assertEqual(len(table.rows), self.env["recovery.event"].search_count([("kind", "=", "queued")]))
        self.assertEqual(window.row_count, len(table.rows))

    def test_what_is_not_readable_is_not_printed(self):
        for model in ("res.users", "ir.config_parameter", "recovery.reason.wizard", "no.such"):
            with self.subTest(model=model), self.assertRaises(UserError):
                self.window(model)._get_tables()
        with self.assertRaises(UserError):
            self.window("recovery.event", domain_text="nonsense")._get_tables()

    def test_other_people_print_nothing(self):
        stranger = self.make_user("paul", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.window("recovery.event", user=stranger)
