from odoo import api, models

CHOOSING = {"account_type", "non_trade", "company_ids", "code", "code_store", "code_mapping_ids"}


class AccountAccount(models.Model):
    """Which accounts are followed is kept in memory: forget it when the chart changes, and tell who changes it."""

    _name = "account.account"
    _inherit = ["account.account", "recovery.traced.core"]
    _traced_core = ("account_type", "non_trade", "active")

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

    def _recovery_is_ours(self):
        """Tell whether its lines may be debts: receivables are followed, and what the settings name."""
        return self.account_type == "asset_receivable" or self in self.company_ids.recovery_account_ids

    def _trace(self, summary, details):
        """Write the entries in the journals of the companies of the account where debts are followed."""
        told = self.browse(record.id for record, values in details.items() if values)
        groups = self.env["recovery.debtor"].sudo()._read_group([], ["company_id"]) if told else []
        followed = self.env["res.company"].union(*(company for (company,) in groups))
        for account in told:
            for company in account.sudo().company_ids.root_id & followed:
                self._log_settings(account, summary, details, company=company)

    def _get_receivable(self):
        return self.sudo().filtered(lambda account: account.account_type == "asset_receivable")

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
