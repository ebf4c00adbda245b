from odoo import api, fields, models

from ....models.common.recovery_window import once


class RecoveryLawyerReview(models.TransientModel):
    """Say which lawyer read mises en demeure, when, and what they said."""

    _name = "recovery.lawyer.review"
    _description = "Lawyer's review"
    _inherit = ["recovery.window"]

    notice_ids = fields.Many2many("recovery.notice", required=True, readonly=True)
    lawyer_id = fields.Many2one(
        "res.partner", compute="_compute_lawyer_id", store=True, readonly=False, precompute=True, required=True
    )
    reviewed_on = fields.Date("Reviewed on", required=True, default=lambda self: self.env.company._recovery_today())
    note = fields.Text("Comment")

    @api.depends("notice_ids")
    def _compute_lawyer_id(self):
        """Propose the company's own lawyer."""
        for review in self:
            usual = review.notice_ids.company_id[:1].recovery_lawyer_id
            review.lawyer_id = review.lawyer_id or usual.filtered("active")

    @once
    def action_confirm(self):
        """Record the review."""
        self.ensure_one()
        for company, notices in self.notice_ids.grouped("company_id").items():
            notices._review(self.lawyer_id, self.reviewed_on, company._recovery_today(), self.note)
        return self._say(
            self.env._(
                "Review by %(lawyer)s recorded: %(notices)s.",
                lawyer=self.lawyer_id.display_name,
                notices=self._describe_records(self.notice_ids),
            )
        )
