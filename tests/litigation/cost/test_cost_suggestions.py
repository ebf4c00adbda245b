from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CostCommon

TYPE = "debt_recovery.recovery_procedure_type_payment_order_commerce"


@tagged("post_install", "-at_install")
class TestCostSuggestions(CostCommon):
    """What procedures, fee grids and courts say that a case will cost is planned, once, and corrected by itself."""

    def begin(self, case, xmlid=TYPE, **kwargs):
        kind = self.env.ref(xmlid)
        return self.env["recovery.procedure"]._open_for(case, kind, self.today, reason="Pour l'essai", **kwargs)

    def keys(self, case):
        return sorted(case.cost_ids.mapped("suggestion_key"))

    def test_a_procedure_that_begins_plans_what_its_type_costs(self):
        case = self.open_case()
        procedure = self.begin(case)
        kind = procedure.type_id
        self.assertEqual(len(procedure.cost_ids), len(kind.cost_ids._filter_for(case.amount_claimed, self.today)))
        fee = procedure.cost_ids.filtered(lambda cost: cost.kind == "registry")
        self.assertEqual((fee.amount, fee.state, fee.recoverable), (33.47, "planned", "costs"), "the prudent end")
        unknown = procedure.cost_ids.filtered(lambda cost: not cost.amount)
        self.assertTrue(unknown, "what has no figure is planned all the same")
        self.assertIn("not known", unknown[0].note)

    def test_it_is_planned_once_and_follows_the_tariff_until_it_is_spent(self):
        case = self.open_case()
        procedure = self.begin(case)
        before = self.keys(case)
        tariff = procedure.type_id.cost_ids.filtered(lambda cost: cost.kind == "registry")
        fee = procedure.cost_ids.filtered(lambda cost: cost.kind == "registry")
        tariff.write({"amount_max": 40})
        case.action_suggest_costs()
        self.assertEqual((self.keys(case), fee.amount), (before, 40))
        fee.action_engage()
        tariff.write({"amount_max": 50})
        said = case.action_suggest_costs()
        self.assertIn("already planned", said["params"]["message"])
        self.assertEqual(fee.amount, 40, "what is engaged is no plan any more")

    def test_what_somebody_gave_up_is_not_planned_again(self):
        case = self.open_case()
        procedure = self.begin(case)
        procedure.cost_ids[0]._give_up("Fait en interne")
        case.action_suggest_costs()
        self.assertEqual(
            procedure.cost_ids.filtered(lambda cost: cost.state == "cancelled").mapped("note"), ["Fait en interne"]
        )
        self.assertEqual(len(self.keys(case)), len(procedure.cost_ids))

    def test_a_procedure_given_up_takes_its_plans_with_it_and_leaves_what_was_spent(self):
        case = self.open_case()
        procedure = self.begin(case)
        spent = procedure.cost_ids[0]
        spent.state = "paid"
        procedure._abandon("Payé entre-temps")
        self.assertEqual(spent.state, "paid")
        self.assertEqual(set((procedure.cost_ids - spent).mapped("state")), {"cancelled"})

    def test_a_procedure_taken_over_plans_nothing(self):
        procedure = self.begin(self.open_case(), is_taken_over=True)
        self.assertFalse(procedure.cost_ids, "its costs are typed with it")

    def test_a_provider_s_grid_is_planned_on_what_is_expected(self):
        case = self.open_case()
        self.env["recovery.mandate"].create(
            {
                "partner_id": self.lawyer.id,
                "date_from": self.today,
                "fee_ids": [
                    Command.create({"kind": "fixed", "name": "Ouverture", "amount": 80}),
                    Command.create({"kind": "success", "name": "Résultat", "percent": 10}),
                ],
            }
        )
        case.lawyer_id = self.lawyer
        self.assertEqual(case.party_ids.mandate_id.partner_id, self.lawyer)
        case.write({"probability": 50, "expected_reason": "Compte bancaire connu"})
        case.action_suggest_costs()
        found = {cost.name: (cost.amount, cost.recoverable, cost.partner_id) for cost in case.cost_ids}
        self.assertEqual(found, {"Ouverture": (80, "art_700", self.lawyer), "Résultat": (70, "art_700", self.lawyer)})

    def test_the_contribution_of_the_court_is_planned_where_it_is_owed(self):
        court = self.make_partner("TAE de Lyon", recovery_party_kind="court", recovery_court_kind="tae")
        big = self.make_invoice(self.customer, amount=100000, days_overdue=60)
        self.company.write({"recovery_headcount": 300, "recovery_turnover": 6e7, "recovery_profit": 4e6})
        case = self.open_case(big)
        case.court_id = court
        case.action_suggest_costs()
        tax = case.cost_ids.filtered(lambda cost: cost.kind == "tax")
        self.assertAlmostEqual(tax.amount, case.amount_claimed * 0.03, 2)
        self.assertEqual((tax.partner_id, tax.recoverable), (court, "costs"))

    def test_a_case_for_which_nothing_suggests_a_cost_says_so(self):
        with self.assertRaisesRegex(UserError, "Nothing suggests"):
            self.open_case().action_suggest_costs()

    def test_who_acts_in_a_procedure_is_a_party_of_its_case(self):
        case = self.open_case()
        procedure = self.begin(case)
        procedure.write({"bailiff_id": self.bailiff.id, "lawyer_id": self.lawyer.id})
        self.assertEqual(case.party_ids.partner_id, self.lawyer | self.bailiff)
