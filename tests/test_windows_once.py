from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import RecoveryCommon
from .dunning.campaign.at_once import TODAY, AtOnceCase
from .english import InEnglish

#: What only shows, prints or lists: it may be done again.
REPEATABLE = {
    *("action_export_xlsx", "action_list", "action_open_cases", "action_open_debtor", "action_print", "action_show"),
}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestWindowsOnce(InEnglish, RecoveryCommon):
    """A window that was answered is answered: the second click makes nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_invoice(amount=900.0, days_overdue=40)
        cls.debtor = cls.debtor_of()

    def get_buttons(self):
        """Yield ``(model name, method)`` of each button of our windows."""
        for Model in self.env.values():
            if Model._transient and Model._name.startswith("recovery."):
                for name in dir(type(Model)):
                    if name.startswith("action_") and not hasattr(models.BaseModel, name):
                        yield Model._name, getattr(type(Model), name)

    def test_every_button_that_does_something_does_it_once(self):
        buttons = [(name, method) for name, method in self.get_buttons() if method.__name__ not in REPEATABLE]
        again = [f"{name}.{method.__name__}" for name, method in buttons if not getattr(method, "is_once", False)]
        self.assertFalse(again)
        self.assertGreater(len(buttons), 25)

    def test_a_second_click_is_told_so(self):
        Window = self.env["recovery.promise.wizard"].with_user(self.recovery_user)
        window = Window.create({"debtor_id": self.debtor.id, "date": self.today + timedelta(days=5)})
        window.action_confirm()
        with self.assertRaisesRegex(UserError, "done already"):
            window.action_confirm()
        self.assertEqual(self.env["recovery.promise"].search_count([("debtor_id", "=", self.debtor.id)]), 1)

    def test_a_window_that_was_refused_may_be_mended(self):
        Window = self.env["recovery.promise.wizard"].with_user(self.recovery_user)
        window = Window.create({"debtor_id": self.debtor.id, "date": self.today - timedelta(days=5)})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            window.action_confirm()
        window.date = self.today + timedelta(days=5)
        window.action_confirm()
        self.assertEqual(self.env["recovery.promise"].search_count([("debtor_id", "=", self.debtor.id)]), 1)


@tagged("post_install", "-at_install")
class TestWindowsOnceAtOnce(AtOnceCase):
    """Two clicks that two servers answer at the same moment."""

    customers = 1

    def open_window(self, env, model, **vals):
        env["res.company"].browse(self.company_id).account_use_credit_limit = True
        debtor = env["recovery.debtor"]._ensure_for(
            env["account.move"].search([("company_id", "=", self.company_id)]).partner_id,
            env["res.company"].browse(self.company_id),
        )
        return env[model].create({"debtor_id": debtor.id, **vals}).id

    def test_one_promise_and_one_request_come_of_two_clicks(self):
        for window, made, vals in (
            ("recovery.promise.wizard", "recovery.promise", {"date": TODAY + timedelta(days=900)}),
            ("recovery.limit.wizard", "recovery.limit.request", {"amount": 900000, "reason": "Bilan"}),
        ):
            window_id = self.transaction(lambda env, window=window, vals=vals: self.open_window(env, window, **vals))

            def click(env, window=window, window_id=window_id):
                env[window].browse(window_id).action_confirm()
                return True

            def count(env, made=made):
                return env[made].search_count([("company_id", "=", self.company_id)])

            answers = self.together(click, click)
            self.assertEqual(self.transaction(count), 1, (made, answers))
            self.assertEqual([answer is True for answer in answers].count(True), 1, answers)
