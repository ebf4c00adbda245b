from odoo.exceptions import UserError
from odoo.tests import tagged

from ....models.litigation.parties.courts import COURTS, guess_kind
from .test_case_document import DocumentCommon

REQUESTS = ("order_commerce", "order_civil", "order_jcp")
PERSON = {
    "recovery_legal_form": "EI",
    "recovery_share_capital": 0,
    "recovery_signatory_name": False,
    "recovery_signatory_title": False,
    "recovery_person_surname": "Lefèvre",
    "recovery_person_given_names": "Anne Louise",
    "recovery_person_profession": "menuisière",
    "recovery_person_home": "3 rue des Lilas, 69003 Lyon",
    "recovery_person_nationality": "French",
    "recovery_person_born_on": "1980-03-01",
    "recovery_person_born_at": "Nantes",
}
ASKED = {
    "recovery_person_surname": "Surname of the creditor",
    "recovery_person_given_names": "Given names of the creditor",
    "recovery_person_profession": "Profession of the creditor",
    "recovery_person_home": "Home of the creditor",
    "recovery_person_nationality": "Nationality of the creditor",
    "recovery_person_born_on": "Date of birth of the creditor",
    "recovery_person_born_at": "Place of birth of the creditor",
}


@tagged("post_install", "-at_install")
class TestCreditorPerson(DocumentCommon):
    """A creditor who is a person tells a court all that CPC 54 asks; nothing leaves without it."""

    def be_person(self, **vals):
        self.company.write(PERSON | vals)

    def write_ready(self, code):
        """Write a document of which everything but the parties is known."""
        if not self.case.exhibit_ids:
            self.make_pieces()
        facts = {"facts": "Livré, impayé.", "concessions": "Remise des intérêts."}
        return self.write_document(code, basis="Bon de commande 4512", **facts)

    def test_a_form_tells_a_person_from_a_company(self):
        for form, is_person in (
            *(("EI", True), ("E.I.R.L.", True), ("Entrepreneur individuel", True), ("Micro-entreprise", True)),
            *(("auto-entrepreneur", True), ("SAS", False), ("EURL", False), ("Eiffel SA", False), (False, False)),
        ):
            with self.subTest(form=form):
                self.company.recovery_legal_form = form
                self.assertEqual(self.company.recovery_is_person, is_person)
        self.company.write({"recovery_legal_form": False})
        self.company.partner_id.is_company = False
        self.assertTrue(self.company.recovery_is_person)

    def test_somebody_may_say_otherwise(self):
        self.company.write({"recovery_legal_form": "Exploitation agricole", "recovery_is_person": True})
        self.assertIn("Surname of the creditor", self.write_ready("order_commerce")._find_missing())

    def test_a_company_is_asked_for_nothing_of_a_person(self):
        for code in (*REQUESTS, "summons"):
            with self.subTest(kind=code):
                missing = self.write_ready(code)._find_missing()
                self.assertFalse(set(ASKED.values()) & set(missing))
        text = self.text(self.write_ready("order_commerce"))
        self.assertIn(f"{self.company.name}, SAS with a share capital of", text)
        self.assertIn("represented by Claire Martin, Responsable crédit.", text)
        self.assertNotIn("sole trader", text)

    def test_each_mention_is_missed_by_its_name_in_each_document_for_a_court(self):
        self.be_person(**dict.fromkeys(ASKED, False))
        for code in (*REQUESTS, "summons", "declaration"):
            with self.subTest(kind=code):
                self.assertLessEqual(set(ASKED.values()), set(self.write_ready(code)._find_missing()))
        self.be_person()
        for name, label in ASKED.items():
            with self.subTest(missing=label):
                self.company[name] = False
                document = self.write_ready("order_commerce")
                self.assertEqual(document._find_missing(), [label])
                with self.assertRaisesRegex(UserError, label):
                    document.action_issue()
                self.company[name] = PERSON[name]

    def test_all_is_told_and_no_seat_nor_representative_is(self):
        self.be_person()
        for code in (*REQUESTS, "summons", "declaration"):
            with self.subTest(kind=code):
                text = self.text(self.write_ready(code))
                for told in ("Anne Louise LEFÈVRE, sole trader (EI)", f"trading as {self.company.name}", "menuisière"):
                    self.assertIn(told, text)
                for told in ("born on March 1, 1980, in Nantes", "of French nationality", "living at 3 rue des Lilas"):
                    self.assertIn(told, text.replace("&nbsp;", " "))
                self.assertNotIn("registered office", text)
                self.assertNotIn("represented by", text)
        document = self.write_ready("order_commerce")
        self.assertEqual(document._find_missing(), [])
        self.assertEqual(document.signatory_name, "Anne Louise LEFÈVRE")
        self.assertEqual(document._get_values()["signatory_name"], "Anne Louise LEFÈVRE")
        document.action_issue()

    def test_whoever_signs_for_a_person_is_named(self):
        self.be_person(recovery_signatory_name="Paul Renaud", recovery_signatory_title="mandataire")
        self.assertIn("signed by Paul Renaud, mandataire", self.text(self.write_ready("order_commerce")))

    def test_letters_to_our_counsel_ask_for_none_of_it(self):
        self.be_person(**dict.fromkeys(ASKED, False), recovery_signatory_name="Paul Renaud")
        for code in ("mandate", "summary", "chronology", "settlement"):
            with self.subTest(kind=code):
                self.assertFalse(set(ASKED.values()) & set(self.write_ready(code)._find_missing()))

    def test_a_debtor_who_is_a_person_has_given_names_and_a_home(self):
        self.customer.write({"is_company": False, "company_registry": False, "name": "Mme Dupont"})
        self.debtor.write({"nature": "consumer", "nature_confirmed": True})
        asked = "Debtor's given names, besides the surname (on the contact)"
        for code in (*REQUESTS, "summons", "declaration"):
            with self.subTest(kind=code):
                self.assertIn(asked, self.write_ready(code)._find_missing())
        self.customer.name = "Mme Jeanne Dupont"
        document = self.write_ready("order_civil")
        self.assertNotIn(asked, document._find_missing())
        self.assertNotIn("SIREN not known", self.text(document))
        self.assertIn("Mme Jeanne Dupont, 1 place Bellecour", self.text(document))
        self.customer.street = False
        self.assertIn("Address of the debtor", self.write_ready("order_civil")._find_missing())
        self.assertNotIn("Address of the debtor", self.write_ready("mandate")._find_missing())

    def test_a_company_needs_one_word_to_be_named(self):
        self.customer.name = "Lumina"
        self.assertEqual(self.write_ready("order_commerce")._find_missing(), [])


