from odoo import api, fields, models


class RecoveryNotice(models.Model):
    """A letter speaks of late fees only where they are not waived as a rule."""

    _inherit = "recovery.notice"

    claims_late_fees = fields.Boolean("Speaks of late fees", compute="_compute_claims_late_fees")

    @api.depends("debtor_id", "issue_date", "date")
    def _compute_claims_late_fees(self):
        for day, notices in self.grouped(lambda notice: notice.issue_date or notice.date).items():
            modes = notices.sudo().debtor_id._get_late_fee_modes(day)
            for notice in notices:
                notice.claims_late_fees = modes[notice.debtor_id].is_claimed if notice.debtor_id in modes else True

    def _is_claiming_fees(self):
        return super()._is_claiming_fees() and self.claims_late_fees
