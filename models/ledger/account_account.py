from odoo import api, models

CHOOSING = {"account_type", "non_trade", "company_ids", "code", "code_store", "code_mapping_ids"}


class AccountAccount(models.Model):
    """Which accounts are followed is kept in memory: forget it when the chart changes."""

    _inherit = "account.account"

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        self.env.registry.clear_cache()
        return accounts

    def write(self, vals):
        result = super().write(vals)
        if CHOOSING & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
