from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ..common.calendar import shift
from ..common.roles import AUDITOR, USER, require_manager
from ..common.saying import say

_lt = LazyTranslate(__name__)
LAST_DAY = 28  # that every month has


class RecoveryCheckpoint(models.Model):
    """Reports that are sent to chosen people once a month, each made with the rights of who gets it.

    They are about the month that is over. Who may no longer read them is left out, and the journal says so.
    """

    _name = "recovery.checkpoint"
    _description = "Monthly checkpoint"
    _inherit = ["recovery.traced.settings"]
    _order = "name, id"
    _typed = (
        *("name", "active", "company_id", "day_of_month", "user_ids"),
        *("has_aged_balance", "has_exposures", "has_sendings", "has_payment_delays"),
    )
    _journal_words = {"files": _lt("Files"), "sent to": _lt("Sent to"), "left out": _lt("Left out")}

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
        "Day of the month", required=True, default=5, bounds=(1, LAST_DAY), help="From 1 to 28; sent in the night."
    )
    user_ids = fields.Many2many(
        "res.users",
        string="Sent to",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="People who follow or audit debts: whoever else is chosen gets nothing, and the journal says so.",
    )
    has_aged_balance = fields.Boolean("Aged balance", default=True, help="As of the last day of the month.")
    has_exposures = fields.Boolean("Exposures", help="As of the last day of the month.")
    has_sendings = fields.Boolean("What was sent")
    has_payment_delays = fields.Boolean("Payment delays (D441-6)", help="As of the last day of the month.")
    last_sent_on = fields.Date("Sent last on", readonly=True, copy=False)

    @api.model
    def _get_traced_fields(self):
        """Return what people choose: what was sent has lines of its own."""
        return [name for name in super()._get_traced_fields() if name != "last_sent_on"]

    def action_send(self):
        """Send it now, whatever the day."""
        require_manager(self.env)
        self.check_access("write")
        for checkpoint in self:
            checkpoint._send(checkpoint.company_id._recovery_today())
        return say(self.env, self.env._("The reports were sent."))

    @api.model
    def _cron_send(self):
        """Send what is due today, company by company, for the night's job."""
        self.env["res.company"]._recovery_for_each_company(self, self._send_due)

    @api.model
    def _send_due(self, company, day):
        """Send the checkpoints of a company whose day has come and that were not sent this month."""
        start = day.replace(day=1)
        due = self.sudo().search(
            Domain("company_id", "=", company.id)
            & Domain("day_of_month", "<=", day.day)
            & (Domain("last_sent_on", "=", False) | Domain("last_sent_on", "<", start))
        )
        for checkpoint in due:
            checkpoint._send(day)
        return due

    @api.model
    def _get_reports(self, day):
        """Return ``{field: (window, values)}`` of the reports about the month before a day: a hook.

        A window is a :class:`RecoveryReportWindow`; the values are beside its company.
        """
        end = shift(day.replace(day=1), days=-1)
        return {
            "has_aged_balance": ("recovery.aged.balance", {"day": end}),
            "has_exposures": ("recovery.exposure.report", {"day": end}),
            "has_sendings": ("recovery.delivery.log", {"date_from": end.replace(day=1), "date_to": end}),
            "has_payment_delays": ("recovery.payment.delay.report", {"date_to": end}),
        }

    def _send(self, day):
        """Queue one mail for each reader, with the files that this reader may have; return the mails."""
        self.ensure_one()
        checkpoint = self.sudo()
        company = checkpoint.company_id
        wanted = [report for name, report in self._get_reports(day).items() if checkpoint[name]]
        mails = self.env["mail.mail"].sudo()
        left_out = self.env["res.users"]
        digests = {}
        for user in checkpoint.user_ids:
            files = checkpoint._make_files(user, wanted) if checkpoint._may_read(user) else []
            if not files:
                left_out |= user
                continue
            mails |= checkpoint._queue(user, day, files)
            digests.update((name, sha256(content).hexdigest()) for name, content in files)
        checkpoint.last_sent_on = day
        self.env["recovery.event"]._log(
            "printed",
            checkpoint,
            self.env._("%(name)s sent to %(count)s people", name=checkpoint.name, count=len(mails)),
            {
                "files": ", ".join(f"{name} ({digest})" for name, digest in digests.items()),
                "sent to": ", ".join((checkpoint.user_ids - left_out).mapped("name")),
                "left out": ", ".join(left_out.mapped("name")),
            },
            company=company,
        )
        return mails

    def _may_read(self, user):
        """Tell whether somebody follows or audits the debts of the company still, and can be written to."""
        is_reader = user.has_group(USER) or user.has_group(AUDITOR)
        return bool(user.active and user.email and is_reader and self.company_id in user.company_ids)

    def _make_files(self, user, wanted):
        """Return ``[(name, content)]`` of the reports, made by this user; those that it may not read are left out."""
        env = self.env(user=user.id, su=False, context={"lang": user.lang, "allowed_company_ids": self.company_id.ids})
        files = []
        for model, values in wanted:
            try:
                window = env[model].create({"company_id": self.company_id.id, **values})
                files.append((window._get_xlsx_filename(), window._get_xlsx()))
            except AccessError:
                continue
        return files

    def _queue(self, user, day, files):
        """Queue the mail of one reader."""
        company = self.company_id
        checkpoint = self.with_context(lang=user.lang or company.partner_id.lang)
        attachments = self.env["ir.attachment"].create(
            [{"name": name, "raw": content, "mimetype": _get_mimetype(name)} for name, content in files]
        )
        text = checkpoint.env._(
            "The reports of the month that is over, made with your rights. They hold personal data."
        )
        return self.env["mail.mail"].create(
            {
                "subject": checkpoint.env._("%(company)s: %(name)s", company=company.name, name=checkpoint.name),
                "body_html": f"<p>{text}</p>",
                "email_from": company.email_formatted or user.email_formatted,
                "email_to": user.email_formatted,
                "attachment_ids": attachments.ids,
                "auto_delete": True,
                "state": "outgoing",
            }
        )


def _get_mimetype(name):
    """Return the kind of a file, by its name."""
    kinds = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "pdf": "application/pdf"}
    return kinds.get(name.rpartition(".")[2], "application/octet-stream")
