from odoo import api, fields, models
from odoo.tools import html2plaintext

from .written import DISCOUNT, INDEMNITY, PENALTY, find_written


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recovery_mentions = fields.Boolean(related="company_id.recovery_mentions", readonly=False)
    recovery_mentions_from = fields.Date(related="company_id.recovery_mentions_from", readonly=False)
    recovery_mentions_discount = fields.Char(related="company_id.recovery_mentions_discount", readonly=False)
    recovery_mentions_hint = fields.Char(compute="_compute_recovery_mentions_hint")

    @api.depends("company_id", "invoice_terms", "use_invoice_terms", "terms_type", "recovery_mentions")
    def _compute_recovery_mentions_hint(self):
        for settings in self:
            found = set()
            if settings.recovery_mentions and settings.use_invoice_terms and settings.terms_type == "plain":
                found = find_written(html2plaintext(settings.invoice_terms or ""))
            labels = {
                DISCOUNT: self.env._("discount"),
                PENALTY: self.env._("penalties"),
                INDEMNITY: self.env._("flat indemnity"),
            }
            names = ", ".join(label for name, label in labels.items() if name in found)
            settings.recovery_mentions_hint = names and self.env._(
                "The terms printed on invoices already speak of: %s. It is not printed twice; take it out of the terms "
                "to have the figures of the day, by nature of the customer.",
                names,
            )
