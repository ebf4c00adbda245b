from odoo import api, fields, models
from odoo.exceptions import UserError

from ....models.common.recovery_window import once
from ....models.common.roles import require_user


class RecoveryCaseAddWizard(models.TransientModel):
    """Choose what a case claims beside what it claims already: before a judge, it passes the checks first."""

    _name = "recovery.case.add.wizard"
    _description = "Add claims to a case"
    _inherit = ["recovery.window"]

    case_id = fields.Many2one("recovery.case", required=True, readonly=True)
    possible_line_ids = fields.Many2many("account.move.line", compute="_compute_possible_line_ids")
    line_ids = fields.Many2many("account.move.line", string="Instalments", domain="[('id', 'in', possible_line_ids)]")
    is_checked = fields.Boolean(related="case_id.is_checked_at_the_door")
    reason = fields.Char("Why despite the checks", help="It is kept in the journal, with the failed checks.")

    @api.depends("case_id")
    def _compute_possible_line_ids(self):
        for window in self:
            case = window.case_id
            window.possible_line_ids = False
            if case:
                day = case.company_id._recovery_today()
                window.possible_line_ids = self.env["recovery.case.line"]._find_claimable(case.debtor_id, day)

    @once
    def action_confirm(self):
        """Claim them in the case."""
        self.ensure_one()
        require_user(self.env)
        if not self.line_ids:
            raise UserError(self.env._("Choose at least one unpaid instalment."))
        case = self.case_id
        case._join(self.line_ids, case.company_id._recovery_today(), (self.reason or "").strip())
        return self._say(
            self.env._(
                "%(invoices)s: claimed in %(case)s.",
                invoices=", ".join(sorted(set(self.line_ids.move_id.mapped("name")))),
                case=case.display_name,
            )
        )
