from odoo import fields, models

from ....models.common.recovery_window import once


class RecoveryProcedureTakeoverWizard(models.TransientModel):
    """Take over a procedure that was under way before its case was kept here."""

    _name = "recovery.procedure.takeover.wizard"
    _description = "Carry over a procedure in progress"
    _inherit = ["recovery.window"]

    case_id = fields.Many2one("recovery.case", required=True, readonly=True)
    company_id = fields.Many2one(related="case_id.company_id")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    type_id = fields.Many2one(
        "recovery.procedure.type",
        string="Procedure",
        required=True,
        domain="[('company_id', 'in', (False, company_id))]",
    )
    court_id = fields.Many2one(
        "res.partner",
        domain="[('recovery_party_kind', '=', 'court'), ('company_id', 'in', (False, company_id))]",
    )
    reference = fields.Char("Reference (RG)")
    line_ids = fields.One2many("recovery.procedure.takeover.wizard.line", "wizard_id", string="Past events")

    @once
    def action_confirm(self):
        """Take the procedure over and open it."""
        self.ensure_one()
        procedure = self.env["recovery.procedure"]._take_over(
            self.case_id,
            self.type_id,
            self.company_id._recovery_today(),
            [(line.kind_id, line.date, line.amount, line.note) for line in self.line_ids],
            {"court_id": self.court_id.id, "reference": self.reference},
        )
        return procedure._get_records_action(name=procedure.display_name)
