from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ....models.legal.conditions import FACTS
from .common import CostCommon


@tagged("post_install", "-at_install")
class TestCourtWindow(CostCommon):
    """From a case: before which court, why, what else may be chosen, and what it asks for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.recovery_legal_form = "SAS"
        cls.lyon, cls.brest = (
            cls.make_partner(name, recovery_party_kind="court", recovery_court_kind=kind)
            for name, kind in (("TAE de Lyon", "tae"), ("TC de Brest", "commerce"))
        )
        for court, name, postcode in ((cls.lyon, "Lyon", "69001"), (cls.brest, "Brest", "29200")):
            cls.env["recovery.court.area"].create(
                {"name": name, "zip": postcode, "court_kind": "commerce", "court_id": court.id}
            )
        cls.debtor.write({"nature": "merchant", "nature_confirmed": True})

    def open_window(self, case, user=None):
        action = case.with_user(user or self.recovery_user).action_propose_court()
        return self.env[action["res_model"]].with_user(user or self.recovery_user).browse(action["res_id"])

    def test_it_proposes_the_court_of_the_debtor_s_seat_and_names_it_in_the_case(self):
        case = self.open_case()
        window = self.open_window(case)
        self.assertEqual(window.court_id, self.lyon)
        self.assertEqual(window.line_ids.filtered(lambda line: line.role == "court").court_kind, "tae")
        said = window.action_choose()["params"]["message"]
        self.assertIn("TAE de Lyon", said)
        self.assertIn(case.name, said)
        self.assertEqual(case.court_id, self.lyon)
        self.assertIn(self.lyon, case.party_ids.partner_id)

    def test_goods_delivered_elsewhere_open_another_court(self):
        shop = self.make_partner(
            "Quai de Brest", type="delivery", parent_id=self.customer.id, zip="29200", city="Brest"
        )
        invoices = self.old | self.recent
        invoices.partner_shipping_id = shop
        case = self.open_case()
        self.assertTrue(case._get_facts(self.today)["performed_elsewhere"])
        options = self.open_window(case).line_ids.filtered(lambda line: line.role == "option")
        self.assertIn("CPC 46", " ".join(options.mapped("reason")))

    def test_a_clause_of_the_contract_is_a_fact_of_the_case(self):
        case = self.open_case()
        self.assertFalse(case._get_facts(self.today)["jurisdiction_clause"])
        self.env["recovery.contract.terms"].create(
            {"debtor_id": self.debtor.id, "valid_from": "2026-01-01", "jurisdiction": "TC Brest"}
        )
        self.assertTrue(case._get_facts(self.today)["jurisdiction_clause"])

    def test_each_fact_that_the_law_asks_for_is_read_or_may_be_answered(self):
        self.company.write({"recovery_headcount": 12, "recovery_artisan": "no"})
        self.customer.country_id = self.env.ref("base.fr")
        case = self.open_case().with_user(self.recovery_user)
        case.debtor_id.write({"artisan": "no", "activity": "commercial", "counsel_id": self.lawyer.id})
        case.write({"contested": "no", "amicable_exempt": "yes", "amicable_exempt_reason": "Urgence manifeste"})
        answers = ("bad_faith", "urgency", "recovery_threatened", "debtor_agrees", "amicable_attempt", "written_proof")
        answers += ("assignable", "insured", "cheque_certificate")
        case.write(dict.fromkeys(answers, "no"))
        facts = case._get_facts(self.today)
        of_the_procedure = {"procedure", "court_kind"}
        self.assertEqual(FACTS.keys() - facts.keys(), of_the_procedure)

    def test_what_is_not_known_is_shown_as_a_question(self):
        self.debtor.nature = "professional"
        case = self.open_case()
        roles = self.open_window(case).line_ids.mapped("role")
        self.assertIn("question", roles)

    def test_an_artisan_is_heard_by_the_commercial_court(self):
        self.debtor.nature = "professional"
        self.debtor.artisan = "yes"
        case = self.open_case()
        facts = case._get_facts(self.today)
        self.assertIs(facts["debtor_artisan"], True)
        self.assertNotIn("creditor_artisan", facts, "nobody said it of our company")
        self.company.recovery_artisan = "no"
        self.assertIs(case._get_facts(self.today)["creditor_artisan"], False)
        self.assertEqual(self.open_window(case).court_id, self.lyon)
        self.debtor.nature = "consumer"
        self.assertIs(case._get_facts(self.today)["debtor_artisan"], False)

    def test_the_contribution_is_told_with_its_reason(self):
        case = self.open_case()
        window = self.open_window(case)
        self.assertIn("0.00", window.contribution_text)
        big = self.make_invoice(self.customer, amount=90000, days_overdue=60)
        window = self.open_window(self.open_case(big))
        self.assertIn("not known", window.contribution_text)

    def test_nothing_is_chosen_for_nobody(self):
        window = self.open_window(self.open_case())
        window.court_id = False
        with self.assertRaises(UserError):
            window.action_choose()
        with self.assertRaises(AccessError):
            self.open_window(self.open_case_of_another(), self.recovery_auditor)

    def open_case_of_another(self):
        other = self.make_partner("Garage Petit")
        move = self.make_invoice(other, amount=50, days_overdue=70)
        debtor = self.debtor_of(other)
        return self.Case._open_for(debtor, self.receivable_of(move), self.today)
