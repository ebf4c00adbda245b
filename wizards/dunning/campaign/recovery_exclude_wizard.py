from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ....models.common.given import require_reason
from ....models.common.recovery_window import once

LONGEST = 366  # days: what lasts longer is a suspension of its own, or another scenario


class RecoveryExcludeWizard(models.TransientModel):
    """Take notices out of their campaign with a reason, and leave alone until a day what they were about."""

    _name = "recovery.exclude.wizard"
    _description = "Exclude from the campaign"
    _inherit = ["recovery.window"]

    notice_ids = fields.Many2many("recovery.notice", string="Notices", required=True, readonly=True)
    reason = fields.Char()
    date_until = fields.Date(
        "Excluded until",
        help="Last day, included. With the proposed date, the next campaign may send reminders again: it is on "
        "another day.",
    )

    @api.model
    def _open(self, notices):
        """Return the action that asks why, and until when."""
        notices.check_access("read")
        days = [max(notice.date, notice.company_id._recovery_today()) for notice in notices]
        wizard = self.create({"notice_ids": [fields.Command.set(notices.ids)], "date_until": max(days, default=False)})
        return wizard._get_dialog(self.env._("Exclude from the campaign"))

    @once
    def action_confirm(self):
        """Exclude the notices."""
        self.ensure_one()
        reason = require_reason(self.env, self.reason)
        notices = self.notice_ids.exists()
        notices.check_access("read")  # the method itself checks the role
        for company in notices.company_id if self.date_until else ():
            days = (self.date_until - company._recovery_today()).days
            if not 0 <= days <= LONGEST:
                raise UserError(self.env._("Choose a day from today, within a year."))
        notices._exclude(reason, self.date_until)
        return self._say(
            self.env._(
                "Excluded: %(notices)s. No reminders until %(day)s.",
                notices=self._describe_records(notices.debtor_id),
                day=format_date(self.env, self.date_until),
            )
            if self.date_until
            else self.env._("Excluded: %s.", self._describe_records(notices.debtor_id))
        )
