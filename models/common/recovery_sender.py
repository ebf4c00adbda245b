import hashlib

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import is_html_empty

from . import calendar


class RecoverySender(models.AbstractModel):
    """Hand things over to what carries them: Odoo's mail queue, the printer, a person's tasks.

    It takes deliveries that exist already (their unique index is what prevents a second
    sending) and fills in what carries them, in the caller's transaction.
    """

    _name = "recovery.sender"
    _description = "Recovery: mail and letter delivery"

    @api.model
    def _queue_mails(self, prepared):
        """Create one outgoing mail per delivery; Odoo's mail queue sends it.

        :param list prepared: dicts with ``delivery``, ``subject``, ``body`` (Markup, for
            the thread), ``html`` (Markup, the whole mail), ``attachments`` (recordset).
        """
        if not prepared:
            return
        author = self.env.user
        message_vals, mails_vals = [], []
        for item in prepared:
            debtor = item["delivery"].debtor_id
            message_vals.append(
                {
                    "model": debtor._name,
                    "res_id": debtor.id,
                    "record_name": debtor.display_name,
                    "subject": item["subject"],
                    "body": item["body"],
                    "author_id": author.partner_id.id,
                    "email_from": self._get_sender_address(item["delivery"]),
                    "reply_to": self._get_reply_to(item["delivery"]),
                    "message_type": "email_outgoing",
                    "message_id": self._get_message_id(item["delivery"]),
                    "subtype_id": self.env.ref("mail.mt_note").id,
                    "partner_ids": item["delivery"].addressee_id.ids,
                    "attachment_ids": item["attachments"].ids,
                    "date": fields.Datetime.now(),
                }
            )
        messages = self.env["mail.message"].sudo().create(message_vals)
        for message, item in zip(messages, prepared, strict=True):
            mails_vals.append(
                {
                    "mail_message_id": message.id,
                    "body_html": item["html"],
                    "recipient_ids": [fields.Command.set(item["delivery"].addressee_id.ids)],
                    "auto_delete": False,
                    "is_notification": True,
                    "state": "outgoing",
                }
            )
        mails = self.env["mail.mail"].sudo().create(mails_vals)
        self.env["mail.notification"].sudo().create(
            [
                {
                    "author_id": author.partner_id.id,
                    "mail_message_id": mail.mail_message_id.id,
                    "mail_mail_id": mail.id,
                    "res_partner_id": item["delivery"].addressee_id.id,
                    "notification_type": "email",
                    "notification_status": "ready",
                    "is_read": True,
                }
                for mail, item in zip(mails, prepared, strict=True)
            ]
        )
        for mail, item in zip(mails, prepared, strict=True):
            item["delivery"].write(
                {
                    "mail_id": mail.id,
                    "message_id": mail.mail_message_id.id,
                    "subject": item["subject"],
                    **self._prepare_document_vals(item["attachments"][:1]),
                }
            )

    @api.model
    def _store_letter(self, delivery, attachment, body):
        """Keep a letter as it will be printed, and show it in the debtor's thread."""
        delivery.write(self._prepare_document_vals(attachment))
        channel = dict(delivery._fields["channel"]._description_selection(self.env))[delivery.channel]
        message = delivery.debtor_id.message_post(
            body=Markup("<p><strong>%s – %s</strong></p>%s") % (channel, delivery.subject, body),
            subject=delivery.subject,
            attachment_ids=attachment.ids,
            subtype_xmlid="mail.mt_note",
        )
        delivery.message_id = message

    @api.model
    def _schedule_activity(self, delivery, xmlid, summary, note, day):
        """Give a person a task on the debtor, on the first business day from ``day`` on."""
        company = delivery.company_id
        deadline = calendar.next_business_day(day, company.recovery_alsace_moselle)
        delivery.activity_id = delivery.debtor_id.activity_schedule(
            xmlid,
            date_deadline=deadline,
            summary=summary,
            note=Markup(note or "") if not is_html_empty(note) else False,
            user_id=delivery.debtor_id._get_responsible().id,
        )
        delivery.subject = summary

    @api.model
    def _create_document(self, record, filename, content):
        """Store a PDF on a record, once and for all.

        :param bytes content: the PDF.
        :return: the attachment.
        """
        return self.env["ir.attachment"].create(
            {
                "name": filename,
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": record._name,
                "res_id": record.id,
            }
        )

    @api.model
    def _prepare_document_vals(self, attachment):
        if not attachment:
            return {}
        return {"attachment_id": attachment.id, "sha256": hashlib.sha256(attachment.raw).hexdigest()}

    @api.model
    def _get_sender_address(self, delivery):
        """Return who writes: the debtor's responsible, else the company; never a no-reply address."""
        responsible = delivery.debtor_id._get_responsible()
        return responsible.email_formatted or delivery.company_id.email_formatted

    @api.model
    def _get_reply_to(self, delivery):
        """Return where answers go: the catch-all that threads them on the debtor, else the sender."""
        sender = self._get_sender_address(delivery)
        debtor = delivery.debtor_id
        return debtor._notify_get_reply_to(default=sender)[debtor.id]

    @api.model
    def _get_message_id(self, delivery):
        """Return the delivery's Message-Id: the same whenever and by whomever it is sent."""
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return f"<debt-recovery-delivery-{delivery.id}@{database}>"
