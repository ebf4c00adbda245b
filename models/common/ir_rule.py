from odoo import api, models
from odoo.fields import Domain


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        """Keep each of our windows to who opened it."""
        domain = super()._compute_domain(model_name, mode)
        if not self.env.su and issubclass(self.pool[model_name], self.pool["recovery.window"]):
            domain &= Domain("create_uid", "=", self.env.uid)
        return domain

    def _make_access_error(self, operation, records):
        """Refuse our records in our words: no name of a record nor of a rule, in developer mode either.

        What core adds for the screen, the company to tick, stays.
        """
        error = super()._make_access_error(operation, records)
        if not records._name.startswith("recovery."):
            return error
        refusal = self.env["recovery.named"]._get_naming_refusal(records)
        if hasattr(error, "context"):
            refusal.context = error.context
        return refusal
