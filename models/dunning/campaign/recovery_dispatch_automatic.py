from odoo import api, models


class RecoveryDispatch(models.AbstractModel):
    _inherit = "recovery.dispatch"

    @api.model
    def _needs_approval(self, notice):
        """Let the levels that need approval wait in an automatic campaign, whoever the scheduled job runs as."""
        if notice.run_id.mode == "automatic" and notice.level_id.approval_required:
            return True
        return super()._needs_approval(notice)
