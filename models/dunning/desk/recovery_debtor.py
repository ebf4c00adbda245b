from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...common.roles import USER
from .priority import CASH, RISK
from .recovery_worklist import FIGURES

PRIORITIES = {
    CASH: "recovery_debtor_action_worklist_cash",
    RISK: "recovery_debtor_action_worklist",
}


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"
    _order = "priority_risk desc, id"
    _typed = ("policy_id",)

    policy_id = fields.Many2one(
        "recovery.policy",
        string="Scenario",
        tracking=True,
        index="btree_not_null",
        domain="[('company_id', 'in', (False, company_id))]",
        help="Empty: that of the first rule that the debtor meets, else the company's default.",
    )
    notice_ids = fields.One2many("recovery.notice", "debtor_id")
    notice_count = fields.Integer(compute="_compute_notice_count")
    last_notice_on = fields.Date("Last contact", readonly=True)
    # Figures of the worklist, kept by recovery.worklist
    amount_open = fields.Monetary("Balance", currency_field="company_currency_id", readonly=True)
    amount_overdue = fields.Monetary(
        "Overdue", currency_field="company_currency_id", readonly=True, index="btree_not_null"
    )
    amount_to_claim = fields.Monetary("To claim today", currency_field="company_currency_id", readonly=True)
    oldest_due = fields.Date("Oldest due date", readonly=True)
    days_late = fields.Integer("Days late", compute="_compute_days_late")
    overdue_count = fields.Integer("Instalments overdue", readonly=True)
    next_level_id = fields.Many2one("recovery.level", string="Next action", readonly=True, ondelete="set null")
    next_level_kind = fields.Selection(related="next_level_id.kind", string="Next action's kind")
    next_action_date = fields.Date("On", readonly=True, index="btree_not_null")
    next_action_code = fields.Char(readonly=True)
    next_action_text = fields.Char("Why", compute="_compute_next_action_text")
    todo_kind = fields.Selection(
        [
            ("call", "Call"),
            ("failed", "Sending failed"),
            ("reply", "Reply to answer"),
            ("expired", "Mise en demeure expired"),
            ("approve", "Approval awaited"),
            ("task", "Task due"),
            ("remind", "To remind"),
        ],
        string="To do",
        readonly=True,
        index="btree_not_null",
        help="The most urgent thing to do today for this debtor; empty when nothing can be done.",
    )
    priority_cash = fields.Float(
        "Cash fast",
        readonly=True,
        index=True,
        digits=(16, 0),
        aggregator=None,
        help="Large and recent first: what is overdue counts for 100 % up to 30 days late, 60 % up to 60, "
        "30 % up to 90, 10 % beyond.",
    )
    priority_risk = fields.Float(
        "Reduce risk",
        readonly=True,
        index=True,
        digits=(16, 0),
        aggregator=None,
        help="Large and old first: each overdue amount × its months of delay begun, × 1.5 when a final notice or "
        "a mise en demeure stayed without effect. 1 000 € late by 45 days rank as 2 000.",
    )
    risk_weight = fields.Float(readonly=True, digits=(16, 2))
    escalated_on = fields.Date(
        "Manager told on",
        readonly=True,
        index="btree_not_null",
        help="The day the overdue amount or its age went beyond the company's limits.",
    )
    default_policy_name = fields.Char(compute="_compute_default_policy_name")
    figures_date = fields.Date("Figures of", readonly=True)

    @api.model
    def _explain_kept(self, names):
        if self._get_figure_fields() & names:
            return self.env._("These figures come from the books: nobody types them.")
        return super()._explain_kept(names)

    @api.model
    def _get_figure_fields(self):
        return {*FIGURES, "last_notice_on", "todo_kind", "escalated_on"}

    @api.depends("oldest_due")
    def _compute_days_late(self):
        for debtor in self:
            today = debtor.company_id._recovery_today()
            debtor.days_late = max((today - debtor.oldest_due).days, 0) if debtor.oldest_due else 0

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_default_policy_name(self):
        for company, debtors in self.grouped("company_id").items():
            debtors.default_policy_name = company._recovery_default_policy().name if company else False

    def _compute_notice_count(self):
        counts = dict(
            self.env["recovery.notice"]._read_group(
                [("debtor_id", "in", self.ids), ("state", "not in", ("draft", "excluded", "obsolete"))],
                ["debtor_id"],
                ["__count"],
            )
        )
        for debtor in self:
            debtor.notice_count = counts.get(debtor, 0)

    @api.depends("next_action_code", "next_action_date", "next_level_id", "oldest_due", "overdue_count")
    @api.depends_context("lang")
    def _compute_next_action_text(self):
        labels = self.env["recovery.selection"]._get_code_labels()
        holds = self._get_running_holds()
        for debtor in self:
            debtor.next_action_text = debtor._get_next_action_text(labels, holds)

    def _get_running_holds(self):
        """Return the suspensions in force today on these debtors, per debtor."""
        held = self.filtered(lambda debtor: (debtor.next_action_code or "").startswith("hold"))
        Hold = self.env["recovery.hold"].sudo()
        found = Hold
        for company, debtors in held.grouped("company_id").items():
            domain = Hold._get_running_domain(company._recovery_today())
            found |= Hold.search(domain & Domain("debtor_id", "in", debtors.ids))
        return found.grouped("debtor_id")

    def _get_next_action_text(self, labels, holds):
        """Return why the next action is what it is, in a few words."""
        self.ensure_one()
        if not self.next_action_code:
            return ""
        if self in holds:
            return ", ".join(dict.fromkeys(holds[self].mapped("reason")))
        if self.next_action_code == "due":
            return self._get_due_text()
        return labels.get(self.next_action_code, "")

    def _get_due_text(self):
        """Return what is overdue, and what is about to be if that is what the next level is about."""
        parts = []
        if self.overdue_count:
            values = {"count": self.overdue_count, "date": format_date(self.env, self.oldest_due)}
            if self.overdue_count == 1:
                parts.append(self.env._("One instalment overdue since %(date)s", **values))
            else:
                parts.append(self.env._("%(count)s instalments overdue since %(date)s", **values))
        if self.next_level_id.kind == "courtesy" or not parts:
            parts.append(self.env._("an instalment is about to fall due"))
        text = ", ".join(parts)
        return text[:1].upper() + text[1:]

    @api.model
    def action_open_worklist(self):
        """Open the list of what there is to do, in the user's own order; it brings its figures up to date by itself.

        A collector sees their own debtors first; the filter is theirs to remove.
        """
        return self._get_worklist_action(self.env.user._get_recovery_priority(self.env.company))

    @api.model
    def action_refresh_worklist(self):
        """Bring the figures of the list up to date: it asks for that whenever it is opened, by whatever door.

        Who only reads sees figures of today too, but promises and plans are judged, and letters leave, for a collector.
        """
        self.check_access("read")
        company = self.env.company
        if not company._recovery_is_open():
            return
        worklist, day = self.env["recovery.worklist"], company._recovery_today()
        if self.env.user.has_group(USER):
            worklist._refresh(company, day)
        else:
            worklist._refresh_for_reader(company, day)

    @api.model
    def action_switch_priority(self, priority):
        """Open the worklist in the other order, and remember it for this user.

        :param str priority: ``cash`` or ``risk``.
        """
        if priority not in PRIORITIES:
            raise UserError(self.env._("The worklist has two orders: cash fast, reduce risk."))
        self.check_access("read")
        self.env.user.sudo().recovery_priority = priority
        return self._get_worklist_action(priority)

    @api.model
    def _get_worklist_action(self, priority):
        action = self.env["ir.actions.act_window"]._for_xml_id(f"debt_recovery.{PRIORITIES[priority]}")
        context = {"search_default_to_do": 1}
        if self.search_count([("collector_id", "=", self.env.user.id)], limit=1):
            context["search_default_mine"] = 1
        return dict(action, context=context)

    def action_remind(self):
        """Propose a campaign for these debtors only, as of today."""
        company = self.company_id
        if len(company) != 1:
            raise UserError(self.env._("A campaign is of one company: choose debtors of the same one."))
        run = self.env["recovery.run"].create(
            {"company_id": company.id, "date": company._recovery_today(), "debtor_ids": self.ids}
        )
        run.action_propose()
        return run._get_records_action(name=self.env._("Campaign"))

    def action_hold(self):
        """Open the suspension of reminders for these debtors."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Suspend reminders"),
            "res_model": "recovery.hold.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_debtor_ids": self.ids},
        }

    def action_refresh(self):
        """Work out these debtors' figures again from the books."""
        self.check_access("read")
        for company, debtors in self.grouped("company_id").items():
            self.env["recovery.worklist"]._compute(company, company._recovery_today(), debtors.partner_id)

    def action_view_notices(self):
        """Open the notices of the debtor."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_notice_action")
        return dict(action, domain=[("debtor_id", "=", self.id)], context={"search_default_alive": 0})

    def action_view_open_items(self, bucket=None):
        """Open the debtor's open items, from the books.

        :param int bucket: only those of this age, a position on the ageing bar.
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "debt_recovery.account_move_line_action_recovery_open_items"
        )
        domain = self._get_open_items_domain()
        if bucket is not None:
            domain &= self._get_bucket_domain(int(bucket))
        return dict(action, domain=list(domain), context={"active_test": False})
