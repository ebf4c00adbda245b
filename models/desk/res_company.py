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
        help="For users who have not chosen yet. Cash fast: large and recent debts first. Reduce risk: large and old "
        "debts first.",
        groups=SETTINGS,
    )
    recovery_escalation_days = fields.Integer(
        "Unanswered alerts escalated after",
        default=5,
        help="A recovery task overdue by more than this number of days goes to the manager, once. 0: never.",
        groups=SETTINGS,
    )
    recovery_alert_amount = fields.Monetary(
        "Manager notified above",
        help="Overdue amount above which the manager is notified about a debtor, once. 0: never.",
        groups=SETTINGS,
    )
    recovery_alert_days = fields.Integer(
        "Manager notified beyond",
        help="Days late beyond which the manager is notified about a debtor, once. 0: never.",
        groups=SETTINGS,
    )
    recovery_digest = fields.Boolean(
        "Morning summary by e-mail",
        help="Each collector receives the day's tasks once a day; each user may choose otherwise.",
        groups=SETTINGS,
    )
    recovery_worklist_date = fields.Date("Worklist calculated on", readonly=True, groups=SETTINGS)
