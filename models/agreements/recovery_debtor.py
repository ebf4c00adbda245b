from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ..common.saying import narrow

WIZARDS = {
    "promise": "recovery.promise.wizard",
    "plan": "recovery.payment.plan.wizard",
    "dispute": "recovery.dispute.wizard",
    "settlement": "recovery.settlement.wizard",
}


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"

    promise_ids = fields.One2many("recovery.promise", "debtor_id", string="Promises")
    plan_ids = fields.One2many("recovery.payment.plan", "debtor_id", string="Payment plans")
    dispute_ids = fields.One2many("recovery.dispute", "debtor_id", string="Disputes")
    settlement_ids = fields.One2many("recovery.settlement", "debtor_id", string="Settlements")
    promise_kept_count = fields.Integer("Promises kept", readonly=True)
    promise_partly_count = fields.Integer("Promises kept in part", readonly=True)
    promise_broken_count = fields.Integer("Promises broken", readonly=True)
    promise_reliability = fields.Float(
        "Reliability of promises",
        readonly=True,
        aggregator="avg",
        help="Share of the promises due that were kept in full and on time.",
    )
    promise_due_count = fields.Integer("Promises due", compute="_compute_promise_due_count")
    open_promise_count = fields.Integer(compute="_compute_agreement_counts")
    running_plan_count = fields.Integer(compute="_compute_agreement_counts")
    open_dispute_count = fields.Integer(compute="_compute_agreement_counts")
    open_settlement_count = fields.Integer(compute="_compute_agreement_counts")
    agreement_alert = fields.Char("Alert", compute="_compute_agreement_alert")

    @api.model
    def _get_figure_fields(self):
        return super()._get_figure_fields() | {
            "promise_kept_count",
            "promise_partly_count",
            "promise_broken_count",
            "promise_reliability",
        }

    @api.depends("promise_kept_count", "promise_partly_count", "promise_broken_count")
    def _compute_promise_due_count(self):
        for debtor in self:
            debtor.promise_due_count = (
                debtor.promise_kept_count + debtor.promise_partly_count + debtor.promise_broken_count
            )

    @api.depends("promise_ids.state", "plan_ids.state", "dispute_ids.state", "settlement_ids.state")
    def _compute_agreement_counts(self):
        for field, model, states in (
            ("open_promise_count", "recovery.promise", ["open"]),
            ("running_plan_count", "recovery.payment.plan", ["proposed", "running"]),
            ("open_dispute_count", "recovery.dispute", ["open"]),
            ("open_settlement_count", "recovery.settlement", ["talks", "to_approve", "agreed"]),
        ):
            counts = dict(
                self.env[model]._read_group(
                    [("debtor_id", "in", self.ids), ("state", "in", states)], ["debtor_id"], ["__count"]
                )
            )
            for debtor in self:
                debtor[field] = counts.get(debtor._origin, 0)

    @api.depends("promise_ids.state", "plan_ids.state", "dispute_ids.date_due")
    @api.depends_context("lang")
    def _compute_agreement_alert(self):
        broken = self._get_broken_promises().grouped("debtor_id")
        plans = self._get_broken_plans().grouped("debtor_id")
        for debtor in self:
            alerts = [promise._get_broken_summary() for promise in broken.get(debtor._origin, ())]
            alerts += [plan._get_broken_summary() for plan in plans.get(debtor._origin, ())]
            debtor.agreement_alert = " – ".join(alerts)

    def _get_broken_promises(self, date_from=None):
        """Return the promises not kept that nothing replaced and whose instalments are still unpaid.

        :param date_from: only those that were broken since that day.
        """
        domain = [
            ("debtor_id", "in", self.ids),
            ("state", "in", ("partly", "broken")),
            ("replaced_by_ids", "=", False),
            ("line_ids.line_id.recovery_is_open", "=", True),
        ]
        if date_from:
            domain.append(("decided_on", ">=", date_from))
        return self.env["recovery.promise"].search(domain, order="date desc, id desc")

    def _get_promises_to_mention(self, without):
        """Return ``{debtor: promise}``: the last one not kept since the debtor's last notice.

        :param without: notices that are being written, which are not the last one.
        """
        broken = self.sudo()._get_broken_promises().grouped("debtor_id")
        if not broken:
            return {}
        last = dict(
            self.env["recovery.notice"]
            .sudo()
            ._read_group(
                [
                    ("debtor_id", "in", [debtor.id for debtor in broken]),
                    ("issue_date", "!=", False),
                    ("state", "=", "sent"),
                    ("id", "not in", without.ids),
                ],
                ["debtor_id"],
                ["issue_date:max"],
            )
        )
        found = {}
        for debtor, promises in broken.items():
            since = last.get(debtor)
            recent = promises.filtered(lambda promise, since=since: not since or promise.decided_on >= since)
            if recent:
                found[debtor] = recent[0]
        return found

    def _get_broken_plans(self):
        """Return the broken plans whose instalments are still unpaid and in no new plan."""
        plans = self.env["recovery.payment.plan"].search(
            [("debtor_id", "in", self.ids), ("state", "=", "broken"), ("line_ids.line_id.recovery_is_open", "=", True)]
        )
        covered = self.env["recovery.agreement.line"].search(
            [("line_id", "in", plans.line_ids.line_id.ids), ("is_running", "=", True), ("promise_id", "=", False)]
        )
        return plans.filtered(lambda plan: plan.line_ids.line_id - covered.line_id)

    def _keep_reliability(self):
        """Store the counts of promises kept and broken, in two queries whatever the number of debtors."""
        found = self.env["recovery.promise"]._read_reliability(self)
        rows = []
        for debtor in self:
            row = found.get(debtor.id)
            kept, partly, broken = (row.kept, row.partly, row.broken) if row else (0, 0, 0)
            rows.append((debtor.id, kept, partly, broken, (row.ratio or 0.0) if row else 0.0))
        self.env["recovery.bulk"]._update(
            "recovery.debtor",
            ["promise_kept_count", "promise_partly_count", "promise_broken_count", "promise_reliability"],
            rows,
        )

    def _describe_broken_promise(self, promise):
        """Return the amount and the date of a broken promise as letters say them, in the context's language."""
        return self.env._(
            "%(amount)s announced for %(date)s",
            amount=formatLang(self.env, promise.amount, currency_obj=promise.currency_id),
            date=format_date(self.env, promise.date),
        )

    def _hook_after_union(self):
        """Count promises and contacts again, and have the figures worked out: the kept debtor has those of both."""
        result = super()._hook_after_union()
        self._keep_reliability()
        self._refresh_last_contact()
        self.env["recovery.debtor.touch"]._touch({(debtor.partner_id.id, debtor.company_id.id) for debtor in self})
        return result

    # ------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------
    def action_promise(self):
        """Open the window that records a promise of this debtor."""
        return self._open_agreement_wizard("promise")

    def action_plan(self):
        """Open the window that prepares a payment plan for this debtor."""
        return self._open_agreement_wizard("plan")

    def action_dispute(self):
        """Open the window that records a dispute of this debtor."""
        return self._open_agreement_wizard("dispute")

    def action_settlement(self):
        """Open the window that begins a mediation or a settlement with this debtor."""
        return self._open_agreement_wizard("settlement")

    def _open_agreement_wizard(self, kind, **values):
        """Open the window that makes an agreement.

        :param values: what its fields begin with.
        """
        self.ensure_one()
        self.check_access("read")
        titles = {
            "promise": self.env._("Promise of payment"),
            "plan": self.env._("Payment plan"),
            "dispute": self.env._("Dispute"),
            "settlement": self.env._("Mediation or settlement"),
        }
        return {
            "type": "ir.actions.act_window",
            "name": titles[kind],
            "res_model": WIZARDS[kind],
            "view_mode": "form",
            "target": "new",
            "context": {
                **{f"default_{name}": value for name, value in values.items()},
                "default_debtor_id": self.id,
            },
        }

    def action_view_promises(self):
        """Open the promises of this debtor."""
        return self._open_agreements("recovery_promise_action")

    def action_view_plans(self):
        """Open the payment plans of this debtor."""
        return self._open_agreements("recovery_payment_plan_action")

    def action_view_disputes(self):
        """Open the disputes of this debtor."""
        return self._open_agreements("recovery_dispute_action")

    def action_view_settlements(self):
        """Open the mediations and settlements of this debtor."""
        return self._open_agreements("recovery_settlement_action")

    def _open_agreements(self, name):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(f"debt_recovery.{name}")
        return narrow(action, domain=[("debtor_id", "=", self.id)], context={})
