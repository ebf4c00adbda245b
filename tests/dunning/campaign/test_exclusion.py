from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ...common import RecoveryCommon
from ...english import InEnglish


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 09:00:00")
class TestExclusion(InEnglish, RecoveryCommon):
    """Who is taken out of a campaign stays out until it is said, and every screen and total says so."""

    def setUp(self):
        super().setUp()
        self.other = self.make_partner("Autre client")
        self.invoice = self.make_invoice(days_overdue=10, amount=6660)
        self.make_invoice(self.other, days_overdue=10, amount=100)
        self.debtors = self.debtor_of() | self.debtor_of(self.other)
        self.campaign = self.make_campaign(debtors=self.debtors)
        self.notice = self.campaign.notice_ids.filtered(lambda n: n.partner_id == self.debtor_partner)

    def exclude(self, until=None, reason="Accord commercial", user=None):
        action = self.notice.with_user(user or self.recovery_user).action_exclude()
        wizard = self.env[action["res_model"]].with_user(user or self.recovery_user).browse(action["res_id"])
        wizard.write({"reason": reason, **({"date_until": until} if until else {})})
        wizard.action_confirm()

    def why(self):
        return self.env["recovery.verdict"].search(
            [("campaign_id", "=", self.campaign.id), ("move_line_id", "=", self.receivable_of(self.invoice).id)]
        )

    def partners_of(self, day=None):
        return self.make_campaign(day, self.debtors).notice_ids.partner_id

    def test_it_does_not_come_back_minutes_later_and_does_in_the_next_campaign(self):
        self.exclude()
        self.assertEqual(self.partners_of(), self.other)
        self.assertEqual(self.verdict_of(self.invoice).code, "hold_excluded")
        self.assertEqual(self.verdict_of(self.invoice).detail, "Accord commercial")
        self.campaign._propose()
        self.assertEqual(self.campaign.notice_ids.partner_id, self.other, "nor when the same campaign is made again")
        self.assertEqual(self.partners_of(self.today + timedelta(days=1)), self.debtors.partner_id)

    def test_it_holds_until_the_day_that_is_said(self):
        self.exclude(until=self.today + timedelta(days=5))
        self.assertEqual(self.partners_of(self.today + timedelta(days=5)), self.other)
        self.assertEqual(self.partners_of(self.today + timedelta(days=6)), self.debtors.partner_id)

    def test_a_day_of_the_past_or_too_far_is_refused(self):
        for days in (-1, 400):
            with self.assertRaises(UserError):
                self.exclude(until=self.today + timedelta(days=days))

    def test_a_reason_is_asked(self):
        with self.assertRaises(UserError):
            self.exclude(reason="  ")

    def test_put_back_it_is_reminded_and_the_suspension_is_over(self):
        self.exclude()
        self.notice.with_user(self.recovery_user).action_restore()
        self.assertEqual((self.notice.state, self.verdict_of(self.invoice).code), ("draft", "due"))
        self.assertEqual((self.why().code, self.why().amount_claimed), ("due", 6660))
        self.campaign._validate(self.today)
        self.assertEqual(self.notice.state, "validated")

    def test_its_suspension_may_be_ended_by_hand(self):
        self.exclude()
        hold = self.env["recovery.hold"].search([("notice_id", "=", self.notice.id)])
        hold.with_user(self.recovery_user)._release_by_hand("Finalement oui")
        self.assertEqual(self.partners_of(), self.debtors.partner_id)

    def test_one_of_two_notices_of_a_debtor_leaves_the_other_one(self):
        notice = self.notice
        twin = notice.sudo().copy({"state": "draft"})
        notice.with_user(self.recovery_user)._exclude("Celle-ci seulement")
        holds = self.env["recovery.hold"].search([("notice_id", "=", notice.id)])
        self.assertEqual(holds.line_id, self.receivable_of(self.invoice))
        self.assertEqual(twin.state, "draft")

    def test_why_says_the_exclusion_and_the_reason_typed(self):
        self.assertEqual((self.why().code, self.why().amount_claimed), ("due", 6660))
        self.exclude()
        row = self.why()
        self.assertEqual(
            (row.code, row.detail, row.amount_claimed, row.amount_excluded), ("excluded", "Accord commercial", 0, 6660)
        )
        self.assertEqual(row.reasons_text, "Excluded from the campaign")
        self.check_totals({"excluded": (1, 6660)})

    def test_why_says_what_became_without_object_and_why(self):
        self.pay(self.invoice)
        self.campaign._validate(self.today)
        self.assertEqual(self.notice.state, "obsolete")
        row = self.why()
        self.assertEqual((row.code, row.detail, row.amount_claimed), ("obsolete", "Settled in the meantime", 0))
        self.check_totals({"obsolete": (1, 6660)})

    def test_why_says_what_was_cancelled(self):
        self.campaign._validate(self.today)
        self.notice.with_user(self.recovery_manager)._cancel("Erreur de client")
        self.assertEqual((self.why().code, self.why().detail), ("cancelled", "Erreur de client"))
        self.check_totals({"cancelled": (1, 6660)})

    def test_why_follows_a_part_payment_and_an_instalment_that_leaves(self):
        second = self.make_invoice(days_overdue=12, amount=40)
        self.campaign._propose()
        self.notice = self.campaign.notice_ids.filtered(lambda n: n.partner_id == self.debtor_partner)
        self.pay(self.invoice, 660)
        self.pay(second)
        self.campaign._validate(self.today)
        self.assertEqual((self.why().code, self.why().amount_claimed), ("due", 6000))
        self.check_totals({"obsolete": (1, 40)})

    def check_totals(self, expected):
        """The campaign, its table and its spreadsheet add up and say the same."""
        self.campaign.invalidate_recordset()
        rows = self.env["recovery.verdict"].search([("campaign_id", "=", self.campaign.id)])
        self.assertAlmostEqual(sum(rows.mapped("amount_claimed")), self.campaign.amount)
        labels = self.env["recovery.selection"]._get_code_labels()
        told = self.campaign._get_left_out_rows()
        self.assertAlmostEqual(sum(amount for _label, _count, amount in told), self.campaign.amount_left_out)
        found = {label: (count, amount) for label, count, amount in told}
        export = self.env["recovery.verdict.export"].create({"campaign_id": self.campaign.id})
        totals = {label: (count, amount) for label, count, amount, *_rest in export._get_totals()}
        for code, figures in expected.items():
            self.assertEqual(found[labels[code]], figures)
            self.assertEqual(totals[labels[code]], figures)
        self.assertAlmostEqual(sum(row[3] for row in export._get_totals()), self.campaign.amount)
        self.assertAlmostEqual(sum(row[2] for row in export._get_totals()), self.campaign.amount_open)


