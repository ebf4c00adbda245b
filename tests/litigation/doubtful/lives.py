"""Random lives of doubtful claims over three closings, beside what a bookkeeper writes of them with a pencil."""

import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from odoo import Command
from odoo.tools import SQL

CLOSINGS = (date(2024, 12, 31), date(2025, 12, 31), date(2026, 6, 30))
INSOLVENT_ON = date(2025, 3, 1)
GRID = ((31, 10), (61, 25), (91, 50), (181, 75))
CENT = Decimal("0.01")


def cents(value):
    """Return an amount to the cent."""
    return Decimal(str(value)).quantize(CENT, rounding=ROUND_HALF_UP)


class SlowClaim:
    """What a bookkeeper with a pencil writes of one claim: every euro, one event after the other."""

    def __init__(self, net, vat_rate, due, is_insolvent):
        self.net, self.due, self.is_insolvent = cents(net), due, is_insolvent
        self.gross = cents(self.net + cents(self.net * Decimal(str(vat_rate)) / 100))
        self.paid = self.lost = self.vat_back = self.booked = self.charges = self.reversals = Decimal(0)
        self.own = None

    def share(self, gross):
        """Return the net price in an amount with tax."""
        return cents(Decimal(gross) * self.net / self.gross)

    @property
    def open(self):
        return self.gross - self.paid - self.lost - self.vat_back

    @property
    def net_open(self):
        return self.share(self.gross - self.paid) - self.lost

    def get_grid_rate(self, day):
        """Return what the shipped grid proposes."""
        rate = 0
        for days, percent in GRID:
            if (day - self.due).days >= days:
                rate = percent
        return 100 if self.is_insolvent and day >= INSOLVENT_ON else rate

    def close(self, day):
        """Depreciate: by the grid, or as a person decided at an earlier closing."""
        rate = self.get_grid_rate(day) if self.own is None else self.own
        self.book(cents(max(self.net_open, 0) * rate / 100))

    def book(self, wanted):
        if wanted > self.booked:
            self.charges += wanted - self.booked
        else:
            self.reversals += self.booked - wanted
        self.booked = wanted

    def lose(self):
        self.lost += self.net_open
        self.book(Decimal(0))


