from odoo import api, fields, models

from ...models.common.recovery_window import once
from ...models.common.roles import require_manager

SHOWN = 200


class RecoveryAssignmentWizard(models.TransientModel):
    """Which debtors the rules would give to whom: looked at before it is done."""

    _name = "recovery.assignment.wizard"
    _description = "Assign Debtors"
    _inherit = ["recovery.window"]

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company.root_id)
    again = fields.Boolean(
        "Review those assigned by a rule again",
        help="Debtors whose collector was chosen by hand are never touched.",
    )
    change_count = fields.Integer("Debtors changing collector", compute="_compute_preview")
    preview_html = fields.Html(compute="_compute_preview", sanitize=False)

    @api.depends("company_id", "again")
    def _compute_preview(self):
        for wizard in self:
            is_open = wizard.company_id and wizard.company_id._recovery_is_open()
            changes = is_open and self.env["recovery.assignment"]._propose(wizard.company_id, wizard.again)
            rows = [
                {
                    "name": debtor.display_name,
                    "overdue": wizard.company_id.currency_id.format(debtor.amount_overdue),
                    "before": debtor.collector_id.name or "",
                    "after": user.sudo().name,
                    "rule": rule.name,
                }
                for debtor, (rule, user) in (changes or {}).items()
            ]
            wizard.change_count = len(rows)
            wizard.preview_html = self.env["ir.qweb"]._render(
                "debt_recovery.assignment_preview", {"rows": rows[:SHOWN], "more": max(len(rows) - SHOWN, 0)}
            )

    @once
    def action_confirm(self):
        """Apply the rules."""
        self.ensure_one()
        require_manager(self.env)
        self.company_id._recovery_check_open()
        count = self.change_count
        self.env["recovery.assignment"]._assign(self.company_id, self.again)
        if not count:
            return self._say(self.env._("The rules do not change anybody's collector."), kind="info")
        return self._say(self.env._("Debtors changing collector: %s.", count))
