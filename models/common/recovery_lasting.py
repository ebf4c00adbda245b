from odoo import api, models
from odoo.exceptions import UserError


class RecoveryLasting(models.AbstractModel):
    """Rows that nobody changes or deletes once they stand, the program included."""

    _name = "recovery.lasting"
    _description = "Recovery: append-only rows"
    _inherit = ["recovery.guarded"]

    @api.model
    def _explain_lasting(self):
        """Return the sentence that says why; each model has its own."""
        raise NotImplementedError

    def write(self, vals):
        """Refuse the program too: people may not write it anyway."""
        if self.env.su:
            raise UserError(self._explain_lasting())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self._explain_lasting())
