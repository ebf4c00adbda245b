from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestRisk(RecoveryTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.at_reminder = cls.make_partner("Traiteur Colin")
        cls.make_invoice(cls.at_reminder, amount=310.0, days_overdue=10)
        cls.at_letter = cls.make_partner("Garage Lenoir")
        cls.make_invoice(cls.at_letter, amount=1850.5, days_overdue=100)
        cls.pay(cls.make_invoice(cls.at_letter, amount=200.0, days_overdue=90), date=cls.day(85))
        cls.make_invoice(cls.make_partner("Neuf et Fils"), amount=90.0, days_overdue=-20)
        cls.debtor_of(cls.at_letter).collector_id = cls.recovery_user
        cls.env["recovery.contract.terms"].create(
            {"company_id": cls.company.id, "valid_from": cls.day(300), "cgv_version": "2026-01"}
        )
        cls.env["recovery.scoring"]._compute(cls.company, cls.today)

    def test_a_cell_of_the_matrix_opens_its_debtors(self):
        self.tour("recovery_risk_matrix", self.recovery_user)

    def test_the_score_its_file_and_its_terms(self):
        debtor = self.debtor_of(self.at_letter)
        self.assertEqual(debtor.risk_class, "D")
        self.tour("recovery_score", self.recovery_user, f"/odoo/recovery.debtor/{debtor.id}")
        self.assertTrue(
            self.env["recovery.event"].search([("kind", "=", "score_reviewed"), ("debtor_id", "=", debtor.id)])
        )
        self.assertIn("ok", debtor.file_item_ids.mapped("result"))

    def test_a_review_is_read_and_closed(self):
        review = self.env["recovery.review"]._generate(self.company, self.today)
        self.assertEqual(review.user_id, self.recovery_user)
        self.tour("recovery_review", self.recovery_user, f"/odoo/recovery.review/{review.id}")
        self.assertEqual((review.state, review.conclusion), ("done", "Plan proposé"))
