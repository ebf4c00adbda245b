"""Customers who never were, and how they paid: regimes against which a forecast is tried."""

from datetime import date, timedelta
from random import Random

from ...demo.customers import PRODUCTS
from ...demo.regulars import HABITS, make_year
from ...models.reporting.forecast import Life

DAY = date(2026, 11, 30)
REGIMES = ("stable", "crisis", "ends of months", "erratic")


def make_lives(regime, seed=1, customers=60, months=30, day=DAY):
    """Return the lives of instalments as a regime has them.

    Each customer has its habit; one in twelve leaves half unpaid for ever. *crisis*: for ten
    months everybody pays half as late again and twelve days more. *ends of months*: paid with the transfers
    of the month's end. *erratic*: no habits at all. *punctual*: to the day.
    """
    random = Random(seed)
    lives = []
    for customer in range(customers):
        habit, spread = random.choice([-2, 3, 8, 15, 25, 40, 70]), random.choice([2, 4, 8])
        term = random.choice([0, 30, 45, 60])
        is_bad = random.random() < 1 / 12 and regime != "punctual"
        for month in range(months):
            for _number in range(sum(random.random() < 0.4 for _chance in range(3))):
                issued = day - timedelta(days=30 * (months - month) - random.randrange(30))
                due = issued + timedelta(days=term)
                late = random.gauss(habit, spread)
                paid_on = max(issued, _get_day(regime, random, due, issued, late, day))
                amount = round(random.lognormvariate(7, 1), 2)
                is_paid = paid_on <= day and not (is_bad and random.random() < 0.5)
                lives.append(make_life(len(lives), customer, issued, due, amount, paid_on if is_paid else None))
    return lives


def _get_day(regime, random, due, issued, late, day):
    if regime == "punctual":
        return due
    if regime == "erratic":
        late = random.expovariate(1 / 20) - 3
    if regime == "crisis" and issued > day - timedelta(days=300):
        late = late * 1.5 + 12
    on = max(issued, due + timedelta(days=round(late)))
    if regime == "ends of months":
        return (on.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    while on.weekday() > 4:
        on += timedelta(days=1)
    return on


def make_life(key, customer, issued, due, amount=100.0, paid_on=None, segment="professional"):
    """Return the life of one instalment, paid at once or still open."""
    parts = ((paid_on, amount, True),) if paid_on else ()
    return Life(key, customer, segment, issued, due, amount, paid_on, bool(paid_on), parts)


def make_demonstration(day):
    """Return the lives of what the regular customers of the demonstration bought, had it been made on a day."""
    lives = []
    for sale in make_year(day).sales:
        bought = (line.split("*") for line in sale.lines.split())
        amount = sum(PRODUCTS[product][2] * int(quantity) * 1.2 for product, quantity in bought)
        paid_on = day - timedelta(days=sale.paid[-1][0]) if sale.paid else None
        issued, due = day - timedelta(days=sale.ago), day - timedelta(days=sale.late)
        nature = HABITS[sale.customer].nature if sale.customer in HABITS else ""
        segment = nature or "professional"
        lives.append(make_life(len(lives), sale.customer, issued, due, round(amount, 2), paid_on, segment))
    return lives
