from odoo import api, fields, models

from ..common.loose_many2one import LooseMany2one


class RecoveryWithdrawal(models.Model):
    """A receivable that a posted entry no longer has, put back to draft or cancelled: as it was until then.

    Core keeps no trace of it, and the entry may be changed, posted again or deleted since: a balance of a past day
    rests on what it was.
    """

    _name = "recovery.withdrawal"
    _description = "Withdrawn receivable"
    _inherit = ["recovery.guarded"]
    _order = "withdrawn_at desc, id desc"
    _rec_name = "move_name"

    company_id = LooseMany2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    branch_id = LooseMany2one("res.company", string="Branch", readonly=True, ondelete="set null")
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company currency")
    line_id = fields.Integer("Number of the line", readonly=True, index=True)
    origin_line_id = fields.Integer(
        "Line of the invoice",
        readonly=True,
        help="For an instalment transferred to another account: that of its invoice.",
    )
    origin_date = fields.Date("Date of the invoice's entry", readonly=True)
    origin_amount_currency = fields.Monetary("Amount of the instalment", readonly=True)
    move_id = LooseMany2one("account.move", string="Entry", readonly=True, index="btree_not_null", ondelete="set null")
    move_name = fields.Char("Number of the entry", readonly=True)
    move_type = fields.Char("Kind of entry", readonly=True)
    ref = fields.Char("Reference", readonly=True)
    invoice_date = fields.Date("Invoice date", readonly=True)
    date = fields.Date("Date of the entry", readonly=True)
    due_date = fields.Date("Due date", readonly=True)
    partner_id = LooseMany2one(
        "res.partner", string="Customer", readonly=True, index="btree_not_null", ondelete="set null"
    )
    account_id = LooseMany2one("account.account", string="Account", readonly=True, ondelete="set null")
    currency_id = LooseMany2one("res.currency", string="Currency", readonly=True, ondelete="set null")
    amount_currency = fields.Monetary("Amount", readonly=True)
    balance = fields.Monetary(currency_field="company_currency_id", readonly=True)
    posted_at = fields.Datetime("Posted on", readonly=True)
    withdrawn_at = fields.Datetime("Withdrawn on", required=True, readonly=True, index=True)
    user_id = LooseMany2one("res.users", string="Withdrawn by", readonly=True, ondelete="set null")

    @api.model
    def _note(self, moves):
        """Note the receivables of posted entries that are about to be withdrawn."""
        lines = moves.sudo().line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        self.env["recovery.unmatching"]._note(lines.matched_debit_ids | lines.matched_credit_ids)
        now = self.env.cr.now()
        columns = (
            *("company_id", "branch_id", "line_id", "origin_line_id", "origin_date", "origin_amount_currency"),
            *("move_id", "move_name", "move_type", "ref", "invoice_date", "date", "due_date", "partner_id"),
            *("account_id", "currency_id", "amount_currency", "balance", "posted_at", "withdrawn_at", "user_id"),
        )
        rows = [
            (
                line.company_id.root_id.id,
                line.company_id.id,
                line.id,
                *((origin.id, origin.date, origin.amount_currency) if origin else (None, None, None)),
                move.id,
                move.name,
                move.move_type,
                move.ref or None,
                move.invoice_date or None,
                line.date,
                line.date_maturity or line.date,
                line.partner_id.commercial_partner_id.id or None,
                line.account_id.id,
                line.currency_id.id,
                line.amount_currency,
                line.balance,
                line.move_id.recovery_posted_at or line.create_date,
                now,
                self.env.uid,
            )
            for line in lines
            for origin in [line.recovery_origin_line_id]
            for move in [(origin or line).move_id]
        ]
        self.env["recovery.bulk"]._insert(self._name, columns, rows, with_ids=False)
