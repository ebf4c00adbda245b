from contextlib import contextmanager

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...common.roles import require_user
from ...common.saying import narrow
from .follow import MISSED, RUNNING


class RecoveryCase(models.Model):
    """The deadlines of a case: the nearest of ours is its next one, and those that were missed stay to be seen."""

    _inherit = "recovery.case"
    _accompanied = {"court_id": "_follow_court"}

    deadline_ids = fields.One2many("recovery.deadline", "case_id", string="Procedural deadlines", readonly=True)
    deadline_count = fields.Integer("Running deadlines", compute="_compute_deadlines")
    missed_deadline_count = fields.Integer("Missed deadlines", compute="_compute_deadlines")
    deadline_warning = fields.Text("Deadline warning", compute="_compute_deadlines")

    @api.depends("deadline_ids.state", "deadline_ids.date", "deadline_ids.seen_on")
    @api.depends_context("lang")
    def _compute_deadlines(self):
        for case in self:
            missed = case.deadline_ids.filtered(lambda row: row.state == MISSED and row.whose == "ours")
            case.deadline_count = len(case.deadline_ids.filtered(lambda row: row.state == RUNNING))
            case.missed_deadline_count = len(missed)
            case.deadline_warning = "\n".join(
                self.env._(
                    "Missed on %(day)s: %(deadline)s. %(sanction)s",
                    day=format_date(self.env, row.date),
                    deadline=row.display_name,
                    sanction=row.sanction_text or "",
                )
                for row in missed.sorted("date")
            )

    @contextmanager
    def _follow_court(self, vals):
        yield
        self.env["recovery.deadline"]._recompute(self.procedure_ids)

    def _hook_moved_to(self, case, lines):
        """Take along what a judge gave, once nothing is claimed any more in the cases from which all has left."""
        result = super()._hook_moved_to(case, lines)
        for left in self.filtered(lambda one: not one.line_ids.filtered("is_running")):
            typed = left.deadline_ids.filtered(lambda row: not row.procedure_id and row.state == RUNNING)
            typed.sudo()._move_to(case)
        (self | case)._follow_deadlines()
        return result

    def _get_next_step(self):
        """Put what must be done within the week, or was missed, before all else."""
        step = super()._get_next_step()
        deadline = self._find_pressing_deadline() if self.is_open else None
        return (deadline._say(), "action_view_next_deadline") if deadline else step

    def _find_pressing_deadline(self):
        """Return the first deadline that somebody must look at today; a board reads those of all its cases at once."""
        self.ensure_one()
        deadlines = self._origin.deadline_ids
        pressing = deadlines._get_pressing_domain(self.company_id._recovery_today())
        return deadlines.filtered_domain(pressing).sorted(lambda row: (row.date, row.id))[:1]

    def action_view_next_deadline(self):
        """Open the deadline that presses."""
        self.ensure_one()
        self.check_access("read")
        deadline = self._find_pressing_deadline()
        return deadline._get_records_action(name=deadline.display_name) if deadline else self.action_view_deadlines()

    def _follow_deadlines(self):
        """Note on each case the nearest deadline of ours that runs, or one that was missed and nobody has seen."""
        Deadline = self.env["recovery.deadline"].sudo()
        found = Deadline.search(
            Domain("case_id", "in", self.ids) & Domain("whose", "=", "ours") & Deadline._get_watched_domain(),
            order="date, id",
        )
        nearest = dict.fromkeys(self.sudo())
        for deadline in found:
            if not nearest[deadline.case_id]:
                lang = deadline.company_id.partner_id.lang or self.env.lang
                nearest[deadline.case_id] = (deadline.date, deadline.with_context(lang=lang).display_name)
        self.sudo()._set_next_deadline(nearest)

    def action_view_deadlines(self):
        """Open the deadlines of the case."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_deadline_action")
        return narrow(
            action,
            domain=[("case_id", "in", self.ids)],
            context={"default_case_id": self.id},
            view_mode="list,form,calendar",
        )

    def action_type_deadline(self):
        """Open the form of a deadline that a judge gave."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Deadline given by a judge"),
            "res_model": "recovery.deadline",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_case_id": self.id},
        }
