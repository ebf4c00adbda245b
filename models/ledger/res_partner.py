from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def unlink(self):
        self.env["recovery.bulk"]._forget(self)
        return super().unlink()
