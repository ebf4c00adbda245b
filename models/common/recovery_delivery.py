from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from .recovery_debtor import NO_ADDRESS
from .retention import CONTACTS, Retained
from .roles import require_user
from .saying import say
from .speech import speaks

_lt = LazyTranslate(__name__)

CHANNEL_ICONS = {
    "email": "fa-envelope-o",
    "letter": "fa-file-text-o",
    "registered": "fa-certificate",
    "call": "fa-phone",
    "task": "fa-check-square-o",
    "visit": "fa-map-marker",
}
# How a delivery begins: what carries it is asked to.
FIRST_STATES = {
    "email": "queued",
    "letter": "to_print",
    "registered": "to_print",
    "call": "to_do",
    "task": "to_do",
}
SENT_STATES = ("sent", "posted", "done")
# What has not left: a letter that was printed still lies here.
PENDING_STATES = ("queued", "to_print", "printed", "to_do")
LETTERS = ("letter", "registered")
PRINTED_TOGETHER = 500
EVENT_KINDS = {"failed": "failed", "bounced": "bounced", "cancelled": "cancelled", "printed": "printed"}
PATIENCE = timedelta(hours=1)  # what the mail queue has not taken by then is stuck


class RecoveryDelivery(models.Model):
    """One thing that leaves the house: a mail, a letter or a call, to one addressee.

    The rooms that send add what it belongs to, with a unique index that makes a second
    delivery of the same thing impossible.
    """

    _name = "recovery.delivery"
    _description = "Delivery"
    _digested = {"attachment_id": "sha256"}
    _retained = Retained(
        CONTACTS,
        "queued_on",
        ("address", "subject", "feedback", "error"),
        ("attachment_id",),
        (("is_manual", "=", True),),
        stays=("sha256", "enclosure_ids"),
    )
    _inherit = ["recovery.guarded"]
    _order = "id desc"
    _check_company_auto = True
    _unlinked_first = True
    _journal_words = {
        "address": _lt("Address"),
        "channel": _lt("Channel"),
        "error": _lt("Error"),
        "feedback": _lt("Feedback"),
    }

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True, index=True, ondelete="restrict")
    addressee_id = fields.Many2one("res.partner", required=True, readonly=True, ondelete="restrict")
    address = fields.Char(readonly=True, help="E-mail, telephone or postal address at the time of sending.")
    subject = fields.Char(readonly=True)
    channel = fields.Selection(
        [
            ("email", "E-mail"),
            ("letter", "Letter"),
            ("registered", "Registered letter"),
            ("call", "Phone call"),
            ("task", "Task"),
            ("visit", "Visit"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    is_manual = fields.Boolean("By hand", readonly=True, help="Recorded by a person, outside a campaign.")
    is_inbound = fields.Boolean(
        "From the debtor",
        readonly=True,
        index=True,
        help="The debtor wrote or called: it does not count as a contact made.",
    )
    state = fields.Selection(
        [
            ("queued", "In the mail queue"),
            ("sent", "Sent"),
            ("bounced", "Bounced"),
            ("to_print", "To print"),
            ("printed", "Printed, to be posted"),
            ("posted", "In the post"),
            ("to_do", "To do"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    purpose = fields.Selection(
        [
            ("notice", "Reminder"),
            ("fallback", "Instead of an e-mail"),
            ("correction", "Correction"),
            ("case", "From a case"),
            ("thanks", "Thank-you"),
        ],
        required=True,
        readonly=True,
        default="notice",
        index=True,
        help="A letter replacing an undeliverable e-mail, or the message retracting a cancelled notice.",
    )
    origin_id = fields.Many2one(
        "recovery.delivery", string="Instead of", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    replacement_ids = fields.One2many(
        "recovery.delivery", "origin_id", string="Followed by", readonly=True, domain=[("purpose", "=", "fallback")]
    )
    copy_partner_ids = fields.Many2many("res.partner", string="Copies to", readonly=True)
    stuck = fields.Boolean(
        compute="_compute_stuck",
        search="_search_stuck",
        help="The e-mail has been queued for more than an hour: check Odoo's outgoing mail server.",
    )
    error = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", string="Sent by", required=True, readonly=True)
    named_user_id = fields.Many2one(
        "res.users", string="Contact named in it", readonly=True, help="Who writes, and whom the debtor may call."
    )
    signed_by_id = fields.Many2one(
        "res.users", string="Signed by", readonly=True, help="Empty: the company's signatory, who is only a name."
    )
    queued_on = fields.Datetime("Sent on", required=True, readonly=True, index=True)
    done_on = fields.Datetime(
        "Dispatched on", readonly=True, help="When the mail server accepted it, or it was posted or called."
    )
    mail_id = fields.Many2one("mail.mail", readonly=True, index="btree_not_null", ondelete="set null")
    message_id = fields.Many2one("mail.message", readonly=True, index="btree_not_null", ondelete="set null")
    activity_id = fields.Many2one("mail.activity", readonly=True, index="btree_not_null", ondelete="set null")
    attachment_id = fields.Many2one("ir.attachment", string="Document", readonly=True, ondelete="restrict")
    sha256 = fields.Char("SHA-256", readonly=True, help="Digest of the document as it was sent.")
    enclosure_ids = fields.Many2many(
        "ir.attachment",
        "recovery_delivery_enclosure_rel",
        string="Enclosures",
        readonly=True,
        bypass_search_access=True,
        help="What was sent with the document, stored where it was generated.",
    )
    feedback = fields.Text(readonly=True, help="Outcome of the call.")

    @api.depends("channel", "debtor_id", "subject")
    def _compute_display_name(self):
        labels = dict(self._fields["channel"]._description_selection(self.env))
        for delivery in self:
            delivery.display_name = f"{labels.get(delivery.channel, '')} – {delivery.debtor_id.display_name or ''}"

    def _is_worded_as_task(self):
        """Tell whether the subject says what we had to do, rather than what was said; hook."""
        self.ensure_one()
        return False

    @api.depends("state", "queued_on")
    def _compute_stuck(self):
        limit = fields.Datetime.now() - PATIENCE
        for delivery in self:
            delivery.stuck = delivery.state == "queued" and delivery.queued_on <= limit

    def _search_stuck(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_stuck_domain()

    @api.model
    def _get_stuck_domain(self):
        """Return the domain of the mails that nothing has taken from the queue for an hour."""
        return Domain("state", "=", "queued") & Domain("queued_on", "<=", fields.Datetime.now() - PATIENCE)

    @api.model
    def _prepare_new(self, document, channel, subject, signer=None):
        """Return the values of a delivery of a document by that channel, waiting for what carries it.

        :param document: a record with ``company_id``, ``debtor_id`` and ``addressee_id``.
        :param signer: the user who signs it, if it is one.
        """
        return {
            "company_id": document.company_id.id,
            "debtor_id": document.debtor_id.id,
            "addressee_id": document.addressee_id.id,
            "subject": subject,
            "channel": channel,
            "state": FIRST_STATES[channel],
            "user_id": self.env.user.id,
            "named_user_id": document.debtor_id._get_responsible().id,
            "signed_by_id": signer.id if signer else False,
            "queued_on": self.env.cr.now(),
        }

    @api.model
    def _get_address(self, partner, channel):
        """Return where a mail or a letter to this contact goes; a postal address stands on one line."""
        if channel == "email":
            return partner.email_formatted
        return ", ".join(line for line in partner._display_address().splitlines() if line.strip())

    def _describe_departure(self):
        """Return in words how these leave, and what became of each: “E-mail: in the mail queue, Letter: to print”."""
        channels = dict(self._fields["channel"]._description_selection(self.env))
        states = dict(self._fields["state"]._description_selection(self.env))
        return ", ".join(
            self.env._("%(channel)s: %(state)s", channel=channels[d.channel], state=states[d.state].lower())
            for d in self
        )

    # ------------------------------------------------------------
    # What becomes of it
    # ------------------------------------------------------------
    @speaks
    def _mark(self, state, error=None, feedback=None):
        """Record what became of the deliveries, and journal it.

        :param str state: ``sent``, ``printed``, ``posted``, ``done``, ``bounced``, ``failed`` or ``cancelled``.
        """
        changed = self.filtered(lambda delivery: delivery.state != state)
        if not changed:
            return
        vals = {"state": state, "error": error or False}
        if state in SENT_STATES:
            vals["done_on"] = fields.Datetime.now()
        elif state in PENDING_STATES:
            vals["done_on"] = False
        if feedback:
            vals["feedback"] = feedback
        changed.write(vals)
        kind = EVENT_KINDS.get(state, "delivered")
        label = dict(self._fields["state"]._description_selection(self.env))[state]
        self.env["recovery.event"]._log(
            kind,
            changed,
            lambda delivery: self.env._("%(delivery)s: %(state)s", delivery=delivery.display_name, state=label),
            lambda delivery: {
                "channel": delivery.channel,
                "address": delivery.address,
                "subject": delivery.subject,
                "sha256": delivery.sha256,
                "error": error,
                "feedback": feedback,
            },
        )

    @speaks
    def _bounce(self, reason=None):
        """Record that mails came back, and do what replaces them."""
        bounced = self.filtered(lambda delivery: delivery.state in ("queued", "sent", "failed"))
        bounced._mark("bounced", error=" ".join((reason or "").split())[:500] or self.env._("The e-mail bounced"))
        bounced._replace()

    @speaks
    def _fail(self, reason, is_wrong_address=False):
        """Record that mails could not leave; if the address is the cause, do what replaces them."""
        failed = self.filtered(lambda delivery: delivery.state in ("queued", "failed"))
        failed.filtered(lambda delivery: delivery.state == "failed").write({"error": reason})
        failed._mark("failed", error=reason)
        if is_wrong_address:
            failed._replace()

    @speaks
    def _replace(self):
        """Give the collectors the task of finding a better address; the rooms that can send another way do it too."""
        for delivery in self:
            delivery.debtor_id._plan_tasks(
                NO_ADDRESS,
                delivery.company_id._recovery_today(),
                self.env._("Find an e-mail address"),
                Markup("<p>%s</p>")
                % self.env._(
                    "The e-mail to %(address)s bounced: %(reason)s",
                    address=delivery.address or delivery.addressee_id.name,
                    reason=delivery.error or "",
                ),
                otherwise=delivery.user_id,
            )

    def _withdraw(self, reason):
        """Take back what has not left: its mail, and the task of whoever was to call."""
        self._mark("cancelled", error=reason)
        mails = self.mail_id.filtered(lambda mail: mail.state in ("outgoing", "exception"))
        mails.write({"state": "cancel"})
        self.env["mail.notification"].sudo().search(
            [("mail_mail_id", "in", mails.ids), ("notification_status", "!=", "sent")]
        ).write({"notification_status": "canceled"})
        self.activity_id.unlink()

    # ------------------------------------------------------------
    # What becomes of its mail
    # ------------------------------------------------------------
    @speaks
    def _follow_mail(self, reason=None):
        """Give each delivery the state of its mail, whatever happened to that: sent, failed, cancelled or deleted.

        :param reason: why the mails failed; by default what they say themselves.
        """
        waiting = self.filtered(lambda delivery: delivery.channel == "email" and not delivery.is_manual)
        for mail_state, group in waiting.grouped(lambda delivery: delivery.mail_id.state).items():
            queued = group.filtered(lambda delivery: delivery.state == "queued")
            if mail_state == "outgoing":
                again = group.filtered(lambda delivery: delivery.state in ("failed", "bounced"))
                again.write({"state": "queued", "error": False, "queued_on": fields.Datetime.now()})
            elif mail_state in ("sent", "received"):
                queued._mark("sent")
            elif mail_state == "exception":
                for text, failed in queued.grouped(lambda d: reason or d.mail_id._recovery_get_failure()).items():
                    failed._fail(text)
            elif mail_state == "cancel":
                queued._fail(self.env._("Its e-mail was cancelled in the mail queue"))
            else:
                queued._fail(self.env._("Its e-mail was deleted from the mail queue before it left"))

    @api.model
    def _catch_up(self, domain=Domain.TRUE):
        """Find the deliveries that wait for a mail which waits no more, and give them its state."""
        stray = Domain("state", "=", "queued") & Domain("channel", "=", "email") & Domain("is_manual", "=", False)
        stray &= Domain("mail_id", "=", False) | Domain("mail_id.state", "!=", "outgoing")
        self.sudo().search(stray & domain)._follow_mail()

    def _look_again(self):
        """Take back, before its mail leaves, what the books have answered meanwhile; hook."""

    def _prepare_mail_again(self):
        """Return what a mail that is gone was made of, as :meth:`RecoverySender._queue_mails` takes it."""
        self.ensure_one()
        message = self.message_id
        if not message:
            raise UserError(self.env._("%s: its text was deleted, there is nothing to send again.", self.display_name))
        return {
            "delivery": self,
            "subject": self.subject,
            "body": message.body,
            "html": message.body,
            "attachments": self.attachment_id | message.attachment_ids,
        }

    def action_retry(self):
        """Put mails that failed or came back into the queue again, to the addressee's present address.

        For those that still wait, the queue is asked to work now.
        """
        require_user(self.env)
        self.check_access("read")
        deliveries = self.sudo()
        deliveries._catch_up(Domain("id", "in", self.ids))
        if deliveries.filtered("stuck") == deliveries:
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
            return say(self.env, self.env._("The mail queue has been asked to run now."), kind="info")
        deliveries._requeue()
        return say(self.env, self.env._("E-mails put back in the queue: %s.", len(deliveries)))

    def _get_author(self):
        """Return in whose name it leaves: who launched it, while they work here, else who tries again."""
        self.ensure_one()
        responsible = self.env["recovery.responsible"]
        return responsible._get_able(self.user_id, self.company_id._recovery_root()) or responsible._find(
            self.company_id, self.env.user
        )

    def _has_archived_addressee(self):
        """Tell whether it is for a contact who is archived: the customer itself, even archived, still owes."""
        self.ensure_one()
        addressee = self.addressee_id
        return not addressee.active and addressee != self.debtor_id.partner_id

    def _refuse_archived(self):
        """Raise UserError if the contact is archived: nobody writes to who left."""
        for delivery in self.filtered(lambda delivery: delivery._has_archived_addressee()):
            raise UserError(
                self.env._(
                    "%s is archived: nothing is sent there. New documents go to the customer's next contact.",
                    delivery.addressee_id.display_name,
                )
            )

    def _requeue(self):
        again = self.filtered(lambda d: d.state in ("failed", "bounced") and d.channel == "email" and not d.is_manual)
        if not again:
            raise UserError(self.env._("Only an e-mail that failed or bounced can be sent again."))
        again._refuse_archived()
        homeless = again.filtered(lambda d: not d.addressee_id.email_normalized)
        if homeless:
            raise UserError(
                self.env._("%s has no e-mail address: enter it first.", homeless[0].addressee_id.display_name)
            )
        gone = again.filtered(lambda delivery: not delivery.mail_id)
        contents = [delivery._prepare_mail_again() for delivery in gone]
        for delivery in again:
            delivery.write(
                {
                    "state": "queued",
                    "error": False,
                    "queued_on": fields.Datetime.now(),
                    "address": delivery.addressee_id.email_formatted,
                }
            )
            if delivery.mail_id.email_to:
                delivery.mail_id.email_to = delivery.addressee_id.email_formatted
        for user, group in gone.grouped(lambda delivery: delivery._get_author()).items():
            sender = self.env["recovery.sender"].with_user(user).sudo()
            sender._queue_mails([content for content in contents if content["delivery"] in group])
        (again - gone).mail_id.mark_outgoing()
        self.env["mail.notification"].sudo().search(
            [("mail_mail_id", "in", again.mail_id.ids), ("notification_status", "in", ("exception", "bounce"))]
        ).write({"notification_status": "ready", "failure_type": False, "failure_reason": False})
        self.env["recovery.event"]._log(
            "queued", again, lambda delivery: self.env._("Sent again: %s", delivery.display_name)
        )

    # ------------------------------------------------------------
    # Letters: printed, then posted
    # ------------------------------------------------------------
    @api.model
    def _get_letters_domain(self, *states):
        """Return the domain of the letters in these states; by default of those that wait here."""
        return Domain("channel", "in", LETTERS) & Domain("state", "in", states or ("to_print", "printed"))

    def _get_letters(self):
        """Return the letters among these, with elevated rights, once the role is checked."""
        require_user(self.env)
        letters = self.filtered(lambda delivery: delivery.channel in LETTERS)
        if self and not letters:
            raise UserError(self.env._("Only letters are printed; e-mails and calls are handled separately."))
        letters.check_access("read")
        return letters.sudo()

    def action_mark_printed(self):
        """Say that the letters were printed: they wait for the post now."""
        printed = self._get_letters().filtered(lambda delivery: delivery.state == "to_print")
        printed._mark("printed")
        return say(self.env, printed._say_printed(), kind="success" if printed else "info")

    def action_mark_posted(self):
        """Say that the letters were handed to the post: those that nobody said printed were, too."""
        posted = self._get_letters().filtered(lambda delivery: delivery.state in ("to_print", "printed"))
        posted._mark("posted")
        return say(self.env, posted._say_posted(), kind="success" if posted else "info")

    def _say_printed(self):
        """Return the sentence that follows the printing of these letters."""
        if not self:
            return self.env._("There were no letters left to print.")
        return self.env._("Letters printed: %s. Post them, then confirm it here.", len(self))

    def _say_posted(self):
        """Return the sentence that follows the posting of these letters."""
        if not self:
            return self.env._("There were no letters left to post.")
        return self.env._("Letters posted: %s.", len(self))

    def action_print(self):
        """Open the letters among these as one PDF, exactly as they were stored."""
        self.check_access("read")
        letters = self.filtered(lambda delivery: delivery.channel in LETTERS and delivery.state != "cancelled")
        if not letters.attachment_id:
            raise UserError(self.env._("There are no letters left to print."))
        if len(letters) > PRINTED_TOGETHER:
            raise UserError(
                self.env._(
                    "Print at most %s letters at a time, or all those of a campaign from its own screen.",
                    PRINTED_TOGETHER,
                )
            )
        ids = ",".join(map(str, letters.ids))
        return {"type": "ir.actions.act_url", "url": f"/debt_recovery/letters?ids={ids}", "target": "new"}

    def action_open_document(self):
        """Open the document exactly as it left, never printed again."""
        self.ensure_one()
        if not self.attachment_id:
            raise UserError(self.env._("This delivery has no document."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "download",
        }

    def action_open_debtor(self):
        """Open the debtor's screen."""
        self.ensure_one()
        return self.debtor_id._get_records_action(name=self.debtor_id.display_name)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(self.env._("What was sent is never deleted: the audit trail must be kept."))
