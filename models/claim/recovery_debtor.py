from odoo import api, fields, models

from ..common.roles import require_user
from ..common.saying import narrow


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"
    _typed = ("claim_cost_ids",)

    claim_statement_ids = fields.One2many("recovery.claim.statement", "debtor_id", readonly=True, string="Statement")
    claim_statement_count = fields.Integer(compute="_compute_claim_statement_count", string="Statement count")
    claim_cost_ids = fields.One2many("recovery.claim.cost", "debtor_id")
    amount_owed_by_us = fields.Monetary(
        "We owe the customer",
        currency_field="company_currency_id",
        compute="_compute_amount_owed_by_us",
        help="Its bills that are posted and open: reciprocal debts that are due may be set off (C. civ. 1347).",
    )

    def _compute_claim_statement_count(self):
        counts = dict(
            self.env["recovery.claim.statement"]._read_group(
                [("debtor_id", "in", self.ids)], ["debtor_id"], ["__count"]
            )
        )
        for debtor in self:
            debtor.claim_statement_count = counts.get(debtor, 0)

    def action_claim_statement(self):
        """Open the window that issues a statement of the claim."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Claim statement"),
            "res_model": "recovery.claim.statement.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_debtor_id": self.id, "dialog_size": "extra-large"},
        }

    def action_view_claim_statements(self):
        """Open the statements already issued."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_claim_statement_action")
        return narrow(action, domain=[("debtor_id", "=", self.id)])

    @api.depends("partner_id", "company_id")
    def _compute_amount_owed_by_us(self):
        for company, debtors in self.grouped("company_id").items():
            owed = self.env["recovery.ledger"]._read_payables(company, debtors.partner_id) if company else {}
            for debtor in debtors:
                debtor.amount_owed_by_us = max(owed.get(debtor.partner_id.id, 0.0), 0.0)
