from odoo import api, fields, models

from ....models.common.recovery_window import once


class RecoveryDeadlineMeetWizard(models.TransientModel):
    """Record that what a deadline asks for was done, where no event of the procedure says so."""

    _name = "recovery.deadline.meet.wizard"
    _description = "Procedural deadline: done"
    _inherit = ["recovery.window"]

    deadline_id = fields.Many2one("recovery.deadline", string="Procedural deadline", required=True, readonly=True)
    limit_on = fields.Date(related="deadline_id.date", string="To be done by")
    date = fields.Date("Done on", required=True, compute="_compute_date", store=True, readonly=False, precompute=True)
    reason = fields.Char("How", help="By whom, by what document: kept in the journal.")

    @api.depends("deadline_id")
    def _compute_date(self):
        for wizard in self:
            company = wizard.deadline_id.company_id
            wizard.date = company._recovery_today() if company else False

    @once
    def action_confirm(self):
        """Record it."""
        self.ensure_one()
        deadline = self.deadline_id
        deadline._meet(self.date, deadline.company_id._recovery_today(), self.reason)
        return self._say(self.env._("Done, and kept in the journal: %s.", deadline.display_name))
