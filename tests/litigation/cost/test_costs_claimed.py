from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import CostCommon


@tagged("post_install", "-at_install")
class TestCostsClaimed(CostCommon):
    """What the debtor owes of the costs stands in the claim from its day on, once, whatever it was before."""

    def award(self, case, amount=80.0, day=None, **vals):
        return self.add_cost(
            case, 100, state="paid", recoverable="costs", amount_owed=amount, owed_on=day or self.today, **vals
        )

    def test_what_was_awarded_is_claimed_from_that_day_on(self):
        case = self.open_case()
        day = self.today + timedelta(days=10)
        self.award(case, day=day)
        self.assertEqual(self.costs_of(self.claim(case)), 0)
        self.assertEqual(self.costs_of(self.claim(case, day)), 80)

    def test_what_stays_at_our_charge_is_never_claimed(self):
        case = self.open_case()
        for recoverable in ("ours", "costs", "art_700", "debtor"):
            self.add_cost(case, 100, state="paid", recoverable=recoverable)
        self.assertEqual(self.costs_of(self.claim(case)), 0, "nothing was awarded yet")

    def test_flat_indemnities_cover_nothing_of_what_a_court_awarded(self):
        self.debtor.write({"nature": "merchant", "nature_confirmed": True})
        case = self.open_case()
        before = sum(float(total.amount) for total in self.claim(case).get_totals())
        self.award(case)
        after = sum(float(total.amount) for total in self.claim(case).get_totals())
        self.assertAlmostEqual(after - before, 80, 2)

    def test_a_cost_on_proof_becomes_the_case_s_and_counts_once(self):
        self.debtor.write({"nature": "merchant", "nature_confirmed": True})
        proof = self.make_proof(self.old, 150)
        covered = 80  # two invoices, 40 € each
        case = self.open_case()
        cost = case.cost_ids
        self.assertEqual((cost.claim_cost_id, cost.amount, cost.state), (proof, 150, "paid"))
        self.assertEqual(self.costs_of(self.claim(case)), 150 - covered, "on proof, beyond the flat indemnities")
        cost.write({"amount_owed": 150, "owed_on": self.today})
        self.assertEqual(self.costs_of(self.claim(case)), 150, "awarded, and no longer on proof")

    def test_a_cost_on_proof_of_the_whole_account_belongs_to_one_case(self):
        self.make_proof(None, 150)
        first, second = self.open_case(self.old), self.open_case(self.recent)
        self.assertEqual((len(first.cost_ids), len(second.cost_ids)), (1, 0))

    def test_a_cost_on_proof_that_comes_later_joins_the_open_case(self):
        case = self.open_case(self.old)
        self.make_proof(self.recent)
        self.assertFalse(case.cost_ids, "this invoice is not claimed there")
        proof = self.make_proof(self.old, 60)
        self.assertEqual(case.cost_ids.amount, 60)
        proof.amount = 65
        self.assertEqual(case.cost_ids.amount, 65)
        with self.assertRaises(UserError):
            case.cost_ids.unlink()

    def test_a_claim_added_to_a_case_brings_its_costs_on_proof(self):
        case = self.open_case(self.old)
        proof = self.make_proof(self.recent)
        case._add_lines(self.receivable_of(self.recent), self.today)
        self.assertEqual(case.cost_ids.claim_cost_id, proof)

    def test_two_claims_on_one_case_count_its_costs_once(self):
        case = self.open_case()
        self.award(case)
        requests = {
            number: (self.receivable_of(move), self.claim(case).options)
            for number, move in enumerate((self.old, self.recent))
        }
        claims = self.env["recovery.claim"]._compute_each(self.company, requests, self.today)
        self.assertEqual(sum(map(self.costs_of, claims.values())), 80)

    def test_the_principal_alone_has_no_costs(self):
        case = self.open_case()
        self.award(case)
        options = self.claim(case).options._replace(principal_only=True)
        self.assertEqual(self.costs_of(self.claim(case, options=options)), 0)

    def test_a_statement_prints_the_costs_and_adds_up(self):
        case = self.open_case()
        self.award(case, name="Signification de l'ordonnance", owed_by="Ordonnance du 3 mars 2026")
        action = case.action_claim_statement()
        wizard = Form(self.env[action["res_model"]].with_context(**action["context"])).save()
        statement = self.env["recovery.claim.statement"].browse(wizard.action_issue()["res_id"])
        line = statement.line_ids.filtered(lambda line: line.kind == "cost")
        self.assertEqual((line.amount, line.cost_id.id), (80, False))
        self.assertIn("Ordonnance du 3 mars 2026", line.name)
        self.assertAlmostEqual(sum(statement.line_ids.mapped("amount")), statement.amount, 2)

    def test_a_consumer_owes_what_a_court_awarded_too(self):
        self.debtor.write({"nature": "consumer", "nature_confirmed": True})
        case = self.open_case()
        self.award(case)
        self.assertEqual(self.costs_of(self.claim(case)), 80)

    def test_the_queries_do_not_grow_with_the_costs(self):
        case = self.open_case()
        self.award(case)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.claim(case)
            return self.env.cr.sql_log_count - before

        count()
        one = count()
        for _number in range(10):
            self.award(case, 1)
        self.assertEqual(count(), one)
