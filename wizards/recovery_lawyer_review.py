from odoo import api, fields, models


class RecoveryLawyerReview(models.TransientModel):
    """Say which lawyer read mises en demeure, when, and what they said."""

    _name = "recovery.lawyer.review"
    _description = "Lawyer's review"

    notice_ids = fields.Many2many("recovery.notice", required=True, readonly=True)
    lawyer_id = fields.Many2one("res.partner", required=True)
    reviewed_on = fields.Date(required=True, default=lambda self: self.env.company._recovery_today())
    note = fields.Text("Comment")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        notices = self.env["recovery.notice"].browse(self.env.context.get("default_notice_ids", []))
        lawyer = notices.company_id[:1].sudo().recovery_lawyer_id
        if lawyer and not values.get("lawyer_id"):
            values["lawyer_id"] = lawyer.id
        return values

    def action_confirm(self):
        """Record the review."""
        self.ensure_one()
        for company, notices in self.notice_ids.grouped("company_id").items():
            notices._review(self.lawyer_id, self.reviewed_on, company._recovery_today(), self.note)
        return {"type": "ir.actions.act_window_close"}
