import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import split_every

from ..scenario.ladder import COURTESY
from .recovery_notice_line import OWN_ROLES

BATCH = 50
ATTEMPTS = 5
STATES = {"email": "queued", "letter": "to_print", "registered": "to_print", "call": "to_do", "task": "to_do"}
ACTIVITIES = {
    "call": "debt_recovery.mail_activity_type_call",
    "task": "debt_recovery.mail_activity_type_handover",
}


class RecoveryDispatch(models.AbstractModel):
    """Validate and send notices, each at most once, whoever else is doing the same.

    Debtors are locked first and written to: two users who meet are told so, and a
    transaction that comes after the other's commit starts again on the new picture. What
    is engaged is unique per instalment and level by an index of the database.
    """

    _name = "recovery.dispatch"
    _description = "Recovery: sending of notices"

    @api.model
    def _get_direct_limit(self):
        """Return how many notices a button sends itself before it leaves the rest to the scheduled job."""
        return BATCH

    @api.model
    def _get_batch_size(self):
        """Return how many notices are sent, and letters printed, together."""
        return BATCH

    # ------------------------------------------------------------
    # Batches
    # ------------------------------------------------------------
    @api.model
    def _send(self, notices, day):
        """Send validated notices in this transaction; one that fails never stops the others.

        :param day: the date that letters carry, and from which their deadlines run.
        """
        size = self._get_batch_size()
        for ids in split_every(size, notices.ids):
            self._send_batch(self.env["recovery.notice"].browse(ids), day)
            if len(notices) > size:  # bounded memory
                self.env.flush_all()
                self.env.invalidate_all()

    @api.model
    def _send_in_batches(self, runs):
        """Send what campaigns left to the scheduled job, one committed batch after the other."""
        Notice = self.env["recovery.notice"]
        domain = self.env["recovery.run"]._get_ready_domain()
        remaining = Notice.search_count(domain)
        last_id, attempts = 0, 0
        while notices := Notice.search(domain & Domain("id", ">", last_id), limit=self._get_batch_size(), order="id"):
            ids = notices.ids
            try:
                for (company, user), group in notices.grouped(lambda n: (n.company_id, n.run_id.user_id)).items():
                    # whoever made the campaign signs its mails, not the scheduled job
                    self.with_user(user).sudo()._send_batch(group.with_user(user).sudo(), company._recovery_today())
                self.env.flush_all()
            except psycopg2.OperationalError:
                attempts += 1
                if attempts == ATTEMPTS:
                    raise
                self.env.cr.rollback()  # somebody else wrote to the same rows: look again at what is left
                continue
            last_id, attempts = ids[-1], 0
            remaining = max(remaining - len(ids), 0)
            if not self.env["ir.cron"]._commit_progress(len(ids), remaining=remaining):
                break  # out of time: core starts the job again for the rest
        self._close(runs)

    @api.model
    def _close(self, runs):
        """Give the campaigns the state that their notices imply, once another sender of the same ones has done so."""
        for attempt in range(ATTEMPTS):
            try:
                runs._update_state()
                self.env.flush_all()
                return
            except psycopg2.OperationalError:
                if attempt == ATTEMPTS - 1:
                    raise
                self.env.cr.rollback()

    @api.model
    def _send_batch(self, notices, day):
        """Send a batch under lock; if it fails as a whole, send each alone and list those that fail."""
        notices = notices.try_lock_for_update()
        notices.invalidate_recordset(["state"])
        notices = notices.filtered(lambda notice: notice.state == "validated")
        notices = notices.sorted(
            lambda notice: notice.kind == COURTESY
        )  # what claims leaves first, and may leave alone
        while notices:
            # one of each debtor at a time: the next one sees that the first has left, and the cap on contacts counts it
            debtors = notices.grouped("debtor_id").values()
            turn = notices.browse(notice_id for mine in debtors for notice_id in mine.ids[:1])
            self._isolate(turn, lambda batch: self._deliver(batch, day), self._fail_sending)
            notices = (notices - turn).exists()

    @api.model
    def _fail_sending(self, notice, error):
        reason = self._describe_error(error)
        notice.write({"state": "failed", "state_reason": reason})
        self.env["recovery.event"]._log("failed", notice, reason[:200])

    # ------------------------------------------------------------
    # One batch
    # ------------------------------------------------------------
    @api.model
    def _deliver(self, notices, day):
        """Write, print and hand over: the deliveries and what carries them come in one transaction."""
        notices = self._refresh(notices, day, with_rest=True)
        notices -= self._refuse_without_sender(notices)
        if notices:
            self._carry_out(notices, day)

    @api.model
    def _carry_out(self, notices, day):
        """Send notices that need no other look at the books."""
        self._issue(notices, day)
        rendering = self.env["recovery.rendering"]
        by_channel = rendering._group_by_channel(notices)
        deliveries = self._create_deliveries(by_channel)
        letters = by_channel["letter"] | by_channel["registered"] | self._get_lettered_mails(by_channel["email"])
        documents = self._store_documents("letter", rendering._render_letters(letters))
        for notice, document in documents.items():
            notice.document_id = document
        statements = by_channel["email"].filtered(lambda notice: notice.level_id.attach_statement)
        statements = self._store_documents("statement", rendering._render_statements(statements))
        self._hand_over(by_channel, deliveries, documents, statements, day)
        self._ask_for_addresses(notices, by_channel, day)
        notices.write({"state": "sent"})
        channels = notices.delivery_ids.grouped("notice_id")
        self.env["recovery.event"]._log(
            "queued",
            notices,
            lambda n: self.env._("%(level)s sent", level=n.level_id.name),
            lambda n: {**n._get_trace(), "channels": ", ".join(channels[n].mapped("channel"))},
        )

    @api.model
    def _refuse_without_sender(self, notices):
        """List as failed the notices that would leave as mails whose answers nobody would read."""
        sender = self.env["recovery.sender"]
        mails = notices.filtered(lambda notice: "email" in self.env["recovery.rendering"]._get_channels(notice))
        refused = mails.filtered(
            lambda notice: not sender._find_sender_address(notice.debtor_id._get_responsible(), notice.company_id)
        )
        for notice in refused:
            responsible = notice.debtor_id._get_responsible()
            self._fail_sending(notice, UserError(sender._describe_no_sender(responsible, notice.company_id)))
        return refused

    @api.model
    def _issue(self, notices, day):
        """Date and number the notices, and freeze their wording."""
        for notice in notices:
            level = notice.level_id.sudo()
            vals = {"issue_date": day}
            if not set(level._get_channels()) - {"call", "task"}:
                # a script is read by the collector, not by the debtor
                vals["lang"] = notice.debtor_id._get_responsible().lang or notice.lang
            if notice.kind == "formal_notice":
                vals["deadline_date"] = level._get_deadline(day)
                vals["number"] = (
                    self.env["ir.sequence"]
                    .with_company(notice.company_id)
                    .next_by_code("recovery.notice.formal", sequence_date=day)
                )
            notice.write(vals)
        lines = notices.sudo().line_ids
        own = lines.filtered(lambda line: line.role in OWN_ROLES)
        for deadline, group in own.grouped(lambda line: line.notice_id.deadline_date).items():
            group.write({"claimed_on": day, "deadline_date": deadline})
        for line in lines:
            days_late = (day - line.due_date).days if line.due_date and line.role != "credit" else 0
            if line.days_late != days_late:
                line.days_late = days_late
        self._hook_before_wording(notices, day)
        for notice, (subject, body, closing) in self.env["recovery.rendering"]._render_wording(notices).items():
            notice.write({"subject": subject, "body": body, "closing": closing})

    @api.model
    def _hook_before_wording(self, notices, day):
        """Freeze what the wording and the documents rest on; hook, once notices are dated and numbered."""

    @api.model
    def _get_lettered_mails(self, notices):
        """Return which of these notices sent by mail have their letter attached; hook."""
        return notices.browse()

    @api.model
    def _create_deliveries(self, by_channel):
        fallback = self.env["recovery.rendering"]._is_fallback
        copies = by_channel["email"]._get_copies()
        vals_list = [
            {
                **self._prepare_delivery(notice, channel),
                "copy_partner_ids": [(6, 0, copies[notice].ids if channel == "email" else [])],
                "purpose": "fallback" if fallback(notice, channel) else "notice",
            }
            for channel, notices in by_channel.items()
            for notice in notices
        ]
        deliveries = self.env["recovery.delivery"].sudo().create(vals_list)
        return {(delivery.notice_id, delivery.channel): delivery for delivery in deliveries}

    @api.model
    def _get_mailed_letter(self, notice, letters):
        """Return the letter that goes with a notice's mail, and what is enclosed with it."""
        if not self._get_lettered_mails(notice):
            return self.env["ir.attachment"]
        return letters[notice] + self._get_enclosures(notice)

    @api.model
    def _get_enclosures(self, notice):
        """Return the documents enclosed with a notice's letter; hook."""
        return self.env["ir.attachment"]

    @api.model
    def _prepare_delivery(self, notice, channel):
        """Return the values of a delivery of this notice by that channel, waiting for what carries it."""
        return {
            "company_id": notice.company_id.id,
            "debtor_id": notice.debtor_id.id,
            "notice_id": notice.id,
            "addressee_id": notice.addressee_id.id,
            "address": self._get_address(notice, channel),
            "subject": notice.subject,
            "enclosure_ids": [(6, 0, self._get_enclosures(notice).ids if STATES[channel] != "to_do" else [])],
            "channel": channel,
            "state": STATES[channel],
            "user_id": self.env.user.id,
            "queued_on": self.env.cr.now(),
        }

    @api.model
    def _get_address(self, notice, channel):
        partner = notice.addressee_id
        if channel == "email":
            return partner.email_formatted
        if channel == "call":
            return notice.debtor_phone
        if channel == "task":
            return notice.collector_name
        return ", ".join(line for line in partner._display_address().splitlines() if line.strip())

    @api.model
    def _store_documents(self, kind, contents):
        """Keep ``{notice: PDF}`` for good, and return ``{notice: attachment}``."""
        name = self.env["recovery.rendering"]._get_file_name
        prepared = [(notice, name(notice, kind), content) for notice, content in contents.items()]
        return dict(zip(contents, self.env["recovery.sender"].sudo()._create_documents(prepared), strict=True))

    @api.model
    def _hand_over(self, by_channel, deliveries, letters, statements, day):
        sender = self.env["recovery.sender"].sudo()
        invoices, left_out = self._collect_invoices(by_channel["email"])
        html = self.env["recovery.rendering"]._render_mails(by_channel["email"], left_out)
        none = self.env["ir.attachment"]
        sender._queue_mails(
            [
                {
                    "delivery": deliveries[notice, "email"],
                    "subject": notice.subject,
                    "body": notice.body + notice.closing,
                    "html": html[notice],
                    "attachments": self._get_mailed_letter(notice, letters)
                    + statements.get(notice, none)
                    + invoices.get(notice, none),
                }
                for notice in by_channel["email"]
            ]
        )
        sender._store_letters(
            [
                {"delivery": deliveries[notice, channel], "document": letters[notice], "body": notice.body}
                for channel in ("letter", "registered")
                for notice in by_channel[channel]
            ]
        )
        for channel, xmlid in ACTIVITIES.items():
            sender._schedule_activities(
                xmlid,
                [
                    {
                        "delivery": deliveries[notice, channel],
                        "summary": notice.subject,
                        "note": self.env["recovery.rendering"]._render_script(notice),
                    }
                    for notice in by_channel[channel]
                ],
                day,
            )
