import re

from odoo.tests import tagged

from .common import GIVEN, SERVED, ExecutionCommon


@tagged("post_install", "-at_install")
class TestTitleDocuments(ExecutionCommon):
    """Letters to the commissaire de justice name the title, what it awarded and what was done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.lang = "en_US"
        cls.customer.write({"street": "1 rue du Port", "city": "Lyon", "zip": "69002"})
        cls.env["recovery.case.party"].create({"case_id": cls.case.id, "partner_id": cls.bailiff.id, "role": "bailiff"})

    def write_document(self, code):
        return self.env["recovery.case.document"].create(
            {
                "case_id": self.case.id,
                "template_id": self.env.ref(f"debt_recovery.recovery_case_document_template_{code}").id,
                "date": self.today,
            }
        )

    def text(self, document):
        html = document._render_preview(document.template_id)
        return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL).replace("\xa0", " ").split())

    def test_a_title_that_was_not_served_is_what_is_served(self):
        title = self.make_title(served_on=False, heads=[("principal", 1400.0), ("art_700", 800.0)])
        document = self.write_document("service")
        self.assertIn(title.display_name, document.subject)
        self.assertRegex(self.text(document), r"Principal \S*\s?1,400\.00.*; Article 700 CPC \S*\s?800\.00")
        document.action_issue()

    def test_a_title_that_was_set_aside_is_told_no_more(self):
        title = self.make_title()
        self.give_reason(title.action_annul(), "Infirmé en appel")
        self.assertNotIn(title.display_name, self.text(self.write_document("irrecoverability")))

    def test_a_certificate_is_asked_with_what_was_tried(self):
        title = self.make_title()
        act = self.make_act(title=title, made_on=SERVED, result="empty")
        document = self.write_document("irrecoverability")
        text = self.text(document)
        self.assertIn(title.display_name, text)
        self.assertIn(act.display_name, text)
        self.assertIn(act._say_result(), text)
        document.action_issue()

    def test_what_was_awarded_stands_head_by_head_and_adds_up(self):
        self.make_title(heads=[("principal", 1400.0), ("art_700", 800.0), ("costs", 120.0)])
        document = self.write_document("summary")
        [total] = document._read_figures()["totals"]
        rows = {name: float(re.sub(r"[^\d.-]", "", amount)) for name, amount, _strong in total["rows"]}
        whole = rows.pop("Total (EUR)")
        if "Principal outstanding" in rows:
            rows.pop("Principal")
            rows.pop("Payments and credit notes to deduct")
        self.assertAlmostEqual(sum(rows.values()), whole, 2)
        self.assertEqual(sum(1 for amount in rows.values() if amount in (800.0, 120.0)), 2)
        self.assertGreater(self.today, GIVEN)
