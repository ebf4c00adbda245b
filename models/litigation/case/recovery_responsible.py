from odoo import api, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class RecoveryResponsible(models.AbstractModel):
    _inherit = "recovery.responsible"
    _journal_words = {"cases": _lt("Cases whose lawyer is archived")}

    @api.model
    def _hook_contacts_left(self, partners, told):
        """Say to the owners of open cases that their lawyer is archived: they choose another one."""
        result = super()._hook_contacts_left(partners, told)
        cases = self.env["recovery.case"].sudo()
        for case in cases.search(Domain("lawyer_id", "in", partners.ids) & cases._get_open_domain()):
            key = case.company_id, case.lawyer_id, case._recovery_get_responsible()
            told[key]["cases"].append(case.display_name)
        return result
