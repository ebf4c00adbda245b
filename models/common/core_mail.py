"""What the module knows of core's mail, threads and tasks: private methods that a new Odoo may move.

``tests/common/test_core_frontiers.py`` says which one did.
"""

import psycopg2

from odoo import api, models
from odoo.exceptions import AccessError

from .aside import Aside
from .core_access import ERASING, UNINSTALLING
from .mail_headers import is_automatic
from .own_values import without_defaults
from .speech import each_speaking

AUTOMATIC_MAIL = Aside("automatic_mail")
TOLD_ELSEWHERE = Aside("told_elsewhere")
# Core gives a mail passing states while it sends it: what counts is the one that it leaves.
SENDING = Aside("sending")
# What a mail that left said, and to whom; core itself moves it with its thread.
WORDS = {"body", "subject"}
LEFT_WITH = WORDS | {
    "attachment_ids",
    "author_id",
    "date",
    "email_from",
    "message_type",
    "model",
    "partner_ids",
    "res_id",
}
ENVELOPE = {"body_html", "email_to", "email_cc", "email_from", "recipient_ids", "mail_message_id", "headers"}
LEFT = ("sent", "bounced", "printed", "posted", "done")


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def write(self, vals):
        """Track our records' decisive fields, which a client's context would have core forget."""
        self._recovery_track(vals)
        return super().write(vals)

    def _compute_field_value(self, field):
        self._recovery_track(computed.name for computed in self.pool.field_computed[field] if computed.store)
        return super()._compute_field_value(field)

    def _recovery_track(self, names):
        if self._name.startswith("recovery.") and not TOLD_ELSEWHERE.heard:
            self._track_prepare(names)

    def _creation_message(self):
        """Return our threads' first words: core's own have a gender that French cannot guess."""
        if not self._name.startswith("recovery."):
            return super()._creation_message()
        env = self.env
        if "company_id" in self._fields:
            env = self.company_id[:1]._recovery_speak(self).env
        return env._("%s: created", env["ir.model"]._get(self._name).name)

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Mark automatic mails for the thread that receives them: their headers go no further."""
        with AUTOMATIC_MAIL.say(is_automatic(message)):
            return super()._message_route_process(message, message_dict, routes)


class MailActivityMixin(models.AbstractModel):
    """Our records' tasks are made, closed and moved even where a client's context would have core skip them."""

    _inherit = "mail.activity.mixin"

    def _recovery_with_tasks(self):
        return self.with_context(mail_activity_automation_skip=False) if self._name.startswith("recovery.") else self

    def _recovery_get_company(self):
        """Return the root company whose people do the tasks of this record; none for what all companies share."""
        self.ensure_one()
        return self.company_id._recovery_root() if "company_id" in self._fields else self.env["res.company"]

    def _recovery_get_able(self, users):
        """Return those of these users who may do the tasks of this record; hook."""
        return self.env["recovery.responsible"]._get_keepers(users, self._recovery_get_company())

    def _recovery_get_responsible(self):
        """Return who does the tasks of this record now: who follows its debtor, else the company's; hook."""
        if "debtor_id" in self._fields and self.debtor_id:
            return self.debtor_id._recovery_get_responsible()
        return self.env["recovery.responsible"]._find(self._recovery_get_company() or self.env.company)

    def activity_schedule(self, *args, **kwargs):
        return super(MailActivityMixin, self._recovery_with_tasks()).activity_schedule(*args, **kwargs)

    def activity_search(self, *args, **kwargs):
        return super(MailActivityMixin, self._recovery_with_tasks()).activity_search(*args, **kwargs)

    def activity_reschedule(self, *args, **kwargs):
        return super(MailActivityMixin, self._recovery_with_tasks()).activity_reschedule(*args, **kwargs)

    def activity_feedback(self, *args, **kwargs):
        return super(MailActivityMixin, self._recovery_with_tasks()).activity_feedback(*args, **kwargs)

    def activity_unlink(self, *args, **kwargs):
        return super(MailActivityMixin, self._recovery_with_tasks()).activity_unlink(*args, **kwargs)


class MailActivity(models.Model):
    _name = "mail.activity"
    _inherit = ["mail.activity", "recovery.guarded"]
    _guarded_prefix = "recovery_"

    def _action_done(self, feedback=False, attachment_ids=None):
        """Tell the delivery behind a call or a task that it was carried out."""
        deliveries = (
            self.env["recovery.delivery"].sudo().search([("activity_id", "in", self.ids), ("state", "=", "to_do")])
        )
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        deliveries._mark("done", feedback=feedback or None)
        return result


