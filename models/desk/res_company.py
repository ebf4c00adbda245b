from odoo import fields, models

from ..common.roles import SETTINGS
from .priority import CASH, RISK


class ResCompany(models.Model):
    _inherit = "res.company"

    recovery_priority = fields.Selection(
        [(CASH, "Cash fast"), (RISK, "Reduce risk")],
        string="Order of the worklist",
        default=RISK,
        required=True,
        help="For users who have not chosen yet. Cash fast: large and recent first. Reduce risk: large and old first.",
        groups=SETTINGS,
    )
    recovery_escalation_days = fields.Integer(
        "Alerts ignored for",
        default=5,
        help="A task of recovery late by more than these days goes to the manager, once. 0: never.",
        groups=SETTINGS,
    )
    recovery_alert_amount = fields.Monetary(
        "Manager told above",
        help="Overdue amount above which the manager is told of a debtor, once. 0: never.",
        groups=SETTINGS,
    )
    recovery_alert_days = fields.Integer(
        "Manager told beyond",
        help="Days of delay beyond which the manager is told of a debtor, once. 0: never.",
        groups=SETTINGS,
    )
    recovery_digest = fields.Boolean(
        "Morning summary by e-mail",
        help="Each collector gets what there is to do, once a day; each user may decide otherwise.",
        groups=SETTINGS,
    )
    recovery_worklist_date = fields.Date("Worklist computed on", readonly=True, groups=SETTINGS)
