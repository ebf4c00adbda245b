import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..common.bounds import write_number
from ..common.roles import SETTINGS


class ResCompany(models.Model):
    _inherit = "res.company"

    recovery_limit_user_max = fields.Monetary(
        "Limit that a user may grant alone",
        help="Above this amount a manager decides. A manager may grant any limit; only a manager may grant an "
        "unlimited credit.",
        groups=SETTINGS,
    )
    recovery_limit_by_request = fields.Boolean(
        "Limits on request only",
        help="Only a manager may enter a credit limit on the customer's form.",
        groups=SETTINGS,
    )
    recovery_limit_alerts = fields.Char(
        "Alerts at (% of the limit)",
        default="70, 90, 100",
        required=True,
        help="An activity is created each time the exposure rises above one of these percentages.",
        groups=SETTINGS,
    )
    recovery_cover_notice_days = fields.Integer(
        "Days of notice",
        default=30,
        help="Before the end of a guarantee or limit, or the deadline for a declaration.",
        groups=SETTINGS,
    )
    recovery_credit_control_invoices = fields.Boolean(
        "Refuse invoices as well",
        help="Invoicing what has been delivered is a duty: by default a refusal stops the order and only warns on "
        "the invoice. If ticked, the Confirm button of an invoice is refused as well; deposit invoices, paid "
        "orders, jobs and online payments never are.",
        groups=SETTINGS,
    )
    recovery_override_days = fields.Integer(
        "Validity of an override (days)",
        default=8,
        help="How long a credit granted despite a refusal may be used.",
        groups=SETTINGS,
    )

    @api.constrains("recovery_limit_alerts")
    def _check_recovery_limit_alerts(self):
        for company in self:
            company._recovery_alert_shares()

    def _recovery_alert_shares(self):
        """Return the shares of the limit at which somebody is told, in rising order."""
        self.ensure_one()
        try:
            shares = sorted(
                {
                    int(write_number(part))
                    for part in re.split("[,;]", self._recovery_root().recovery_limit_alerts or "")
                    if part.strip()
                }
            )
        except ValueError:
            shares = [0]
        if any(share <= 0 for share in shares):
            raise ValidationError(
                self.env._("The alert levels of the limit are whole percentages above 0, such as 70, 90 and 100.")
            )
        return shares
