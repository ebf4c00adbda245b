from odoo import api, fields, models
from odoo.tools import format_date

from ..common.roles import READERS
from ..dunning.campaign.recovery_notice_line import OWN_ROLES


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    recovery_standing_text = fields.Char(
        "Reminders",
        compute="_compute_recovery_standing_text",
        groups=READERS,
        help="What suspends reminders for the instalment; otherwise the last level at which it was claimed or "
        "announced.",
    )

    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_recovery_standing_text(self):
        lines = (
            self.env["recovery.notice.line"]
            .sudo()
            .search([("move_line_id", "in", self.ids), ("engaged", "=", True), ("role", "in", OWN_ROLES)], order="id")
        )
        last = {line.move_line_id: line for line in lines}
        for item in self:
            text = item.move_id.recovery_hold_text
            if not text and (line := last.get(item)):
                values = {"level": line.level_id.name, "day": format_date(self.env, line.notice_id.date)}
                text = self.env._("%(level)s on %(day)s", **values)
            item.recovery_standing_text = text or self.env._("Not reminded yet")

    def action_recovery_hold(self):
        """Open the suspension of reminders for the invoice of this instalment only."""
        self.ensure_one()
        return self.move_id.action_recovery_hold()