@tagged("post_install", "-at_install")
class TestTrueReasons(InEnglish, RecoveryCommon):
    """A notice that is dropped between its validation and its sending says the true reason."""

    def drop(self, change, level="reminder", days_overdue=10):
        invoice = self.make_invoice(days_overdue=days_overdue)
        campaign = self.make_campaign()
        campaign._validate(self.today)
        notice = campaign.notice_ids
        self.assertEqual(notice.state, "validated")
        change(invoice)
        campaign._send(self.today)
        self.assertEqual(notice.state, "obsolete")
        self.assertFalse(any(notice.line_ids.mapped("engaged")))
        return notice.state_reason

    def test_a_scenario_whose_delays_changed(self):
        reason = self.drop(lambda invoice: self.levels["reminder"].write({"delay": 15}))
        self.assertIn("scenario changed", reason)
        self.assertNotIn("Settled", reason)

    def test_a_level_put_before_it(self):
        def add(_invoice):
            self.levels["reminder"].copy({"sequence": 0, "delay": 1, "kind": "reminder", "name": "Avant"})

        reason = self.drop(add)
        self.assertIn("scenario changed", reason)
        self.assertIn("Avant", reason)

    def test_a_courtesy_whose_delay_changed_before_the_due_date(self):
        courtesy = self.levels["courtesy"]
        reason = self.drop(lambda invoice: courtesy.write({"delay": -1}), days_overdue=courtesy.delay)
        self.assertIn("scenario changed", reason)
        self.assertNotIn("over", reason)

    def test_a_courtesy_put_before_another_one(self):
        courtesy = self.levels["courtesy"]

        def add(_invoice):
            courtesy.copy({"sequence": 0, "delay": courtesy.delay - 5, "name": "Encore avant"})

        reason = self.drop(add, days_overdue=courtesy.delay)
        self.assertIn("scenario changed", reason)
        self.assertIn("Encore avant", reason)

    def test_another_scenario_for_the_debtor(self):
        other = self.scenario.copy({"name": "Doux"})
        reason = self.drop(lambda invoice: self.debtor_of().write({"scenario_id": other.id}))
        self.assertIn("another scenario", reason)
        self.assertIn("Doux", reason)

    def test_an_archived_scenario(self):
        self.env["recovery.scenario"].search([]).filtered(lambda s: s != self.scenario).active = False
        reason = self.drop(lambda invoice: self.scenario.write({"active": False}))
        self.assertIn("No scenario", reason)

    def test_a_due_date_put_off(self):
        def put_off(invoice):
            self.receivable_of(invoice).date_maturity = self.today + timedelta(days=20)

        self.assertIn("due date moved", self.drop(put_off))

    def test_a_payment_an_entry_taken_back_and_another_customer(self):
        self.assertEqual(self.drop(lambda invoice: self.pay(invoice)), "Settled in the meantime")
        self.assertIn("no longer posted", self.drop(lambda invoice: invoice.button_draft()))

    def test_an_account_no_longer_followed(self):
        def stop(invoice):
            account = self.receivable_of(invoice).account_id
            others = self.env["account.account"].search(
                [("account_type", "=", "asset_receivable"), ("id", "!=", account.id)], limit=1
            )
            self.company.recovery_account_ids = others

        self.assertIn("no longer followed", self.drop(stop))

    def test_a_suspension_says_its_reason(self):
        def hold(_invoice):
            self.env["recovery.hold"].create(
                {"debtor_id": self.debtor_of().id, "date_from": self.today, "reason": "Inventaire"}
            )

        self.assertIn("Inventaire", self.drop(hold))


