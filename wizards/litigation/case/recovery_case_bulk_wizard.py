from odoo import api, fields, models
from odoo.exceptions import UserError

from ....models.common.recovery_window import once
from ....models.common.roles import require_user

CHANGED = ("user_id", "substitute_id", "lawyer_id", "court_id", "stage_id", "priority")


class RecoveryCaseBulkWizard(models.TransientModel):
    """Give several cases at once to other people, another lawyer or court, or move them: what is left empty stays."""

    _name = "recovery.case.bulk.wizard"
    _description = "Change Several Cases"
    _inherit = ["recovery.window"]

    case_ids = fields.Many2many("recovery.case", string="Cases", required=True, readonly=True)
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    user_id = fields.Many2one("res.users", string="Owner", domain="[('share', '=', False)]")
    substitute_id = fields.Many2one("res.users", "Deputy", domain="[('share', '=', False)]")
    lawyer_id = fields.Many2one(
        "res.partner",
        domain="[('recovery_party_kind', 'in', ('lawyer', 'bailiff', 'agency', 'foreign_agency')),"
        " ('company_id', 'in', (False, company_id))]",
    )
    court_id = fields.Many2one(
        "res.partner", domain="[('recovery_party_kind', '=', 'court'), ('company_id', 'in', (False, company_id))]"
    )
    stage_id = fields.Many2one(
        "recovery.case.stage",
        domain="[('is_closing', '=', False), ('company_id', 'in', (False, company_id))]",
        help="Closing asks its own questions, case by case or together.",
    )
    priority = fields.Selection(selection=lambda self: self._selection_priority())

    @api.model
    def _selection_priority(self):
        return self.env["recovery.case"]._fields["priority"]._description_selection(self.env)

    @api.depends("case_ids")
    def _compute_company_id(self):
        for window in self:
            companies = window.case_ids.company_id
            window.company_id = companies if len(companies) == 1 else False

    @once
    def action_confirm(self):
        """Change what was filled in, on the cases that are open."""
        self.ensure_one()
        require_user(self.env)
        vals = {name: self._fields[name].convert_to_write(self[name], self) for name in CHANGED if self[name]}
        if not vals:
            raise UserError(self.env._("Nothing was filled in: say what changes."))
        cases = self.case_ids.filtered("is_open")
        if not cases:
            raise UserError(self.env._("These cases are closed: reopen them first."))
        if self.stage_id.is_closing:
            raise UserError(self.env._("Closing requires saying how each case ended: use its button."))
        cases.write(vals)
        return self._say(self.env._("Changed: %s.", self._describe_records(cases)))
