from datetime import date, timedelta

from odoo.exceptions import ValidationError
from odoo.tests import BaseCase, freeze_time, tagged

from odoo.addons.debt_recovery.models.credit.cover import Cover, covered

from ..common import RecoveryCommon
from ..english import InEnglish


@tagged("post_install", "-at_install")
class TestCovered(BaseCase):
    def test_insurance_pays_its_share_of_the_loss_up_to_the_agreed_amount(self):
        self.assertEqual(covered(1000, [Cover(5000, 90, "insurance")]), 900)
        self.assertEqual(covered(8000, [Cover(5000, 90, "insurance")]), 4500)

    def test_other_guarantees_serve_what_insurance_leaves(self):
        covers = [Cover(300, 100, "deposit"), Cover(5000, 90, "insurance")]
        self.assertEqual(covered(8000, covers), 4800)
        self.assertEqual(covered(1000, covers), 1000, "never more than the exposure")

    def test_a_customer_in_credit_needs_no_cover(self):
        self.assertEqual(covered(-50, [Cover(300)]), 0)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestCoverage(InEnglish, RecoveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor = cls.debtor_of()
        cls.env.user.lang = "en_US"  # alerts are written in the language of who is told
        cls.insurer = cls.make_partner("Assureur Crédit")

    def make_cover(self, amount=5000.0, user=None, **vals):
        return (
            self.env["recovery.coverage"]
            .with_user(user or self.recovery_user)
            .create(
                {
                    "debtor_id": self.debtor.id,
                    "provider_id": self.insurer.id,
                    "reference": "POL-1",
                    "amount": amount,
                    "share": 90,
                    **vals,
                }
            )
        )

    def watch(self, day):
        self.env["recovery.credit.watch"]._run(self.company, day)

    def test_own_risk_is_the_exposure_less_what_is_covered_that_day(self):
        self.make_invoice(amount=8000, days_overdue=3)
        self.make_cover(date_until=date(2026, 12, 31))
        self.make_cover(kind="deposit", share=100, amount=500, provider_id=False)
        self.make_cover(kind="bank", share=100, amount=9999, date_from=date(2027, 1, 1))
        self.assertEqual((self.debtor.exposure_cover, self.debtor.exposure_own_risk), (5000, 3000))
        self.assertTrue(self.debtor.exposure_gauge["own_risk"])
        with freeze_time("2027-01-01 10:00:00"):
            self.env.invalidate_all()
            self.assertEqual((self.debtor.exposure_cover, self.debtor.exposure_own_risk), (8000, 0))

    def test_a_guarantee_covers_in_its_company_only(self):
        other = self.setup_other_company(name="Other house")["company"]
        self.make_invoice(amount=800, company=other)
        self.make_cover()
        exposure = self.env["recovery.exposure"]._read(other, self.debtor_partner, self.today)
        self.assertEqual(exposure[self.debtor_partner.id].cover, 0)

    def test_the_state_follows_the_dates(self):
        cover = self.make_cover(date_from=date(2026, 12, 1), date_until=date(2027, 3, 31))
        states = []
        for moment in ("2026-11-21", "2026-12-01", "2027-03-01", "2027-03-31", "2027-04-01"):
            with freeze_time(f"{moment} 10:00:00"):
                cover.invalidate_recordset()
                states.append(cover.state)
                self.assertIn(cover, cover.search([("state", "=", cover.state)]))
                self.assertNotIn(cover, cover.search([("state", "!=", cover.state)]))
        self.assertEqual(states, ["future", "running", "expiring", "expiring", "expired"])

    def test_the_state_is_looked_for_on_each_companys_own_day_and_notice(self):
        other = self.setup_other_company(name="Other house")["company"]
        self.company.write({"recovery_timezone": "America/New_York", "recovery_cover_notice_days": 30})
        other.recovery_cover_notice_days = 1
        ends_today = self.make_cover(date_until=date(2026, 11, 21))
        ends_soon = self.make_cover(date_until=date(2026, 12, 15))
        with freeze_time("2026-11-21 23:30:00"):  # the 22nd in Paris
            covers = ends_today | ends_soon
            covers = covers.with_user(self.env.user).with_context(allowed_company_ids=(other | self.company).ids)
            covers.invalidate_recordset()
            self.assertEqual(set(covers.mapped("state")), {"expiring"})
            self.assertEqual(covers.search([("state", "=", "expiring"), ("id", "in", covers.ids)]), covers)
            self.assertFalse(covers.search([("state", "!=", "expiring"), ("id", "in", covers.ids)]))

    def test_wrong_dates_and_shares_are_refused(self):
        with self.assertRaises(ValidationError):
            self.make_cover(date_until=date(2020, 1, 1))

    def test_the_end_is_announced_once_and_again_when_it_was_put_off(self):
        cover = self.make_cover(date_until=date(2026, 12, 31))
        self.watch(date(2026, 11, 25))
        self.assertFalse(cover.activity_ids)
        self.watch(date(2026, 12, 1))
        self.watch(date(2026, 12, 2))
        self.assertEqual(len(cover.activity_ids), 1)
        self.assertIn("guarantee ends on", cover.activity_ids.summary)
        cover.date_until = date(2027, 12, 31)
        self.watch(date(2027, 12, 5))
        self.assertEqual(len(cover.activity_ids), 2)

    def test_a_non_payment_is_to_be_declared_before_the_insurers_deadline(self):
        cover = self.make_cover(declare_days=60)
        self.assertFalse(cover.declare_by)
        self.make_invoice(amount=300, due=self.today - timedelta(days=20))
        cover.invalidate_recordset()
        self.assertEqual(cover.declare_by, self.today + timedelta(days=40))
        self.watch(self.today)
        self.assertFalse(cover.activity_ids)
        self.watch(self.today + timedelta(days=10))
        self.watch(self.today + timedelta(days=11))
        self.assertIn("declare the non-payment", cover.activity_ids.summary)
        self.assertEqual(cover.activity_ids.date_deadline, self.today + timedelta(days=40))
        cover.declared_on = self.today
        self.assertFalse(cover.declare_by)

    def test_what_changes_is_in_the_journal(self):
        cover = self.make_cover()
        cover.amount = 9000
        cover.with_user(self.recovery_manager).unlink()
        events = self.env["recovery.event"].search([("kind", "=", "cover")])
        self.assertEqual(len(events), 3)
        self.assertEqual(events.debtor_id, self.debtor)
