from odoo import api, fields, models

from .late_fee_mode import LateFeeMode


class RecoveryNotice(models.Model):
    """A letter speaks of late fees only where they are not waived as a rule."""

    _inherit = "recovery.notice"

    claims_late_fees = fields.Boolean("Speaks of late fees", compute="_compute_claims_late_fees")
    claims_indemnity = fields.Boolean("Speaks of indemnities and costs", compute="_compute_claims_late_fees")

    @api.depends("debtor_id", "issue_date", "date")
    def _compute_claims_late_fees(self):
        for day, notices in self.grouped(lambda notice: notice.issue_date or notice.date).items():
            modes = notices.sudo().debtor_id._get_late_fee_modes(day)
            for notice in notices:
                mode = modes.get(notice.debtor_id, LateFeeMode())
                notice.claims_late_fees = mode.is_claimed
                notice.claims_indemnity = "indemnity" not in mode.waived

    def _is_claiming_fees(self):
        return super()._is_claiming_fees() and self.claims_late_fees

    def _is_claiming_costs(self):
        return super()._is_claiming_costs() and self.claims_indemnity
