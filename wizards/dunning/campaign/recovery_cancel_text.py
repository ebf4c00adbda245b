from odoo import api, fields, models
from odoo.tools import html2plaintext


class RecoveryCancelText(models.TransientModel):
    """The correction message in one language."""

    _name = "recovery.cancel.text"
    _description = "Correction message"
    _inherit = ["recovery.window", "recovery.wording"]
    _rec_name = "subject"

    wizard_id = fields.Many2one("recovery.cancel.wizard", required=True, index=True, ondelete="cascade")
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(), string="Language", required=True, readonly=True
    )
    subject = fields.Char(required=True, filled_for="recovery.notice")
    body = fields.Html("Message", required=True, sanitize="email_outgoing", filled_for="recovery.notice")
    extract = fields.Char("Beginning", compute="_compute_extract")

    @api.depends("body")
    def _compute_extract(self):
        for text in self:
            text.extract = " ".join(html2plaintext(text.body or "").split())[:160]

    def _get_text_title(self):
        return self.env._("Correction message")

    def _get_text_languages(self):
        return [self.lang]
