from odoo import api, models
from odoo.exceptions import UserError

from ..common.roles import AUDITOR, MANAGER


class RecoveryRemoval(models.Model):
    _inherit = "recovery.removal"

    @api.model
    def _get_file_action(self):
        """Return the window that asks for the audit file: what is taken along before the module goes."""
        user = self.env.user
        if not (user.has_group(MANAGER) or user.has_group(AUDITOR)):
            raise UserError(
                self.env._(
                    "The audit file is made with the rights of who asks for it: a recovery manager or an auditor takes "
                    "it. Give yourself one of these roles, or ask one of them."
                )
            )
        return self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_audit_pack_wizard_action")
