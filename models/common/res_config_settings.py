from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recovery_legal_form = fields.Char(related="company_id.recovery_legal_form", readonly=False)
    recovery_share_capital = fields.Monetary(related="company_id.recovery_share_capital", readonly=False)
    recovery_rcs_city = fields.Char(related="company_id.recovery_rcs_city", readonly=False)
    recovery_company_registry = fields.Char(
        related="company_id.company_registry", readonly=False, string="SIREN or SIRET"
    )
    recovery_bank_id = fields.Many2one(
        related="company_id.recovery_bank_id", readonly=False, domain="[('partner_id', '=', recovery_partner_id)]"
    )
    recovery_partner_id = fields.Many2one(related="company_id.partner_id")
    recovery_contact_id = fields.Many2one(related="company_id.recovery_contact_id", readonly=False)
    recovery_signatory_name = fields.Char(related="company_id.recovery_signatory_name", readonly=False)
    recovery_signatory_title = fields.Char(related="company_id.recovery_signatory_title", readonly=False)
    recovery_timezone = fields.Selection(related="company_id.recovery_timezone", readonly=False)
    recovery_alsace_moselle = fields.Boolean(related="company_id.recovery_alsace_moselle", readonly=False)
    recovery_identity_gaps = fields.Char(compute="_compute_recovery_identity_gaps")

    @api.depends(
        "company_id",
        "recovery_legal_form",
        "recovery_company_registry",
        "recovery_rcs_city",
        "recovery_bank_id",
        "recovery_signatory_name",
        "recovery_contact_id",
    )
    def _compute_recovery_identity_gaps(self):
        for settings in self:
            settings.recovery_identity_gaps = ", ".join(settings.company_id._recovery_identity_gaps())
