from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from ..common.core_mail import TOLD_ELSEWHERE
from .assignment import fits, least_loaded


class RecoveryAssignment(models.AbstractModel):
    """Give debtors their collector by the rules; what a person chose by hand stays."""

    _name = "recovery.assignment"
    _description = "Recovery: debtor assignment"

    @api.model
    def _propose(self, company, again=False):
        """Return ``{debtor: (rule, user)}`` of what would change; nothing is written.

        :param bool again: look again at the debtors that a rule assigned, too.
        """
        company = company._recovery_root()
        Rule = self.env["recovery.assignment.rule"].sudo().with_context(active_test=True)
        rules = Rule.search([("company_id", "=", company.id)])
        if not rules:
            return {}
        scope = Domain("company_id", "=", company.id)
        open_to_change = Domain("collector_id", "=", False)
        if again:
            open_to_change |= Domain("assignment_rule_id", "!=", False)
        debtors = self.env["recovery.debtor"].sudo().search(scope & open_to_change & Domain("amount_open", ">", 0))
        load = defaultdict(int)
        for user, count in (
            self.env["recovery.debtor"]
            .sudo()
            ._read_group(
                scope & Domain("collector_id", "!=", False) & Domain("amount_open", ">", 0),
                ["collector_id"],
                ["__count"],
            )
        ):
            load[user.id] = count
        able = self.env["recovery.responsible"]._get_able(rules.user_ids, company)
        criteria = [(rule, rule._get_criteria(), (rule.user_ids & able).ids) for rule in rules]
        criteria = [entry for entry in criteria if entry[2]]
        scenarios = self.env["recovery.scenario"]._choose(company, debtors.partner_id, debtors=debtors)
        changes = {}
        for debtor in debtors.sorted("priority_risk", reverse=True):
            facts = self._get_facts(debtor, scenarios[debtor.partner_id.id].scenario_id)
            rule, user_ids = next(
                ((rule, user_ids) for rule, conditions, user_ids in criteria if fits(conditions, facts)), (None, ())
            )
            current = debtor.collector_id.id
            if not rule or (current in user_ids and debtor.assignment_rule_id == rule):
                continue
            user_id = current if current in user_ids else least_loaded(user_ids, load)
            load[user_id] += 1
            if current:
                load[current] -= 1
            changes[debtor] = (rule, self.env["res.users"].browse(user_id))
        return changes

    @api.model
    def _get_facts(self, debtor, scenario_id):
        partner = debtor.partner_id
        return {
            "name": debtor.display_name or "",
            "nature": debtor.nature,
            "country": partner.country_id.id,
            "category": set(partner.category_id.ids),
            "salesperson": partner.user_id.id,
            "scenario": scenario_id,
            "level_kind": debtor.next_level_id.kind,
            "amount": debtor.amount_overdue,
        }

    @api.model
    def _assign(self, company, again=False):
        """Apply the rules, and journal what changed.

        :return: the debtors that changed hands.
        """
        changes = self._propose(company, again)
        groups = defaultdict(lambda: self.env["recovery.debtor"].sudo())
        before = {debtor: debtor.collector_id.name for debtor in changes}
        for debtor, (rule, user) in changes.items():
            groups[rule, user] |= debtor
        for (rule, user), debtors in groups.items():
            # the journal tells it; a message in each of a thousand threads would not help
            with TOLD_ELSEWHERE.say():
                debtors.with_context(tracking_disable=True).write(
                    {"collector_id": user.id, "assignment_rule_id": rule.id}
                )
            self.env["recovery.event"]._log(
                "assigned",
                debtors,
                self.env._("%(user)s follows this debtor (rule: %(rule)s)", user=user.name, rule=rule.name),
                lambda debtor: {"before": before[debtor]},
            )
        return self.env["recovery.debtor"].union(*changes) if changes else self.env["recovery.debtor"]
