from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

from .ladder import find_disorders
from .recovery_level import CHANNELS
from .restraint import Restraints


class Choice(NamedTuple):
    """The scenario that a debtor follows, and why: ``debtor`` (chosen by hand), ``rule`` or ``default``."""

    scenario_id: int | None
    rule_id: int | None
    origin: str


class RecoveryScenario(models.Model):
    """A reminder scenario: the steps that an unpaid instalment climbs, and when to keep quiet."""

    _name = "recovery.scenario"
    _description = "Reminder scenario"
    _inherit = ["recovery.traced.settings", "recovery.doubted"]
    _order = "sequence, id"
    _moves = (
        "active", "company_id", "sequence", "cap_contacts", "cap_days", "business_days_only", "quiet_period_ids",
        "open_credits",
    )  # fmt: skip
    _carried_key = ("name",)
    _typed = (
        "name", "description", "sequence", "active", "company_id", "level_ids", "rule_ids", "lang",
        "cap_contacts", "cap_days", "business_days_only", "quiet_period_ids", "open_credits", "has_thanks",
    )  # fmt: skip

    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True, help="Who this scenario is for.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: every company may use it.")
    level_ids = fields.One2many("recovery.level", "scenario_id", string="Levels", copy=True)
    level_count = fields.Integer(compute="_compute_level_count")
    rule_ids = fields.One2many("recovery.scenario.rule", "scenario_id", string="Rules leading here")
    lang = fields.Selection(
        selection="_selection_lang",
        string="Language of the letters",
        help="Empty: each addressee's own. An export scenario writes in English whatever the contact's language.",
    )
    cap_contacts = fields.Integer(
        "Maximum contacts",
        default=3,
        help="Over all channels: e-mails, letters and calls, manual ones included. Zero: no cap. A handover to "
        "litigation is not sent to anybody and is never capped.",
    )
    cap_days = fields.Integer("Within any period of (days)", default=7)
    business_days_only = fields.Boolean(
        "Business days only", help="Nothing is sent at weekends or on French public holidays."
    )
    quiet_period_ids = fields.Many2many(
        "recovery.quiet.period", string="Quiet periods", help="Periods without reminders, such as August."
    )
    open_credits = fields.Selection(
        [("set_off", "Offset against the claim"), ("hold", "Suspend reminders")],
        string="Open credits",
        required=True,
        default="set_off",
        help="What an open credit note or an unmatched payment does: it reduces what is claimed, or nothing is "
        "claimed until somebody has matched it in the accounts.",
    )
    has_thanks = fields.Boolean(
        "Thank customers who have paid everything",
        help="One e-mail to customers who received reminders and have settled the whole account by payment. It does "
        "not count as a contact.",
    )
    warning = fields.Char(compute="_compute_warning", help="Why nobody receives reminders through this scenario.")

    _cap_check = models.Constraint(
        "CHECK(cap_contacts >= 0 AND cap_days >= 0 AND cap_days <= 366)",
        "The number of contacts must be zero or more, and their period at most a year.",
    )

    @api.model
    def _selection_lang(self):
        """Return the active languages, and English, which the export scenario is shipped with."""
        return list(({"en_US": "English (US)"} | dict(self.env["res.lang"].get_installed())).items())

    @api.depends("level_ids")
    def _compute_level_count(self):
        for scenario in self:
            scenario.level_count = len(scenario.level_ids)

    @api.depends("active", "level_ids")
    def _compute_warning(self):
        for scenario in self:
            if not scenario.level_ids:
                scenario.warning = self.env._("This scenario has no level: it is never followed.")
            else:
                scenario.warning = (
                    False if scenario.active else self.env._("This scenario is archived: nobody follows it.")
                )

    @api.depends(
        *(f"level_ids.{name}" for name in ("name", "sequence", "kind", "basis", "delay", "day_type", "deadline_days")),
        *(f"level_ids.channel_{channel}" for channel in CHANNELS),
    )
    def _compute_doubt_text(self):
        return super()._compute_doubt_text()

    def _get_doubts(self):
        """Return what is strange in the ladder: its order, then each of its levels."""
        levels = self.level_ids.sorted("sequence")
        steps = [level._as_step(position, self.env.company, Restraints()) for position, level in enumerate(levels)]
        doubts = [self._describe_disorder(disorder, levels) for disorder in find_disorders(steps)]
        doubts += [
            self.env._("“%(level)s”: %(doubt)s", level=level.name, doubt=doubt)
            for level in levels
            for doubt in level._get_doubts()
        ]
        return super()._get_doubts() + doubts

    def _describe_disorder(self, disorder, levels):
        names = {"first": levels[disorder.first].name, "second": levels[disorder.second].name}
        match disorder.code:
            case "same_delay":
                return self.env._(
                    "“%(first)s” and “%(second)s” have the same delay: the second one follows as soon as its "
                    "interval allows. Give it a longer one.",
                    **names,
                )
            case "out_of_order":
                return self.env._(
                    "“%(second)s” comes after “%(first)s” but has a shorter delay: it follows immediately. Put the "
                    "levels in the order of their delays.",
                    **names,
                )
            case "twice":
                return self.env._(
                    "“%(first)s” and “%(second)s” are both a mise en demeure: a second one for the same invoices "
                    "adds nothing. Make one of them a final notice, or remove it.",
                    **names,
                )
            case "after_formal":
                return self.env._(
                    "“%(second)s” comes after the mise en demeure “%(first)s” and weakens it: put it before.", **names
                )
            case "after_handover":
                return self.env._("“%(second)s” comes after the handover “%(first)s”: put the handover last.", **names)
        return self.env._(
            "“%(first)s” is timed from the deadline of a mise en demeure, but none comes before it: it never "
            "happens. Time it from the due date, or put a mise en demeure before it.",
            **names,
        )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        if "name" in (default or {}):
            return vals_list
        return [
            dict(vals, name=self.env._("%s (copy)", scenario.name))
            for scenario, vals in zip(self, vals_list, strict=True)
        ]

    def _get_settings_parts(self):
        return [*super()._get_settings_parts(), self.level_ids]

    def _get_steps(self, company=None):
        """Return the steps per scenario id, in order, as the pure ladder reads them.

        :param company: whose public holidays and quiet periods count; by default the current one.
        """
        company = (company or self.env.company)._recovery_root()
        scenarios = self.sudo()
        restraints = scenarios._get_restraints(company)
        levels = self.env["recovery.level"].sudo().search([("scenario_id", "in", self.ids)])
        return {
            scenario.id: [
                level._as_step(position, company, restraints[scenario.id])
                for position, level in enumerate(scenario_levels)
            ]
            for scenario, scenario_levels in levels.grouped("scenario_id").items()
        }

    def _get_restraints(self, company):
        """Return the pure :class:`restraint.Restraints` per scenario id, for one root company."""
        periods = self.env["recovery.quiet.period"].sudo()._get_for(company)
        general = periods.filtered(lambda period: not period.scenario_ids)
        return {
            scenario.id: Restraints(
                scenario.id,
                scenario.cap_contacts,
                scenario.cap_days,
                scenario.business_days_only,
                company.recovery_alsace_moselle,
                scenario.open_credits == "hold",
                tuple(
                    period._as_quiet()
                    for period in periods.filtered(lambda p, own=scenario: p in general or own in p.scenario_ids)
                ),
            )
            for scenario in self
        }

    # ------------------------------------------------------------
    # Who follows which scenario
    # ------------------------------------------------------------
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
            debtor.partner_id.id: Choice(debtor.scenario_id.id, None, "debtor")
            for debtor in debtors.filtered("scenario_id")
            if debtor.scenario_id.id in usable
        }
        rest = set(partners.ids) - choices.keys()
        choices |= self._choose_by_rules(company, rest, debtors, amounts, day, usable, strict)
        default = self._get_default(company)
        return choices | dict.fromkeys(rest - choices.keys(), Choice(default.id or None, None, "default"))

    @api.model
    def _choose_by_rules(self, company, partner_ids, debtors, amounts, day, usable, strict=False):
        choices = {}
        if company.sudo().recovery_simple:
            return choices
        rules = self.env["recovery.scenario.rule"].sudo()._get_for(company)
        rules = rules.filtered(lambda rule: rule.scenario_id.id in usable)
        if not rules or not partner_ids:
            return choices
        rest = set(partner_ids)
        profiles = rules._get_profiles(company, rest, debtors, amounts, day or company._recovery_today())
        for rule in rules:
            matched = rule._match(company, rest, profiles, strict)
            choices |= dict.fromkeys(matched, Choice(rule.scenario_id.id, rule.id, "rule"))
            rest -= matched
            if not rest:
                break
        return choices

    @api.model
    def _get_default(self, company):
        """Return the scenario of those whom neither a choice by hand nor a rule concerns: the first usable one."""
        root = company._recovery_root()
        scenario = root.recovery_scenario_id
        if scenario.active and scenario.level_ids:
            return scenario
        domain = Domain("company_id", "in", (False, root.id)) & Domain("level_ids", "!=", False)
        return self.sudo().with_context(active_test=True).search(domain, limit=1)

    @api.model
    def _get_usable_ids(self, company):
        """Return the ids of the scenarios that can remind somebody in this root company."""
        domain = Domain("company_id", "in", (False, company.id)) & Domain("level_ids", "!=", False)
        return set(self.sudo().with_context(active_test=True).search(domain).ids)

    def unlink(self):
        self.level_ids.unlink()  # not by the database: each level says whether it claimed something
        return super().unlink()
