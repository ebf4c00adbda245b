from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .fee_grid import FeeRow, get_fees


class RecoveryMandateFee(models.Model):
    """One row of a fee grid: fixed, per act, or a share of what is recovered, by band."""

    _name = "recovery.mandate.fee"
    _description = "Fee of a mandate"
    _inherit = ["recovery.guarded"]
    _order = "sequence, amount_from, id"
    _typed = ("sequence", "kind", "name", "amount", "percent", "amount_from", "amount_to", "is_whole")
    _typed_once = ("mandate_id",)

    mandate_id = fields.Many2one("recovery.mandate", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="mandate_id.company_id", store=True, precompute=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("fixed", "Fixed, per case"), ("act", "Per act"), ("success", "Share of what is recovered")],
        required=True,
        default="fixed",
    )
    name = fields.Char("For what", required=True)
    amount = fields.Monetary(help="Without tax.")
    percent = fields.Float("Share (%)", digits=(5, 2), bounds=(0, 100))
    amount_from = fields.Monetary("Above", help="The share bears on what is recovered beyond this amount.")
    amount_to = fields.Monetary("Up to", help="0: without end.")
    is_whole = fields.Boolean(
        "On the whole", help="The share of the band reached bears on all that is recovered, not on its own part."
    )

    _amounts_positive = models.Constraint(
        "CHECK (amount >= 0 AND percent BETWEEN 0 AND 100 AND amount_from >= 0 AND amount_to >= 0)",
        "A fee is no negative amount, nor a share above 100 %.",
    )

    @api.constrains("kind", "amount", "percent", "amount_from", "amount_to")
    def _check_amounts(self):
        for fee in self:
            if not (fee.percent if fee.kind == "success" else fee.amount):
                raise ValidationError(self.env._("“%s”: type how much it is.", fee.name))
            if fee.kind == "success" and fee.amount_to and fee.amount_to <= fee.amount_from:
                raise ValidationError(self.env._("“%s”: the band ends above where it begins.", fee.name))
            fee.mandate_id._check_fees()

    def _as_row(self):
        """Return the fee as plain figures."""
        self.ensure_one()
        return FeeRow(
            self.kind,
            self.name or "",
            amount=Decimal(str(self.amount)),
            percent=Decimal(str(self.percent)),
            low=Decimal(str(self.amount_from)),
            high=Decimal(str(self.amount_to)) if self.amount_to else None,
            is_whole=self.is_whole,
        )

    def _get_fee(self, recovered):
        """Return what this row comes to for recovering that much, without tax, one act for each."""
        self.ensure_one()
        return float(sum(fee.amount for fee in get_fees([self._as_row()], Decimal(str(recovered)))))
