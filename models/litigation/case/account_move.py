from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...common.roles import READERS


class AccountMove(models.Model):
    _inherit = "account.move"

    recovery_case_line_ids = fields.One2many(
        "recovery.case.line",
        "move_id",
        string="Claims",
        groups=READERS,
    )
    recovery_case_id = fields.Many2one(
        "recovery.case",
        string="Litigation case",
        compute="_compute_recovery_case_id",
        search="_search_recovery_case_id",
        groups=READERS,
        help="The open case that claims this invoice.",
    )

    recovery_case_text = fields.Char(
        "Case step",
        compute="_compute_recovery_case_text",
        groups=READERS,
        help="The step the case has reached, and until when.",
    )

    @api.depends("recovery_case_id.stage_id", "recovery_case_id.next_deadline")
    @api.depends_context("lang")
    def _compute_recovery_case_text(self):
        for move in self:
            case = move.recovery_case_id
            move.recovery_case_text = case._describe_position() if case else False

    @api.depends("recovery_case_line_ids.is_running", "recovery_case_line_ids.case_id")
    def _compute_recovery_case_id(self):
        for move in self:
            move.recovery_case_id = move.recovery_case_line_ids.filtered("is_running")[:1].case_id

    @api.model
    def _search_recovery_case_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        running = Domain("is_running", "=", True)
        domain = Domain("recovery_case_line_ids", "any", running & Domain("case_id", "in", [v for v in value if v]))
        if False in value:
            domain |= Domain("recovery_case_line_ids", "not any", running)
        return domain

    def _post(self, soft=True):
        """Ask what becomes of what a closed case called paid: corrected and posted again, it may be so no more."""
        again = self.filtered("posted_before")
        posted = super()._post(soft)
        if again:
            self.env["recovery.case.line"]._look_again((again & posted).line_ids)
        return posted

    def button_draft(self):
        """Refuse to rewrite what is before the court."""
        claims = self.env["recovery.case.line"].sudo().search([("move_id", "in", self.ids), ("is_running", "=", True)])
        if claims:
            raise UserError(
                self.env._(
                    "%(invoice)s is claimed in %(case)s: remove it from the case before you change it.",
                    invoice=claims[0].move_name,
                    case=claims[0].case_id.display_name,
                )
            )
        return super().button_draft()
