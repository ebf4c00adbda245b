from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_date

from .recovery_worklist import FIGURES


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"
    _order = "priority_score desc, id"

    policy_id = fields.Many2one(
        "recovery.policy",
        string="Scenario",
        tracking=True,
        index="btree_not_null",
        domain="[('company_id', 'in', (False, company_id))]",
        help="Empty: the company's default scenario.",
    )
    notice_ids = fields.One2many("recovery.notice", "debtor_id")
    notice_count = fields.Integer(compute="_compute_notice_count")
    last_notice_on = fields.Date("Last contact", readonly=True)
    # Figures of the worklist, kept by recovery.worklist
    amount_open = fields.Monetary("Balance", currency_field="company_currency_id", readonly=True)
    amount_overdue = fields.Monetary("Overdue", currency_field="company_currency_id", readonly=True, index=True)
    amount_to_claim = fields.Monetary("To claim today", currency_field="company_currency_id", readonly=True)
    oldest_due = fields.Date("Oldest due date", readonly=True)
    days_late = fields.Integer("Days late", compute="_compute_days_late")
    overdue_count = fields.Integer("Instalments overdue", readonly=True)
    next_level_id = fields.Many2one("recovery.level", string="Next action", readonly=True, ondelete="set null")
    next_level_kind = fields.Selection(related="next_level_id.kind", string="Next action's kind")
    next_action_date = fields.Date("On", readonly=True, index=True)
    next_action_code = fields.Char(readonly=True)
    next_action_text = fields.Char("Why", compute="_compute_next_action_text")
    priority_score = fields.Float(
        "Priority",
        readonly=True,
        index=True,
        digits=(16, 0),
        help="Overdue amount × months of delay begun: 1 000 € late by 45 days rank as 2 000.",
    )
    figures_date = fields.Date("Figures of", readonly=True)

    def write(self, vals):
        if not self.env.su and self._get_figure_fields() & vals.keys():
            raise AccessError(self.env._("These figures come from the books: nobody types them."))
        return super().write(vals)

    @api.model
    def _get_figure_fields(self):
        return {*FIGURES, "last_notice_on"}

    @api.depends("oldest_due")
    def _compute_days_late(self):
        for debtor in self:
            today = debtor.company_id._recovery_today()
            debtor.days_late = max((today - debtor.oldest_due).days, 0) if debtor.oldest_due else 0

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
        held = self.filtered(lambda debtor: debtor.next_action_code == "hold")
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
        if self.next_action_code == "hold" and self in holds:
            return ", ".join(dict.fromkeys(holds[self].mapped("reason")))
        if self.next_action_code == "due" and self.overdue_count:
            return self.env._(
                "%(count)s instalment(s) overdue since %(date)s",
                count=self.overdue_count,
                date=format_date(self.env, self.oldest_due),
            )
        if self.next_action_code == "due":
            return self.env._("An instalment is about to fall due")
        return labels.get(self.next_action_code, "")

    @api.model
    def action_open_worklist(self):
        """Bring the figures up to date and open the list of debtors to deal with."""
        company = self.env.company
        self.env["recovery.worklist"]._refresh(company, company._recovery_today())
        return self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_debtor_action_worklist")

    def action_remind(self):
        """Propose a campaign for these debtors only, as of today."""
        company = self.company_id
        company.ensure_one()
        run = self.env["recovery.run"].create(
            {"company_id": company.id, "date": company._recovery_today(), "debtor_ids": self.ids}
        )
        run.action_propose()
        return run._get_records_action(name=self.env._("Campaign"))

    def action_hold(self):
        """Open the suspension of reminders for these debtors."""
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
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_notice_action")
        return dict(action, domain=[("debtor_id", "=", self.id)], context={"search_default_alive": 0})

    def action_view_open_items(self):
        """Open the debtor's open items, from the books."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "debt_recovery.account_move_line_action_recovery_open_items"
        )
        domain = [
            ("partner_id.commercial_partner_id", "=", self.partner_id.id),
            ("company_id", "child_of", self.company_id.id),
            ("account_id", "in", self.company_id._recovery_accounts().ids),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
        ]
        return dict(action, domain=domain, context={"active_test": False})
