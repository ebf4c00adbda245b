import ast
import contextlib
import logging
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from psycopg2 import OperationalError

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...common.formatting import enumerate_phrases
from ...common.recovery_debtor import NATURE_FIELDS
from ...common.saying import entitle, narrow

_logger = logging.getLogger(__name__)
# Metropolitan France, its overseas departments and collectivities
FRENCH_TERRITORIES = ("FR", "BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT")


class Profile(NamedTuple):
    """What rules look at in a customer, besides their contact form."""

    nature: str
    amount_open: float
    amount_overdue: float
    months: int
    turnover: float


class RecoveryScenarioRule(models.Model):
    """Which debtors follow a scenario; the first rule that a debtor meets decides."""

    _name = "recovery.scenario.rule"
    _description = "Scenario assignment rule"
    _inherit = ["recovery.traced.settings"]
    _order = "sequence, id"
    _moves = (
        "sequence", "active", "company_id", "scenario_id", "nature_consumer", "nature_professional",
        "nature_merchant", "nature_public", "country_ids", "country_group_ids", "abroad", "category_ids",
        "industry_ids", "salesperson_ids", "months_min", "months_max", "open_min", "open_max", "overdue_min",
        "overdue_max", "turnover_min", "turnover_max", "partner_domain", "debtor_domain",
    )  # fmt: skip
    _carried_key = ("scenario_id", "name")
    _carried_not = ("salesperson_ids", "partner_domain", "debtor_domain")
    _typed = (
        "name", "sequence", "active", "company_id", "scenario_id", "nature_consumer", "nature_professional",
        "nature_merchant", "nature_public", "country_ids", "country_group_ids", "abroad", "category_ids",
        "industry_ids", "salesperson_ids", "months_min", "months_max", "open_min", "open_max", "overdue_min",
        "overdue_max", "turnover_min", "turnover_max", "partner_domain", "debtor_domain",
    )  # fmt: skip

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="The first rule that a debtor meets decides.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: every company.")
    scenario_id = fields.Many2one(
        "recovery.scenario",
        required=True,
        index=True,
        ondelete="cascade",
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
    )
    nature_consumer = fields.Boolean("Consumers")
    nature_professional = fields.Boolean("Professionals")
    nature_merchant = fields.Boolean("Merchants")
    nature_public = fields.Boolean("Public bodies")
    country_ids = fields.Many2many("res.country", string="Countries")
    country_group_ids = fields.Many2many("res.country.group", string="Country groups")
    abroad = fields.Boolean(
        "Outside France", help="Overseas departments and collectivities are in France; no country counts as France."
    )
    category_ids = fields.Many2many("res.partner.category", string="Tags", help="Any of them, or their sub-industries.")
    industry_ids = fields.Many2many("res.partner.industry", string="Industries")
    salesperson_ids = fields.Many2many(
        "res.users", string="Salespersons", domain="[('share', '=', False)]", help="The one on the customer's form."
    )
    months_min = fields.Integer("Customer for at least (months)", help="Since the first invoice.")
    months_max = fields.Integer("Customer for less than (months)", help="Zero: no limit.")
    open_min = fields.Monetary("Owes at least", currency_field="currency_id", help="Balance, net of credits.")
    open_max = fields.Monetary("Owes less than", currency_field="currency_id", help="Zero: no limit.")
    overdue_min = fields.Monetary("Overdue by at least", currency_field="currency_id")
    overdue_max = fields.Monetary("Overdue by less than", currency_field="currency_id", help="Zero: no limit.")
    turnover_min = fields.Monetary(
        "Invoiced at least",
        currency_field="currency_id",
        help="Size of the customer: amount invoiced excluding tax over the last twelve months.",
    )
    turnover_max = fields.Monetary("Invoiced less than", currency_field="currency_id", help="Zero: no limit.")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    partner_domain = fields.Char("Customer filter", default="[]")
    debtor_domain = fields.Char("Debtor filter", default="[]", help="Any field of the debtor's screen.")
    summary = fields.Char("In words", compute="_compute_summary")
    warning = fields.Char(compute="_compute_warning", help="Why the rule leads nobody to its scenario.")
    debtor_count = fields.Integer("Debtors", compute="_compute_debtor_count", help="Those for whom this rule decides.")

    _limits_check = models.Constraint(
        "CHECK(COALESCE(months_min, 0) >= 0 AND COALESCE(months_max, 0) >= 0)", "A number of months cannot be negative."
    )

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for rule in self:
            rule.currency_id = (rule.company_id or self.env.company)._recovery_root().currency_id

    @api.depends("scenario_id.active", "scenario_id.level_ids", "partner_domain", "debtor_domain")
    @api.depends_context("lang")
    def _compute_warning(self):
        for rule in self:
            rule.warning = rule._get_warning()

    def _get_warning(self):
        """Return why the rule leads nobody to its scenario, or False."""
        self.ensure_one()
        if self.scenario_id and not self.scenario_id.active:
            return self.env._("Its scenario is archived: the rule is skipped.")
        if self.scenario_id and not self.scenario_id.level_ids:
            return self.env._("Its scenario has no level: the rule is skipped.")
        try:
            self.sudo()._try_domains()
        except ValidationError:
            return self.env._("Its filter can no longer be read: the rule is skipped until it is fixed.")
        return False

    @api.depends_context("company")
    def _compute_debtor_count(self):
        by_rule = self._read_debtors_by_rule()
        for rule in self:
            rule.debtor_count = len(by_rule.get(rule.id, ()))

    @api.model
    def _read_debtors_by_rule(self):
        """Return the ids of the current company's debtors per rule that decides for them."""
        company = self.env.company._recovery_root()
        debtors = self.env["recovery.debtor"].sudo().search([("company_id", "=", company.id)])
        choices = self.env["recovery.scenario"]._choose(company, debtors.partner_id, debtors=debtors)
        found = {}
        for debtor in debtors:
            found.setdefault(choices[debtor.partner_id.id].rule_id, []).append(debtor.id)
        return found

    def action_view_debtors(self):
        """Open the debtors for whom this rule decides."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_debtor_action_worklist")
        ids = self._read_debtors_by_rule().get(self.id, [])
        return entitle(narrow(action), self.name, domain=[("id", "in", ids)], context={})

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------
    @api.constrains("partner_domain", "debtor_domain")
    def _check_domains(self):
        for rule in self:
            rule._try_domains()

    def _try_domains(self):
        """Read the advanced filters as the user would, and raise a clear error if they cannot be."""
        self.ensure_one()
        for name, model_name in (("partner_domain", "res.partner"), ("debtor_domain", "recovery.debtor")):
            if not self._has_filter(name):
                continue
            try:
                with self.env.cr.savepoint():
                    self.env[model_name].search(self._parse(name), limit=1)
            except OperationalError:
                raise
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "The filter “%(field)s” of the rule “%(rule)s” cannot be read: %(error)s\n"
                        "Build it again with the editor, or clear it.",
                        field=self._fields[name]._description_string(self.env),
                        rule=self.name,
                        error=str(error),
                    )
                ) from error

    def _has_filter(self, name):
        return (self[name] or "").strip() not in ("", "[]")

    def _parse(self, name):
        """Return an advanced filter as a domain: constants only, no expression is evaluated."""
        return Domain(ast.literal_eval(self[name]))

    @api.constrains("scenario_id", "company_id")
    def _check_company(self):
        for rule in self:
            owner = rule.scenario_id.company_id
            if owner and owner != rule.company_id:
                raise ValidationError(
                    self.env._(
                        "The scenario “%(policy)s” belongs to %(company)s: assign the rule to the same company.",
                        policy=rule.scenario_id.name,
                        company=owner.name,
                    )
                )

    @api.constrains(
        "months_min", "months_max", "open_min", "open_max", "overdue_min", "overdue_max", "turnover_min", "turnover_max"
    )
    def _check_limits(self):
        for rule in self:
            for name in ("months", "open", "overdue", "turnover"):
                low, high = rule[f"{name}_min"], rule[f"{name}_max"]
                if high and low >= high:
                    raise ValidationError(
                        self.env._(
                            "Nobody can meet the rule “%(rule)s”: “%(low)s” is not below “%(high)s”.",
                            rule=rule.name,
                            low=self._fields[f"{name}_min"]._description_string(self.env),
                            high=self._fields[f"{name}_max"]._description_string(self.env),
                        )
                    )

    # ------------------------------------------------------------
    # Matching
    # ------------------------------------------------------------
    @api.model
    def _get_for(self, company):
        """Return the rules of a root company, in order."""
        return self.with_context(active_test=True).search([("company_id", "in", (False, company.id))])

    @api.model
    @tools.ormcache()
    def _get_filtered_fields(self):
        """Return the names of the fields of customers, and of debtors, at which the filters of rules look."""
        partner, debtor = set(), set()
        filtering = ["|", ("partner_domain", "not in", (False, "[]")), ("debtor_domain", "not in", (False, "[]"))]
        for rule in self.sudo().search(filtering):
            for name, fields_looked_at in (("partner_domain", partner), ("debtor_domain", debtor)):
                with contextlib.suppress(Exception):  # one that cannot be read leads nobody anywhere
                    paths = [condition.field_expr.split(".") for condition in rule._parse(name).iter_conditions()]
                    fields_looked_at.update(path[0] for path in paths)
                    partner.update(path[1] for path in paths if path[0] == "partner_id" and path[1:])
        return frozenset(partner - {"id"}), frozenset(debtor - {"id", "partner_id"})

    @api.model
    def _get_companies_looking_at(self, name):
        """Return the companies of the rules that have such a condition, as :meth:`_find_moved` does."""
        return self.sudo().search([(name, "!=", False)])._find_moved()

    def _note_moved(self, also=frozenset()):
        self.env.registry.clear_cache()  # the fields at which filters look
        return super()._note_moved(also)

    def _get_natures(self):
        """Return the natures of debtor that the rule asks for; none means any."""
        self.ensure_one()
        return {nature for nature in ("consumer", "professional", "merchant", "public") if self[f"nature_{nature}"]}

    def _get_profiles(self, company, partner_ids, debtors, amounts, day):
        """Return the :class:`Profile` per partner id, reading only what some rule asks for."""
        natures = {debtor.partner_id.id: debtor.nature for debtor in debtors}
        if amounts is None:
            amounts = {d.partner_id.id: (d.amount_open, d.amount_overdue) for d in debtors}
        partners = self.env["res.partner"].sudo().browse(partner_ids)
        unknown = partners.filtered(lambda partner: partner.id not in natures)
        unknown.fetch(NATURE_FIELDS)
        for partner in unknown:
            natures[partner.id] = self.env["recovery.debtor"]._guess_nature(partner)
        pasts = {}
        if any(rule.months_min or rule.months_max or rule.turnover_min or rule.turnover_max for rule in self):
            pasts = self.env["recovery.ledger.history"]._read_sales_history(company, day, partners)
        return {
            partner_id: Profile(
                natures[partner_id],
                *amounts.get(partner_id, (0.0, 0.0)),
                self._count_months(pasts[partner_id].first_invoice, day) if partner_id in pasts else 0,
                pasts[partner_id].billed_12 if partner_id in pasts else 0.0,
            )
            for partner_id in partner_ids
        }

    @api.model
    def _count_months(self, first, day):
        """Return the whole months since the first invoice, 0 without one."""
        since = relativedelta(day, first) if first else relativedelta()
        return since.years * 12 + since.months

    def _get_checks(self, company):
        """Return the conditions on the profile that the rule sets, as functions of it.

        Amounts compare to the half of the smallest coin.
        """
        self.ensure_one()
        half = company.currency_id.rounding / 2
        natures = self._get_natures()
        checks = [lambda profile: profile.nature in natures] if natures else []
        for name in ("amount_open", "amount_overdue", "turnover"):
            position = Profile._fields.index(name)
            prefix = name.removeprefix("amount_")
            low, high = self[f"{prefix}_min"], self[f"{prefix}_max"]
            if low:
                checks.append(lambda profile, i=position, limit=low - half: profile[i] > limit)
            if high:
                checks.append(lambda profile, i=position, limit=high - half: profile[i] < limit)
        if self.months_min:
            checks.append(lambda profile, limit=self.months_min: profile.months >= limit)
        if self.months_max:
            checks.append(lambda profile, limit=self.months_max: profile.months < limit)
        return checks

    def _match(self, company, partner_ids, profiles, strict=False):
        """Return the ids, among these customers, of those who meet the rule."""
        matched = set(partner_ids)
        for check in self._get_checks(company):
            matched = {partner_id for partner_id in matched if check(profiles[partner_id])}
        return self._match_by_search(company, matched, strict)

    def _match_by_search(self, company, partner_ids, strict=False):
        """Keep those who meet the conditions on the contact and the advanced filters.

        A filter that has become unreadable since it was saved matches nobody, and says
        so in the log and on the rule: it must never stop a campaign. One that fails on
        some customers only raises where the caller is ``strict``: they would get the
        letters of another scenario.
        """
        if not partner_ids:
            return partner_ids
        try:
            with self.env.cr.savepoint(flush=False):
                domain = self._get_partner_domain()
                if not domain.is_true():
                    Partner = self.env["res.partner"].sudo().with_context(active_test=False)
                    partner_ids = set(Partner.search(domain & Domain("id", "in", list(partner_ids))).ids)
                if partner_ids and self._has_filter("debtor_domain"):
                    partner_ids = self._match_debtors(company, partner_ids)
        except OperationalError:
            raise
        except Exception:
            if strict and not self._get_warning():
                raise
            _logger.warning("The rule %s of choice of a scenario cannot be read", self.id, exc_info=True)
            return set()
        return partner_ids

    def _match_debtors(self, company, partner_ids):
        """Keep the customers whose debtor meets the filter; who has no debtor yet is tried as a new one."""
        Debtor = self.env["recovery.debtor"].sudo().with_context(active_test=False)
        base = Domain("company_id", "=", company.id) & Domain("partner_id", "in", list(partner_ids))
        domain = self._parse("debtor_domain")
        matched = set(Debtor.search(base & domain).partner_id.ids)
        strangers = partner_ids - set(Debtor.search(base).partner_id.ids)
        for partner in self.env["res.partner"].sudo().browse(strangers):
            debtor = Debtor.new({"partner_id": partner.id, "company_id": company.id})
            if debtor.filtered_domain(domain):
                matched.add(partner.id)
        return matched

    def _get_partner_domain(self):
        """Return the conditions on the customer's contact form as one domain."""
        self.ensure_one()
        domain = Domain.TRUE
        countries = self.country_ids | self.country_group_ids.country_ids
        if countries:
            domain &= Domain("country_id", "in", countries.ids)
        if self.abroad:
            domain &= Domain("country_id", "!=", False) & Domain("country_id.code", "not in", FRENCH_TERRITORIES)
        if self.category_ids:
            domain &= Domain("category_id", "child_of", self.category_ids.ids)
        if self.industry_ids:
            domain &= Domain("industry_id", "in", self.industry_ids.ids)
        if self.salesperson_ids:
            domain &= Domain("user_id", "in", self.salesperson_ids.ids)
        if self._has_filter("partner_domain"):
            domain &= self._parse("partner_domain")
        return domain

    # ------------------------------------------------------------
    # A rule read out in words
    # ------------------------------------------------------------
    @api.depends(
        "scenario_id.name",
        "nature_consumer",
        "nature_professional",
        "nature_merchant",
        "nature_public",
        "country_ids",
        "country_group_ids",
        "abroad",
        "category_ids",
        "industry_ids",
        "salesperson_ids",
        "months_min",
        "months_max",
        "open_min",
        "open_max",
        "overdue_min",
        "overdue_max",
        "turnover_min",
        "turnover_max",
        "partner_domain",
        "debtor_domain",
    )
    @api.depends_context("lang", "company")
    def _compute_summary(self):
        for rule in self:
            scenario = rule.scenario_id.name or self.env._("(choose a scenario)")
            parts = rule._get_conditions_in_words()
            if parts:
                rule.summary = self.env._(
                    "Debtors %(conditions)s: “%(policy)s”.", conditions=rule._enumerate(parts), policy=scenario
                )
            else:
                rule.summary = self.env._("All the other debtors: “%s”.", scenario)

    def _get_conditions_in_words(self):
        """Return each condition as a phrase that goes on from “Debtors …”."""
        self.ensure_one()
        parts = [self._get_nature_in_words()] if self._get_natures() else []
        places = self.country_ids.mapped("name") + self.country_group_ids.mapped("name")
        if places:
            parts.append(self.env._("established in %s", self._enumerate_or(places)))
        if self.abroad:
            parts.append(self.env._("established outside France"))
        if self.category_ids:
            parts.append(self.env._("tagged %s", self._enumerate_or(self.category_ids.mapped("name"))))
        if self.industry_ids:
            parts.append(self.env._("in the industry %s", self._enumerate_or(self.industry_ids.mapped("name"))))
        if self.salesperson_ids:
            parts.append(self.env._("whose salesperson is %s", self._enumerate_or(self.salesperson_ids.mapped("name"))))
        if self.months_min:
            parts.append(self.env._("invoiced for the first time %s months ago or more", self.months_min))
        if self.months_max:
            parts.append(self.env._("invoiced for the first time less than %s months ago", self.months_max))
        parts += self._get_amounts_in_words()
        if self._has_filter("partner_domain"):
            parts.append(self.env._("whose contact meets the filter"))
        if self._has_filter("debtor_domain"):
            parts.append(self.env._("whose follow-up meets the filter"))
        return parts

    def _get_nature_in_words(self):
        labels = dict(self.env["recovery.debtor"]._fields["nature"]._description_selection(self.env))
        natures = [labels[nature] for nature in labels if nature in self._get_natures()]
        return self.env._("whose nature is %s", self._enumerate_or(natures))

    def _get_amounts_in_words(self):
        phrases = {
            "open_min": self.env._("owing at least %s", self._money("open_min")),
            "open_max": self.env._("owing less than %s", self._money("open_max")),
            "overdue_min": self.env._("overdue by at least %s", self._money("overdue_min")),
            "overdue_max": self.env._("overdue by less than %s", self._money("overdue_max")),
            "turnover_min": self.env._("invoiced at least %s over twelve months", self._money("turnover_min")),
            "turnover_max": self.env._("invoiced less than %s over twelve months", self._money("turnover_max")),
        }
        return [phrase for name, phrase in phrases.items() if self[name]]

    def _money(self, name):
        return self.currency_id.with_context(lang=self.env.lang).format(self[name])

    @api.model
    def _enumerate(self, parts):
        """Return phrases as one: ``a, b and c``."""
        return enumerate_phrases(self.env, parts)

    @api.model
    def _enumerate_or(self, names):
        """Return names as a choice: ``a, b or c``."""
        if len(names) < 2:
            return "".join(names)
        return self.env._("%(first)s or %(last)s", first=", ".join(names[:-1]), last=names[-1])
