from odoo import api, fields, models


class RecoveryClaimStatementWizard(models.TransientModel):
    """The statement of a case bears on the instalments of its own."""

    _inherit = "recovery.claim.statement.wizard"

    case_id = fields.Many2one("recovery.case", readonly=True)

    @api.depends("case_id")
    def _compute_line_ids(self):
        return super()._compute_line_ids()

    def _find_lines(self):
        lines = super()._find_lines()
        return lines & self.case_id._get_claim_statement_lines() if self.case_id else lines

    def _get_moves(self):
        return self.case_id._get_claim_statement_lines().move_id if self.case_id else super()._get_moves()

    def _get_source(self):
        return self.case_id or super()._get_source()
