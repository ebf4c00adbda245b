import datetime
import logging
from collections import defaultdict
from typing import NamedTuple

import psycopg2
from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.misc import split_every
from odoo.tools.translate import LazyTranslate

from ...common.recovery_debtor import NO_ADDRESS
from ...common.recovery_delivery import FIRST_STATES, LETTERS
from ...common.roles import MANAGER
from ..scenario.ladder import COURTESY
from .recovery_notice_line import OWN_ROLES
from .verdict import DUE

_lt = LazyTranslate(__name__)

SENT_AT_ONCE = 50
VALIDATED_AT_ONCE = 500  # between two commits of the scheduled job
ENGAGED_AT_ONCE = 2000  # together in one transaction: memory follows this, and not the campaign
# While somebody looks on: notices validated, notices sent, and letters, which are printed.
SHORT_VALIDATION = 100
SHORT_SENDING = 25
SHORT_PRINTING = 5
TRIED_AT_ONCE = 500
ACTIVITIES = {
    "call": "debt_recovery.mail_activity_type_call",
    "task": "debt_recovery.mail_activity_type_handover",
}
_logger = logging.getLogger(__name__)
MAX_INVOICES = 50
# Verdicts that a step and its day give, and not the books, a suspension or an amount.
TIMING = (DUE, "not_due", "waiting", "recent", "deadline_running", "ladder_end", "no_scenario")
MAX_BYTES = 10 * 1024 * 1024


class OwnLine(NamedTuple):
    """What a notice takes to a level, as its row holds it."""

    notice_id: int
    move_line_id: int
    role: str
    level_id: int
    level_kind: str
    level_rank: int
    due_date: datetime.date
    amount_due: float
    amount_residual: float
    amount_due_company: float


