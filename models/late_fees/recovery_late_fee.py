from odoo import api, fields, models
from odoo.exceptions import UserError

from ..claim.figures import Options

HEADS = [
    ("interest", "Late-payment interest"),
    ("indemnity", "Fixed compensation"),
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
    head = fields.Selection(HEADS, "Nature", required=True, readonly=True)
    move_line_id = fields.Many2one(
        "account.move.line", string="Instalment", readonly=True, index="btree_not_null", ondelete="set null"
    )
    move_id = fields.Many2one("account.move", readonly=True, index="btree_not_null", ondelete="set null")
    move_name = fields.Char("Invoice", readonly=True)
    due_date = fields.Date("Due date", readonly=True)
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
        "In force", readonly=True, help="No longer claimed, until the charge is reversed or the waiver withdrawn."
    )

    first_debtor_id = fields.Integer(
        "Debtor before any merge", compute="_compute_first_debtor_id", store=True, precompute=True
    )

    _days_once = models.Constraint(
        "EXCLUDE USING gist (int4range(move_line_id, move_line_id, '[]') WITH &&,"
        " daterange(date_from, date_to, '[]') WITH &&)"
        " WHERE (is_live AND head = 'interest' AND date_from IS NOT NULL AND move_line_id IS NOT NULL)",
        "Some of these days have been charged or waived in the meantime: open the window again to see what is left.",
    )
    _indemnity_once = models.UniqueIndex(
        "(move_id) WHERE is_live AND head = 'indemnity'",
        "The fixed compensation on this invoice has been charged or waived in the meantime: open the window again.",
    )
    _cost_once = models.UniqueIndex(
        "(cost_id) WHERE is_live AND head = 'cost'",
        "This cost has been charged or waived in the meantime: open the window again.",
    )
    _clause_once = models.UniqueIndex(
        "(move_line_id) WHERE is_live AND head = 'clause'",
        "The penalty clause has been charged or waived in the meantime on this instalment: open the window again.",
    )
    _clause_fixed_once = models.UniqueIndex(
        "(first_debtor_id, date_to) WHERE is_live AND head = 'clause_fixed'",
        "The penalty clause of this debtor has been charged or waived in the meantime: open the window again.",
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
        raise UserError(self.env._("What was charged or waived is never deleted: the audit trail must be kept."))

    def _set_live(self, is_live):
        """Take these fees out of what is claimed, or give them back to it; clashes are refused at once."""
        self.sudo().write({"is_live": is_live})
        self.env["recovery.late.fee"].flush_model()

    # ------------------------------------------------------------
    # From the claim to rows, and back to what the claim leaves out
    # ------------------------------------------------------------
    @api.model
    def _list_due(self, company, lines, day):
        """Return the values of all late fees claimed on these instalments at the end of that day, one dict per row.

        Each debtor has a claim of its own: the indemnities of one never cover the costs of another.
        """
        root = company._recovery_root()
        groups = lines.sudo().grouped(lambda line: line.partner_id.commercial_partner_id)
        claims = self.env["recovery.claim"]._compute_each(
            root, {partner: (own, Options()) for partner, own in groups.items()}, day
        )
        debtors = self.env["recovery.debtor"].sudo()._existing_for(lines.partner_id, root)
        return [row for debtor in debtors for row in self._prepare_rows(debtor, claims[debtor.partner_id])]

    @api.model
    def _prepare_rows(self, debtor, claim):
        """Return the values of all that the claim on one debtor holds beside its principal, one dict per row.

        :param claim: a :class:`figures.Claim`, payments set on the principal first as in the books.
        """
        root = debtor.company_id
        lines = self.env["account.move.line"].sudo().browse(item.line_id for item in claim.items)
        rows = []
        for item, line in zip(claim.items, lines, strict=True):
            shared = {
                "company_id": line.company_id.id,
                "move_line_id": item.line_id,
                "move_id": item.move_id,
                "move_name": item.move_name,
                "due_date": item.due,
                "currency_id": item.currency_id,
            }
            rows += [shared | row for row in self._prepare_item_rows(item, claim)]
        rows += self._prepare_cost_rows(claim, root)
        rows += self._prepare_fixed_rows(claim, root)
        return [{"debtor_id": debtor.id, **row} for row in rows if row["amount"]]

    @api.model
    def _prepare_item_rows(self, item, claim):
        naming = self.env["recovery.claim.statement.builder"]
        for line in item.account.lines:
            yield {
                "head": "interest",
                "date_from": line.start,
                "date_to": line.end,
                "days": line.days,
                "base": float(line.base),
                "rate": float(line.rate),
                "name": naming._get_source_name(line.source),
                "amount": float(line.amount),
            }
        if item.waived:
            yield {"head": "interest", "name": self.env._("Less interest waived"), "amount": -float(item.waived)}
        if item.indemnity:
            yield {
                "head": "indemnity",
                "currency_id": claim.euro_id,
                "name": item.indemnity_article,
                "amount": float(item.indemnity),
            }
        if item.clause:
            yield {
                "head": "clause",
                "name": claim.clause_reference,
                "base": float(item.account.principal_left),
                "amount": float(item.clause),
            }

    @api.model
    def _prepare_cost_rows(self, claim, root):
        """Yield the costs that no indemnity covers, latest first: earlier ones were covered before them."""
        left = claim.complementary_costs
        taken = {row.cost_id for row in claim.taken if row.cost_id}
        for spent in sorted(claim.costs, key=lambda row: (row.day, row.cost_id), reverse=True):
            if spent.cost_id in taken or left <= 0:
                continue
            amount = min(left, spent.amount)
            left -= amount
            record = self.env["recovery.claim.cost"].sudo().browse(spent.cost_id)
            yield {
                "head": "cost",
                "cost_id": spent.cost_id,
                "company_id": (record.move_id.company_id or root).id,
                "move_id": record.move_id.id,
                "move_name": spent.move_name,
                "date_from": spent.day,
                "name": spent.name,
                "base": float(spent.amount),
                "currency_id": claim.euro_id,
                "amount": float(amount),
            }

    @api.model
    def _prepare_fixed_rows(self, claim, root):
        """Yield the fixed clause: it covers the debtor's instalments that were due before the claim's day."""
        for amount in claim.clauses_fixed.values():
            yield {
                "head": "clause_fixed",
                "company_id": root.id,
                "date_to": claim.day,
                "name": claim.clause_reference,
                "currency_id": claim.euro_id,
                "amount": float(amount),
            }

    @api.model
    def _get_key(self, row):
        """Return what a person chooses among rows: a head of an instalment, a cost, a debtor's clause."""
        return row["head"], row.get("move_line_id") or row.get("cost_id") or row["debtor_id"]
