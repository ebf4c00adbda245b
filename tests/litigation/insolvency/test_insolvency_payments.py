from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import InsolvencyCommon


class PaymentsCommon(InsolvencyCommon):
    """What was received since a judgment, as the night finds it."""

    def look(self):
        self.env["recovery.insolvency.watch"]._watch(self.company, self.today)
        return self.debtor.sudo().insolvency_ids.payment_ids

    def tasks(self, words):
        return self.debtor.activity_ids.filtered(lambda task: words in (task.summary or ""))


@tagged("post_install", "-at_install")
class TestInsolvencyPayments(PaymentsCommon):
    """Money that comes in since the judgment for an earlier claim is looked at (C. com. L622-7)."""

    def setUp(self):
        super().setUp()
        self.insolvency = self.open_proceedings()
        self.declaration = self.insolvency.declaration_ids
        self.declaration.action_prepare()

    def test_a_payment_of_the_debtor_raises_an_alert_once(self):
        self.pay(self.old, 400, self.today - timedelta(days=2))
        payment = self.look()
        self.assertEqual((payment.nature, payment.amount, payment.is_alert), ("to_check", 400, True))
        self.assertEqual(self.declaration.payment_ids, payment)
        self.assertEqual((self.declaration.payment_alert_count, self.insolvency.payment_alert_count), (1, 1))
        task = self.tasks("after the judgment")
        self.assertIn("L622-7", task.note)
        self.assertEqual(self.look(), payment, "once")

    def test_what_came_before_the_judgment_is_none(self):
        self.pay(self.old, 400, self.judgment_on - timedelta(days=1))
        self.assertFalse(self.look())

    def test_what_was_born_since_is_paid_when_due(self):
        later = self.make_invoice(
            self.customer, amount=300.0, days_overdue=3, date=self.judgment_on + timedelta(days=1)
        )
        self.declaration.action_prepare()
        self.pay(later, 300, self.today)
        self.assertFalse(self.look())

    def test_a_credit_note_is_no_payment(self):
        self.make_credit_note(self.customer, amount=100.0, date=self.today, reverses=self.old)
        self.assertFalse(self.look())

    def test_a_person_says_what_it_is(self):
        self.pay(self.old, 400, self.today - timedelta(days=2))
        payment = self.look()
        payment.with_user(self.recovery_user)._say_guarantor("Payé par la caution")
        self.assertEqual((payment.nature, payment.is_alert), ("guarantor", False))
        self.assertEqual((payment.reason, payment.user_id), ("Payé par la caution", self.recovery_user))
        self.assertFalse(self.tasks("after the judgment"), "there is nothing left to check")

    def test_guarantors_and_third_parties_may_pay(self):
        surety, brother = self.make_partner("Jean Mercier"), self.make_partner("Paul Mercier")
        self.env["recovery.coverage"].create(
            {"debtor_id": self.debtor.id, "kind": "surety", "provider_id": surety.id, "amount": 800}
        )
        for payer in (surety, brother):
            self.pay_for(payer, self.old, 100, self.today)
        payments = self.look().sorted("payer_id")
        self.assertEqual(
            {payment.payer_id: payment.nature for payment in payments}, {surety: "guarantor", brother: "third_party"}
        )
        self.assertFalse(self.tasks("after the judgment"))

    def test_what_the_mandataire_distributes_is_received_of_what_was_admitted(self):
        self.pay_for(self.trustee, self.old, 150, self.today)
        payment = self.look()
        self.assertEqual((payment.nature, payment.is_alert), ("dividend", False))
        self.assertEqual(self.declaration.amount_received, 150)

    def test_what_is_received_once_it_is_too_late_to_declare_is_looked_at_too(self):
        self.declaration.action_begin()
        self.record(self.declaration, "foreclosed")
        self.pay(self.old, 400, self.today)
        self.assertTrue(self.look().is_alert)

    def test_proceedings_that_were_annulled_forbid_nothing(self):
        self.insolvency._annul("Infirmé")
        self.pay(self.old, 400, self.today)
        self.assertFalse(self.look())

    # ------------------------------------------------------------
    # Dividends
    # ------------------------------------------------------------
    def adopt_plan(self, *amounts):
        """Have a plan adopted with these dividends, one each month from now on."""
        self.insolvency._add_step("planned", self.today - timedelta(days=5), self.today)
        days = [self.today + timedelta(days=30 * rank) for rank in range(len(amounts))]
        return self.env["recovery.insolvency.dividend"].create(
            [
                {"declaration_id": self.declaration.id, "date": day, "amount": amount}
                for day, amount in zip(days, amounts, strict=True)
            ]
        )

    def test_a_dividend_is_known_by_itself_and_counts_for_the_plan(self):
        first, second = self.adopt_plan(400, 400)
        self.pay(self.old, 300, self.today)
        self.pay(self.recent, 100, self.today)
        payments = self.look()
        self.assertEqual((payments.dividend_id, set(payments.mapped("nature"))), (first, {"dividend"}))
        self.assertEqual((first.state, first.amount_received, second.state), ("received", 400, "expected"))
        self.assertEqual(self.declaration.amount_received, 400)
        self.assertFalse(self.tasks("after the judgment"))
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            first.unlink()

    def test_more_than_the_next_dividend_is_looked_at(self):
        first, _second = self.adopt_plan(100, 100)
        self.pay(self.old, 250, self.today)
        payment = self.look()
        self.assertEqual((payment.nature, payment.dividend_id), ("to_check", first.browse()))
        payment.with_user(self.recovery_user).dividend_id = first
        self.assertEqual((payment.nature, first.state), ("dividend", "received"))

    def tell(self, payment):
        """Say, as the user, that a payment is a dividend."""
        return payment.with_user(self.recovery_user)._say_dividend("Écrit par le mandataire")

    def test_a_payment_told_as_dividend_joins_the_only_row_that_can_be_meant(self):
        dividend = self.adopt_plan(400)
        self.pay(self.old, 400, self.today - timedelta(days=6))  # before the plan: nothing says what it is
        payment = self.look()
        self.assertIsNone(self.tell(payment))
        self.assertEqual((payment.dividend_id, dividend.state, dividend.amount_received), (dividend, "received", 400))
        self.assertFalse(payment.is_loose_dividend)

    def test_of_several_rows_the_one_of_which_enough_is_left_is_meant(self):
        first, second = self.adopt_plan(100, 300)
        self.pay(self.old, 250, self.today - timedelta(days=6))
        payment = self.look()
        self.tell(payment)
        self.assertEqual((payment.dividend_id, first.state, second.state), (second, "expected", "partly"))

    def test_of_several_possible_rows_the_person_chooses(self):
        first, _second = self.adopt_plan(300, 300)
        self.pay(self.old, 250, self.today - timedelta(days=6))
        payment = self.look()
        said = self.tell(payment)
        self.assertEqual((payment.nature, payment.dividend_id.id, payment.is_loose_dividend), ("dividend", False, True))
        self.assertIn("choose", said["params"]["message"])
        self.assertEqual(said["params"]["next"]["res_id"], payment.id, "it is opened, to choose there")
        payment.with_user(self.recovery_user).dividend_id = first
        self.assertEqual((first.amount_received, payment.is_loose_dividend), (250, False))

    def test_what_is_found_before_it_was_declared_joins_the_declaration_with_its_dividend(self):
        dividend = self.adopt_plan(400)
        self.pay(self.old, 400, self.today - timedelta(days=6))
        payment = self.look()
        payment.declaration_id = False
        self.tell(payment)
        self.assertEqual((payment.declaration_id, payment.dividend_id), (self.declaration, dividend))

    def test_a_part_gives_the_amount_that_is_expected(self):
        claims = self.declaration.claim_ids
        self.declaration.action_begin()
        self.record(self.declaration, "declared")
        claims.amount_admitted = 0
        with Form(self.declaration.with_user(self.recovery_user)) as form:
            with form.dividend_ids.new() as row:
                row.date, row.percent = self.today, 50
                self.assertEqual(row.amount, 0, "nothing is admitted yet")
        claims[0].amount_admitted = 1000
        self.assertEqual(self.declaration.dividend_ids.amount, 500, "as soon as it is")
        with Form(self.declaration.with_user(self.recovery_user)) as form:
            with form.dividend_ids.new() as row:
                row.date, row.percent = self.today, 12.5
                self.assertEqual(row.amount, 125)
            with form.dividend_ids.new() as row:
                row.date, row.percent = self.today, 10
                row.amount = 90
        self.assertEqual(self.declaration.dividend_ids.mapped("amount"), [500, 125, 90], "what is typed stays")

    def test_thirds_of_what_was_admitted_never_exceed_it(self):
        self.declaration.action_begin()
        self.record(self.declaration, "declared")
        self.declaration.claim_ids[0].amount_admitted = 100.01
        rows = [{"declaration_id": self.declaration.id, "date": self.today, "percent": part} for part in (50, 50)]
        dividends = self.env["recovery.insolvency.dividend"].create(rows)
        self.assertAlmostEqual(sum(dividends.mapped("amount")), 100.01, 2)

    def test_before_the_plan_nothing_is_a_dividend(self):
        self.pay(self.old, 100, self.today - timedelta(days=10))
        self.adopt_plan(100)
        self.assertEqual(self.look().nature, "to_check")

    def test_a_late_dividend_makes_a_task_until_the_plan_ends(self):
        dividend = self.adopt_plan(50)
        dividend.date = self.today - timedelta(days=40)
        self.look()
        self.assertTrue(self.tasks("Dividend"))
        self.tasks("Dividend").unlink()
        self.declaration.write({"remitted": 500})
        self.insolvency._add_step("converted", self.today, self.today, "liquidation")
        dividend.invalidate_recordset(["state"])
        self.assertEqual(dividend.state, "void")
        self.look()
        self.assertFalse(self.tasks("Dividend"), "the plan was resolved: nothing is paid of it any more")

    def test_what_a_plan_gave_up_comes_back_when_it_is_resolved(self):
        self.adopt_plan(50)
        self.declaration.claim_ids.sudo().write({"amount_declared": 500, "amount_admitted": 500})
        self.declaration.remitted = 700
        self.assertEqual(self.declaration.amount_left, 300)
        step = self.insolvency._add_step("closed", self.today, self.today, "plan_broken")
        self.assertEqual(self.declaration.amount_left, 1000)
        self.assertFalse(self.env["recovery.claim"]._get_loss_proofs(self.receivable_of(self.old)))
        step._annul("Erreur")
        self.insolvency._add_step("closed", self.today, self.today, "plan_done")
        self.assertEqual(self.declaration.amount_left, 300)
        (proof,) = self.env["recovery.claim"]._get_loss_proofs(self.receivable_of(self.old)).popitem()[1]
        self.assertEqual(proof.code, "remission", "a plan that was carried out has given it up for good")


