from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..common.roles import SETTINGS


class ResCompany(models.Model):
    _inherit = "res.company"

    recovery_limitation_months = fields.Char(
        "Alerts before limitation (months)",
        default="12, 6, 3, 1",
        help="The collector gets a task at each of these numbers of months. Empty: no alert.",
        groups=SETTINGS,
    )

    @api.constrains("recovery_limitation_months")
    def _check_recovery_limitation_months(self):
        for company in self:
            company._recovery_limitation_thresholds()

    def _recovery_limitation_thresholds(self):
        """Return the numbers of months before the limitation at which somebody is told, the widest first."""
        self.ensure_one()
        words = [word.strip() for word in (self.recovery_limitation_months or "").split(",") if word.strip()]
        if any(not word.isascii() or not word.isdigit() or not 0 < int(word) <= 120 for word in words):
            raise ValidationError(
                self.env._(
                    "“%s”: the months before the limitation are whole numbers from 1 to 120, such as 12, 6, 3 and 1.",
                    self.recovery_limitation_months,
                )
            )
        return sorted({int(word) for word in words}, reverse=True)
