from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestReview(RecoveryCommon):
    """The risk matrix and the monthly checkpoint."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scoring = cls.env["recovery.scoring"]
        cls.month = cls.today.replace(day=1)
        cls.late = cls.make_partner("Toujours en retard")
        cls.fine = cls.make_partner("Toujours à l'heure")
        cls.make_invoice(cls.late, 15000, days_overdue=200)
        cls.pay(cls.make_invoice(cls.fine, 100, days_overdue=50), date=cls.today - timedelta(days=50))
        cls.make_invoice(cls.fine, 500, days_overdue=-10)
        cls.make_invoice(amount=2000, days_overdue=-10)
        cls.debtor = cls.debtor_of(cls.late)
        cls.debtor.collector_id = cls.recovery_user

    def compute(self, day=None):
        self.scoring._compute(self.company, day or self.today)

    def generate(self, day=None):
        return self.env["recovery.review"]._generate(self.company, day or self.today)

    # ------------------------------------------------------------
    # Matrix
    # ------------------------------------------------------------
    def test_the_matrix_counts_what_stands_behind_each_cell(self):
        self.compute()
        matrix = self.env["recovery.debtor"].with_user(self.recovery_user).action_read_risk_matrix()
        debtors = self.env["recovery.debtor"].search(
            [("company_id", "=", self.company.id), ("exposure_amount", ">", 0)]
        )
        self.assertEqual(matrix["count"], len(debtors))
        seen = self.env["recovery.debtor"]
        for line in matrix["lines"]:
            for cell in line["cells"]:
                found = self.env["recovery.debtor"].search(cell["domain"])
                self.assertEqual(len(found), cell["count"])
                self.assertFalse(found & seen)
                seen |= found
        self.assertEqual(seen, debtors)
        positions = {line["risk_class"]: [cell["count"] for cell in line["cells"]] for line in matrix["lines"]}
        self.assertEqual(sum(positions["none"]), 1)
        self.assertEqual(positions[self.debtor.risk_class][2], 1)
        heats = [[cell["heat"] for cell in line["cells"]] for line in matrix["lines"]]
        self.assertEqual((heats[0][-1], heats[4][0]), (4, 0))

    def test_the_matrix_is_the_current_companys(self):
        self.compute()
        other = self.setup_other_company(name="Société Deux")["company"]
        self.env.user.company_ids = [Command.link(other.id)]
        matrix = self.env["recovery.debtor"].with_company(other).action_read_risk_matrix()
        self.assertEqual((matrix["company"], matrix["count"], matrix["date"]), ("Société Deux", 0, ""))
        plain = self.make_user("paul", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.env["recovery.debtor"].with_user(plain).action_read_risk_matrix()

    def test_exposures_equal_the_reading_of_the_day(self):
        self.compute()
        for partner in (self.late, self.fine, self.debtor_partner):
            exposure = self.env["recovery.exposure"]._read(self.company, partner, self.today)[partner.id]
            self.assertEqual(self.debtor_of(partner).exposure_amount, exposure.total)

    # ------------------------------------------------------------
    # Review
    # ------------------------------------------------------------
    def test_one_review_per_owner_once(self):
        self.compute()
        review = self.generate()
        self.assertEqual((review.user_id, review.line_ids.debtor_id), (self.recovery_user, self.debtor))
        self.assertEqual(review.line_ids.reason_codes, "high_risk")
        self.assertEqual(review.activity_ids.user_id, self.recovery_user)
        self.assertFalse(self.generate(self.today + timedelta(days=1)))
        self.assertEqual(self.env["recovery.review"].search_count([("company_id", "=", self.company.id)]), 1)
        self.assertTrue(self.generate(self.today + relativedelta(months=1)))

    def test_last_month_stands_beside_today(self):
        self.compute(self.month - timedelta(days=10))
        before = self.debtor.score
        self.pay(self.make_invoice(self.late, 700, days_overdue=130), date=self.today)
        self.make_invoice(self.late, 800, days_overdue=3)
        self.compute()
        line = self.generate().line_ids
        self.assertEqual((line.exposure_before, line.exposure_now), (15000, 15800))
        self.assertEqual((line.overdue_before, line.overdue_now), (15000, 15800))
        self.assertEqual((line.score_before, line.score_now), (before, self.debtor.score))
        self.assertEqual(line.class_now, self.debtor.risk_class)

    def test_each_reason_has_its_debtors(self):
        self.compute()
        calm = self.debtor_of(self.fine)
        later = self.today + relativedelta(months=7)
        self.env["recovery.external.score"].create(
            {"debtor_id": calm.id, "source": "Coface", "date": self.today - relativedelta(months=11), "score": 50}
        )
        reasons = self.env["recovery.review"]._choose(self.company, later)
        self.assertEqual(reasons[calm], ["review_due", "external_old"])
        reasons = self.env["recovery.review"]._choose(self.company, self.today)
        self.assertNotIn(calm, reasons)
        self.company.account_use_credit_limit = True
        self.late.credit_limit = 1000
        self.compute()
        self.assertIn("limit_exceeded", self.env["recovery.review"]._choose(self.company, self.today)[self.debtor])
        labels = self.env["recovery.review.line"]._get_reason_labels()
        self.assertTrue({code for codes in reasons.values() for code in codes} <= set(labels))

    def test_only_its_owner_comments_and_closes(self):
        self.compute()
        review = self.generate().with_user(self.recovery_user)
        line = review.line_ids
        line.write({"is_seen": True, "comment": "Appelé, plan en vue"})
        with self.assertRaises(AccessError):
            line.exposure_now = 1
        stranger = self.make_user("luc", "debt_recovery.group_recovery_user")
        with self.assertRaises(AccessError):
            review.with_user(stranger).action_finish()
        action = review.action_finish()
        wizard = self.env[action["res_model"]].with_user(self.recovery_user).browse(action["res_id"])
        wizard.reason = "Un dossier à suivre"
        wizard.action_confirm()
        self.assertEqual((review.state, review.conclusion), ("done", "Un dossier à suivre"))
        self.assertFalse(review.activity_ids)
        self.assertEqual(self.debtor.review_due, self.company._recovery_today() + relativedelta(months=6))
        with self.assertRaises(AccessError):
            line.comment = "Trop tard"
        with self.assertRaises(UserError):
            review.action_finish()

    def test_a_debtor_without_a_collector_goes_to_the_companys_contact(self):
        self.debtor.collector_id = False
        self.company.recovery_contact_id = self.recovery_manager
        self.compute()
        self.assertEqual(self.generate().user_id, self.recovery_manager)
