from markupsafe import Markup

from odoo import api, fields, models

from ....models.common.given import require_reason
from ....models.common.recovery_window import once
from ....models.common.roles import require_manager


class RecoveryCancelWizard(models.TransientModel):
    """Cancel notices or whole campaigns with a reason, and tell those who were written to if a manager wishes."""

    _name = "recovery.cancel.wizard"
    _description = "Cancel reminders"
    _inherit = ["recovery.window"]

    _named_pairs = (("res_model", "res_ids"),)

    reason = fields.Char()
    res_model = fields.Selection(
        [("recovery.notice", "Notices"), ("recovery.campaign", "Campaigns")], required=True, readonly=True
    )
    res_ids = fields.Json(required=True, readonly=True)
    sent_count = fields.Integer("Messages sent", readonly=True)
    send_correction = fields.Boolean(
        "Send a correction",
        help="Recipients of the notice are asked to disregard it: by e-mail if it was sent by e-mail, by letter if "
        "by letter.",
    )
    text_ids = fields.One2many("recovery.cancel.text", "wizard_id", string="Correction message")

    @api.model
    def _open(self, records, title):
        """Return the action that asks for a reason and then cancels the records."""
        require_manager(self.env)
        records.check_access("read")
        sent = self.env["recovery.dispatch"]._get_correctable(self._get_notices(records))
        languages = sorted(set(sent.notice_id.mapped("lang")))
        wizard = self.create(
            {
                "res_model": records._name,
                "res_ids": records.ids,
                "sent_count": len(sent),
                "text_ids": [fields.Command.create(self._prepare_text(lang)) for lang in languages],
            }
        )
        return wizard._get_dialog(title)

    @api.model
    def _get_notices(self, records):
        """Return the notices that are cancelled."""
        records = records.sudo()
        return records if records._name == "recovery.notice" else records.notice_ids

    @api.model
    def _prepare_text(self, lang):
        """Return the default message in a language, with the placeholders of the levels."""
        env = self.with_context(lang=lang).env
        date = Markup('<t t-out="object.letter_date_text"/>')
        paragraphs = (
            env._("Dear Sir or Madam,"),
            env._("Please disregard the reminder that we sent you on %s: it was sent in error.", date),
            env._("No action is required on your part. Please accept our apologies."),
            env._("Yours faithfully,"),
        )
        return {
            "lang": lang,
            "subject": env._("Please disregard our reminder of %s", "{{ object.letter_date_text }}"),
            "body": Markup("").join(Markup("<p>%s</p>") % paragraph for paragraph in paragraphs),
        }

    @once
    def action_confirm(self):
        """Cancel, and send the correction."""
        self.ensure_one()
        require_manager(self.env)
        reason = require_reason(self.env, self.reason)
        records = self.env[self.res_model].browse(self.res_ids).exists()
        records.check_access("read")
        texts = {text.lang: text for text in self.text_ids} if self.send_correction else None
        correctable = len(self.env["recovery.dispatch"]._get_correctable(self._get_notices(records))) if texts else 0
        records._cancel(reason, texts)
        done = self.env._("Cancelled: %s.", self._describe_records(records))
        corrections = self.env._("Corrections prepared: %s; those by letter are to be printed.", correctable)
        return self._say(f"{done} {corrections}" if texts else done)
