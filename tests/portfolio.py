import random
from collections import defaultdict
from datetime import timedelta

from odoo import Command

from .common import RecoveryCommon


class PortfolioCommon(RecoveryCommon):
    """Random customers and what they owe, and a slow computation of it, line by line, without our ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dollar = cls.setup_other_currency("USD", rates=[("2025-01-01", 1.1), ("2026-09-01", 1.3)])
        cls.halves = cls.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (20, 75)
                ],
            }
        )

    @classmethod
    def make_portfolio(cls, seed, invoices=24, with_future=False):
        """Make customers with invoices, instalments, credit notes, payments in part and too much, drafts.

        :param with_future: some payments are dated after the fixed day.
        :return: the commercial partners.
        """
        rng = random.Random(seed)
        customers = cls.env["res.partner"].union(*(cls.make_partner(f"Client {seed} {i}") for i in range(5)))
        contact = cls.env["res.partner"].create({"name": "Agence", "parent_id": customers[0].id})
        moves = cls.env["account.move"]
        for _number in range(invoices):
            moves |= cls.make_invoice(
                rng.choice([*customers, contact]),
                round(rng.uniform(5, 3000), 2),
                date=cls.today - timedelta(days=rng.randint(0, 300)),
                due=cls.today - timedelta(days=rng.randint(-60, 260)),
                currency=rng.choice([cls.company.currency_id] * 3 + [cls.dollar]),
                term=cls.halves if rng.random() < 0.25 else None,
                move_type="out_refund" if rng.random() < 0.2 else "out_invoice",
                post=False,
            )
        posted = moves.filtered(lambda move: rng.random() > 0.12)
        posted.action_post()
        for move in posted.filtered(lambda move: move.move_type == "out_invoice" and rng.random() < 0.4):
            day = move.date + timedelta(days=rng.randint(0, 90))
            part = round(move.amount_total * rng.choice((0.2, 0.5, 1, 1.1)), 2)
            cls.pay(move, amount=part, date=day if with_future else min(day, cls.today))
        customers[-1].action_archive()
        return customers

    @classmethod
    def open_lines_slowly(cls, day, company=None):
        """Return ``(line, residual)`` in the company's currency on that day, by hand from the reconciliations."""
        company = company or cls.company
        lines = cls.env["account.move.line"].search(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("account_id.non_trade", "=", False),
                ("company_id", "child_of", company.id),
                ("parent_state", "=", "posted"),
                ("date", "<=", day),
            ]
        )
        result = []
        for line in lines:
            matched = sum(p.amount for p in line.matched_debit_ids if p.debit_move_id.date <= day)
            matched -= sum(p.amount for p in line.matched_credit_ids if p.credit_move_id.date <= day)
            result.append((line, company.currency_id.round(line.balance + matched)))
        return [(line, residual) for line, residual in result if residual]

    @classmethod
    def exposure_slowly(cls, day, company=None):
        """Return {partner: [not due, overdue, credit]} on that day, by hand."""
        sums = defaultdict(lambda: [0.0, 0.0, 0.0])
        for line, residual in cls.open_lines_slowly(day, company):
            row = sums[line.partner_id.commercial_partner_id]
            if residual < 0:
                row[2] += residual
            else:
                row[1 if line.date_maturity < day else 0] += residual
        return {partner: [cls.company.currency_id.round(amount) for amount in row] for partner, row in sums.items()}
