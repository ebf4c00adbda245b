from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recovery_class_a = fields.Integer(related="company_id.recovery_class_a", readonly=False)
    recovery_class_b = fields.Integer(related="company_id.recovery_class_b", readonly=False)
    recovery_class_c = fields.Integer(related="company_id.recovery_class_c", readonly=False)
    recovery_class_d = fields.Integer(related="company_id.recovery_class_d", readonly=False)
    recovery_review_months = fields.Integer(related="company_id.recovery_review_months", readonly=False)
    recovery_external_months = fields.Integer(related="company_id.recovery_external_months", readonly=False)
    recovery_exposure_bands = fields.Char(related="company_id.recovery_exposure_bands", readonly=False)
    recovery_size_bands = fields.Char(related="company_id.recovery_size_bands", readonly=False)
    recovery_term_rule_ids = fields.Many2many(related="company_id.recovery_term_rule_ids", readonly=False)
