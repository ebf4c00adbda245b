from odoo import models


class RecoveryPolicy(models.Model):
    _inherit = "recovery.policy"

    def unlink(self):
        self.level_ids.unlink()  # not by the database: each level says whether it claimed something
        return super().unlink()
