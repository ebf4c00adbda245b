from odoo import models
from odoo.exceptions import AccessError


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        """Tell somebody who works in a branch alone where recovery is followed, rather than which rule refuses."""
        error = super()._make_access_error(operation, records)
        if not records._name.startswith("recovery.") or "company_id" not in records._fields:
            return error
        roots = records.sudo().company_id.root_id & self.env.companies.root_id
        closed = roots.filtered(lambda root: not root.with_env(self.env)._recovery_is_open())
        if not closed:
            return error
        refusal = AccessError(closed[:1].with_env(self.env)._recovery_get_closed_text())
        if context := getattr(error, "context", None):  # the web client offers to switch company
            refusal.context = context
        return refusal
