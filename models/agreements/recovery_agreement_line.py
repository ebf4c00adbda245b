from collections import defaultdict
from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..ledger.rows import is_received
from .plan_schedule import since
from .promise_check import Progress, Share, follow


class Claim(NamedTuple):
    """An open instalment that an agreement may cover; ``open`` is net of the credits not matched yet.

    ``paper_money`` and ``paper_other`` are those credits: payments not matched or on
    their way, and credit notes. When they are matched later they bring nothing new.
    ``papers`` are both, one by one: ``(kind, id, amount, is money)``.
    """

    line_id: int
    move_id: int
    move_name: str
    due: date
    currency_id: int
    open: float
    paper_money: float
    paper_other: float
    papers: tuple


class RecoveryAgreementLine(models.Model):
    """One instalment that an agreement covers, as it stood when the agreement was made."""

    _name = "recovery.agreement.line"
    _description = "Instalment covered by an agreement"
    _inherit = ["recovery.guarded"]
    _order = "due_date, id"
    _rec_name = "move_name"

    promise_id = fields.Many2one("recovery.promise", readonly=True, index="btree_not_null", ondelete="cascade")
    plan_id = fields.Many2one("recovery.payment.plan", readonly=True, index="btree_not_null", ondelete="cascade")
    settlement_id = fields.Many2one("recovery.settlement", readonly=True, index="btree_not_null", ondelete="cascade")
    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    line_id = fields.Many2one(
        "account.move.line", string="Instalment", readonly=True, index="btree_not_null", ondelete="set null"
    )
    move_id = fields.Many2one(
        "account.move", string="Invoice", readonly=True, index="btree_not_null", ondelete="set null"
    )
    move_name = fields.Char("Invoice number", readonly=True)
    due_date = fields.Date("Due date", readonly=True, help="The invoice's own due date: an agreement never changes it.")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount_open = fields.Monetary(
        "Open when agreed", readonly=True, help="What the instalment owed, less credits not yet matched."
    )
    amount = fields.Monetary("Covered", readonly=True)
    amount_now = fields.Monetary("Currently open", compute="_compute_amount_now")
    money_before = fields.Monetary("Received before", readonly=True)
    other_before = fields.Monetary("Settled otherwise before", readonly=True)
    credits_before = fields.Json("Earlier credits", readonly=True)
    amount_lost = fields.Monetary(
        "Received before signature",
        readonly=True,
        help="Money received between the printing of the agreement and its signature: it reduces the last instalments.",
    )
    is_running = fields.Boolean(compute="_compute_is_running", store=True)

    _one_agreement = models.Constraint(
        "CHECK(num_nonnulls(promise_id, plan_id, settlement_id) = 1)",
        "An instalment can be covered by only one agreement.",
    )
    _bound_once = models.UniqueIndex(
        "(line_id) WHERE is_running IS TRUE AND promise_id IS NULL",
        "This instalment is already covered by a payment plan or a settlement in force.",
    )

    @api.depends("promise_id.state", "plan_id.state", "settlement_id.state")
    def _compute_is_running(self):
        for line in self:
            line.is_running = (
                line.promise_id.state == "open"
                or line.plan_id.state == "running"
                or line.settlement_id.state in ("talks", "agreed")
            )

    @api.depends("line_id.recovery_residual")
    def _compute_amount_now(self):
        for line in self:
            line.amount_now = line.line_id.recovery_residual

    # ------------------------------------------------------------
    # What can be covered
    # ------------------------------------------------------------
    @api.model
    def _read_claims(self, company, partners, day):
        """Return what these customers owe, per commercial partner id, oldest due date first."""
        ledger = self.env["recovery.ledger"]
        items = ledger._read_items(company, partners=partners)
        payments = ledger._read_pending_payments(company, partners)
        shares, _left = ledger._allocate(items, payments, day)
        money = self._get_money_keys(shares)
        claims = defaultdict(list)
        digits = ledger._get_digits()
        for item in items:
            if item.residual <= 0:
                continue
            places = digits[item.currency_id]
            papers = [(*share.key, share.amount, share.key in money) for share in shares.get(item.line_id, ())]
            paper = [sum(row[2] for row in papers if row[3] is is_money) for is_money in (True, False)]
            left = round(item.residual - sum(paper), places)
            claims[item.partner_id].append(
                Claim(
                    item.line_id,
                    item.move_id,
                    item.move_name,
                    item.due,
                    item.currency_id,
                    left,
                    round(paper[0], places),
                    round(paper[1], places),
                    tuple(papers),
                )
            )
        return claims

    @api.model
    def _get_money_keys(self, shares):
        """Return the keys of the credits that are money: payments and bank lines, not credit notes."""
        keys = {share.key for line_shares in shares.values() for share in line_shares}
        lines = self.env["account.move.line"].sudo().browse([key[1] for key in keys if key[0] == "line"])
        money = {line.id for line in lines if is_received(line.move_id)}
        return {key for key in keys if key[0] == "payment" or key[1] in money}

    @api.model
    def _search_bound(self, line_ids):
        """Return what payment plans and settlements in force cover of these instalments."""
        return self.sudo().search([("line_id", "in", line_ids), ("is_running", "=", True), ("promise_id", "=", False)])

    @api.model
    def _choose_claims(self, debtor, day, currency=None, lines=None):
        """Return the instalments that a new agreement covers, overdue ones first.

        :param lines: the instalments chosen by a person; an error says which of them cannot be covered.
        """
        claims = self._read_claims(debtor.company_id, debtor.partner_id, day)[debtor.partner_id.id]
        bound = self._search_bound([claim.line_id for claim in claims])
        bound_by = {row.line_id.id: row.plan_id or row.settlement_id for row in bound}
        if lines:
            by_line = {claim.line_id: claim for claim in claims}
            for line in lines:
                self._check_claim(debtor, line, by_line.get(line.id), bound_by.get(line.id))
            claims = [claim for claim in claims if claim.line_id in lines.ids]
        else:
            claims = [claim for claim in claims if claim.line_id not in bound_by and claim.open > 0]
        currency = currency or self._get_main_currency(claims, day, debtor.company_currency_id)
        if lines and any(claim.currency_id != currency.id for claim in claims):
            raise UserError(
                self.env._("An agreement is in one currency: create another one for invoices in another currency.")
            )
        return [claim for claim in claims if claim.currency_id == currency.id], currency

    @api.model
    def _check_claim(self, debtor, line, claim, agreement):
        if agreement:
            raise UserError(
                self.env._(
                    "%(invoice)s is already covered by %(agreement)s.",
                    invoice=line.move_id.name,
                    agreement=agreement.display_name,
                )
            )
        if not claim or claim.open <= 0:
            raise UserError(
                self.env._(
                    "%(invoice)s: %(debtor)s has nothing left to pay, unmatched credits included.",
                    invoice=line.move_id.name or line.display_name,
                    debtor=debtor.display_name,
                )
            )

    @api.model
    def _get_main_currency(self, claims, day, default):
        """Return the currency of the oldest overdue instalment, the company's if it is overdue too."""
        overdue = [claim.currency_id for claim in claims if claim.due < day] or [claim.currency_id for claim in claims]
        if not overdue or default.id in overdue:
            return default
        return default.browse(overdue[0])

    # ------------------------------------------------------------
    # Frozen picture
    # ------------------------------------------------------------
    @api.model
    def _prepare_lines(self, debtor, parts):
        """Return the values of the lines that cover these parts.

        :param list parts: ``(claim, amount covered)``.
        """
        lines = self.env["account.move.line"].browse([claim.line_id for claim, _amount in parts])
        settled = self._read_settled(lines)
        vals_list = []
        for claim, amount in parts:
            money = sum(row.amount for row in settled[claim.line_id] if row.is_money)
            other = sum(row.amount for row in settled[claim.line_id] if not row.is_money)
            vals_list.append(
                {
                    "debtor_id": debtor.id,
                    "line_id": claim.line_id,
                    "move_id": claim.move_id,
                    "move_name": claim.move_name,
                    "due_date": claim.due,
                    "currency_id": claim.currency_id,
                    "amount_open": claim.open,
                    "amount": amount,
                    "money_before": money + claim.paper_money,
                    "other_before": other + claim.paper_other,
                    "credits_before": self._list_credits(claim, settled[claim.line_id]),
                }
            )
        return vals_list

    @api.model
    def _read_settled(self, lines):
        """Return the reconciliations per journal item id, in order of date."""
        settled = defaultdict(list)
        for row in self.env["recovery.ledger"]._read_settlements(lines):
            settled[row.line_id].append(row)
        return settled

    # ------------------------------------------------------------
    # What became of it
    # ------------------------------------------------------------
    def _follow_promises(self):
        """Return the progress of each line of a promise, whatever other promises cover the same instalment."""
        rivals = self.sudo().search(
            [
                ("line_id", "in", self.line_id.ids),
                ("promise_id", "!=", False),
                ("promise_id.state", "!=", "cancelled"),
            ]
        )
        settled = self._read_settled(rivals.line_id)
        before = (rivals | self)._read_before(settled)
        progress = {}
        for move_line, group in (rivals | self).grouped("line_id").items():
            if move_line.parent_state != "posted":
                progress.update(dict.fromkeys(group.ids, Progress(0.0, 0.0)))
                continue
            shares = [
                Share(
                    line.id,
                    line.promise_id.deadline,
                    line.amount_open,
                    line.amount,
                    *before[line],
                    line.promise_id.state == "open",
                )
                for line in group
            ]
            progress.update(follow(shares, settled[move_line.id], group.currency_id.decimal_places))
        return progress

    def _read_since(self):
        """Return per line ``(money received since as [(date, amount)], what is no longer to be paid)``."""
        settled = self._read_settled(self.line_id)
        before = self._read_before(settled)
        result = {}
        for line in self:
            if line.line_id.parent_state != "posted":
                result[line] = [], line.amount
                continue
            money_before, other_before = before[line]
            money, other = since(
                settled[line.line_id.id],
                money_before + line.amount_lost,
                other_before,
                line.currency_id.decimal_places,
            )
            result[line] = money, min(other + line.amount_lost, line.amount)
        return result

    @api.model
    def _list_credits(self, claim, settled):
        """Return what settles an instalment already, in the books or on paper: ``[[kind, id, amount, is money]]``."""
        credits = defaultdict(float)
        rows = [("line", row.credit_line_id, row.amount, row.is_money) for row in settled]
        for kind, key, amount, is_money in [*rows, *claim.papers]:
            credits[kind, key, is_money] += amount
        return [[kind, key, amount, is_money] for (kind, key, is_money), amount in credits.items()]

    def _read_before(self, settled):
        """Return per line ``(money, otherwise)``: what settles it in the books that was there when it was agreed.

        A credit of then counts as far as it is matched with this instalment: while it is
        not, or when it is matched elsewhere, it takes nothing from what comes after it.

        :param settled: what :meth:`_read_settled` says of the instalments.
        """
        result = {}
        for line in self:
            if not line.credits_before:
                result[line] = line.money_before, line.other_before
                continue
            matched, before = defaultdict(float), {True: 0.0, False: 0.0}
            for row in settled[line.line_id.id]:
                matched[row.credit_line_id] += row.amount
            for kind, key, amount, is_money in line.credits_before:
                # a payment without entry cannot be told from the bank line that brought it
                before[is_money] += min(amount, matched[key]) if kind == "line" else amount
            result[line] = tuple(line.currency_id.round(amount) for amount in before.values())
        return result

    def _read_paper(self, day):
        """Return per line what payments not matched yet, or on their way, may settle of it.

        What was not matched already when it was agreed was taken off then: it excuses nothing.
        """
        paper = dict.fromkeys(self, 0.0)
        settled = self._read_settled(self.line_id)
        before = self._read_before(settled)
        for company, lines in self.grouped("company_id").items():
            claims = self._read_claims(company, lines.debtor_id.partner_id, day)
            by_line = {claim.line_id: claim for partner_claims in claims.values() for claim in partner_claims}
            for line in lines:
                known = {(kind, key): amount for kind, key, amount, _is_money in line.credits_before or []}
                claim = by_line.get(line.line_id.id)
                rows = claim.papers if claim else ()
                fresh = [max(row[2] - known.get(row[:2], 0.0), 0.0) for row in rows]
                # a payment without entry leaves no trace in what the bank brought: money of since may be its own
                money = sum(row.amount for row in settled[line.line_id.id] if row.is_money)
                on_way = sum(amount for (kind, _key), amount in known.items() if kind == "payment")
                brought = max(money - before[line][0] + on_way, 0.0)
                old = sum(min(row[2], known.get(row[:2], 0.0)) for row in rows if row[0] == "payment")
                paper[line] = line.currency_id.round(sum(fresh) + min(old, brought))
        return paper
