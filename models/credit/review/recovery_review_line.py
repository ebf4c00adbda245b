from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...common.retention import CASES, Retained
from ..score.recovery_score import CLASS_LABELS


class RecoveryReviewLine(models.Model):
    """One debtor to look at: why, the figures of last month beside today's, and what was thought."""

    _name = "recovery.review.line"
    _description = "Debtor to review"
    _retained = Retained(CASES, "review_id.done_on", ("comment",), stays=("reason_codes",))
    _inherit = ["recovery.guarded"]
    _order = "exposure_now desc, id"
    _rec_name = "debtor_id"
    _typed = ("is_seen", "comment")

    review_id = fields.Many2one("recovery.review", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(related="review_id.user_id")
    state = fields.Selection(related="review_id.state")
    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True, index=True, ondelete="cascade")
    reason_codes = fields.Char(required=True, readonly=True)
    reasons = fields.Char("Why", compute="_compute_reasons")
    exposure_now = fields.Monetary("Exposure", readonly=True, currency_field="company_currency_id")
    exposure_before = fields.Monetary("Exposure last month", readonly=True, currency_field="company_currency_id")
    overdue_now = fields.Monetary("Overdue", readonly=True, currency_field="company_currency_id")
    overdue_before = fields.Monetary("Overdue last month", readonly=True, currency_field="company_currency_id")
    score_now = fields.Integer("Score", readonly=True, aggregator=None)
    score_before = fields.Integer("Score last month", readonly=True, aggregator=None)
    class_now = fields.Selection(CLASS_LABELS, "Class", readonly=True)
    class_before = fields.Selection(CLASS_LABELS, "Class last month", readonly=True)
    is_seen = fields.Boolean("Looked at")
    comment = fields.Char()

    @api.depends("reason_codes")
    @api.depends_context("lang")
    def _compute_reasons(self):
        labels = self._get_reason_labels()
        for line in self:
            codes = (line.reason_codes or "").split(",")
            line.reasons = ", ".join(labels.get(code, code) for code in codes if code)

    @api.model
    def _get_reason_labels(self):
        """Return what each reason code means."""
        return {
            "high_risk": self.env._("High risk"),
            "class_changed": self.env._("Class changed"),
            "limit_exceeded": self.env._("Limit exceeded"),
            "behaviour_break": self.env._("Pays later than before"),
            "review_due": self.env._("Review due"),
            "external_old": self.env._("External score too old"),
        }

    def write(self, vals):
        if not self.env.su and self.filtered(lambda line: line.state == "done"):
            raise AccessError(self.env._("This review is closed: its comments can no longer be changed."))
        return super().write(vals)

    @api.model
    def _explain_kept(self, names):
        return self.env._("The figures of a review cannot be changed: you can only comment on them.")
