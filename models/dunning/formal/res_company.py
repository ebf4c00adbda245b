from odoo import fields, models

from ...common.roles import SETTINGS


class ResCompany(models.Model):
    _inherit = "res.company"

    recovery_tracking_days = fields.Integer(
        "Days before querying the tracking",
        default=7,
        help="A registered letter with no news for longer than this creates a task for the collector.",
        groups=SETTINGS,
    )
    recovery_formal_review = fields.Boolean(
        "Lawyer's review of every mise en demeure",
        help="None is sent before a lawyer has read it. A single level can also require it.",
        groups=SETTINGS,
    )
    recovery_lawyer_id = fields.Many2one(
        "res.partner",
        string="Usual lawyer",
        help="Proposed when a mise en demeure is marked as reviewed.",
        groups=SETTINGS,
    )
