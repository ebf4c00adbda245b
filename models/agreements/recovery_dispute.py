from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ..common.calendar import shift
from ..common.equivalent import convert_totals
from ..common.retention import CONTACTS, Retained
from ..common.roles import require_user
from ..common.sentence import word
from .promise_check import spread

_lt = LazyTranslate(__name__)

AGES = ((15, "15"), (30, "30"), (60, "60"))


class RecoveryDispute(models.Model):
    """A dispute (litige): an invoice, an instalment or a part of its amount that the debtor contests.

    What is disputed leaves the reminders, the rest goes on; whoever owns it answers by a date.
    """

    _name = "recovery.dispute"
    _description = "Dispute"
    _retained = Retained(CONTACTS, "resolved_on", ("description", "resolution"), ("attachment_ids",), stays=("name",))
    _numbered = {"name": "recovery.dispute"}
    _inherit = ["recovery.agreement"]
    _check_rank = 40
    _hold_origin = "dispute"
    _moves = ("state", "date_due")
    _open_states = ("open",)
    _typed = ("attachment_ids", "date_due", "reason_id", "description")

    name = fields.Char("Number", readonly=True, copy=False, index="trigram")
    move_id = fields.Many2one(
        "account.move", string="Invoice", required=True, readonly=True, index=True, ondelete="restrict"
    )
    line_id = fields.Many2one(
        "account.move.line",
        string="Instalment",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Empty: the whole invoice.",
    )
    amount = fields.Monetary("Disputed", required=True, readonly=True)
    amount_company = fields.Monetary("Disputed (company currency)", currency_field="company_currency_id", readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company currency")
    is_partial = fields.Boolean("Part only", readonly=True, help="The rest of the invoice is still claimed.")
    reason_id = fields.Many2one(
        "recovery.dispute.reason", required=True, index=True, ondelete="restrict", tracking=True
    )
    description = fields.Text()
    opened_on = fields.Date("Opened on", required=True, readonly=True, index=True)
    date_due = fields.Date("To be answered by", required=True, index=True, tracking=True)
    state = fields.Selection(
        [("open", "Open"), ("resolved", "Resolved")],
        required=True,
        readonly=True,
        default="open",
        index=True,
        tracking=True,
    )
    outcome = fields.Selection(
        [
            ("credit_note", "Credit note"),
            ("rejected", "Rejected"),
            ("agreement", "Agreement"),
            ("withdrawn", "Withdrawn by the customer"),
        ],
        readonly=True,
        tracking=True,
    )
    amount_kept = fields.Monetary("Still due", readonly=True, help="What the customer agreed to pay of it.")
    credit_note_ids = fields.Many2many(
        "account.move",
        "recovery_dispute_credit_note_rel",
        "dispute_id",
        "move_id",
        string="Credit notes",
        readonly=True,
    )
    resolution = fields.Text(readonly=True)
    resolved_on = fields.Date("Resolved on", readonly=True)
    resolved_by_id = fields.Many2one("res.users", string="Resolved by", readonly=True)
    age_days = fields.Integer("Age (days)", readonly=True, aggregator="avg")
    age = fields.Selection(
        [("15", "Up to 15 days"), ("30", "16 to 30 days"), ("60", "31 to 60 days"), ("more", "More than 60 days")],
        readonly=True,
        default="15",
    )
    is_late = fields.Boolean("Answer overdue", compute="_compute_is_late")
    hold_ids = fields.One2many("recovery.hold", "dispute_id", readonly=True)
    attachment_ids = fields.Many2many(
        "ir.attachment", "recovery_dispute_attachment_rel", "dispute_id", "attachment_id", string="Documents"
    )

    _amount_check = models.Constraint("CHECK(amount > 0)", "A dispute must be about an amount above zero.")

    @api.depends("name", "move_id", "reason_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for dispute in self:
            dispute.display_name = (
                f"{dispute.name or ''} {dispute.move_id.name or ''} – {dispute.reason_id.name or ''}".strip()
            )

    @api.depends("date_due", "state")
    def _compute_is_late(self):
        for dispute in self:
            today = (dispute.company_id or self.env.company)._recovery_today()
            dispute.is_late = bool(dispute.state == "open" and dispute.date_due and dispute.date_due < today)

    def _get_editable_fields(self):
        editable = super()._get_editable_fields() | {"attachment_ids"}
        return editable | {"date_due", "reason_id", "description"} if self.state == "open" else editable

    def write(self, vals):
        result = super().write(vals)
        if {"user_id", "date_due"} & vals.keys():
            disputes = self.filtered(lambda dispute: dispute.state == "open")
            for (date_due, user), alike in disputes.grouped(
                lambda dispute: (dispute.date_due, dispute.user_id)
            ).items():
                alike.activity_reschedule(
                    ["debt_recovery.mail_activity_type_dispute"], date_deadline=date_due, new_user_id=user.id
                )
        return result

    def _get_trace(self):
        return {
            "amount": self.amount,
            "currency": self.currency_id.name,
            "invoice": self.move_id.name,
            "reason": self.reason_id.name,
            "until": str(self.date_due),
        }

    # ------------------------------------------------------------
    # Opening
    # ------------------------------------------------------------
    @api.model
    def _open(self, debtor, day, move, reason, line=None, amount=0.0, user=None, date_due=None, description=None):
        """Open a dispute: what is disputed leaves the reminders until it is resolved.

        :param day: today, in the company.
        :param amount: the part disputed; zero disputes all that is open.
        """
        require_user(self.env)
        debtor.check_access("write")
        owed = self._get_owed(debtor, move, line)
        currency = move.currency_id
        if currency.compare_amounts(owed, 0) <= 0:
            raise UserError(self.env._("%s no longer owes anything.", move.name))
        if currency.compare_amounts(amount, owed) > 0 or amount < 0:
            raise UserError(
                self.env._(
                    "Only the open amount can be disputed: %(owed)s of %(invoice)s.",
                    owed=currency.format(owed),
                    invoice=move.name,
                )
            )
        self._check_overlap(move, line)
        is_partial = bool(amount) and currency.compare_amounts(amount, owed) < 0
        amount = amount or owed
        company = debtor.company_id
        dispute = self.sudo().create(
            {
                "name": self.env["ir.sequence"].sudo().with_company(company).next_by_code("recovery.dispute"),
                "debtor_id": debtor.id,
                "move_id": move.id,
                "line_id": line.id if line else False,
                "currency_id": currency.id,
                "amount": amount,
                "amount_company": convert_totals(company, day, [(currency, amount)]),
                "is_partial": is_partial,
                "reason_id": reason.id,
                "description": description,
                "user_id": (user or self.env.user).id,
                "opened_on": day,
                "date_due": date_due or shift(day, days=company.recovery_dispute_days),
            }
        )
        dispute._suspend_disputed(day)
        dispute._trace("dispute_opened", lambda d: self.env._("Dispute opened: %s", d.display_name))
        dispute.activity_schedule(
            "debt_recovery.mail_activity_type_dispute",
            date_deadline=dispute.date_due,
            user_id=dispute._recovery_get_responsible().id,
            summary=self.env._("Answer the dispute on %s", move.name),
        )
        return dispute.with_env(self.env)

    @api.model
    def _get_owed(self, debtor, move, line=None):
        """Return what is open of an invoice of that debtor, or of one of its instalments."""
        if move.commercial_partner_id != debtor.partner_id or move.company_id.root_id != debtor.company_id:
            raise UserError(self.env._("%s is not an invoice of this customer.", move.display_name))
        if move.state != "posted" or (line and line.move_id != move):
            raise UserError(self.env._("Only a posted invoice, or one of its own instalments, can be disputed."))
        if line:
            return line.recovery_residual
        lines = move.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        return sum(lines.sudo().mapped("recovery_residual"))

    @api.model
    def _check_overlap(self, move, line):
        """Refuse a second dispute of the same thing: the first one would hide it."""
        for other in self.sudo().search([("move_id", "=", move.id), ("state", "=", "open")]):
            if not other.line_id or not line or other.line_id == line:
                raise UserError(
                    self.env._(
                        "%(dispute)s is open already: add to its description, or resolve it first.",
                        dispute=other.display_name,
                    )
                )

    def _suspend_disputed(self, day):
        self.env["recovery.hold"].sudo().create(
            [
                {
                    "debtor_id": dispute.debtor_id.id,
                    "origin": self._hold_origin,
                    "dispute_id": dispute.id,
                    "move_id": dispute.move_id.id,
                    "line_id": line.id,
                    "amount": amount,
                    "date_from": day,
                    "reason": word(self.env, _lt("Dispute: %s", dispute.reason_id.name)),
                }
                for dispute in self
                for line, amount in dispute._spread_disputed()
            ]
        )

    def _spread_disputed(self):
        """Return ``[(instalment, amount)]`` of what is suspended: a part falls on the oldest instalments first.

        No amount suspends all of it, and no instalment the whole invoice.
        """
        self.ensure_one()
        if self.line_id or not self.is_partial:
            return [(self.line_id, self.amount if self.is_partial else 0.0)]
        lines = self.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable" and line.recovery_residual > 0
        ).sorted(lambda line: (line.date_maturity or line.date, line.id))
        *parts, _left = spread(self.amount, lines.mapped("recovery_residual"), self.currency_id.decimal_places)
        return [(line, part) for line, part in zip(lines, parts, strict=True) if part]

    # ------------------------------------------------------------
    # Resolving
    # ------------------------------------------------------------
    def action_credit_note(self):
        """Open core's own window to make the credit note; resolve the dispute once it is posted."""
        self.ensure_one()
        require_user(self.env)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit note"),
            "res_model": "account.move.reversal",
            "view_mode": "form",
            "target": "new",
            "context": {
                "active_model": "account.move",
                "active_ids": self.move_id.ids,
                "default_reason": self.reason_id.name,
            },
        }

    def _get_ending(self):
        return "action_resolve", self.env._("Resolve the dispute")

    def action_resolve(self):
        """Open the window that records the outcome."""
        self.ensure_one()
        if self.state != "open":
            raise UserError(self.env._("This dispute has already been resolved."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Outcome of the dispute"),
            "res_model": "recovery.dispute.resolve.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_dispute_id": self.id, **self._get_outcome_defaults()},
        }

    def _get_outcome_defaults(self):
        """Return what the outcome most likely is: the credit notes that reverse the invoice since."""
        notes = self.env["account.move"].search(
            [
                ("reversed_entry_id", "=", self.move_id.id),
                ("move_type", "=", "out_refund"),
                ("state", "=", "posted"),
                ("invoice_date", ">=", self.opened_on),
            ]
        )
        if not notes:
            return {}
        return {"default_outcome": "credit_note", "default_credit_note_ids": [fields.Command.set(notes.ids)]}

    def _resolve(self, day, outcome, resolution, credit_notes=None, amount_kept=0.0):
        """End a dispute: its suspension ends, reminders go on with what is still owed.

        :param day: today, in the company.
        """
        require_user(self.env)
        self.ensure_one()
        self.check_access("write")
        dispute = self.sudo()
        if dispute.state != "open":
            raise UserError(self.env._("This dispute has already been resolved."))
        notes = credit_notes or self.env["account.move"]
        if outcome == "credit_note":
            if not notes:
                raise UserError(self.env._("Choose the credit note that answers the dispute, or create it first."))
            if notes.filtered(lambda note: note.state != "posted"):
                raise UserError(self.env._("Post the credit note first: until then the invoice is still owed in full."))
        if outcome == "agreement" and not 0 <= amount_kept <= dispute.amount:
            raise UserError(self.env._("What remains due must be between zero and the disputed amount."))
        dispute.write(
            {
                "state": "resolved",
                "outcome": outcome,
                "resolution": resolution,
                "credit_note_ids": [fields.Command.set(notes.ids)],
                "amount_kept": {"rejected": dispute.amount, "withdrawn": dispute.amount}.get(outcome, amount_kept),
                "resolved_on": day,
                "resolved_by_id": self.env.user.id,
                **self._get_age_vals(day),
            }
        )
        label = dict(self._fields["outcome"]._description_selection(self.env))[outcome]
        dispute._resume(day, self.env._("Dispute resolved: %s", label))
        dispute._trace(
            "dispute_resolved",
            lambda d: self.env._("Dispute resolved (%(outcome)s): %(dispute)s", outcome=label, dispute=d.display_name),
            lambda d: {**d._get_trace(), "feedback": resolution},
        )
        dispute.activity_feedback(["debt_recovery.mail_activity_type_dispute"], feedback=resolution)

    # ------------------------------------------------------------
    # Age
    # ------------------------------------------------------------
    def _get_age_vals(self, day):
        days = (day - self.opened_on).days
        return {"age_days": days, "age": next((code for limit, code in AGES if days <= limit), "more")}

    @api.model
    def _check(self, company, day, partners=None):
        """Keep the age of open disputes, by which the figures are grouped."""
        rows = []
        for dispute in self.search(self._get_domain(company, ["open"], partners)):
            vals = dispute._get_age_vals(day)
            if vals["age_days"] != dispute.age_days or vals["age"] != dispute.age:
                rows.append((dispute.id, vals["age_days"], vals["age"]))
        self.env["recovery.bulk"]._update(self._name, ["age_days", "age"], rows)

    @api.model
    def _read_outcomes(self, debtors, date_from, date_to):
        """Return ``{debtor id: {outcome: count}}`` of the disputes resolved in a period, in one query."""
        counts = {}
        groups = self.sudo()._read_group(
            [
                ("debtor_id", "in", debtors.ids),
                ("resolved_on", ">=", date_from),
                ("resolved_on", "<=", date_to),
            ],
            ["debtor_id", "outcome"],
            ["__count"],
        )
        for debtor, outcome, count in groups:
            counts.setdefault(debtor.id, {})[outcome] = count
        return counts
