import hashlib
import re
from datetime import timedelta

from markupsafe import Markup

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ....models.common.formatting import list_phrases
from ...common import make_siren
from .common import EvidenceCommon, make_pdf, read_texts

KINDS = (
    *("order_commerce", "order_civil", "order_jcp", "exhibit_list", "summons", "declaration", "mandate"),
    *("instruction", "settlement", "irrecoverability", "service", "summary", "chronology"),
)


class DocumentCommon(EvidenceCommon):
    """A case of which all that documents ask for is known."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write(
            {
                "street": "1 place Bellecour",
                "zip": "69002",
                "city": "Lyon",
                "country_id": cls.env.ref("base.fr").id,
                "company_registry": make_siren(),
                "lang": "en_US",
            }
        )
        cls.debtor.write({"nature": "merchant", "nature_confirmed": True})
        cls.court = cls.make_partner("Tribunal de commerce de Lyon", recovery_party_kind="court")
        cls.lawyer = cls.make_partner("Cabinet Roux", recovery_party_kind="lawyer")
        cls.bailiff = cls.make_partner("Étude Vidal", recovery_party_kind="bailiff")
        cls.trustee = cls.make_partner("Maître Blanc", recovery_party_kind="trustee")
        cls.case.write(
            {
                "court_id": cls.court.id,
                "lawyer_id": cls.lawyer.id,
                "description": "<p>Commande livrée le 2 août, jamais payée.</p>",
                "amicable_attempt": "yes",
            }
        )
        for partner, role in ((cls.bailiff, "bailiff"), (cls.trustee, "trustee")):
            cls.env["recovery.case.party"].create({"case_id": cls.case.id, "partner_id": partner.id, "role": role})
        cls.Document = cls.env["recovery.case.document"]

    def template(self, code):
        return self.env.ref(f"debt_recovery.recovery_case_document_template_{code}")

    def make_pieces(self):
        """Give the case what its documents rest on."""
        self.add(make_pdf("Bon de commande"), kind="order", name="Bon de commande 4512")
        self.add(make_pdf("Bon de livraison"), kind="delivery", name="Bon de livraison 88")

    def write_document(self, code, case=None, **vals):
        case = case or self.case
        return self.Document.create(
            {"case_id": case.id, "template_id": self.template(code).id, "date": self.today, **vals}
        )

    def text(self, document):
        """Return what the page says, on one line."""
        html = document._render_preview(document.template_id)
        return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL).split())


@tagged("post_install", "-at_install")
class TestCaseDocument(DocumentCommon):
    """Documents say what is known, leave with nothing missing, and stay as they left."""

    def test_each_kind_has_a_shipped_template(self):
        kinds = dict(self.Document._fields["kind"].selection)
        self.assertEqual({self.template(code).kind for code in KINDS}, set(kinds))

    def test_a_request_says_who_what_and_why(self):
        self.make_pieces()
        document = self.write_document("order_commerce")
        self.assertEqual(document.addressee_id, self.court)
        self.assertEqual(document._find_missing(), [])
        text = self.text(document)
        claim = self.env["recovery.claim"]._compute(self.company, self.case.line_ids.line_id, self.today)
        total = claim.get_totals()[0]
        for amount in (total.principal_left, total.interest_left, total.indemnity, total.amount):
            figure = f"{amount:,.2f}"
            self.assertIn(figure, text)
        for word in (
            *("Transports Mercier", "1 place Bellecour", self.company.name, "50,000", "Tribunal de commerce de Lyon"),
            *("Claire Martin", "Bon de commande 4512", "Bon de livraison 88", self.old.name, self.recent.name),
            *("Commande livrée", "L441-10", "2 exhibits"),
        ):
            self.assertIn(word, text)

    def test_the_sums_by_element_add_up_to_the_total(self):
        document = self.write_document("order_commerce")
        total = document._read_figures()["totals"][0]

        def read(figure):
            return round(float(re.sub(r"[^\d.-]", "", figure)), 2)

        rows = {name: read(figure) for name, figure, _strong in total["rows"]}
        whole = rows.pop("Total (EUR)")
        self.assertAlmostEqual(sum(rows.values()), whole, 2)
        self.assertEqual(read(total["amount"]), whole)
        self.pay(self.old, 150.0)
        total = document._read_figures()["totals"][0]
        rows = {name: read(figure) for name, figure, _strong in total["rows"]}
        self.assertEqual(rows["Payments and credit notes to deduct"], -150)
        self.assertEqual(
            rows.pop("Principal") + rows.pop("Payments and credit notes to deduct"), rows["Principal outstanding"]
        )
        whole = rows.pop("Total (EUR)")
        self.assertAlmostEqual(sum(rows.values()), whole, 2)

    def test_a_mention_that_is_missing_keeps_it_from_leaving_by_its_name(self):
        document = self.write_document("order_commerce")
        with self.assertRaisesRegex(UserError, "Exhibits"):
            document.action_issue()
        self.make_pieces()
        self.case.court_id = False
        document.action_fill()
        self.assertIn("[… Name of the court …]", document.body)
        with self.assertRaisesRegex(UserError, "Missing: Name of the court"):
            document.action_issue()
        self.assertEqual(document.state, "draft")
        self.assertFalse(document.attachment_id)

    def test_a_request_lacks_nothing_that_its_form_asks_for(self):
        """Each mention of CPC 54, 57 and 1407 is missed by its name, one after the other."""
        self.make_pieces()
        document = self.write_document("order_commerce")
        self.assertEqual(document._find_missing(), [])
        company = self.company.partner_id
        for record, vals, missing in (
            (self.company, {"recovery_legal_form": False}, "Legal form and capital of the creditor"),
            (company, {"company_registry": False}, "SIREN and RCS of the creditor"),
            (company, {"street": False, "city": False}, "Address of the creditor"),
            (company, {"street": False, "city": False}, "Place of signature"),
            (self.company, {"recovery_signatory_name": False}, "Who signs for the creditor"),
            (self.company, {"recovery_signatory_title": False}, "Position of the signatory"),
            (self.customer, {"street": False, "city": False}, "Address of the debtor"),
            (self.customer, {"company_registry": False}, "SIREN of the debtor"),
            (self.case, {"court_id": False}, "Name of the court"),
            (document, {"basis": False}, "Basis of the claim"),
        ):
            with self.subTest(missing=missing):
                before = {name: record[name] for name in vals}
                record.sudo().write(vals)
                self.env.invalidate_all()
                self.assertIn(missing, document._find_missing())
                with self.assertRaisesRegex(UserError, missing):
                    document.action_issue()
                record.sudo().write(before)
        self.env.invalidate_all()
        document.action_fill()
        self.assertEqual(document._find_missing(), [])

    def test_a_natural_person_has_no_number_to_give(self):
        self.make_pieces()
        self.customer.write({"is_company": False, "company_registry": False})
        document = self.write_document("order_jcp")
        self.assertNotIn("SIREN of the debtor", document._find_missing())

    def test_an_opposition_goes_where_the_request_says(self):
        self.make_pieces()
        document = self.write_document("order_commerce")
        self.assertIn("no court other", self.text(document))
        document.opposition = "le tribunal des activités économiques de Lyon"
        document.flush_recordset()
        self.assertIn("activités économiques", self.text(document))

    def test_a_letter_says_what_is_to_be_done_first(self):
        procedure = self.begin()
        self.record(procedure, "request_filed", self.today - timedelta(days=12))
        self.record(procedure, "order_given", self.today - timedelta(days=5), 1400.0)
        document = self.write_document("service")
        self.assertIn(
            procedure.deadline_ids.filtered(lambda row: row.rule_code == "ip_service")._say(), self.text(document)
        )

    def test_a_letter_gives_the_reference_of_whom_it_is_for_and_not_that_of_the_court(self):
        procedure = self.begin()
        procedure.reference = "2026IP0001"
        self.assertIn("yours not known", self.text(self.write_document("irrecoverability")))
        party = self.env["recovery.case.party"].search([("case_id", "=", self.case.id), ("role", "=", "bailiff")])
        party.reference = "D-7788"
        text = self.text(self.write_document("irrecoverability"))
        self.assertIn("yours D-7788", text)
        self.assertNotIn("2026IP0001", text)

    def test_phrases_with_commas_are_listed_as_each_language_does(self):
        self.assertEqual(list_phrases(self.env, ()), "")
        self.assertEqual(list_phrases(self.env, ["a, b"]), "a, b")
        self.assertEqual(list_phrases(self.env, iter(["a, b", "c", "d"])), "a, b; c; d")

    def test_what_is_missing_is_named_once(self):
        names = [" ".join(name.split()) for name in self.write_document("service")._find_missing()]
        self.assertEqual(len(names), len(set(names)))
        self.assertIn("Document to serve: last event of the procedure", names)

    def test_each_needed_mention_is_a_mention(self):
        mentions = self.Document._get_mentions()
        for kind in dict(self.Document._fields["kind"].selection):
            self.assertLessEqual(set(self.Document._get_needed(kind)), set(mentions), kind)

    def test_each_kind_names_what_it_misses_on_an_empty_case(self):
        self.case.write({"court_id": False, "lawyer_id": False, "description": False, "amicable_attempt": "unknown"})
        self.customer.write({"street": False, "city": False, "zip": False})
        self.env["recovery.case.party"].search([("case_id", "=", self.case.id)]).unlink()
        expected = {
            "order_commerce": {"Name of the court", "Address of the debtor", "Basis of the claim", "Exhibits"},
            "order_civil": {"Name of the court"},
            "order_jcp": {"Name of the court"},
            "exhibit_list": {"Exhibits"},
            "summons": {"Name of the lawyer", "Facts and grounds", "Steps taken to reach an amicable settlement"},
            "declaration": {
                "Name of the addressee",
                "Rank of the claim and its security",
                "The declaration, prepared from the books in the proceedings",
            },
            "mandate": {"Name of the addressee"},
            "instruction": {"Our requests"},
            "settlement": {"Concessions of each party"},
            "irrecoverability": {"Name of the addressee"},
            "service": {"Document to serve: last event of the procedure"},
        }
        for code, missing in expected.items():
            with self.subTest(kind=code):
                document = self.write_document(code)
                self.assertLessEqual(missing, set(document._find_missing()))
                with self.assertRaisesRegex(UserError, "cannot be issued yet"):
                    document.action_issue()

    def test_what_is_typed_in_the_text_stays(self):
        self.make_pieces()
        document = self.write_document("summary")
        document.body = "<p>Mes propres mots</p>"
        document.flush_recordset()
        self.env.invalidate_all()
        self.assertIn("Mes propres mots", self.text(document))
        document.action_fill()
        self.assertNotIn("Mes propres mots", self.text(document))

    def test_a_gap_left_in_a_typed_text_keeps_it_from_leaving(self):
        self.make_pieces()
        document = self.write_document("summary")
        document.body = "<p>Livré le [… Date de livraison …]</p>"
        with self.assertRaisesRegex(UserError, "Date de livraison"):
            document.action_issue()

    def test_a_gap_closes_once_what_was_missing_is_known_and_what_was_typed_stays(self):
        self.make_pieces()
        court = self.case.court_id
        self.case.court_id = False
        document = self.write_document("order_commerce")
        self.assertIn("[… ", document.body)
        document.body = document.body + "<p>Mes propres mots</p>"
        document.flush_recordset()
        with self.assertRaisesRegex(UserError, "Missing"), self.env.cr.savepoint():
            document.action_issue()
        self.case.court_id = court
        self.env.invalidate_all()
        self.assertFalse(document.missing_text)
        self.assertIn(court.name, document.preview_html)
        document.action_issue()
        for words in (court.name, "Mes propres mots"):
            self.assertIn(words, document.body)
        self.assertNotIn("[… ", document.body)

    def test_a_request_does_not_say_that_nothing_is_contested_unless_somebody_said_so(self):
        self.make_pieces()
        self.case.contested = "unknown"
        document = self.write_document("order_commerce", facts="")
        with self.assertRaisesRegex(UserError, "contested"), self.env.cr.savepoint():
            document.action_issue()
        document.facts = "Le débiteur conteste sans motif."
        document.action_issue()
        self.assertIn("sans motif", document.body)

    def test_issued_it_is_kept_as_it_left(self):
        self.make_pieces()
        document = self.write_document("order_commerce")
        document.with_user(self.recovery_user).action_issue()
        self.assertEqual((document.state, document.issued_by_id), ("issued", self.recovery_user))
        self.assertEqual(hashlib.sha256(document.attachment_id.raw).hexdigest(), document.sha256)
        self.assertTrue(document._is_intact())
        self.assertTrue(document.amount_claimed_text)
        figures = document.figures
        self.customer.name = "Autre nom"
        self.pay(self.old)
        self.env.invalidate_all()
        self.assertEqual(document._read_figures(), figures)
        for vals in ({"subject": "x"}, {"date": self.today}, {"body": "<p>x</p>"}):
            with self.assertRaisesRegex(UserError, "was issued"):
                document.with_user(self.recovery_manager).write(vals)
        with self.assertRaisesRegex(UserError, "never deleted"):
            document.unlink()
        with self.assertRaisesRegex(UserError, "already"):
            document.action_issue()
        event = self.events(document, "case_document")
        self.assertEqual(event.details["sha256"], document.sha256)

    def test_what_was_issued_is_told_and_is_a_piece_unless_it_is_for_our_counsel(self):
        self.make_pieces()
        for code in ("settlement", "mandate"):
            self.write_document(code, concessions="Remise des intérêts").action_issue()
        rows = self.env["recovery.chronology"]._read_rows(self.case._get_chronology_scope())
        self.assertEqual([row.kind for row in rows].count("document"), 2)
        self.case.action_collect_exhibits()
        pieces = self.case.exhibit_ids.filtered(lambda piece: piece.kind == "document")
        self.assertIn("Settlement", pieces.name)

    def test_a_request_for_service_names_the_act(self):
        procedure = self.begin()
        self.record(procedure, "request_filed", self.today)
        self.case.invalidate_recordset()
        document = self.write_document("service")
        self.assertEqual((document.procedure_id, document.addressee_id), (procedure, self.bailiff))
        self.assertIn(procedure.last_event_id.display_name, document.subject)
        document.action_issue()

    def test_a_settlement_is_signed_by_both(self):
        document = self.write_document(
            "settlement", concessions="Le créancier renonce aux intérêts.\nLe débiteur paie."
        )
        self.assertIn("For the debtor:", self.text(document))
        self.assertIn("intérêts.<br>", str(document.closing).replace("<br/>", "<br>"), "lines stay lines")
        document.action_issue()

    def test_the_chronology_that_leaves_keeps_our_own_business_to_us(self):
        procedure = self.begin()
        self.record(procedure, "request_filed", self.today - timedelta(days=3))
        self.pay(self.old, 150.0)
        for subject, author in (("Consultation secrète", self.lawyer), ("Je paierai", self.customer)):
            self.env["mail.message"].create(
                {
                    "model": "recovery.case",
                    "res_id": self.case.id,
                    "message_type": "email",
                    "author_id": author.id,
                    "date": f"{self.today} 09:00:00",
                    "subject": subject,
                    "body": "<p>…</p>",
                }
            )
        text = self.text(self.write_document("chronology"))
        for told in (self.old.name, "150.00", procedure.last_event_id.kind_id.name, "Je paierai"):
            self.assertIn(told, text)
        cost = self.case.cost_ids[:1]
        for kept in ("Consultation", self.case.name + " opened", cost.name or "Fees", "Reminders suspended"):
            self.assertNotIn(kept, text)
        self.assertTrue(all(len(row) == 4 for row in self.write_document("chronology")._list_chronology()))

    def test_what_the_text_says_of_the_rates_is_not_said_twice(self):
        self.make_pieces()
        text = self.text(self.write_document("order_commerce"))
        self.assertEqual(text.count("L441-10"), 1)
        self.assertIn("L441-10", self.text(self.write_document("mandate")))

    def test_texts_of_values_are_no_markup(self):
        self.customer.name = "<script>alert(1)</script> & Cie"
        document = self.write_document("summary")
        self.assertNotIn("<script>alert", str(document.preview_html))
        self.assertIn("&lt;script&gt;", str(document.body))

    def test_the_template_is_previewed_as_it_is_typed(self):
        template = self.template("summary").new(origin=self.template("summary"))
        template.preview_case_id = self.case
        template.body = '<p>Bonjour <t t-out="object.debtor_name"/></p>'
        self.assertIn("Bonjour Transports Mercier", template.preview_html)
        template.body = '<p><t t-out="object.env.user"/></p>'
        self.assertIn("is not a placeholder", template.preview_html)

    def test_the_auditor_reads_and_prints_and_writes_nothing(self):
        document = self.write_document("summary")
        seen = document.with_user(self.recovery_auditor)
        self.assertTrue(seen.preview_html)
        for act in (
            lambda: seen.action_issue(),
            lambda: seen.write({"subject": "x"}),
            lambda: seen.action_fill(),
            lambda: self.Document.with_user(self.recovery_auditor).create({"case_id": self.case.id}),
            lambda: self.template("summary").with_user(self.recovery_user).write({"name": "x"}),
        ):
            with self.assertRaises(AccessError):
                act()

    def test_several_currencies_have_their_own_totals(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        invoice = self.make_invoice(self.customer, amount=700.0, days_overdue=40, currency=usd)
        case = self.open_case(self.make_invoice(self.customer, amount=300.0, days_overdue=45), invoice)
        document = self.write_document("summary", case=case)
        self.assertEqual(len(document._read_figures()["totals"]), 2)


@tagged("post_install", "-at_install")
class TestCaseDocumentPages(DocumentCommon):
    """Documents on paper, with one claim, a dozen and eighty."""

    prints_documents = True

    def case_of(self, count):
        invoices = [
            self.make_invoice(self.customer, amount=100.0 + number, days_overdue=30 + number) for number in range(count)
        ]
        case = self.open_case(*invoices)
        case.write({"court_id": self.court.id, "lawyer_id": self.lawyer.id, "description": "<p>Livré, impayé.</p>"})
        self.add(make_pdf("Commande"), case=case, kind="order", name="Commande")
        return case, invoices

    def test_every_invoice_stands_on_the_pages(self):
        for count in (1, 12, 80):
            case, invoices = self.case_of(count)
            document = self.write_document("order_commerce", case=case)
            document.action_issue()
            pages = read_texts(document.attachment_id.raw)
            text = " ".join(" ".join(pages).split())
            for invoice in invoices:
                self.assertIn(invoice.name, text)
            self.assertNotIn("[…", text)
            self.assertNotIn("DRAFT", text)
            self.assertLessEqual(len(pages), 3 + count // 20)

    def test_a_short_table_is_never_cut_from_its_heading(self):
        """Wherever the page ends, the heading of the invoices has its rows beneath it."""
        case, [invoice] = self.case_of(1)
        for count in range(8, 23, 2):
            document = self.write_document("order_commerce", case=case, basis="Commande")
            document.body += Markup("<p>Livré.</p>") * count
            document.action_issue()
            for page in read_texts(document.attachment_id.raw):
                beneath = page.partition("Invoices claimed")
                if beneath[1]:
                    self.assertIn(invoice.name, beneath[2], count)
