from odoo import api, fields, models

from .recovery_debtor import LateFeeMode


class RecoveryNotice(models.Model):
    """A letter speaks of late fees only where they are not waived as a rule."""

    _inherit = "recovery.notice"

    claims_interest = fields.Boolean("Mentions interest", compute="_compute_claimed_heads")
    claims_indemnity = fields.Boolean("Mentions compensation and costs", compute="_compute_claimed_heads")

    @api.depends("debtor_id", "issue_date", "date")
    def _compute_claimed_heads(self):
        for day, notices in self.grouped(lambda notice: notice.issue_date or notice.date).items():
            modes = notices.sudo().debtor_id._get_late_fee_modes(day)
            for notice in notices:
                waived = modes.get(notice.debtor_id, LateFeeMode()).waived
                notice.claims_interest = "interest" not in waived
                notice.claims_indemnity = "indemnity" not in waived

    def _get_claimed_heads(self):
        claimed = {"interest": self.claims_interest, "indemnity": self.claims_indemnity}
        return frozenset(head for head in super()._get_claimed_heads() if claimed[head])
