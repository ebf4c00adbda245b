from odoo import api, fields, models
from odoo.tools import format_date

from ...models.common.recovery_window import once


class RecoveryLimitationEndWizard(models.TransientModel):
    """Record the end of proceedings or of a suspension, and what came out of it."""

    _name = "recovery.limitation.end.wizard"
    _description = "End of a cause of interruption or suspension"
    _inherit = ["recovery.window"]

    event_id = fields.Many2one("recovery.limitation.event", required=True, readonly=True)
    effect = fields.Selection(related="event_id.effect")
    date_until = fields.Date("Ended on", required=True, compute="_compute_date_until", store=True, readonly=False)
    outcome = fields.Selection(
        selection=lambda self: (
            self.env["recovery.limitation.event"]._fields["outcome"]._description_selection(self.env)
        ),
        required=True,
        default="ended",
        help="A claim withdrawn, lapsed or finally rejected never interrupted anything (C. civ. 2243).",
    )

    @api.depends("event_id")
    def _compute_date_until(self):
        for wizard in self:
            company = wizard.event_id.company_id
            wizard.date_until = company._recovery_today() if company else False

    @once
    def action_confirm(self):
        """Record the end of the proceedings."""
        self.ensure_one()
        event = self.event_id
        event._end(event.company_id._recovery_today(), self.date_until, self.outcome)
        return self._say(
            self.env._(
                "%(event)s: ended on %(day)s.",
                event=event.display_name,
                day=format_date(self.env, self.date_until),
            )
        )
