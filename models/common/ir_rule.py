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
        if context := getattr(error, "context", None):
            refusal.context = context
        return refusal

    @api.model
    def _get_closed_roots(self, records):
        """Return the root companies of these records of which only branches are ticked."""
        if "company_id" not in records._fields:
            return self.env["res.company"]
        roots = records.sudo().company_id.root_id & self.env.companies.root_id
        return roots.filtered(lambda root: not root.with_env(self.env)._recovery_is_open())