@tagged("post_install", "-at_install")
class TestPaymentsWithoutDeclaration(PaymentsCommon):
    """The law forbids the payment, declared or not: the alert does not wait for the declaration."""

    def test_a_declaration_that_nobody_prepared(self):
        declaration = self.open_proceedings().declaration_ids
        self.pay(self.old, 400, self.today)
        payment = self.look()
        self.assertEqual((payment.nature, payment.declaration_id), ("to_check", declaration))

    def test_proceedings_that_were_not_published_yet(self):
        insolvency = self.open_proceedings(published_on=False)
        self.pay(self.old, 400, self.today)
        payment = self.look()
        self.assertEqual((payment.insolvency_id, payment.is_alert), (insolvency, True))
        insolvency.published_on = self.published_on
        self.assertEqual(payment.declaration_id, insolvency.declaration_ids, "it follows once there is one")

    def test_over_indebtedness_is_not_declared_yet_forbids_the_payment(self):
        insolvency = self.open_proceedings("overindebtedness", published_on=False)
        self.pay(self.old, 400, self.today)
        self.assertTrue(self.look().is_alert)
        self.assertFalse(insolvency.declaration_ids)
        self.assertIn("L722-5", self.tasks("after the judgment").note)

    def test_amicable_proceedings_forbid_no_payment(self):
        self.open_proceedings("conciliation", user=self.recovery_manager)
        self.pay(self.old, 400, self.today)
        self.assertFalse(self.look())

    def test_a_delivery_told_by_a_person_makes_an_invoice_an_earlier_one(self):
        late_bill = self.make_invoice(self.customer, amount=250.0, days_overdue=1, date=self.today - timedelta(days=10))
        declaration = self.open_proceedings().declaration_ids
        declaration.action_prepare()
        claim = declaration.claim_ids.filtered(lambda claim: claim.line_id.move_id == late_bill)
        claim._say_birth(self.judgment_on - timedelta(days=3), "BL 2231")
        self.pay(late_bill, 250, self.today)
        self.assertEqual(self.look().move_name, late_bill.name)

    def test_the_night_costs_the_queries_of_one(self):
        def count(number):
            partners = [self.make_partner(f"Client {number}-{rank}") for rank in range(number)]
            proceedings = self.Insolvency
            for partner in partners:
                move = self.make_invoice(partner, amount=100.0, days_overdue=60)
                proceedings |= self.Insolvency._open_for(
                    self.debtor_of(partner), "safeguard", self.judgment_on, self.today
                )
                self.pay(move, 100, self.judgment_on - timedelta(days=1))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["recovery.insolvency.payment"]._find_new(proceedings, self.today)
            return self.cr.sql_log_count - before

        self.assertLessEqual(count(6), count(1) + 2)


@tagged("post_install", "-at_install")
class TestNotDeclaredInTime(PaymentsCommon):
    """What nobody declared comes back as a task: first to declare, then to be relieved."""

    def test_past_the_limit_a_relief_is_to_be_asked_for(self):
        declaration = self.open_proceedings().declaration_ids
        task = self.debtor.activity_ids
        self.assertIn("Declare our claim", task.summary)
        task.unlink()
        watch = self.env["recovery.insolvency.watch"]
        watch._watch(self.company, declaration.declare_until - timedelta(days=10))
        self.assertTrue(self.tasks("Declare our claim"))
        self.debtor.activity_ids.unlink()
        watch._watch(self.company, declaration.declare_until + timedelta(days=1))
        self.assertTrue(self.tasks("relief from forclusion"))
        self.debtor.activity_ids.unlink()
        watch._watch(self.company, declaration.relief_until + timedelta(days=1))
        self.assertFalse(self.debtor.activity_ids)
