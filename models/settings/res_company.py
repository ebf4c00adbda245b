from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        """Show the menus again as the mode of the companies has them."""
        result = super().write(vals)
        if "recovery_simple" in vals:
            self.env.registry.clear_cache()
        return result
