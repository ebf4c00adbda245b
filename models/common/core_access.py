"""What the module knows of core's rules of access, and of what core lets a client's context do."""

import hashlib

from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from .aside import Aside

UNINSTALLING = Aside("uninstalling")


class Base(models.AbstractModel):
    _inherit = "base"

    def unlink(self):
        """Delete records, but those that must stay, whoever says that the module is being removed.

        Core lifts every refusal to delete on a mark of the context. It counts where no client
        is served (the registry is not ready while modules are removed) or from our own hook.
        """
        if self._name.startswith("recovery.") and self.env.registry.ready and not UNINSTALLING.heard:
            self = self.with_context(**{MODULE_UNINSTALL_FLAG: False})
        return super().unlink()

    @api.model
    def get_empty_list_help(self, help_message):
        """Say above an empty list of ours where recovery is followed, to somebody who works in branches alone."""
        help_message = super().get_empty_list_help(help_message)
        if not self._name.startswith("recovery.") or "company_id" not in self._fields:
            return help_message
        companies = self.env.companies
        if any(company._recovery_is_open() for company in companies):
            return help_message
        text = "\n".join(dict.fromkeys(company._recovery_get_closed_text() for company in companies))
        return Markup('<p class="o_view_nocontent_empty_folder">%s</p>') % text


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


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _recovery_content(self):
        """Return what is stored, where a client's context may ask for its size instead."""
        self.ensure_one()
        return self.with_context(bin_size=False, bin_size_raw=False).raw or b""

    def _recovery_digest(self):
        """Return the SHA-256 of what is stored."""
        return hashlib.sha256(self._recovery_content()).hexdigest()