@tagged("post_install", "-at_install")
class TestTakenBack(InEnglish, RecoveryCommon):
    """A notice that rested on another one says that this one was taken back, not that the scenario changed."""

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(days_overdue=10)
        self.later = self.today + timedelta(days=20)

    def tell(self, level="reminder", user=None):
        """Tell the invoice at its first level today, and prepare the next one some days later."""
        campaign = self.make_campaign(user=user)
        campaign._validate(self.today)
        campaign._send(self.today)
        self.first = campaign.notice_ids
        self.assertEqual(self.first.level_id, self.levels[level])
        self.campaign = self.make_campaign(self.later)
        self.second = self.campaign.notice_ids
        self.assertGreater(self.second.level_id.sequence, self.levels[level].sequence)

    def get_reason(self):
        """Return what the notice that was dropped says, as its instalment's verdict does."""
        self.assertEqual(self.second.state, "obsolete")
        row = self.env["recovery.verdict"].search(
            [("notice_id", "=", self.second.id), ("move_line_id", "=", self.receivable_of(self.invoice).id)]
        )
        self.assertEqual((row.code, row.detail), ("obsolete", self.second.state_reason))
        self.assertNotIn("scenario", row.detail)
        return row.detail

    def cancel(self, notice):
        notice.with_user(self.recovery_manager)._cancel("Erreur de client")

    def test_a_reminder_cancelled_before_the_next_one_is_validated(self):
        self.tell()
        self.cancel(self.first)
        self.campaign._validate(self.later)
        self.assertEqual(
            self.get_reason(),
            f"The previous notice, {self.first.level_id.name}, was cancelled in the meantime: Erreur de client",
        )

    def test_a_reminder_cancelled_before_the_next_one_is_sent(self):
        self.tell()
        self.campaign._validate(self.later)
        self.cancel(self.first)
        self.campaign._send(self.later)
        self.assertIn("was cancelled in the meantime: Erreur de client", self.get_reason())

    def test_a_whole_campaign_cancelled(self):
        self.tell()
        self.first.campaign_id.with_user(self.recovery_manager)._cancel("Mauvais fichier")
        self.campaign._validate(self.later)
        self.assertIn("was cancelled in the meantime: Mauvais fichier", self.get_reason())

    def test_a_letter_withdrawn_before_it_was_printed(self):
        self.levels["reminder"].write({"channel_email": False, "channel_letter": True})
        self.tell()
        self.campaign._validate(self.later)
        hold = self.env["recovery.hold"].create(
            {"debtor_id": self.debtor_of().id, "date_from": self.today, "reason": "Virement annoncé"}
        )
        self.assertEqual(self.first.state, "obsolete")
        hold._release(self.today, "Non reçu")
        self.campaign._send(self.later)
        reason = self.get_reason()
        self.assertIn("was withdrawn in the meantime: Reminders suspended", reason)
        self.assertIn("Virement annoncé", reason)

    def test_a_reminder_that_a_manager_refused(self):
        self.levels["reminder"].approval_required = True
        self.tell(user=self.recovery_user)
        self.assertEqual(self.first.state, "to_approve")
        self.first.decision_id.with_user(self.recovery_manager)._answer("refused", "Client fidèle")
        self.campaign._validate(self.later)
        self.assertIn("was refused in the meantime: Client fidèle", self.get_reason())

    def test_a_handover_cancelled(self):
        self.levels["reminder"].write(
            {"kind": "handover", "channel_email": False, "channel_task": True, "approval_required": False}
        )
        self.tell()
        self.cancel(self.first)
        self.campaign._validate(self.later)
        self.assertIn("was cancelled in the meantime: Erreur de client", self.get_reason())

    def test_only_the_instalments_concerned_say_it(self):
        self.tell()
        other = self.make_invoice(days_overdue=9, amount=50)
        self.campaign._propose()
        self.second = self.campaign.notice_ids
        self.assertEqual(len(self.second), 1)
        self.cancel(self.first)
        self.campaign._validate(self.later)
        rows = self.env["recovery.verdict"].search([("notice_id", "=", self.second.id)])
        details = {row.move_line_id.move_id: (row.code, row.detail) for row in rows}
        self.assertEqual(details[other], ("due", False))
        self.assertEqual(details[self.invoice][0], "obsolete")
        self.assertIn("was cancelled in the meantime", details[self.invoice][1])

    def test_what_was_cancelled_before_the_proposal_is_not_to_blame(self):
        self.tell()
        self.cancel(self.first)
        self.campaign._propose()
        self.second = self.campaign.notice_ids
        self.campaign._validate(self.later)
        self.assertEqual(self.second.state, "validated")
        self.second.level_id.write({"delay": 60})
        self.campaign._send(self.later)
        self.assertEqual(self.second.state, "obsolete")
        self.assertIn("scenario changed", self.second.state_reason)
        self.assertNotIn("cancelled", self.second.state_reason)

    def test_a_contact_by_hand_meanwhile(self):
        self.tell()
        self.campaign._validate(self.later)
        self.env["recovery.delivery"].sudo().create(
            {
                "company_id": self.company.id,
                "debtor_id": self.debtor_of().id,
                "addressee_id": self.debtor_partner.id,
                "channel": "call",
                "state": "done",
                "user_id": self.env.uid,
                "queued_on": f"{self.later} 08:00:00",
                "done_on": f"{self.later} 08:00:00",
            }
        )
        self.campaign._send(self.later)
        self.assertIn("Contacted too recently (Contact of", self.get_reason())
