from odoo import fields, models

from ....models.common.given import require_reason
from ....models.common.recovery_window import once


class RecoveryCaseSplitWizard(models.TransientModel):
    """Choose which claims leave a case for one of their own."""

    _name = "recovery.case.split.wizard"
    _description = "Split a case"
    _inherit = ["recovery.window"]

    case_id = fields.Many2one("recovery.case", required=True, readonly=True)
    claim_ids = fields.Many2many(
        "recovery.case.line",
        string="Claims to move",
        domain="[('case_id', '=', case_id), ('is_running', '=', True)]",
    )
    reason = fields.Char()

    @once
    def action_confirm(self):
        """Split the case and open the new one."""
        self.ensure_one()
        reason = require_reason(self.env, self.reason)
        new = self.env["recovery.case.union"]._split(self.case_id, self.claim_ids, reason)
        return new._get_records_action(name=new.display_name)
