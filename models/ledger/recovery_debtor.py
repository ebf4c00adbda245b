from odoo import api, fields, models


class RecoveryDebtor(models.Model):
    """What a debtor owes by the books, as the last refresh of its figures found it."""

    _inherit = "recovery.debtor"

    amount_open = fields.Monetary("Balance", currency_field="company_currency_id", readonly=True)
    amount_overdue = fields.Monetary(
        "Overdue", currency_field="company_currency_id", readonly=True, index="btree_not_null"
    )
    oldest_due = fields.Date("Oldest due date", readonly=True)
    days_late = fields.Integer("Days late", compute="_compute_days_late")
    overdue_count = fields.Integer("Overdue instalments", readonly=True)
    figures_date = fields.Date("Figures as of", readonly=True)

    @api.depends("oldest_due")
    def _compute_days_late(self):
        for debtor in self:
            today = debtor.company_id._recovery_today()
            debtor.days_late = max((today - debtor.oldest_due).days, 0) if debtor.oldest_due else 0
