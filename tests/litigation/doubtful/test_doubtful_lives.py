import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from odoo.tests import tagged

from .common import DoubtfulCommon

CLOSINGS = (date(2024, 12, 31), date(2025, 12, 31), date(2026, 6, 30))
CENT = Decimal("0.01")


def cents(value):
    return Decimal(str(value)).quantize(CENT, rounding=ROUND_HALF_UP)


class SlowClaim:
    """What a bookkeeper with a pencil writes of one claim: every euro, one event after the other."""

    def __init__(self, net, vat_rate):
        self.net, self.rate = cents(net), Decimal(str(vat_rate))
        self.gross = cents(self.net + self.net * self.rate / 100)
        self.paid = self.lost = self.vat_back = self.booked = self.charges = self.reversals = Decimal(0)

    def share(self, gross):
        """Net price of an amount with tax."""
        return cents(Decimal(gross) * self.net / self.gross)

    @property
    def open(self):
        return self.gross - self.paid - self.lost - self.vat_back

    @property
    def net_open(self):
        return self.share(self.gross - self.paid) - self.lost

    def close(self, late, in_insolvency):
        rate = 0
        for days, percent in ((31, 10), (61, 25), (91, 50), (181, 75)):
            if late >= days:
                rate = percent
        if in_insolvency:
            rate = 100
        self.book(cents(max(self.net_open, 0) * rate / 100))

    def book(self, wanted):
        if wanted > self.booked:
            self.charges += wanted - self.booked
        else:
            self.reversals += self.booked - wanted
        self.booked = wanted

    def pay(self, amount):
        self.paid += amount

    def lose(self):
        self.lost += self.net_open
        self.book(Decimal(0))

    def recover(self):
        self.vat_back += self.open


@tagged("post_install", "-at_install")
class TestDoubtfulLives(DoubtfulCommon):
    """Random lives of 200 doubtful claims over three closings: the books agree to the cent with a slow pencil."""

    def test_two_hundred_lives_over_three_closings(self):
        draw = random.Random(20261130)
        taxes = {5.5: self.on_debits, 20.0: self.goods20, 0.0: None}
        insolvent = self.make_partner("En liquidation")
        debtor = self.env["recovery.debtor"]._ensure_for(insolvent, self.company)
        debtor.sudo().insolvency_on = date(2025, 3, 1)
        slow, lines = {}, self.env["account.move.line"]
        moves = []
        for _number in range(200):
            rate = draw.choice([5.5, 20.0, 0.0])
            net = draw.randrange(1000, 500000) / 100
            due = date(2024, 1, 1) + timedelta(days=draw.randrange(0, 355))
            partner = draw.choice([self.customer, insolvent])
            move = self.make_invoice(partner, amount=net, due=due, date=due - timedelta(days=30), post=False)
            if taxes[rate]:
                move.invoice_line_ids.tax_ids = taxes[rate]
            moves.append((move, net, rate, due, partner))
        self.env["account.move"].union(*(row[0] for row in moves)).action_post()
        for move, net, rate, due, partner in moves:
            line = self.receivable_of(move)
            lines |= line
            slow[line] = (SlowClaim(net, rate), due, partner)
        entries = self.Doubtful._propose(lines, CLOSINGS[0], "Lives")
        self.as_accountant(entries)
        claims = {claim.origin_line_id: claim for claim in entries.line_ids.doubtful_id}
        self.assertEqual(len(claims), 200)
        for line, claim in claims.items():
            self.assertEqual(cents(claim.amount_open), slow[line][0].gross)
        alive = list(claims)
        for position, closing_day in enumerate(CLOSINGS):
            for line in alive:
                pencil, due, partner = slow[line]
                pencil.close((closing_day - due).days, partner == insolvent and closing_day >= date(2025, 3, 1))
            self.close_on(closing_day)
            self.compare(claims, slow)
            if position == 2:
                break
            day = closing_day + timedelta(days=60)
            lost = []
            paid = defaultdict(list)
            for line in list(alive):
                pencil, claim = slow[line][0], claims[line]
                fate = draw.random()
                if fate < 0.15:
                    part = cents(pencil.open * draw.randrange(1, 100) / 100)
                    if part:
                        paid[line.partner_id].append((claim, part))
                        pencil.pay(part)
                elif fate < 0.25:
                    pencil.lose()
                    lost.append(line)
            self.book_receipts(paid, day)
            gone = self.Doubtful.union(*(claims[line] for line in lost))
            if gone:
                self.lose(gone, day=day)
                with_vat = gone.filtered(lambda claim: claim.vat_open)
                self.recover_vat(with_vat, day=day)
                for line in lost:
                    slow[line][0].recover()
                    alive.remove(line)
            self.compare(claims, slow)
        self.assertTrue(len(alive) < 200)

    def book_receipts(self, paid, day):
        """Book what each customer paid, spread over its claims."""
        received = self.Entry
        for partner, parts in paid.items():
            credit = self.receive(float(sum(part for _claim, part in parts)), partner=partner, day=day)
            for claim, part in parts:
                received |= claim._receive(credit, day, float(part))
        if received:
            self.as_accountant(received)

    def compare(self, claims, slow):
        """Compare each claim, and the accounts, with what the pencil says."""
        for line, claim in claims.items():
            pencil = slow[line][0]
            found = [claim.amount_open, claim.depreciated, claim.lost, claim.vat_recovered]
            self.assertEqual(
                [cents(amount) for amount in found],
                [pencil.open, pencil.booked, pencil.lost, pencil.vat_back],
                claim.move_name,
            )
        totals = [pencil for pencil, _due, _partner in slow.values()]
        accounts = {
            "416": sum(p.open for p in totals),
            "491": -sum(p.booked for p in totals),
            "654": sum(p.lost for p in totals),
            "6817": sum(p.charges for p in totals),
            "7817": -sum(p.reversals for p in totals),
        }
        self.assertEqual({code: cents(self.balance(code)) for code in accounts}, accounts)
