from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged

from ..common import RecoveryCommon
from ..english import InEnglish
from ..portfolio import PortfolioCommon

NOW = "2026-11-21 10:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestExposure(InEnglish, RecoveryCommon):
    def exposure(self, partner=None, company=None):
        partner = partner or self.debtor_partner
        return self.env["recovery.exposure"]._read(company or self.company, partner, self.today)[partner.id]

    def use_limits(self, limit, partner=None):
        self.company.account_use_credit_limit = True
        (partner or self.debtor_partner).credit_limit = limit

    def test_the_customer_tab_says_what_is_draft_not_due_overdue_and_in_credit(self):
        self.make_invoice(amount=800, days_overdue=10)
        self.make_invoice(amount=500, days_overdue=0)
        self.make_invoice(amount=300, days_overdue=-10)
        self.make_invoice(amount=200, post=False)
        self.make_credit_note(amount=100)
        partner = self.debtor_partner.with_user(self.recovery_user)
        self.assertEqual(partner.recovery_exposure_overdue, 800)
        self.assertEqual(partner.recovery_exposure_not_due, 800)
        self.assertEqual(partner.recovery_exposure_draft, 200)
        self.assertEqual(partner.recovery_exposure_credit, -100)
        self.assertEqual(partner.recovery_exposure_orders, 0)
        self.assertEqual(partner.recovery_exposure_total, 1700)
        self.assertEqual(partner.recovery_currency_id, self.company.currency_id)

    def test_without_limits_the_tab_still_shows_the_exposure(self):
        self.make_invoice(amount=800, days_overdue=10)
        self.assertEqual(self.debtor_partner.recovery_exposure_limit_origin, "off")
        self.assertEqual(self.debtor_partner.recovery_exposure_usage, 0)
        gauge = self.debtor_partner.recovery_exposure_gauge
        self.assertFalse(gauge["limit"])
        self.assertFalse(gauge["is_over"])
        self.assertEqual([part["share"] for part in gauge["segments"] if part["key"] == "overdue"], [100.0])
        self.assertIn("does not use credit limits", gauge["status"])

    def test_no_limit_the_companys_limit_and_the_customers_own_are_three_things(self):
        self.use_limits(0)
        self.assertEqual((self.exposure().limit, self.exposure().limit_origin), (None, "none"))
        self.env["ir.default"].sudo().set("res.partner", "credit_limit", 5000, company_id=self.company.id)
        other = self.make_partner("Fleuriste")
        self.assertEqual((self.exposure(other).limit, self.exposure(other).limit_origin), (5000, "company"))
        other.credit_limit = 700
        self.assertEqual((self.exposure(other).limit, self.exposure(other).limit_origin), (700, "customer"))
        other.credit_limit = 0
        self.assertEqual((self.exposure(other).limit, self.exposure(other).limit_origin), (None, "none"))

    def test_the_gauge_says_how_much_of_the_limit_is_used(self):
        self.use_limits(2000)
        self.make_invoice(amount=1500, days_overdue=10)
        self.assertEqual(self.debtor_partner.recovery_exposure_usage, 75)
        gauge = self.debtor_partner.recovery_exposure_gauge
        self.assertEqual((gauge["usage"], gauge["limit_share"], gauge["is_over"]), (75, 100.0, False))
        self.assertEqual(sum(part["share"] for part in gauge["segments"]), 75.0)

    def test_the_gauge_turns_red_strictly_above_the_limit(self):
        self.use_limits(1500)
        self.make_invoice(amount=1500, days_overdue=10)
        self.assertFalse(self.debtor_partner.recovery_exposure_gauge["is_over"])
        self.make_invoice(amount=1500, days_overdue=10)
        self.env.invalidate_all()
        gauge = self.debtor_partner.recovery_exposure_gauge
        self.assertEqual((gauge["usage"], gauge["limit_share"], gauge["is_over"]), (200, 50.0, True))

    def test_drafts_that_would_exceed_the_limit_are_told_apart_from_debts_that_do(self):
        self.use_limits(1000)
        self.make_invoice(amount=900)
        draft = self.make_invoice(amount=300, post=False)
        self.assertIn("once the draft invoices are confirmed", self.debtor_partner.recovery_exposure_status)
        draft.action_post()
        self.env.invalidate_all()
        self.assertNotIn("draft", self.debtor_partner.recovery_exposure_status)
        self.assertIn("above the limit", self.debtor_partner.recovery_exposure_status)

    def test_a_credit_shortens_the_oldest_part_of_the_bar(self):
        self.use_limits(1000)
        self.make_invoice(amount=400, days_overdue=10)
        self.make_invoice(amount=400, days_overdue=-10)
        self.make_credit_note(amount=500)
        shares = {part["key"]: part["share"] for part in self.debtor_partner.recovery_exposure_gauge["segments"]}
        self.assertEqual(shares, {"overdue": 0.0, "not_due": 30.0, "orders": 0.0, "draft": 0.0, "credit": 0.0})

    def test_a_customer_in_credit_has_an_empty_bar(self):
        self.use_limits(1000)
        self.make_credit_note(amount=500)
        gauge = self.debtor_partner.recovery_exposure_gauge
        self.assertEqual((sum(part["share"] for part in gauge["segments"]), gauge["usage"]), (0.0, 0))
        self.assertFalse(gauge["is_over"])

    def test_a_contact_shows_the_exposure_of_its_company(self):
        contact = self.env["res.partner"].create({"name": "Accounts", "parent_id": self.debtor_partner.id})
        self.make_invoice(amount=70)
        self.assertEqual(contact.recovery_exposure_total, 70)

    def test_a_limit_in_one_company_never_leaks_into_another(self):
        other = self.setup_other_company(name="Other house")["company"]
        self.use_limits(1000)
        self.make_invoice(amount=400)
        here = self.debtor_partner.with_company(self.company)
        there = self.debtor_partner.with_company(other)
        self.assertEqual((here.recovery_exposure_limit, here.recovery_exposure_total), (1000, 400))
        self.assertEqual((there.recovery_exposure_limit, there.recovery_exposure_total), (0, 0))
        self.assertEqual(there.recovery_exposure_limit_origin, "off")

    def test_a_branch_shares_the_debt_and_the_limit_of_its_root(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.env.user.company_ids |= branch
        self.use_limits(1000)
        self.make_invoice(amount=400)
        partner = self.debtor_partner.with_context(allowed_company_ids=(branch | self.company).ids)
        self.assertEqual((partner.recovery_exposure_limit, partner.recovery_exposure_total), (1000, 400))
        alone = self.debtor_partner.with_context(allowed_company_ids=branch.ids)
        self.assertEqual(
            (alone.recovery_exposure_limit, alone.recovery_exposure_total), (0, 0), "not in a branch alone"
        )

    def test_orders_that_the_sales_bridge_reads_count_in_the_exposure(self):
        self.make_invoice(amount=100)
        with patch.object(
            type(self.env["recovery.exposure"]), "_read_orders", lambda self, company, partners: {partners.id: 250.0}
        ):
            self.assertEqual((self.exposure().orders, self.exposure().total), (250.0, 350.0))

    def test_the_debtors_screen_shows_the_same_figures(self):
        self.use_limits(1000)
        self.make_invoice(amount=1200, days_overdue=3)
        debtor = self.debtor_of()
        self.assertEqual(
            (debtor.exposure_total, debtor.exposure_overdue, debtor.exposure_limit, debtor.exposure_usage),
            (1200, 1200, 1000, 120),
        )
        self.assertEqual(debtor.exposure_status, self.debtor_partner.recovery_exposure_status)
        self.assertEqual(debtor.exposure_gauge, self.debtor_partner.recovery_exposure_gauge)

    def test_the_auditor_reads_the_exposure_and_a_stranger_does_not(self):
        self.make_invoice(amount=400)
        self.assertEqual(self.debtor_partner.with_user(self.recovery_auditor).recovery_exposure_total, 400)
        stranger = self.make_user("paul", "base.group_user")
        with self.assertRaises(AccessError):
            self.debtor_partner.with_user(stranger).read(["recovery_exposure_total"])

    def test_a_customer_being_typed_in_has_no_exposure(self):
        with Form(self.env["res.partner"], "base.view_partner_form") as form:
            form.name = "New one"
        self.assertEqual(form.record.recovery_exposure_total, 0)

    def test_open_items_of_the_customer_are_listed_from_its_form(self):
        invoice = self.make_invoice(amount=400)
        self.make_invoice(self.partner_b, amount=10)
        action = self.debtor_partner.with_user(self.recovery_user).action_open_recovery_items()
        lines = self.env[action["res_model"]].with_user(self.recovery_user).search(action["domain"])
        self.assertEqual(lines.move_id, invoice)
        self.assertEqual(action["views"][0][0], self.env.ref("debt_recovery.account_move_line_view_list_recovery").id)

    def test_days_late_count_from_the_due_date_of_debts_only(self):
        late = self.receivable_of(self.make_invoice(days_overdue=12))
        early = self.receivable_of(self.make_invoice(days_overdue=-12))
        credit = self.receivable_of(self.make_credit_note(date=self.today))
        self.assertEqual((late | early | credit).mapped("recovery_days_late"), [12, 0, 0])


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestExposureOfPortfolios(PortfolioCommon):
    def test_exposure_equals_a_slow_computation_from_the_journal_items(self):
        engine = self.env["recovery.exposure"]
        for seed in (1, 2):
            customers = self.make_portfolio(seed)
            expected = self.exposure_slowly(self.today)
            exposures = engine._read(self.company, customers, self.today)
            for partner in customers:
                exposure = exposures[partner.id]
                drafts = self.env["account.move"].search(
                    [("commercial_partner_id", "=", partner.id), ("state", "=", "draft")]
                )
                with self.subTest(seed=seed, customer=partner.name):
                    self.assertEqual(
                        [exposure.not_due, exposure.overdue, exposure.credit],
                        expected.get(partner, [0.0, 0.0, 0.0]),
                    )
                    self.assertEqual(exposure.draft, round(sum(drafts.mapped("amount_total_signed")), 2))
                    self.assertAlmostEqual(
                        exposure.posted, partner.with_context(active_test=False).credit, 2, "core's own total"
                    )

    def test_the_number_of_queries_does_not_depend_on_the_number_of_customers(self):
        self.company.account_use_credit_limit = True
        customers = self.make_portfolio(4, invoices=12).commercial_partner_id
        engine = self.env["recovery.exposure"]
        counts = []
        for partners in (customers, customers[:1], customers):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            engine._read(self.company, partners, self.today)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 14, "with an empty cache; one of them reads the books")
