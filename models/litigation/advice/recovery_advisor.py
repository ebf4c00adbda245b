from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import formatLang

from ...common.calendar import shift
from ...common.formatting import format_share
from ...legal.conditions import NO, UNKNOWN, YES
from .ranking import OWN_MONTHS, Option, Range, Run, add_up, get_net, rank, read_own


class RecoveryAdvisor(models.AbstractModel):
    """Lay all types of procedures beside each other for a case, open or not, and say of each why and at what price.

    It recommends none: a person picks the criterion, and then the procedure.
    """

    _name = "recovery.advisor"
    _description = "Recovery: procedures open to a case"

    @api.model
    def _get_options(self, case, day, criterion="cost", facts=None):
        """Return the :class:`Option` of every type that the company has, in the order of a criterion.

        :param facts: what is known of the case; read on it by default.
        """
        facts = case._get_facts(day) if facts is None else facts
        amount = facts.get("amount")
        kinds = self.env["recovery.procedure.type"]._get_known(case.company_id)
        runs = self._read_runs(case.company_id, day)
        options = []
        for kind in kinds:
            own = read_own(runs.get(kind.id, ()))
            costs = kind.cost_ids._filter_for(amount, day).filtered(
                lambda cost: self._is_for(cost.for_claims, facts.get("commercial"))
            )
            cost, is_whole = add_up([cost._get_range(amount) for cost in costs])
            options.append(
                Option(
                    kind,
                    kind._judge(facts, day),
                    cost,
                    is_whole and bool(costs),
                    own.days if own else self._get_shipped(kind, "days"),
                    own.chance if own else self._get_shipped(kind, "chance"),
                    get_net(case.amount_now, own, cost, is_whole and bool(costs)),
                )
            )
        return rank(options, criterion)

    @api.model
    def _is_for(self, claims, commercial):
        """Tell whether a cost of commercial or of civil claims is to be reckoned with; what is not known may be."""
        return claims == "any" or commercial is None or commercial == (claims == "commercial")

    @api.model
    def _get_shipped(self, kind, name):
        """Return the range that the type gives; None without its source."""
        low, high = kind[f"{name}_min"], kind[f"{name}_max"]
        return Range(low, high, kind.range_source) if high and kind.range_source else None

    @api.model
    def _read_runs(self, company, day):
        """Return the own procedures that ended in the months before a day as ``{type id: [Run]}``."""
        domain = Domain("company_id", "=", company._recovery_root().id)
        domain &= Domain("state", "=", "ended") & Domain("ended_on", "<=", day)
        domain &= Domain("ended_on", ">", shift(day, months=-OWN_MONTHS)) & Domain("line_ids", "!=", False)
        runs = {}
        for procedure in self.env["recovery.procedure"].sudo().search(domain):
            lines = procedure.line_ids
            run = Run(
                (procedure.ended_on - min(procedure.opened_on, procedure.ended_on)).days,
                procedure.outcome_id.is_success,
                sum(lines.mapped("amount_opening_company")),
                sum(lines.mapped("received_company")),
            )
            runs.setdefault(procedure.type_id.id, []).append(run)
        return runs

    # ------------------------------------------------------------
    # In words
    # ------------------------------------------------------------
    @api.model
    def _describe_answer(self, option):
        """Return, as texts of one sentence a line, why it is open, why not, what is asked, and what is wise."""
        conditions = option.kind.condition_ids

        def say(verdicts, is_advice=False):
            return "\n".join(conditions._describe_reasons(option.answer.get_reasons(*verdicts, is_advice=is_advice)))

        return {
            "why_open": say([YES]),
            "why_not": say([NO]),
            "questions": say([UNKNOWN]),
            "warnings": say([NO, UNKNOWN], is_advice=True),
        }

    @api.model
    def _describe_cost(self, option):
        """Return what it costs as a range in words."""
        if option.cost is None or not (option.is_cost_whole or option.cost.low):
            return self.env._("not known")
        text = self._describe_range(option.cost, self._format_euros)
        return text if option.is_cost_whole else self.env._("at least %s", self._format_euros(option.cost.low))

    @api.model
    def _describe_days(self, option):
        """Return how long it lasts, with where that is known from."""
        return self._describe_range(option.days, lambda days: self.env._("%s days", round(days)))

    @api.model
    def _describe_chance(self, option):
        """Return how often it succeeds, with where that is known from."""
        return self._describe_range(option.chance, lambda share: format_share(self.env, share, digits=0))

    @api.model
    def _describe_range(self, found, show):
        if found is None:
            return self.env._("not known")
        low, high = show(found.low), show(found.high)
        text = low if low == high else self.env._("%(low)s to %(high)s", low=low, high=high)
        if found.count:
            return self.env._(
                "%(figure)s (%(count)s own cases over %(months)s months)",
                figure=text,
                count=found.count,
                months=OWN_MONTHS,
            )
        return self.env._("%(figure)s (%(origin)s)", figure=text, origin=found.source) if found.source else text

    @api.model
    def _describe_net(self, option):
        """Return what own cases let expect, in words."""
        if option.net is None:
            return self.env._("too few own cases")
        return self._format_euros(option.net)

    @api.model
    def _describe_lawyer(self, kind, amount, day):
        """Return whether a lawyer is needed."""
        if kind.lawyer == "both":
            return self.env._("On both sides")
        is_needed = kind._needs_lawyer(amount, day)
        if is_needed is None:
            return self.env._("Depends on the amount")
        return self.env._("Yes") if is_needed else self.env._("No")

    @api.model
    def _format_euros(self, amount):
        return formatLang(self.env, amount, currency_obj=self.env.ref("base.EUR"))
