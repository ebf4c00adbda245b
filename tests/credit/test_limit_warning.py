from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import formatLang

from ..common import RecoveryCommon
from ..english import InEnglish

#: What the Confirm button of the invoice's form sends: whom it comes from is shown the warning.
BY_HAND = {"validate_analytic": True, "disable_abnormal_invoice_detection": False}


class LimitCommon(InEnglish, RecoveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.account_use_credit_limit = True
        cls.debtor_partner.credit_limit = 1000

    def money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.company.currency_id)

    def events(self, move):
        return self.env["recovery.event"].search([("kind", "=", "limit_exceeded"), ("res_id", "=", move.id)])


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestBanner(LimitCommon):
    def test_the_banner_shows_strictly_above_the_limit_only(self):
        self.make_invoice(amount=600)
        self.assertFalse(self.make_invoice(amount=400, post=False).partner_credit_warning)
        self.assertTrue(self.make_invoice(amount=400.01, post=False).partner_credit_warning)

    def test_the_banner_says_the_figures(self):
        self.make_invoice(amount=500, days_overdue=10)
        self.make_invoice(amount=300, days_overdue=-10)
        self.make_credit_note(amount=50)
        self.make_invoice(amount=70, post=False)
        banner = self.make_invoice(amount=600, post=False).partner_credit_warning
        self.assertEqual(
            banner.splitlines(),
            [
                f"Boulangerie Dupont exceeds its credit limit of {self.money(1000)} by {self.money(350)}.",
                f"Owed so far: {self.money(750)} (overdue {self.money(500)}, not yet due {self.money(300)}, "
                f"credits to match {self.money(-50)}).",
                f"With this document of {self.money(600)}: {self.money(1350)}.",
                f"Other draft invoices, not counted yet: {self.money(70)}.",
            ],
        )

    def test_this_document_is_never_counted_twice(self):
        draft = self.make_invoice(amount=1200, post=False)
        self.assertNotIn("Other draft invoices", draft.partner_credit_warning)
        self.assertIn(self.money(200), draft.partner_credit_warning.splitlines()[0])

    def test_this_document_is_not_counted_twice_while_it_is_being_changed(self):
        draft = self.make_invoice(amount=1200, post=False)
        with Form(draft) as form:
            with form.invoice_line_ids.edit(0) as line:
                line.price_unit = 1500
            banner = form.alerts["account_partner_credit_warning"]["message"]
        self.assertIn(self.money(500), banner.splitlines()[0])
        self.assertNotIn("Other draft invoices", banner)

    def test_without_limit_or_with_limits_switched_off_there_is_no_banner(self):
        draft = self.make_invoice(amount=5000, post=False)
        self.debtor_partner.credit_limit = 0
        self.env.invalidate_all()
        self.assertFalse(draft.partner_credit_warning)
        self.debtor_partner.credit_limit = 1000
        self.company.account_use_credit_limit = False
        self.env.invalidate_all()
        self.assertFalse(draft.partner_credit_warning)

    def test_credit_notes_and_posted_invoices_have_no_banner(self):
        self.assertFalse(self.make_invoice(amount=5000, post=False, move_type="out_refund").partner_credit_warning)
        self.assertFalse(self.make_invoice(amount=5000).partner_credit_warning)

    def test_an_invoice_in_foreign_currency_counts_once_and_in_the_companys_currency(self):
        dollar = self.setup_other_currency("USD", rates=[("2026-01-01", 2.0)])
        self.assertFalse(self.make_invoice(amount=2000, currency=dollar, post=False).partner_credit_warning)
        banner = self.make_invoice(amount=2400, currency=dollar, post=False).partner_credit_warning
        self.assertIn(self.money(200), banner.splitlines()[0])

    def test_the_limit_is_that_of_the_invoices_company_whichever_company_the_user_works_in(self):
        other = self.setup_other_company(name="Other house")["company"]
        draft = self.make_invoice(amount=1200, post=False)
        expected = draft.partner_credit_warning
        self.env.invalidate_all()
        self.assertEqual(draft.with_company(other).partner_credit_warning, expected)

    def test_debts_on_other_accounts_count_as_in_core_and_are_named(self):
        holdback = self.env["account.account"].create(
            {"name": "Retenues", "code": "411700X", "account_type": "asset_receivable", "reconcile": True}
        )
        invoice = self.make_invoice(amount=900, post=False)
        self.receivable_of(invoice).account_id = holdback
        invoice.action_post()
        banner = self.make_invoice(amount=200, post=False).partner_credit_warning
        self.assertIn(f"on other accounts {self.money(900)}", banner)

    def test_the_control_refuses_exactly_what_the_gauge_has_no_room_for(self):
        contact = self.env["res.partner"].create({"name": "Agence", "parent_id": self.debtor_partner.id})
        receivable = self.company_data["default_account_receivable"]
        ways = {
            "an invoice of a contact": lambda: self.make_invoice(contact, amount=300),
            "an entry on a contact": lambda: self.make_entry(contact, receivable, 250),
            "a payment on a contact": lambda: self.make_entry(contact, receivable, -400),
            "an invoice of the customer": lambda: self.make_invoice(amount=120, days_overdue=5),
        }
        for way, act in ways.items():
            act()
            exposures = self.env["recovery.exposure"]._read(self.company, self.debtor_partner, self.today)
            room = 1000 - exposures[self.debtor_partner.id].total
            for amount, is_beyond in ((room, False), (room + 0.01, True)):
                with self.subTest(way, amount=amount):
                    draft = self.make_invoice(amount=amount, post=False)
                    self.assertEqual(bool(draft.partner_credit_warning), is_beyond)
                    draft.unlink()

    def make_entry(self, partner, account, amount):
        other = self.company_data["default_account_revenue"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": self.today,
                "line_ids": [
                    Command.create({"account_id": account.id, "partner_id": partner.id, "balance": amount}),
                    Command.create({"account_id": other.id, "partner_id": partner.id, "balance": -amount}),
                ],
            }
        )
        entry.action_post()
        return entry

    def test_the_banner_shows_exactly_when_cores_does(self):
        Core = self.env.registry["account.move"]
        for cls in Core.__mro__:
            if cls.__module__ == "odoo.addons.account.models.account_move" and hasattr(
                cls, "_build_credit_warning_message"
            ):
                core = cls._build_credit_warning_message
                break
        self.make_invoice(amount=700, days_overdue=3)
        self.make_credit_note(amount=100)
        self.make_invoice(amount=5000, post=False)
        for amount in (0, 399.99, 400, 400.01, 401, 5000):
            move = self.env["account.move"]
            record = self.make_invoice(amount=1, post=False)
            with self.subTest(amount=amount):
                self.assertEqual(
                    bool(move._build_credit_warning_message(record, current_amount=amount)),
                    bool(core(move, record, current_amount=amount)),
                )


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestConfirmation(LimitCommon):
    def confirm(self, move, user=None):
        return move.with_user(user or self.recovery_user).with_context(**BY_HAND).action_post()

    def test_confirming_beyond_the_limit_warns_with_the_figures_and_confirms(self):
        draft = self.make_invoice(amount=1200, post=False)
        action = self.confirm(draft)
        self.assertEqual(draft.state, "posted")
        self.assertEqual((action["tag"], action["params"]["type"]), ("display_notification", "warning"))
        self.assertIn(self.money(200), action["params"]["message"])
        self.assertEqual(action["params"]["next"], {"type": "ir.actions.act_window_close"})

    def test_confirming_within_the_limit_says_nothing(self):
        self.assertFalse(self.confirm(self.make_invoice(amount=1000, post=False)))

    def test_the_journal_keeps_who_went_beyond_the_limit_with_the_figures(self):
        draft = self.make_invoice(amount=1200, post=False)
        self.confirm(draft)
        event = self.events(draft)
        self.assertEqual((event.user_id, event.company_id), (self.recovery_user, self.company))
        self.assertIn(draft.name, event.summary)
        self.assertIn(self.money(200), event.details["warning"])
        self.assertFalse(event.debtor_id, "no debtor is created for that")

    def test_the_debtors_thread_keeps_it_too(self):
        debtor = self.debtor_of()
        draft = self.make_invoice(amount=1200, post=False)
        self.confirm(draft)
        self.assertIn(draft.name, debtor.message_ids[0].body)
        self.assertIn("beyond the credit limit", debtor.message_ids[0].body)
        self.assertEqual(self.events(draft).debtor_id, debtor)

    def test_a_plain_invoicing_user_is_warned_as_well(self):
        self.debtor_of()
        user = self.make_user("ines", "account.group_account_invoice")
        action = self.confirm(self.make_invoice(amount=1200, post=False), user)
        self.assertEqual(action["tag"], "display_notification")

    def test_imports_and_lists_are_neither_stopped_nor_answered_and_the_journal_keeps_each(self):
        debtor = self.debtor_of()
        single = self.make_invoice(amount=1200, post=False)
        self.assertFalse(single.action_post())
        several = self.make_invoice(amount=1200, post=False) | self.make_invoice(amount=1300, post=False)
        self.assertFalse(self.confirm(several))
        self.assertEqual(set((single | several).mapped("state")), {"posted"})
        for move in single | several:
            self.assertEqual((len(self.events(move)), self.events(move).debtor_id), (1, debtor))
        self.assertTrue(all(move.name in debtor.message_ids[0].body for move in several), "one note for both")

    def test_what_runs_as_superuser_is_nobodys_decision(self):
        draft = self.make_invoice(amount=1200, post=False)
        draft.sudo().action_post()
        self.assertEqual(draft.state, "posted")
        self.assertFalse(self.events(draft))

    def test_an_unusual_invoice_warns_after_its_own_question_was_answered(self):
        draft = self.make_invoice(amount=1200, post=False)
        wizard = self.env["validate.account.move"].create({"move_ids": draft.ids})
        action = wizard.with_user(self.env.user).validate_move()
        self.assertEqual((draft.state, action["tag"]), ("posted", "display_notification"))
        self.assertTrue(self.events(draft))

    def test_what_the_confirmation_opens_comes_before_the_warning(self):
        draft = self.make_invoice(amount=1200, post=False)
        question = {"type": "ir.actions.act_window", "res_model": "x"}
        with patch.object(type(draft), "_show_autopost_bills_wizard", lambda move: question):
            self.assertEqual(self.confirm(draft), question)
        self.assertTrue(self.events(draft), "the journal keeps it all the same")

    def test_confirming_costs_a_fixed_and_small_number_of_queries(self):
        for amount in (10, 20):
            self.make_invoice(amount=amount, days_overdue=amount)
        draft = self.make_invoice(amount=1200, post=False)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(draft.tax_totals, "core reads them anyway")
        before = self.env.cr.sql_log_count
        self.assertTrue(draft.partner_credit_warning)
        self.assertLessEqual(self.env.cr.sql_log_count - before, 25)
