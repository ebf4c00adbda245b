from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ...common.formatting import say_of

_lt = LazyTranslate(__name__)


class RecoveryResponsible(models.AbstractModel):
    """Say which cases an archived contact acts in, and take back what is written from cases and names who left."""

    _inherit = "recovery.responsible"
    _journal_words = {
        "cases": _lt("Cases whose lawyer is archived"),
        "parties": _lt("Cases in which an archived contact acts"),
        "case letters": _lt("Letters and e-mails of cases withdrawn before being sent"),
    }

    @api.model
    def _hook_handed_over(self, users, company, told):
        result = super()._hook_handed_over(users, company, told)
        groups = defaultdict(self.env["recovery.delivery"].browse)
        for delivery in self._find_of_cases(Domain("named_user_id", "in", users.ids)):
            root = delivery.company_id._recovery_root()
            leaver = (delivery.named_user_id & users) - self._get_keepers(delivery.named_user_id, root)
            if leaver and (not company or company == root):
                groups[leaver] |= delivery
        for leaver, deliveries in groups.items():
            reason = self.env._("%s, who is named in it, left before it was sent: write it again.", leaver.name)
            self._withdraw_of_cases(deliveries, leaver, reason, told)
        return result

    @api.model
    def _hook_contacts_left(self, partners, told):
        """Say to the owners of open cases that somebody who acts there is archived: they choose another one."""
        result = super()._hook_contacts_left(partners, told)
        cases = self.env["recovery.case"].sudo()
        for case in cases.search(Domain("lawyer_id", "in", partners.ids) & cases._get_open_domain()):
            key = case.company_id, case.lawyer_id, case._recovery_get_responsible()
            told[key]["cases"].append(case.display_name)
        acting = Domain("partner_id", "in", partners.ids) & Domain("is_open", "=", True)
        for party in self.env["recovery.case.party"].sudo().search(acting):
            case, day = party.case_id, party.company_id._recovery_today()
            if party.partner_id != case.lawyer_id and not (party.date_until and party.date_until < day):
                key = case.company_id, party.partner_id, case._recovery_get_responsible()
                told[key]["parties"].append(case.display_name)
        waiting = self._find_of_cases(Domain("addressee_id", "in", partners.ids))
        waiting = waiting.filtered(lambda delivery: delivery._has_archived_addressee())
        for partner, deliveries in waiting.grouped("addressee_id").items():
            reason = self.env._(
                "%s, its addressee, was archived before it was sent: write it again.", partner.display_name
            )
            self._withdraw_of_cases(deliveries, partner, reason, told)
        return result

    @api.model
    def _find_of_cases(self, domain):
        """Return the letters and mails of cases that wait to leave."""
        waiting = Domain("state", "in", ("queued", "to_print")) & Domain("case_id", "!=", False)
        return self.env["recovery.delivery"].sudo().search(waiting & domain)

    @api.model
    def _withdraw_of_cases(self, deliveries, leaver, reason, told):
        """Take these back: somebody wrote them, and writes them anew."""
        deliveries._withdraw(reason)
        for delivery in deliveries:
            case = delivery.case_id
            key = case.company_id._recovery_root(), leaver, case._recovery_get_responsible()
            told[key]["case letters"].append(say_of(self.env, case.display_name, delivery.subject))
