from unittest.mock import patch

from ...common import RecoveryCommon


class CaseCommon(RecoveryCommon):
    """One customer with two overdue invoices, on a fixed day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(
            patch.object(cls.env.registry["res.company"], "_recovery_today", lambda company: cls.today)
        )
        cls.customer = cls.env["res.partner"].create({"name": "Transports Mercier", "is_company": True})
        cls.old = cls.make_invoice(cls.customer, amount=1000.0, days_overdue=90)
        cls.recent = cls.make_invoice(cls.customer, amount=400.0, days_overdue=20)
        cls.Case = cls.env["recovery.case"]
        cls.debtor = cls.env["recovery.debtor"]._ensure_for(cls.customer, cls.company)

    def open_case(self, *moves, **kwargs):
        """Open a case on these invoices, by default on the two of the customer."""
        moves = self.env["account.move"].union(*moves) if moves else self.old | self.recent
        return self.Case._open_for(self.debtor, self.receivable_of(moves), self.today, **kwargs)

    def stage(self, kind):
        """Return the shipped stage of that kind."""
        return self.env.ref(f"debt_recovery.recovery_case_stage_{kind}")

    def held_lines(self, day=None):
        """Return the instalments whose reminders are suspended on that day."""
        Hold = self.env["recovery.hold"]
        return Hold.search([*Hold._get_running_domain(day or self.today), ("origin", "=", "case")]).line_id

    def events(self, case, kind):
        """Return the journal entries of one kind on a case."""
        return self.env["recovery.event"].search(
            [("res_model", "=", case._name), ("res_id", "=", case.id), ("kind", "=", kind)]
        )

    def give_reason(self, action, reason, user=None):
        """Answer the question for a reason that a button has asked: whoever pressed it answers."""
        wizard = self.env[action["res_model"]].with_user(user or self.env.user).browse(action["res_id"])
        wizard.reason = reason
        return wizard.action_confirm()
