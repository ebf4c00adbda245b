from odoo import api, models
from odoo.fields import Domain

from ...common.insolvency import ACTION

# What is a merchant by its form (C. com. L210-1), as companies write it.
COMMERCIAL_FORMS = {"SA", "SAS", "SASU", "SARL", "EURL", "SNC", "SCA", "SCS", "SE"}
ALSACE_MOSELLE = ("57", "67", "68")
OVERSEAS = {"GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "WF", "PF", "NC"}
ANSWERS = {"yes": True, "no": False}
FARMING = "base.res_partner_industry_A"  # section A of the activities: farming, forestry and fishing


class RecoveryCaseFacts(models.AbstractModel):
    """What is known of a claim and of its parties: what the conditions of the law are judged on.

    A fact that nobody knows is left out: unknown is never yes, nor no.
    """

    _name = "recovery.case.facts"
    _description = "Recovery: facts of a case"

    @api.model
    def _read(self, case, day):
        """Return ``{fact: value}`` of one case on a day; what a party says of it today counts as of today."""
        facts = {**self._read_parties(case, day), **self._read_claim(case, day), **self._read_answers(case)}
        return {name: value for name, value in facts.items() if value is not None}

    @api.model
    def _read_parties(self, case, day):
        debtor, partner, company = case.debtor_id.sudo(), case.sudo().partner_id, case.company_id.sudo()
        nature = debtor.nature
        debtor_merchant = {"merchant": True, "consumer": False, "public": False}.get(nature)
        form = (company.recovery_legal_form or "").upper().replace(".", "").partition(" ")[0]
        creditor_merchant = True if form in COMMERCIAL_FORMS else None
        place = self._get_place(partner)
        insolvency = self.env["recovery.insolvency"]._get_state(debtor, day)[debtor]
        facts = {
            "creditor_merchant": creditor_merchant,
            "debtor_merchant": debtor_merchant,
            "debtor_consumer": nature == "consumer",
            "debtor_public": nature == "public",
            "debtor_insolvent": bool(insolvency and insolvency.stops(ACTION)),
            "debtor_address_known": bool(partner.street and partner.city),
            "debtor_activity": self._get_activity(debtor),
            "debtor_place": place,
        }
        if debtor_merchant is False or (debtor_merchant and creditor_merchant):
            facts["between_merchants"] = debtor_merchant
        if place == "france" and partner.zip:
            facts["alsace_moselle"] = partner.zip[:2] in ALSACE_MOSELLE
        return facts

    @api.model
    def _get_activity(self, debtor):
        """Return what somebody said that the debtor does, else what registers tell; a company's form tells nothing."""
        if debtor.activity:
            return debtor.activity
        if debtor.nature == "consumer":
            return "none"
        if debtor.artisan == "yes" and debtor.nature != "public":
            return "craft"
        farming = self.env.ref(FARMING, raise_if_not_found=False)
        return "farming" if farming and debtor.partner_id.industry_id == farming else None

    @api.model
    def _get_place(self, partner):
        """Return where a debtor is established, as the conditions of the law tell it; None without a country."""
        code = partner.country_id.code
        if not code:
            return None
        if code in OVERSEAS or (code == "FR" and (partner.zip or "")[:2] in ("97", "98")):
            return "overseas"
        if code in ("FR", "DK"):
            return {"FR": "france", "DK": "denmark"}[code]
        return "eu" if partner.country_id in self.env.ref("base.europe").country_ids else "third"

    @api.model
    def _read_claim(self, case, day):
        claims = case.line_ids.filtered(lambda claim: not claim.removed_on and claim.amount_now > 0)
        lines = claims.line_id
        limits = self.env["recovery.limitation"]._read_line_limits(lines).values()
        notices = self.env["recovery.gate"]._read_formal_notices(case)[case]
        expiries = [notice._get_expiry() for notice in notices]
        is_to_come = self.env["recovery.claim"]._is_to_come
        return {
            "principal": case.amount_now,
            "amount": case.amount_claimed,
            "claim_liquid": bool(lines),
            "claim_due": bool(lines) and not any(is_to_come(case.debtor_id, line, day) for line in lines),
            "claim_certain": {"no": True, "seriously": False}.get(case.contested),
            "invoiced": bool(lines) and all(line.move_id.is_sale_document() for line in lines.sudo()),
            "time_barred": min(limits) < day if limits else None,
            "days_to_limitation": max((min(limits) - day).days, 0) if limits else None,
            "days_late": max((day - due).days, 0) if (due := case._get_open_due()) else None,
            "formal_notice_expired": any(expiry and expiry < day for expiry in expiries),
        }

    @api.model
    def _read_answers(self, case):
        """Return what people have answered on the case."""
        asked = (
            *("bad_faith", "urgency", "recovery_threatened", "commercial", "cross_border", "debtor_agrees"),
            *("amicable_attempt", "amicable_exempt", "assignable", "cheque_certificate"),
        )
        return {
            **{name: ANSWERS.get(case[name]) for name in asked},
            "contested": case.contested if case.contested != "unknown" else None,
            "matter": case.matter,
            "title_held": case.title_held,
            "written_proof": ANSWERS.get(case.written_proof, self._find_written_proof(case)),
            "insured": ANSWERS.get(case.insured, self._find_insurance(case)),
        }

    @api.model
    def _find_insurance(self, case):
        """Return True if a credit insurance of the debtor ran when something of the claim was invoiced.

        That none is noted proves nothing: somebody is asked.
        """
        days = [claim.invoice_date for claim in case.line_ids if not claim.removed_on and claim.invoice_date]
        Coverage = self.env["recovery.coverage"].sudo()
        covers = Coverage.search_fetch(
            Domain("debtor_id", "in", case.debtor_id.ids) & Domain("kind", "=", "insurance"),
            ["date_from", "date_until"],
        )
        ran = any(
            cover.date_from <= day and (not cover.date_until or cover.date_until >= day)
            for cover in covers
            for day in days
        )
        return ran or None

    @api.model
    def _find_written_proof(self, case):
        """Return True if each claimed invoice has a proof of its order; what has none may still have one elsewhere."""
        moves = case.line_ids.filtered(lambda claim: not claim.removed_on).move_id
        proven = self.env["recovery.proof"]._read_kinds(moves)
        return True if moves and all("order" in proven.get(move.id, ()) for move in moves) else None
