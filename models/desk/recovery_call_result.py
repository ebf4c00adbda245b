from odoo import api, fields, models

from ..common.calendar import next_business_day, shift


class RecoveryCallResult(models.Model):
    """How a call may end, and the next step that it opens: the list is yours."""

    _name = "recovery.call.result"
    _description = "Call result"
    _inherit = ["recovery.traced.settings"]
    _order = "sequence, id"
    _carried_key = ("name",)
    _typed = ("name", "sequence", "active", "company_id", "next_step", "delay_days", "is_reached")

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: every company may use it.")
    next_step = fields.Selection(
        [
            ("none", "Nothing further"),
            ("call_again", "Call back"),
            ("promise", "Record a promise"),
            ("plan", "Agree a payment plan"),
            ("dispute", "Open a dispute"),
            ("next_level", "Send the next reminder"),
            ("hold", "Suspend reminders"),
            ("correct_contact", "Correct the contact"),
            ("escalate", "Escalate to the manager"),
        ],
        string="Next step",
        required=True,
        default="none",
    )
    delay_days = fields.Integer(
        "After (days)", default=2, help="Proposed as the next date: of the call back, of the end of the suspension."
    )
    is_reached = fields.Boolean("Somebody answered", default=True, help="Untick it for a call that reached nobody.")

    _delay_check = models.Constraint("CHECK(delay_days >= 0)", "The days before the next step cannot be negative.")

    @api.model
    def _get_dated_steps(self):
        """Return the steps that happen on a day: the window asks for it."""
        return ("call_again", "hold")

    def _get_next_date(self, day, company):
        """Return the business day proposed for the next step, or False where no date is needed, or no result known."""
        if not self or self.next_step not in self._get_dated_steps():
            return False
        return next_business_day(shift(day, days=self.delay_days), company.recovery_alsace_moselle)
