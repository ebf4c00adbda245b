from markupsafe import Markup

from odoo import api, models
from odoo.tools.misc import split_every

from ...common.recovery_debtor_thread import NO_ADDRESS


class RecoveryDispatch(models.AbstractModel):
    """What leaves in the place of something else: a letter for a mail, a correction for a cancelled notice."""

    _inherit = "recovery.dispatch"

    # ------------------------------------------------------------
    # A letter instead of a mail
    # ------------------------------------------------------------
    @api.model
    def _ask_for_addresses(self, notices, by_channel, day):
        """Give the collectors of those who got a letter for want of a mailbox the task of finding one, and trace it."""
        fallback = self.env["recovery.rendering"]._is_fallback
        stood_in = by_channel["letter"].filtered(lambda notice: fallback(notice, "letter"))
        if not stood_in:
            return
        stood_in.debtor_id._plan_tasks(
            NO_ADDRESS,
            day,
            self.env._("Find an e-mail address"),
            Markup("<p>%s</p>") % self.env._("A letter left instead of an e-mail: no address, or its mails come back."),
        )
        self.env["recovery.event"]._log(
            "fallback",
            stood_in,
            lambda notice: self.env._("Letter instead of an e-mail for %s", notice.addressee_id.display_name),
        )

    @api.model
    def _replace_by_letter(self, delivery):
        """Print the same notice as a letter because its mail came back; at most once.

        :return: the new delivery, or an empty one if there is nothing to print or nowhere to post it.
        """
        notice, day = delivery.notice_id, delivery.company_id._recovery_today()
        none = self.env["recovery.delivery"]
        addressee = notice.addressee_id
        posted = notice.delivery_ids.filtered(
            lambda d: d.channel in ("letter", "registered") and d.state != "cancelled"
        )
        if posted or notice.state != "sent" or not (addressee.street and addressee.city):
            return none
        document = notice.document_id
        if not document:
            contents = self.env["recovery.rendering"]._render_letters(notice)
            document = self._store_documents("letter", contents)[notice]
            notice.document_id = document
        letter = none.sudo().create(
            {
                **self._prepare_delivery(notice, "letter"),
                "purpose": "fallback",
                "origin_id": delivery.id,
                "user_id": delivery.user_id.id,
            }
        )
        self.env["recovery.sender"].sudo()._store_letters(
            [{"delivery": letter, "document": document, "body": notice.body or ""}]
        )
        self.env["recovery.event"]._log(
            "fallback",
            notice,
            self.env._("Letter instead of an e-mail for %s", addressee.display_name),
            {"date": str(day), "reason": delivery.error},
        )
        return letter

    # ------------------------------------------------------------
    # A correction of what was sent
    # ------------------------------------------------------------
    @api.model
    def _get_correctable(self, notices):
        """Return what left and can be taken back by a message: mails that were sent, letters that were posted.

        A notice that was corrected once is not corrected again.
        """
        corrected = notices.delivery_ids.filtered(lambda d: d.purpose == "correction").notice_id
        return (notices - corrected).delivery_ids.filtered(
            lambda d: (
                (d.channel == "email" and d.state == "sent")
                or (d.channel in ("letter", "registered") and d.state == "printed")
            )
        )

    @api.model
    def _send_corrections(self, notices, text_by_lang, day):
        """Tell the addressees of cancelled notices to take no account of them, by the way these came.

        :param dict text_by_lang: ``{language: record}`` that holds a subject and a body, with the levels' placeholders.
        :return: the deliveries.
        """
        notices = self._get_correctable(notices.sudo()).notice_id
        for ids in split_every(self._get_batch_size(), notices.ids):
            self._isolate(
                notices.browse(ids),
                lambda batch: self._correct(batch, text_by_lang, day),
                lambda notice, error: self.env["recovery.event"]._log(
                    "failed", notice, self.env._("Correction not sent: %s", self._describe_error(error)[:200])
                ),
            )
        return notices.delivery_ids.filtered(lambda d: d.purpose == "correction")

    @api.model
    def _correct(self, notices, text_by_lang, day):
        rendering, sender = self.env["recovery.rendering"], self.env["recovery.sender"].sudo()
        texts = rendering._render_text(notices, text_by_lang)
        vals_list = []
        for origin in self._get_correctable(notices):
            notice = origin.notice_id
            channel = "email" if origin.channel == "email" else "letter"
            vals_list.append(
                {
                    **self._prepare_delivery(notice, channel),
                    "addressee_id": origin.addressee_id.id,
                    "address": origin.address,
                    "copy_partner_ids": [(6, 0, origin.copy_partner_ids.ids)],
                    "subject": texts[notice][0],
                    "enclosure_ids": [],
                    "purpose": "correction",
                    "origin_id": origin.id,
                }
            )
        deliveries = self.env["recovery.delivery"].sudo().create(vals_list)
        mails = deliveries.filtered(lambda d: d.channel == "email")
        html = rendering._render_correction_mails(mails.notice_id, texts)
        sender._queue_mails(
            [
                {
                    "delivery": mail,
                    "subject": mail.subject,
                    "body": texts[mail.notice_id][1],
                    "html": html[mail.notice_id],
                    "attachments": self.env["ir.attachment"],
                }
                for mail in mails
            ]
        )
        letters = deliveries - mails
        contents = rendering._render_correction_letters(letters.notice_id, texts)
        documents = self._store_documents("correction", contents)
        sender._store_letters(
            [
                {
                    "delivery": letter,
                    "document": documents[letter.notice_id],
                    "body": texts[letter.notice_id][1],
                }
                for letter in letters
            ]
        )
        self.env["recovery.event"]._log(
            "correction",
            deliveries,
            lambda d: self.env._("Correction sent: %s", d.display_name),
            lambda d: {"subject": d.subject, "notice": d.notice_id.display_name},
        )
