"""What the module knows of core's modules: how they are removed, and how their translations come back.

Every way of a removal passes through the state of the record. While letters were sent, the module goes only after an
administrator has said why, in our window: the answer is a stored record. Nothing is asked once modules are being
removed, and the hook of the removal never raises.
"""

from odoo import models
from odoo.exceptions import RedirectWarning

OURS = "debt_recovery"


class IrModuleModule(models.Model):
    """The module and its bridges: who adds, updates or removes one changes what the program does, and is told."""

    _name = "ir.module.module"
    _inherit = ["ir.module.module", "recovery.traced.core"]
    _traced_core = ("state",)

    def _recovery_tells_births(self):
        """Core lists what lies on the disk: nothing changes by that."""
        return False

    def _recovery_is_ours(self):
        return self.name == OURS or self.name.startswith(f"{OURS}_")

    def write(self, vals):
        """Refuse to mark the module for removal before somebody has said why."""
        if vals.get("state") in ("to remove", "uninstalled"):
            self._recovery_check_removal()
        return super().write(vals)

    def button_uninstall(self):
        """Refuse at the first step, with the window that asks."""
        (self | self.downstream_dependencies())._recovery_check_removal()
        return super().button_uninstall()

    def button_uninstall_wizard(self):
        """Open our window instead of core's while the question is open."""
        if (self | self.downstream_dependencies())._recovery_asks_reason():
            return self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_removal_wizard_action")
        return super().button_uninstall_wizard()

    def module_uninstall(self):
        """Refuse the last step too, which any administrator may call by itself."""
        self._recovery_check_removal()
        return super().module_uninstall()

    def _update_translations(self, filter_lang=None, overwrite=False):
        """Tell which of our texts go, where somebody asks for the translations of the modules in their place."""
        if not overwrite:
            return super()._update_translations(filter_lang, overwrite)
        langs = [filter_lang] if isinstance(filter_lang, str) else filter_lang
        with self.env["recovery.traced.changes"]._tell_translations(langs):
            return super()._update_translations(filter_lang, overwrite)

    def _recovery_asks_reason(self):
        """Tell whether the module is among these, in use, and nobody has said why it goes."""
        if not self.env.registry.ready or not self.sudo().filtered(
            lambda module: module.name == OURS and module.state != "uninstalled"
        ):
            return False
        removal = self.env["recovery.removal"].sudo()
        return bool(removal._count_sent()) and not removal._find_valid()

    def _recovery_check_removal(self):
        if self._recovery_asks_reason():
            raise RedirectWarning(
                self.env._(
                    "Letters have been sent with the debt recovery module: removing it would delete them, the "
                    "journal and the proofs. An administrator must first download the audit file and give a reason."
                ),
                self.env.ref("debt_recovery.recovery_removal_wizard_action").id,
                self.env._("Give a reason"),
            )
