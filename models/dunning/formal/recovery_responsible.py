from odoo import api, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ..campaign.recovery_waiting import PREPARED

_lt = LazyTranslate(__name__)


class RecoveryResponsible(models.AbstractModel):
    """Say which letters wait for a guarantor who is archived, and ask for another usual lawyer."""

    _inherit = "recovery.responsible"
    _journal_words = {
        "guarantors": _lt("Letters not sent: their guarantor is archived"),
        "usual lawyer": _lt("Usual lawyer"),
    }

    @api.model
    def _hook_contacts_left(self, partners, told):
        result = super()._hook_contacts_left(partners, told)
        waiting = Domain("addressee_id", "in", partners.ids) & Domain("state", "in", PREPARED)
        letters = self.env["recovery.notice"].sudo().search(waiting & Domain("guaranteed_notice_id", "!=", False))
        for letter in letters:
            self._note(told, letter, letter.addressee_id, "guarantors")
        for company, own in letters.grouped("company_id").items():
            own._check_completeness(company._recovery_today())
        self._give_lawyers_up(partners, told)
        return result

    @api.model
    def _give_lawyers_up(self, partners, told):
        """Empty the usual lawyer of the companies that named one of these: nobody comes back into it by himself."""
        named = Domain("recovery_lawyer_id", "in", partners.ids)
        companies = self.env["res.company"].sudo().with_context(active_test=False).search(named)
        for lawyer, own in companies.grouped("recovery_lawyer_id").items():
            own.write({"recovery_lawyer_id": False})
            for company in own:
                told[company, lawyer, self._find(company)]["usual lawyer"].append(company.name)
