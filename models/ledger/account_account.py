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
        if not CHOOSING & vals.keys():
            return super().write(vals)
        receivable = self._get_receivable()
        result = super().write(vals)
        self.env.registry.clear_cache()
        companies = (receivable | self._get_receivable()).company_ids
        self.env["recovery.moving"]._note_stale({(False, company.root_id.id) for company in companies})
        return result

    def _get_receivable(self):
        return self.sudo().filtered(lambda account: account.account_type == "asset_receivable")

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
