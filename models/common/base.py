from markupsafe import Markup

from odoo import api, models

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
