from odoo import api, fields, models
from odoo.exceptions import UserError

from ....models.common.recovery_window import once
from ....models.common.roles import require_user


class RecoveryDoubtfulReceiptWizard(models.TransientModel):
    """Book what was received on a doubtful or lost claim: a payment, a credit note, an insurer's indemnity."""

    _name = "recovery.doubtful.receipt.wizard"
    _description = "Receipt on a doubtful claim"
    _inherit = ["recovery.window"]

    doubtful_id = fields.Many2one("recovery.doubtful", string="Claim", required=True, readonly=True)
    company_id = fields.Many2one(related="doubtful_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    book_company_id = fields.Many2one(related="doubtful_id.book_company_id")
    partner_id = fields.Many2one(related="doubtful_id.partner_id")
    line_id = fields.Many2one(
        "account.move.line",
        string="Open credit",
        domain="[('company_id', '=', book_company_id), ('parent_state', '=', 'posted'), ('reconciled', '=', False),"
        " ('account_id.account_type', '=', 'asset_receivable'), ('amount_residual', '<', 0)]",
        help="From the customer: a payment, or a credit note. From somebody else: an insurance payout.",
    )
    is_of_another = fields.Boolean(compute="_compute_is_indemnity", store=True)
    is_indemnity = fields.Boolean(
        "Insurance payout",
        compute="_compute_is_indemnity",
        store=True,
        readonly=False,
        help="Off for what a guarantor or another third party paid: that is deducted from the claim.",
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, readonly=False)
    day = fields.Date("Date of the entry", required=True, default=lambda self: self.env.company._recovery_today())

    @api.depends("line_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = max(-wizard.line_id.sudo().amount_residual, 0.0)

    @api.depends("line_id", "doubtful_id")
    def _compute_is_indemnity(self):
        for wizard in self:
            payer = wizard.line_id.sudo().partner_id.commercial_partner_id
            wizard.is_of_another = wizard.is_indemnity = bool(payer) and payer != wizard.doubtful_id.partner_id

    @once
    def action_confirm(self):
        """Make the draft entry and open it."""
        self.ensure_one()
        require_user(self.env)
        if not self.line_id:
            raise UserError(self.env._("Choose the credit that was received."))
        entries = self.doubtful_id._receive(self.line_id, self.day, self.amount, self.is_indemnity)
        return entries._get_records_action(name=self.env._("Entries on Doubtful Receivables"))
