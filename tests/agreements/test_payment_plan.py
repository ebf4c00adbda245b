import base64
import hashlib
import io
from datetime import date, timedelta
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfFileReader

from odoo.addons.debt_recovery.models.agreements.plan_schedule import generate

from ..common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestPaymentPlan(RecoveryCommon):
    prints_documents = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Plan = cls.env["recovery.payment.plan"]
        cls.first = cls.make_invoice(amount=1000, days_overdue=60)
        cls.second = cls.make_invoice(amount=500, days_overdue=20)
        cls.not_due = cls.make_invoice(amount=70, days_overdue=-20)
        cls.debtor = cls.debtor_of()
        cls.debtor.collector_id = cls.recovery_user
        cls.company.partner_id.lang = "fr_FR"

    def setUp(self):
        super().setUp()
        # printing is slow: the tests about documents ask for it
        self.printing = patch.object(type(self.Plan), "_render_report", lambda plan, xmlid: b"%PDF " + xmlid.encode())
        if "agreement_in" not in self._testMethodName:
            self.startPatcher(self.printing)

    def day(self, days):
        return self.today + timedelta(days=days)

    def make_plan(self, count=3, first=None, user=None, down=0.0, interest=None, **vals):
        first = first or self.day(10)
        return self.Plan.with_user(user or self.recovery_user)._make(
            vals.pop("debtor", self.debtor),
            self.today,
            lambda total, currency: [
                ("part", day, amount)
                for day, amount in generate(total, count, first, currency.decimal_places, down, self.day(1))
            ],
            interest=interest,
            **vals,
        )

    def sign(self, plan, days=0, **vals):
        plan.with_user(self.recovery_manager)._propose(self.today)
        plan.with_user(self.recovery_user)._sign(self.day(days), self.day(days), **vals)
        return plan

    def check(self, days, partners=None):
        self.env["recovery.agreement"]._check_all(self.company, self.day(days), partners)

    def figures(self, plan):
        return [(row.amount_now, row.received, row.paid_on) for row in plan.line_date_ids]

    # ------------------------------------------------------------
    # Who answers for it
    # ------------------------------------------------------------
    def break_by_letter(self):
        """Return the letter to print that says that a plan is broken."""
        plan = self.sign(self.make_plan(breach_notice="letter"))
        plan.sudo()._break(self.today)
        return self.env["recovery.delivery"].search([("plan_id", "=", plan.id)])

    def test_a_letter_that_waits_names_who_follows_the_debtor_now(self):
        sophie = self.make_user("sophie", "debt_recovery.group_recovery_user")
        self.debtor.collector_id = sophie
        letter = self.break_by_letter()
        self.assertEqual((letter.state, letter.named_user_id), ("to_print", sophie))
        self.company.recovery_contact_id = self.recovery_manager
        sophie.action_archive()
        again = self.env["recovery.delivery"].search([("plan_id", "=", letter.plan_id.id)]) - letter
        self.assertEqual((letter.state, again.state), ("cancelled", "to_print"))
        self.assertEqual(again.named_user_id, self.recovery_manager)
        self.assertIn(sophie.name, letter.error)
        letter.plan_id.sudo()._tell_debtor(self.today)
        self.assertEqual(self.env["recovery.delivery"].search_count([("plan_id", "=", letter.plan_id.id)]), 2)

    def test_a_letter_that_waits_goes_to_a_contact_who_is_there(self):
        contact = self.make_partner("Anne Compta", is_company=False, parent_id=self.debtor_partner.id, type="invoice")
        letter = self.break_by_letter()
        self.assertEqual(letter.addressee_id, contact)
        contact.action_archive()
        again = self.env["recovery.delivery"].search([("plan_id", "=", letter.plan_id.id)]) - letter
        self.assertEqual((letter.state, again.addressee_id), ("cancelled", self.debtor_partner))

    def test_an_archived_contact_is_reminded_of_no_date(self):
        contact = self.make_partner("Anne Compta", is_company=False, parent_id=self.debtor_partner.id, type="invoice")
        plan = self.sign(self.make_plan(remind_days=5))
        self.assertEqual(plan.addressee_id, contact)
        contact.action_archive()
        self.assertEqual(plan.addressee_id, self.debtor_partner)
        plan.sudo()._remind(self.day(8))
        mail = self.env["recovery.delivery"].search([("plan_id", "=", plan.id)])
        self.assertEqual(mail.addressee_id, self.debtor_partner)

    # ------------------------------------------------------------
    # Making
    # ------------------------------------------------------------
    def test_window_prepares_equal_parts_of_what_is_overdue(self):
        action = self.debtor.with_user(self.recovery_user).action_plan()
        Wizard = self.env[action["res_model"]].with_user(self.recovery_user).with_context(**action["context"])
        with Form(Wizard) as form:
            form.part_count = 4
            form.first_date = date(2026, 11, 30)
            form.down_amount = 100
            self.assertEqual(form.amount_total, 1500)
            self.assertIn("100", form.preview)
        result = form.record.action_confirm()
        plan = self.Plan.browse(result["res_id"])
        self.assertEqual(plan.line_ids.move_id, self.first | self.second)
        self.assertEqual(
            plan.line_date_ids.filtered(lambda row: row.kind == "part").mapped("due"),
            [date(2026, 11, 30), date(2026, 12, 30), date(2027, 1, 30), date(2027, 2, 28)],
        )
        self.assertEqual(sorted(plan.line_date_ids.mapped("amount")), [100, 350, 350, 350, 350])
        self.assertEqual((plan.state, plan.name[:4]), ("draft", "ECH/"))

    def test_a_draft_is_edited_and_must_add_up(self):
        plan = self.make_plan(2)
        rows = plan.line_date_ids.with_user(self.recovery_user)
        rows[0].write({"amount": 800, "due": self.day(3)})
        with self.assertRaisesRegex(UserError, "add up"):
            plan._propose(self.today)
        rows[1].amount = 700
        plan._propose(self.today)
        self.assertEqual(plan.state, "proposed")
        with self.assertRaisesRegex(UserError, "draft"):
            rows[0].amount = 1
        with self.assertRaises(AccessError):
            rows[0].received = 1
        with self.assertRaises(AccessError):
            plan.with_user(self.recovery_user).acceleration_text = "x"
        plan.with_user(self.recovery_user).action_back_to_draft()
        self.assertFalse(plan.document_id)
        rows[0].due = self.day(-1)
        with self.assertRaisesRegex(UserError, "already passed"):
            plan._propose(self.today)

    def test_credits_not_matched_are_taken_off_first_and_once(self):
        self.make_credit_note(amount=200)
        plan = self.make_plan(2)
        self.assertEqual((plan.amount, plan.line_date_ids.mapped("amount")), (1300, [650, 650]))
        self.sign(plan)
        note = self.env["account.move"].search([("move_type", "=", "out_refund")])
        (self.receivable_of(note) | self.receivable_of(self.first)).reconcile()
        self.check(1)
        self.assertEqual([row[0] for row in self.figures(plan)], [650, 650], "it was taken off already")

    def test_what_was_paid_before_the_proposal_stops_it(self):
        plan = self.make_plan()
        self.pay(self.second)
        with self.assertRaisesRegex(UserError, "has nothing left to pay|no longer"):
            plan._propose(self.today)

    def test_one_date_is_a_postponement(self):
        plan = self.sign(self.make_plan(1, self.day(20)))
        self.assertTrue(plan.is_postponement)
        self.pay(self.first, date=self.day(19))
        self.pay(self.second, date=self.day(20))
        self.check(20)
        self.assertEqual((plan.state, plan.ended_on), ("fulfilled", self.day(20)))
        self.assertTrue(all(plan.hold_ids.mapped("released_on")))

    def test_nothing_is_added_for_a_consumer(self):
        self.debtor.write({"nature": "consumer", "nature_confirmed": True})
        with self.assertRaisesRegex(ValidationError, "consumer"):
            self.make_plan(interest=(self.day(90), 40))
        action = self.debtor.action_plan()
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create({"interest_amount": 5})
        with self.assertRaisesRegex(UserError, "consumer"):
            wizard.action_confirm()

    def test_agreed_interest_is_a_date_of_its_own(self):
        plan = self.make_plan(2, interest=(self.day(60), 45))
        self.assertEqual((plan.amount_dates, plan.amount_interest), (1500, 45))
        self.sign(plan)
        self.pay(self.first, date=self.day(5))
        self.pay(self.second, date=self.day(6))
        self.check(6)
        self.assertEqual((plan.state, plan.next_date), ("running", self.day(60)), "the interest is still to be paid")
        charge = self.make_invoice(amount=45, due=self.day(60))
        plan.line_date_ids.filtered(lambda row: row.kind == "interest").with_user(self.recovery_user).move_id = charge
        self.pay(charge, date=self.day(60))
        self.check(60)
        self.assertEqual(plan.state, "fulfilled")

    # ------------------------------------------------------------
    # Approval
    # ------------------------------------------------------------
    def test_approval_above_the_thresholds(self):
        self.company.recovery_plan_amount_limit = 1499
        plan = self.make_plan()
        plan._propose(self.today)
        self.assertEqual(plan.state, "to_approve")
        decision = plan.decision_id
        self.assertEqual((decision.kind, decision.amount, decision.state), ("plan", 1500, "asked"))
        decision.with_user(self.recovery_manager)._refuse("Trop long")
        self.assertEqual((plan.state, plan.state_reason), ("draft", "Trop long"))
        plan._propose(self.today)
        plan.decision_id.with_user(self.recovery_manager)._grant("Bon client")
        self.assertEqual(plan.state, "proposed")
        self.company.write({"recovery_plan_amount_limit": 0, "recovery_plan_months_limit": 3})
        other = self.make_plan(4)
        other._propose(self.today)
        self.assertEqual(other.state, "to_approve")
        other.with_user(self.recovery_user)._cancel("Le client y renonce")
        self.assertEqual((other.state, other.decision_id.state), ("cancelled", "cancelled"))
        mine = self.make_plan(4, user=self.recovery_manager)
        mine._propose(self.today)
        self.assertEqual(mine.state, "proposed", "a manager needs nobody")

    # ------------------------------------------------------------
    # Running
    # ------------------------------------------------------------
    def test_holds_while_it_runs_and_due_dates_stay(self):
        lines = self.receivable_of(self.first) | self.receivable_of(self.second)
        before = lines.mapped("date_maturity"), (self.first | self.second).mapped("invoice_date_due")
        plan = self.make_plan()
        self.assertEqual(self.verdict_of(self.first).code, "due", "a draft suspends nothing")
        self.sign(plan)
        self.assertEqual(set(plan.hold_ids.mapped("origin")), {"plan"})
        self.assertTrue(self.verdict_of(self.first).code.startswith("hold"))
        self.assertTrue(self.verdict_of(self.first, self.day(300)).code.startswith("hold"))
        after = lines.mapped("date_maturity"), (self.first | self.second).mapped("invoice_date_due")
        self.assertEqual(before, after)
        with self.assertRaisesRegex(UserError, "already covered"):
            self.make_plan(lines=self.receivable_of(self.first))
        with self.assertRaisesRegex(UserError, "already covered"):
            self.env["recovery.promise"]._give(
                self.debtor, self.today, 10, self.day(3), lines=self.receivable_of(self.first)
            )

    def test_two_plans_on_one_invoice_meet_the_database(self):
        plans = self.make_plan(), self.make_plan(2)
        for plan in plans:
            plan.with_user(self.recovery_manager)._propose(self.today)
        plans[0]._sign(self.today, self.today)
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            plans[1]._sign(self.today, self.today)

    def test_money_fills_the_oldest_date_and_credits_lower_the_last(self):
        plan = self.sign(self.make_plan(3, self.day(10)))
        self.pay(self.second, amount=300, date=self.day(2))
        self.pay(self.first, amount=400, date=self.day(3))
        self.check(3)
        self.assertEqual(self.figures(plan), [(500, 500, self.day(3)), (500, 200, False), (500, 0, False)])
        self.make_credit_note(amount=600, date=self.day(4), reverses=self.first)
        self.check(4)
        self.assertEqual(self.figures(plan), [(500, 500, self.day(3)), (400, 200, False), (0, 0, False)])
        self.pay(self.second, amount=200, date=self.day(5))
        self.check(5)
        self.assertEqual((plan.state, plan.amount_received), ("fulfilled", 900))

    def test_money_between_printing_and_signature(self):
        plan = self.make_plan(3, self.day(10))
        plan._propose(self.today)
        self.pay(self.first, amount=600, date=self.day(2))
        self.pay(self.second, amount=100, date=self.day(4))
        plan._sign(self.day(4), self.day(4))
        self.assertEqual(
            self.figures(plan), [(500, 100, False), (400, 0, False), (0, 0, False)], "only what came since fills it"
        )
        with self.assertRaisesRegex(UserError, "Only a proposed"):
            plan._sign(self.day(4), self.day(4))

    def test_signature_date_and_copy(self):
        plan = self.make_plan()
        plan._propose(self.today)
        for day in (self.day(1), self.day(-1)):
            with self.assertRaisesRegex(UserError, "dated between"):
                plan._sign(self.today, day)
        wizard = self.env["recovery.plan.sign.wizard"].with_user(self.recovery_user).create({"plan_id": plan.id})
        wizard.write(
            {
                "signed_on": self.today,
                "signatory_name": "Mme Dupont",
                "document": base64.b64encode(b"signed"),
                "document_name": "signe.pdf",
            }
        )
        with patch.object(type(self.company), "_recovery_today", lambda company: self.today):
            wizard.action_confirm()
        self.assertEqual((plan.state, plan.signatory_name), ("running", "Mme Dupont"))
        self.assertEqual(plan.signed_sha256, hashlib.sha256(b"signed").hexdigest())

    def test_the_plan_replaces_a_promise(self):
        promise = self.env["recovery.promise"]._give(self.debtor, self.today, 1000, self.day(5))
        self.sign(self.make_plan())
        self.assertEqual(promise.state, "cancelled")

    def test_late_for_too_long_it_breaks_with_notice_once(self):
        plan = self.sign(self.make_plan(3, self.day(10)))
        self.pay(self.first, amount=450, date=self.day(9))
        self.check(18)
        self.assertEqual(plan.state, "running", "eight days of tolerance")
        self.check(19)
        self.assertEqual((plan.state, plan.broken_on), ("broken", self.day(19)))
        self.assertFalse(plan.next_date, "nothing is next of a plan that is over")
        self.assertEqual(self.verdict_of(self.first, self.day(19)).code, "due", "dunning goes on")
        activity = self.debtor.activity_ids.filtered(lambda a: plan.name in a.summary)
        self.assertEqual(activity.user_id, self.recovery_user)
        delivery = plan.delivery_ids
        self.assertEqual((delivery.channel, delivery.state, delivery.mail_id.state), ("email", "queued", "outgoing"))
        text = delivery.mail_id.body_html
        self.assertIn("déchéance du terme", text)
        self.assertIn("1\xa0050,00", text.replace("\N{NARROW NO-BREAK SPACE}", "\xa0"))
        plan.sudo()._tell_debtor(self.day(20))
        plan.sudo()._break(self.day(20))
        self.assertEqual(len(plan.delivery_ids), 1, "at most once")
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            plan.sudo()._create_delivery("email")
        self.assertEqual(self.debtor.agreement_alert.count(plan.name), 1)

    def test_notice_by_letter_or_none(self):
        self.company.recovery_plan_breach_notice = "letter"
        plan = self.sign(self.make_plan())
        plan.with_user(self.recovery_user)._break_by_hand("Le client cesse ses paiements")
        self.assertEqual((plan.delivery_ids.channel, plan.delivery_ids.state), ("letter", "to_print"))
        self.assertTrue(plan.delivery_ids.sha256)
        self.company.recovery_plan_breach_notice = "none"
        other = self.sign(self.make_plan())
        other.sudo()._break(self.day(1))
        self.assertFalse(other.delivery_ids)

    def test_a_notice_that_fails_stops_nothing(self):
        plan = self.sign(self.make_plan(3, self.day(10)))
        with (
            patch.object(type(self.Plan), "_send_breach_notice", side_effect=ValueError("no printer")),
            mute_logger("odoo.addons.debt_recovery.models.agreements.recovery_payment_plan"),
        ):
            self.check(30)
        self.assertEqual(plan.state, "broken")
        self.assertTrue(self.env["recovery.event"].search([("kind", "=", "failed"), ("res_id", "=", plan.id)]))

    def test_money_not_matched_yet_does_not_break_it(self):
        plan = self.sign(self.make_plan(3, self.day(10)))
        journal = self.company_data["default_journal_bank"]
        self.pay_without_entry(self.first, 500, self.day(9), journal.inbound_payment_method_line_ids[:1])
        self.check(30)
        self.assertEqual(plan.state, "running")

    def test_money_of_before_that_nobody_matched_does_not_keep_it_alive(self):
        journal = self.company_data["default_journal_bank"]
        self.pay_without_entry(self.first, 1000, self.today, journal.inbound_payment_method_line_ids[:1])
        plan = self.sign(self.make_plan(1, self.day(10)))
        self.assertEqual(plan.amount, 500, "what was paid is not in the plan")
        self.check(30)
        self.assertEqual(plan.state, "broken")
        self.assertEqual(self.verdict_of(self.second, self.day(30)).code, "due")

    def test_new_money_fills_its_dates_while_older_money_lies_unmatched(self):
        self.pay(self.first, amount=600, date=self.day(-2))
        self.receivable_of(self.first).remove_move_reconcile()
        plan = self.sign(self.make_plan(2, self.day(10), lines=self.receivable_of(self.first)))
        self.pay(self.first, amount=200, date=self.day(9))
        self.check(19)
        self.assertEqual([row[1] for row in self.figures(plan)], [200, 0])
        self.assertEqual(plan.state, "running")

    def test_reminder_before_each_date_once(self):
        self.company.recovery_plan_remind_days = 3
        plan = self.sign(self.make_plan(2, self.day(10)))
        self.check(6)
        self.assertFalse(plan.delivery_ids)
        for days in (7, 8, 10):
            self.check(days)
        self.assertEqual(len(plan.delivery_ids), 1)
        self.assertIn(plan.name, plan.delivery_ids.mail_id.subject)
        self.assertIn("750,00", plan.delivery_ids.mail_id.body_html)

    def test_money_taken_back_puts_it_in_force_again(self):
        plan = self.sign(self.make_plan(1, self.day(10)))
        self.pay(self.first, date=self.day(1))
        self.pay(self.second, date=self.day(1))
        self.check(1)
        self.assertEqual(plan.state, "fulfilled")
        self.receivable_of(self.second).remove_move_reconcile()
        self.check(2, self.debtor_partner)
        self.assertEqual((plan.state, plan.amount_remaining), ("running", 500))
        running = plan.hold_ids.filtered(lambda hold: not hold.released_on)
        self.assertEqual(running.line_id, plan.line_ids.line_id, "reminders are suspended again")

    def test_money_taken_back_from_an_invoice_of_another_plan_stops_no_check(self):
        old = self.sign(self.make_plan(1, self.day(10), lines=self.receivable_of(self.second)))
        other = self.sign(self.make_plan(1, self.day(10), lines=self.receivable_of(self.first)))
        payment = self.pay(self.second, date=self.day(1))
        self.check(1)
        self.assertEqual(old.state, "fulfilled")
        payment.action_draft()
        payment.action_cancel()
        new = self.sign(self.make_plan(1, self.day(20), lines=self.receivable_of(self.second)))
        self.pay(self.first, date=self.day(2))
        for days in (2, 3):
            self.check(days, self.debtor_partner)
        self.assertEqual((other.state, new.state, new.amount_remaining), ("fulfilled", "running", 500))
        self.assertEqual(old.state, "cancelled")
        self.assertIn(new.name, old.state_reason)
        events = self.env["recovery.event"].search([("kind", "=", "plan_cancelled"), ("res_id", "=", old.id)])
        self.assertEqual(len(events), 1, "said once")
        self.check(15, self.debtor_partner)
        self.assertEqual((old.state, len(old.delivery_ids)), ("cancelled", 0), "its passed date breaks nothing")

    def test_of_two_plans_whose_money_was_taken_back_the_last_one_is_in_force(self):
        plans = []
        for days in (1, 2):
            plans.append(self.sign(self.make_plan(1, self.day(10), lines=self.receivable_of(self.second))))
            payment = self.pay(self.second, date=self.day(days))
            self.check(days)
            self.assertEqual(plans[-1].state, "fulfilled")
            payment.action_draft()
            payment.action_cancel()
        self.check(3, self.debtor_partner)
        self.assertEqual([plan.state for plan in plans], ["cancelled", "running"])

    def test_credited_whole_it_is_cancelled(self):
        plan = self.sign(self.make_plan(2, lines=self.receivable_of(self.second)))
        self.make_credit_note(amount=500, date=self.day(1), reverses=self.second)
        self.check(1)
        self.assertEqual(plan.state, "cancelled")

    def test_dollars_and_branch(self):
        dollar = self.setup_other_currency("USD", rates=[("2025-01-01", 1.25)])
        partner = self.make_partner("Smith Ltd", lang="en_US")
        invoice = self.make_invoice(partner, amount=1000, days_overdue=30, currency=dollar)
        self.company.recovery_plan_amount_limit = 801
        plan = self.make_plan(3, debtor=self.debtor_of(partner))
        self.assertEqual((plan.currency_id, plan.amount, plan.amount_company), (dollar, 1000, 800))
        plan._propose(self.today)
        self.assertEqual(plan.state, "proposed", "800 € do not pass the limit")
        plan._sign(self.today, self.today)
        self.pay(invoice, amount=500, date=self.day(2))
        self.check(2)
        self.assertEqual(plan.line_date_ids.mapped("received"), [333.33, 166.67, 0])

    # ------------------------------------------------------------
    # Documents
    # ------------------------------------------------------------
    def text_of(self, attachment):
        reader = PdfFileReader(io.BytesIO(attachment.raw))
        text = " ".join(page.extract_text() for page in reader.pages)
        return " ".join(text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\xa0", " ").split())

    def test_agreement_in_french(self):
        plan = self.make_plan(3, date(2026, 12, 31))
        plan._propose(self.today)
        text = self.text_of(plan.document_id)
        self.assertEqual(plan.sha256, hashlib.sha256(plan.document_id.raw).hexdigest())
        for expected in (
            "ÉCHÉANCIER DE PAIEMENT",
            "Boulangerie Dupont",
            self.first.name,
            "1 500,00 €",
            "31 décembre 2026",
            "28 février 2027",
            "Reconnaissance de dette",
            "article 2240",
            "déchéance du terme",
            "Pour le créancier",
            "Pour le débiteur",
            "FR76 3000 6000 0112 3456 7890 189",
            "mille cinq cents",
        ):
            self.assertIn(expected.lower(), text.lower())
        for english in ("Payment", "Between", "Dear", "debtor", "Total of"):
            self.assertNotIn(english, text)
        self.assertFalse(plan.with_user(self.recovery_auditor).has_access("write"))

    def test_agreement_in_english_without_clauses_and_breach_letter(self):
        partner = self.make_partner("Smith Ltd", lang="en_US", email=False)
        self.make_invoice(partner, amount=900, days_overdue=30)
        plan = self.make_plan(1, self.day(20), debtor=self.debtor_of(partner))
        plan.write({"has_acknowledgement": False, "has_acceleration": False})
        plan._propose(self.today)
        text = self.text_of(plan.document_id)
        self.assertIn("DEFERRAL OF PAYMENT", text)
        self.assertIn("For the debtor", text)
        self.assertNotIn("2240", text)
        self.assertNotIn("déchéance", text)
        plan._sign(self.today, self.today)
        self.check(40)
        letter = self.text_of(plan.delivery_ids.attachment_id)
        self.assertIn("terms not kept", letter)
        self.assertIn("900.00", letter)

    # ------------------------------------------------------------
    # Others
    # ------------------------------------------------------------
    def test_rights_merge_and_other_company(self):
        plan = self.sign(self.make_plan())
        for user in (self.recovery_user, self.recovery_manager):
            with self.assertRaises(AccessError):
                plan.with_user(user).write({"state": "fulfilled"})
        with self.assertRaises(AccessError):
            plan.with_user(self.recovery_auditor)._cancel("x")
        stranger = self.make_user(
            "zoe", "debt_recovery.group_recovery_manager", company=self.setup_other_company(name="Deux")["company"]
        )
        self.assertFalse(self.Plan.with_user(stranger).search([("id", "=", plan.id)]))
        kept = self.make_partner("Boulangeries Réunies")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.debtor_partner | kept).ids, kept)
        self.assertEqual(plan.partner_id, kept)
        self.pay(self.first, amount=500, date=self.day(3))
        self.check(3)
        self.assertEqual(plan.line_date_ids[0].received, 500)

    def test_worklist_fills_the_dates_when_the_books_move(self):
        plan = self.sign(self.make_plan())
        self.pay(self.first, amount=500, date=self.day(1))
        self.env["recovery.worklist"]._refresh(self.company, self.day(1))
        self.assertEqual(plan.amount_received, 500)
