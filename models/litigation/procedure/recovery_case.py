from odoo import api, fields, models
from odoo.exceptions import UserError

from ...common.roles import require_user
from ...common.saying import narrow


class RecoveryCase(models.Model):
    """The procedures of a case, one after the other, and what they made known of it."""

    _inherit = "recovery.case"

    procedure_ids = fields.One2many("recovery.procedure", "case_id", string="Procedures", readonly=True)
    procedure_count = fields.Integer("Number of procedures", compute="_compute_procedure_text")
    procedure_text = fields.Char("Procedure in progress", compute="_compute_procedure_text")

    @api.depends("procedure_ids.state", "procedure_ids.last_event_id")
    @api.depends_context("lang")
    def _compute_procedure_text(self):
        for case in self:
            shown = case._get_running_procedures() or case.procedure_ids.filtered("has_title")[:1]
            case.procedure_count = len(case.procedure_ids)
            case.procedure_text = ", ".join(procedure._get_step_in_words() for procedure in shown)

    def _get_facts(self, day):
        """Add what the events of the procedures made true until that day."""
        facts = super()._get_facts(day)
        for procedure in self.procedure_ids:
            until = procedure._get_counting_events().filtered(lambda event: event.date <= day)
            facts |= dict.fromkeys(until._get_known_facts(), True)
        return facts

    def _hook_moved_to(self, case, lines):
        """Take along the procedures that claim nothing but these instalments."""
        result = super()._hook_moved_to(case, lines)
        self.procedure_ids._follow_lines(case, lines)
        return result

    def _get_running_procedures(self):
        """Return the procedures under way, the latest first."""
        return self.procedure_ids.filtered(lambda procedure: procedure.state in ("preparing", "running"))

    def _get_next_step(self):
        """While a procedure is under way, what happens in it comes first."""
        running = self._get_running_procedures()[:1]
        if not self.is_open or not running or self.amount_now <= 0:
            return super()._get_next_step()
        return self.env._("Record an event: %s", running.type_id.name), "action_record_event"

    def action_record_event(self):
        """Open the window that records what happened in the procedure under way."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        running = self._get_running_procedures()[:1]
        if not running:
            raise UserError(self.env._("No procedure is in progress: choose one first."))
        return running.action_record()

    def action_take_over_procedure(self):
        """Open the window that takes over a procedure under way, with what has happened in it."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Carry over a procedure in progress"),
            "res_model": "recovery.procedure.takeover.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id, "dialog_size": "extra-large"},
        }

    def action_view_procedures(self):
        """Open the procedures of the case."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_procedure_action")
        return narrow(action, domain=[("case_id", "in", self.ids)], context={"create": False})
