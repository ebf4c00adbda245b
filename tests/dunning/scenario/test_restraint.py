import random
from datetime import date, timedelta

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ...common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestRestraint(RecoveryCommon):
    """What keeps a scenario quiet, on real debts. The fixed day, 21 November 2026, is a Saturday."""

    def make_contact(self, day, partner=None, channel="email", state="sent", notice=None):
        return (
            self.env["recovery.delivery"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "debtor_id": self.debtor_of(partner).id,
                    "notice_id": notice and notice.id,
                    "addressee_id": (partner or self.debtor_partner).id,
                    "channel": channel,
                    "state": state,
                    "user_id": self.env.uid,
                    "queued_on": f"{day} 08:00:00",
                    "done_on": f"{day} 08:00:00" if state in ("sent", "done", "printed") else False,
                }
            )
        )

    def make_quiet(self, first, last, **vals):
        return self.env["recovery.quiet.period"].create(
            {"name": "Gel", "date_from": first, "date_to": last, "yearly": False, **vals}
        )

    # ------------------------------------------------------------
    # Cap on contacts
    # ------------------------------------------------------------
    def test_cap_counts_every_channel_and_says_until_when(self):
        self.scenario.write({"cap_contacts": 2, "cap_days": 7})
        invoice = self.make_invoice(days_overdue=10)
        self.make_contact(self.today - timedelta(days=5), channel="call", state="done")
        self.assertEqual(self.verdict_of(invoice).code, "due")
        self.make_contact(self.today - timedelta(days=2), channel="letter", state="printed")
        verdict = self.verdict_of(invoice)
        self.assertEqual((verdict.code, verdict.when), ("capped", self.today + timedelta(days=2)))
        self.assertIn("2", verdict.detail)
        self.assertEqual(self.verdict_of(invoice, verdict.when - timedelta(days=1)).code, "capped")
        self.assertEqual(self.verdict_of(invoice, verdict.when).code, "due")

    def test_a_contact_by_hand_leaves_alone_for_the_days_of_the_level(self):
        self.levels["reminder"].min_interval = 5
        invoice = self.make_invoice(days_overdue=10)
        stranger = self.make_invoice(self.make_partner("Sans appel"), days_overdue=10)
        self.make_contact(self.today - timedelta(days=3), channel="call", state="done")
        verdict = self.verdict_of(invoice)
        self.assertEqual((verdict.code, verdict.when), ("recent", self.today + timedelta(days=2)))
        self.assertIn("2026", verdict.detail)
        self.assertEqual(self.verdict_of(invoice, verdict.when).code, "due")
        self.assertEqual(self.verdict_of(stranger).code, "due")
        self.levels["reminder"].min_interval = 3
        self.assertEqual(self.verdict_of(invoice).code, "due")

    def test_cap_ignores_failures_tasks_and_others(self):
        self.scenario.write({"cap_contacts": 1, "cap_days": 7})
        invoice = self.make_invoice(days_overdue=10)
        self.make_contact(self.today, state="failed")
        self.make_contact(self.today, state="cancelled")
        self.make_contact(self.today, channel="task", state="done")
        self.make_contact(self.today, partner=self.make_partner("Voisin"))
        self.assertEqual(self.verdict_of(invoice).code, "due")

    def test_channels_of_one_notice_are_one_contact(self):
        self.scenario.write({"cap_contacts": 2, "cap_days": 7})
        self.make_invoice(days_overdue=10)
        campaign = self.make_campaign(self.today - timedelta(days=3))
        campaign._validate(self.today - timedelta(days=3))
        for channel in ("email", "letter"):
            self.make_contact(self.today - timedelta(days=3), channel=channel, notice=campaign.notice_ids)
        other = self.make_invoice(days_overdue=5)
        self.assertEqual(self.verdict_of(other).code, "due")

    def test_what_is_validated_and_not_sent_counts(self):
        self.scenario.write({"cap_contacts": 1, "cap_days": 7})
        self.make_invoice(days_overdue=10)
        validated_on = self.today - timedelta(days=2)
        campaign = self.make_campaign(self.today - timedelta(days=3))
        campaign._validate(validated_on)
        other = self.make_invoice(days_overdue=5)
        verdict = self.verdict_of(other)
        self.assertEqual((verdict.code, verdict.when), ("capped", validated_on + timedelta(days=7)))
        self.assertEqual(self.verdict_of(other, verdict.when - timedelta(days=1)).code, "capped")
        self.assertEqual(self.verdict_of(other, verdict.when).code, "due")
        self.assertFalse(self.make_campaign().notice_ids)
        campaign._send(self.today)
        self.assertEqual(campaign.notice_ids.state, "sent", "a notice never stands in its own way")
        self.assertEqual(self.verdict_of(other).when, self.today + timedelta(days=7))

    def test_two_forgotten_notices_of_a_debtor_do_not_leave_together(self):
        self.scenario.write({"cap_contacts": 1, "cap_days": 7})
        self.make_invoice(days_overdue=20)
        old = self.today - timedelta(days=8)
        first = self.make_campaign(old)
        first._validate(old)
        self.make_invoice(days_overdue=5)
        second = self.make_campaign()
        second._validate(self.today)
        notices = first.notice_ids | second.notice_ids
        self.assertEqual(notices.mapped("state"), ["validated", "validated"])
        self.env["recovery.dispatch"].sudo()._send(notices.sudo(), self.today)
        self.assertEqual(sorted(notices.mapped("state")), ["obsolete", "sent"])
        self.assertEqual(len(notices.delivery_ids), 1)

    def test_two_campaigns_validated_together_keep_to_the_cap(self):
        self.scenario.write({"cap_contacts": 1, "cap_days": 7})
        self.make_invoice(days_overdue=20)
        first = self.make_campaign()
        self.make_invoice(days_overdue=10)
        second = self.make_campaign()
        first._validate(self.today)
        second._validate(self.today)
        self.assertEqual((first.notice_ids.state, second.notice_ids.state), ("validated", "obsolete"))
        self.assertIn("Contacted often enough", second.notice_ids.with_context(lang="en_US").state_reason)

    def test_what_waits_for_approval_counts_and_what_is_excluded_or_writes_to_nobody_does_not(self):
        self.scenario.write({"cap_contacts": 1, "cap_days": 7})
        self.levels["reminder"].approval_required = True
        self.make_invoice(days_overdue=10)
        campaign = self.make_campaign().with_user(self.recovery_user)
        campaign._validate(self.today)
        self.assertEqual(campaign.notice_ids.state, "to_approve")
        other = self.make_invoice(days_overdue=5)
        self.assertEqual(self.verdict_of(other).code, "capped")
        campaign.notice_ids.with_user(self.recovery_user)._exclude("Non")
        hold = self.env["recovery.hold"].search([("notice_id", "in", campaign.notice_ids.ids)])
        hold._release(self.today, "Ce n'est pas lui que l'on regarde")  # the exclusion holds the debtor for the day
        self.assertEqual(self.verdict_of(other).code, "due")
        self.levels["reminder"].write({"approval_required": False, "channel_email": False, "channel_task": True})
        campaign = self.make_campaign()
        campaign._validate(self.today)
        third = self.make_invoice(days_overdue=3)
        self.assertEqual((campaign.notice_ids.state, self.verdict_of(third).code), ("validated", "due"))

    def test_standard_never_blocks_its_own_ladder_and_consumers_are_spared_more(self):
        presets = {
            xmlid: self.env.ref(f"debt_recovery.recovery_scenario_{xmlid}") for xmlid in ("standard", "consumer")
        }
        self.assertLess(
            presets["consumer"].cap_contacts / presets["consumer"].cap_days,
            presets["standard"].cap_contacts / presets["standard"].cap_days,
        )

    def test_a_handover_is_not_a_contact_and_is_never_put_off(self):
        self.scenario.business_days_only = True
        invoice = self.make_invoice(days_overdue=120)
        for days in (80, 65, 50, 35):
            day = self.today - timedelta(days=days)
            campaign = self.make_campaign(day)
            while not campaign.notice_ids:  # a week-end or a holiday
                day += timedelta(days=1)
                campaign = self.make_campaign(day)
            campaign._validate(day)
        self.assertEqual(campaign.notice_ids.kind, "formal_notice")
        campaign.notice_ids.sudo().line_ids.write({"deadline_date": self.today - timedelta(days=5)})
        self.scenario.write({"cap_contacts": 1, "cap_days": 30})
        self.make_contact(self.today)
        verdict = self.verdict_of(invoice)
        self.assertEqual((verdict.code, verdict.step.kind), ("due", "handover"), "on a Saturday, right after a contact")

    # ------------------------------------------------------------
    # Quiet days
    # ------------------------------------------------------------
    def test_business_days_only(self):
        self.scenario.business_days_only = True
        invoice = self.make_invoice(days_overdue=10)
        verdict = self.verdict_of(invoice)
        self.assertEqual((verdict.code, verdict.when), ("quiet", date(2026, 11, 23)))
        self.assertEqual(self.verdict_of(invoice, date(2026, 11, 23)).code, "due")

    def test_alsace_moselle_keeps_quiet_on_saint_stephens_day(self):
        self.scenario.business_days_only = True
        invoice = self.make_invoice(due=date(2029, 12, 1), date=date(2026, 11, 1))
        day = date(2029, 12, 26)  # a Wednesday
        self.assertEqual(self.verdict_of(invoice, day).code, "due")
        self.company.recovery_alsace_moselle = True
        self.assertEqual(self.verdict_of(invoice, day).code, "quiet")

    def test_a_quiet_period_says_its_name_and_its_end(self):
        self.make_quiet(self.today, self.today + timedelta(days=9))
        invoice = self.make_invoice(days_overdue=10)
        verdict = self.verdict_of(invoice)
        self.assertEqual((verdict.code, verdict.when), ("quiet", self.today + timedelta(days=10)))
        self.assertIn("Gel", verdict.detail)
        self.assertFalse(self.make_campaign().notice_ids)
        self.assertTrue(self.make_campaign(verdict.when).notice_ids)

    def test_a_quiet_period_of_one_scenario_leaves_the_others(self):
        other = self.scenario.copy()
        self.make_quiet(self.today, self.today, scenario_ids=[(4, other.id)])
        invoice = self.make_invoice(days_overdue=10)
        self.assertEqual(self.verdict_of(invoice).code, "due")
        self.debtor_of().scenario_id = other
        self.assertEqual(self.verdict_of(invoice).code, "quiet")

    def test_what_is_to_come_is_dated_after_the_silence(self):
        invoice = self.make_invoice(days_overdue=-20)
        plain = self.verdict_of(invoice)
        self.make_quiet(plain.when, plain.when + timedelta(days=3))
        verdict = self.verdict_of(invoice)
        self.assertEqual((verdict.code, verdict.when), (plain.code, plain.when + timedelta(days=4)))

    def test_a_yearly_period_never_silences_a_whole_scenario(self):
        with self.assertRaisesRegex(ValidationError, "six months"):
            self.make_quiet("2026-01-01", "2026-12-31", yearly=True)

    # ------------------------------------------------------------
    # Credits and amounts
    # ------------------------------------------------------------
    def test_an_open_credit_is_set_off_or_holds(self):
        invoice = self.make_invoice(days_overdue=10, amount=1000)
        self.make_credit_note(amount=100, date=self.today - timedelta(days=3))
        self.assertEqual(self.verdict_of(invoice).code, "due")
        self.scenario.open_credits = "hold"
        verdict = self.verdict_of(invoice)
        self.assertEqual((verdict.code, verdict.when), ("credit_hold", None))
        self.assertIn("100", verdict.detail)
        other = self.make_partner("Sans avoir")
        self.assertEqual(self.verdict_of(self.make_invoice(other, days_overdue=10)).code, "due")

    def test_minimum_share_of_the_balance(self):
        self.levels["reminder"].min_share = 20
        small = self.make_invoice(days_overdue=10, amount=100)
        self.make_invoice(days_overdue=-60, amount=900, date=self.today)
        verdict = self.verdict_of(small)
        self.assertEqual((verdict.code, verdict.when), ("below_share", None))
        self.assertIn("10% of the balance, minimum 20%", verdict.detail)
        self.make_invoice(days_overdue=10, amount=150)
        self.assertEqual(self.verdict_of(small).code, "due")

    def test_a_minimum_in_euros_against_dollars(self):
        usd = self.setup_other_currency("USD", rates=[("2020-01-01", 4.0)])
        self.levels["reminder"].min_amount = 100
        invoice = self.make_invoice(days_overdue=5, amount=200, currency=usd)
        self.assertEqual(self.verdict_of(invoice).code, "below_minimum", "200 USD are 50 EUR")
        self.make_invoice(days_overdue=5, amount=50)
        self.assertEqual(self.verdict_of(invoice).code, "due", "50 EUR and 200 USD are 100 EUR")

    def test_a_small_mise_en_demeure_never_silences_the_reminders(self):
        self.levels["formal_notice"].min_amount = 500
        old = self.make_invoice(days_overdue=100, amount=50)
        for days in (60, 40, 20):
            day = self.today - timedelta(days=days)
            self.make_campaign(day)._validate(day)
        recent = self.make_invoice(days_overdue=5, amount=2000)
        self.assertEqual((self.verdict_of(old).code, self.verdict_of(recent).code), ("below_minimum", "due"))

    def test_the_minimum_of_a_later_level_never_silences_the_earlier_ones(self):
        self.levels["call"].min_amount = 400
        old = self.make_invoice(days_overdue=60, amount=130)
        day = self.today - timedelta(days=40)
        self.make_campaign(day)._validate(day)
        recent = self.make_invoice(days_overdue=5, amount=90)
        verdict = self.verdict_of(old)
        self.assertEqual((verdict.code, verdict.step.kind), ("below_minimum", "call"))
        self.assertIn("220", verdict.detail, "what one notice would claim counts together")
        self.assertEqual((self.verdict_of(recent).code, self.verdict_of(recent).step.kind), ("due", "reminder"))
        self.assertEqual(self.make_campaign().notice_ids.amount, 90)
        self.levels["reminder"].min_amount = 100
        self.assertEqual(self.verdict_of(recent).code, "below_minimum", "90 alone are too little")
        self.make_invoice(days_overdue=4, amount=200)
        self.assertEqual(self.verdict_of(old).code, "due", "420 together are enough for the call")

    # ------------------------------------------------------------
    # The first day it may happen
    # ------------------------------------------------------------
    def test_when_is_the_first_day_on_which_the_engine_says_yes(self):
        rng = random.Random(7)
        self.scenario.write({"cap_contacts": 2, "cap_days": 6, "business_days_only": True})
        self.levels["reminder"].day_type = "business"
        self.make_quiet(self.today + timedelta(days=9), self.today + timedelta(days=14))
        partners = [self.make_partner(f"Client {i}") for i in range(6)]
        for partner in partners:
            for _i in range(3):
                self.make_invoice(partner, amount=100, due=self.today + timedelta(days=rng.randint(-40, 30)))
            for _i in range(rng.randint(0, 3)):
                self.make_contact(self.today - timedelta(days=rng.randint(0, 6)), partner)
        self.make_campaign(self.today - timedelta(days=4))._validate(self.today - timedelta(days=4))
        told = {line_id: v.when for line_id, v in self.verdicts().items() if v.step}
        self.assertGreater(len(set(told.values())), 4)
        first = {}
        for offset in range(60):
            day = self.today + timedelta(days=offset)
            for line_id, verdict in self.verdicts(day).items():
                if verdict.code == "due":
                    first.setdefault(line_id, day)
        self.assertEqual({line_id: first.get(line_id) for line_id in told}, told)

    def test_queries_do_not_follow_the_number_of_debtors(self):
        self.scenario.write({"business_days_only": True})

        def count(number):
            partners = [self.make_partner(f"N{number} {i}") for i in range(number)]
            for partner in partners:
                self.make_invoice(partner, days_overdue=10)
                self.make_contact(self.today - timedelta(days=2), partner)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.verdicts()
            return self.cr.sql_log_count - before

        few = count(2)
        self.assertLessEqual(count(20) - few, 3)
