from odoo import api, fields, models
from odoo.exceptions import UserError

from .roles import require_user

SENT_STATES = ("sent", "printed", "done")


class RecoveryDelivery(models.Model):
    """One thing that leaves the house: a mail, a letter or a call, to one addressee.

    The rooms that send add what it belongs to, with a unique index that makes a second
    delivery of the same thing impossible.
    """

    _name = "recovery.delivery"
    _description = "Delivery"
    _order = "id desc"
    _check_company_auto = True

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
        ],
        required=True,
        readonly=True,
        index=True,
    )
    state = fields.Selection(
        [
            ("queued", "In the mail queue"),
            ("sent", "Sent"),
            ("to_print", "To print"),
            ("printed", "Printed"),
            ("to_do", "To do"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    error = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", string="Launched by", required=True, readonly=True)
    queued_on = fields.Datetime("Launched on", required=True, readonly=True, index=True)
    done_on = fields.Datetime("Left on", readonly=True, help="When the mail server took it, it was printed or called.")
    mail_id = fields.Many2one("mail.mail", readonly=True, index="btree_not_null", ondelete="set null")
    message_id = fields.Many2one("mail.message", readonly=True, index="btree_not_null", ondelete="set null")
    activity_id = fields.Many2one("mail.activity", readonly=True, index="btree_not_null", ondelete="set null")
    attachment_id = fields.Many2one("ir.attachment", string="Document", readonly=True, ondelete="restrict")
    sha256 = fields.Char("SHA-256", readonly=True, help="Digest of the document as it left.")
    feedback = fields.Text(readonly=True, help="What came out of the call.")

    @api.depends("channel", "debtor_id", "subject")
    def _compute_display_name(self):
        labels = dict(self._fields["channel"]._description_selection(self.env))
        for delivery in self:
            delivery.display_name = f"{labels.get(delivery.channel, '')} – {delivery.debtor_id.display_name or ''}"

    def _mark(self, state, error=None, feedback=None):
        """Record what became of the deliveries, and journal it.

        :param str state: ``sent``, ``printed``, ``done``, ``failed`` or ``cancelled``.
        """
        changed = self.filtered(lambda delivery: delivery.state != state)
        if not changed:
            return
        vals = {"state": state, "error": error or False}
        if state in SENT_STATES:
            vals["done_on"] = fields.Datetime.now()
        if feedback:
            vals["feedback"] = feedback
        changed.write(vals)
        kind = {"failed": "failed", "cancelled": "cancelled"}.get(state, "delivered")
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

    def action_mark_printed(self):
        """Say that the letters were printed and posted."""
        letters = self.filtered(lambda d: d.channel in ("letter", "registered"))
        if not letters:
            raise UserError(self.env._("Only letters are printed; mails and calls follow their own way."))
        require_user(self.env)
        letters.check_access("read")
        letters.sudo().filtered(lambda d: d.state == "to_print")._mark("printed")

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
        raise UserError(self.env._("What was sent is never deleted: the trace must stay."))
