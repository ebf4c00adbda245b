from odoo import models

FOLLOWED_FIELDS = {"date_maturity", "no_followup", "partner_id", "account_id"}


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "recovery.guarded"]
    _guarded_prefix = "recovery_"

    def write(self, vals):
        moved = FOLLOWED_FIELDS & vals.keys() and self.filtered(lambda line: line.parent_state == "posted")
        if moved:
            self.env["recovery.debtor.touch"]._touch_lines(moved)
        result = super().write(vals)
        if moved and "partner_id" in vals:
            self.env["recovery.debtor.touch"]._touch_lines(moved)
        return result

    def unlink(self):
        self.env["recovery.bulk"]._forget(self)
        return super().unlink()
