from datetime import date

from odoo.tests import tagged

from .common import ExecutionCommon

#: Filed, given, served, enforceable: an order from before the décret 2026-96.
OLD_ORDER = date(2026, 8, 17), date(2026, 8, 24), date(2026, 9, 4), date(2026, 10, 6)
SEIZED, RECEIVED = date(2026, 11, 6), date(2026, 11, 20)
AGREED, BROKEN = date(2026, 6, 15), date(2026, 8, 12)


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


@tagged("post_install", "-at_install")
class TestStoryOfABrokenPlan(ExecutionCommon):
    """A payment plan that is not kept, the case that follows, its title, a seizure that pays it all."""

    def make_broken_plan(self):
        """Have three payments agreed of which the first alone comes; return the plan and its invoice."""
        partner = self.make_partner("Imprimerie Faure", street="3 rue Neuve", city="Lyon", zip="69001")
        invoice = self.make_invoice(partner, amount=900.0, due=date(2026, 5, 4))
        debtor = self.debtor_of(partner)
        debtor.write({"nature": "merchant", "nature_confirmed": True, "collector_id": self.recovery_user.id})
        dates = [("part", date(2026, month, 1), 300.0) for month in (7, 8, 9)]
        Plan = self.env["recovery.payment.plan"].with_user(self.recovery_user)
        plan = Plan._make(debtor.with_env(Plan.env), AGREED, lambda total, currency: dates)
        plan.with_user(self.recovery_manager)._propose(AGREED)
        plan._sign(AGREED, AGREED)
        self.pay(invoice, 300, date(2026, 7, 1))
        self.env["recovery.agreement"]._check_all(self.company, BROKEN)
        return plan.with_env(self.env), invoice

    def test_from_the_broken_plan_to_the_last_cent(self):
        self.company.recovery_plan_breach_notice = "none"
        plan, invoice = self.make_broken_plan()
        self.assertEqual((plan.state, plan.broken_on), ("broken", BROKEN))

        # what is left of it goes to court
        debtor = plan.debtor_id.with_user(self.recovery_user)
        self.case = self.Case.browse(debtor.action_open_case()["res_id"])
        self.assertRecordValues(self.case.line_ids, [{"amount_opening": 600, "move_id": invoice.id}])
        title = self.get_order(600, OLD_ORDER).title_ids
        self.assertEqual((title.amount_awarded, title.state), (600, "held"))
        self.assertEqual(self.case._get_next_step()[1], "action_order_act")

        # a seizure of the account finds it all: principal, interest, the costs of the act
        act = self.make_act("seizure_account", title=title, third_party_id=self.bank.id, made_on=SEIZED)
        act.cost_ids.write({"amount": 90, "state": "paid", "amount_owed": 90, "owed_on": SEIZED, "owed_by": "L111-8"})
        owed = title.left_total
        self.assertEqual((title.left_costs, title.left_principal), (90, 600))
        act.write({"amount_seized": owed, "reported_on": date(2026, 11, 10)})
        self.assertEqual(act.deadline_ids.filtered(lambda row: row.rule_code == "act:account_report").state, "met")
        self.pay(invoice, 600, RECEIVED)
        act.write({"amount_received": owed, "result": "full", "paid_on": RECEIVED})

        # the books show it paid; the case closes as settled, and its title asks nothing more of the principal's books
        self.assertEqual((invoice.amount_residual, self.case.amount_now), (0, 0))
        window = self.case.with_user(self.recovery_user).action_settle()
        window = self.env[window["res_model"]].with_user(self.recovery_user).browse(window["res_id"])
        window.reason = "Saisie-attribution : tout est payé"
        window.action_confirm()
        self.assertEqual((self.case.kind, self.case.close_how, act.state), ("settled", "paid", "closed"))
        self.assertFalse(self.held_lines() & invoice.line_ids)
