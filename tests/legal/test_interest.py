import random
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from lxml import etree

from odoo.tests import BaseCase, tagged
from odoo.tools.misc import file_path

from odoo.addons.debt_recovery.models.legal.interest import (
    LEGAL_PRO,
    MissingRate,
    Movement,
    RateBook,
    RateRow,
    compute_interest,
    contract_schedule,
    default_schedule,
    free_schedule,
    frozen_schedule,
    judgment_schedule,
    legal_schedule,
)

D = Decimal
POINTS = D(10)


def shipped_rows():
    """Return the rates as the module ships them, read from its data file."""
    tree = etree.parse(file_path("debt_recovery/data/recovery_rate_data.xml"))
    rows = []
    for record in tree.iter("record"):
        vals = {field.get("name"): field.text for field in record}
        start, end = date.fromisoformat(vals["date_from"]), date.fromisoformat(vals["date_to"])
        rows.append(RateRow(vals["kind"], start, end, D(vals["value"])))
    return rows


def day(text):
    return date.fromisoformat(text)


@tagged("post_install", "-at_install")
class TestInterest(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = shipped_rows()
        cls.book = RateBook(cls.rows)
        cls.default = staticmethod(default_schedule(cls.book, POINTS))

    def compute(self, principal, origin, until, schedule=None, movements=(), **options):
        moves = [Movement(day(when), D(amount), *rest) for when, amount, *rest in movements]
        return compute_interest(
            D(principal), origin and day(origin), day(until), schedule or self.default, moves, **options
        )

    def assertLines(self, account, expected, total):
        found = [(line.days, line.rate, line.amount) for line in account.lines]
        self.assertEqual(found, [(days, D(rate), D(amount)) for days, rate, amount in expected])
        self.assertEqual(account.interest, D(total))

    # ------------------------------------------------------------
    # Worked examples of the law sheet
    # ------------------------------------------------------------
    def test_e1_one_semester(self):
        account = self.compute("1200", "2026-02-28", "2026-03-30")
        self.assertLines(account, [(30, "12.15", "11.98")], "11.98")
        self.assertEqual((account.lines[0].start, account.lines[0].end), (day("2026-03-01"), day("2026-03-30")))

    def test_e2_each_day_bears_the_rate_of_its_own_semester(self):
        account = self.compute("10000", "2026-05-01", "2026-09-01")
        self.assertLines(account, [(60, "12.15", "199.73"), (63, "12.40", "214.03")], "413.76")
        account = self.compute("7560", "2023-11-30", "2024-03-31")
        self.assertLines(account, [(31, "14.00", "89.89"), (91, "14.50", "273.30")], "363.19")

    def test_e3_partial_payment_in_both_imputations(self):
        payments = [("2026-01-20", "2000"), ("2026-03-10", "3000")]
        account = self.compute("5000", "2025-12-15", "2026-03-10", movements=payments)
        lines = [(16, "12.15", "26.63"), (20, "12.15", "33.29"), (49, "12.15", "48.93")]
        self.assertLines(account, lines, "108.85")
        self.assertEqual((account.principal_left, account.interest_left), (0, D("108.85")))
        account = self.compute("5000", "2025-12-15", "2026-03-10", movements=payments, interest_first=True)
        self.assertLines(account, [*lines[:2], (49, "12.15", "49.91")], "109.83")
        self.assertEqual(account.lines[2].base, D("3059.92"))
        self.assertEqual(account.imputations[0].to_interest, D("59.92"))
        self.assertEqual(account.principal_left + account.interest_left, 5000 + D("109.83") - 5000)

    def test_e4_contractual_rate_below_the_floor_is_marked(self):
        contract = contract_schedule(self.book, D(5), D(3))
        account = self.compute("2400", "2026-07-31", "2026-10-15", contract)
        self.assertLines(account, [(76, "8.25", "41.23")], "41.23")
        self.assertTrue(account.lines[0].below_floor)
        self.assertEqual(account.lines[0].source.code, "floor")
        as_it_stands = contract_schedule(self.book, D(5), D(3), apply_floor=False)
        account = self.compute("2400", "2026-07-31", "2026-10-15", as_it_stands)
        self.assertLines(account, [(76, "5", "24.99")], "24.99")
        self.assertTrue(account.lines[0].below_floor)

    def test_e5_five_semesters(self):
        account = self.compute("4321.09", "2024-09-30", "2026-11-21")
        lines = [
            (92, "14.25", "155.20"),
            (181, "13.15", "281.78"),
            (184, "12.15", "264.66"),
            (181, "12.15", "260.35"),
            (144, "12.40", "211.39"),
        ]
        self.assertLines(account, lines, "1173.38")
        self.assertEqual(account.lines[0].source, ("default", "2024-S2", D("4.25"), POINTS))

    def test_e6_consumer_from_the_receipt_of_the_mise_en_demeure(self):
        account = self.compute("850", "2026-09-10", "2026-11-21", legal_schedule(self.book))
        self.assertLines(account, [(72, "2.75", "4.61")], "4.61")
        account = self.compute("850", None, "2026-11-21", legal_schedule(self.book))
        self.assertLines(account, [], "0")

    def test_e7_judgment_and_its_five_points(self):
        schedule = judgment_schedule(self.book, day("2026-03-15"), D(5), 2)
        account = self.compute("8000", "2026-03-15", "2026-11-21", schedule)
        self.assertLines(account, [(61, "2.62", "35.03"), (46, "7.62", "76.83"), (144, "7.75", "244.60")], "356.46")

    def test_e8_public_body_with_a_frozen_rate(self):
        schedule = frozen_schedule(self.book, D(8), day("2026-04-09"))
        account = self.compute("30000", "2026-04-09", "2026-07-20", schedule)
        self.assertLines(account, [(102, "10.15", "850.93")], "850.93")

    def test_e9_capitalisation(self):
        plain = self.compute("20000", "2025-01-01", "2026-07-01", free_schedule(D(10)))
        self.assertEqual(plain.interest, D("2991.78"))
        account = self.compute(
            "20000", "2025-01-01", "2026-07-01", free_schedule(D(10)), capitalise_from=day("2025-01-01")
        )
        self.assertLines(account, [(365, "10", "2000.00"), (181, "10", "1090.96")], "3090.96")
        self.assertEqual((account.lines[1].base, account.capitalised), (22000, 2000))

    def test_e10_three_invoices_of_one_debtor(self):
        interest = [
            self.compute(amount, due, "2026-07-15").interest
            for amount, due in (("600", "2026-06-30"), ("1440", "2026-06-15"), ("96.50", "2026-07-14"))
        ]
        self.assertEqual(interest, [D("3.06"), D("14.53"), D("0.03")])

    def test_e11_semester_change_inside_the_delay(self):
        account = self.compute("10000", "2026-06-20", "2026-07-10")
        self.assertLines(account, [(10, "12.15", "33.29"), (10, "12.40", "33.97")], "67.26")

    # ------------------------------------------------------------
    # Edges
    # ------------------------------------------------------------
    def test_a_rate_that_is_not_known_is_refused_only_when_it_is_needed(self):
        with self.assertRaises(MissingRate) as error:
            self.compute("100", "2026-12-15", "2027-01-02")
        self.assertEqual((error.exception.kind, error.exception.day), ("ecb_mro", day("2027-01-01")))
        paid = self.compute("100", "2026-12-15", "2027-01-02", movements=[("2026-12-31", "100")])
        self.assertEqual(sum(line.days for line in paid.lines), 16)

    def test_credit_note_reduces_the_price_even_when_interest_comes_first(self):
        account = self.compute(
            "1000", "2026-02-28", "2026-04-30", movements=[("2026-03-30", "400", True)], interest_first=True
        )
        self.assertEqual(account.imputations[0][2:4], (400, 0))
        self.assertEqual([line.base for line in account.lines], [1000, 600])

    def test_interest_already_run_survives_the_principal(self):
        account = self.compute("1200", "2026-02-28", "2026-11-21", movements=[("2026-03-30", "1200")])
        self.assertEqual((account.principal_left, account.interest_left), (0, D("11.98")))
        account = self.compute("1200", "2026-02-28", "2026-11-21", movements=[("2026-03-30", "1211.98")])
        self.assertEqual((account.principal_left, account.interest_left), (0, 0))

    def test_paid_in_time_or_before_bears_nothing(self):
        for when in ("2026-02-28", "2026-01-15"):
            account = self.compute("1200", "2026-02-28", "2026-11-21", movements=[(when, "1200")])
            self.assertEqual((account.lines, account.interest), ((), 0))

    def test_a_payment_after_the_last_day_of_interest_still_counts(self):
        account = self.compute("1000", "2026-02-28", "2026-03-30", movements=[("2026-05-05", "400")])
        self.assertEqual(account.principal_left, 600)
        self.assertEqual([line.days for line in account.lines], [30])

    def test_contract_line_runs_over_the_semesters_when_its_rate_does(self):
        account = self.compute("1000", "2025-11-30", "2026-08-31", contract_schedule(self.book, D(15), D(3)))
        self.assertEqual([(line.days, line.rate) for line in account.lines], [(274, 15)])

    def test_yen_have_no_cents(self):
        account = self.compute("100000", "2026-02-28", "2026-03-30", quantum=D(1))
        self.assertEqual(account.interest, 999)

    def test_shipped_rates_cover_2015_to_2026_without_a_hole(self):
        for year in range(2015, 2027):
            for month in (1, 7):
                for kind in ("ecb_mro", "legal_pro", "legal_part"):
                    self.book.get_semester(kind, date(year, month, 15))
        for kind in ("ecb_mro", "legal_pro", "legal_part"):
            rows = sorted(row for row in self.rows if row.kind == kind)
            for before, after in zip(rows, rows[1:], strict=False):
                self.assertEqual(before.end + timedelta(days=1), after.start)

    # ------------------------------------------------------------
    # Against a slow reference
    # ------------------------------------------------------------
    def test_thousands_of_random_claims_agree_with_the_slow_reference(self):
        seed = random.Random(20261121)
        for number in range(3000):
            claim = self.make_claim(seed)
            account = compute_interest(**claim["arguments"])
            expected = reference(claim, self.rows)
            with self.subTest(number=number, claim=claim):
                self.assertEqual([line.amount for line in account.lines], expected["amounts"])
                self.assertEqual(account.principal_left, expected["principal"])
                self.assertEqual(account.interest_left, expected["interest"])

    def make_claim(self, seed):
        origin = date(2014, 12, 31) + timedelta(days=seed.randrange(4100))
        if seed.random() < 0.3:  # crowd the borders of semesters and the end of February
            border = seed.choice([(2, 28), (6, 30), (12, 31), (3, 1), (7, 1), (1, 1)])
            origin = date(max(origin.year, 2015), *border)
        until = min(origin + timedelta(days=seed.choice([0, 1, 30, 90, 400, 900])), date(2026, 11, 21))
        regime = seed.choice(["default", "legal", "public", "judgment", "contract"])
        capitalise = seed.random() < 0.2
        movements = [
            Movement(
                origin + timedelta(days=seed.randrange(-40, 500)),
                D(seed.randrange(1, 400000)) / 100,
                seed.random() < 0.3,
            )
            for _ in range(seed.randrange(4))
        ]
        schedule = {
            "default": lambda: self.default,
            "legal": lambda: legal_schedule(self.book),
            "public": lambda: frozen_schedule(self.book, D(8), origin),
            "judgment": lambda: judgment_schedule(self.book, origin, D(5), 2),
            "contract": lambda: contract_schedule(self.book, D(9), D(3)),
        }[regime]()
        return {
            "regime": regime,
            "arguments": {
                "principal": D(seed.randrange(1, 2000000)) / 100,
                "origin": origin,
                "until": max(until, origin),
                "schedule": schedule,
                "movements": [move for move in movements if move.day <= until],
                "interest_first": seed.random() < 0.5,
                "capitalise_from": origin if capitalise else None,
            },
        }


def published(rows, kind, when):
    return next(row.value for row in rows if row.kind == kind and row.start <= when <= row.end)


def rate_of_day(claim, rows, today):
    """Return (rate, what makes it another line) of one day, from the text of the law only."""
    origin = claim["arguments"]["origin"]
    first = date(today.year, 1 if today.month <= 6 else 7, 1)
    if claim["regime"] == "default":
        return published(rows, "ecb_mro", first) + 10, first
    if claim["regime"] == "public":
        start = origin + timedelta(days=1)
        return published(rows, "ecb_mro", date(start.year, 1 if start.month <= 6 else 7, 1)) + 8, None
    legal = published(rows, LEGAL_PRO, first)
    if claim["regime"] == "legal":
        return legal, first
    if claim["regime"] == "judgment":
        month = origin.month + 2
        year, month = origin.year + (month - 1) // 12, (month - 1) % 12 + 1
        last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
        increased = today > date(year, month, min(origin.day, last))
        return legal + (5 if increased else 0), (first, increased)
    return (legal * 3, first) if 9 < legal * 3 else (D(9), None)


def anniversary(origin, today):
    """Tell whether a whole number of years has run since the origin (29 February falls on the 28th)."""
    if today.year == origin.year:
        return False
    try:
        return today == origin.replace(year=today.year)
    except ValueError:
        return (today.month, today.day) == (2, 28)


def reference(claim, rows):
    """Count day by day: slow, short, and written without a look at the engine."""
    options = claim["arguments"]
    origin, until = options["origin"], options["until"]
    state = {"principal": options["principal"], "capital": D(0), "interest": D(0)}
    amounts, group, weight = [], None, D(0)
    today = min([origin, *(move.day for move in options["movements"])])
    last = max([until, *(move.day for move in options["movements"])])

    def close():
        nonlocal group, weight
        if group is not None:
            amounts.append((weight / 36500).quantize(D("0.01"), ROUND_HALF_UP))
            state["interest"] += amounts[-1]
        group, weight = None, D(0)

    while today <= last:
        base = state["principal"] + state["capital"]
        if origin < today <= until and base > 0:
            rate, key = rate_of_day(claim, rows, today)
            if group not in (None, (base, rate, key)):
                close()
            group = (base, rate, key)
            weight += base * rate
        moves = [move for move in options["movements"] if move.day == today]
        if moves:
            close()
        for move in moves:
            left = move.amount
            pots = ["principal"] if move.reduces_price else ["principal", "capital", "interest"]
            if options["interest_first"] and not move.reduces_price:
                pots = ["interest", "capital", "principal"]
            for pot in pots:
                part = min(left, state[pot])
                state[pot] -= part
                left -= part
        if options["capitalise_from"] and today < until and anniversary(origin, today):
            close()
            state["capital"] += state["interest"]
            state["interest"] = D(0)
        today += timedelta(days=1)
    close()
    return {
        "amounts": amounts,
        "principal": state["principal"],
        "interest": state["interest"] + state["capital"],
    }
