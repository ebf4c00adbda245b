from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tools.misc import formatLang

from .assignment import first_letter


class RecoveryAssignmentRule(models.Model):
    """Whom a debtor goes to: the first rule of the list that fits decides."""

    _name = "recovery.assignment.rule"
    _description = "Assignment rule"
    _inherit = ["recovery.traced.settings", "recovery.held"]
    _held_by = ("user_ids",)
    _order = "sequence, id"
    _check_company_auto = True
    _typed = (
        "name", "sequence", "active", "company_id", "user_ids", "nature", "country_ids", "category_ids",
        "salesperson_ids", "scenario_ids", "level_kind", "amount_min", "amount_max", "letter_from", "letter_to",
    )  # fmt: skip

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company.root_id
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_ids = fields.Many2many(
        "res.users",
        "recovery_assignment_rule_user_rel",
        "rule_id",
        "user_id",
        string="Collectors",
        required=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Several collectors share the debtors of the rule: whoever follows the fewest gets the next one.",
    )
    nature = fields.Selection(selection=lambda self: self._selection_nature(), help="Empty: any nature.")
    country_ids = fields.Many2many("res.country", string="Countries")
    category_ids = fields.Many2many("res.partner.category", string="Tags", help="At least one of them.")
    salesperson_ids = fields.Many2many(
        "res.users", "recovery_assignment_rule_salesperson_rel", "rule_id", "user_id", string="Salespersons"
    )
    scenario_ids = fields.Many2many("recovery.scenario", string="Scenarios")
    level_kind = fields.Selection(
        selection=lambda self: self._selection_level_kind(), string="Next action", help="Empty: any level."
    )
    amount_min = fields.Monetary("Overdue from", help="0: any amount.")
    amount_max = fields.Monetary("Overdue up to", help="0: any amount.")
    letter_from = fields.Char("Names from", size=1, help="First letter of the customer's name, for example A.")
    letter_to = fields.Char("Names to", size=1, help="Last letter included, for example M.")
    summary = fields.Char("Criteria", compute="_compute_summary")
    debtor_count = fields.Integer("Debtors", compute="_compute_debtor_count")

    @api.model
    def _selection_nature(self):
        return self.env["recovery.debtor"]._fields["nature"]._description_selection(self.env)

    @api.model
    def _selection_level_kind(self):
        return self.env["recovery.level"]._fields["kind"]._description_selection(self.env)

    @api.depends(
        "nature", "country_ids", "category_ids", "salesperson_ids", "scenario_ids", "level_kind",
        "amount_min", "amount_max", "letter_from", "letter_to",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_summary(self):
        natures, kinds = dict(self._selection_nature()), dict(self._selection_level_kind())
        for rule in self:
            parts = [natures.get(rule.nature), kinds.get(rule.level_kind)]
            parts += [
                ", ".join(records.mapped("display_name"))
                for records in (rule.country_ids, rule.category_ids, rule.salesperson_ids, rule.scenario_ids)
            ]
            if rule.amount_min:
                parts.append(self.env._("overdue from %s", rule._format(rule.amount_min)))
            if rule.amount_max:
                parts.append(self.env._("overdue up to %s", rule._format(rule.amount_max)))
            if rule.letter_from or rule.letter_to:
                first, last = rule.letter_from or "A", rule.letter_to or "Z"
                parts.append(self.env._("names from %(first)s to %(last)s", first=first.upper(), last=last.upper()))
            rule.summary = " · ".join(filter(None, parts)) or self.env._("Every debtor")

    def _format(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _compute_debtor_count(self):
        counts = dict(
            self.env["recovery.debtor"]._read_group(
                [("assignment_rule_id", "in", self.ids)], ["assignment_rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.debtor_count = counts.get(rule, 0)

    @api.constrains("user_ids", "letter_from", "letter_to", "amount_min", "amount_max")
    def _check_conditions(self):
        for rule in self:
            if not rule.user_ids:
                raise ValidationError(self.env._("Rule %s needs a collector.", rule.name))
            first, last = first_letter(rule.letter_from or ""), first_letter(rule.letter_to or "")
            if (rule.letter_from and not first) or (rule.letter_to and not last) or (first and last and first > last):
                raise ValidationError(self.env._("The letters of rule %s must be in order, from A to Z.", rule.name))
            if rule.amount_max and rule.amount_max < rule.amount_min:
                raise ValidationError(self.env._("The amounts of rule %s contradict each other.", rule.name))

    def _get_heir(self, name):
        """Return who is told; they become the collector of a rule that has no other one left."""
        self.ensure_one()
        return self.env["recovery.responsible"]._find(self.company_id)

    def _pass_on(self, name, leaver, heir):
        """Take the collector out of the rules: who comes back is put back by hand."""
        rules = self.with_context(active_test=False)
        alone = rules.filtered(lambda rule: rule.user_ids == leaver)
        alone.write({name: [Command.set(heir.ids)]})
        (rules - alone).write({name: [Command.unlink(leaver.id)]})

    def _get_criteria(self):
        """Return the conditions as the pure matching reads them."""
        self.ensure_one()
        return {
            "nature": {self.nature} if self.nature else set(),
            "country": set(self.country_ids.ids),
            "category": set(self.category_ids.ids),
            "salesperson": set(self.salesperson_ids.ids),
            "scenario": set(self.scenario_ids.ids),
            "level_kind": {self.level_kind} if self.level_kind else set(),
            "amount_min": self.amount_min,
            "amount_max": self.amount_max,
            "letter_from": first_letter(self.letter_from or ""),
            "letter_to": first_letter(self.letter_to or ""),
        }
