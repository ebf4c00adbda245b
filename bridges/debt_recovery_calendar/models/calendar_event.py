from odoo import api, fields, models
from odoo.exceptions import UserError

# What says when it is, or whose
FOLLOWED = {"start", "stop", "start_date", "stop_date", "allday", "user_id", "partner_ids", "active", "recurrency"}


class CalendarEvent(models.Model):
    """The day of a procedural deadline is the law's, or the judge's: a card dragged in the calendar moves nothing."""

    _inherit = "calendar.event"

    recovery_deadline_ids = fields.One2many("recovery.deadline", "calendar_event_id", readonly=True, copy=False)

    def write(self, vals):
        if FOLLOWED & vals.keys():
            self._check_is_no_deadline()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_deadline(self):
        self._check_is_no_deadline()

    def _check_is_no_deadline(self):
        """Refuse to people what the deadline alone decides."""
        deadline = self.sudo().recovery_deadline_ids[:1]
        if deadline and not self.env.su:
            raise UserError(
                self.env._(
                    "“%s” is a procedural deadline: its date follows the case, and it leaves the calendar once it "
                    "is met, voided or assigned to somebody else. Open it there.",
                    deadline.display_name,
                )
            )
