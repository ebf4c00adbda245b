import base64
import hashlib

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ....models.litigation.parties.commune import Commune
from .common import CourtsCommon

FILE = (
    "commune;code insee;code postal;tribunal de commerce;tribunal judiciaire\n"
    "Lille;59350;59000;Tribunal de commerce de Lille Métropole;Tribunal judiciaire de Lille\n"
    "Lyon;69123;69001;Tribunal des activités économiques de Lyon;Tribunal judiciaire de Lyon\n"
    "Roubaix;59512;59100;Tribunal de commerce de Lille Métropole;\n"
    ";99999;;;Tribunal sans commune\n"
)


@tagged("post_install", "-at_install")
class TestCourtDirectory(CourtsCommon):
    """Which court serves a commune: typed, imported and found again, whatever the way to write its name."""

    def find(self, kind, name="", postcode="", insee=""):
        return self.env["recovery.court.area"]._find_court(Commune(name, postcode, insee), kind).court_id

    def load(self, text, user=None):
        Import = self.env["recovery.court.import"].with_user(user or self.recovery_manager)
        window = Import.create({"file": base64.b64encode(text.encode()), "filename": "juridictions.csv"})
        window.action_import()
        return window

    def test_a_commune_is_found_by_its_code_its_name_and_its_department(self):
        self.assertEqual(self.find("commerce", insee="29019"), self.tc_brest)
        self.assertEqual(self.find("commerce", "BREST CEDEX 2", "29200"), self.tc_brest)
        self.assertEqual(self.find("commerce", "Brest", "29850"), self.tc_brest, "another postcode of the department")
        self.assertFalse(self.find("commerce", "Brest", "71200"), "another department")
        self.assertFalse(self.find("commerce", "Nulle-Part", "29200"))
        self.assertFalse(self.find("commerce"))

    def test_a_name_that_stands_for_two_communes_names_none(self):
        self.make_area(self.tc_brest, "commerce", "Saint-Martin", "29001")
        other = self.make_court("Tribunal de commerce de Quimper", "commerce")
        self.make_area(other, "commerce", "Saint-Martin", "29002")
        self.assertFalse(self.find("commerce", "Saint Martin"))
        self.assertEqual(self.find("commerce", "Saint Martin", insee="29002"), other)
        for number in (1, 2):
            self.make_area(self.tj_brest, "judiciaire", "Saint-Martin", f"2900{number}")
        self.assertEqual(
            self.find("judiciaire", "St Martin", "29000"), self.tj_brest, "both are served by the same one"
        )

    def test_the_court_that_serves_hears_what_is_brought_before_its_kind(self):
        self.assertEqual(self.find("proximite", "Villeurbanne", "69100"), self.local)
        self.assertEqual(self.find("proximite", "Lyon", "69003"), self.tj_lyon, "no local court there")
        self.assertEqual(self.find("jcp", "Villeurbanne", "69100"), self.local)
        self.assertEqual(self.find("chambre_commerciale_alsace", "Metz", "57000"), self.metz)

    def test_a_commune_has_one_court_of_a_kind(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.make_area(self.tj_lyon, "commerce", "Brest bis", "29019")

    def test_a_court_of_one_company_serves_nobody_elses_directory(self):
        court = self.make_court("Tribunal privé", "commerce")
        court.company_id = self.company
        with self.assertRaises(ValidationError):
            self.make_area(court, "commerce", "Plouzané", "29212")
        with self.assertRaises(ValidationError):
            self.make_area(self.make_partner("Boulangerie"), "commerce", "Plouzané", "29212")

    def test_only_a_court_has_a_kind_of_court(self):
        with self.assertRaisesRegex(ValidationError, "only a court"):
            self.make_partner("Cabinet Roux").write({"recovery_party_kind": "lawyer", "recovery_court_kind": "tae"})

    def test_a_file_adds_communes_and_makes_the_courts_that_nobody_knew(self):
        window = self.load(FILE)
        self.assertIn("Row 5", window.result)
        lille = self.find("commerce", "Lille", "59000")
        self.assertEqual((lille.recovery_party_kind, lille.recovery_court_kind), ("court", "commerce"))
        self.assertFalse(lille.company_id)
        self.assertEqual(self.find("commerce", "Roubaix"), lille)
        self.assertEqual(self.find("judiciaire", insee="69123"), self.tj_lyon, "known by its name, not made again")
        self.assertEqual(self.env["res.partner"].search_count([("name", "=", self.tae_lyon.name)]), 1)

    def test_a_file_leaves_one_line_with_its_digest(self):
        self.debtor_of()
        window = self.load(FILE)
        domain = [("res_model", "=", window._name), ("company_id", "=", self.company.id)]
        event = self.env["recovery.event"].search(domain)
        self.assertEqual((event.kind, event.res_id), ("configured", window.id))
        self.assertRegex(event.summary, r"\b[1-9]\d* added, 0 changed")
        self.assertEqual(event.details["sha256"], hashlib.sha256(base64.b64decode(window.file)).hexdigest())

    def test_a_file_read_again_changes_what_moved_and_adds_nothing_twice(self):
        self.load(FILE)
        count = self.env["recovery.court.area"].search_count([])
        window = self.load(
            FILE.replace("59512;59100;Tribunal de commerce de Lille Métropole", "59512;59100;TC de Roubaix")
        )
        self.assertEqual(self.env["recovery.court.area"].search_count([]), count)
        self.assertIn("Added: 0", window.result)
        self.assertIn("Changed: 1", window.result)
        self.assertEqual(self.find("commerce", "Roubaix").name, "TC de Roubaix")

    def test_a_file_that_is_no_directory_is_refused_in_words(self):
        for text in ("a;b\n1;2\n", "", "commune;type\nLyon;TC\n"):
            with self.subTest(text=text), self.assertRaises(UserError):
                self.load(text)

    def test_who_is_no_manager_imports_nothing(self):
        with self.assertRaises(AccessError):
            self.load(FILE, self.recovery_user)
