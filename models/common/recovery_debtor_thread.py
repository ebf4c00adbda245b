from markupsafe import Markup

from odoo import models
from odoo.tools import html2plaintext, html_sanitize
from odoo.tools.mail import email_normalize

from .mail_thread import AUTOMATIC_MAIL
from .own_values import without_defaults

REPLY = "debt_recovery.mail_activity_type_reply"
NO_ADDRESS = "debt_recovery.mail_activity_type_address"


class RecoveryDebtor(models.Model):
    """What the debtor answers, and the tasks that what happens to our mails gives to a person."""

    _inherit = "recovery.debtor"

    def _message_post_after_hook(self, message, msg_values):
        """Give the collector a task for each mail that the debtor wrote; a machine's answer needs none."""
        result = super()._message_post_after_hook(message, msg_values)
        if message.message_type == "email" and not AUTOMATIC_MAIL.heard:
            if not any(not user.share for user in message.author_id.sudo().user_ids):
                self._receive_reply(message)
        return result

    def _receive_reply(self, message):
        self.ensure_one()
        debtor = self.sudo()
        sender = message.email_from or message.author_id.email_formatted or ""
        known = debtor.env["res.partner"].search_count(
            [
                ("commercial_partner_id", "=", debtor.partner_id.id),
                ("email_normalized", "=", email_normalize(sender) or False),
            ],
            limit=1,
        )
        if not known:
            sender = self.env._("%s (an address that this customer's contacts do not have)", sender)
        extract = " ".join(html2plaintext(message.body or "").split())[:300]
        parent = message.parent_id.author_id.sudo().user_ids.filtered(lambda user: not user.share and user.active)
        debtor._plan_tasks(
            REPLY,
            debtor.company_id._recovery_today(),
            message.subject or self.env._("Reply by e-mail"),
            Markup("<p><strong>%s</strong></p><p>%s</p>") % (sender, extract),
            otherwise=parent[:1],
        )
        self.env["recovery.event"]._log(
            "reply",
            debtor,
            self.env._("Reply received: %s", message.subject or extract[:80]),
            {"from": sender, "subject": message.subject or ""},
        )

    def _plan_tasks(self, xmlid, day, summary, note, otherwise=None):
        """Give each debtor's responsible a task; an open one of the same type is completed instead.

        :param day: when it is due.
        :param note: Markup, or a callable that takes a debtor; it is added above the note of the task that is
            open already.
        :param otherwise: user who gets it when neither debtor nor company names anybody.
        """
        if not self:
            return
        debtors = self.sudo()
        activity_type = self.env.ref(xmlid)
        Activity = without_defaults(self.env["mail.activity"]).sudo().with_context(mail_activity_quick_update=True)
        running = Activity.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", debtors.ids),
                ("activity_type_id", "=", activity_type.id),
            ]
        )
        open_by_debtor = {activity.res_id: activity for activity in running}
        vals_list = []
        for debtor in debtors:
            activity = open_by_debtor.get(debtor.id)
            text = html_sanitize(note(debtor) if callable(note) else note)  # as it is stored, to find it again
            if activity:
                if text not in (activity.note or ""):
                    activity.write({"summary": summary, "note": text + (activity.note or "")})
                continue
            vals_list.append(
                {
                    "activity_type_id": activity_type.id,
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": debtor.id,
                    "date_deadline": day,
                    "summary": summary,
                    "note": text,
                    "automated": True,
                    "user_id": debtor._get_responsible(otherwise).id,
                }
            )
        Activity.create(vals_list)
