from odoo import api, fields, models
from odoo.exceptions import UserError

HEADS = [
    ("interest", "Late-payment interest"),
    ("indemnity", "Flat indemnity"),
    ("cost", "Recovery cost"),
    ("clause", "Penalty clause"),
    ("clause_fixed", "Penalty clause, fixed amount"),
]


class RecoveryLateFee(models.Model):
    """One late fee charged or waived: days of interest at one rate, an indemnity, a cost or a clause.

    While it is live, the database itself refuses to take the same days, or the same
    indemnity, once more. A row without days is a part of the interest given up as an
    amount; a charge that took account of it carries the opposite row.
    """

    _name = "recovery.late.fee"
    _description = "Late fee charged or waived"
    _inherit = ["recovery.guarded"]
    _order = "id"
    _rec_name = "move_name"

    charge_id = fields.Many2one("recovery.charge", readonly=True, index="btree_not_null", ondelete="cascade")
    waiver_id = fields.Many2one("recovery.waiver", readonly=True, index="btree_not_null", ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True, index=True, ondelete="restrict")
    head = fields.Selection(HEADS, required=True, readonly=True)
    move_line_id = fields.Many2one(
        "account.move.line", string="Instalment", readonly=True, index="btree_not_null", ondelete="set null"
    )
    move_id = fields.Many2one("account.move", readonly=True, index="btree_not_null", ondelete="set null")
    move_name = fields.Char("Invoice", readonly=True)
    due_date = fields.Date(readonly=True)
    cost_id = fields.Many2one("recovery.claim.cost", readonly=True, index="btree_not_null", ondelete="restrict")
    name = fields.Char("Basis", readonly=True)
    date_from = fields.Date("From", readonly=True)
    date_to = fields.Date("To", readonly=True)
    days = fields.Integer("Number of days", readonly=True)
    base = fields.Monetary(readonly=True)
    rate = fields.Float("Rate (%)", digits=(8, 3), readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(readonly=True)
    is_live = fields.Boolean(
        "In force", readonly=True, help="Not claimed any more, until the charge is reversed or the waiver is withdrawn."
    )

    first_debtor_id = fields.Integer(
        "Debtor before any merge", compute="_compute_first_debtor_id", store=True, precompute=True
    )

    _days_once = models.Constraint(
        "EXCLUDE USING gist (int4range(move_line_id, move_line_id, '[]') WITH &&,"
        " daterange(date_from, date_to, '[]') WITH &&)"
        " WHERE (is_live AND head = 'interest' AND date_from IS NOT NULL AND move_line_id IS NOT NULL)",
        "Some of these days were charged or waived meanwhile: open the window again to see what is left.",
    )
    _indemnity_once = models.UniqueIndex(
        "(move_id) WHERE is_live AND head = 'indemnity'",
        "The flat indemnity of this invoice was charged or waived meanwhile: open the window again.",
    )
    _cost_once = models.UniqueIndex(
        "(cost_id) WHERE is_live AND head = 'cost'",
        "This cost was charged or waived meanwhile: open the window again.",
    )
    _clause_once = models.UniqueIndex(
        "(move_line_id) WHERE is_live AND head = 'clause'",
        "The penalty clause was charged or waived meanwhile on this instalment: open the window again.",
    )
    _clause_fixed_once = models.UniqueIndex(
        "(first_debtor_id, date_to) WHERE is_live AND head = 'clause_fixed'",
        "The penalty clause of this debtor was charged or waived meanwhile: open the window again.",
    )
    _one_source = models.Constraint(
        "CHECK ((charge_id IS NULL) != (waiver_id IS NULL))", "A late fee is either charged or waived."
    )

    @api.depends()  # once: merged debtors keep what each was charged or spared
    def _compute_first_debtor_id(self):
        for fee in self:
            fee.first_debtor_id = fee.debtor_id.id

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(self.env._("What was charged or waived is never deleted: the trace must stay."))

    def _set_live(self, is_live):
        """Take these fees out of what is claimed, or give them back to it; clashes are refused at once."""
        self.sudo().write({"is_live": is_live})
        self.env["recovery.late.fee"].flush_model()
