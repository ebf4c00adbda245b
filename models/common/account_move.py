from odoo import api, fields, models

from .roles import READERS


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "recovery.guarded"]
    _guarded_prefix = "recovery_"

    recovery_debtor_id = fields.Many2one(
        "recovery.debtor",
        string="Debtor",
        compute="_compute_recovery_debtor_id",
        groups=READERS,
        help="The customer's follow-up in this company.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_recovery_debtor_id(self):
        Debtor = self.env["recovery.debtor"]
        for company, moves in self.grouped("company_id").items():
            debtors = Debtor._existing_for(moves.partner_id, company) if company else Debtor
            by_partner = {debtor.partner_id: debtor for debtor in debtors}
            for move in moves:
                move.recovery_debtor_id = by_partner.get(move.partner_id.commercial_partner_id)
