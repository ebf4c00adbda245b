from datetime import timedelta

from odoo import fields, models
from odoo.tools import format_date

from ...models.common.recovery_window import once


class RecoveryHoldWizard(models.TransientModel):
    """Suspend the reminders of some debtors, or of one invoice, until a day."""

    _name = "recovery.hold.wizard"
    _description = "Suspend reminders"
    _inherit = ["recovery.window"]

    debtor_ids = fields.Many2many("recovery.debtor", string="Debtors", required=True, readonly=True)
    move_id = fields.Many2one("account.move", string="Only this invoice", readonly=True)
    date_until = fields.Date(
        "Until",
        required=True,
        default=lambda self: self.env.company._recovery_today() + timedelta(days=15),
        help="Reminders start again automatically the day after.",
    )
    reason = fields.Char(required=True)

    @once
    def action_confirm(self):
        """Create the suspensions."""
        self.ensure_one()
        self.env["recovery.hold"].create(
            [
                {
                    "debtor_id": debtor.id,
                    "move_id": self.move_id.id,
                    "date_from": debtor.company_id._recovery_today(),
                    "date_until": self.date_until,
                    "reason": self.reason,
                }
                for debtor in self.debtor_ids
            ]
        )
        return self._say(
            self.env._(
                "Reminders of %(who)s suspended until %(day)s.",
                who=self._describe_records(self.move_id or self.debtor_ids),
                day=format_date(self.env, self.date_until),
            )
        )
