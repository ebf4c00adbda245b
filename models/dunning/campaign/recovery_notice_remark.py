from odoo import api, fields, models

from .recovery_notice import DELETABLE


class RecoveryNotice(models.Model):
    _inherit = "recovery.notice"

    remark = fields.Char(compute="_compute_remark", help="Why it is in this state, and what keeps it from arriving.")

    @api.depends("state_reason", "warning")
    @api.depends_context("lang")
    def _compute_remark(self):
        for notice in self:
            notice.remark = ", ".join(filter(None, (notice.state_reason, notice.warning)))

    def unlink(self):
        self.env["recovery.bulk"]._forget(self.filtered(lambda notice: notice.state in DELETABLE))
        return super().unlink()
