from odoo import api, fields, models

from ....models.common.given import require_reason
from ....models.common.recovery_window import once


class RecoveryCaseRegroupWizard(models.TransientModel):
    """Choose which case goes on with the claims of several ones."""

    _name = "recovery.case.regroup.wizard"
    _description = "Merge cases"
    _inherit = ["recovery.window"]

    case_ids = fields.Many2many("recovery.case", string="Cases", required=True, readonly=True)
    kept_id = fields.Many2one(
        "recovery.case",
        string="Case that continues",
        required=True,
        compute="_compute_kept_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'in', case_ids)]",
        help="The oldest one, unless you say otherwise. The others are closed as merged; each keeps its "
        "chronology, and that of the case that continues includes theirs.",
    )
    reason = fields.Char()

    @api.depends("case_ids")
    def _compute_kept_id(self):
        for window in self:
            window.kept_id = window.case_ids._origin.sorted(lambda case: (case.opened_on, case.id))[:1]

    @once
    def action_confirm(self):
        """Regroup the cases and open the one that goes on."""
        self.ensure_one()
        reason = require_reason(self.env, self.reason)
        self.env["recovery.case.union"]._regroup(self.case_ids, self.kept_id, reason)
        return self.kept_id._get_records_action(name=self.kept_id.display_name)
