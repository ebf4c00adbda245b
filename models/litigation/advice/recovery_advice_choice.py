from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ...common.retention import CASES, Retained
from ...common.roles import require_user
from ...common.trace_labels import describe

_lt = LazyTranslate(__name__)

CRITERIA = [
    ("cost", "What it costs"),
    ("time", "How long it lasts"),
    ("chance", "How often it succeeds"),
    ("net", "What your own cases brought in, net of costs"),
]
HANDLERS = [
    ("house", "In-house"),
    ("lawyer", "A lawyer"),
    ("bailiff", "A commissaire de justice"),
    ("agency", "An agency"),
]


class RecoveryAdviceChoice(models.Model):
    """Which procedure somebody chose for a case, why, and what stood beside it at that moment: kept as it was."""

    _name = "recovery.advice.choice"
    _description = "Procedure chosen"
    _retained = Retained(CASES, "case_id.closed_on", ("reason", "figures"), domain=(("case_id.is_open", "=", False),))
    _inherit = ["recovery.guarded"]
    _order = "id desc"
    _check_company_auto = True
    _unlinked_first = True
    _journal_words = {"criterion": _lt("Criterion"), "handled by": _lt("Handled by")}

    case_id = fields.Many2one("recovery.case", required=True, readonly=True, index=True, ondelete="restrict")
    debtor_id = fields.Many2one(related="case_id.debtor_id")
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True, index=True)
    type_id = fields.Many2one(
        "recovery.procedure.type", string="Procedure chosen", required=True, readonly=True, ondelete="restrict"
    )
    procedure_id = fields.Many2one(
        "recovery.procedure", string="Procedure started", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    criterion = fields.Selection(CRITERIA, string="Sorted by", readonly=True)
    handled_by = fields.Selection(HANDLERS, string="Handled by", readonly=True)
    reason = fields.Text("Why this one", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Chosen by", required=True, readonly=True, ondelete="restrict")
    chosen_on = fields.Date("Chosen on", required=True, readonly=True)
    figures = fields.Json(readonly=True, help="What the advisor showed for each procedure at that moment.")
    figures_text = fields.Text("What was shown", compute="_compute_figures_text")

    @api.depends("type_id.name", "case_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for choice in self:
            choice.display_name = f"{choice.case_id.name or ''} – {choice.type_id.name or ''}"

    @api.depends("figures")
    @api.depends_context("lang")
    def _compute_figures_text(self):
        for choice in self:
            choice.figures_text = describe(self.env, choice.figures)

    @api.model
    def _choose(self, case, kind, day, reason, criterion="cost", handled_by=None, facts=None):
        """Keep the choice of a procedure with its reason, and begin it.

        :param kind: ``recovery.procedure.type`` record.
        :param day: today, in the company.
        :return: the choice.
        """
        require_user(self.env)
        case.ensure_one()
        case.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why you choose this one: it is kept in the journal."))
        advisor = self.env["recovery.advisor"]
        facts = case._get_facts(day) if facts is None else facts
        options = advisor._get_options(case, day, criterion, facts)
        previous = case.procedure_ids.filtered(lambda procedure: procedure.state == "ended")[:1]
        procedure = self.env["recovery.procedure"]._open_for(
            case, kind, day, facts=facts, reason=reason.strip(), previous=previous
        )
        choice = self.sudo().create(
            {
                "case_id": case.id,
                "type_id": kind.id,
                "procedure_id": procedure.id,
                "criterion": criterion,
                "handled_by": handled_by,
                "reason": reason.strip(),
                "user_id": self.env.user.id,
                "chosen_on": day,
                "figures": {option.kind.name: self._summarize(option) for option in options},
            }
        )
        self.env["recovery.event"]._log(
            "procedure_chosen",
            choice,
            self.env._("Procedure chosen: %s", kind.name),
            {
                "case": case.name,
                "reason": choice.reason,
                "criterion": dict(self._fields["criterion"]._description_selection(self.env)).get(criterion),
                "handled by": dict(self._fields["handled_by"]._description_selection(self.env)).get(handled_by),
            },
        )
        return choice.with_env(self.env)

    @api.model
    def _summarize(self, option):
        """Return in one line what the advisor said of a procedure."""
        advisor = self.env["recovery.advisor"]
        states = {"yes": self.env._("open"), "no": self.env._("not open"), "unknown": self.env._("to be clarified")}
        return self.env._(
            "%(state)s; costs %(cost)s; takes %(days)s; succeeds %(chance)s",
            state=states[option.answer.open],
            cost=advisor._describe_cost(option),
            days=advisor._describe_days(option),
            chance=advisor._describe_chance(option),
        )

    @api.model
    def _explain_kept(self, names):
        return self.env._("A choice is made in the advisor's window, and kept as made.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(self.env._("A choice is never deleted: the audit trail must be kept."))
