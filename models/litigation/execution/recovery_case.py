from odoo import api, fields, models

from ...common.roles import require_user
from ...common.saying import narrow


class RecoveryCase(models.Model):
    """The titles of a case, and what is done to have them paid."""

    _inherit = "recovery.case"

    title_ids = fields.One2many("recovery.title", "case_id", string="Titles", readonly=True)
    act_ids = fields.One2many("recovery.execution.act", "case_id", string="Enforcement measures", readonly=True)
    title_count = fields.Integer("Number of titles", compute="_compute_title_count")
    act_count = fields.Integer("Number of measures", compute="_compute_title_count")
    execution_warning = fields.Text("Enforcement warning", compute="_compute_execution_warning")

    @api.depends("title_ids.annulled_on", "act_ids.annulled_on")
    def _compute_title_count(self):
        for case in self:
            case.title_count = len(case.title_ids.filtered(lambda title: not title.annulled_on))
            case.act_count = len(case.act_ids.filtered(lambda act: not act.annulled_on))

    @api.depends("title_ids.warning_text", "act_ids.warning_text", "cost_ids.twin_text", "is_open")
    @api.depends_context("lang")
    def _compute_execution_warning(self):
        for case in self:
            running = case.act_ids.filtered(lambda act: act.state in ("ordered", "made"))
            sentences = [act.warning_text for act in running if act.warning_text]
            sentences += filter(None, [case.cost_ids._ask_twins()])
            case.execution_warning = "\n".join(dict.fromkeys(sentences)) if case.is_open else False

    def _get_titles(self, day):
        """Return the titles that are enforceable on that day, the last one first."""
        self.ensure_one()
        held = self.title_ids.filtered(
            lambda title: not title.annulled_on and title.enforceable_on and title.enforceable_on <= day
        )
        return held.filtered(lambda title: title not in held.replaces_id)

    def _get_facts(self, day):
        """Say whether an enforceable title is held by the titles that are recorded, and by what people answered."""
        facts = super()._get_facts(day)
        if not self.title_ids:
            return facts
        return {**facts, "title_held": self.title_held or bool(self._get_titles(day))}

    def _get_next_step(self):
        """With a title, have it served, then carried out; what presses, or happens in court, comes first."""
        step = super()._get_next_step()
        if not self.is_open or self.amount_now <= 0 or self._get_running_procedures():
            return step
        title = self._get_titles(self.company_id._recovery_today())[:1]
        if not title or self._find_pressing_deadline():
            return step
        if title.debtor_id.insolvency_on and title._read_stopping():
            return step
        if title.kind_id.is_served_first and not title.served_on:
            return self.env._("Have the title served, and say when"), "action_view_titles"
        if not self.act_ids.filtered(lambda act: act.state in ("ordered", "made")):
            return self.env._("Order an enforcement measure"), "action_order_act"
        return self.env._("Follow the enforcement"), "action_view_acts"

    def _hook_moved_to(self, case, lines):
        """Take along the titles that concern nothing but these instalments, with what carries them out."""
        result = super()._hook_moved_to(case, lines)
        self.title_ids._follow_case(case, lines)
        for left in self.filtered(lambda one: not one.line_ids.filtered("is_running")):
            left.act_ids.filtered(lambda act: not act.title_id)._move_to(case)
        return result

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------
    def action_add_title(self):
        """Open the form of a title that no procedure followed here has given."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        claims = self.line_ids.filtered("is_running")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record a title"),
            "res_model": "recovery.title",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "current",
            "context": {
                "default_case_id": self.id,
                "default_court_id": self.court_id.id,
                "default_line_ids": claims.ids,
            },
        }

    def action_order_act(self):
        """Open the form of an act of execution, of the last title of the case."""
        self.ensure_one()
        return self._open_act(self._get_titles(self.company_id._recovery_today())[:1])

    def _open_act(self, title):
        """Open the form of an act of execution of a title; of a conservatory measure if there is none."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        bailiffs = self.party_ids.partner_id.filtered(lambda partner: partner.recovery_party_kind == "bailiff")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Order an enforcement measure"),
            "res_model": "recovery.execution.act",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "current",
            "context": {
                "default_case_id": self.id,
                "default_title_id": title.id,
                "default_bailiff_id": bailiffs[:1].id,
                "default_amount_asked": self.amount_claimed,
            },
        }

    def action_view_titles(self):
        """Open the titles of the case."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_title_action")
        return narrow(action, domain=[("case_id", "=", self.id)], context={"default_case_id": self.id})

    def action_view_acts(self):
        """Open the acts of execution of the case."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_execution_act_action")
        return narrow(action, domain=[("case_id", "=", self.id)], context={"default_case_id": self.id})
