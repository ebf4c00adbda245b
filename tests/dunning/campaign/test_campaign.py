from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ...common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestCampaign(RecoveryCommon):
    prints_documents = True

    def test_late_invoice_enters_at_the_first_reminder_whatever_its_age(self):
        self.make_invoice(days_overdue=200)
        campaign = self.make_campaign()
        self.assertEqual(campaign.notice_ids.level_id, self.levels["reminder"])

    def test_full_story_from_courtesy_to_handover(self):
        due = self.today
        self.make_invoice(due=due)
        seen = []
        for offset in range(-10, 90):
            day = due + timedelta(days=offset)
            campaign = self.send_campaign(day)
            with freeze_time(f"{day} 10:00:00"):
                campaign.notice_ids.letter_ids.delivery_id.action_mark_posted()
            seen += [(offset, notice.kind, notice.state) for notice in campaign.notice_ids]
        self.assertEqual(
            seen,
            [
                (-7, "courtesy", "sent"),
                (1, "reminder", "sent"),
                (15, "call", "sent"),
                (30, "final", "sent"),
                (45, "formal_notice", "sent"),
                (64, "handover", "sent"),
            ],
        )

    def test_one_notice_per_debtor_at_the_tone_of_the_highest_level(self):
        old = self.make_invoice(days_overdue=40)
        self.send_campaign(self.today - timedelta(days=20))
        recent = self.make_invoice(days_overdue=3)
        campaign = self.make_campaign()
        self.assertEqual(campaign.notice_ids.level_id, self.levels["call"])
        levels = {line.move_id: line.level_id for line in campaign.notice_ids._get_claimed_lines()}
        self.assertEqual(levels, {old: self.levels["call"], recent: self.levels["reminder"]})

    def test_a_mise_en_demeure_claims_only_what_is_at_its_level(self):
        old = self.make_invoice(days_overdue=100, amount=700)
        for days in (60, 40, 20):
            day = self.today - timedelta(days=days)
            self.make_campaign(day)._validate(day)
        recent = self.make_invoice(days_overdue=5, amount=300)
        campaign = self.send_campaign()
        notice = campaign.notice_ids
        self.assertEqual((notice.kind, notice.amount), ("formal_notice", 700))
        self.assertEqual(notice._get_claimed_lines().move_id, old)
        self.assertEqual(notice.line_ids.filtered(lambda line: line.role == "information").move_id, recent)
        later = self.make_campaign(self.today + timedelta(days=1))
        self.assertEqual(later.notice_ids._get_claimed_lines().move_id, recent, "it waited, it was not lost")
        self.assertEqual(later.notice_ids.level_id, self.levels["reminder"])

    def test_the_rest_of_the_account_is_told_as_it_is_when_the_notice_leaves(self):
        self.make_invoice(days_overdue=10, amount=100)
        settled, partly, untouched = (self.make_invoice(days_overdue=-20, amount=amount) for amount in (50, 60, 70))
        campaign = self.make_campaign()
        notice = campaign.notice_ids

        def rest():
            return {line.move_id: line.amount_due for line in notice._get_rest_lines() if line.amount_due}

        self.assertEqual(rest(), {settled: 50, partly: 60, untouched: 70})
        campaign._validate(self.today)
        self.pay(settled)
        self.pay(partly, amount=10)
        self.assertEqual(rest(), {partly: 50, untouched: 70})
        campaign._send(self.today)
        frozen = {partly: 50, untouched: 70}
        self.assertEqual(rest(), frozen)
        self.pay(untouched)
        self.assertEqual(rest(), frozen, "what was told stays")

    def test_what_left_the_notice_is_told_with_what_is_still_owed_of_it(self):
        self.make_invoice(days_overdue=10, amount=100)
        held = self.make_invoice(days_overdue=12, amount=40)
        paid = self.make_invoice(days_overdue=14, amount=30)
        campaign = self.make_campaign()
        self.env["recovery.hold"].create(
            {
                "debtor_id": self.debtor_of().id,
                "move_id": held.id,
                "date_from": self.today,
                "reason": "Contestée",
            }
        )
        self.pay(paid)
        campaign._validate(self.today)
        campaign._send(self.today)
        lines = {line.move_id: line.amount_due for line in campaign.notice_ids._get_rest_lines()}
        self.assertEqual(lines.get(paid), 0.0)
        self.assertEqual(campaign.notice_ids.amount, 100)

    def test_sending_twice_sends_nothing_twice(self):
        self.make_invoice(days_overdue=10)
        campaign = self.send_campaign()
        deliveries = campaign.notice_ids.delivery_ids
        self.assertEqual(deliveries.mapped("channel"), ["email"])
        campaign._send(self.today)
        self.assertEqual(campaign.notice_ids.delivery_ids, deliveries)
        again = self.make_campaign()
        self.assertFalse(again.notice_ids, "a second campaign of the same day finds nobody to remind")

    def test_two_campaigns_proposed_together_claim_once(self):
        self.make_invoice(days_overdue=10)
        first, second = self.make_campaign(), self.make_campaign()
        first._validate(self.today)
        second._validate(self.today)
        self.assertEqual(first.notice_ids.state, "validated")
        self.assertEqual(second.notice_ids.state, "obsolete")
        self.assertTrue(second.notice_ids.state_reason)

    def test_paying_takes_out_of_the_next_campaign_at_once(self):
        invoice = self.make_invoice(days_overdue=10)
        self.pay(invoice)
        self.assertFalse(self.make_campaign().notice_ids)

    def test_payment_without_entry_takes_out_too(self):
        invoice = self.make_invoice(days_overdue=10)
        payment = self.pay(invoice, outstanding=False)
        self.assertFalse(payment.move_id)
        self.assertTrue(invoice.amount_residual, "the books still show it open")
        self.assertEqual(self.verdict_of(invoice).code, "in_payment")
        self.assertFalse(self.make_campaign().notice_ids)

    def test_partial_payment_without_entry_leaves_the_rest(self):
        invoice = self.make_invoice(days_overdue=10, amount=1000)
        self.pay(invoice, amount=400, outstanding=False)
        self.assertEqual(self.make_campaign().notice_ids.amount, 600)

    def test_what_is_paid_after_the_proposal_is_not_claimed(self):
        first = self.make_invoice(days_overdue=10, amount=100)
        self.make_invoice(days_overdue=12, amount=250)
        campaign = self.make_campaign()
        self.assertEqual(campaign.notice_ids.amount, 350)
        self.pay(first)
        campaign._validate(self.today)
        self.assertEqual(campaign.notice_ids.amount, 250)
        self.pay(campaign.notice_ids._get_claimed_lines().move_id, amount=50)
        campaign._send(self.today)
        self.assertEqual((campaign.notice_ids.state, campaign.notice_ids.amount), ("sent", 200))

    def test_all_paid_between_validation_and_sending_sends_nothing(self):
        invoice = self.make_invoice(days_overdue=10)
        campaign = self.make_campaign()
        campaign._validate(self.today)
        self.pay(invoice)
        campaign._send(self.today)
        self.assertEqual(campaign.notice_ids.state, "obsolete")
        self.assertFalse(campaign.notice_ids.delivery_ids)

    def test_credit_note_equal_to_the_invoice_silences_it(self):
        invoice = self.make_invoice(days_overdue=10, amount=500)
        self.make_credit_note(amount=500)
        self.assertEqual(self.verdict_of(invoice).code, "covered")
        self.assertFalse(self.make_campaign().notice_ids)

    def test_open_credits_are_set_against_what_is_asked(self):
        old = self.make_invoice(days_overdue=30, amount=500)
        target = self.make_invoice(days_overdue=10, amount=300)
        self.make_credit_note(amount=120, reverses=target)
        self.make_credit_note(amount=50)
        notice = self.make_campaign().notice_ids
        due = {line.move_id: line.amount_due for line in notice._get_claimed_lines()}
        self.assertEqual(due, {old: 450, target: 180})
        self.assertEqual(notice.amount, 630)

    def test_instalments_are_followed_one_by_one(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "3 fois",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": share, "nb_days": days})
                    for share, days in ((40, 0), (30, 30), (30, 60))
                ],
            }
        )
        invoice = self.make_invoice(date=self.today - timedelta(days=45), amount=1000, term=term)
        notice = self.make_campaign().notice_ids
        self.assertEqual(notice.amount, 700)
        self.assertEqual(notice._get_claimed_lines().move_line_id, self.receivable_of(invoice)[:2])

    def test_amounts_stay_in_the_invoice_currency_with_one_notice(self):
        usd = self.setup_other_currency("USD", rates=[("2020-01-01", 2.0)])
        self.make_invoice(days_overdue=5, amount=100)
        self.make_invoice(days_overdue=5, amount=100, currency=usd)
        notice = self.make_campaign().notice_ids
        self.assertEqual(len(notice), 1)
        self.assertEqual(notice.amount, 150)
        self.assertEqual(
            {currency.name: total for currency, total, _c in notice._get_currency_totals()}, {"EUR": 100, "USD": 100}
        )

    def test_minimum_is_compared_in_company_currency(self):
        usd = self.setup_other_currency("USD", rates=[("2020-01-01", 2.0)])
        self.levels["reminder"].min_amount = 60
        invoice = self.make_invoice(days_overdue=5, amount=100, currency=usd)
        self.assertEqual(self.verdict_of(invoice).code, "below_minimum")
        self.levels["reminder"].min_amount = 50
        self.assertEqual(self.verdict_of(invoice).code, "due")

    def test_a_suspension_silences_and_ends_by_itself(self):
        invoice = self.make_invoice(days_overdue=5)
        debtor = self.debtor_of()
        self.env["recovery.hold"].create(
            {
                "debtor_id": debtor.id,
                "move_id": invoice.id,
                "date_from": self.today,
                "date_until": self.today + timedelta(days=7),
                "reason": "Virement annoncé",
            }
        )
        verdict = self.verdict_of(invoice)
        self.assertEqual((verdict.code, verdict.detail), ("hold", "Virement annoncé"))
        self.assertEqual(self.verdict_of(invoice, self.today + timedelta(days=8)).code, "due")

    def test_a_partial_suspension_leaves_the_rest(self):
        invoice = self.make_invoice(days_overdue=5, amount=1000)
        self.env["recovery.hold"].create(
            {
                "debtor_id": self.debtor_of().id,
                "line_id": self.receivable_of(invoice).id,
                "amount": 300,
                "date_from": self.today,
                "reason": "Litige sur une ligne",
            }
        )
        self.assertEqual(self.make_campaign().notice_ids.amount, 700)

    def test_core_flags_are_honoured_and_named(self):
        marked, blocked = self.make_invoice(days_overdue=5), self.make_invoice(days_overdue=5)
        marked.no_followup = True
        blocked.payment_state = "blocked"
        self.assertEqual(self.verdict_of(marked).code, "no_followup")
        self.assertEqual(self.verdict_of(blocked).code, "blocked")

    def test_exclusion_and_return(self):
        self.make_invoice(days_overdue=5)
        campaign = self.make_campaign()
        campaign.notice_ids._exclude("Accord commercial")
        self.assertEqual((campaign.notice_count, campaign.excluded_count), (0, 1))
        campaign.notice_ids.action_restore()
        self.assertEqual(campaign.notice_ids.state, "draft")

    def test_cancelling_returns_to_the_level_before(self):
        invoice = self.make_invoice(days_overdue=10)
        campaign = self.send_campaign()
        self.assertEqual(invoice.recovery_level_id, self.levels["reminder"])
        mail = campaign.notice_ids.delivery_ids.mail_id
        campaign._cancel("Envoyée par erreur")
        self.assertEqual(campaign.state, "cancelled")
        self.assertEqual(mail.state, "cancel", "what has not left yet does not leave")
        invoice.invalidate_recordset()
        self.assertFalse(invoice.recovery_level_id)
        self.assertEqual(self.make_campaign().notice_ids.level_id, self.levels["reminder"])

    def test_only_a_manager_cancels(self):
        self.make_invoice(days_overdue=10)
        campaign = self.send_campaign()
        with self.assertRaises(AccessError):
            campaign.with_user(self.recovery_user)._cancel("non")

    def test_approval_waits_for_a_manager(self):
        self.levels["reminder"].approval_required = True
        self.make_invoice(days_overdue=10)
        campaign = self.make_campaign(user=self.recovery_user)
        campaign._validate(self.today)
        notice = campaign.sudo().notice_ids
        self.assertEqual(notice.state, "to_approve")
        decision = notice.decision_id
        self.assertEqual((decision.state, decision.asked_by_id), ("asked", self.recovery_user))
        with self.assertRaises(AccessError):
            decision.with_user(self.recovery_user)._grant("moi")
        campaign._send(self.today)
        self.assertEqual(notice.state, "to_approve", "nothing leaves before the answer")
        decision.with_user(self.recovery_manager)._grant("D'accord")
        campaign._send(self.today)
        self.assertEqual(notice.state, "sent")

    def test_a_refusal_frees_the_instalment(self):
        self.levels["reminder"].approval_required = True
        invoice = self.make_invoice(days_overdue=10)
        campaign = self.make_campaign(user=self.recovery_user)
        campaign._validate(self.today)
        notice = campaign.sudo().notice_ids
        notice.decision_id.with_user(self.recovery_manager)._refuse("Client stratégique")
        self.assertEqual((notice.state, notice.state_reason), ("excluded", "Client stratégique"))
        self.assertEqual(self.verdict_of(invoice).code, "due")

    def test_a_future_campaign_is_looked_at_not_validated(self):
        self.make_invoice(days_overdue=10)
        campaign = self.make_campaign(self.company._recovery_today() + timedelta(days=10))
        self.assertTrue(campaign.notice_ids)
        with self.assertRaisesRegex(UserError, "future"):
            campaign.action_validate()

    def test_the_question_goes_with_its_notice(self):
        self.levels["reminder"].approval_required = True
        for answer in ("_exclude", "_cancel"):
            partner = self.make_partner(answer)
            self.make_invoice(partner, days_overdue=10)
            campaign = self.make_campaign(debtors=self.debtor_of(partner), user=self.recovery_user)
            campaign._validate(self.today)
            notice = campaign.sudo().notice_ids
            decision = notice.decision_id
            self.assertEqual((notice.state, decision.state, len(decision.activity_ids)), ("to_approve", "asked", 1))
            getattr(notice.with_user(self.recovery_manager), answer)("Client stratégique")
            self.assertEqual((decision.state, len(decision.activity_ids)), ("cancelled", 0))

    def test_the_first_of_the_month_is_said_as_the_heading_says_it(self):
        self.make_invoice(due=self.today.replace(day=1) - timedelta(days=10))
        notice = self.make_campaign(self.today.replace(day=1)).notice_ids
        self.assertEqual(
            notice.with_context(lang="fr_FR").letter_date_text, "1er\N{NO-BREAK SPACE}novembre\N{NO-BREAK SPACE}2026"
        )

    def test_the_credits_told_are_those_of_the_day_the_notice_leaves(self):
        dollar = self.setup_other_currency("USD", rates=[("2025-01-01", 1.1)])
        vals = {"currency": dollar, "move_type": "out_refund", "days_overdue": 5}
        self.make_invoice(days_overdue=10, amount=100)
        gone, lower = self.make_invoice(amount=40, **vals), self.make_invoice(amount=60, **vals)
        campaign = self.make_campaign()
        campaign._validate(self.today)
        notice = campaign.notice_ids

        def credits():
            lines = notice.line_ids.filtered(lambda line: line.role == "credit")
            return {line.move_id: line.amount_due for line in lines}

        self.assertEqual(credits(), {gone: -40, lower: -60})
        gone.button_draft()
        gone.button_cancel()
        new = self.make_invoice(amount=15, **vals)
        self.make_invoice(amount=20, currency=dollar, days_overdue=-30)
        campaign._send(self.today)
        self.assertEqual((notice.state, credits()), ("sent", {lower: -40, new: -15}))
        self.assertNotIn(gone.name, str(self.env["recovery.rendering"]._render_mails(notice)[notice]))

    def test_a_campaign_that_changes_its_day_is_proposed_again(self):
        self.make_invoice(days_overdue=-20)
        today = self.company._recovery_today()
        campaign = self.make_campaign(self.today + timedelta(days=25), user=self.recovery_user)
        self.assertEqual(campaign.notice_ids.kind, "reminder")
        campaign.date = min(self.today, today)
        self.assertEqual((campaign.state, campaign.notice_count, campaign.amount_open), ("draft", 0, 0))
        with self.assertRaisesRegex(UserError, "Propose the notices"):
            campaign.action_validate()
        campaign.action_propose()
        self.assertFalse(campaign.notice_ids, "the day looked at is the one that counts")

    def test_what_was_validated_keeps_its_day_and_its_scope(self):
        self.make_invoice(days_overdue=10)
        campaign = self.make_campaign()
        campaign._validate(self.today)
        for vals in ({"date": self.today - timedelta(days=1)}, {"collector_id": self.recovery_user.id}):
            with self.assertRaisesRegex(UserError, "was validated"):
                campaign.write(vals)
        campaign.write({"date": campaign.date})

    def test_nobody_types_what_a_campaign_found_nor_signs_for_another(self):
        Campaign = self.env["recovery.campaign"].with_user(self.recovery_user)
        campaign = Campaign.create({"company_id": self.company.id, "date": self.today})
        for vals in ({"state": "sent"}, {"summary": {"due": [5, 5]}}, {"user_id": self.recovery_manager.id}):
            with self.subTest(vals=vals):
                with self.assertRaises(AccessError):
                    Campaign.create({"company_id": self.company.id, "date": self.today, **vals})
                with self.assertRaises(AccessError):
                    campaign.write(vals)

    def test_validated_campaigns_and_notices_are_never_deleted(self):
        self.make_invoice(days_overdue=10)
        campaign = self.send_campaign()
        with self.assertRaises(UserError):
            campaign.unlink()

    def test_a_campaign_validated_in_part_is_not_deleted_either(self):
        """Somebody else was working on one of the debtors: the rest is committed to, the campaign still proposed."""
        self.make_invoice(days_overdue=10)
        self.make_invoice(self.make_partner("Autre"), days_overdue=10)
        campaign = self.make_campaign()
        first = campaign.notice_ids[0]
        self.env["recovery.dispatch"]._validate(first, self.today)
        campaign.sudo()._update_state()
        self.assertEqual((campaign.state, first.state), ("proposed", "validated"))
        with self.assertRaisesRegex(UserError, "validated already"), self.cr.savepoint():
            campaign.unlink()
        self.assertTrue(first.exists())

    def test_an_entry_without_a_customer_is_named_never_lost(self):
        account = self.company_data["default_account_receivable"]
        move = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": self.today - timedelta(days=90),
                "line_ids": [
                    Command.create({"account_id": account.id, "debit": 50, "credit": 0}),
                    Command.create(
                        {"account_id": self.company_data["default_account_revenue"].id, "debit": 0, "credit": 50}
                    ),
                ],
            }
        )
        move.action_post()
        campaign = self.make_campaign()
        self.assertEqual(campaign.summary["no_partner"], [1, 50.0])

    def test_wording_refuses_unknown_placeholders(self):
        with self.assertRaisesRegex(ValidationError, "amount_text"):
            self.levels["reminder"].body = '<p><t t-out="object.debtor_id.company_id.partner_id"/></p>'
        with self.assertRaises(ValidationError):
            self.levels["reminder"].subject = "{{ object.env.user.password }}"

    def test_one_failing_debtor_never_stops_the_others(self):
        self.make_invoice(days_overdue=10)
        bad = self.make_partner("Mauvais Payeur")
        self.make_invoice(bad, days_overdue=10)
        campaign = self.make_campaign()
        campaign._validate(self.today)
        failing = campaign.notice_ids.filtered(lambda notice: notice.partner_id == bad)
        # a delivery of that notice exists already: the unique index refuses the second one
        self.env["recovery.delivery"].sudo().create(
            {
                "company_id": self.company.id,
                "debtor_id": failing.debtor_id.id,
                "notice_id": failing.id,
                "addressee_id": failing.addressee_id.id,
                "channel": "email",
                "state": "queued",
                "user_id": self.env.uid,
                "queued_on": "2026-11-21 08:00:00",
            }
        )
        with self.assertLogs("odoo.addons.debt_recovery.models.dunning.campaign", "WARNING"):
            campaign._send(self.today)
        self.assertEqual(failing.state, "failed")
        self.assertTrue(failing.state_reason)
        self.assertEqual((campaign.notice_ids - failing).state, "sent")

    def test_archived_customer_who_owes_is_still_reminded(self):
        self.make_invoice(days_overdue=10)
        self.debtor_partner.active = False
        self.assertEqual(self.make_campaign().notice_ids.partner_id, self.debtor_partner)

    def test_contacts_and_companies_share_one_debtor(self):
        contact = self.env["res.partner"].create({"name": "Jean", "parent_id": self.debtor_partner.id})
        self.make_invoice(days_overdue=10)
        self.make_invoice(contact, days_overdue=10)
        self.assertEqual(len(self.make_campaign().notice_ids), 1)

    def test_no_query_per_debtor_when_proposing(self):
        def count(debtors):
            partners = self.env["res.partner"].create(
                [{"name": f"P{debtors}-{i}", "is_company": True, "email": f"p{i}@example.com"} for i in range(debtors)]
            )
            for partner in partners:
                self.make_invoice(partner, days_overdue=10)
            self.env["recovery.debtor"]._ensure_for(partners, self.company)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            campaign = self.make_campaign()
            self.env.flush_all()
            campaign.unlink()
            return self.cr.sql_log_count - before

        count(1)  # warm up
        few = count(3)
        many = count(25)
        self.assertLessEqual(many - few, 12, "queries must not follow the number of debtors")

    def test_no_query_per_debtor_when_validating(self):
        def count(debtors):
            partners = self.env["res.partner"].create(
                [{"name": f"V{debtors}-{i}", "is_company": True, "email": f"v{i}@example.com"} for i in range(debtors)]
            )
            for partner in partners:
                self.make_invoice(partner, days_overdue=10)
            self.env["recovery.debtor"]._ensure_for(partners, self.company)
            campaign = self.make_campaign(
                debtors=self.env["recovery.debtor"].search([("partner_id", "in", partners.ids)])
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            campaign._validate(self.today)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(1)  # warm up
        few = count(3)
        many = count(25)
        self.assertLessEqual(many - few, 12, "queries must not follow the number of debtors")

    def test_what_accompanies_a_writing_is_read_once(self):
        debtor = self.debtor_of()
        debtor._get_companions({"collector_id"})
        with patch.object(type(debtor), "_accompanied", None, create=True):  # reading it anew would fail
            self.assertEqual(list(debtor._get_companions({"collector_id"})), ["_change_collector"])
            self.assertFalse(debtor._get_companions({"note"}))
