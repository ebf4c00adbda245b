from decimal import Decimal

from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import formatLang

from ...legal.conditions import NO, UNKNOWN, YES, judge
from .commune import get_department
from .courts import SERVED_BY, Contribution, Forum, Question

ALSACE_MOSELLE = ("57", "67", "68")
TAE = "tae"
PARAMETERS = (
    "tae_contribution_threshold",
    "tae_headcount_exempt",
    "tae_turnover_low",
    "tae_profit_low",
    "tae_rate_low",
    "tae_cap_low",
    "tae_turnover_high",
    "tae_rate_high",
    "tae_cap_high",
)
_ZERO = Decimal(0)


class RecoveryJurisdiction(models.AbstractModel):
    """Say before which court a claim goes, which others may be chosen, and why; what is not known is asked."""

    _name = "recovery.jurisdiction"
    _description = "Recovery: competent court"

    @api.model
    def _propose(self, facts, commune, day=None, performed_at=None):
        """Return the :class:`courts.Forum` of a claim: questions first, then the court.

        :param dict facts: ``{key of conditions.FACTS: value}``; what is not there is not known.
        :param commune: the :class:`commune.Commune` of the debtor's seat or home, None if it is not known.
        :param day: whose rules they are, today by default.
        :param performed_at: the commune of delivery or performance, for who may choose its court.
        """
        day = day or self.env.company._recovery_today()
        facts = self._complete(facts, commune)
        rules = self.env["recovery.court.rule"]._get_in_force(day)
        forums, asked = [], set()
        for rule in rules.filtered(lambda rule: rule.role == "court"):
            answer = judge(rule.condition_ids._get_rows(day), facts)
            if answer.open == NO:
                continue
            if answer.open == UNKNOWN:
                forums += self._ask(rule, answer, asked)
                continue
            options = self._list_options(rules, {**facts, "court_kind": rule.court_kind}, day, performed_at)
            forums.append(self._make_forum(rule, commune, options))
            break
        return forums

    @api.model
    def _complete(self, facts, commune):
        """Return the facts with what the commune itself tells."""
        if commune and commune.zip and facts.get("alsace_moselle") is None:
            place = get_department(commune.insee or commune.zip)
            return {**facts, "alsace_moselle": place in ALSACE_MOSELLE}
        return facts

    @api.model
    def _ask(self, rule, answer, asked):
        """Return what must be known before a rule can be applied or left, each question once."""
        questions = []
        for reason in answer.get_reasons(UNKNOWN, is_advice=False):
            if reason.row.fact not in asked:
                asked.add(reason.row.fact)
                questions.append(self.env._("To be clarified: %s", reason.text))
        return [Forum(None, rule.court_kind, Question(" ".join(questions)), [])] if questions else []

    @api.model
    def _make_forum(self, rule, commune, options):
        court, kind, gap = self._find_court(rule.court_kind, commune)
        reason = " ".join(filter(None, (rule._describe(), gap)))
        return Forum(court, kind, reason, options)

    @api.model
    def _find_court(self, court_kind, commune):
        """Return ``(court or None, kind of court, why there is none)``."""
        if not commune:
            return None, court_kind, self.env._("The debtor's commune is not known: complete the address.")
        row = self.env["recovery.court.area"].sudo()._find_court(commune, court_kind)
        if not row:
            gap = self.env._(
                "The directory gives no such court for %s: import it, or choose the court manually.",
                commune.name or commune.zip,
            )
            return None, court_kind, gap
        court = row.court_id.with_env(self.env)
        kind = court.sudo().recovery_court_kind
        return court, kind if kind in SERVED_BY[court_kind] else row.court_kind, ""

    @api.model
    def _list_options(self, rules, facts, day, performed_at):
        """Return the other courts that may be chosen, or that could be, as far as it is known."""
        options = []
        for rule in rules.filtered(lambda rule: rule.role == "option"):
            answer = judge(rule.condition_ids._get_rows(day), facts)
            if answer.open == NO:
                continue
            kind = rule.court_kind or facts.get("court_kind")
            court = None
            if rule.place == "performance" and performed_at and answer.open == YES:
                court, kind, _gap = self._find_court(kind, performed_at)
            reason = rule._describe()
            if answer.open == UNKNOWN:
                unknown = " ".join(reason.text for reason in answer.get_reasons(UNKNOWN, is_advice=False))
                reason = self.env._("%(reason)s To be checked: %(facts)s", reason=reason, facts=unknown)
            options.append(Forum(court, kind, reason, []))
        return options

    # ------------------------------------------------------------
    # What the court asks for
    # ------------------------------------------------------------
    @api.model
    def _get_contribution(self, company, court_kind, amount, day):
        """Return the :class:`courts.Contribution` that the company owes for bringing a claim before a court.

        :param amount: all that is claimed, without article 700, in the company's currency.
        :param day: day of the claim in court.
        """
        if court_kind != TAE:
            return Contribution(_ZERO, self.env._("Only the economic activities courts charge it."))
        figures = self._read_figures(day)
        threshold = figures.get("tae_contribution_threshold")
        if threshold is None:
            return Contribution(_ZERO, self.env._("No contribution is in force on that day."))
        company = company._recovery_root()
        amount = Decimal(str(amount))
        if amount <= threshold:
            return Contribution(_ZERO, self.env._("The claim does not exceed %s.", self._say(company, threshold)))
        return self._get_share(company, amount, figures)

    @api.model
    def _read_figures(self, day):
        """Return ``{key: value}`` of the parameters of the contribution in force on that day: it is a trial."""
        begun = Domain("valid_from", "=", False) | Domain("valid_from", "<=", day)
        lasting = Domain("valid_to", "=", False) | Domain("valid_to", ">=", day)
        rows = self.env["recovery.legal.parameter"].sudo().search(Domain("key", "in", PARAMETERS) & begun & lasting)
        return {row.key: row._get_value() for row in rows}

    @api.model
    def _get_share(self, company, amount, figures):
        headcount = company.recovery_headcount
        exempt = figures.get("tae_headcount_exempt", _ZERO)
        if headcount and headcount < exempt:
            return Contribution(_ZERO, self.env._("The company has fewer than %s employees.", int(exempt)))
        turnover, profit = (Decimal(str(value)) for value in (company.recovery_turnover, company.recovery_profit))
        if not headcount or not turnover:
            return Contribution(
                None,
                self.env._(
                    "Not known: enter the company's headcount, turnover and profit in the recovery settings. An "
                    "individual claimant pays according to their reference income: ask the court."
                ),
            )
        if {key for key in PARAMETERS if key not in figures}:
            return Contribution(None, self.env._("Not known: a legal parameter of the contribution is missing."))
        for level, floor in (("high", _ZERO), ("low", figures["tae_profit_low"])):
            if turnover > figures[f"tae_turnover_{level}"] and profit > floor:
                share = amount * figures[f"tae_rate_{level}"] / 100
                return self._describe_share(company, share, figures, level)
        return Contribution(_ZERO, self.env._("The company's turnover and profit do not reach the thresholds."))

    @api.model
    def _describe_share(self, company, share, figures, level):
        owed = min(share, figures[f"tae_cap_{level}"]).quantize(Decimal("0.01"))
        reason = self.env._(
            "%(rate)s%% of the amount claimed, %(cap)s at most; paid with the claim, otherwise it is not heard.",
            rate=f"{figures[f'tae_rate_{level}']:f}",
            cap=self._say(company, figures[f"tae_cap_{level}"]),
        )
        return Contribution(owed, reason)

    @api.model
    def _say(self, company, amount):
        return formatLang(self.env, float(amount), currency_obj=company.currency_id)
