from odoo import fields, models
from odoo.tools import format_date

from ....models.common.recovery_window import once
from ....models.common.roles import require_user


class RecoveryInsolvencyClaimWizard(models.TransientModel):
    """Say when claims were born, where neither a delivery nor the invoice tells it right."""

    _name = "recovery.insolvency.claim.wizard"
    _description = "Date on which a claim arose"
    _inherit = ["recovery.window"]

    claim_ids = fields.Many2many("recovery.insolvency.claim", string="Claims", required=True, readonly=True)
    born_on = fields.Date("Arose on", required=True, help="The day of delivery or service.")
    reason = fields.Char("Supporting evidence", required=True, help="For example: delivery note 2231, signed.")

    @once
    def action_confirm(self):
        """Keep it: before or after the judgment follows from it."""
        self.ensure_one()
        require_user(self.env)
        self.claim_ids._say_birth(self.born_on, self.reason)
        return self._say(
            self.env._(
                "%(claims)s: arose on %(day)s.",
                claims=self._describe_records(self.claim_ids),
                day=format_date(self.env, self.born_on),
            )
        )
