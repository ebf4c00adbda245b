from odoo import api, models


class RecoveryResponsible(models.AbstractModel):
    _inherit = "recovery.responsible"

    @api.model
    def _get_deputies(self, company):
        """Put the recovery manager of the company first, who may also be its only one."""
        chosen = self._get_able(company._recovery_root().recovery_manager_id, company)
        return chosen + (super()._get_deputies(company) - chosen)

    @api.model
    def _find_manager(self, company):
        """Return who is told as the recovery manager of the settings, or the first manager if that one left."""
        root = company._recovery_root()
        named = root.recovery_manager_id
        return named and (self._get_able(named, root, role=None) or self._get_managers(root)[:1])
