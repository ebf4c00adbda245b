import re
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import InsolvencyCommon


@tagged("post_install", "-at_install")
class TestDeclarationDocument(InsolvencyCommon):
    """A written declaration says what was split by the judgment, its rank, and when interest stopped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.lang = "en_US"
        cls.court = cls.make_partner("Tribunal des activités économiques de Lyon", recovery_party_kind="court")
        cls.customer.write({"street": "1 rue du Port", "city": "Lyon", "zip": "69002"})
        cls.to_come = cls.make_invoice(
            cls.customer, amount=600.0, due=cls.today + timedelta(days=30), date=cls.today - timedelta(days=40)
        )
        cls.later = cls.make_invoice(
            cls.customer, amount=250.0, due=cls.today + timedelta(days=30), date=cls.today - timedelta(days=5)
        )

    def declared(self, **vals):
        """Return the declaration, begun, in proceedings of a court."""
        return self.declare(self.open_proceedings(court_id=self.court.id, judge="Mme Sabatier", **vals))

    def write_document(self, case, **vals):
        document = self.env["recovery.case.document"].create(
            {
                "case_id": case.id,
                "template_id": self.env.ref("debt_recovery.recovery_case_document_template_declaration").id,
                "date": self.today,
                "basis": "Bon de commande 4512",
                **vals,
            }
        )
        return document

    def add_piece(self, case):
        row = {"kind": "order", "name": "Commande", "date": self.today, "content": b"scan", "file_name": "scan.txt"}
        self.env["recovery.exhibit"]._add(case, [row], self.today)

    def text(self, document):
        html = document._render_preview(document.template_id)
        return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL).replace("\xa0", " ").split())

    def test_what_was_born_before_is_declared_and_what_goes_on_is_not(self):
        declaration = self.declared()
        self.add_piece(declaration.case_id)
        document = self.write_document(declaration.case_id)
        self.assertEqual(document.addressee_id, self.trustee)
        text = self.text(document)
        for move in (self.old, self.recent, self.to_come):
            self.assertIn(move.name, text)
        self.assertNotIn(self.later.name, text)
        for amount in (declaration.amount_total, declaration.amount_due, declaration.amount_to_come, 250.0):
            self.assertIn(f"{amount:,.2f}", text)
        self.assertIn("payable when due and not declared", text)
        self.assertEqual(document._get_day(), self.judgment_on - timedelta(days=1))
        self.assertIn("the day before the judgment (C. com. L622-28)", text)
        for word in ("Unsecured", "Receivership", self.court.name, "Mme Sabatier", "All of the debtor's assets"):
            self.assertIn(word, text)
        self.assertIn("Pending proceedings: none", text, "the declaration itself is no lawsuit")
        document.action_issue()
        self.assertEqual(document.state, "issued")

    def test_the_table_adds_up_to_what_is_declared(self):
        declaration = self.declared()
        figures = self.write_document(declaration.case_id)._read_figures()
        totals = [float(re.sub(r"[^\d.]", "", row[-1])) for row in figures["items"]]
        self.assertAlmostEqual(sum(totals), declaration.amount_total, 2)
        terms = {row[1]: row[4] for row in figures["items"]}
        self.assertEqual((terms[self.old.name], terms[self.to_come.name]), ("due", "not yet due"))
        [total] = figures["totals"]
        rows = {name: float(re.sub(r"[^\d.]", "", amount)) for name, amount, _strong in total["rows"]}
        self.assertAlmostEqual(
            rows["Due on the day of the judgment"] + rows["Falling due after it"], rows["Total declared (EUR)"], 2
        )
        parts = sum(amount for name, amount in rows.items() if name.startswith("of which"))
        self.assertAlmostEqual(parts, declaration.amount_total, 2)

    def test_a_privilege_and_goods_are_told(self):
        declaration = self.declared()
        declaration.write(
            {
                "rank": "secured",
                "security": "Nantissement du fonds, inscrit le 3 mars 2024",
                "has_retention": True,
                "goods": "Deux fours, chez le débiteur",
                "suspended_interest": "5 % l'an, prêt de 24 mois",
            }
        )
        text = self.text(self.write_document(declaration.case_id))
        for word in ("Secured by a pledge", "Nantissement du fonds", "Deux fours", "5 % l'an"):
            self.assertIn(word, text)

    def test_nothing_leaves_before_the_claim_is_split(self):
        insolvency = self.open_proceedings(court_id=self.court.id)
        case = self.open_case()
        self.add_piece(case)
        document = self.write_document(case)
        with self.assertRaisesRegex(UserError, "prepared from the books"):
            document.action_issue()
        insolvency.declaration_ids.action_prepare()
        document.action_fill()
        document.action_issue()

    def test_without_a_court_or_proceedings_it_says_what_is_missing(self):
        case = self.open_case()
        self.add_piece(case)
        missing = self.write_document(case)._find_missing()
        self.assertIn("Date of the judgment opening the insolvency proceedings", missing)
        self.assertIn("Rank of the claim and its security", missing)
        self.open_proceedings()
        document = self.write_document(case)
        self.assertIn("Name of the court", document._find_missing())

    def test_what_is_confidential_is_told_in_no_document(self):
        self.open_proceedings("conciliation")
        case = self.open_case()
        document = self.write_document(case)
        self.assertNotIn("onciliation", self.text(document).replace("Conciliation, mediation", ""))
