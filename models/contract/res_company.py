from odoo import api, fields, models

from ..common.roles import SETTINGS

MENTIONS = ["recovery_mentions", "recovery_mentions_from", "recovery_mentions_discount"]


class ResCompany(models.Model):
    """What invoices print of L441-9, and the trace of who switched it on or off."""

    _inherit = "res.company"

    recovery_mentions = fields.Boolean(
        "Mandatory wording on invoices",
        compute="_compute_recovery_mentions",
        store=True,
        readonly=False,
        help="Customer invoices show the due date, the early payment discount, the penalty rate and, for "
        "professionals, the fixed compensation (C. com. L441-9 I).",
        groups=SETTINGS,
    )
    recovery_mentions_from = fields.Date(
        "Printed on invoices posted from",
        compute="_compute_recovery_mentions_from",
        store=True,
        readonly=False,
        help="Invoices posted before that day never change.",
        groups=SETTINGS,
    )
    recovery_mentions_discount = fields.Char(
        "Early payment discount",
        translate=True,
        help="The sentence printed when the payment term grants no discount. Empty: “No early payment discount.”, "
        "in the customer's language.",
        groups=SETTINGS,
    )
    recovery_term_rule_ids = fields.Many2many(
        "recovery.payment.term.rule",
        string="Maximum payment terms",
        help="The maximum terms of the company's sector. Empty: the general ones (60 days, or 45 days end of month).",
        groups=SETTINGS,
    )

    @api.depends("account_fiscal_country_id")
    def _compute_recovery_mentions(self):
        for company in self:
            company.recovery_mentions = company.account_fiscal_country_id.code == "FR"

    @api.depends("recovery_mentions")
    def _compute_recovery_mentions_from(self):
        for company in self:
            if not company.recovery_mentions:
                company.recovery_mentions_from = False
            elif not company.recovery_mentions_from:
                company.recovery_mentions_from = company._recovery_today()

    def _recovery_prints_mentions(self, day):
        """Tell whether invoices posted that day print the mandatory mentions."""
        self.ensure_one()
        return bool(self.recovery_mentions and self.recovery_mentions_from and self.recovery_mentions_from <= day)

    @api.model
    def _get_fields_to_compare(self, vals):
        """Compare all of them: the switch follows the country, and its first day follows the switch."""
        sources = {*MENTIONS, "country_id", "account_fiscal_country_id"}
        names = super()._get_fields_to_compare(vals)
        return list(dict.fromkeys([*names, *MENTIONS])) if sources & vals.keys() else names
