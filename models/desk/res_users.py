from odoo import fields, models

from ..common.roles import READERS
from .priority import CASH, RISK

OWN_FIELDS = ["recovery_priority", "recovery_digest"]


class ResUsers(models.Model):
    _name = "res.users"
    _inherit = ["res.users", "recovery.guarded"]
    _guarded_prefix = "recovery_"
    _typed = OWN_FIELDS

    recovery_priority = fields.Selection(
        [(CASH, "Cash fast"), (RISK, "Reduce risk")],
        string="Order of my worklist",
        help="Empty: the company setting. The switch above the worklist stores your choice here.",
        groups=READERS,
    )
    recovery_digest = fields.Selection(
        [("yes", "Every morning"), ("no", "Never")],
        string="Recovery summary by e-mail",
        help="Empty: the company setting.",
        groups=READERS,
    )
    recovery_digest_on = fields.Date(
        "Last summary sent on",
        readonly=True,
        copy=False,
        company_dependent=True,
        help="One per day for each company.",
        groups=READERS,
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + OWN_FIELDS

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + OWN_FIELDS

    def _get_recovery_priority(self, company):
        """Return the order in which this user works: ``cash`` or ``risk``."""
        self.ensure_one()
        return self.recovery_priority or company._recovery_root().recovery_priority
