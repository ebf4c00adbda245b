from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

from ..common.roles import require_user

CALL_TYPE = "debt_recovery.mail_activity_type_call"


class RecoveryContact(models.AbstractModel):
    """Write down what a person did or heard: a call, a letter of their own, a visit, a call received.

    Each is one ``recovery.delivery``, in the history and under the cap on contacts like
    what a campaign sends. A call that a campaign asked for is completed, not doubled.
    """

    _name = "recovery.contact"
    _description = "Recovery: contacts logged manually"

    @api.model
    def _record(self, debtor, channel, vals, day, attachment=None):
        """Log one contact and do what its result calls for.

        :param dict vals: any of ``result_id``, ``cause_id``, ``spoken_to``, ``feedback``,
            ``next_date``, ``is_inbound``, ``address``, ``subject``, ``moment`` (UTC
            datetime of the contact), ``addressee_id``.
        :param day: today, in the company.
        :param attachment: a document to keep with the contact, as it is now.
        :return: the delivery.
        """
        require_user(self.env)
        debtor.check_access("read")
        self._lock(debtor)
        moment = vals.pop("moment", None) or fields.Datetime.now()
        pending = self._get_pending_calls(debtor) if channel == "call" else self.env["recovery.delivery"]
        if channel == "call" and not vals.get("is_inbound") and pending:
            delivery, others = pending[:1], pending[1:]
            delivery.write({**vals, "user_id": self.env.user.id})
            self._complete(delivery, vals.get("feedback"))
        else:
            delivery, others = self._create_delivery(debtor, channel, vals, moment, attachment), pending
        self._close_calls(debtor, others, day)
        contact_day = min(debtor.company_id._recovery_local_datetime(moment).date(), day)
        if not delivery.is_inbound and (not debtor.last_notice_on or contact_day > debtor.last_notice_on):
            debtor.sudo().last_notice_on = contact_day
        self._do_next_step(delivery, day)
        self.env["recovery.todo"]._refresh(debtor.company_id, day, debtor)
        return delivery

    @api.model
    def _lock(self, debtor):
        """Keep two people from logging the same call at the same moment."""
        try:
            debtor.sudo().lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._("Somebody else is working on %s: try again in a moment.", debtor.display_name)
            ) from error

    @api.model
    def _get_pending_calls(self, debtor):
        """Return the calls that campaigns asked for and nobody made yet, the oldest first."""
        return (
            self.env["recovery.delivery"]
            .sudo()
            .search([("debtor_id", "=", debtor.id), ("channel", "=", "call"), ("state", "=", "to_do")], order="id")
        )

    @api.model
    def _complete(self, delivery, feedback):
        """Close a campaign's call through its activity, so that it shows in the thread like any other."""
        if delivery.activity_id.active:
            delivery.activity_id.sudo()._action_done(feedback=feedback or delivery.result_id.name)
        delivery._mark("done", feedback=feedback)  # nothing left to do when the activity did it
        self.env["recovery.event"]._log(
            "contact", delivery, lambda d: self._get_summary(d), lambda d: self._get_details(d)
        )

    @api.model
    def _create_delivery(self, debtor, channel, vals, moment, attachment):
        addressee = vals.pop("addressee_id", None) or debtor._get_addressee().id
        values = {
            "company_id": debtor.company_id.id,
            "debtor_id": debtor.id,
            "addressee_id": addressee,
            "channel": channel,
            "state": "done",
            "is_manual": True,
            "user_id": self.env.user.id,
            "queued_on": moment,
            "done_on": moment,
            **vals,
        }
        if attachment:
            values |= self.env["recovery.sender"]._prepare_document_vals(attachment)
        delivery = self.env["recovery.delivery"].sudo().create(values)
        if attachment:
            attachment.sudo().write({"res_model": delivery._name, "res_id": delivery.id})
        self.env["recovery.event"]._log(
            "contact", delivery, lambda d: self._get_summary(d), lambda d: self._get_details(d)
        )
        return delivery

    @api.model
    def _close_calls(self, debtor, others, day):
        """Close what the same conversation makes needless: other calls to make, due today or before."""
        activities = others.activity_id
        others._mark("cancelled", error=self.env._("Settled by another call"))
        activities |= (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", debtor._name),
                    ("res_id", "=", debtor.id),
                    ("activity_type_id", "=", self.env.ref(CALL_TYPE).id),
                    ("date_deadline", "<=", day),
                ]
            )
        )
        activities.sudo().unlink()

    @api.model
    def _do_next_step(self, delivery, day):
        """Plan what needs no window: the next call, the word to the manager."""
        result, debtor = delivery.result_id, delivery.debtor_id
        if result.next_step == "call_again":
            debtor._schedule_call(delivery.next_date or result._get_next_date(day, debtor.company_id), result.name)
        elif result.next_step == "escalate":
            debtor._tell_manager(day, self._get_summary(delivery), delivery.feedback)

    @api.model
    def _get_summary(self, delivery):
        channel = dict(delivery._fields["channel"]._description_selection(self.env))[delivery.channel]
        if delivery.is_inbound:
            channel = self.env._("%(channel)s received", channel=channel)
        text = delivery.result_id.name or delivery.subject
        return f"{channel} – {text}" if text else channel

    @api.model
    def _get_details(self, delivery):
        return {
            "channel": delivery.channel,
            "address": delivery.address,
            "reason": delivery.cause_id.name,
            "feedback": delivery.feedback,
            "sha256": delivery.sha256,
        }

    @api.model
    def _check_pending(self, delivery):
        """Refuse to log a campaign's call that a colleague has logged already."""
        if delivery and delivery.state != "to_do":
            raise UserError(
                self.env._(
                    "%(user)s has already logged this call: see its outcome on the debtor's screen.",
                    user=delivery.user_id.name,
                )
            )
