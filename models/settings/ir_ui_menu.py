from odoo import api, models

# What a firm in simple mode never opens.
_HIDDEN = ("recovery_risk_menu",)


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    @api.model
    def _load_menus_blacklist(self):
        """Hide scores from who works in companies in simple mode only; whoever knows an address still opens it."""
        hidden = super()._load_menus_blacklist()
        roots = self.env.user.company_ids._recovery_root()
        if roots and all(roots.mapped("recovery_simple")):
            menus = [self.env.ref(f"debt_recovery.{name}", raise_if_not_found=False) for name in _HIDDEN]
            hidden += [menu.id for menu in menus if menu]
        return hidden
