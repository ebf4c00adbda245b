from odoo import models


class RecoveryProcedure(models.Model):
    """What happens in the procedure of a declaration is kept there: what was declared, what was admitted."""

    _inherit = "recovery.procedure"

    def _hook_events_changed(self):
        result = super()._hook_events_changed()
        declarations = self.env["recovery.insolvency.declaration"].sudo().search([("procedure_id", "in", self.ids)])
        declarations._follow_events()
        return result
