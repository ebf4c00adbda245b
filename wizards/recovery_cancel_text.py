from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import html2plaintext


class RecoveryCancelText(models.TransientModel):
    """The correction message in one language."""

    _name = "recovery.cancel.text"
    _description = "Correction message"
    _inherit = ["recovery.window"]
    _rec_name = "subject"

    wizard_id = fields.Many2one("recovery.cancel.wizard", required=True, index=True, ondelete="cascade")
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(), string="Language", required=True, readonly=True
    )
    subject = fields.Char(required=True)
    body = fields.Html("Message", required=True, sanitize="email_outgoing")
    extract = fields.Char("Beginning", compute="_compute_extract")

    @api.depends("body")
    def _compute_extract(self):
        for text in self:
            text.extract = " ".join(html2plaintext(text.body or "").split())[:160]

    @api.constrains("subject", "body")
    def _check_placeholders(self):
        Level = self.env["recovery.level"]
        for text in self:
            if Level._has_unsafe_expression_template_inline_template(
                text.subject, "recovery.notice"
            ) or Level._has_unsafe_expression_template_qweb(text.body, "recovery.notice"):
                raise ValidationError(
                    self.env._(
                        "The message uses a placeholder that does not exist. These do: %s",
                        ", ".join(self.env["recovery.notice"].mail_allowed_qweb_expressions()),
                    )
                )
