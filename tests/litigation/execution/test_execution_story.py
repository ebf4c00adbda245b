from datetime import date

from odoo.tests import tagged

from .common import ExecutionCommon

#: Filed, given, served, enforceable: an order from before the décret 2026-96.
OLD_ORDER = date(2026, 8, 17), date(2026, 8, 24), date(2026, 9, 4), date(2026, 10, 6)
SEIZED, RECEIVED = date(2026, 11, 6), date(2026, 11, 20)


@tagged("post_install", "-at_install")
class TestStory(ExecutionCommon):
    """From an order that is enforceable to the money of a seizure: each step follows from the one before."""

    def test_from_the_order_to_the_money(self):
        procedure = self.get_order(1400, OLD_ORDER)
        title = procedure.title_ids
        self.assertEqual(self.case.kind, "enforcement")
        self.assertEqual(self.case._get_next_step()[1], "action_order_act")

        # the judge's dépens, then the seizure of an account, reported in time
        title.write({"head_ids": [(0, 0, {"kind": "costs", "amount": 60})]})
        action = title.with_user(self.recovery_user).action_order_act()
        act = self.Act.with_user(self.recovery_user).with_context(**action["context"])
        act = act.create({"kind_id": self.act_kind("seizure_account").id, "third_party_id": self.bank.id})
        act = act.with_env(self.env)
        self.assertEqual((act.case_id, act.title_id), (self.case, title))
        act.write({"made_on": SEIZED, "amount_seized": 1500, "reported_on": date(2026, 11, 10)})
        report = act.deadline_ids.filtered(lambda row: row.rule_code == "act:account_report")
        self.assertEqual(report.state, "met")

        # its fees are billed, and the debtor owes them
        fees = act.cost_ids
        self.assertEqual((fees.amount, fees.recoverable), (0, "debtor"))
        fees.write({"amount": 90, "state": "paid", "amount_owed": 90, "owed_on": SEIZED, "owed_by": "CPCE L111-8"})
        claim = self.claim(interest_first=True)
        self.assertEqual(self.total(claim, "costs"), 150)
        self.assertEqual(claim.judgment_on, OLD_ORDER[-1])

        # what the bank pays goes to the costs, to the interest, to the principal
        self.pay(self.old, 1000, RECEIVED)
        self.pay(self.recent, 400, RECEIVED)
        act.write({"amount_received": 1400, "result": "part", "paid_on": RECEIVED})
        self.assertEqual(act.state, "closed")
        claim = self.claim(interest_first=True)
        interest = sum(float(row.to_interest) for item in claim.items for row in item.account.imputations)
        self.assertEqual(sum(float(row.amount) for row in claim.costs_paid), 150)
        self.assertEqual(self.total(claim, "costs"), 0)
        self.assertGreater(interest, 0)
        self.assertAlmostEqual(self.total(claim, "principal_left"), 150 + interest, 2)
        self.assertAlmostEqual(title.left_total, self.total(claim), 2)
