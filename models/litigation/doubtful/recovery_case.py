from odoo import models

from ...common.roles import require_user


class RecoveryCase(models.Model):
    """What a case claims passes to the doubtful receivables from its screen."""

    _inherit = "recovery.case"

    def action_transfer_doubtful(self):
        """Open the window that proposes to pass what these cases claim to the doubtful receivables."""
        require_user(self.env)
        self.check_access("read")
        return self.env["recovery.doubtful"]._open_transfer(self)

    def action_view_doubtful(self):
        """Open the doubtful claims on what these cases claim."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_doubtful_action")
        domain = [("origin_line_id", "in", self.line_ids.line_id.ids)]
        return dict(action, domain=domain, context={}, path=False)
