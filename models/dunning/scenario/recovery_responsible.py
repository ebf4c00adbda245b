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
        """Return who is told as the recovery manager: the one in the settings, else the first manager."""
        chosen = self._get_able(company._recovery_root().recovery_manager_id, company._recovery_root(), role=None)
        return chosen or self._get_managers(company._recovery_root())[:1]