@tagged("post_install", "-at_install")
class TestDocumentCourt(DocumentCommon):
    """What is written for one kind of court does not leave for another."""

    HEARD = {
        "order_commerce": {"commerce", "tae", "chambre_commerciale_alsace"},
        "order_civil": {"judiciaire", "proximite"},
        "order_jcp": {"jcp", "proximite", "judiciaire"},
        "summons": {"commerce", "tae", "chambre_commerciale_alsace", "judiciaire", "proximite", "jcp"},
        "declaration": {"commerce", "tae", "chambre_commerciale_alsace", "judiciaire", "jcp"},
    }

    def test_each_document_goes_to_the_courts_that_hear_it_and_to_no_other(self):
        self.make_pieces()
        for kind, label in COURTS:
            self.court.write({"name": "Juridiction", "recovery_court_kind": kind})
            for code, heard in self.HEARD.items():
                with self.subTest(court=kind, document=code):
                    document = self.write_document(code, facts="Livré, impayé.", basis="Bon de commande 4512")
                    if kind in heard:
                        self.assertFalse(document.refusal_text)
                        continue
                    self.assertIn("Juridiction", document.refusal_text)
                    self.assertIn("Choose on the case", document.refusal_text)
                    with self.assertRaisesRegex(UserError, "cannot hear this document"):
                        document.action_issue()
                    self.assertEqual(document.state, "draft")
            self.assertTrue(label)

    def test_the_refusal_names_the_request_that_this_court_hears(self):
        self.court.recovery_court_kind = "commerce"
        told = self.write_document("order_jcp").refusal_text
        self.assertIn(
            "Or write for this court the document: Request for an injonction de payer: commercial court.", told
        )
        self.court.recovery_court_kind = "administratif"
        self.assertNotIn("Or write", self.write_document("order_jcp").refusal_text)

    def test_letters_go_anywhere(self):
        self.court.recovery_court_kind = "administratif"
        for code in ("mandate", "instruction", "summary", "service", "chronology", "exhibit_list", "settlement"):
            with self.subTest(kind=code):
                self.assertFalse(self.write_document(code).refusal_text)

    def test_the_court_of_the_procedure_and_the_addressee_count(self):
        self.make_pieces()
        self.court.recovery_court_kind = "judiciaire"
        document = self.write_document("order_civil")
        self.assertFalse(document.refusal_text)
        other = self.make_partner("Juridiction", recovery_party_kind="court", recovery_court_kind="commerce")
        document.addressee_id = other
        self.assertIn("Juridiction", document.refusal_text)
        document.addressee_id = self.court
        procedure = self.begin()
        procedure.court_id = other
        document.procedure_id = procedure
        self.assertIn("Juridiction", document.refusal_text)

    def test_a_court_is_known_by_its_name_where_nobody_said_its_kind(self):
        self.court.recovery_court_kind = False
        for name, kind in (
            ("Tribunal de commerce de Lyon", "commerce"),
            ("TRIBUNAL DES ACTIVITÉS ÉCONOMIQUES DE PARIS", "tae"),
            ("Juge des contentieux de la protection du tribunal judiciaire de Lyon", "jcp"),
            ("Chambre commerciale du tribunal judiciaire de Colmar", "chambre_commerciale_alsace"),
            ("Tribunal de proximité de Villeurbanne", "proximite"),
            ("Tribunal judiciaire de Lyon", "judiciaire"),
            ("Tribunal administratif de Lyon", "administratif"),
            ("Greffe", None),
            (False, None),
        ):
            with self.subTest(name=name):
                self.assertEqual(guess_kind(name), kind)
        self.assertIn("Tribunal de commerce de Lyon", self.write_document("order_jcp").refusal_text)

    def test_a_request_waits_for_the_kind_of_a_court_that_nobody_knows(self):
        self.make_pieces()
        self.court.write({"name": "Greffe de Lyon", "recovery_court_kind": False})
        for code in REQUESTS:
            with self.subTest(kind=code):
                document = self.write_document(code)
                self.assertFalse(document.refusal_text)
                self.assertIn("Kind of court of Greffe de Lyon (on its contact)", document._find_missing())
        self.assertNotIn("Kind of court", " ".join(self.write_document("summons")._find_missing()))
        self.court.recovery_court_kind = "commerce"
        self.assertEqual(self.write_document("order_commerce")._find_missing(), [])
