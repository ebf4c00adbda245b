from datetime import date
from decimal import Decimal as D
from random import Random

from odoo.tests import BaseCase, tagged

from ....models.common.insolvency import EARLIER, LATER_USEFUL, PAYMENT, Course, Effect, Step, get_state
from ....models.litigation.insolvency.distribution import (
    Payer,
    get_equal_percents,
    get_guarantor_part,
    get_remitted,
    judge_payment,
    plan_dividends,
    share_out,
)

CENT = D("0.01")
OPENED = date(2026, 9, 8)
LAW = (
    Effect("receivership", "open", PAYMENT, "stops"),
    Effect("liquidation", "no_assets", PAYMENT, "goes_on"),
    Effect("conciliation", "open", PAYMENT, "goes_on"),
)


@tagged("post_install", "-at_install")
class TestDistribution(BaseCase):
    """What creditors get, to the cent, and what is no payment for them."""

    def test_parts_make_the_whole(self):
        parts = share_out(D("100.00"), {"a": D(1), "b": D(1), "c": D(1)}, CENT)
        self.assertEqual(parts, {"a": D("33.34"), "b": D("33.33"), "c": D("33.33")})
        self.assertEqual(share_out(D("10.00"), {"a": D(0)}, CENT), {"a": D(0)})
        self.assertEqual(share_out(D("0.01"), {"a": D(1), "b": D(3)}, CENT), {"a": D("0.00"), "b": D("0.01")})

    def test_parts_make_the_whole_whatever_the_weights(self):
        random = Random(13)
        for _case in range(500):
            weights = {number: D(random.randint(0, 10**7)) / 100 for number in range(random.randint(1, 40))}
            amount = D(random.randint(0, 10**9)) / 100
            parts = share_out(amount, weights, CENT)
            self.assertEqual(sum(parts.values()), amount if sum(weights.values()) else 0)
            for key, part in parts.items():
                exact = amount * weights[key] / (sum(weights.values()) or 1)
                self.assertLess(abs(part - exact), CENT)
                self.assertGreaterEqual(part, 0)

    def test_no_cent_of_a_plan_is_lost(self):
        dividends = plan_dividends(D("1000.01"), date(2027, 2, 28), get_equal_percents(10), CENT)
        self.assertEqual(sum(dividend.amount for dividend in dividends), D("1000.01"))
        self.assertEqual(dividends[0].day, date(2027, 2, 28))
        self.assertEqual(dividends[-1].day, date(2036, 2, 28))
        self.assertEqual(get_remitted(D("1000.01"), get_equal_percents(10), CENT), 0)

    def test_what_the_percentages_leave_is_given_up(self):
        percents = get_equal_percents(3, D(60))
        self.assertEqual(percents, [D("13.33"), D("13.33"), D("13.34")])
        dividends = plan_dividends(D(5000), date(2027, 1, 31), percents, CENT, months=6)
        self.assertEqual(sum(dividend.amount for dividend in dividends), 2000)
        self.assertEqual([dividend.day for dividend in dividends][1], date(2027, 7, 31))
        self.assertEqual(get_remitted(D(5000), percents, CENT), 3000)
        self.assertEqual(get_equal_percents(0), [])

    def test_random_plans_pay_and_remit_the_whole(self):
        random = Random(626)
        for _case in range(300):
            admitted = D(random.randint(1, 10**8)) / 100
            count = random.randint(1, 20)
            percents = get_equal_percents(count, D(random.randint(0, 90)))
            paid = sum(row.amount for row in plan_dividends(admitted, OPENED, percents, CENT))
            self.assertEqual(paid + get_remitted(admitted, percents, CENT), admitted)
            self.assertEqual(len(percents), count)

    # ------------------------------------------------------------
    # Payments since the judgment (C. com. L622-7)
    # ------------------------------------------------------------
    def judge(self, day, category=EARLIER, kind="receivership", steps=(), payer=Payer.DEBTOR):
        state = get_state(Course(1, kind, OPENED, None, steps), date(2028, 1, 1), LAW)
        return judge_payment(state, day, category, payer)

    def test_a_payment_of_the_debtor_for_an_earlier_claim_is_looked_at(self):
        self.assertEqual(self.judge(OPENED), "to_check")
        self.assertEqual(self.judge(date(2026, 9, 7)), "later", "received on the eve")
        self.assertEqual(self.judge(OPENED, LATER_USEFUL), "later", "born since: it is paid when due")

    def test_dividends_and_payments_of_others_are_no_alert(self):
        self.assertEqual(self.judge(OPENED, payer=Payer.TRUSTEE), "dividend")
        self.assertEqual(self.judge(OPENED, payer=Payer.GUARANTOR), "guarantor")
        self.assertEqual(self.judge(OPENED, payer=Payer.OTHER), "third_party")
        self.assertEqual(self.judge(OPENED, kind="conciliation"), "later", "nothing forbids it")
        closed = (Step(1, "closed", date(2027, 1, 1), "no_assets"),)
        self.assertEqual(self.judge(date(2027, 2, 1), kind="liquidation", steps=closed), "later")
        self.assertEqual(judge_payment(None, OPENED, EARLIER, Payer.DEBTOR), "later")

    def test_a_guarantor_owes_its_share_up_to_its_limit(self):
        self.assertEqual(get_guarantor_part(D("1000.01"), D(50), D(2000), CENT), D("500.00"))
        self.assertEqual(get_guarantor_part(D(10000), D(100), D(4000), CENT), 4000)