class MailMessage(models.Model):
    """What left the house stays in the thread as it left: nobody rewrites or deletes it, by whatever door."""

    _inherit = "mail.message"

    def write(self, vals):
        """Refuse other words for what left; people change nothing else of it either."""
        if (WORDS if self.env.su else LEFT_WITH) & vals.keys():
            self._recovery_check_left()
        return super().write(vals)

    def unlink(self):
        """Refuse to delete what left."""
        self._recovery_check_left()
        return super().unlink()

    def _recovery_check_left(self):
        if not self.env.registry.ready or ERASING.heard or UNINSTALLING.heard:
            return
        domain = [("message_id", "in", self.ids), ("state", "in", LEFT), ("is_manual", "=", False)]
        if self.ids and self.env["recovery.delivery"].sudo().search_count(domain, limit=1):
            raise AccessError(
                self.env._(
                    "This has been sent outside the company: it is kept as sent, and can be neither edited nor deleted."
                )
            )


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.model
    def _recovery_queue(self, messages, vals_list, addressees):
        """Create one outgoing mail per message, as core does when it notifies, for a whole batch at once.

        :param messages: what the threads show.
        :param list vals_list: the values of the mails that are not the same for all.
        :param addressees: the partner that each message is for, whose failures the thread shows.
        :return: the mails, in order.
        """
        mails = (
            without_defaults(self)
            .sudo()
            .create(
                [
                    {
                        "mail_message_id": message.id,
                        **vals,
                        "auto_delete": False,
                        "is_notification": True,
                        "state": "outgoing",
                    }
                    for message, vals in zip(messages, vals_list, strict=True)
                ]
            )
        )
        without_defaults(self.env["mail.notification"]).sudo().create(
            [
                {
                    "author_id": message.author_id.id,
                    "mail_message_id": message.id,
                    "mail_mail_id": mail.id,
                    "res_partner_id": addressee.id,
                    "notification_type": "email",
                    "notification_status": "ready",
                    "is_read": True,
                }
                for message, mail, addressee in zip(messages, mails, addressees, strict=True)
            ]
        )
        return mails

    def write(self, vals):
        """Tell the deliveries what becomes of their mails, whoever does it; what left stays as it left."""
        if ENVELOPE & vals.keys() and not self.env.su:
            self.sudo().mail_message_id._recovery_check_left()
        result = super().write(vals)
        if "state" in vals and not SENDING.heard:
            self._recovery_get_deliveries()._follow_mail()
        return result

    def unlink(self):
        """Tell the deliveries that their mails are gone before they left."""
        deliveries = self._recovery_get_deliveries().filtered(lambda delivery: delivery.state == "queued")
        result = super().unlink()
        deliveries.exists()._follow_mail()
        return result

    def _send(
        self,
        auto_commit=False,
        raise_exception=False,
        smtp_session=None,
        alias_domain_id=False,
        mail_server=False,
        post_send_callback=None,
    ):
        """Look at the books once more, send, then tell the deliveries what became of their mails, also when core fails.

        A connection that is cut in the middle, or a server that closes it, ends core's batch with an exception and
        leaves a failed mail behind, of which core tells nobody.
        """
        deliveries = self._recovery_get_deliveries()
        for speaking in each_speaking(deliveries):
            speaking._look_again()
        try:
            with SENDING.say():
                result = super()._send(
                    auto_commit=auto_commit,
                    raise_exception=raise_exception,
                    smtp_session=smtp_session,
                    alias_domain_id=alias_domain_id,
                    mail_server=mail_server,
                    post_send_callback=post_send_callback,
                )
        except psycopg2.Error:
            raise  # nothing can be written any more: what was not committed is taken back
        except Exception as error:
            for speaking in each_speaking(deliveries.exists()):
                speaking.mail_id._recovery_tell_cut(speaking, error)
            raise
        deliveries.exists()._follow_mail()
        return result

    @api.model
    def _recovery_tell_cut(self, deliveries, error):
        """Say of the mails whose sending was cut that they failed, and that they may have arrived all the same."""
        reason = self.env._(
            "The connection to the mail server was lost while this e-mail was being sent: it may have arrived. %s",
            " ".join(str(error).split())[:200],
        )
        cut = deliveries.filtered(lambda d: d.state == "queued" and d.mail_id.state == "exception")
        cut.mail_id.write({"failure_type": "mail_smtp", "failure_reason": reason})
        self.env["mail.notification"].sudo().search(
            [("mail_mail_id", "in", cut.mail_id.ids), ("notification_status", "=", "exception")]
        ).write({"failure_type": "mail_smtp", "failure_reason": reason})
        deliveries._follow_mail()

    def _recovery_get_deliveries(self):
        return self.env["recovery.delivery"].sudo().search([("mail_id", "in", self.ids)])

    def _recovery_get_failure(self):
        """Return in words why the mail failed."""
        labels = dict(self._fields["failure_type"]._description_selection(self.env))
        return self.failure_reason or labels.get(self.failure_type) or self.env._("The e-mail was not sent")

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        """Tell the delivery behind a mail what became of it, before core may delete the mail."""
        deliveries = self.env["recovery.delivery"].sudo().search([("mail_id", "in", self.ids)])
        if deliveries:
            # a copy may fail where the addressee was served
            served = deliveries.filtered(lambda d: not failure_type or success_emails or d.addressee_id in success_pids)
            served._mark("sent")
            for failed in each_speaking(deliveries - served):
                labels = dict(self._fields["failure_type"]._description_selection(failed.env))
                failed._fail(
                    failure_reason or labels.get(failure_type) or failure_type,
                    is_wrong_address=failure_type in ("mail_email_invalid", "mail_email_missing"),
                )
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )


class MailNotification(models.Model):
    _inherit = "mail.notification"

    def write(self, vals):
        """Tell the delivery behind a mail that it bounced, whoever found it out."""
        result = super().write(vals)
        if vals.get("notification_status") == "bounce":
            bounced = {(n.mail_message_id.id, n.res_partner_id.id) for n in self if n.res_partner_id}
            deliveries = (
                self.env["recovery.delivery"]
                .sudo()
                .search([("message_id", "in", self.mail_message_id.ids), ("channel", "=", "email")])
                .filtered(lambda d: (d.message_id.id, d.addressee_id.id) in bounced)
            )
            deliveries._bounce(vals.get("failure_reason"))
        return result
