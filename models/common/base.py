from odoo import models

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from .aside import Aside

UNINSTALLING = Aside("uninstalling")


class Base(models.AbstractModel):
    _inherit = "base"

    def unlink(self):
        """Keep what must stay, whoever says that the module is being removed.

        Core lifts every refusal to delete on a mark of the context. It counts where no client
        is served (the registry is not ready while modules are removed) or from our own hook.
        """
        if self._name.startswith("recovery.") and self.env.registry.ready and not UNINSTALLING.heard:
            self = self.with_context(**{MODULE_UNINSTALL_FLAG: False})
        return super().unlink()
