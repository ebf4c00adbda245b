from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CostCommon


@tagged("post_install", "-at_install")
class TestCaseCosts(CostCommon):
    """What a case costs, at which step, who bears it, and whether it is worth it."""

    def test_a_case_adds_up_what_is_planned_engaged_and_paid(self):
        case = self.open_case()
        self.add_cost(case, 100, state="planned")
        self.add_cost(case, 200, state="engaged")
        self.add_cost(case, 400, state="paid")
        self.add_cost(case, 800, state="cancelled")
        self.assertEqual((case.cost_planned, case.cost_engaged, case.cost_paid, case.cost_total), (100, 200, 400, 700))
        self.assertEqual((case.cost_owed, case.cost_net), (0, 700))

    def test_a_cost_begins_planned_and_moves_by_its_buttons(self):
        cost = self.add_cost(self.open_case()).with_user(self.recovery_user)
        self.assertEqual(cost.state, "planned")
        cost.action_engage()
        cost.action_pay()
        self.assertEqual(cost.state, "paid")
        with self.assertRaises(UserError):
            cost.action_engage()

    def test_what_was_spent_is_given_up_with_a_reason_and_never_deleted(self):
        case = self.open_case()
        planned, engaged = self.add_cost(case), self.add_cost(case, state="engaged")
        planned.with_user(self.recovery_user).unlink()
        with self.assertRaises(UserError):
            engaged.unlink()
        action = engaged.with_user(self.recovery_user).action_give_up()
        self.give_reason(action, "Acte annulé", self.recovery_user)
        self.assertEqual((engaged.state, engaged.note, case.cost_total), ("cancelled", "Acte annulé", 0))

    def test_a_cost_follows_its_vendor_bill(self):
        case = self.open_case()
        bill = self.make_bill(self.bailiff, 72.5, post=False)
        cost = self.add_cost(case, None, bill_line_id=bill.invoice_line_ids.id)
        self.assertEqual((cost.amount, cost.state), (72.5, "planned"), "a draft is no engagement")
        bill.action_post()
        self.assertEqual(cost.state, "engaged")
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=bill.ids).create(
            {"payment_date": self.today}
        )._create_payments()
        self.assertEqual(cost.state, "paid")

    def test_a_line_of_a_bill_is_shared_by_cases_and_never_counted_twice(self):
        first, second = self.open_case(self.old), self.open_case(self.recent)
        line = self.make_bill(self.bailiff, 100).invoice_line_ids
        self.add_cost(first, 60, bill_line_id=line.id)
        rest = self.add_cost(second, None, bill_line_id=line.id)
        self.assertEqual(rest.amount, 40, "what is left of it is proposed")
        with self.assertRaisesRegex(ValidationError, "100"):
            rest.amount = 41
        with self.assertRaises(ValidationError):
            self.add_cost(second, 1, bill_line_id=line.id)

    def test_an_invoice_to_a_customer_is_no_cost(self):
        line = self.make_invoice(amount=50).invoice_line_ids
        with self.assertRaisesRegex(ValidationError, "vendor bill"):
            self.add_cost(self.open_case(), 10, bill_line_id=line.id)

    def test_tax_stands_beside_the_amount(self):
        tax = self.company_data["default_tax_purchase"]
        case = self.open_case()
        cost = self.add_cost(case, 100, tax_id=tax.id)
        self.assertEqual((cost.amount_tax, cost.amount_total), (tax.amount, 100 + tax.amount))
        self.assertEqual(case.cost_total, 100, "a case is weighed without the tax that is recovered")

    def test_what_the_debtor_owes_of_a_cost_has_a_day_and_a_bearer(self):
        case = self.open_case()
        for vals in (
            {"recoverable": "costs", "amount_owed": 10},
            {"recoverable": "costs", "owed_on": self.today},
            {"recoverable": "ours", "amount_owed": 10, "owed_on": self.today},
            {"recoverable": "costs", "amount_owed": 101, "owed_on": self.today},
            {"recoverable": "costs", "amount_owed": 10, "owed_on": self.today, "state": "cancelled"},
        ):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self.add_cost(case, 100, **vals)
        owed = self.add_cost(case, 100, recoverable="art_700", amount_owed=150, owed_on=self.today)
        self.assertEqual((case.cost_owed, case.cost_net), (150, -50), "a judge may grant more than was planned")
        with self.assertRaises(UserError):
            owed._give_up("Erreur")

    def test_the_gate_weighs_what_is_expected_against_what_it_costs(self):
        case = self.open_case()
        weigh = self.env["recovery.gate"]._weigh
        self.assertEqual(weigh(case).state, "orange", "nobody has said what is expected")
        case.write({"probability": 50, "expected_reason": "Compte bancaire connu"})
        self.assertEqual(weigh(case).cure, "action_suggest_costs", "no cost is planned yet")
        cost = self.add_cost(case, 300)
        self.assertEqual(weigh(case).state, "green")
        unknown = self.add_cost(case, 0, name="Traduction")
        self.assertEqual(weigh(case).state, "orange")
        self.assertIn("Traduction", weigh(case).reason)
        unknown.unlink()
        cost.amount = case.amount_expected
        self.assertEqual(weigh(case).state, "red")
        self.company.recovery_case_amount = 5000
        self.assertIn("not worth", weigh(case).reason)

    def test_the_gate_asks_it_among_its_checks(self):
        case = self.open_case()
        found = {code: finding for code, _name, finding in self.env["recovery.gate"]._check(case, self.today)[case]}
        self.assertEqual(found["worth"].state, "orange")
        self.assertEqual(self.env["recovery.gate"]._get_labels()["worth"], "It is worth its costs")

    def test_the_net_of_a_case_is_what_is_expected_less_its_costs(self):
        case = self.open_case()
        case.write({"probability": 50, "expected_reason": "Compte bancaire connu"})
        self.add_cost(case, 300)
        self.assertEqual(case.net_expected, 400)

    def test_one_cost_is_added_to_several_cases_at_once(self):
        cases = self.open_case(self.old) | self.open_case(self.recent)
        Window = self.env["recovery.cost.wizard"].with_user(self.recovery_user)
        for is_shared, expected in ((False, [100, 100]), (True, [50, 50])):
            action = cases.with_user(self.recovery_user).action_add_cost()
            window = Window.with_context(**action["context"]).create(
                {"name": "Déplacement", "amount": 100, "is_shared": is_shared, "kind": "postage"}
            )
            said = window.action_confirm()["params"]["message"]
            self.assertTrue(all(text in said for text in ("Déplacement", *cases.mapped("name"))), said)
            costs = self.Cost.search([("case_id", "in", cases.ids)], order="id desc", limit=2)
            self.assertEqual(costs.mapped("amount"), expected)
            self.assertEqual(costs.case_id, cases)
        odd = Window.with_context(active_model="recovery.case", active_ids=cases.ids).create(
            {"name": "Timbres", "amount": 0.01, "is_shared": True, "kind": "postage"}
        )
        self.assertEqual(odd.case_ids, cases, "the cases of the list")
        odd.action_confirm()
        costs = self.Cost.search([("name", "=", "Timbres")])
        self.assertAlmostEqual(sum(costs.mapped("amount")), 0.01, 5)

    def test_regrouped_cases_bring_their_costs_and_count_them_once(self):
        kept, other = self.open_case(self.old), self.open_case(self.recent)
        self.add_cost(kept, 100)
        moved = self.add_cost(other, 200)
        self.env["recovery.case.union"]._regroup(kept | other, kept, "Même débiteur")
        self.assertEqual(moved.case_id, kept)
        self.assertEqual((kept.cost_total, other.cost_total), (300, 0))

    def test_a_split_case_takes_the_costs_on_proof_of_its_invoices_alone(self):
        for move in (self.old, self.recent):
            self.make_proof(move)
        case = self.open_case()
        typed = self.add_cost(case, 80)
        claims = case.line_ids.filtered(lambda claim: claim.move_id == self.recent)
        new = self.env["recovery.case.union"]._split(case, claims, "Contestée seule")
        self.assertEqual(new.cost_ids.claim_cost_id.move_id, self.recent)
        self.assertEqual(case.cost_ids.claim_cost_id.move_id, self.old)
        self.assertIn(typed, case.cost_ids)

    def test_the_journal_and_the_chronology_tell_of_costs(self):
        case = self.open_case()
        cost = self.add_cost(case, 100, recoverable="costs", partner_id=self.bailiff.id)
        cost.write({"state": "paid", "amount_owed": 80, "owed_on": self.today, "owed_by": "Ordonnance du 3 mars"})
        events = self.env["recovery.event"].search([("kind", "=", "case_cost"), ("res_id", "=", cost.id)])
        self.assertEqual(len(events), 2)
        self.assertIn("Paid", events[0].details_text)
        rows = self.env["recovery.chronology"]._read_rows(case._get_chronology_scope())
        told = [row for row in rows if row.kind == "cost"]
        self.assertEqual(len(told), 2)
        self.assertTrue(any("Ordonnance du 3 mars" in row.text for row in told))

    def test_an_auditor_reads_and_writes_nothing(self):
        cost = self.add_cost(self.open_case())
        mine = cost.with_user(self.recovery_auditor)
        self.assertEqual(mine.amount, 100)
        for act in (lambda: mine.write({"amount": 1}), mine.action_engage, mine.unlink):
            with self.assertRaises(AccessError):
                act()

    def test_a_cost_stays_in_its_case(self):
        first, second = self.open_case(self.old), self.open_case(self.recent)
        cost = self.add_cost(first).with_user(self.recovery_user)
        with self.assertRaises(AccessError):
            cost.case_id = second
        with self.assertRaises(AccessError):
            cost.claim_cost_id = self.make_proof()
        first.with_user(self.recovery_user).cost_ids = [Command.update(cost.id, {"amount": 7})]
        self.assertEqual(cost.amount, 7)