class Lives:
    """The claims of one company, their pencils, and what happens to both."""

    def __init__(self, env, company, count, seed):
        self.env = env(su=True, context={**env.context, "tracking_disable": True})
        self.company, self.count = company.with_env(self.env), count
        self.draw = random.Random(seed)
        self.pencils = {}
        self.differences = []

    def play(self):
        """Play all lives; return what differs, as sentences."""
        self.claims = self.open_claims()
        alive = list(self.claims)
        for position, day in enumerate(CLOSINGS):
            self.close(alive, day)
            self.compare(day)
            if position < len(CLOSINGS) - 1:
                later = day + timedelta(days=60)
                alive = self.live_on(alive, later)
                self.compare(later)
        return self.differences

    # ------------------------------------------------------------
    # The beginning
    # ------------------------------------------------------------
    def open_claims(self):
        """Post the invoices and pass them to 416; return the claims."""
        Partner = self.env["res.partner"]
        customer, insolvent = Partner.create([{"name": "Vit encore"}, {"name": "En liquidation"}])
        debtor = self.env["recovery.debtor"]._ensure_for(insolvent, self.company)
        self.env["recovery.insolvency"]._open_for(debtor, "liquidation", INSOLVENT_ON, CLOSINGS[-1])
        taxes = {5.5: self.find_tax(5.5), 20.0: self.find_tax(20.0), 0.0: self.env["account.tax"]}
        rows, plans = [], []
        for number in range(self.count):
            rate, net = self.draw.choice([5.5, 20.0, 0.0]), self.draw.randrange(1000, 500000) / 100
            due = date(2024, 1, 1) + timedelta(days=self.draw.randrange(0, 355))
            partner = self.draw.choice([customer, insolvent])
            plans.append((net, rate, due, partner == insolvent))
            rows.append(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "invoice_date": due - timedelta(days=30),
                    "invoice_date_due": due,
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": f"Vente {number}",
                                "price_unit": net,
                                "quantity": 1,
                                "tax_ids": [Command.set(taxes[rate].ids)],
                            }
                        )
                    ],
                }
            )
        moves = self.env["account.move"].with_company(self.company).create(rows)
        moves.action_post()
        self.analyze()
        lines = self.env["account.move.line"]
        for move, plan in zip(moves, plans, strict=True):
            line = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
            lines += line
            self.pencils[line] = SlowClaim(*plan)
        entries = self.env["recovery.doubtful"]._propose(lines, CLOSINGS[0], "Lives")
        self.post(entries)
        self.analyze()
        return {claim.origin_line_id: claim for claim in entries.line_ids.doubtful_id}

    def find_tax(self, amount):
        return (
            self.env["account.tax"]
            .with_context(active_test=False)
            .search(
                [
                    ("type_tax_use", "=", "sale"),
                    ("company_id", "=", self.company.id),
                    ("amount", "=", amount),
                    ("amount_type", "=", "percent"),
                    ("tax_exigibility", "=", "on_invoice"),
                    ("price_include_override", "!=", "tax_included"),
                ],
                limit=1,
            )
        )

    def analyze(self):
        """Tell PostgreSQL how many rows there are now: in one long transaction it would go on believing none."""
        self.env.flush_all()
        for table in ("account_move", "account_move_line", "account_partial_reconcile", "account_payment"):
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
        for table in ("recovery_doubtful", "recovery_doubtful_entry", "recovery_doubtful_entry_line"):
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))

    def post(self, entries):
        entries.action_review()
        entries.move_id.action_post()

    # ------------------------------------------------------------
    # What happens
    # ------------------------------------------------------------
    def close(self, alive, day):
        """Close the books of a day: by the grid, but for what a person decides."""
        closing = self.env["recovery.doubtful.closing"].create({"day": day, "company_id": self.company.id})
        lines = {line.doubtful_id.origin_line_id: line for line in closing.line_ids}
        for origin in alive:
            pencil = self.pencils[origin]
            if self.draw.random() < 0.1 and origin in lines:
                pencil.own = self.draw.choice([0, 15, 40, 100])
                lines[origin].write({"rate": pencil.own, "justification": "Seen with the debtor"})
                if pencil.own == pencil.get_grid_rate(day):
                    pencil.own = None
            pencil.close(day)
        closing.action_review()
        closing.action_book()
        closing.entry_ids.move_id.action_post()

    def live_on(self, alive, day):
        """Have some pay a part, and some be lost with their VAT; return those that are left."""
        lost, paid = [], defaultdict(list)
        for origin in alive:
            pencil, fate = self.pencils[origin], self.draw.random()
            if fate < 0.15:
                if part := cents(pencil.open * self.draw.randrange(1, 100) / 100):
                    paid[origin.partner_id].append((self.claims[origin], part))
                    pencil.paid += part
            elif fate < 0.25:
                pencil.lose()
                lost.append(origin)
        self.receive(paid, day)
        gone = self.env["recovery.doubtful"].union(*(self.claims[origin] for origin in lost))
        if gone:
            proof = self.env.ref("debt_recovery.recovery_loss_proof_liquidation")
            self.post(gone._lose(day, proof, day, self.document()))
            if with_vat := gone.filtered("vat_open"):
                self.post(with_vat._recover_vat(day, proof, day, self.document()))
            for origin in lost:
                self.pencils[origin].vat_back += self.pencils[origin].open
        return [origin for origin in alive if origin not in lost]

    def document(self):
        return self.env["ir.attachment"].create({"name": "jugement.pdf", "raw": b"%PDF-1.4 jugement"})

    def receive(self, paid, day):
        """Book what each customer paid, spread over its claims."""
        journal = self.company._recovery_doubtful_journal()
        waiting = self.env["account.account"].with_company(self.company)
        waiting = waiting.search([("code", "=like", "471%"), ("company_ids", "in", self.company.ids)], limit=1)
        entries = self.env["recovery.doubtful.entry"]
        for partner, parts in paid.items():
            amount = float(sum(part for _claim, part in parts))
            receivable = parts[0][0].origin_line_id.account_id
            move = self.env["account.move"].create(
                {
                    "move_type": "entry",
                    "company_id": self.company.id,
                    "journal_id": journal.id,
                    "date": day,
                    "line_ids": [
                        Command.create({"account_id": waiting.id, "debit": amount}),
                        Command.create({"account_id": receivable.id, "partner_id": partner.id, "credit": amount}),
                    ],
                }
            )
            move.action_post()
            credit = move.line_ids.filtered("credit")
            for claim, part in parts:
                entries |= claim._receive(credit, day, float(part))
        if entries:
            self.post(entries)

    # ------------------------------------------------------------
    # Are they the same?
    # ------------------------------------------------------------
    def compare(self, day):
        """Note where the claims, or the accounts, differ from what the pencils say."""
        for origin, claim in self.claims.items():
            pencil = self.pencils[origin]
            found = [claim.amount_open, claim.depreciated, claim.lost, claim.vat_recovered]
            wanted = [pencil.open, pencil.booked, pencil.lost, pencil.vat_back]
            if [cents(amount) for amount in found] != wanted:
                self.differences.append(f"{day} {claim.move_name}: {found} instead of {wanted}")
        pencils = self.pencils.values()
        accounts = {
            "416": sum(pencil.open for pencil in pencils),
            "491": -sum(pencil.booked for pencil in pencils),
            "654": sum(pencil.lost for pencil in pencils),
            "6817": sum(pencil.charges for pencil in pencils),
            "7817": -sum(pencil.reversals for pencil in pencils),
        }
        for code, wanted in accounts.items():
            if cents(self.get_balance(code)) != wanted:
                self.differences.append(f"{day} account {code}: {self.get_balance(code)} instead of {wanted}")

    def get_balance(self, code):
        lines = self.env["account.move.line"].search(
            [
                ("account_id.code", "=like", f"{code}%"),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company.id),
            ]
        )
        return sum(lines.mapped("balance"))