class RecoveryDispatch(models.AbstractModel):
    """Validate and send notices, each at most once, whoever else is doing the same.

    Debtors are locked first and written to: two users who meet are told so, and a
    transaction that comes after the other's commit starts again on the new picture. What
    is engaged is unique per instalment and level by an index of the database.
    """

    _name = "recovery.dispatch"
    _description = "Recovery: sending of notices"
    _journal_words = {"channels": _lt("Channels"), "notice": _lt("Notice")}

    @api.model
    def _get_direct_limit(self):
        """Return how many notices a button sends itself before it leaves the rest to the scheduled job."""
        return SENT_AT_ONCE

    @api.model
    def _get_batch_size(self):
        """Return how many notices are sent, and letters printed, together."""
        return SENT_AT_ONCE

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
    def _send_launched(self, notices, day):
        """Send a batch in the name of whoever sent its campaigns, or made them: they sign, not the scheduled job."""
        for campaign, group in notices.grouped("campaign_id").items():
            user = campaign._get_author()
            self.with_user(user).sudo()._send_batch(group.with_user(user).sudo(), day)

    @api.model
    def _weigh(self, notices):
        """Return how long these notices take to send, in mails: a letter is printed, and takes as long as five."""
        return len(notices) + 4 * len(self._get_lettered(notices))

    @api.model
    def _work_on(self, campaign, day):
        """Do a short batch of what is left of a campaign's long work: what nobody else is at work on."""
        left = campaign._get_left()
        if campaign.is_validating:
            for ids in split_every(TRIED_AT_ONCE, left.ids):  # of very many, what is done is not all read each time
                some = left.browse(ids)
                debtors = some.debtor_id.try_lock_for_update(allow_referencing=True, limit=SHORT_VALIDATION)
                if mine := some.filtered(lambda notice, debtors=debtors: notice.debtor_id in debtors):
                    self._validate_launched(campaign, mine, day)
                    return
            return
        mine = left.try_lock_for_update(limit=SHORT_SENDING)
        lettered = self._get_lettered(mine)
        self._send_launched(lettered[:SHORT_PRINTING] or mine - lettered, day)

    @api.model
    def _get_lettered(self, notices):
        """Return those of these notices that are printed when they are sent."""
        rendering = self.env["recovery.rendering"]
        by_post = notices.filtered(lambda notice: set(LETTERS) & set(rendering._get_channels(notice)))
        return by_post | self._get_lettered_mails(notices)

    @api.model
    def _validate_range(self, campaign, notices, day):
        """Validate what a campaign left to the scheduled job, but for debtors whom somebody else is at work on."""
        try:
            if notices:
                self._validate_launched(campaign, notices, day)
        except UserError as error:
            _logger.info("Validation of %s put off: %s", campaign.name, error)

    @api.model
    def _validate_launched(self, campaign, notices, day):
        """Validate a batch in the name of whoever validated the campaign: it is their approval that counts."""
        user = campaign.worker_id or campaign.user_id
        self.with_user(user).sudo()._validate(notices.with_user(user).sudo(), day)

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
        notices = self._leave_archived(notices, self._fail_sending)
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
        statements = by_channel["email"].filtered(lambda notice: notice._attaches("statement"))
        statements = self._store_documents("statement", rendering._render_account_statements(statements))
        self._hand_over(by_channel, deliveries, documents, statements, day)
        self._ask_for_addresses(notices, by_channel, day)
        notices.write({"state": "sent"})
        channels, traces = notices.delivery_ids.grouped("notice_id"), notices._get_traces()
        self.env["recovery.event"]._log(
            "queued",
            notices,
            lambda n: self.env._(
                "%(level)s issued: %(how)s", level=n.level_id.name, how=channels[n]._describe_departure()
            ),
            lambda n: {**traces[n], "channels": ", ".join(channels[n].mapped("channel"))},
        )

    @api.model
    def _leave_archived(self, notices, fail):
        """Give the notices whose contact is archived to the customer's next one.

        :param fail: takes a notice whose next contact has no address of any kind, and the error that says so.
        :return: the notices that have somebody to go to.
        """
        reach = self.env["recovery.proposal"]._is_reachable
        lost = notices._leave_archived_addressees().filtered(
            lambda notice: not reach(notice._get_asked_channels(), notice.addressee_id)
        )
        for notice in lost:
            fail(
                notice,
                UserError(
                    self.env._(
                        "Its contact is archived, and the next one, %s, has no address: enter it first.",
                        notice.addressee_id.display_name,
                    )
                ),
            )
        return notices.browse((notices - lost).ids)

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
            if not set(notice._get_asked_channels()) - {"call", "task"}:
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
        """Return the documents enclosed with a notice; hook."""
        return notice.sudo().own_attachment_ids

    @api.model
    def _prepare_delivery(self, notice, channel):
        """Return the values of a delivery of this notice by that channel, waiting for what carries it."""
        return {
            **self.env["recovery.delivery"]._prepare_new(
                notice, channel, notice.subject, signer=notice._get_signing_user()
            ),
            "notice_id": notice.id,
            "address": self._get_address(notice, channel),
            "enclosure_ids": [(6, 0, self._get_enclosures(notice).ids if FIRST_STATES[channel] != "to_do" else [])],
        }

    @api.model
    def _get_address(self, notice, channel):
        partner = notice.addressee_id
        if channel == "call":
            return notice.debtor_phone
        if channel == "task":
            return notice.collector_name
        return self.env["recovery.delivery"]._get_address(partner, channel)

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
                    + invoices.get(notice, none)
                    + (none if self._get_lettered_mails(notice) else self._get_enclosures(notice)),
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

    # ------------------------------------------------------------
    # Validation: the last look at the books, and the claim that nobody else can make again
    # ------------------------------------------------------------
    @api.model
    def _validate(self, notices, day):
        """Engage proposed notices after a last look at the books.

        One that fails never stops the others: it is listed with its reason, and can be
        tried again.

        :param day: today, in the company.
        :raises UserError: somebody else is working on all of these debtors right now.
        """
        if not notices:
            return
        notices = notices.sudo()
        notices.fetch(["debtor_id"])  # of very many: nothing else is read of all of them at once
        debtor_ids = set(notices.debtor_id.try_lock_for_update(allow_referencing=True).ids)
        mine = notices.filtered(lambda notice: notice.debtor_id.id in debtor_ids)
        if not mine:
            raise UserError(self.env._("Somebody else is validating notices for these debtors: try again in a moment."))
        for ids in split_every(ENGAGED_AT_ONCE, mine.ids):
            self._isolate(mine.browse(ids), lambda batch: self._engage(batch, day), self._fail_validation)
            self._forget_cache(mine)

    @api.model
    def _isolate(self, records, work, fail):
        """Do the work on all the records in a savepoint; if it fails, on each half, down to the one that fails.

        :param work: takes records.
        :param fail: takes the one record that failed and its error.
        """
        if not records:
            return
        try:
            with self.env.cr.savepoint():
                work(records)
            return
        except psycopg2.OperationalError:
            raise  # a concurrent update: core starts the transaction again
        except Exception as error:
            if len(records) == 1:
                _logger.warning("%s failed", records, exc_info=True)
                fail(records, error)
                return
            _logger.warning("%s of %s failed together: half by half", len(records), records._name, exc_info=True)
        half = len(records) // 2
        self._isolate(records[:half], work, fail)
        self._isolate(records[half:], work, fail)

    @api.model
    def _forget_cache(self, records):
        """Give back the memory of a batch that is done, when there are more to come."""
        if len(records) > ENGAGED_AT_ONCE:
            self.env.flush_all()
            self.env.invalidate_all()

    @api.model
    def _fail_validation(self, notice, error):
        notice.write({"state": "failed", "state_reason": self._describe_error(error)})
        self.env["recovery.event"]._log(
            "failed", notice, self.env._("Not validated: %s", self._describe_error(error)[:200])
        )

    @api.model
    def _describe_error(self, error):
        """Return what a person can read of an error; of a refusal by an index, the sentence that goes with it."""
        if isinstance(error, psycopg2.errors.UniqueViolation):
            return self.env._("This instalment was already claimed at this level, or this notice was already sent.")
        return " ".join(str(error).split())[:500] or type(error).__name__

    @api.model
    def _engage(self, notices, day):
        alive = self._refresh(self._leave_archived(notices, self._fail_validation), day)
        waiting = alive.filtered(lambda notice: self._needs_approval(notice))
        bulk, states = self.env["recovery.bulk"], {"state": "validated", "state_reason": None}
        own = [("notice_id", "in", alive.ids), ("role", "in", OWN_ROLES)]
        bulk._set("recovery.notice.line", own, {"engaged": True, "claimed_on": day})  # the unique index speaks now
        bulk._set("recovery.notice", [("id", "in", (alive - waiting).ids)], states)
        waiting.write({"state": "to_approve"})
        debtors = alive.debtor_id
        debtors.fetch(["partner_id", "company_id", "display_name"])
        bulk._set("recovery.debtor", [("id", "in", debtors.ids)], {"last_notice_on": day})
        alive._note_stale(debtors._find_moved())
        traces = alive._get_traces()
        for notice in waiting:
            notice.decision_id = self.env["recovery.decision"]._ask(
                "level",
                notice,
                self.env._(
                    "%(level)s for %(debtor)s", level=notice.level_id.name, debtor=notice.debtor_id.display_name
                ),
                traces[notice],
                notice._get_subject_amount(),
                debtor=notice.debtor_id,
            )
        self.env["recovery.event"]._log(
            "validated", alive, lambda n: self.env._("Notice validated: %s", n.level_id.name), traces.get
        )

    @api.model
    def _needs_approval(self, notice):
        """Tell whether a manager approves this notice first.

        In an automatic campaign the levels that need it wait, whoever the scheduled job runs as.
        """
        if not notice.level_id.approval_required:
            return False
        by_itself = notice.campaign_id.mode == "automatic"
        return by_itself or not self.env.user.has_group(MANAGER)

    # ------------------------------------------------------------
    # The last look at the books
    # ------------------------------------------------------------
    @api.model
    def _refresh(self, notices, day, with_rest=False):
        """Bring notices up to the books of today: what was paid, credited, held or claimed since leaves them.

        :param with_rest: also freeze the rest of the account, as a notice that is issued shows it.
        :return: the notices that still claim something, or announce something if they are courtesies.
        """
        alive = notices.browse()
        for (company, date), group in notices.grouped(lambda n: (n.company_id, n.date)).items():
            batches = [
                *self.env["recovery.selection"]._evaluate_in_batches(
                    company, max(date, day), group.debtor_id.partner_id, without=group, strict=True
                )
            ]
            verdicts = [verdict for batch in batches for verdict in batch.verdicts]
            by_line = {verdict.item.line_id: verdict for verdict in verdicts}
            kept = self._compare(group.sudo(), by_line, max(date, day))
            if with_rest:
                by_partner = defaultdict(list)
                for verdict in verdicts:
                    by_partner[verdict.item.partner_id].append(verdict)
                kept._freeze_rest(by_partner, day)
                kept._freeze_credits([credit for batch in batches for credit in batch.credits])
            alive |= kept.with_env(notices.env)
        return alive

    @api.model
    def _compare(self, notices, verdict_by_line, day):
        """Write what changed since the proposal, all notices at once; return those that keep what they are about.

        What is announced never keeps a claim alive that has nothing left to claim: its
        courtesy comes by itself, later.
        """
        Line = self.env["recovery.notice.line"].sudo()
        moved = self._find_moved(notices, verdict_by_line)
        left, alive_ids, over, changed = defaultdict(list), (notices - moved).ids, defaultdict(list), []
        moved.line_ids.move_line_id.fetch(["company_id"])  # at once: each notice looks at whose its own are
        reason_by_line = self._describe_departures(moved, verdict_by_line, day)
        for notice in moved:
            kept = Line
            own, subject = notice._get_own_lines(), notice._get_subject_lines()
            for line in own:
                if reason := reason_by_line.get(line):
                    left[reason].append(line.id)
                    changed.append(notice.id)
                else:
                    kept |= line
                    if self._update_line(line, verdict_by_line[line.move_line_id.id]):
                        changed.append(notice.id)
            if kept & subject:
                alive_ids.append(notice.id)
                self._update_notice(notice, kept)
            else:
                reason = ", ".join(sorted({reason_by_line[line] for line in subject}))
                left[reason] += kept.ids
                over[reason].append(notice.id)
        for reason, ids in left.items():
            Line.browse(ids).write({"role": "information", "engaged": False, "departure": reason})
        for reason, ids in over.items():
            notices.browse(ids).write({"state": "obsolete", "state_reason": reason})
        alive = notices & notices.browse(alive_ids)
        if told := alive & notices.browse(changed):
            self.env["recovery.verdict"]._follow(told)
        return alive

    @api.model
    def _find_moved(self, notices, verdict_by_line):
        """Return the notices that are not what the books say now: few as a rule, and only they are looked at further.

        Plain rows are compared: no record is made of the lines of very many notices.
        """
        own = defaultdict(list)
        for row in map(OwnLine._make, self._read_own_lines(notices)):
            own[row.notice_id].append(row)
        return notices.filtered(lambda notice: self._is_moved(notice, own[notice.id], verdict_by_line))

    @api.model
    def _read_own_lines(self, notices):
        """Return what the notices take to a level, as plain :class:`OwnLine` values in the order of the lines."""
        domain = [("notice_id", "in", notices.ids), ("role", "in", OWN_ROLES)]
        return self.env["recovery.bulk"]._read(
            "recovery.notice.line", OwnLine._fields, domain, order="role, due_date, id"
        )

    @api.model
    def _is_moved(self, notice, own, verdict_by_line):
        """Tell whether a notice's lines or totals are not what the books say now.

        :param own: the :class:`OwnLine` of the notice.
        """
        issuers = {}
        for line in own:
            verdict = verdict_by_line.get(line.move_line_id)
            if not (verdict and verdict.code == DUE and verdict.step.level_id == line.level_id):
                return True
            item = verdict.item
            if (verdict.net, item.residual, item.due) != (line.amount_due, line.amount_residual, line.due_date):
                return True
            issuers[line] = item.company_id
        claimed = [line for line in own if line.role == "claimed"]
        subject = claimed or own
        if not subject:
            return True
        announced = [line for line in own if line.role != "claimed"]
        companies, top = {issuers[line] for line in subject}, max(subject, key=lambda line: line.level_rank or 0)
        round_amount = notice.company_currency_id.round
        return (
            notice.issuer_id.id,
            notice.amount,
            notice.amount_announced,
            notice.oldest_due,
            notice.line_count,
            notice.level_id.id,
            notice.kind,
        ) != (
            companies.pop() if len(companies) == 1 else notice.company_id.id,
            round_amount(sum(line.amount_due_company for line in claimed)),
            round_amount(sum(line.amount_due_company for line in announced)),
            min(line.due_date for line in subject),
            len(subject),
            top.level_id,
            top.level_kind,
        )

    @api.model
    def _describe_departures(self, notices, verdict_by_line, day):
        """Return ``{line: why its instalment leaves}`` of what these notices no longer claim nor announce."""
        left = {}
        for line in notices._get_own_lines():
            verdict = verdict_by_line.get(line.move_line_id.id)
            if not (verdict and verdict.code == DUE and verdict.step.level_id == line.level_id.id):
                left[line] = verdict
        timed = [line.id for line, verdict in left.items() if verdict and verdict.code in TIMING]
        before = self.env["recovery.verdict"]._find_taken_back(notices.line_ids.browse(timed))
        return {line: self._describe_departure(line, verdict, day, before.get(line)) for line, verdict in left.items()}

    @api.model
    def _describe_departure(self, line, verdict, day, before=None):
        """Return why an instalment leaves a notice that was proposed: what moved is said, the books or the scenario.

        :param before: the line of the notice that came before, if it was taken back.
        """
        if not verdict:
            return self._describe_vanished(line)
        label = self._describe_code(verdict)
        if verdict.code not in TIMING:
            return label
        if verdict.item.due != line.due_date:
            return self._describe_due(line, verdict)
        if verdict.reached and (
            verdict.reached.level_id == line.level_id.id or verdict.reached.rank >= line.level_rank
        ):
            return self.env._("Another notice claimed it at this level in the meantime")
        if before and not (verdict.reached and verdict.reached.level_id == before.level_id.id):
            return self._describe_taken_back(before)
        if verdict.step and verdict.step.restraints.scenario_id != line.level_id.scenario_id.id:
            scenario = self.env["recovery.scenario"].sudo().browse(verdict.step.restraints.scenario_id)
            return self.env._("The debtor now follows another scenario: %s", scenario.name)
        if line.level_kind == COURTESY and verdict.item.due < day:
            return self.env._("Its due date has passed: a courtesy reminder comes before")
        if verdict.code == "deadline_running" or (verdict.code == "recent" and verdict.detail):
            return label  # the letter's deadline moved, or somebody contacted the debtor
        if verdict.code == DUE:
            level = self.env["recovery.level"].sudo().browse(verdict.step.level_id)
            return self.env._("The scenario changed in the meantime: another level comes now, %s", level.name)
        return self.env._("The scenario changed in the meantime: %s", label)

    @api.model
    def _describe_taken_back(self, line):
        """Return the words that say that the notice before, to which this line belongs, counts no more."""
        notice = line.notice_id
        words = {"level": line.level_id.name, "reason": line.departure or notice.state_reason}
        if notice.state == "cancelled":
            return self.env._("The previous notice, %(level)s, was cancelled in the meantime: %(reason)s", **words)
        if notice.state == "excluded":
            return self.env._("The previous notice, %(level)s, was refused in the meantime: %(reason)s", **words)
        return self.env._("The previous notice, %(level)s, was withdrawn in the meantime: %(reason)s", **words)

    @api.model
    def _describe_code(self, verdict):
        """Return the words of a verdict, with what it says more."""
        label = self.env["recovery.selection"]._get_code_labels()[verdict.code]
        if not verdict.detail:
            return label
        return self.env._("%(reason)s (%(detail)s)", reason=label, detail=verdict.detail)

    @api.model
    def _describe_due(self, line, verdict):
        """Return the words that say that an instalment is due on another day than a notice says."""
        return self.env._(
            "Its due date moved from %(before)s to %(now)s",
            before=format_date(self.env, line.due_date),
            now=format_date(self.env, verdict.item.due),
        )

    @api.model
    def _describe_vanished(self, line):
        """Return why an instalment is no open debt of this debtor any more."""
        item = line.move_line_id.sudo()
        if not item:
            return self.env._("Deleted in the accounts in the meantime")
        if item.parent_state != "posted":
            return self.env._("Its entry is no longer posted")
        if item.partner_id.commercial_partner_id != line.debtor_id.partner_id:
            return self.env._("Now belongs to another customer")
        if not item.recovery_is_open or item.recovery_residual_company <= 0:
            return self.env._("Settled in the meantime")
        return self.env._("Its account is no longer followed up")

    @api.model
    def _update_line(self, line, verdict):
        """Write what the books say now of a line, and tell whether it changed."""
        present = line.amount_due, line.amount_residual, line.due_date
        is_changed = (verdict.net, verdict.item.residual, verdict.item.due) != present
        if is_changed:
            line.write(
                {
                    "due_date": verdict.item.due,
                    "amount_residual": verdict.item.residual,
                    "amount_credit": verdict.credit + verdict.held,
                    "amount_due": verdict.net,
                    "amount_due_company": verdict.net_company,
                }
            )
        return is_changed

    @api.model
    def _update_notice(self, notice, kept):
        """Write the totals of what is still claimed or announced, if they changed."""
        claimed = kept.filtered(lambda line: line.role == "claimed")
        subject = claimed or kept
        top = max(subject, key=lambda line: line.level_rank)
        round_amount = notice.company_currency_id.round
        issuers = subject.move_line_id.company_id
        vals = {
            "issuer_id": issuers.id if len(issuers) == 1 else notice.company_id.id,
            "amount": round_amount(sum(claimed.mapped("amount_due_company"))),
            "amount_announced": round_amount(sum((kept - claimed).mapped("amount_due_company"))),
            "oldest_due": min(subject.mapped("due_date")),
            "line_count": len(subject),
            "level_id": top.level_id.id,
            "kind": top.level_kind,
        }
        present = {name: notice[name].id if name in ("issuer_id", "level_id") else notice[name] for name in vals}
        if vals != present:
            is_other = notice.level_id.id != vals["level_id"]
            notice.write(vals)
            if is_other:
                notice._drop_own_words()

    # ------------------------------------------------------------
    # The invoices that go with a mail
    # ------------------------------------------------------------
    @api.model
    def _collect_invoices(self, notices):
        """Return the claimed invoices' PDFs of the levels that attach them, and the notices that have too many.

        :return: ``({notice: attachments}, notices)``; the second ones attach none, and say so.
        """
        wanted = notices.filtered(lambda notice: notice._attaches("invoices"))
        moves_of = {notice: self._get_attachable_moves(notice) for notice in wanted}
        left_out = wanted.filtered(lambda notice: len(moves_of[notice]) > MAX_INVOICES)
        moves = self.env["account.move"].union(*(moves_of[n] for n in wanted - left_out))
        if moves:
            self.env["account.move.send"]._recovery_make_documents(moves)
        found = {}
        for notice in wanted - left_out:
            documents = moves_of[notice].sudo().invoice_pdf_report_id
            if sum(documents.mapped("file_size")) > MAX_BYTES:
                left_out |= notice
            else:
                found[notice] = documents
        return found, left_out

    @api.model
    def _get_attachable_moves(self, notice):
        moves = notice.sudo()._get_subject_lines().move_id
        return moves.filtered(lambda move: move.move_type == "out_invoice" and move.state == "posted")

    # ------------------------------------------------------------
    # A letter instead of a mail
    # ------------------------------------------------------------
    @api.model
    def _ask_for_addresses(self, notices, by_channel, day):
        """Give the collectors of those who got a letter for want of a mailbox the task of finding one, and trace it."""
        fallback = self.env["recovery.rendering"]._is_fallback
        stood_in = by_channel["letter"].filtered(lambda notice: fallback(notice, "letter"))
        if not stood_in:
            return
        stood_in.debtor_id._plan_tasks(
            NO_ADDRESS,
            day,
            self.env._("Find an e-mail address"),
            Markup("<p>%s</p>")
            % self.env._("A letter was sent instead of an e-mail: no address, or its e-mails bounce."),
        )
        self.env["recovery.event"]._log(
            "fallback",
            stood_in,
            lambda notice: self.env._("Letter instead of an e-mail for %s", notice.addressee_id.display_name),
        )

    @api.model
    def _replace_by_letter(self, delivery):
        """Print the same notice as a letter because its mail came back; at most once.

        :return: the new delivery, or an empty one if there is nothing to print or nowhere to post it.
        """
        notice, day = delivery.notice_id, delivery.company_id._recovery_today()
        none = self.env["recovery.delivery"]
        addressee = notice.addressee_id
        posted = notice.delivery_ids.filtered(
            lambda d: d.channel in ("letter", "registered") and d.state != "cancelled"
        )
        if posted or notice.state != "sent" or not (addressee.street and addressee.city):
            return none
        if notice._has_archived_addressee():
            return none
        document = notice.document_id
        if not document:
            contents = self.env["recovery.rendering"]._render_letters(notice)
            document = self._store_documents("letter", contents)[notice]
            notice.document_id = document
        letter = none.sudo().create(
            {
                **self._prepare_delivery(notice, "letter"),
                "purpose": "fallback",
                "origin_id": delivery.id,
                "user_id": delivery.user_id.id,
            }
        )
        self.env["recovery.sender"].sudo()._store_letters(
            [{"delivery": letter, "document": document, "body": notice.body or ""}]
        )
        self.env["recovery.event"]._log(
            "fallback",
            notice,
            self.env._("Letter instead of an e-mail for %s", addressee.display_name),
            {"date": str(day), "reason": delivery.error},
        )
        return letter

    # ------------------------------------------------------------
    # A correction of what was sent
    # ------------------------------------------------------------
    @api.model
    def _get_correctable(self, notices):
        """Return what left and can be taken back by a message: mails that were sent, letters that were posted.

        A notice that was corrected once is not corrected again.
        """
        corrected = notices.delivery_ids.filtered(lambda d: d.purpose == "correction").notice_id
        return (notices - corrected).delivery_ids.filtered(
            lambda d: (
                (d.channel == "email" and d.state == "sent")
                or (d.channel in ("letter", "registered") and d.state == "posted")
            )
        )

    @api.model
    def _send_corrections(self, notices, text_by_lang, day):
        """Tell the addressees of cancelled notices to take no account of them, by the way these came.

        :param dict text_by_lang: ``{language: record}`` that holds a subject and a body, with the levels' placeholders.
        :return: the deliveries.
        """
        notices = self._get_correctable(notices.sudo()).notice_id
        for ids in split_every(self._get_batch_size(), notices.ids):
            self._isolate(
                notices.browse(ids),
                lambda batch: self._correct(batch, text_by_lang, day),
                lambda notice, error: self.env["recovery.event"]._log(
                    "failed", notice, self.env._("Correction not sent: %s", self._describe_error(error)[:200])
                ),
            )
        return notices.delivery_ids.filtered(lambda d: d.purpose == "correction")

    @api.model
    def _prepare_correction_address(self, origin, channel):
        """Return where a correction goes: to who got the notice, or to the next contact if that one is archived."""
        notice, addressee = origin.notice_id, origin.addressee_id
        if not origin._has_archived_addressee():
            return {"addressee_id": addressee.id, "address": origin.address}
        addressee = notice.debtor_id._get_addressee(notice.kind)
        address = self.env["recovery.delivery"]._get_address(addressee, channel)
        return {"addressee_id": addressee.id, "address": address}

    @api.model
    def _correct(self, notices, text_by_lang, day):
        rendering, sender = self.env["recovery.rendering"], self.env["recovery.sender"].sudo()
        texts = rendering._render_text(notices, text_by_lang)
        vals_list = []
        for origin in self._get_correctable(notices):
            notice = origin.notice_id
            channel = "email" if origin.channel == "email" else "letter"
            vals_list.append(
                {
                    **self._prepare_delivery(notice, channel),
                    **self._prepare_correction_address(origin, channel),
                    "copy_partner_ids": [(6, 0, origin.copy_partner_ids.ids)],
                    "subject": texts[notice][0],
                    "enclosure_ids": [],
                    "purpose": "correction",
                    "origin_id": origin.id,
                }
            )
        deliveries = self.env["recovery.delivery"].sudo().create(vals_list)
        mails = deliveries.filtered(lambda d: d.channel == "email")
        html = rendering._render_correction_mails(mails.notice_id, texts)
        sender._queue_mails(
            [
                {
                    "delivery": mail,
                    "subject": mail.subject,
                    "body": texts[mail.notice_id][1],
                    "html": html[mail.notice_id],
                    "attachments": self.env["ir.attachment"],
                }
                for mail in mails
            ]
        )
        letters = deliveries - mails
        contents = rendering._render_correction_letters(letters.notice_id, texts)
        documents = self._store_documents("correction", contents)
        sender._store_letters(
            [
                {
                    "delivery": letter,
                    "document": documents[letter.notice_id],
                    "body": texts[letter.notice_id][1],
                }
                for letter in letters
            ]
        )
        self.env["recovery.event"]._log(
            "correction",
            deliveries,
            lambda d: self.env._(
                "Correction of %(notice)s: %(how)s", notice=d.notice_id.display_name, how=d._describe_departure()
            ),
            lambda d: {"subject": d.subject, "notice": d.notice_id.display_name},
        )
