from odoo import api, fields, models
from odoo.fields import Domain


class RecoveryDebtor(models.Model):
    """Which scenario a debtor follows, and why."""

    _inherit = "recovery.debtor"
    _typed = ("policy_id",)

    policy_id = fields.Many2one(
        "recovery.policy",
        string="Scenario",
        tracking=True,
        index="btree_not_null",
        domain="[('company_id', 'in', (False, company_id))]",
        help="Empty: that of the first rule that the debtor meets, else the company's default.",
    )
    default_policy_name = fields.Char(compute="_compute_default_policy_name")
    effective_policy_id = fields.Many2one(
        "recovery.policy",
        string="Scenario followed",
        compute="_compute_effective_policy",
        search="_search_effective_policy",
        help="The one chosen on the debtor, else that of the first rule it meets, else the company's default.",
    )
    policy_rule_id = fields.Many2one("recovery.policy.rule", string="Rule", compute="_compute_effective_policy")
    policy_origin_text = fields.Char("Chosen by", compute="_compute_effective_policy")

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_default_policy_name(self):
        for company, debtors in self.grouped("company_id").items():
            debtors.default_policy_name = company._recovery_default_policy().name if company else False

    @api.depends("policy_id", "nature", "partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_effective_policy(self):
        Policy = self.env["recovery.policy"].sudo()
        Rule = self.env["recovery.policy.rule"].sudo()
        self.effective_policy_id = self.policy_rule_id = self.policy_origin_text = False
        for company, debtors in self.grouped("company_id").items():
            if not company:
                continue
            choices = Policy._choose(company, debtors.partner_id, debtors=debtors)
            for debtor in debtors:
                choice = choices[debtor.partner_id.id]
                debtor.effective_policy_id = Policy.browse(choice.policy_id)
                debtor.policy_rule_id = Rule.browse(choice.rule_id)
                debtor.policy_origin_text = debtor._get_policy_origin_text(choice.origin)

    def _get_policy_origin_text(self, origin):
        """Return in a few words who chose the scenario."""
        if origin == "debtor":
            return self.env._("Chosen by hand on this debtor")
        if origin == "rule":
            text = self.env._("Rule “%s”", self.policy_rule_id.name)
        elif self.effective_policy_id:
            text = self.env._("The company's default")
        else:
            return self.env._("No usable scenario: nobody reminds this debtor")
        if self.policy_id:
            return self.env._(
                "%(origin)s: “%(policy)s”, chosen by hand, is archived or has no level",
                origin=text,
                policy=self.policy_id.name,
            )
        return text

    @api.model
    def _search_effective_policy(self, operator, value):
        if operator != "in":
            return NotImplemented
        ids = []
        debtors = self.sudo().search([("company_id", "in", self.env.companies.root_id.ids)])
        for company, group in debtors.grouped("company_id").items():
            choices = self.env["recovery.policy"]._choose(company, group.partner_id, debtors=group)
            wanted = {False if item is None else item for item in value}
            ids += [d.id for d in group if (choices[d.partner_id.id].policy_id or False) in wanted]
        return Domain("id", "in", ids)
