from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..common.attachments import adopt
from ..common.marks import takes_reason
from ..common.retention import CASES, Retained
from ..common.roles import require_user


class RecoveryLimitationEvent(models.Model):
    """Evidence of what interrupted or suspended a limitation, with its documents.

    It is recorded by a person, ended when the proceedings are, cancelled with a reason, and
    never deleted. What an agreement proves by itself is not copied here: see
    ``recovery.limitation._limitation_events``.
    """

    _name = "recovery.limitation.event"
    _description = "Evidence for Limitation"
    _retained = Retained(CASES, "date", ("note", "cancel_reason"), ("attachment_ids",))
    _inherit = ["recovery.guarded"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _unlinked_first = True
    _moves = ("cause_id", "date", "date_until", "outcome", "move_ids", "line_ids", "cancelled_on")

    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, precompute=True, index=True)
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Customer")
    cause_id = fields.Many2one("recovery.limitation.cause", required=True, readonly=True, ondelete="restrict")
    effect = fields.Selection(related="cause_id.effect")
    lasts = fields.Boolean(related="cause_id.lasts")
    article = fields.Char(related="cause_id.article")
    date = fields.Date("On", required=True, readonly=True, index=True)
    date_until = fields.Date("Until", readonly=True, help="Empty: still in progress, if the effect lasts.")
    outcome = fields.Selection(
        [
            ("ended", "Ended"),
            ("withdrawn", "Claim withdrawn: deemed never to have existed"),
            ("lapsed", "Proceedings lapsed (péremption): deemed never to have existed"),
            ("rejected", "Claim rejected: deemed never to have existed"),
        ],
        readonly=True,
        help="A claim withdrawn, lapsed or finally rejected never interrupted anything (C. civ. 2243).",
    )
    move_ids = fields.Many2many(
        "account.move", string="Invoices", readonly=True, help="Empty: everything the debtor owed on that day."
    )
    line_ids = fields.Many2many(
        "account.move.line", string="Instalments", readonly=True, help="Empty: the invoices as a whole."
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Documents", readonly=True, bypass_search_access=True)
    note = fields.Text(readonly=True)
    user_id = fields.Many2one("res.users", string="Author", required=True, readonly=True, ondelete="restrict")
    recorded_on = fields.Date("Recorded on", required=True, readonly=True)
    cancelled_on = fields.Date("Cancelled on", readonly=True)
    cancelled_by_id = fields.Many2one("res.users", string="Cancelled by", readonly=True, ondelete="restrict")
    cancel_reason = fields.Char("Why it was cancelled", readonly=True)
    state = fields.Selection(
        [("running", "In progress"), ("counts", "Recorded"), ("void", "Without effect"), ("cancelled", "Cancelled")],
        compute="_compute_state",
        store=True,
    )

    _dates_check = models.Constraint(
        "CHECK(date_until IS NULL OR date_until >= date)", "It cannot end before it begins: check the two dates."
    )

    @api.depends("cause_id", "date", "debtor_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for event in self:
            day = format_date(self.env, event.date) if event.date else ""
            event.display_name = self.env._("%(cause)s of %(day)s", cause=event.cause_id.name or "", day=day)

    @api.depends("cancelled_on", "outcome", "cause_id.lasts")
    def _compute_state(self):
        for event in self:
            if event.cancelled_on:
                event.state = "cancelled"
            elif event.outcome in ("withdrawn", "lapsed", "rejected"):
                event.state = "void"
            elif event.lasts and not event.outcome:
                event.state = "running"
            else:
                event.state = "counts"

    # ------------------------------------------------------------
    # Recording
    # ------------------------------------------------------------
    @api.model
    def _record(self, debtor, day, cause, date, attachments, moves=None, lines=None, note=None, date_until=None):
        """Record what interrupted or suspended the limitation of some claims.

        :param day: today, in the company.
        :param moves: the invoices concerned; all of the debtor's by default.
        :param lines: only these instalments.
        :param attachments: ``ir.attachment`` records, one at least: what is not proved does not count.
        :return: the evidence.
        """
        require_user(self.env)
        debtor.ensure_one()
        debtor.with_env(self.env).check_access("write")
        attachments = attachments.with_env(self.env)
        moves = moves if moves is not None else self.env["account.move"]
        lines = lines if lines is not None else self.env["account.move.line"]
        self._check_recordable(debtor, day, cause, date, date_until, attachments)
        self._check_claims(debtor, moves | lines.move_id)
        attachments.check_access("read")
        event = self.sudo().create(
            {
                "debtor_id": debtor.id,
                "cause_id": cause.id,
                "date": date,
                "date_until": date_until if cause.lasts else False,
                "outcome": "ended" if cause.lasts and date_until else False,
                "move_ids": [fields.Command.set(moves.ids)],
                "line_ids": [fields.Command.set(lines.ids)],
                "attachment_ids": [fields.Command.set(attachments.ids)],
                "note": note,
                "user_id": self.env.user.id,
                "recorded_on": day,
            }
        )
        adopt(event)
        event._trace(
            "limitation_evidence",
            self.env._("Limitation: %(cause)s of %(day)s", cause=cause.name, day=format_date(self.env, date)),
            {"sha256": ", ".join(document._recovery_digest() for document in attachments.sudo())},
        )
        return event.with_env(self.env)

    @api.model
    def _check_recordable(self, debtor, day, cause, date, date_until, attachments):
        if cause.effect == "none":
            raise UserError(
                self.env._(
                    "%(cause)s: it has no effect on limitation (%(article)s).",
                    cause=cause.name,
                    article=cause.article,
                )
            )
        if date > day or (date_until and date_until > day):
            raise UserError(self.env._("What has not happened yet is not evidence: check the dates."))
        if date_until and date_until < date:
            raise UserError(self.env._("It cannot end before it begins: check the two dates."))
        if not attachments:
            raise UserError(self.env._("Attach the document that proves it: without it, it does not count."))
        if cause.kind_id.default_for == "public" and debtor.nature != "public":
            raise UserError(
                self.env._(
                    "%(cause)s: only against a public body, which %(debtor)s is not.",
                    cause=cause.name,
                    debtor=debtor.display_name,
                )
            )

    @api.model
    def _check_claims(self, debtor, moves):
        for move in moves:
            if move.commercial_partner_id != debtor.partner_id or move.company_id.root_id != debtor.company_id:
                raise UserError(
                    self.env._("%(invoice)s is not owed by %(debtor)s.", invoice=move.name, debtor=debtor.display_name)
                )

    def _trace(self, kind, summary, details=None):
        """Write it in the journal and in the debtor's thread."""
        self.env["recovery.event"]._log(
            kind,
            self,
            summary,
            lambda event: {"invoices": ", ".join(event._get_move_names()) or False, **(details or {})},
        )
        for event in self:
            event.debtor_id.message_post(body=summary, subtype_xmlid="mail.mt_note")

    def _get_move_names(self):
        return [move.name for move in self.move_ids | self.line_ids.move_id]

    # ------------------------------------------------------------
    # End and cancelling
    # ------------------------------------------------------------
    def action_end(self):
        """Open the window that records the end of proceedings or of a suspension."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("End of: %s", self.display_name),
            "res_model": "recovery.limitation.end.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_event_id": self.id},
        }

    def _end(self, day, date_until, outcome):
        """Record the end of what lasts, or that it never counted.

        :param day: today, in the company.
        """
        require_user(self.env)
        self.ensure_one()
        self.debtor_id.check_access("write")
        if self.state != "running":
            raise UserError(self.env._("%s is not in progress.", self.display_name))
        if not date_until or date_until > day or date_until < self.date:
            raise UserError(self.env._("The end must be dated between its beginning and today."))
        event = self.sudo()
        event.write({"date_until": date_until, "outcome": outcome})
        label = dict(self._fields["outcome"]._description_selection(self.env))[outcome]
        event._trace(
            "limitation_ended",
            self.env._(
                "Limitation: %(event)s, %(day)s: %(outcome)s",
                event=self.display_name,
                day=format_date(self.env, date_until),
                outcome=label,
            ),
        )

    def action_cancel(self):
        """Ask why, then cancel: the evidence no longer counts and stays to be read."""
        return self.env["recovery.reason.wizard"]._open(self, "_cancel", self.env._("Cancel the evidence"))

    @takes_reason
    def _cancel(self, reason):
        require_user(self.env)
        for event in self:
            event.debtor_id.check_access("write")
            if event.state == "cancelled":
                raise UserError(self.env._("%s is already cancelled.", event.display_name))
            event.sudo().write(
                {
                    "cancelled_on": event.company_id._recovery_today(),
                    "cancelled_by_id": self.env.user.id,
                    "cancel_reason": reason,
                }
            )
            event.sudo()._trace(
                "limitation_cancelled",
                self.env._("Limitation: %s no longer counts", event.display_name),
                {"reason": reason},
            )

    @api.model
    def _explain_kept(self, names):
        return self.env._("Evidence is ended or cancelled with its buttons, never edited.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(self.env._("Evidence is cancelled with a reason, never deleted: the audit trail must be kept."))
