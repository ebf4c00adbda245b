from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

#: What is judged when nobody said anything: core's banner on the limit, and a judgment that everybody may read.
DEFAULTS = {"limit": "warn", "insolvency": "warn"}


class Rule(NamedTuple):
    """The outcome of one test of the credit control, and from where on."""

    mode: str = "none"
    amount: float = 0.0
    days: int = 0
    risk_class: str | None = None


class RecoveryCreditRule(models.Model):
    """One test of the credit control: nothing, warn or refuse, for a company or one customer of it."""

    _name = "recovery.credit.rule"
    _description = "Credit Control"
    _inherit = ["recovery.traced.settings", "recovery.united"]
    _united_by = ("test",)
    _order = "debtor_id desc, id"
    _check_company_auto = True
    _carried_key = ("test",)
    _carried_not = ("debtor_id",)
    _typed = ("test", "mode", "amount", "days", "risk_class")
    _typed_once = ("company_id", "debtor_id")

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    debtor_id = fields.Many2one(
        "recovery.debtor",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Empty: all customers of the company without a rule of their own for this test.",
    )
    test = fields.Selection(
        [
            ("overdue", "Overdue amount"),
            ("age", "Age of the oldest unpaid instalment"),
            ("limit", "Exposure above the limit"),
            ("class", "Risk class"),
            ("review", "Limit review overdue"),
            ("file", "Credit file incomplete"),
            ("insolvency", "Insolvency proceedings"),
        ],
        required=True,
    )
    mode = fields.Selection(
        [("none", "Nothing"), ("warn", "Warn"), ("block", "Refuse")],
        required=True,
        default="warn",
        string="Consequence",
    )
    amount = fields.Monetary("Above", help="Overdue amount still tolerated.")
    days = fields.Integer("Days tolerated", help="Days late still tolerated.")
    risk_class = fields.Selection(
        [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D"), ("E", "E")], "From class", default="E"
    )

    _unique_test = models.UniqueIndex(
        "(company_id, COALESCE(debtor_id, 0), test) WHERE active",
        "This test is already set: change the existing line.",
    )

    @api.model
    def _get_carried_domain(self):
        """Leave the rules of one customer where the customer is."""
        return super()._get_carried_domain() & Domain("debtor_id", "=", False)

    @api.depends("test", "debtor_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        tests = dict(self._fields["test"]._description_selection(self.env))
        for rule in self:
            rule.display_name = " – ".join(filter(None, (rule.debtor_id.display_name, tests.get(rule.test))))

    def _get_union_rank(self):
        """Return the strictest one first."""
        self.ensure_one()
        mode = ("none", "warn", "block").index(self.mode)
        return mode, -self.amount, -self.days, -ord(self.risk_class or "Z"), self.id

    @api.constrains("amount", "days")
    def _check_thresholds(self):
        for rule in self:
            if rule.amount < 0 or rule.days < 0:
                raise ValidationError(self.env._("What is tolerated cannot be negative."))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("debtor_id"):
                vals["company_id"] = self.env["recovery.debtor"].browse(vals["debtor_id"]).company_id.id
        rules = super().create(vals_list)
        rules._use_core_banner()
        return rules

    def write(self, vals):
        result = super().write(vals)
        self._use_core_banner()
        return result

    def _use_core_banner(self):
        """Switch core's credit warning on where a rule warns: its banner is where the verdict is read."""
        companies = self.filtered(lambda rule: rule.mode != "none").company_id.sudo()
        companies.filtered(lambda company: not company.account_use_credit_limit).account_use_credit_limit = True

    def _get_settings_title(self):
        return self.env._("Credit control: %s", self.display_name)

    def _get_told_at_birth(self):
        """Leave out the lines that say what held already."""
        return self.filtered(lambda rule: not rule._repeats_present())

    @api.model
    def _get_rules(self, company, debtors):
        """Return ``{debtor id or None: {test: Rule}}``; None holds the company's own rules."""
        company = company._recovery_root()
        found = self.sudo().search_fetch(
            [("company_id", "=", company.id), ("debtor_id", "in", [False, *debtors.ids])],
            ["debtor_id", "test", "mode", "amount", "days", "risk_class"],
        )
        rules = {None: {test: Rule(mode) for test, mode in DEFAULTS.items()}}
        for rule in found.sorted(lambda rule: bool(rule.debtor_id)):
            own = rules.setdefault(rule.debtor_id.id or None, dict(rules[None]))
            own[rule.test] = Rule(rule.mode, rule.amount, rule.days, rule.risk_class)
        return rules

    @api.model
    def action_open_company(self):
        """Open the company's credit control, one line per test."""
        self.check_access("read")
        company = self.env.company._recovery_root()
        if self.env.company._recovery_is_open() and self.has_access("create"):
            present = self.search([("company_id", "=", company.id), ("debtor_id", "=", False)]).mapped("test")
            tests = [test for test, _label in self._fields["test"]._description_selection(self.env)]
            self.create(
                [
                    {"company_id": company.id, "test": test, "mode": self._get_present_mode(company, test)}
                    for test in tests
                    if test not in present
                ]
            )
        return self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_credit_rule_action")

    @api.model
    def _get_present_mode(self, company, test):
        """Return what a test does today without a line, so that opening the list changes nothing."""
        if test not in DEFAULTS or not company.sudo().account_use_credit_limit:
            return "none"
        return DEFAULTS[test]

    def _repeats_present(self):
        """Tell whether a new line only says what the company does without it: nothing changes, nothing is told."""
        self.ensure_one()
        return not self.debtor_id and self.mode == self._get_present_mode(self.company_id, self.test)
