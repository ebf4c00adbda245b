import logging
from calendar import monthrange
from hashlib import sha256

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date, plaintext2html
from odoo.tools.translate import LazyTranslate

from ..common.calendar import shift
from ..common.formatting import say_of
from ..common.own_values import without_defaults
from ..common.roles import AUDITOR, MANAGER, USER, require_manager
from ..common.saying import say

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)
CRON = "debt_recovery.ir_cron_send_checkpoints"
LONGEST_MONTH = 31
LARGEST = 10 * 1024 * 1024  # bytes of an archive that a mail takes along; a larger one is fetched
WAITING = ("queued", "building")


class RecoveryCheckpoint(models.Model):
    """Reports that are sent to chosen people once a month, each made with the rights of who gets it.

    They are about the month that is over. Who may no longer read them is left out, and the journal says so. The head of
    the journal leaves with them. The audit file is made first, in the background; the mails wait for it.
    """

    _name = "recovery.checkpoint"
    _description = "Monthly checkpoint"
    _inherit = ["recovery.traced.settings"]
    _order = "name, id"
    _carried_key = ("name",)
    _carried_not = ("user_ids",)
    _typed = (
        *("name", "active", "company_id", "day_of_month", "user_ids"),
        *("has_aged_balance", "has_exposures", "has_sendings", "has_payment_delays"),
        *("has_roll_forward", "has_lists", "has_integrity", "has_audit_pack"),
    )
    _journal_words = {
        "files": _lt("Files"),
        "sent to": _lt("Sent to"),
        "left out": _lt("Left out"),
        "missing": _lt("Missing"),
    }

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company.root_id,
        domain="[('id', 'in', allowed_company_ids), ('parent_id', '=', False)]",
    )
    day_of_month = fields.Integer(
        "Day of the month",
        required=True,
        default=5,
        bounds=(1, LONGEST_MONTH),
        help="From 1 to 31, sent overnight; the last day of the month in shorter months.",
    )
    user_ids = fields.Many2many(
        "res.users",
        string="Sent to",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="People who follow up or audit debts: anybody else selected receives nothing, and the journal records it.",
    )
    has_aged_balance = fields.Boolean("Aged balance", default=True, help="As of the last day of the month.")
    has_exposures = fields.Boolean("Exposures", help="As of the last day of the month.")
    has_sendings = fields.Boolean("Delivery log")
    has_payment_delays = fields.Boolean("Payment delays (D441-6)", help="As of the last day of the month.")
    has_roll_forward = fields.Boolean("From opening to closing", help="For the month.")
    has_lists = fields.Boolean("Lists of actions taken", help="For the month: one spreadsheet per list.")
    has_integrity = fields.Boolean(
        "Integrity", help="The verification of the journal, the numbering and the stored files."
    )
    has_audit_pack = fields.Boolean(
        "Audit file",
        help="For the month: generated in the background with the rights of the first reader entitled to request "
        "it, then sent; a large one is downloaded instead.",
    )
    pack_id = fields.Many2one(
        "recovery.audit.pack", string="Audit file to send", readonly=True, copy=False, index="btree_not_null"
    )
    is_waiting = fields.Boolean("Waiting for the audit file", readonly=True, copy=False)
    last_sent_on = fields.Date("Last sent on", readonly=True, copy=False)
    unsent_text = fields.Text("E-mails not yet sent", compute="_compute_unsent_text")

    def _compute_unsent_text(self):
        """Say which mails of these failed, and why: core tells nobody."""
        mails = (
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", self._name), ("res_id", "in", self.ids), ("state", "=", "exception")], order="id")
        )
        by_record = mails.grouped("res_id")
        for checkpoint in self:
            checkpoint.unsent_text = (
                "\n".join(
                    self.env._(
                        "%(day)s, %(addressee)s: %(reason)s",
                        day=format_date(self.env, mail.date),
                        addressee=mail.email_to,
                        reason=mail._recovery_get_failure(),
                    )
                    for mail in by_record.get(checkpoint.id, ())
                )
                or False
            )

    @api.model
    def _get_traced_fields(self):
        """Return what people choose: what was sent has lines of its own."""
        noted = ("last_sent_on", "pack_id", "is_waiting")
        return [name for name in super()._get_traced_fields() if name not in noted]

    def action_send(self):
        """Send it now, whatever the day; the mails wait for the audit file, if it is one of the reports."""
        require_manager(self.env)
        self.check_access("write")
        self.lock_for_update()
        for checkpoint in self:
            checkpoint._send_once_made(checkpoint.company_id._recovery_today())
        if self.filtered("is_waiting"):
            return say(
                self.env, self.env._("The audit file is generated first: the reports are sent as soon as it is ready.")
            )
        return say(self.env, self.env._("The reports were sent."))

    @api.model
    def _cron_send(self):
        """Send what is due today, company by company, for the night's job."""
        self.env["res.company"]._recovery_for_each_company(
            self, lambda mine, company, day: mine._send_due(company, day)
        )

    @api.model
    def _send_due(self, company, day):
        """Send the checkpoints of a company whose day has come and that were not sent this month.

        One that fails is named and stops no other.
        """
        due = self.sudo().search(self._get_due_domain(company, day)).try_lock_for_update()
        if due:

            def send(checkpoints):
                for checkpoint in checkpoints:
                    checkpoint._send_once_made(day)

            self.env["recovery.anomaly"]._do_apart(self, company, send, due)
        return due

    @api.model
    def _get_due_domain(self, company, day):
        """Return the domain of what is due: on the last day of a month, whatever comes later in longer ones too."""
        is_last = day.day == monthrange(day.year, day.month)[1]
        has_come = Domain("day_of_month", "<=", LONGEST_MONTH if is_last else day.day)
        is_new = Domain("last_sent_on", "=", False) | Domain("last_sent_on", "<", day.replace(day=1))
        return Domain("company_id", "=", company.id) & (Domain("is_waiting", "=", True) | (has_come & is_new))

    @api.model
    def _get_month(self, day):
        """Return the first and the last day of the month that is over."""
        end = shift(day.replace(day=1), days=-1)
        return end.replace(day=1), end

    @api.model
    def _get_reports(self, day):
        """Return ``{field: [(window, values)]}`` of the reports about the month before a day: a hook.

        A window is a :class:`RecoveryReportWindow`; the values are beside its company.
        """
        start, end = self._get_month(day)
        period = {"date_from": start, "date_to": end}
        subjects = self.env["recovery.activity"]._get_subjects()
        return {
            "has_aged_balance": [("recovery.aged.balance", {"day": end})],
            "has_exposures": [("recovery.exposure.report", {"day": end})],
            "has_sendings": [("recovery.delivery.log", period)],
            "has_payment_delays": [("recovery.payment.delay.report", {"date_to": end})],
            "has_roll_forward": [("recovery.roll.forward", period)],
            "has_lists": [("recovery.listing", {**period, "subject": subject}) for subject in subjects],
            "has_integrity": [("recovery.integrity", {})],
        }

    # ------------------------------------------------------------
    # The audit file comes first
    # ------------------------------------------------------------
    def _send_once_made(self, day):
        """Send, once the audit file that goes along is made; what waits is sent when it is there."""
        self.ensure_one()
        checkpoint = self.sudo()
        if checkpoint.has_audit_pack:
            checkpoint._ask_pack(day)
        if checkpoint.has_audit_pack and checkpoint.pack_id.state in WAITING:
            checkpoint.is_waiting = True
            return self.env["mail.mail"].sudo()
        return checkpoint._send(day)

    def _ask_pack(self, day):
        """Ask for the audit file of the month, as the first reader who may: once for all of them."""
        start, end = self._get_month(day)
        if self.is_waiting and (self.pack_id.date_from, self.pack_id.date_to) == (start, end):
            return
        self.pack_id = False
        for user in self.user_ids:
            if self._may_read(user) and (user.has_group(MANAGER) or user.has_group(AUDITOR)):
                asker = self._as_reader(user)
                self.pack_id = asker["recovery.audit.pack"]._ask(
                    asker["res.company"].browse(self.company_id.id), start, end
                )
                return

    @api.model
    def _follow_pack(self, file):
        """Send what waits for an audit file that is made now, or that cannot be made."""
        if self.sudo().search_count([("pack_id", "=", file.id), ("is_waiting", "=", True)], limit=1):
            self.env.ref(CRON).sudo()._trigger()

    # ------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------
    def _send(self, day):
        """Queue one mail for each reader, with the files that this reader may have; return the mails."""
        self.ensure_one()
        checkpoint = self.sudo()
        company = checkpoint.company_id
        wanted = [report for name, reports in self._get_reports(day).items() if checkpoint[name] for report in reports]
        pack = checkpoint.pack_id if checkpoint.has_audit_pack else checkpoint.pack_id.browse()
        able = checkpoint.user_ids.filtered(checkpoint._may_read)
        readers, mails = self.env["res.users"], self.env["mail.mail"].sudo()
        digests, absent, head = {}, {}, None
        for user in able:  # one after the other: the files of one are let go before those of the next are made
            files, missing = checkpoint._make_files(user, wanted)
            if not (files or missing or pack):
                continue
            head = head or self.env["recovery.journal"]._hand_out(company, "mailed", ", ".join(able.mapped("email")))
            mails |= checkpoint._queue(user, day, files, missing, pack, head)
            readers |= user
            digests.update((name, sha256(content).hexdigest()) for name, content in files)
            absent.update(missing)
        if pack.state == "done":
            digests[pack.archive_id.name] = pack.archive_sha256
        checkpoint.write({"last_sent_on": day, "is_waiting": False})
        self.env["recovery.event"]._log(
            "printed",
            checkpoint,
            self.env._("%(name)s sent to %(count)s people", name=checkpoint.name, count=len(mails)),
            {
                "files": ", ".join(f"{name} ({digest})" for name, digest in digests.items()),
                "sent to": ", ".join(readers.mapped("name")),
                "left out": ", ".join((checkpoint.user_ids - readers).mapped("name")),
                "missing": ", ".join(say_of(self.env, *row) for row in absent.items()) or False,
            },
            company=company,
        )
        return mails

    def _may_read(self, user):
        """Tell whether somebody follows or audits the debts of the company still, and can be written to."""
        is_reader = user.has_group(USER) or user.has_group(AUDITOR)
        return bool(user.active and user.email and is_reader and self.company_id in user.company_ids)

    def _as_reader(self, user):
        """Return the environment of a reader, in the company alone."""
        context = {"lang": user.lang, "allowed_company_ids": self.company_id.ids}
        return self.env(user=user.id, su=False, context=context)

    def _make_files(self, user, wanted):
        """Return ``([(name, content)], {name: reason})`` of the reports, made by this user.

        Those that it may not read are left out; those that cannot be made are named.
        """
        env = self._as_reader(user)
        files, missing = [], {}
        for model, values in wanted:
            try:
                with self.env.cr.savepoint():
                    window = env[model].create({"company_id": self.company_id.id, **values})
                    files.append((window._get_xlsx_filename(), window._get_xlsx()))
            except AccessError:
                continue
            except UserError as error:
                missing[env["ir.model"].sudo()._get(model).name] = str(error)
            except psycopg2.OperationalError:
                raise  # somebody else wrote to the same rows: the whole is done again
            except Exception as error:
                _logger.exception("Checkpoint %s: %s could not be made", self.id, model)
                missing[env["ir.model"].sudo()._get(model).name] = f"{type(error).__name__}: {error}"[:500]
        return files, missing

    def _queue(self, user, day, files, missing, pack, head):
        """Queue the mail of one reader."""
        company = self.company_id
        checkpoint = self.with_context(lang=user.lang or company.partner_id.lang)
        contents = [(name, content, _get_mimetype(name)) for name, content in files]
        if pack.state == "done" and pack.archive_size <= LARGEST:
            contents.append((pack.archive_id.name, pack.archive_id._recovery_content(), "application/zip"))
        attachments = without_defaults(self.env["ir.attachment"]).create(
            [{"name": name, "raw": content, "mimetype": mimetype} for name, content, mimetype in contents]
        )
        return without_defaults(self.env["mail.mail"]).create(
            {
                "subject": checkpoint.env._("%(company)s: %(name)s", company=company.name, name=checkpoint.name),
                "body_html": plaintext2html("\n\n".join(checkpoint._say_mail(missing, pack, head))),
                "email_from": company.email_formatted or user.email_formatted,
                "email_to": user.email_formatted,
                "attachment_ids": attachments.ids,
                "auto_delete": True,
                "state": "outgoing",
                "model": self._name,
                "res_id": self.id,
            }
        )

    def _say_mail(self, missing, pack, head):
        """Return the paragraphs of the mail, in the context's language."""
        sentences = [self.env._("Last month's reports, generated with your rights. They contain personal data.")]
        sentences += [
            self.env._("%(report)s could not be produced: %(reason)s", report=name, reason=reason)
            for name, reason in missing.items()
        ]
        if pack.state == "done":
            sentences.append(
                self.env._("Audit file: %(name)s, SHA-256 %(digest)s.", name=pack.name, digest=pack.archive_sha256)
            )
            if pack.archive_size > LARGEST:
                link = f"{self.get_base_url()}/odoo/recovery-audit-files/{pack.id}"
                sentences.append(self.env._("It is too large for an e-mail: download it from %s", link))
            if pack.broken_count:
                sentences.append(self.env._("%s of its files could not be generated.", pack.broken_count))
        elif pack:
            sentences.append(self.env._("The audit file could not be generated: %s", pack.error or ""))
        if head.number:
            sentences.append(
                self.env._(
                    "Journal head: entry %(number)s\n"
                    "Seal %(seal)s\n"
                    "Keep this message outside the company: it proves later that the journal was not rebuilt.",
                    number=head.number,
                    seal=head.seal,
                )
            )
        return sentences


def _get_mimetype(name):
    """Return the kind of a file, by its name."""
    kinds = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "pdf": "application/pdf"}
    return kinds.get(name.rpartition(".")[2], "application/octet-stream")
