import base64
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CostCommon

TITLES = "dossier;libellé;nature;date;montant;état;charge;alloué;dû depuis;décision;prestataire\n"


@tagged("post_install", "-at_install")
class TestCostImport(CostCommon):
    """Costs of cases under way are taken over from a file, row by row; what is not understood is listed."""

    def load(self, text, user=None):
        Import = self.env["recovery.cost.import"].with_user(user or self.recovery_user)
        window = Import.create({"company_id": self.company.id, "file": base64.b64encode(text.encode())})
        window.action_import()
        return window

    def test_a_row_says_all_of_a_cost(self):
        case = self.open_case()
        row = f"{case.name};Signification;bailiff;03/02/2026;1 234,56;paid;costs;1200;2026-03-03;Ordonnance;Étude Vidal"
        window = self.load(TITLES + row + "\n")
        self.assertIn("Costs imported: 1", window.result)
        cost = case.cost_ids
        self.assertEqual((cost.kind, cost.date, cost.amount), ("bailiff", date(2026, 2, 3), 1234.56))
        self.assertEqual((cost.state, cost.recoverable, cost.partner_id), ("paid", "costs", self.bailiff))
        self.assertEqual((cost.amount_owed, cost.owed_on, cost.owed_by), (1200, date(2026, 3, 3), "Ordonnance"))

    def test_what_a_row_leaves_out_has_a_plain_answer(self):
        case = self.open_case()
        case.reference = "RG 26/00123"
        self.load("dossier;libellé;montant\nRG 26/00123;Timbres;12\n")
        cost = case.cost_ids
        self.assertEqual(
            (cost.state, cost.recoverable, cost.kind, cost.date), ("paid", "ours", "other", case.opened_on)
        )

    def test_labels_are_understood_as_codes_are(self):
        case = self.open_case()
        self.load(TITLES + f"{case.name};Honoraires;Lawyer;;500;Engaged;Article 700;;;;\n")
        self.assertEqual(
            (case.cost_ids.kind, case.cost_ids.state, case.cost_ids.recoverable), ("lawyer", "engaged", "art_700")
        )

    def test_rows_that_are_not_understood_are_listed_and_stop_nothing(self):
        case = self.open_case()
        rows = (
            f"{case.name};Bon;;;10;;;;;;",
            "N'existe pas;Frais;;;10;;;;;;",
            f"{case.name};;;;10;;;;;;",
            f"{case.name};Frais;;;beaucoup;;;;;;",
            f"{case.name};Frais;;demain;10;;;;;;",
            f"{case.name};Frais;inconnue;;10;;;;;;",
            f"{case.name};Frais;;;10;;;;;;Personne",
            f"{case.name};Frais;;;10;;ours;5;2026-03-03;;",
            f"{case.name};Frais;;;-10;;;;;;",
        )
        result = self.load(TITLES + "\n".join(rows) + "\n").result
        self.assertIn("Costs imported: 1", result)
        for number in range(3, 11):
            self.assertIn(f"Row {number}:", result)
        self.assertEqual(case.cost_ids.name, "Bon")

    def test_a_file_without_the_columns_is_refused(self):
        for text in ("", "a;b\n1;2\n", "dossier;libellé\nx;y\n"):
            with self.subTest(text=text), self.assertRaises(UserError):
                self.load(text)

    def test_an_auditor_takes_nothing_over(self):
        with self.assertRaises(AccessError):
            self.load(TITLES, self.recovery_auditor)
