from odoo import api, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class RecoveryResponsible(models.AbstractModel):
    _inherit = "recovery.responsible"
    _journal_words = {"guarantees": _lt("Guarantees whose insurer or guarantor is archived")}

    @api.model
    def _hook_contacts_left(self, partners, told):
        """Say which guarantees rest on somebody who is archived: they go on, but nobody is written to there."""
        result = super()._hook_contacts_left(partners, told)
        for coverage in self.env["recovery.coverage"].sudo().search(Domain("provider_id", "in", partners.ids)):
            if coverage.state != "expired":
                self._note(told, coverage, coverage.provider_id, "guarantees")
        return result
