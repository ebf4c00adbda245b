from odoo import api, fields, models

REPEATABLE = ("draft", "proposed")


class RecoveryCampaignFailure(models.Model):
    """A customer whom a campaign could not work out, and why: the others went on without them."""

    _name = "recovery.campaign.failure"
    _description = "Customer not proposed"
    _inherit = ["recovery.guarded"]
    _order = "amount desc, id"
    _rec_name = "partner_id"

    campaign_id = fields.Many2one("recovery.campaign", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    debtor_id = fields.Many2one("recovery.debtor", compute="_compute_debtor_id")
    reason = fields.Char(readonly=True)
    instalment_count = fields.Integer("Instalments", readonly=True)
    amount = fields.Monetary("Open", currency_field="currency_id", readonly=True)
    currency_id = fields.Many2one(related="campaign_id.currency_id")

    @api.depends("partner_id", "company_id")
    def _compute_debtor_id(self):
        self.debtor_id = False
        for company, failures in self.grouped("company_id").items():
            debtors = self.env["recovery.debtor"]._existing_for(failures.partner_id, company)
            by_partner = debtors.grouped("partner_id")
            for failure in failures:
                failure.debtor_id = by_partner.get(failure.partner_id)

    def action_retry(self):
        """Propose these customers again."""
        return self.campaign_id._retry_failures(self)
