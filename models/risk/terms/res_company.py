from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    recovery_term_rule_ids = fields.Many2many(
        "recovery.payment.term.rule",
        string="Maximum payment terms",
        help="The maxima of the company's sector. Empty: the general ones (60 days, or 45 days end of month).",
    )
