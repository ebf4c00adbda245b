from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import config, is_html_empty
from odoo.tools.mail import email_normalize, formataddr

from . import calendar
from .mail_headers import is_answerable
from .own_values import without_defaults


class RecoverySender(models.AbstractModel):
    """Hand things over to what carries them: Odoo's mail queue, the printer, a person's tasks.

    It takes deliveries that exist already (their unique index is what prevents a second
    sending) and fills in what carries them, in the caller's transaction. Everything is
    done for a whole batch at once.
    """

    _name = "recovery.sender"
    _description = "Recovery: mail and letter delivery"

    # ------------------------------------------------------------
    # Mails
    # ------------------------------------------------------------
    @api.model
    def _queue_mails(self, prepared):
        """Create one outgoing mail per delivery; Odoo's mail queue sends it.

        :param list prepared: dicts with ``delivery``, ``subject``, ``body`` (Markup, for
            the thread), ``html`` (Markup, the whole mail), ``attachments`` (recordset, the
            document of the delivery first).
        :raises UserError: nobody would read the answers, or the contact is archived.
        """
        if not prepared:
            return
        deliveries = self._join([item["delivery"] for item in prepared])
        deliveries._refuse_archived()
        senders = self._get_sender_addresses(deliveries)
        reply_to = self._get_reply_to(deliveries, senders)
        author = self.env.user.partner_id
        messages = self._create_messages(
            [
                {
                    **self._prepare_message(item["delivery"], item["subject"], item["body"], item["attachments"]),
                    "author_id": author.id,
                    "email_from": senders[item["delivery"]],
                    "reply_to": reply_to[item["delivery"].debtor_id.id],
                    "message_type": "email_outgoing",
                    "message_id": self._get_message_id(item["delivery"]),
                    "partner_ids": item["delivery"].addressee_id.ids,
                }
                for item in prepared
            ]
        )
        mails = self.env["mail.mail"]._recovery_queue(
            messages,
            [{"body_html": item["html"], **self._prepare_recipients(item["delivery"])} for item in prepared],
            [item["delivery"].addressee_id for item in prepared],
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
    def _prepare_recipients(self, delivery):
        """Return to whom the mail goes; those who get a copy are seen by the addressee."""
        copies = delivery.copy_partner_ids.filtered("email_normalized")
        if not copies:
            return {"recipient_ids": [fields.Command.set(delivery.addressee_id.ids)]}
        return {
            "email_to": delivery.addressee_id.email_formatted,
            "email_cc": ", ".join(copies.mapped("email_formatted")),
        }

    @api.model
    def _find_sender_address(self, responsible, company):
        """Return who writes: the debtor's responsible, else the company; None if nobody would read answers."""
        for name, email in ((responsible.name, responsible.email), (company.name, company.email)):
            address = email_normalize(email or "")
            if is_answerable(address):
                return formataddr((name, address))
        return None

    @api.model
    def _describe_no_server(self):
        """Return why mails may never leave, or None: nobody told Odoo by which server."""
        if self.env["ir.mail_server"].sudo().search_count([], limit=1):
            return None
        if config.get("smtp_server") not in (None, "", False, "localhost"):
            return None
        return self.env._(
            "No outgoing mail server is configured: e-mails would wait in the queue, or fail. Set one up in the "
            "general settings first."
        )

    @api.model
    def _describe_no_sender(self, responsible, company):
        return self.env._(
            "Nobody would read the replies: give %(user)s or the company %(company)s an e-mail address other than "
            "a “no-reply” one, then try again.",
            user=responsible.name,
            company=company.name,
        )

    @api.model
    def _get_sender_addresses(self, deliveries):
        senders = {}
        for delivery in deliveries:
            responsible = delivery.debtor_id._get_responsible()
            senders[delivery] = self._find_sender_address(responsible, delivery.company_id)
            if not senders[delivery]:
                raise UserError(self._describe_no_sender(responsible, delivery.company_id))
        return senders

    @api.model
    def _get_reply_to(self, deliveries, senders):
        """Return where answers go, per debtor id: the catch-all that threads them on the debtor, else the sender."""
        defaults = {delivery.debtor_id.id: senders[delivery] for delivery in deliveries}
        return deliveries.debtor_id._notify_get_reply_to_batch(defaults=defaults)

    @api.model
    def _get_message_id(self, delivery):
        """Return the delivery's Message-Id: the same whenever and by whomever it is sent."""
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return f"<debt-recovery-delivery-{delivery.id}@{database}>"

    # ------------------------------------------------------------
    # Letters
    # ------------------------------------------------------------
    @api.model
    def _store_letters(self, prepared):
        """Store letters as they will be printed, and show them in the debtors' threads.

        :param list prepared: dicts with ``delivery``, ``document`` (attachment), ``body`` (Markup).
        :raises UserError: the contact is archived.
        """
        if not prepared:
            return
        self._join([item["delivery"] for item in prepared])._refuse_archived()
        author = self.env.user.partner_id
        labels = dict(self.env["recovery.delivery"]._fields["channel"]._description_selection(self.env))
        messages = self._create_messages(
            [
                {
                    **self._prepare_message(
                        item["delivery"],
                        item["delivery"].subject,
                        Markup("<p><strong>%s – %s</strong></p>%s")
                        % (labels[item["delivery"].channel], item["delivery"].subject or "", item["body"]),
                        item["document"] + item["delivery"].enclosure_ids,
                    ),
                    "author_id": author.id,
                    "email_from": author.email_formatted,
                    "reply_to": author.email_formatted,  # core would look one up for each
                    "message_type": "notification",
                }
                for item in prepared
            ]
        )
        for message, item in zip(messages, prepared, strict=True):
            item["delivery"].write({"message_id": message.id, **self._prepare_document_vals(item["document"])})

    # ------------------------------------------------------------
    # Calls and tasks
    # ------------------------------------------------------------
    @api.model
    def _schedule_activities(self, xmlid, prepared, day):
        """Give persons tasks on the debtors, on the first business day from ``day`` on.

        No mail tells them: the tasks are on their list, and a campaign makes many at once.

        :param list prepared: dicts with ``delivery``, ``summary``, ``note`` (Markup).
        """
        if not prepared:
            return
        activity_type, model_id = self.env.ref(xmlid), self.env["ir.model"]._get_id("recovery.debtor")
        deadlines = {
            company: calendar.next_business_day(day, company.recovery_alsace_moselle)
            for company in self._join([item["delivery"] for item in prepared]).company_id
        }
        activities = (
            without_defaults(self.env["mail.activity"])
            .with_context(mail_activity_quick_update=True)
            .create(
                [
                    {
                        "activity_type_id": activity_type.id,
                        "res_model_id": model_id,
                        "res_id": item["delivery"].debtor_id.id,
                        "date_deadline": deadlines[item["delivery"].company_id],
                        "summary": item["summary"],
                        "note": False if is_html_empty(item["note"]) else Markup(item["note"]),
                        "automated": True,
                        "user_id": item["delivery"].debtor_id._get_responsible().id,
                    }
                    for item in prepared
                ]
            )
        )
        for activity, item in zip(activities, prepared, strict=True):
            item["delivery"].write({"activity_id": activity.id, "subject": item["summary"]})

    # ------------------------------------------------------------
    # Documents and thread
    # ------------------------------------------------------------
    @api.model
    def _create_documents(self, prepared):
        """Store PDFs on records, once and for all.

        :param list prepared: tuples ``(record, file name, bytes)``.
        :return: the attachments, in order.
        """
        return without_defaults(self.env["ir.attachment"]).create(
            [
                {
                    "name": filename,
                    "raw": content,
                    "mimetype": "application/pdf",
                    "res_model": record._name,
                    "res_id": record.id,
                }
                for record, filename, content in prepared
            ]
        )

    @api.model
    def _copy_pdfs(self, record, ids):
        """Return copies of PDF documents that stay with a record as they are now; whoever asks must read them.

        :raises UserError: one is no PDF, and could not be printed.
        """
        documents = self.env["ir.attachment"].sudo(False).browse(ids).exists()
        documents.check_access("read")
        prepared = []
        for document in documents.sudo().sorted("id"):
            content = document.raw or b""
            if document.mimetype != "application/pdf" or not content.startswith(b"%PDF"):
                raise UserError(self.env._("%s is not a PDF: only PDF documents can be enclosed.", document.name))
            prepared.append((record, document.name, content))
        return self.sudo()._create_documents(prepared) if prepared else documents.sudo().browse()

    @api.model
    def _prepare_document_vals(self, attachment):
        if not attachment:
            return {}
        return {"attachment_id": attachment.id, "sha256": attachment._recovery_digest()}

    @api.model
    def _prepare_message(self, delivery, subject, body, attachments):
        debtor = delivery.debtor_id
        return {
            "model": debtor._name,
            "res_id": debtor.id,
            "record_name": debtor.display_name,
            "subject": subject,
            "body": body,
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
            "attachment_ids": attachments.ids,
            "date": fields.Datetime.now(),
        }

    @api.model
    def _create_messages(self, vals_list):
        """Write in the debtors' threads, for a whole batch in a few statements."""
        return without_defaults(self.env["mail.message"]).sudo().create(vals_list)

    @api.model
    def _join(self, records):
        return records[0].browse(record.id for record in records)
