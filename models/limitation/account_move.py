from odoo import api, fields, models
from odoo.fields import Command

from ..common.roles import READERS


class AccountMove(models.Model):
    _inherit = "account.move"

    recovery_limitation_line_ids = fields.Many2many(
        "account.move.line", string="Limitation", compute="_compute_recovery_limitation_line_ids", groups=READERS
    )

    @api.depends("line_ids.recovery_residual", "line_ids.account_id")
    def _compute_recovery_limitation_line_ids(self):
        for move in self:
            lines = move.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
            owed = lines.filtered(lambda line: line.recovery_residual > 0)
            move.recovery_limitation_line_ids = [Command.set(owed.sorted("date_maturity").ids)]

    def action_recovery_limitation_event(self):
        """Open the window that records evidence on this invoice."""
        self.ensure_one()
        return self._recovery_ensure_debtor()._open_limitation_event(self)

    def action_recovery_limitation_choice(self):
        """Open the window that corrects the limitation of this invoice."""
        self.ensure_one()
        return self._recovery_ensure_debtor()._open_limitation_choice(self)

    def _recovery_ensure_debtor(self):
        return self.env["recovery.debtor"]._ensure_for(self.commercial_partner_id, self.company_id)
