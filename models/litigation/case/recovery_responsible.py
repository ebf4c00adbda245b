from odoo import api, models
from odoo.fields import Domain


class RecoveryResponsible(models.AbstractModel):
    _inherit = "recovery.responsible"

    @api.model
    def _hook_contacts_left(self, partners, told):
        """Say to the owners of open cases that their lawyer is archived: they choose another one."""
        result = super()._hook_contacts_left(partners, told)
        label = self.env._("Cases whose lawyer is archived")
        cases = self.env["recovery.case"].sudo()
        for case in cases.search(Domain("lawyer_id", "in", partners.ids) & cases._get_open_domain()):
            key = case.company_id, case.lawyer_id, case._recovery_get_responsible()
            told[key][label].append(case.display_name)
        return result
