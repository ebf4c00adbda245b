from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ....models.litigation.parties.commune import Commune
from .common import CourtsCommon

LYON, METZ = Commune("Lyon", "69003"), Commune("Metz", "57000")
VILLEURBANNE, BREST = Commune("Villeurbanne", "69100"), Commune("Brest", "29200")
MERCHANTS = {"creditor_merchant": True, "debtor_merchant": True}
CIVIL = {
    **{"creditor_merchant": True, "creditor_artisan": False, "debtor_merchant": False, "debtor_artisan": False},
    **{"debtor_public": False, "debtor_consumer": True},
}
KNOWN = {"matter": "contract", "debtor_public": False, "debtor_consumer": False, "amount": 3000}


@tagged("post_install", "-at_install")
class TestJurisdiction(CourtsCommon):
    """Before which court a claim goes: from both parties, the matter, the amount and the commune; unknown is asked."""

    def propose(self, commune=LYON, day=None, performed_at=None, **facts):
        Jurisdiction = self.env["recovery.jurisdiction"]
        return Jurisdiction._propose({**KNOWN, **facts}, commune, day or self.today, performed_at)

    def answer(self, *args, **facts):
        """Return the only answer where nothing has to be asked."""
        [forum] = self.propose(*args, **facts)
        self.assertFalse(forum.is_question, forum.reason)
        return forum

    def test_between_merchants_the_commercial_court_of_the_debtor_s_seat(self):
        forum = self.answer(BREST, **MERCHANTS)
        self.assertEqual((forum.court, forum.kind), (self.tc_brest, "commerce"))
        self.assertIn("L721-3", forum.reason)

    def test_where_there_is_an_economic_activities_court_it_takes_its_place(self):
        forum = self.answer(LYON, **MERCHANTS)
        self.assertEqual((forum.court, forum.kind), (self.tae_lyon, "tae"))

    def test_in_alsace_moselle_the_commercial_chamber(self):
        forum = self.answer(METZ, **MERCHANTS)
        self.assertEqual((forum.court, forum.kind), (self.metz, "chambre_commerciale_alsace"))

    def test_artisans_are_heard_by_the_commercial_court_since_2022(self):
        artisan = {**CIVIL, "debtor_consumer": False, "debtor_artisan": True}
        self.assertEqual(self.answer(BREST, **artisan).kind, "commerce")
        before = self.answer(BREST, date(2021, 12, 31), **artisan)
        self.assertEqual((before.court, before.kind), (self.tj_brest, "judiciaire"))

    def test_a_consumer_goes_to_the_local_court_up_to_a_ceiling_that_is_data(self):
        self.assertEqual(self.answer(VILLEURBANNE, **CIVIL).court, self.local)
        self.assertEqual(self.answer(VILLEURBANNE, **CIVIL, amount=10000).court, self.local)
        self.assertEqual(self.answer(VILLEURBANNE, **CIVIL, amount=10000.01).court, self.tj_lyon)
        ceiling = self.env.ref("debt_recovery.recovery_legal_parameter_local_court_max")
        ceiling.with_user(self.recovery_manager).value = "2000.00"
        self.assertEqual(self.answer(VILLEURBANNE, **CIVIL).court, self.tj_lyon)

    def test_a_merchant_who_claims_from_another_than_a_merchant_goes_to_the_civil_court(self):
        liberal = {**CIVIL, "debtor_consumer": False, "amount": 50000}
        self.assertEqual(self.answer(LYON, **liberal).court, self.tj_lyon)

    def test_consumer_credit_and_homes_have_a_judge_of_their_own(self):
        for matter in ("consumer_credit", "rent"):
            forum = self.answer(VILLEURBANNE, **CIVIL, matter=matter)
            self.assertEqual(forum.court, self.local, "the judge sits there")

    def test_a_public_body_goes_to_the_administrative_court(self):
        forum = self.answer(LYON, **{**MERCHANTS, "debtor_public": True})
        self.assertEqual((forum.court, forum.kind), (self.ta_lyon, "administratif"))

    def test_what_is_not_known_is_asked_and_never_guessed(self):
        forums = self.propose(LYON, creditor_merchant=True)
        self.assertTrue(forums[0].is_question)
        self.assertIsNone(forums[0].court)
        self.assertIn("merchants", forums[0].reason)
        nothing = self.env["recovery.jurisdiction"]._propose({}, None, self.today)
        self.assertTrue(all(forum.court is None for forum in nothing))
        self.assertTrue(nothing[0].is_question)

    def test_one_question_is_asked_once(self):
        forums = self.propose(LYON, creditor_merchant=True)
        questions = [forum.reason for forum in forums if forum.is_question]
        self.assertEqual(len(questions), len(set(questions)))

    def test_a_commune_that_the_directory_does_not_know_gives_the_kind_and_says_so(self):
        forum = self.answer(Commune("Marseille", "13001"), **MERCHANTS)
        self.assertEqual((forum.court, forum.kind), (None, "commerce"))
        self.assertIn("Marseille", forum.reason)
        self.assertFalse(forum.is_question)
        forum = self.propose(None, **MERCHANTS, alsace_moselle=False)[-1]
        self.assertIn("address", forum.reason)

    def test_the_place_of_delivery_may_be_chosen_with_its_court(self):
        facts = {**MERCHANTS, "performed_elsewhere": True, "procedure": "merits", "jurisdiction_clause": False}
        forum = self.answer(BREST, None, LYON, **facts)
        self.assertEqual([(option.court, option.kind) for option in forum.options], [(self.tae_lyon, "tae")])
        self.assertIn("CPC 46", forum.options[0].reason)

    def test_a_clause_counts_between_merchants_only(self):
        facts = {"performed_elsewhere": False, "procedure": "merits", "jurisdiction_clause": True}
        self.assertIn("CPC 48", self.answer(BREST, **MERCHANTS, **facts).options[0].reason)
        self.assertFalse(self.answer(VILLEURBANNE, **CIVIL, **facts).options)

    def test_in_an_injonction_de_payer_nothing_may_be_chosen(self):
        facts = {"performed_elsewhere": True, "jurisdiction_clause": True, "procedure": "payment_order_commerce"}
        self.assertFalse(self.answer(BREST, **MERCHANTS, **facts).options)

    def test_an_option_whose_facts_are_not_known_says_what_to_check(self):
        options = self.answer(BREST, **MERCHANTS, jurisdiction_clause=True).options
        self.assertTrue(options)
        self.assertTrue(all("To be checked" in option.reason for option in options))

    def test_a_manager_dates_a_change_of_law_on_screen(self):
        rule = self.env.ref("debt_recovery.recovery_court_rule_merchants").with_user(self.recovery_manager)
        change = date(2027, 1, 1)
        rule.valid_to = date(2026, 12, 31)
        new = rule.copy({"name": "Loi nouvelle", "valid_from": change, "valid_to": False, "court_kind": "judiciaire"})
        self.assertEqual(len(new.condition_ids), len(rule.condition_ids))
        self.assertEqual(self.answer(BREST, date(2026, 12, 31), **MERCHANTS).kind, "commerce")
        self.assertEqual(self.answer(BREST, change, **MERCHANTS).kind, "judiciaire")

    def test_a_rule_that_gives_a_court_says_of_which_kind(self):
        with self.assertRaises(ValidationError):
            self.env["recovery.court.rule"].create({"name": "x", "article": "x", "reason": "x", "source": "x"})
