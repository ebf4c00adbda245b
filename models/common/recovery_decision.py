from odoo import api, fields, models
from odoo.exceptions import UserError

from .calendar import shift
from .marks import takes_reason
from .retention import CASES, Retained
from .roles import MANAGER, require_manager
from .trace_labels import describe


class RecoveryDecision(models.Model):
    """The one approval flow: somebody asks with figures, a manager answers with a reason."""

    _name = "recovery.decision"
    _description = "Decision"
    _retained = Retained(
        CASES,
        "answered_on",
        ("subject", "ask_reason", "answer_reason", "figures"),
        domain=(("debtor_id", "!=", False),),
        stays=("res_model", "blocker_codes"),
    )
    _inherit = ["recovery.guarded", "mail.thread", "mail.activity.mixin"]
    _moves = ("state",)
    _order = "id desc"
    _rec_name = "subject"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    debtor_id = fields.Many2one("recovery.debtor", readonly=True, index=True, ondelete="restrict")
    kind = fields.Selection(
        [
            ("limit", "Credit limit"),
            ("credit", "Credit granted despite a refusal"),
            ("level", "Level that needs approval"),
            ("campaign", "Automatic campaign above its limits"),
            ("formal_notice", "Mise en demeure despite a blocker"),
            ("plan", "Payment plan"),
            ("waiver", "Partial waiver of the debt"),
            ("gate", "Litigation despite a failed check"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    subject = fields.Char(required=True, readonly=True)
    res_model = fields.Char("Record model", readonly=True)
    res_id = fields.Many2oneReference("Record ID", model_field="res_model", readonly=True, index=True)
    figures = fields.Json(readonly=True, help="The figures at the time of the request.")
    figures_text = fields.Text("Figures as text", compute="_compute_figures_text")
    asked_by_id = fields.Many2one("res.users", string="Requested by", required=True, readonly=True)
    asked_on = fields.Datetime("Requested on", required=True, readonly=True)
    ask_reason = fields.Text("Why it is requested", readonly=True)
    state = fields.Selection(
        [("asked", "To answer"), ("granted", "Granted"), ("refused", "Refused"), ("cancelled", "No longer needed")],
        required=True,
        default="asked",
        readonly=True,
        index=True,
        tracking=True,
    )
    answered_by_id = fields.Many2one("res.users", string="Answered by", readonly=True)
    answered_on = fields.Datetime("Answered on", readonly=True)
    answer_reason = fields.Text("Reason for the answer", readonly=True)
    valid_days = fields.Integer("Days of validity", readonly=True, help="0: a grant has no end date.")
    valid_until = fields.Date("Valid until", readonly=True, help="A grant is no longer valid after this day.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary("Amount concerned", readonly=True)
    blocker_codes = fields.Char(readonly=True, help="Codes of what was missing when it was requested.")
    amount_max = fields.Monetary("Up to", readonly=True, help="A grant covers no more than this amount.")

    _pending_uniq = models.UniqueIndex(
        "(kind, res_model, res_id) WHERE state = 'asked'",
        "This has already been requested: the request is waiting for an answer.",
    )

    @api.depends("figures")
    @api.depends_context("lang")
    def _compute_figures_text(self):
        for decision in self:
            decision.figures_text = describe(self.env, decision.figures)

    @api.model
    def _ask(self, kind, record, subject, figures=None, amount=0.0, reason=None, debtor=None, valid_days=0):
        """Ask for a decision on a record, once: a pending question on it is returned.

        Unless the amount grew since, or the record is now another customer's: it is then put anew.

        :param str kind: value of the ``kind`` selection.
        :param dict figures: what the answer rests on, kept as it was at this moment.
        :param int valid_days: days during which a grant may be used, from the answer on (0: no end).
        :return: the decision, in state ``asked``.
        """
        pending = self._find_questions(kind, record)
        is_same = not debtor or pending.debtor_id == debtor
        if pending and is_same and pending.currency_id.compare_amounts(amount, pending.amount_max) <= 0:
            return pending
        pending._withdraw_question()
        company = record.company_id._recovery_root()
        decision = self.sudo().create(
            {
                "company_id": company.id,
                "debtor_id": debtor.id if debtor else False,
                "kind": kind,
                "subject": subject,
                "res_model": record._name,
                "res_id": record.id,
                "figures": figures,
                "asked_by_id": self.env.user.id,
                "asked_on": fields.Datetime.now(),
                "ask_reason": reason,
                "amount": amount,
                "amount_max": amount,
                "valid_days": valid_days,
            }
        )
        self.env["recovery.event"]._log("asked", decision, subject, figures)
        for manager in self._get_approvers(company)[:1]:
            decision.activity_schedule(
                "debt_recovery.mail_activity_type_decision",
                date_deadline=company._recovery_today(),
                user_id=manager.id,
                summary=subject,
            )
        return decision.with_env(self.env)

    @api.model
    def _find_questions(self, kind, records):
        """Return the questions of a kind on these records that wait for an answer: one at most on each."""
        return self.search(
            [
                ("kind", "=", kind),
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("state", "=", "asked"),
            ]
        )

    @api.model
    def _find_grant(self, kind, record, amount, day, partner=None):
        """Return the grant on a record that still holds on that day for that amount, if any.

        Asked again at the moment it is used: an amount that grew since, or a day too
        late, needs another decision.

        :param amount: in the company's currency.
        :param partner: the customer of now: what was granted for another one does not count.
        """
        granted = self.sudo().search(
            [
                ("kind", "=", kind),
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("state", "=", "granted"),
            ]
        )
        return granted.filtered(
            lambda decision: (
                (not decision.valid_until or decision.valid_until >= day)
                and decision.currency_id.compare_amounts(amount, decision.amount_max) <= 0
                and (not partner or not decision.debtor_id or decision.debtor_id.partner_id == partner)
            )
        )[:1]

    @api.model
    def _get_approvers(self, company):
        """Return the managers of the module who may answer in that company."""
        return self.env["recovery.responsible"]._get_managers(company)

    @api.model
    def _get_manager(self, company, owner=None):
        """Return the recovery manager to turn to, somebody else than the owner if there is one."""
        approvers = self._get_approvers(company)
        return (approvers - owner if owner else approvers)[:1] or approvers[:1]

    def _recovery_get_able(self, users):
        """Leave out who is no manager any more: they cannot answer."""
        return self.env["recovery.responsible"]._get_able(users, self.company_id, MANAGER)

    def _recovery_get_responsible(self):
        """Return the manager who answers, somebody else than who asked if there is one."""
        return self._get_manager(self.company_id, self.asked_by_id)

    def action_open_document(self):
        """Open what the question is about."""
        return self._open_pointed()

    def action_grant(self):
        """Ask the manager for a reason, then grant."""
        return self._open_answer("_grant", self.env._("Grant"))

    def action_refuse(self):
        """Ask the manager for a reason, then refuse."""
        return self._open_answer("_refuse", self.env._("Refuse"))

    def _open_answer(self, method, title):
        self._check_may_answer()
        return self.env["recovery.reason.wizard"]._open(self, method, title)

    def _check_may_answer(self):
        require_manager(self.env)
        if self.filtered(lambda d: d.state != "asked"):
            raise UserError(self.env._("This request has already been answered."))

    @takes_reason
    def _grant(self, reason):
        self._answer("granted", reason)

    @takes_reason
    def _refuse(self, reason):
        self._answer("refused", reason)

    def _answer(self, state, reason):
        self._check_may_answer()
        for decision in self.sudo():
            today = decision.company_id._recovery_today()
            decision.write(
                {
                    "state": state,
                    "answered_by_id": self.env.user.id,
                    "answered_on": fields.Datetime.now(),
                    "answer_reason": reason,
                    "valid_until": decision.valid_days and shift(today, days=decision.valid_days),
                }
            )
        self.sudo().activity_unlink(["debt_recovery.mail_activity_type_decision"])
        self.env["recovery.event"]._log(
            state, self, lambda d: d.subject, lambda d: {"reason": reason, **(d.figures or {})}
        )
        for decision in self:
            record = self.env[decision.res_model].browse(decision.res_id).exists()
            if record and isinstance(record, self.pool["recovery.decided"]):
                record._on_decision(decision)

    def _follow_figures(self, figures, amount):
        """Give questions that nobody answered yet the figures of now: what was granted stays what it was."""
        self.sudo().filtered(lambda decision: decision.state == "asked").write(
            {"figures": figures, "amount": amount, "amount_max": amount}
        )

    def _withdraw_question(self):
        """Close questions that nobody needs to answer any more."""
        asked = self.sudo().filtered(lambda decision: decision.state == "asked")
        asked.write({"state": "cancelled"})
        asked.flush_recordset(["state"])  # the next question is inserted: the unique index must see this one over
        asked.activity_unlink(["debt_recovery.mail_activity_type_decision"])

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(self.env._("A decision is never deleted: the audit trail must be kept."))
