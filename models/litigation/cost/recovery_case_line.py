from odoo import api, models


class RecoveryCaseLine(models.Model):
    _inherit = "recovery.case.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Take over the costs on proof of what is claimed."""
        claims = super().create(vals_list)
        self.env["recovery.cost"]._adopt(claims.case_id)
        return claims
