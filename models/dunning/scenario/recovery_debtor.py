from odoo import api, fields, models
from odoo.fields import Domain


class RecoveryDebtor(models.Model):
    """Which scenario a debtor follows, and why."""

    _inherit = "recovery.debtor"
    _typed = ("scenario_id",)
    _traced = ("scenario_id",)
    _moves = ("scenario_id",)

    scenario_id = fields.Many2one(
        "recovery.scenario",
        tracking=True,
        index="btree_not_null",
        domain="[('company_id', 'in', (False, company_id))]",
        help="Empty: that of the first rule that the debtor meets, otherwise the company's default.",
    )
    default_scenario_name = fields.Char(compute="_compute_default_scenario_name", string="Default scenario")
    effective_scenario_id = fields.Many2one(
        "recovery.scenario",
        string="Scenario followed",
        compute="_compute_effective_scenario",
        search="_search_effective_scenario",
        help="The one chosen on the debtor, otherwise that of the first rule it meets, otherwise the company's "
        "default.",
    )
    scenario_rule_id = fields.Many2one("recovery.scenario.rule", string="Rule", compute="_compute_effective_scenario")
    scenario_origin_text = fields.Char("Chosen by", compute="_compute_effective_scenario")

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_default_scenario_name(self):
        Scenario = self.env["recovery.scenario"]
        for company, debtors in self.grouped("company_id").items():
            debtors.default_scenario_name = Scenario._get_default(company).name if company else False

    @api.depends("scenario_id", "nature", "partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_effective_scenario(self):
        Scenario = self.env["recovery.scenario"].sudo()
        Rule = self.env["recovery.scenario.rule"].sudo()
        self.effective_scenario_id = self.scenario_rule_id = self.scenario_origin_text = False
        for company, debtors in self.grouped("company_id").items():
            if not company:
                continue
            choices = Scenario._choose(company, debtors.partner_id, debtors=debtors)
            for debtor in debtors:
                choice = choices[debtor.partner_id.id]
                debtor.effective_scenario_id = Scenario.browse(choice.scenario_id)
                debtor.scenario_rule_id = Rule.browse(choice.rule_id)
                debtor.scenario_origin_text = debtor._get_scenario_origin_text(choice.origin)

    def _get_scenario_origin_text(self, origin):
        """Return in a few words who chose the scenario."""
        if origin == "debtor":
            return self.env._("Chosen manually for this debtor")
        if origin == "rule":
            text = self.env._("Rule “%s”", self.scenario_rule_id.name)
        elif self.effective_scenario_id:
            text = self.env._("The company's default")
        else:
            return self.env._("No usable scenario: this debtor receives no reminders")
        if self.scenario_id:
            return self.env._(
                "%(origin)s: “%(policy)s”, chosen manually, is archived or has no level",
                origin=text,
                policy=self.scenario_id.name,
            )
        return text

    @api.model
    def _get_moving_fields(self):
        """Add what the filters of rules look at."""
        return super()._get_moving_fields() | self.env["recovery.scenario.rule"]._get_filtered_fields()[1]

    @api.model
    def _search_effective_scenario(self, operator, value):
        if operator != "in":
            return NotImplemented
        ids = []
        debtors = self.sudo().search([("company_id", "in", self.env.companies.root_id.ids)])
        for company, group in debtors.grouped("company_id").items():
            choices = self.env["recovery.scenario"]._choose(company, group.partner_id, debtors=group)
            wanted = {False if item is None else item for item in value}
            ids += [d.id for d in group if (choices[d.partner_id.id].scenario_id or False) in wanted]
        return Domain("id", "in", ids)
