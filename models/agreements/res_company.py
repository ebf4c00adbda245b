from odoo import fields, models

from ..common.roles import SETTINGS


class ResCompany(models.Model):
    _inherit = "res.company"

    recovery_promise_grace = fields.Integer(
        "Grace period of a promise (days)",
        default=3,
        help="A transfer takes time: a promise is checked only after these days.",
        groups=SETTINGS,
    )
    recovery_promise_grace_business = fields.Boolean("Grace period in business days", groups=SETTINGS)
    recovery_plan_amount_limit = fields.Monetary(
        "Payment plans to approve above",
        help="A longer or larger plan needs a manager's approval. Zero: no such limit.",
        groups=SETTINGS,
    )
    recovery_plan_months_limit = fields.Integer(
        "Payment plans to approve beyond (months)",
        default=6,
        help="Zero: no limit.",
        groups=SETTINGS,
    )
    recovery_plan_days_late = fields.Integer(
        "Days late that break a payment plan",
        default=8,
        help="Counted from any one of its dates.",
        groups=SETTINGS,
    )
    recovery_plan_breach_notice = fields.Selection(
        [
            ("none", "No notice"),
            ("email", "By e-mail"),
            ("letter", "By letter"),
            ("registered", "By registered letter"),
        ],
        string="Notice of a broken plan",
        default="email",
        required=True,
        groups=SETTINGS,
    )
    recovery_plan_remind_days = fields.Integer(
        "Reminder before each date of a plan (days)", help="Zero: no reminder.", groups=SETTINGS
    )
    recovery_waiver_limit = fields.Monetary(
        "Waivers to approve above",
        help="A settlement that waives more than this needs a manager's approval. Zero: always.",
        groups=SETTINGS,
    )
    recovery_dispute_days = fields.Integer("Days to answer a dispute", default=15, groups=SETTINGS)

    _recovery_agreement_days_check = models.Constraint(
        "CHECK(recovery_promise_grace >= 0 AND recovery_plan_months_limit >= 0 AND recovery_plan_days_late >= 0"
        " AND recovery_plan_remind_days >= 0 AND recovery_dispute_days >= 0)",
        "These numbers of days and months cannot be negative.",
    )
