from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain


class Choice(NamedTuple):
    """The scenario that a debtor follows, and why: ``debtor`` (chosen by hand), ``rule`` or ``default``."""

    policy_id: int | None
    rule_id: int | None
    origin: str


class RecoveryPolicy(models.Model):
    """Who follows which scenario."""

    _inherit = "recovery.policy"

    @api.model
    def _choose(self, company, partners, amounts=None, day=None, debtors=None, strict=False):
        """Return the scenario of each of these customers: chosen by hand, else by the first rule, else the default.

        An archived scenario, or one without a level, is passed over: it would remind
        nobody, and nobody would know. The number of queries follows the number of rules.

        :param company: its root counts.
        :param partners: commercial partners.
        :param amounts: ``{partner id: (open, overdue)}`` in company currency; None reads
            the figures of the worklist.
        :param day: on which seniority is counted; None for today in the company.
        :param debtors: those of these customers, when the caller has them already.
        :param strict: raise where a rule fails on some customers only.
        :return: ``{partner id: Choice}``.
        """
        company = company._recovery_root()
        if debtors is None:
            debtors = self.env["recovery.debtor"].sudo()._existing_for(partners, company)
        usable = self._get_usable_ids(company)
        choices = {
            debtor.partner_id.id: Choice(debtor.policy_id.id, None, "debtor")
            for debtor in debtors.filtered("policy_id")
            if debtor.policy_id.id in usable
        }
        rest = set(partners.ids) - choices.keys()
        choices |= self._choose_by_rules(company, rest, debtors, amounts, day, usable, strict)
        default = company._recovery_default_policy()
        return choices | dict.fromkeys(rest - choices.keys(), Choice(default.id or None, None, "default"))

    @api.model
    def _choose_by_rules(self, company, partner_ids, debtors, amounts, day, usable, strict=False):
        rules = self.env["recovery.policy.rule"].sudo()._get_for(company)
        rules = rules.filtered(lambda rule: rule.policy_id.id in usable)
        choices = {}
        if not rules or not partner_ids:
            return choices
        rest = set(partner_ids)
        profiles = rules._get_profiles(company, rest, debtors, amounts, day or company._recovery_today())
        for rule in rules:
            matched = rule._match(company, rest, profiles, strict)
            choices |= dict.fromkeys(matched, Choice(rule.policy_id.id, rule.id, "rule"))
            rest -= matched
            if not rest:
                break
        return choices

    @api.model
    def _get_usable_ids(self, company):
        """Return the ids of the scenarios that can remind somebody in this root company."""
        domain = Domain("company_id", "in", (False, company.id)) & Domain("level_ids", "!=", False)
        return set(self.sudo().with_context(active_test=True).search(domain).ids)
