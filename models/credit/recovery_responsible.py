from odoo import api, models
from odoo.fields import Domain


class RecoveryResponsible(models.AbstractModel):
    _inherit = "recovery.responsible"

    @api.model
    def _hook_contacts_left(self, partners, told):
        """Say which guarantees rest on somebody who is archived: they go on, but nobody is written to there."""
        result = super()._hook_contacts_left(partners, told)
        label = self.env._("Guarantees whose insurer or guarantor is archived")
        for coverage in self.env["recovery.coverage"].sudo().search(Domain("provider_id", "in", partners.ids)):
            if coverage.state != "expired":
                self._note(told, coverage, coverage.provider_id, label)
        return result
