from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        self.env["recovery.debtor.touch"]._touch_lines(posted.line_ids)
        return posted

    def button_draft(self):
        self.env["recovery.debtor.touch"]._touch_lines(self.line_ids)
        return super().button_draft()

    def unlink(self):
        self.env["recovery.bulk"]._forget(self)
        return super().unlink()
