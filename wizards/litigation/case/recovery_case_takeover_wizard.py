from odoo import api, fields, models
from odoo.exceptions import UserError

from ....models.common.recovery_window import once


class RecoveryCaseTakeoverWizard(models.TransientModel):
    """Take over a case that was under way before it was followed here, with its figures of the day it was opened."""

    _name = "recovery.case.takeover.wizard"
    _description = "Carry Over a Case"
    _inherit = ["recovery.window"]

    debtor_id = fields.Many2one("recovery.debtor", required=True)
    company_id = fields.Many2one(related="debtor_id.company_id")
    possible_line_ids = fields.Many2many("account.move.line", compute="_compute_possible_line_ids")
    line_ids = fields.Many2many(
        "account.move.line",
        "recovery_case_takeover_wizard_line_rel",
        string="Instalments",
        domain="[('id', 'in', possible_line_ids)]",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        help="What the case claims: unpaid, late, and in no open case.",
    )
    opened_on = fields.Date("Opened on", required=True)
    stage_id = fields.Many2one(
        "recovery.case.stage",
        string="Current stage",
        required=True,
        domain="[('is_closing', '=', False), ('company_id', 'in', (False, company_id))]",
    )
    user_id = fields.Many2one("res.users", string="Owner", domain="[('share', '=', False)]")
    lawyer_id = fields.Many2one(
        "res.partner",
        domain="[('recovery_party_kind', 'in', ('lawyer', 'bailiff', 'agency', 'foreign_agency')),"
        " ('company_id', 'in', (False, company_id))]",
    )
    court_id = fields.Many2one(
        "res.partner", domain="[('recovery_party_kind', '=', 'court'), ('company_id', 'in', (False, company_id))]"
    )
    reference = fields.Char("Their reference")
    title_held = fields.Boolean("Enforceable title held")
    description = fields.Html("Facts")

    @api.depends("debtor_id")
    def _compute_possible_line_ids(self):
        for window in self:
            debtor = window.debtor_id._origin
            lines = self.env["account.move.line"]
            if debtor:
                lines = self.env["recovery.case.line"]._find_claimable(debtor, debtor.company_id._recovery_today())
            window.possible_line_ids = lines

    @api.depends("debtor_id")
    def _compute_line_ids(self):
        for window in self:
            window.line_ids = window.possible_line_ids

    @once
    def action_confirm(self):
        """Open the case as it stands, and show it."""
        self.ensure_one()
        if not self.line_ids:
            raise UserError(self.env._("There is nothing to claim: choose at least one unpaid instalment."))
        names = ("user_id", "lawyer_id", "court_id", "reference", "title_held", "description")
        vals = {name: self._fields[name].convert_to_write(self[name], self) for name in names if self[name]}
        case = self.env["recovery.case"]._take_over(
            self.debtor_id, self.line_ids, self.opened_on, self.stage_id, **vals
        )
        return case._get_records_action(name=case.display_name)
