from odoo import fields, models


class RecoveryDelivery(models.Model):
    """What a person adds to a contact: how it ended, who spoke, what comes next."""

    _inherit = "recovery.delivery"
    _retained_texts = ("spoken_to",)

    result_id = fields.Many2one("recovery.call.result", readonly=True, ondelete="restrict")
    cause_id = fields.Many2one(
        "recovery.delay.cause", string="Reason for late payment", readonly=True, ondelete="restrict"
    )
    spoken_to = fields.Char("Spoken to", readonly=True)
    next_date = fields.Date("Next date", readonly=True)
    seen_on = fields.Datetime("Failure acknowledged on", readonly=True, copy=False)

    def write(self, vals):
        """Show anew what fails again."""
        return super().write({**vals, "seen_on": False} if "state" in vals else vals)

    def action_mark_printed(self):
        result = super().action_mark_printed()
        self._refresh_todo()
        return result

    def action_mark_posted(self):
        result = super().action_mark_posted()
        self._refresh_todo()
        return result

    def _refresh_todo(self):
        """Show at once, on the worklist, that somebody printed or posted what it said to."""
        for company, debtors in self.sudo().debtor_id.grouped("company_id").items():
            self.env["recovery.todo"]._refresh(company, company._recovery_today(), debtors)
