from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from ..common import RecoveryCommon
from ..english import InEnglish

NOW = "2026-11-21 10:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestLimits(InEnglish, RecoveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"account_use_credit_limit": True, "recovery_limit_user_max": 5000})
        cls.debtor = cls.debtor_of()
        cls.env.user.lang = "en_US"  # alerts are written in the language of who is told

    def day(self, days):
        return self.today + timedelta(days=days)

    def limit(self, day=None, partner=None, company=None):
        partner = partner or self.debtor_partner
        company = company or self.company
        return self.env["recovery.exposure"]._read_limits(company, partner, day or self.today)[partner.id]

    def ask(self, kind="amount", amount=0.0, user=None, debtor=None, **vals):
        return (
            self.env["recovery.limit.request"]
            .with_user(user or self.recovery_user)
            ._ask(debtor or self.debtor, {"kind": kind, "amount": amount, "reason": "Bilan 2025", **vals}, self.today)
        )

    # -- no limit, zero, expired --------------------------------------------------

    def test_no_limit_zero_and_expired_are_three_things(self):
        self.assertEqual((self.limit().amount, self.limit().origin), (None, "none"))
        self.ask("zero")
        self.assertEqual((self.limit().amount, self.limit().origin), (0.0, "zero"))
        self.assertEqual(self.debtor_partner.credit_limit, 0, "core knows no limit of zero")
        self.ask("amount", 3000, date_until=self.day(10))
        self.assertEqual((self.limit().amount, self.limit().origin), (3000, "customer"))
        self.assertEqual((self.limit(self.day(10)).amount, self.limit(self.day(10)).origin), (3000, "customer"))
        self.assertEqual((self.limit(self.day(11)).amount, self.limit(self.day(11)).origin), (0.0, "expired"))
        self.ask("none", user=self.recovery_manager)
        self.assertEqual((self.limit(self.day(11)).amount, self.limit(self.day(11)).origin), (None, "none"))

    def test_no_credit_at_all_ends_the_increases_granted_before(self):
        self.ask("amount", 1000)
        increases = self.ask("increase", 400, date_until=self.day(5))
        increases |= self.ask("increase", 300, date_from=self.day(6), date_until=self.day(9))
        with freeze_time(f"{self.today} 10:00:00"):
            self.ask("zero")
        self.assertEqual([self.limit(self.day(days)).amount for days in (0, 7)], [0.0, 0.0])
        self.assertEqual(set(increases.mapped("state")), {"ended"})
        self.ask("increase", 50, date_until=self.day(5))
        self.assertEqual(self.limit().amount, 50, "granted since, with the zero in view")

    def test_the_screen_says_which_of_the_three_it_is(self):
        self.make_invoice(amount=100)
        self.ask("zero")
        self.env.invalidate_all()
        self.assertIn("No credit is given", self.debtor.exposure_status)
        self.assertTrue(self.debtor.exposure_gauge["is_over"])
        self.ask("amount", 3000, date_until=self.today)
        with freeze_time("2026-11-22 10:00:00"):
            self.env.invalidate_all()
            self.assertIn("expired on", self.debtor.exposure_status)
            self.assertEqual(self.debtor_partner.recovery_exposure_limit_origin, "expired")

    def test_a_temporary_increase_begins_and_ends_by_itself(self):
        self.ask("amount", 1000)
        request = self.ask("increase", 400, date_from=self.day(2), date_until=self.day(5))
        self.assertEqual([self.limit(self.day(days)).amount for days in (0, 2, 5, 6)], [1000, 1400, 1400, 1000])
        self.assertEqual(self.debtor_partner.credit_limit, 1000, "core's amount never holds the increase")
        self.assertEqual(self.limit(self.day(3)).increase_until, self.day(5))
        with self.assertRaises(AccessError):
            request.with_user(self.recovery_user).action_end()
        request.with_user(self.recovery_manager).action_end()
        self.assertEqual(self.limit(self.day(3)).amount, 1000)

    def test_an_increase_needs_a_limit_and_a_last_day(self):
        with self.assertRaisesRegex(UserError, "no limit to increase"):
            self.ask("increase", 100, date_until=self.day(3))
        self.ask("amount", 1000)
        with self.assertRaisesRegex(UserError, "last day"):
            self.ask("increase", 100)
        with self.assertRaisesRegex(UserError, "above zero"):
            self.ask("amount", 0)
        with self.assertRaisesRegex(UserError, "today or later"):
            self.ask("amount", 10, date_until=self.day(-1))

    # -- who may grant ----------------------------------------------------------------

    def test_a_user_grants_up_to_the_companys_amount_and_a_manager_the_rest(self):
        self.assertEqual(self.ask("amount", 5000).state, "granted")
        request = self.ask("amount", 5001)
        self.assertEqual((request.state, self.debtor_partner.credit_limit), ("asked", 5000))
        self.assertEqual(request.decision_id.figures["limit before"].replace("\xa0", " "), "5,000.00 €")
        with self.assertRaisesRegex(UserError, "waiting for an answer"):
            self.ask("amount", 10)
        with self.assertRaises(AccessError):
            request.decision_id.with_user(self.recovery_user)._grant("moi")
        request.decision_id.with_user(self.recovery_manager)._grant("Bilan solide")
        self.assertEqual((request.state, request.answer_reason), ("granted", "Bilan solide"))
        self.assertEqual(self.debtor_partner.credit_limit, 5001)
        self.assertEqual(self.ask("amount", 99999, user=self.recovery_manager).state, "granted")

    def test_an_increase_counts_with_the_limit_for_who_may_grant_it(self):
        self.ask("amount", 4000)
        self.assertEqual(self.ask("increase", 1000, date_until=self.day(5)).state, "granted")
        self.assertEqual(self.ask("increase", 1, date_until=self.day(5)).state, "asked", "the first one counts too")

    def test_increases_to_come_count_for_who_may_grant_the_next_one(self):
        self.ask("amount", 3000)
        first = self.ask("increase", 1500, date_from=self.day(10), date_until=self.day(20))
        apart = self.ask("increase", 1500, date_from=self.day(21), date_until=self.day(25))
        self.assertEqual({first.state, apart.state}, {"granted"}, "never in force on the same day")
        over_both = self.ask("increase", 501, date_from=self.day(5), date_until=self.day(30))
        self.assertEqual(over_both.state, "asked", "5,001 on the tenth day")
        over_both.decision_id.with_user(self.recovery_manager)._refuse("Non")
        one_day = self.ask("increase", 501, date_from=self.day(20), date_until=self.day(20))
        self.assertEqual(one_day.state, "asked", "its only day is the last one of the first")
        one_day.decision_id.with_user(self.recovery_manager)._refuse("Non")
        self.assertEqual(
            self.ask("increase", 500, date_from=self.day(5), date_until=self.day(30)).state,
            "granted",
            "those in force on different days are not added up",
        )
        first.with_user(self.recovery_manager).action_end()
        apart.with_user(self.recovery_manager).action_end()
        self.assertEqual(self.ask("increase", 1500, date_until=self.day(20)).state, "granted", "ended ones are over")

    def test_increases_count_with_the_limit_that_they_come_upon(self):
        self.ask("amount", 1000)
        self.ask("increase", 1000, date_until=self.day(2))
        self.ask("increase", 2000, date_from=self.day(3), date_until=self.day(5))
        self.assertEqual(self.ask("amount", 3000).state, "granted")
        self.assertEqual(self.ask("amount", 3001).state, "asked", "5,001 from the third day on")

    def test_refused_changes_nothing_and_stays_in_the_history(self):
        request = self.ask("none")
        self.assertEqual(request.state, "asked", "no limit at all is the manager's")
        request.decision_id.with_user(self.recovery_manager)._refuse("Trop tôt")
        self.assertEqual((request.state, self.limit().origin), ("refused", "none"))
        self.assertIn("Limit refused", self.debtor.message_ids[0].body)
        with self.assertRaises(UserError):
            request.sudo().unlink()

    def test_nobody_types_what_is_decided(self):
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.recovery_manager).write({"limit_valid_until": self.day(90)})
        with self.assertRaises(AccessError):
            self.ask("amount", 10, user=self.recovery_auditor)
        other = self.make_user("ines", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.ask("amount", 10, user=other)

    def test_a_limit_typed_on_the_customer_is_kept_in_the_history_and_ends_what_was_decided(self):
        self.ask("zero")
        user = self.make_user("ines", "base.group_partner_manager", "debt_recovery.group_recovery_user")
        manager = self.make_user("luc", "base.group_partner_manager", "debt_recovery.group_recovery_manager")
        self.debtor_partner.with_user(user).credit_limit = 700
        self.assertEqual((self.limit().amount, self.limit().origin), (700, "customer"))
        request = self.debtor.limit_request_ids.sorted("id")[-1]
        self.assertEqual((request.amount, request.asked_by_id, request.state), (700, user, "granted"))
        self.company.recovery_limit_by_request = True
        with self.assertRaisesRegex(UserError, "on request"):
            self.debtor_partner.with_user(user).credit_limit = 800
        self.debtor_partner.with_user(manager).credit_limit = 900
        self.assertEqual(self.limit().amount, 900)

    def test_without_core_limits_asking_says_what_to_switch_on(self):
        self.company.account_use_credit_limit = False
        with self.assertRaisesRegex(UserError, "enable them"):
            self.ask("amount", 100)

    def test_the_window_says_beforehand_who_decides(self):
        Wizard = self.env["recovery.limit.wizard"].with_user(self.recovery_user)
        with Form(Wizard.with_context(default_debtor_id=self.debtor.id)) as form:
            form.amount = 4000
            self.assertTrue(form.is_granted_at_once)
            form.amount = 6000
            self.assertFalse(form.is_granted_at_once)
            form.reason = "Croissance"
        action = form.record.action_confirm()
        self.assertEqual(action["params"]["type"], "info")
        self.assertEqual(self.debtor.limit_request_ids.state, "asked")

    def test_the_window_counts_the_increases_of_the_same_days(self):
        self.ask("amount", 3000)
        self.ask("increase", 2000, date_from=self.day(10), date_until=self.day(20))
        Wizard = self.env["recovery.limit.wizard"].with_user(self.recovery_user)
        with Form(Wizard.with_context(default_debtor_id=self.debtor.id)) as form:
            form.kind = "increase"
            form.amount = 1500
            form.reason = "Saison"
            form.date_until = self.day(9)
            self.assertTrue(form.is_granted_at_once)
            form.date_until = self.day(10)
            self.assertFalse(form.is_granted_at_once)
            form.date_from = self.day(21)
            form.date_until = self.day(22)
            self.assertTrue(form.is_granted_at_once)

    # -- companies --------------------------------------------------------------------

    def test_what_is_decided_in_one_company_never_leaks_into_another(self):
        other = self.setup_other_company(name="Other house")["company"]
        other.account_use_credit_limit = True
        self.ask("zero")
        self.ask("amount", 1000, date_until=self.today)
        self.ask("increase", 50, date_until=self.today)
        there = self.limit(company=other)
        self.assertEqual((there.amount, there.origin, there.increase), (None, "none", 0))
        debtor = self.debtor_of(company=other)
        self.ask("amount", 77, user=self.env.user, debtor=debtor)
        self.assertEqual((self.limit(company=other).amount, self.limit().amount), (77, 1050))
        stranger = self.make_user("zoe", "debt_recovery.group_recovery_manager", company=other)
        self.assertFalse(self.env["recovery.limit.request"].with_user(stranger).search([("amount", "=", 1000)]))

    # -- alerts -----------------------------------------------------------------------

    def alerts(self, record=None):
        activity_type = self.env.ref("debt_recovery.mail_activity_type_credit")
        return (record or self.debtor).activity_ids.filtered(
            lambda activity: activity.activity_type_id == activity_type
        )

    def watch(self, day=None, partners=None):
        self.env["recovery.credit.watch"]._run(self.company, day or self.today, partners)

    def test_each_share_of_the_limit_raises_one_activity_per_crossing(self):
        self.debtor.collector_id = self.recovery_user
        self.ask("amount", 1000)
        self.make_invoice(amount=650)
        self.watch()
        self.assertFalse(self.alerts())
        self.make_invoice(amount=100)
        self.watch()
        self.watch()
        self.assertEqual(self.alerts().mapped("summary"), ["Credit limit used at 75%"])
        self.assertEqual(self.alerts().user_id, self.recovery_user)
        invoice = self.make_invoice(amount=300)
        self.watch()
        self.assertEqual(len(self.alerts()), 2, "90 and 100 at once are one activity")
        self.pay(invoice)
        self.watch()
        self.assertEqual(len(self.alerts()), 2, "going down tells nothing")
        self.make_invoice(amount=300)
        self.watch()
        self.assertEqual(len(self.alerts()), 3, "and rising again does")

    def test_customers_without_a_debtor_are_watched_too_and_books_that_moved_tell_at_once(self):
        partner = self.make_partner("Fleuriste", credit_limit=100)
        self.make_invoice(partner, amount=99)
        self.env["recovery.worklist"]._refresh(self.company, self.today)
        debtor = self.debtor_of(partner)
        self.assertEqual(self.alerts(debtor).mapped("summary"), ["Credit limit used at 99%"])
        self.env["recovery.worklist"]._refresh(self.company, self.today)
        self.assertEqual(len(self.alerts(debtor)), 1)

    def test_what_nobody_follows_is_told_to_a_manager_not_to_the_night_job(self):
        self.ask("amount", 1000)
        self.make_invoice(amount=900)
        watch = self.env["recovery.credit.watch"].with_user(self.env.ref("base.user_root"))
        watch._run(self.company, self.today)
        managers = self.env["recovery.decision"]._get_approvers(self.company)
        self.assertIn(self.alerts().user_id, managers)
        self.assertNotEqual(self.alerts().user_id, self.env.ref("base.user_root"))

    def test_the_shares_are_the_companys_choice(self):
        self.company.recovery_limit_alerts = "50"
        self.ask("amount", 1000)
        self.make_invoice(amount=600)
        self.watch()
        self.assertEqual(len(self.alerts()), 1)
        for wrong in ("seventy", "0, 90", "-1"):
            with self.assertRaises(ValidationError):
                self.company.recovery_limit_alerts = wrong

    def test_the_end_of_a_limit_and_its_review_are_announced_once(self):
        self.ask("amount", 1000, date_until=date(2027, 1, 31), review_date=date(2027, 1, 15))
        self.watch()
        self.assertFalse(self.alerts())
        self.watch(date(2027, 1, 4))
        self.watch(date(2027, 1, 5))
        self.assertIn("validity ends on", self.alerts().summary)
        self.watch(date(2027, 1, 15))
        self.assertIn("review due", self.alerts()[-1].summary + self.alerts()[0].summary)
        self.assertEqual(len(self.alerts()), 2)

    def test_watching_costs_the_same_for_one_customer_and_for_many(self):
        partners = [self.make_partner(f"Client {number}", credit_limit=1000) for number in range(6)]
        for partner in partners:
            self.make_invoice(partner, amount=100)
        partners = self.env["res.partner"].union(*partners)
        self.watch()
        counts = []
        for chosen in (partners, partners[:1], partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.watch(partners=chosen)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 20)
