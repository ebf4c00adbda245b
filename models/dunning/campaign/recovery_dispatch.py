import logging

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import split_every

from .verdict import DUE

_logger = logging.getLogger(__name__)
BATCH = 50


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

    # ------------------------------------------------------------
    # Validation
    # ------------------------------------------------------------
    @api.model
    def _validate(self, notices, day):
        """Engage proposed notices after a last look at the books.

        :param day: today, in the company.
        :raises UserError: somebody else is working on all of these debtors right now.
        """
        if not notices:
            return
        notices = notices.sudo()
        debtors = notices.debtor_id.try_lock_for_update(allow_referencing=True)
        mine = notices.filtered(lambda notice: notice.debtor_id in debtors)
        if not mine:
            raise UserError(self.env._("Somebody else is validating notices for these debtors: try again in a moment."))
        alive = self._refresh(mine, day)
        waiting = alive.filtered(lambda notice: self._needs_approval(notice))
        alive.line_ids.sudo().filtered(lambda line: line.role == "claimed").write({"engaged": True, "claimed_on": day})
        (alive - waiting).write({"state": "validated", "state_reason": False})
        waiting.write({"state": "to_approve"})
        alive.debtor_id.sudo().write({"last_notice_on": day})
        self.env.flush_all()  # the unique index speaks now, not at the end of the request
        for notice in waiting:
            notice.decision_id = self.env["recovery.decision"]._ask(
                "level",
                notice,
                self.env._(
                    "%(level)s for %(debtor)s", level=notice.level_id.name, debtor=notice.debtor_id.display_name
                ),
                notice._get_trace(),
                notice.amount,
                debtor=notice.debtor_id,
            )
        self.env["recovery.event"]._log(
            "validated", alive, lambda n: self.env._("Notice validated: %s", n.level_id.name), lambda n: n._get_trace()
        )

    @api.model
    def _needs_approval(self, notice):
        return notice.level_id.approval_required and not self.env.user.has_group("debt_recovery.group_recovery_manager")

    @api.model
    def _refresh(self, notices, day):
        """Bring notices up to the books of today: what was paid, credited, held or claimed since leaves them.

        :return: the notices that still claim something.
        """
        alive = notices.browse()
        for (company, date), group in notices.grouped(lambda n: (n.company_id, n.date)).items():
            verdicts, _left = self.env["recovery.selection"]._evaluate(
                company, max(date, day), group.debtor_id.partner_id, without=group
            )
            by_line = {verdict.item.line_id: verdict for verdict in verdicts}
            for notice in group:
                if self._refresh_notice(notice, by_line):
                    alive |= notice
        return alive

    @api.model
    def _refresh_notice(self, notice, verdict_by_line):
        labels = self.env["recovery.selection"]._get_code_labels()
        reasons, kept = set(), self.env["recovery.notice.line"]
        for line in notice.sudo()._get_claimed_lines():
            verdict = verdict_by_line.get(line.move_line_id.id)
            if verdict and verdict.code == DUE and verdict.step.level_id == line.level_id.id:
                kept |= line
                if (verdict.net, verdict.item.residual) != (line.amount_due, line.amount_residual):
                    line.write(
                        {
                            "amount_residual": verdict.item.residual,
                            "amount_credit": verdict.credit + verdict.held,
                            "amount_due": verdict.net,
                            "amount_due_company": verdict.net_company,
                        }
                    )
            else:
                reasons.add(
                    labels[verdict.code] if verdict and verdict.code != DUE else self.env._("Settled meanwhile")
                )
                line.write({"role": "information", "engaged": False})
        if not kept:
            notice.line_ids.sudo().write({"engaged": False})
            notice.write({"state": "obsolete", "state_reason": ", ".join(sorted(reasons))})
            return False
        currency = notice.company_currency_id
        top = max(kept, key=lambda line: line.level_rank)
        notice.write(
            {
                "amount": currency.round(sum(kept.mapped("amount_due_company"))),
                "oldest_due": min(kept.mapped("due_date")),
                "line_count": len(kept),
                "level_id": top.level_id.id,
                "kind": top.level_kind,
            }
        )
        return True

    # ------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------
    @api.model
    def _send(self, notices, day):
        """Send validated notices in this transaction; one that fails never stops the others.

        :param day: the date that letters carry, and from which their deadlines run.
        """
        for ids in split_every(BATCH, notices.ids):
            self._send_batch(self.env["recovery.notice"].browse(ids), day)

    @api.model
    def _send_in_batches(self, runs):
        """Send what campaigns left to the scheduled job, one committed batch after the other."""
        Notice = self.env["recovery.notice"]
        domain = self.env["recovery.run"]._get_ready_domain()
        remaining = Notice.search_count(domain)
        done_ids = set()
        while notices := Notice.search(domain & Domain("id", "not in", list(done_ids)), limit=BATCH, order="id"):
            done_ids.update(notices.ids)
            for (company, user), group in notices.grouped(lambda n: (n.company_id, n.run_id.user_id)).items():
                # whoever made the campaign signs its mails, not the scheduled job
                self.with_user(user).sudo()._send_batch(group.with_user(user).sudo(), company._recovery_today())
            remaining = max(remaining - len(notices), 0)
            runs._update_state()
            if not self.env["ir.cron"]._commit_progress(len(notices), remaining=remaining):
                return  # out of time: core starts the job again for the rest

    @api.model
    def _send_batch(self, notices, day):
        """Send a batch under lock; if it fails as a whole, send each alone and list those that fail."""
        notices = notices.try_lock_for_update()
        notices.invalidate_recordset(["state"])
        notices = notices.filtered(lambda notice: notice.state == "validated")
        if not notices:
            return
        try:
            with self.env.cr.savepoint():
                self._deliver(notices, day)
            return
        except psycopg2.OperationalError:
            raise  # a concurrent update: core starts the transaction again
        except Exception:
            _logger.warning("Batch of %s notices failed, sending them one by one", len(notices), exc_info=True)
        for notice in notices:
            try:
                with self.env.cr.savepoint():
                    self._deliver(notice, day)
            except psycopg2.OperationalError:
                raise
            except Exception as error:
                _logger.warning("Notice %s failed", notice.id, exc_info=True)
                notice.write({"state": "failed", "state_reason": str(error)[:500]})
                self.env["recovery.event"]._log("failed", notice, lambda n, e=error: str(e)[:200])

    @api.model
    def _deliver(self, notices, day):
        """Write, print and hand over: the deliveries and what carries them come in one transaction."""
        notices = self._refresh(notices, day)
        if not notices:
            return
        self._issue(notices, day)
        rendering = self.env["recovery.rendering"]
        by_channel = rendering._group_by_channel(notices)
        deliveries = self._create_deliveries(by_channel)
        letters = by_channel["letter"] | by_channel["registered"]
        documents = self._store_documents("letter", rendering._render_letters(letters))
        for notice, document in documents.items():
            notice.document_id = document
        statements = by_channel["email"].filtered(lambda notice: notice.level_id.attach_statement)
        statements = self._store_documents("statement", rendering._render_statements(statements))
        self._hand_over(by_channel, deliveries, documents, statements, day)
        notices.write({"state": "sent"})
        self.env["recovery.event"]._log(
            "queued",
            notices,
            lambda n: self.env._("%(level)s sent", level=n.level_id.name),
            lambda n: {**n._get_trace(), "channels": ", ".join(n.delivery_ids.mapped("channel"))},
        )

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
            claimed = notice.sudo()._get_claimed_lines()
            claimed.write({"claimed_on": day, "deadline_date": notice.deadline_date})
            for line in notice.sudo().line_ids:
                line.days_late = (day - line.due_date).days if line.due_date and line.role != "credit" else 0
        for notice, (subject, body, closing) in self.env["recovery.rendering"]._render_wording(notices).items():
            notice.write({"subject": subject, "body": body, "closing": closing})

    @api.model
    def _create_deliveries(self, by_channel):
        states = {"email": "queued", "letter": "to_print", "registered": "to_print", "call": "to_do", "task": "to_do"}
        vals_list = []
        for channel, notices in by_channel.items():
            for notice in notices:
                vals_list.append(
                    {
                        "company_id": notice.company_id.id,
                        "debtor_id": notice.debtor_id.id,
                        "notice_id": notice.id,
                        "addressee_id": notice.addressee_id.id,
                        "address": self._get_address(notice, channel),
                        "subject": notice.subject,
                        "channel": channel,
                        "state": states[channel],
                        "user_id": self.env.user.id,
                        "queued_on": self.env.cr.now(),
                    }
                )
        deliveries = self.env["recovery.delivery"].sudo().create(vals_list)
        return {(delivery.notice_id, delivery.channel): delivery for delivery in deliveries}

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
        sender = self.env["recovery.sender"].sudo()
        return {
            notice: sender._create_document(
                notice, self.env["recovery.rendering"]._get_file_name(notice, kind), content
            )
            for notice, content in contents.items()
        }

    @api.model
    def _hand_over(self, by_channel, deliveries, letters, statements, day):
        sender = self.env["recovery.sender"].sudo()
        html = self.env["recovery.rendering"]._render_mails(by_channel["email"])
        sender._queue_mails(
            [
                {
                    "delivery": deliveries[notice, "email"],
                    "subject": notice.subject,
                    "body": notice.body + notice.closing,
                    "html": html[notice],
                    "attachments": statements.get(notice, self.env["ir.attachment"]),
                }
                for notice in by_channel["email"]
            ]
        )
        for channel in ("letter", "registered"):
            for notice in by_channel[channel]:
                sender._store_letter(deliveries[notice, channel], letters[notice], notice.body)
        for channel, xmlid in (
            ("call", "debt_recovery.mail_activity_type_call"),
            ("task", "debt_recovery.mail_activity_type_handover"),
        ):
            for notice in by_channel[channel]:
                sender._schedule_activity(
                    deliveries[notice, channel], xmlid, notice.subject, notice.body + notice.closing, day
                )
