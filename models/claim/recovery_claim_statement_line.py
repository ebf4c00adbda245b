from odoo import fields, models


class RecoveryClaimStatementLine(models.Model):
    """One printed line of a statement: the lines of a currency add up to what is claimed in it."""

    _name = "recovery.claim.statement.line"
    _description = "Claim statement line"
    _inherit = ["recovery.guarded"]
    _order = "claim_statement_id, sequence, id"
    _rec_name = "name"

    claim_statement_id = fields.Many2one(
        "recovery.claim.statement", required=True, readonly=True, index=True, ondelete="cascade", string="Statement"
    )
    company_id = fields.Many2one(related="claim_statement_id.company_id", store=True, precompute=True, index=True)
    sequence = fields.Integer(readonly=True)
    kind = fields.Selection(
        [
            ("principal", "Principal"),
            ("settled", "Paid or credited"),
            ("interest", "Interest"),
            ("waived", "Waived"),
            ("indemnity", "Fixed compensation"),
            ("clause", "Penalty clause"),
            ("cost", "Recovery cost"),
            ("deduction", "Covered by the fixed compensation"),
            ("paid_first", "Applied to costs"),
            ("awarded_interest", "Interest awarded as a sum"),
            ("paid_interest", "Applied to the interest awarded"),
            ("awarded", "Awarded, paid after the principal"),
        ],
        required=True,
        readonly=True,
    )
    move_line_id = fields.Many2one(
        "account.move.line", string="Instalment", readonly=True, index="btree_not_null", ondelete="set null"
    )
    move_id = fields.Many2one("account.move", readonly=True, index="btree_not_null", ondelete="set null")
    item = fields.Integer("Instalment's rank", readonly=True, help="Groups the lines of one instalment.")
    move_name = fields.Char("Invoice", readonly=True)
    reference = fields.Char(readonly=True)
    invoice_date = fields.Date("Invoice date", readonly=True)
    due_date = fields.Date("Due date", readonly=True)
    name = fields.Char("What it is", required=True, readonly=True)
    cost_id = fields.Many2one(
        "recovery.claim.cost", string="Documented cost", readonly=True, index="btree_not_null", ondelete="set null"
    )
    date_from = fields.Date("From", readonly=True)
    date_to = fields.Date("To", readonly=True)
    days = fields.Integer(readonly=True)
    rate = fields.Float("Rate (%)", digits=(8, 3), readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    base = fields.Monetary(readonly=True)
    amount = fields.Monetary(readonly=True, help="Negative when it reduces the claim.")
    to_interest = fields.Monetary("Applied to interest", readonly=True, help="Part of a payment applied to interest.")
    is_set_aside = fields.Boolean(
        "Set aside", readonly=True, help="Neither paid nor credited: disputed, promised or suspended, so not claimed."
    )
