from odoo import api, models


class RecoveryPurge(models.Model):
    """Who owes money is not forgotten: what was said serves to claim it."""

    _inherit = "recovery.purge"

    @api.model
    def _tell_kept(self, debtors, day):
        """Keep all that is about who owes something, as the books say now."""
        kept = super()._tell_kept(debtors, day)
        for company, group in debtors.sudo().grouped("company_id").items():
            open_lines = (
                self.env["account.move.line"]
                .sudo()
                ._read_group(
                    [
                        ("company_id", "child_of", company.id),
                        ("partner_id", "child_of", group.partner_id.ids),
                        ("account_id.account_type", "=", "asset_receivable"),
                        ("parent_state", "=", "posted"),
                        ("reconciled", "=", False),
                    ],
                    ["partner_id"],
                    ["amount_residual:sum"],
                )
            )
            owing = {partner.commercial_partner_id for partner, amount in open_lines if amount}
            for debtor in group:
                if debtor.partner_id in owing:
                    kept.setdefault(debtor, self.env._("Something is still open in the accounts"))
        return kept
