import json

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools.json import json_default
from odoo.tools.translate import LazyTranslate

from .aside import Aside
from .sealing import Entry, Head, digest_content
from .trace_labels import describe

_lt = LazyTranslate(__name__)
WRITING = Aside("journal")
FEW = 20  # entries: more are written in one go

# Kinds that the deliveries themselves tell, or that concern a campaign rather than the debtor.
TOLD_BY_DELIVERIES = ("queued", "delivered", "failed", "contact", "proposed", "validated", "printed")


class RecoveryEvent(models.Model):
    """Append-only journal of the module.

    The text of debtor and object is frozen at the moment of the event, so that a merge,
    a renaming or a deletion elsewhere never changes what the auditor reads.
    """

    _name = "recovery.event"
    _description = "Recovery journal entry"
    _inherit = ["recovery.guarded"]
    _order = "id desc"
    _rec_name = "summary"
    # What the figures kept with an entry are called; each class declares its own words beside what it writes.
    _journal_words = {
        "amount": _lt("Amount"),
        "before": _lt("Before"),
        "currency": _lt("Currency"),
        "date": _lt("Date"),
        "invoice": _lt("Invoice"),
        "invoices": _lt("Invoices"),
        "now": _lt("Now"),
        "reason": _lt("Reason"),
        "received": _lt("Received"),
        "sha256": _lt("SHA-256"),
        "subject": _lt("Subject"),
        "until": _lt("Until"),
    }

    date = fields.Datetime(required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", string="Author", required=True, readonly=True, ondelete="restrict")
    author_name = fields.Char("Author name", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("proposed", "Campaign proposed"),
            ("validated", "Notice validated"),
            ("excluded", "Notice excluded"),
            ("restored", "Notice put back"),
            ("changed", "Notice edited before sending"),
            ("queued", "Notice issued"),
            ("delivered", "Delivery tracked"),
            ("failed", "Delivery failed"),
            ("bounced", "E-mail bounced"),
            ("seen", "Failure acknowledged"),
            ("fallback", "Letter instead of an e-mail"),
            ("reply", "Reply received"),
            ("correction", "Correction issued"),
            ("anomaly", "Data issue"),
            ("mended", "Value corrected"),
            ("cancelled", "Cancelled"),
            ("hold", "Reminders suspended"),
            ("release", "Reminders resumed"),
            ("asked", "Decision requested"),
            ("granted", "Decision granted"),
            ("refused", "Decision refused"),
            ("printed", "Document printed"),
            ("merged", "Debtors merged"),
            ("configured", "Setup changed"),
            ("role", "Role granted or withdrawn"),
            ("journal_checked", "Integrity checked"),
            ("head_left", "Journal head disclosed"),
            ("legal_hold", "Legal hold"),
            ("purged", "Data erased at the end of the retention period"),
            ("exported", "Data of a debtor disclosed"),
            ("uninstall_asked", "Removal of the module requested"),
            ("limit_exceeded", "Credit limit exceeded"),
            ("limit", "Credit limit changed"),
            ("limit_alert", "Credit limit alert"),
            ("cover", "Guarantee changed"),
            ("class_changed", "Risk class changed"),
            ("behaviour_break", "Payment behaviour changed"),
            ("score_reviewed", "Score reviewed"),
            ("risk_noted", "Risk information recorded"),
            ("terms_changed", "Contract terms changed"),
            ("file_checked", "Credit file changed"),
            ("reviewed", "Monthly review done"),
            ("followed", "“No Follow-Up” lifted"),
            ("resumed", "Past level carried over"),
            ("unproposed", "Debtor left out because of an error"),
            ("statement", "Claim statement issued"),
            ("tracking", "Registered letter tracked"),
            ("blocked", "Mise en demeure not issued"),
            ("lawyer_review", "Reviewed by a lawyer"),
            ("withdrawn", "Mise en demeure withdrawn"),
            ("superseded", "Mise en demeure replaced"),
            ("expired", "Mise en demeure expired"),
            ("contact", "Contact logged"),
            ("assigned", "Collector assigned"),
            ("escalated", "Escalated to the manager"),
            ("taken_over", "Taken over from a former colleague"),
            ("promise_given", "Promise given"),
            ("promise_kept", "Promise kept"),
            ("promise_broken", "Promise broken"),
            ("promise_cancelled", "Promise cancelled"),
            ("plan_proposed", "Payment plan proposed"),
            ("plan_signed", "Payment plan signed"),
            ("plan_fulfilled", "Payment plan fulfilled"),
            ("plan_broken", "Payment plan broken"),
            ("plan_cancelled", "Payment plan cancelled"),
            ("dispute_opened", "Dispute opened"),
            ("dispute_resolved", "Dispute resolved"),
            ("settlement_talks", "Negotiations started"),
            ("settlement_agreed", "Settlement agreed"),
            ("settlement_fulfilled", "Settlement fulfilled"),
            ("settlement_failed", "Settlement failed"),
            ("limitation_evidence", "Limitation: evidence recorded"),
            ("limitation_ended", "Limitation: end of proceedings"),
            ("limitation_cancelled", "Limitation: evidence cancelled"),
            ("limitation_choice", "Limitation: period corrected"),
            ("limitation_alert", "Limitation: alert"),
            ("deadline_opened", "Procedural deadline"),
            ("deadline_moved", "Procedural deadline moved"),
            ("deadline_alert", "Procedural deadline: alert"),
            ("deadline_seen", "Procedural deadline acknowledged"),
            ("deadline_met", "Procedural deadline closed"),
            ("deadline_missed", "Procedural deadline missed"),
            ("deadline_annulled", "Procedural deadline voided"),
            ("late_fee_mode", "Late fees: rule changed"),
            ("late_fee_charged", "Late fees charged"),
            ("late_fee_posted", "Charge of late fees posted"),
            ("late_fee_freed", "Charge of late fees cancelled or reversed"),
            ("late_fee_waived", "Late fees waived"),
            ("late_fee_claimed_again", "Waiver of late fees withdrawn"),
            ("insolvency", "Insolvency proceedings"),
            ("insolvency_private", "Amicable proceedings (confidential)"),
            ("insolvency_claim", "Declared claim"),
            ("insolvency_payment", "Payment after a judgment"),
            ("case_opened", "Case opened"),
            ("case_line", "Claims of a case changed"),
            ("case_stage", "Case moved"),
            ("case_closed", "Case closed"),
            ("case_reopened", "Case reopened"),
            ("mandate", "Mandate changed"),
            ("case_party", "Parties of a case changed"),
            ("party_heard", "E-mail from a party"),
            ("party_silent", "Party not responding"),
            ("case_cost", "Cost of a case changed"),
            ("case_letter", "Message sent from a case"),
            ("case_checked", "Checks before litigation"),
            ("case_left", "Unpaid after closure: decided"),
            ("case_regrouped", "Cases merged"),
            ("case_split", "Case split"),
            ("case_taken_over", "Case carried over"),
            ("procedure_chosen", "Procedure chosen"),
            ("procedure_opened", "Procedure started"),
            ("procedure_event", "Procedure: event recorded"),
            ("procedure_annulled", "Procedure: event voided"),
            ("procedure_ended", "Procedure abandoned"),
            ("title", "Enforceable title"),
            ("execution_act", "Enforcement measure"),
            ("exhibit", "Exhibits of a case changed"),
            ("bundle", "Case bundle prepared"),
            ("case_document", "Document of a case issued"),
            ("doubtful_proposed", "Doubtful receivables: entry proposed"),
            ("doubtful_reviewed", "Doubtful receivables: entry reviewed"),
            ("doubtful_posted", "Doubtful receivables: entry posted"),
            ("doubtful_reversed", "Doubtful receivables: entry reversed"),
            ("doubtful_cancelled", "Doubtful receivables: entry cancelled"),
            ("doubtful_adopted", "Doubtful receivables: carried over"),
            ("doubtful_duplicates", "Doubtful receivables: duplicates generated"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    debtor_id = fields.Many2one("recovery.debtor", readonly=True, index=True, ondelete="restrict")
    debtor_name = fields.Char("Debtor name", readonly=True)
    res_model = fields.Char("Record model", readonly=True)
    res_id = fields.Many2oneReference("Record ID", model_field="res_model", readonly=True)
    object_name = fields.Char("Record concerned", readonly=True)
    summary = fields.Char(required=True, readonly=True)
    details = fields.Json(readonly=True)
    details_text = fields.Text("Details as text", compute="_compute_details_text")
    first_debtor = fields.Integer(
        "Debtor at that time (id)", readonly=True, help="Not changed by a merge of customers."
    )
    sealed_number = fields.Integer("Number in the journal", readonly=True, help="0: not sealed yet.")
    content_sha256 = fields.Char("Digest of the content", readonly=True)
    seal = fields.Char(readonly=True, help="Digest of the previous seal, of the number and of the content.")
    blanked_on = fields.Datetime(
        "Text erased on", readonly=True, help="What the law requires to be erased; its digest stays."
    )

    # The journal grows with every notice and is never emptied: each reading of it begins by the company, then by the
    # date (screens, reports), the number (chain of seals), or by what is not sealed yet, which is always little.
    _date_company_idx = models.Index("(company_id, date DESC)")
    _sealed_number_uniq = models.UniqueIndex(
        "(company_id, sealed_number) WHERE sealed_number > 0", "This number of the journal is taken."
    )
    _unsealed_idx = models.Index("(company_id, id) WHERE sealed_number IS NULL OR sealed_number = 0")

    @api.depends("details")
    @api.depends_context("lang")
    def _compute_details_text(self):
        for event in self:
            event.details_text = describe(self.env, event.details)

    @api.model_create_multi
    def create(self, vals_list):
        if not (self.env.su and WRITING.heard):
            raise UserError(self.env._("The journal is written by the module itself; nobody can add to it manually."))
        return super().create(vals_list)

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("The journal is append-only: an entry is never changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("The journal is append-only: an entry is never deleted."))

    @api.model
    @tools.ormcache()
    def _get_words(self):
        """Return ``{key: word}`` for the figures that the journal keeps, as the classes of all rooms declare them."""
        declared = (base.__dict__.get("_journal_words", {}) for Model in self.pool.values() for base in Model.__mro__)
        return {key: word for words in declared for key, word in words.items()}

    @api.model
    def _get_parameters(self):
        """Return the system parameters that decide what the module does: each class names its own."""
        declared = (
            base.__dict__.get("_setting_parameters", ()) for Model in self.pool.values() for base in Model.__mro__
        )
        return {key for keys in declared for key in keys}

    @api.model
    @api.private
    def _log(self, kind, records, summary, details=None, debtors=None, company=None):
        """Write one journal entry per record: the only way into the journal.

        :param str kind: a value of the ``kind`` selection.
        :param records: the objects concerned, all of one model with a ``company_id``.
        :param summary: translated sentence, or a callable that takes one record.
        :param details: JSON-serialisable dict, or a callable that takes one record.
        :param debtors: the debtor field's value, or a callable; by default the
            record itself if it is a debtor, else its ``debtor_id``.
        :param company: whose root's journal it is, by default that of each record.
        :return: the entries, in the order of ``records``.
        """
        now = fields.Datetime.now()
        user = self.env.user
        vals_list = []
        if len(records) > FEW and debtors is None and "debtor_id" in records._fields:
            records["debtor_id"].fetch(["display_name"])
        for record in records:
            if callable(debtors):
                debtor = debtors(record)
            elif debtors is not None:
                debtor = debtors
            elif record._name == "recovery.debtor":
                debtor = record
            else:
                debtor = record["debtor_id"] if "debtor_id" in record._fields else None
            vals_list.append(
                {
                    "date": now,
                    "company_id": (company or record.company_id).root_id.id,
                    "user_id": user.id,
                    "author_name": user.name,
                    "kind": kind,
                    "debtor_id": debtor.id if debtor else False,
                    "debtor_name": debtor.display_name if debtor else False,
                    "first_debtor": debtor.id if debtor else 0,
                    "res_model": record._name,
                    "res_id": record.id,
                    "object_name": record.display_name,
                    "summary": summary(record) if callable(summary) else summary,
                    "details": details(record) if callable(details) else details,
                }
            )
        with WRITING.say():
            if len(vals_list) > FEW and not self.env["recovery.bulk"]._is_overheard(self, "create"):
                return self._create_many(vals_list)
            return self.sudo().create(vals_list)

    @api.model
    def _create_many(self, vals_list):
        """Write many entries in one go, as they would be written one by one."""
        rows = []
        for vals in vals_list:
            details = vals["details"] and json.dumps(vals["details"], ensure_ascii=False, default=json_default)
            vals["details"] = details or None
            rows.append(tuple(None if value is False else value for value in vals.values()))
        return self.sudo().browse(self.env["recovery.bulk"]._insert(self._name, list(vals_list[0]), rows))

    # ------------------------------------------------------------
    # What is sealed
    # ------------------------------------------------------------
    def _read_entries(self):
        """Return these entries as the database holds them, for the seal: :class:`sealing.Entry`, in order."""
        self.invalidate_recordset(flush=False)
        return [
            Entry(
                event.id,
                event.sealed_number,
                "" if event.blanked_on else event._digest_content(),
                event.content_sha256 or "",
                event.seal or "",
                event.date,
                bool(event.blanked_on),
                event.debtor_id.id or 0,
                event.first_debtor,
                bool(event.create_uid and event.create_date),
            )
            for event in self
        ]

    def _to_heads(self):
        """Return the heads of which these entries tell that they left, for the check."""
        return [
            Head(
                event.details["number"],
                event.details["seal"],
                event.date,
                addressee=event.details.get("addressee") or "",
            )
            for event in self
            if isinstance(event.details, dict) and {"number", "seal"} <= event.details.keys()
        ]

    def _digest_content(self):
        """Return the digest of what the entry froze and of its own key; links that a merge moves are no part of it."""
        return digest_content(*self._get_sealed_values())

    def _get_sealed_values(self):
        """Return what the digest is of, in its order: who holds it can make the digest again."""
        self.ensure_one()
        return [
            self.id,
            self.date.isoformat(),
            self.kind,
            self.user_id.id,
            self.author_name,
            self.first_debtor,
            self.debtor_name,
            self.res_model,
            self.res_id,
            self.object_name,
            self.summary,
            self.details,
        ]

    def _blank(self, text):
        """Take the words of these entries away, which the law no longer lets us keep; digest and seal stay.

        Only what is sealed is blanked: who asks writes an entry that names the numbers.
        """
        moment = fields.Datetime.now()
        names = ["debtor_name", "object_name", "summary", "details", "blanked_on"]
        sealed = self.filtered(lambda event: event.sealed_number and not event.blanked_on)
        rows = [(event.id, text, text, text, None, moment) for event in sealed]
        self.env["recovery.bulk"]._update(self._name, names, rows)
        return sealed
