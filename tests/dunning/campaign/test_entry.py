from datetime import timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from ...common import RecoveryCommon
from ...english import InEnglish


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 09:00:00")
class TestEntry(InEnglish, RecoveryCommon):
    """An invoice enters the ladder some days after its customer may know of it, whatever its dates say."""

    def setUp(self):
        super().setUp()
        self.company.recovery_entry_days = 3

    def code_of(self, invoice, days=0):
        verdict = self.verdict_of(invoice, self.today + timedelta(days=days))
        return verdict.code

    def test_a_backdated_invoice_waits_from_the_day_of_its_posting(self):
        invoice = self.make_invoice(days_overdue=60)
        verdict = self.verdict_of(invoice)
        self.assertEqual((verdict.code, verdict.when), ("new", self.today + timedelta(days=3)))
        self.assertFalse(self.make_campaign(debtors=self.debtor_of()).notice_ids)
        self.assertEqual([self.code_of(invoice, days) for days in (2, 3, 10)], ["new", "due", "due"])

    def test_it_waits_from_the_day_on_which_it_is_sent_if_that_is_later(self):
        invoice = self.make_invoice(days_overdue=60)
        with freeze_time("2026-11-26 09:00:00"):
            invoice.is_move_sent = True
        self.assertEqual([self.code_of(invoice, days) for days in (3, 7, 8)], ["new", "new", "due"])

    def test_sent_again_it_does_not_wait_again(self):
        invoice = self.make_invoice(days_overdue=60)
        invoice.is_move_sent = True
        with freeze_time("2026-11-26 09:00:00"):
            invoice.write({"is_move_sent": True})
        self.assertEqual(self.code_of(invoice, 3), "due")

    def test_what_was_reminded_once_waits_no_more(self):
        invoice = self.make_invoice(days_overdue=10)
        self.company.recovery_entry_days = 0
        self.send_campaign(debtors=self.debtor_of())
        self.company.recovery_entry_days = 30
        self.assertNotEqual(self.code_of(invoice, 20), "new")

    def test_an_invoice_that_is_not_due_is_dated_from_its_due_date(self):
        invoice = self.make_invoice(due=self.today + timedelta(days=30), date=self.today)
        self.assertNotEqual(self.code_of(invoice), "new")
        self.assertEqual(self.code_of(invoice, 60), "due")

    def test_opening_entries_and_imports_do_not_wait(self):
        receivable = self.company_data["default_account_receivable"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": self.today - timedelta(days=60),
                "line_ids": [
                    Command.create({"account_id": receivable.id, "debit": 500, "partner_id": self.debtor_partner.id}),
                    Command.create({"account_id": self.company_data["default_account_revenue"].id, "credit": 500}),
                ],
            }
        )
        entry.action_post()
        entry.line_ids.no_followup = False
        self.assertEqual(self.verdict_of(entry).code, "due")
        fields = ["move_type", "partner_id/.id", "invoice_date", "invoice_date_due", "invoice_line_ids/name"]
        fields += ["invoice_line_ids/quantity", "invoice_line_ids/price_unit"]
        day = str(self.today - timedelta(days=60))
        row = ["out_invoice", str(self.debtor_partner.id), day, day, "Reprise", "1", "100"]
        loaded = self.env["account.move"].load(fields, [row])
        self.assertTrue(loaded["ids"], loaded["messages"])
        imported = self.env["account.move"].browse(loaded["ids"])
        imported.action_post()
        self.assertEqual(self.verdict_of(imported).code, "due")

    def test_levels_taken_over_do_not_wait(self):
        invoice = self.make_invoice(days_overdue=60)
        line = self.receivable_of(invoice)
        rows = [(line, self.levels["reminder"], self.today - timedelta(days=20))]
        self.env["recovery.notice"]._resume(self.company, rows, "Reprise")
        self.assertEqual(self.code_of(invoice), "due")

    def test_what_was_posted_before_the_module_does_not_wait(self):
        invoice = self.make_invoice(days_overdue=60)
        invoice.sudo().recovery_told_on = False
        self.assertEqual(self.code_of(invoice), "due")

    def test_what_is_due_on_receipt_has_no_courtesy(self):
        self.company.recovery_entry_days = 0
        courtesy = self.levels["courtesy"]
        ordinary = self.make_invoice(due=self.today - timedelta(days=courtesy.delay), date=self.today)
        note = self.make_invoice(due=self.today, date=self.today)
        found = self.verdicts()
        kinds = {move: (v := found[self.receivable_of(move).id]) and (v.code, v.step.kind) for move in (ordinary, note)}
        self.assertEqual(kinds[ordinary], ("due", "courtesy"))
        self.assertNotEqual(kinds[note][1], "courtesy")

    def test_the_cap_on_contacts_holds_the_debtor(self):
        self.company.recovery_entry_days = 0
        self.scenario.write({"cap_contacts": 1, "cap_days": 7})
        self.make_invoice(days_overdue=10)
        self.send_campaign(debtors=self.debtor_of())
        other = self.make_invoice(days_overdue=5)
        self.assertEqual([self.code_of(other, days) for days in (1, 6)], ["capped"] * 2)
        self.assertEqual(self.code_of(other, 7), "due")


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 09:00:00")
class TestTimeBarred(InEnglish, RecoveryCommon):
    """A debt that can no longer be sued for is claimed with a word about it, wherever it is shown."""

    def test_campaign_notice_and_why_say_it(self):
        old = self.make_invoice(days_overdue=6 * 365)
        self.make_invoice(self.make_partner("Autre client"), days_overdue=20)
        campaign = self.make_campaign()
        self.assertIn("Time-barred", campaign.barred_text)
        notice = campaign.notice_ids.filtered(lambda n: n.partner_id == self.debtor_partner)
        self.assertIn(f"time-barred: {old.name}", notice.warning)
        self.assertNotIn("time-barred", (campaign.notice_ids - notice).warning or "")
        row = self.env["recovery.verdict"].search(
            [("campaign_id", "=", campaign.id), ("partner_id", "=", self.debtor_partner.id)]
        )
        self.assertEqual(row.code, "due")
        self.assertIn("Time-barred since", row.detail)
        self.assertIn("Time-barred", row.reasons_text)

    def test_nothing_is_said_of_what_can_be_sued_for(self):
        self.make_invoice(days_overdue=400)
        campaign = self.make_campaign()
        self.assertFalse(campaign.barred_text)
        self.assertFalse(campaign.notice_ids.warning)
