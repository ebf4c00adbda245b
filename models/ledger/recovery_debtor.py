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
    overdue_count = fields.Integer("Instalments overdue", readonly=True)
    figures_date = fields.Date("Figures of", readonly=True)
    amount_owed_by_us = fields.Monetary(
        "We owe the customer",
        currency_field="company_currency_id",
        compute="_compute_amount_owed_by_us",
        help="Its bills that are posted and open: reciprocal debts that are due may be set off (C. civ. 1347).",
    )

    @api.depends("oldest_due")
    def _compute_days_late(self):
        for debtor in self:
            today = debtor.company_id._recovery_today()
            debtor.days_late = max((today - debtor.oldest_due).days, 0) if debtor.oldest_due else 0

    @api.depends("partner_id", "company_id")
    def _compute_amount_owed_by_us(self):
        for company, debtors in self.grouped("company_id").items():
            owed = self.env["recovery.ledger"]._read_payables(company, debtors.partner_id) if company else {}
            for debtor in debtors:
                debtor.amount_owed_by_us = max(owed.get(debtor.partner_id.id, 0.0), 0.0)
