from contextlib import ExitStack
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from ..common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestRefresh(RecoveryCommon):
    """Whatever moves a debtor's figures shows in the same transaction, and one method says in which order."""

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(days_overdue=10, amount=1000)
        self.worklist = self.env["recovery.worklist"]
        self.worklist._refresh(self.company, self.today)
        self.debtor = self.debtor_of()

    def hold(self):
        return self.env["recovery.hold"].create(
            {"debtor_id": self.debtor.id, "date_from": self.today, "reason": "Inventaire"}
        )

    def test_a_suspension_shows_at_once_when_it_begins_and_when_it_ends(self):
        self.assertEqual((self.debtor.next_action_code, self.debtor.todo_kind), ("due", "remind"))
        hold = self.hold()
        self.assertEqual((self.debtor.next_action_code, self.debtor.todo_kind), ("hold", False))
        hold._release(self.today, "Fini")
        self.assertEqual((self.debtor.next_action_code, self.debtor.todo_kind), ("due", "remind"))

    def test_an_insolvency_shows_at_once(self):
        with freeze_time(self.today):
            self.debtor.insolvency_on = self.today
            self.assertEqual(self.debtor.next_action_code, "hold_insolvency")
            self.debtor.insolvency_on = False
            self.assertEqual(self.debtor.next_action_code, "due")

    def test_a_corrected_limitation_shows_at_once(self):
        before = self.debtor.limitation_on
        self.env["recovery.limitation.choice"]._decide(
            self.debtor, self.today, "Service rendu plus tôt", self.invoice, start_on=self.today - timedelta(days=400)
        )
        self.assertLess(self.debtor.limitation_on, before)

    def test_a_payment_keeps_its_promise_before_the_figures_are_worked_out(self):
        promise = self.env["recovery.promise"]._give(self.debtor, self.today, 1000, self.today)
        self.pay(self.invoice)
        self.worklist._refresh(self.company, self.today)
        self.assertEqual((promise.state, self.debtor.amount_overdue, self.debtor.todo_kind), ("kept", 0, False))

    def test_the_order_is_agreements_limits_figures_things_to_do(self):
        self.make_invoice(days_overdue=5, amount=10)
        told = []

        def spy(model, method):
            original = getattr(type(self.env[model]), method)

            def call(*args, **kwargs):
                told.append(model)
                return original(*args, **kwargs)

            return patch.object(self.env.registry[model], method, call)

        with ExitStack() as stack:
            for model, method in (
                ("recovery.agreement", "_check_all"),
                ("recovery.credit.watch", "_run"),
                ("recovery.worklist", "_compute"),
                ("recovery.todo", "_refresh"),
            ):
                stack.enter_context(spy(model, method))
            self.worklist._refresh(self.company, self.today)
        self.assertEqual(
            list(dict.fromkeys(told)),
            ["recovery.agreement", "recovery.credit.watch", "recovery.worklist", "recovery.todo"],
        )
