from odoo import models


class AccountPartialReconcile(models.Model):
    _name = "account.partial.reconcile"
    _inherit = ["account.partial.reconcile", "recovery.moving"]
    _moves = ("debit_move_id", "credit_move_id", "amount", "debit_amount_currency", "credit_amount_currency")

    # A balance of a day is told from what was reconciled since: little for the last days, whatever the years before.
    _recovery_max_date_idx = models.Index("(company_id, max_date)")
    # What was matched since a moment lies together at the end of the table.
    _recovery_create_date_idx = models.Index("USING brin (create_date)")

    def _find_moved(self):
        return (self.debit_move_id | self.credit_move_id)._find_moved()

    def unlink(self):
        """Note what is undone: a balance of a past day is rebuilt with it."""
        self.env["recovery.unmatching"]._note(self)
        return super().unlink()
