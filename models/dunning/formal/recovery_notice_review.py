from odoo import api, fields, models
from odoo.exceptions import UserError

from ...common.roles import require_user

REVIEWABLE = ("draft", "blocked", "to_approve", "validated")


class RecoveryNotice(models.Model):
    """A lawyer's look at a mise en demeure before it leaves."""

    _inherit = "recovery.notice"

    reviewed_by_id = fields.Many2one("res.partner", string="Reviewed by", readonly=True, ondelete="restrict")
    reviewed_on = fields.Date(readonly=True)
    review_note = fields.Text("Reviewer's comment", readonly=True)
    needs_review = fields.Boolean("To be reviewed", compute="_compute_needs_review")

    @api.depends("kind", "state", "reviewed_on", "level_id")
    def _compute_needs_review(self):
        for notice in self:
            notice.needs_review = bool(
                notice.company_id and notice.state in REVIEWABLE and notice._needs_review() and not notice.reviewed_on
            )

    def _needs_review(self):
        """Tell whether its level, or its company, wants a lawyer to see it first."""
        self.ensure_one()
        wanted = self.level_id.sudo().review_required or self.company_id.sudo().recovery_formal_review
        return self.kind == "formal_notice" and wanted

    def action_review(self):
        """Ask which lawyer read them, when, and what they said."""
        require_user(self.env)
        self.check_access("read")
        notices = self._check_reviewable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reviewed by a lawyer"),
            "res_model": "recovery.lawyer.review",
            "view_mode": "form",
            "target": "new",
            "context": {"default_notice_ids": notices.ids},
        }

    def _check_reviewable(self):
        notices = self.filtered(lambda n: n.kind == "formal_notice" and n.state in REVIEWABLE)
        if not notices:
            raise UserError(self.env._("Only a mise en demeure that has not left yet can be reviewed."))
        return notices

    def _review(self, lawyer, reviewed_on, day, note=None):
        """Record a lawyer's review; blocked notices that miss nothing else are validated.

        :param day: today, in the company.
        """
        require_user(self.env)
        self.check_access("read")
        notices = self.sudo()._check_reviewable()
        if reviewed_on > day:
            raise UserError(self.env._("A review in the future has not taken place."))
        notices.write({"reviewed_by_id": lawyer.id, "reviewed_on": reviewed_on, "review_note": note or False})
        self.env["recovery.event"]._log(
            "lawyer_review",
            notices,
            lambda n: self.env._("Reviewed by %s", lawyer.display_name),
            lambda n: {**n._get_trace(), "date": str(reviewed_on), "reason": note},
        )
        notices.filtered(lambda n: n.state == "draft")._check_completeness(day)
        blocked = notices.filtered(lambda n: n.state == "blocked")
        if blocked:
            blocked._go_on(day)
