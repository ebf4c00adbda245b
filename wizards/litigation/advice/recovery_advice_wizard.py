from odoo import api, fields, models
from odoo.exceptions import UserError

from ....models.common.recovery_window import once
from ....models.common.roles import require_user
from ....models.litigation.advice.recovery_advice_choice import CRITERIA, HANDLERS


class RecoveryAdviceWizard(models.TransientModel):
    """Look at all procedures for a case, in the order of a criterion, then choose one and say why."""

    _name = "recovery.advice.wizard"
    _description = "Procedure advisor"
    _inherit = ["recovery.window"]

    case_id = fields.Many2one("recovery.case", required=True, readonly=True)
    company_id = fields.Many2one(related="case_id.company_id")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    amount_now = fields.Monetary(related="case_id.amount_now", currency_field="company_currency_id", string="At stake")
    criterion = fields.Selection(CRITERIA, string="Sorted by", required=True, default="cost")
    line_ids = fields.One2many(
        "recovery.advice.wizard.line", "wizard_id", string="Procedures", compute="_compute_line_ids", store=True
    )
    is_followed = fields.Boolean(compute="_compute_is_followed")
    type_id = fields.Many2one(
        "recovery.procedure.type",
        string="Your choice",
        domain="[('company_id', 'in', (False, company_id))]",
    )
    handled_by = fields.Selection(HANDLERS, string="Handled by")
    reason = fields.Text("Why this one")

    @api.depends("line_ids.follows")
    def _compute_is_followed(self):
        for wizard in self:
            wizard.is_followed = any(wizard.line_ids.mapped("follows"))

    @api.depends("case_id", "criterion")
    def _compute_line_ids(self):
        for wizard in self:
            rows = wizard._prepare_lines() if wizard.case_id else []
            wizard.line_ids = [fields.Command.clear(), *map(fields.Command.create, rows)]

    def _prepare_lines(self):
        """Return the values of a line per type of procedure."""
        require_user(self.env)
        case = self.case_id._origin
        case.check_access("read")
        day = case.company_id._recovery_today()
        facts = case._get_facts(day)
        advisor = self.env["recovery.advisor"]
        options = advisor._get_options(case, day, self.criterion or "cost", facts)
        outcomes = case.procedure_ids.outcome_id
        return [
            {**self._prepare_line(rank, option, facts, day), "follows": self._get_followed(outcomes, option.kind)}
            for rank, option in enumerate(options)
        ]

    @api.model
    def _get_followed(self, outcomes, kind):
        """Return the names of the outcomes after which a type of procedure may come."""
        return ", ".join(outcomes.filtered(lambda outcome: kind in outcome.next_type_ids).mapped("name"))

    def _prepare_line(self, rank, option, facts, day):
        advisor, kind = self.env["recovery.advisor"], option.kind
        texts = advisor._describe_answer(option)
        costs = kind.cost_ids._filter_for(facts.get("amount"), day)
        handlers = dict(self._fields["handled_by"]._description_selection(self.env))
        return {
            "rank": rank,
            "type_id": kind.id,
            "state": option.answer.open,
            "decisive": texts["why_not"] or texts["questions"] or texts["warnings"],
            "reasons": self._get_reasons_in_words(texts),
            "cost_text": advisor._describe_cost(option),
            "costs": "\n".join(cost._get_range_in_words() for cost in costs),
            "days_text": advisor._describe_days(option),
            "chance_text": advisor._describe_chance(option),
            "net_text": advisor._describe_net(option),
            "brings": kind.brings,
            "lawyer_text": advisor._describe_lawyer(kind, facts.get("amount"), day),
            "handlers": ", ".join(handlers[handler] for handler in handlers if kind[f"by_{handler}"]),
            "article": kind.article,
            "source": kind.source,
            "confidence": dict(kind._fields["confidence"]._description_selection(self.env)).get(kind.confidence),
        }

    def _get_reasons_in_words(self, texts):
        """Return all reasons, the decisive ones first."""
        titles = {
            "why_not": self.env._("Not open:"),
            "questions": self.env._("To be clarified:"),
            "warnings": self.env._("Please note:"),
            "why_open": self.env._("Met:"),
        }
        return "\n".join(f"{title}\n{texts[name]}" for name, title in titles.items() if texts[name])

    @once
    def action_confirm(self):
        """Keep the choice and begin the procedure, then open it."""
        self.ensure_one()
        if not self.type_id:
            raise UserError(self.env._("Choose a procedure first."))
        choice = self.env["recovery.advice.choice"]._choose(
            self.case_id,
            self.type_id,
            self.company_id._recovery_today(),
            self.reason,
            criterion=self.criterion,
            handled_by=self.handled_by,
        )
        return choice.procedure_id._get_records_action(name=choice.procedure_id.display_name)
