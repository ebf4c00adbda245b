from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .fee_grid import FeeRow, get_fees


class RecoveryMandateFee(models.Model):
    """One row of a fee grid: fixed, per act, or a share of what is recovered, by band."""

    _name = "recovery.mandate.fee"
    _description = "Mandate fee"
    _inherit = ["recovery.guarded"]
    _order = "sequence, amount_from, id"
    _typed = ("sequence", "kind", "name", "amount", "percent", "amount_from", "amount_to", "is_whole")
    _typed_once = ("mandate_id",)

    mandate_id = fields.Many2one("recovery.mandate", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="mandate_id.company_id", store=True, precompute=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("fixed", "Fixed, per case"), ("act", "Per act"), ("success", "Share of the amount recovered")],
        required=True,
        default="fixed",
    )
    name = fields.Char("Applies to", required=True)
    amount = fields.Monetary(help="Excluding tax.")
    percent = fields.Float("Share (%)", digits=(5, 2), bounds=(0, 100))
    amount_from = fields.Monetary("Above", help="The percentage applies to what is recovered above this amount.")
    amount_to = fields.Monetary("Up to", help="0: no upper limit.")
    is_whole = fields.Boolean(
        "On the total",
        help="The percentage of the band reached applies to everything recovered, not only to that band's share.",
    )

    _amounts_positive = models.Constraint(
        "CHECK (amount >= 0 AND percent BETWEEN 0 AND 100 AND amount_from >= 0 AND amount_to >= 0)",
        "A fee cannot be a negative amount, nor a percentage above 100%.",
    )

    @api.constrains("kind", "amount", "percent", "amount_from", "amount_to")
    def _check_amounts(self):
        for fee in self:
            if not (fee.percent if fee.kind == "success" else fee.amount):
                raise ValidationError(self.env._("“%s”: enter the amount.", fee.name))
            if fee.kind == "success" and fee.amount_to and fee.amount_to <= fee.amount_from:
                raise ValidationError(
                    self.env._("“%s”: the upper limit of the band must be above the lower one.", fee.name)
                )
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
