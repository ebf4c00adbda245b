from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    recovery_tracking_days = fields.Integer(
        "Days before asking for the tracking",
        default=7,
        help="A registered letter posted for longer without news makes a task for the collector.",
    )
