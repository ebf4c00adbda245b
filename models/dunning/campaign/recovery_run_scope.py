from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...common.roles import require_manager

# What a proposal rests on.
SCOPE = {"date", "company_id", "debtor_ids", "policy_id", "collector_id"}


class RecoveryRun(models.Model):
    """Whom a campaign looks at, on which day, and what it found: claimed and left out make everything."""

    _inherit = "recovery.run"
    _typed = ("policy_id", "collector_id")

    policy_id = fields.Many2one(
        "recovery.policy",
        string="Only this scenario",
        domain="[('company_id', 'in', (False, company_id))]",
        help="Empty: every scenario.",
    )
    collector_id = fields.Many2one(
        "res.users",
        string="Only this collector's debtors",
        domain="[('share', '=', False)]",
        help="Empty: everybody's.",
    )
    proposed_on = fields.Date(readonly=True, copy=False, index=True)
    instalment_count = fields.Integer("Instalments looked at", readonly=True, copy=False)
    amount_open = fields.Monetary("Open in all", readonly=True, copy=False, help="Everything that was looked at.")
    amount_simulated = fields.Monetary("Would be claimed", readonly=True, copy=False)
    amount_left_out = fields.Monetary(
        "Not claimed",
        compute="_compute_amount_left_out",
        help="Open in all, less what the notices claim: what is excluded stays visible.",
    )
    verdict_count = fields.Integer("Verdicts", compute="_compute_verdict_count")
    day_text = fields.Char("What is simulated", compute="_compute_day_text")
    no_followup_text = fields.Char("What “No Follow-Up” keeps out", compute="_compute_no_followup_text")
    no_followup_general = fields.Integer("“No Follow-Up” of miscellaneous entries", compute="_compute_no_followup_text")
    bank_text = fields.Char("Age of the bank statements", compute="_compute_bank_text")
    progress = fields.Float("Sent so far (%)", compute="_compute_progress")

    @api.depends("amount_open", "amount", "amount_simulated", "mode")
    def _compute_amount_left_out(self):
        for run in self:
            claimed = run.amount_simulated if run.mode == "simulation" else run.amount
            run.amount_left_out = run.amount_open - claimed

    def _compute_verdict_count(self):
        groups = self.env["recovery.verdict"]._read_group([("run_id", "in", self.ids)], ["run_id"], ["__count"])
        counts = {run.id: count for run, count in groups}
        for run in self:
            run.verdict_count = counts.get(run.id, 0)

    @api.depends("date", "mode")
    @api.depends_context("lang")
    def _compute_day_text(self):
        for run in self:
            today = run.company_id._recovery_today() if run.company_id else run.date
            if run.mode != "simulation" or not run.date:
                run.day_text = False
            elif run.date > today:
                run.day_text = self.env._(
                    "A future day: no payment is supposed until then, and one step per instalment."
                )
            elif run.date < today:
                run.day_text = self.env._(
                    "A past day: balances, levels and suspensions as they were. What was posted or reconciled since "
                    "with an earlier date changes the picture; “No Follow-Up” marks are those of today."
                )
            else:
                run.day_text = self.env._("Today: nothing is written but the verdicts.")

    @api.depends("summary")
    @api.depends_context("lang")
    def _compute_no_followup_text(self):
        for run in self:
            count, amount = (run.summary or {}).get("no_followup", (0, 0.0))
            run.no_followup_general = len(run._get_general_no_followup()) if count else 0
            run.no_followup_text = False
            if count:
                run.no_followup_text = self.env._(
                    "“No Follow-Up” keeps %(amount)s out of every reminder (instalments: %(count)s).",
                    amount=run.currency_id.format(amount),
                    count=count,
                )
            if run.no_followup_general:
                run.no_followup_text += " " + self.env._(
                    "From miscellaneous entries, which Odoo marks by itself, opening balances perhaps: %(count)s.",
                    count=run.no_followup_general,
                )

    def _get_general_no_followup(self):
        """Return the verdicts on instalments that core marked because their journal is not a sales one."""
        return self.env["recovery.verdict"].search(
            Domain("run_id", "in", self.ids)
            & Domain("code", "=", "no_followup")
            & Domain("move_line_id.no_followup", "=", True)
            & Domain("move_line_id.journal_id.type", "=", "general")
        )

    @api.depends("company_id", "date")
    def _compute_bank_text(self):
        for run in self:
            run.bank_text = bool(run.date) and self.env["recovery.selection"]._get_bank_delay(
                run.company_id._recovery_root(), run.date
            )

    @api.depends("notice_ids.state")
    def _compute_progress(self):
        for run in self:
            waiting = run.notice_count - run.sent_count - run.failed_count - run.to_approve_count
            total = run.notice_count - run.to_approve_count
            run.progress = 100.0 * (total - waiting) / total if total else 0.0

    def _creation_message(self):
        """Return the thread's first words: core's own has a gender that French cannot guess."""
        return self.env._("Campaign created")

    # ------------------------------------------------------------
    # Scope
    # ------------------------------------------------------------
    def write(self, vals):
        """Throw a proposal away when what it rests on changes: nothing leaves that nobody looked at."""
        scopes = {run: run._get_scope() for run in self if run.state != "draft"} if SCOPE & vals.keys() else {}
        result = super().write(vals)
        for run, scope in scopes.items():
            if run._get_scope() != scope:
                run._forget_proposal()
        return result

    def _get_scope(self):
        return tuple(self[name] for name in sorted(SCOPE))

    def _forget_proposal(self):
        """Go back to a campaign that nobody proposed yet."""
        self.ensure_one()
        self._check_not_engaged()
        run = self.sudo()
        run._drop_proposal()
        run.write({"state": "draft", "summary": False, "proposed_on": False, **run._get_open_figures({})})

    def _is_past(self):
        """Tell whether the campaign looks at a past day as it was."""
        self.ensure_one()
        return self.mode == "simulation" and self.date < self.company_id._recovery_today()

    def _get_scope_partners(self):
        """Return the customers to read, or None for all of them."""
        self.ensure_one()
        if not self.debtor_ids and not self.collector_id:
            return None
        debtors = self.debtor_ids
        if self.collector_id:
            domain = Domain("company_id", "=", self.company_id.id) & Domain("collector_id", "=", self.collector_id.id)
            if debtors:
                domain &= Domain("id", "in", debtors.ids)
            debtors = debtors.search(domain)
        return debtors.partner_id

    def _keep_scope(self, verdicts):
        """Return the verdicts per customer, those who follow another scenario left out."""
        by_partner = defaultdict(list)
        for verdict in verdicts:
            by_partner[verdict.item.partner_id].append(verdict)
        if not self.policy_id:
            return by_partner
        chosen = self._get_followers(by_partner)
        return {partner_id: rows for partner_id, rows in by_partner.items() if partner_id in chosen}

    def _get_followers(self, by_partner):
        """Return the ids of the customers who follow the campaign's scenario."""
        levels = set(self.policy_id.sudo().level_ids.ids)
        return {
            partner_id
            for partner_id, verdicts in by_partner.items()
            if any(verdict.step and verdict.step.level_id in levels for verdict in verdicts)
        }

    def _get_open_figures(self, summary):
        """Return the totals of everything that was looked at."""
        self.ensure_one()
        simulated = 0.0
        if self.mode == "simulation":
            ((simulated,),) = self.env["recovery.verdict"]._read_group(
                [("run_id", "=", self.id)], [], ["amount_claimed:sum"]
            )
        return {
            "instalment_count": sum(count for count, _amount in summary.values()),
            "amount_open": self.currency_id.round(sum(amount for _count, amount in summary.values())),
            "amount_simulated": simulated,
        }

    def _check_may_leave(self):
        """Refuse to commit to a simulation, or on books that are too old to claim on."""
        for run in self:
            if run.mode == "simulation":
                raise UserError(
                    self.env._("%s is a simulation: nothing of it leaves. Make a campaign for that.", run.name)
                )
            company = run.company_id._recovery_root()
            stale = self.env["recovery.selection"]._get_bank_delay(company, company._recovery_today())
            if stale:
                raise UserError(
                    self.env._("%s: import the bank statements first, or raise the limit in the settings.", stale)
                )

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------
    def action_simulate(self):
        """Work out what the day would give, and write nothing but the verdicts."""
        for run in self._check_may_work():
            if run.state == "draft" and run.mode == "proposal":
                run.mode = "simulation"
            if run.mode != "simulation":
                raise UserError(self.env._("%s is a campaign already: make another one to simulate.", run.name))
            run._propose()

    def action_retry_failed(self):
        """Try again to send the notices that failed."""
        self.notice_ids.filtered(lambda notice: notice.state == "failed").action_retry()

    def action_view_verdicts(self):
        """Open why each instalment is reminded, or not."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_verdict_action")
        return dict(action, domain=[("run_id", "=", self.id)], context={"search_default_group_code": 1})

    def action_view_no_followup(self):
        """Open the instalments that are left out because of “No Follow-Up”."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_verdict_action")
        return dict(action, domain=[("run_id", "=", self.id), ("code", "=", "no_followup")], context={})

    def action_export_verdicts(self):
        """Download why each instalment is reminded, or not, as a spreadsheet."""
        self.ensure_one()
        self.check_access("read")
        export = self.env["recovery.verdict.export"].create({"run_id": self.id, "company_id": self.company_id.id})
        return export.action_export_xlsx()

    def action_lift_no_followup(self):
        """Ask a manager why, then follow again what core marked in miscellaneous journals."""
        require_manager(self.env)
        return self.env["recovery.reason.wizard"]._open(
            self, "_lift_no_followup", self.env._("Follow these instalments again")
        )

    def _lift_no_followup(self, reason):
        """Lift the marks of the miscellaneous entries that the campaign left out, with a trace per debtor."""
        require_manager(self.env)
        verdicts = self.sudo()._get_general_no_followup()
        if not verdicts:
            raise UserError(self.env._("No miscellaneous entry is left out because of “No Follow-Up” any more."))
        verdicts.move_line_id.no_followup = False
        self.env["recovery.event"]._log(
            "followed",
            verdicts,
            lambda verdict: self.env._("%(entry)s followed again: %(reason)s", entry=verdict.move_name, reason=reason),
            lambda verdict: {"invoice": verdict.move_name, "amount": verdict.amount_company, "reason": reason},
        )
        for run in self.filtered(lambda run: run.state in ("draft", "proposed")):
            run._propose()

    def action_reload(self):
        """Show how far the sending is."""
        self.check_access("read")
        return True
