from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class RecoveryClaimCost(models.Model):
    """A recovery cost spent before any title, with its proof: beyond the flat indemnity, a professional owes it."""

    _name = "recovery.claim.cost"
    _description = "Documented recovery cost"
    _inherit = ["recovery.guarded"]
    _order = "date, id"
    _check_company_auto = True
    _typed = ("move_id", "date", "name", "amount", "document", "document_name")
    _typed_once = ("debtor_id",)

    debtor_id = fields.Many2one("recovery.debtor", required=True, index=True, ondelete="restrict", check_company=True)
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, precompute=True, index=True)
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('commercial_partner_id', '=', partner_id), ('move_type', 'in', ('out_invoice', 'out_receipt')),"
        " ('state', '=', 'posted'), ('company_id', 'child_of', company_id)]",
        help="Empty: the cost concerns the debtor's whole account.",
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._recovery_today())
    name = fields.Char("What was spent", required=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount = fields.Monetary(required=True, help="In euros, excluding recoverable VAT.")
    document = fields.Binary("Proof", required=True, attachment=True)
    document_name = fields.Char()

    _amount_positive = models.Constraint("CHECK (amount > 0)", "The amount of a cost must be positive.")

    def _compute_currency_id(self):
        self.currency_id = self.env.ref("base.EUR")

    @api.constrains("debtor_id")
    def _check_not_a_consumer(self):
        if any(cost.debtor_id.nature == "consumer" for cost in self):
            raise UserError(
                self.env._(
                    "Recovery costs incurred without a title are borne by the creditor when the debtor is a "
                    "consumer (CPCE L111-8)."
                )
            )

    @api.model
    def _find(self, moves, company_id, day):
        """Return the costs spent until that day on these invoices, and on the whole account of their debtors."""
        partners = moves.partner_id.commercial_partner_id
        return self.search(
            Domain("company_id", "=", company_id)
            & Domain("date", "<=", day)
            & Domain("debtor_id.partner_id", "in", partners.ids)
            & (Domain("move_id", "=", False) | Domain("move_id", "in", moves.ids))
        )
