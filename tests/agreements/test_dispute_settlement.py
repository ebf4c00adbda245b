from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestDisputeAndSettlement(RecoveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Dispute = cls.env["recovery.dispute"].with_user(cls.recovery_user)
        cls.invoice = cls.make_invoice(amount=1000, days_overdue=40)
        cls.other = cls.make_invoice(amount=400, days_overdue=10)
        cls.debtor = cls.debtor_of()
        cls.price = cls.env.ref("debt_recovery.recovery_dispute_reason_price")
        cls.startClassPatcher(patch.object(type(cls.company), "_recovery_today", lambda company: cls.today))

    def day(self, days):
        return self.today + timedelta(days=days)

    def check(self, days, partners=None):
        self.env["recovery.agreement"]._check_all(self.company, self.day(days), partners)

    # ------------------------------------------------------------
    # Disputes
    # ------------------------------------------------------------
    def dispute(self, move=None, amount=0.0, **vals):
        return self.Dispute._open(self.debtor, self.today, move or self.invoice, self.price, amount=amount, **vals)

    def test_what_is_paid_is_not_offered_to_be_disputed(self):
        self.pay(self.invoice)
        window = self.env["recovery.dispute.wizard"].with_user(self.recovery_user).new({"debtor_id": self.debtor.id})
        self.assertEqual(window.available_move_ids._origin, self.other)
        self.assertEqual((window.move_id._origin, window.owed), (self.other, 400))

    def test_whole_invoice_leaves_the_reminders(self):
        dispute = self.dispute()
        self.assertEqual((dispute.amount, dispute.is_partial, dispute.state), (1000, False, "open"))
        self.assertTrue(self.verdict_of(self.invoice).code.startswith("hold"))
        self.assertEqual(self.verdict_of(self.other).code, "due")
        self.assertEqual(dispute.hold_ids.origin, "dispute")
        self.assertEqual(dispute.date_due, self.day(15))
        activity = dispute.sudo().activity_ids
        self.assertEqual((activity.user_id, activity.date_deadline), (self.recovery_user, dispute.date_due))
        dispute.write({"date_due": self.day(4), "user_id": self.recovery_manager.id})
        activity = dispute.sudo().activity_ids
        self.assertEqual((activity.user_id, activity.date_deadline), (self.recovery_manager, self.day(4)))
        self.assertEqual(self.invoice.recovery_dispute_text, dispute.display_name)
        with self.assertRaisesRegex(UserError, "open already"):
            self.dispute(amount=10)

    def test_a_part_only_the_rest_goes_on(self):
        dispute = self.dispute(amount=300)
        verdict = self.verdict_of(self.invoice)
        self.assertEqual((verdict.code, verdict.net, verdict.held), ("due", 700, 300))
        self.pay(self.invoice, amount=700)
        self.assertTrue(self.verdict_of(self.invoice).code.startswith("hold"))
        dispute._resolve(self.day(3), "rejected", "Le bon de commande est signé")
        self.assertEqual((dispute.state, dispute.amount_kept, dispute.resolved_on), ("resolved", 300, self.day(3)))
        verdict = self.verdict_of(self.invoice, self.day(3))
        self.assertEqual((verdict.code, verdict.net), ("due", 300))
        self.assertFalse(dispute.sudo().activity_ids)
        for amount in (301, -1):
            with self.assertRaisesRegex(UserError, "Only the open amount"):
                self.dispute(amount=amount)

    def test_a_part_of_an_invoice_in_instalments_counts_once_oldest_first(self):
        halves = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (10, 20)
                ],
            }
        )
        move = self.make_invoice(amount=600, date=self.day(-60), term=halves)
        first, second = self.receivable_of(move)
        dispute = self.dispute(move, amount=350)
        net = {line_id: verdict.net for line_id, verdict in self.verdicts().items()}
        self.assertEqual((net[first.id], net[second.id]), (0, 250))
        self.assertEqual(sorted(dispute.sudo().hold_ids.mapped("amount")), [50, 300])
        dispute._resolve(self.day(1), "rejected", "Bon de livraison signé")
        self.assertFalse(dispute.sudo().hold_ids.filtered(lambda hold: not hold.released_on))
        with self.assertRaisesRegex(ValidationError, "choose the instalment"):
            self.env["recovery.hold"].create(
                {"debtor_id": self.debtor.id, "move_id": move.id, "amount": 5, "date_from": self.today, "reason": "x"}
            )

    def test_outcome_credit_note(self):
        dispute = self.dispute(amount=300)
        action = dispute.action_credit_note()
        self.assertEqual(action["res_model"], "account.move.reversal")
        wizard = (
            self.env["account.move.reversal"]
            .with_context(**action["context"])
            .create({"journal_id": self.invoice.journal_id.id, "date": self.today})
        )
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        note.invoice_line_ids.price_unit = 300
        with self.assertRaisesRegex(UserError, "Choose the credit note"):
            dispute._resolve(self.today, "credit_note", "Remise oubliée")
        with self.assertRaisesRegex(UserError, "Post the credit note"):
            dispute._resolve(self.today, "credit_note", "Remise oubliée", note)
        note.invoice_date = self.today
        note.action_post()
        defaults = dispute.action_resolve()["context"]
        self.assertEqual(defaults["default_credit_note_ids"], [fields.Command.set(note.ids)])
        wizard = (
            self.env["recovery.dispute.resolve.wizard"]
            .with_user(self.recovery_user)
            .with_context(**defaults)
            .create({"resolution": "Remise oubliée"})
        )
        self.assertEqual(wizard.amount_kept, 0)
        wizard.action_confirm()
        self.assertEqual((dispute.outcome, dispute.credit_note_ids), ("credit_note", note))
        self.assertEqual(self.verdict_of(self.invoice).net, 700)

    def test_outcome_agreement_and_limits(self):
        dispute = self.dispute(amount=300)
        with self.assertRaisesRegex(UserError, "between zero"):
            dispute._resolve(self.today, "agreement", "Partage", amount_kept=301)
        dispute._resolve(self.today, "agreement", "Partage", amount_kept=150)
        self.assertEqual(dispute.amount_kept, 150)
        with self.assertRaisesRegex(UserError, "already"):
            dispute._resolve(self.today, "rejected", "x")

    def test_one_instalment(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    fields.Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (30, 60)
                ],
            }
        )
        invoice = self.make_invoice(amount=1000, term=term, date=self.day(-90))
        first, second = self.receivable_of(invoice)
        dispute = self.dispute(invoice, line=first)
        self.assertEqual(dispute.amount, 500)
        verdicts = self.verdicts()
        self.assertTrue(verdicts[first.id].code.startswith("hold"))
        self.assertEqual(verdicts[second.id].code, "due")
        self.assertTrue(self.dispute(invoice, line=second))

    def test_age_for_the_figures(self):
        old, new = self.dispute(), self.dispute(self.other)
        self.check(31)
        self.env.invalidate_all()
        self.assertEqual((old.age_days, old.age), (31, "60"))
        new._resolve(self.day(40), "withdrawn", "Payé")
        self.check(70)
        self.assertEqual((old.age, new.age, new.age_days), ("more", "60", 40))
        groups = self.env["recovery.dispute"]._read_group([], ["reason_id", "age"], ["amount_company:sum"])
        self.assertEqual({(reason, age): amount for reason, age, amount in groups}[self.price, "more"], 1000)

    def test_window_of_invoice(self):
        action = self.other.with_user(self.recovery_user).action_recovery_dispute()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.recovery_user)
            .with_context(**action["context"])
            .create({"reason_id": self.price.id})
        )
        self.assertEqual((wizard.move_id, wizard.amount, wizard.user_id), (self.other, 400, self.recovery_user))
        wizard.action_confirm()
        self.assertEqual(self.debtor.open_dispute_count, 1)
        found = self.env["recovery.debtor"].search([("dispute_ids", "any", [("state", "=", "open")])])
        self.assertEqual(found, self.debtor)

    def test_another_customer_and_rights(self):
        foreign = self.make_invoice(self.make_partner("Autre"), days_overdue=3)
        with self.assertRaisesRegex(UserError, "not an invoice of this customer"):
            self.dispute(foreign)
        dispute = self.dispute()
        with self.assertRaises(AccessError):
            dispute.with_user(self.recovery_manager).write({"state": "resolved"})
        with self.assertRaises(AccessError):
            dispute.with_user(self.recovery_auditor)._resolve(self.today, "rejected", "x")
        self.assertEqual(len(self.env.ref("debt_recovery.recovery_dispute_reason_other")), 1)

    # ------------------------------------------------------------
    # Settlements
    # ------------------------------------------------------------
    def settle(self, agreed=1000, kind="transaction", user=None, **vals):
        return (
            self.env["recovery.settlement"]
            .with_user(user or self.recovery_manager)
            ._make(
                vals.pop("debtor", self.debtor),
                self.today,
                kind,
                amount_agreed=agreed,
                date_due=self.day(20),
                talks_until=self.day(30),
                **vals,
            )
        )

    def test_fulfilled_leads_to_draft_credit_notes_once(self):
        settlement = self.settle()
        self.assertEqual((settlement.amount, settlement.amount_waived), (1400, 400))
        settlement.action_agree()
        self.assertEqual(settlement.state, "agreed")
        self.assertTrue(self.verdict_of(self.invoice).code.startswith("hold"))
        self.pay(self.invoice, amount=900, date=self.day(5))
        self.check(5)
        self.assertEqual((settlement.state, settlement.amount_received), ("agreed", 900))
        self.pay(self.other, amount=100, date=self.day(6))
        self.check(6)
        self.assertEqual(settlement.state, "fulfilled")
        notes = settlement.sudo().credit_note_ids
        self.assertEqual(set(notes.mapped("state")), {"draft"})
        self.assertEqual(
            {note.reversed_entry_id: note.amount_total for note in notes}, {self.invoice: 100, self.other: 300}
        )
        with self.assertRaisesRegex(UserError, "already exists"):
            settlement.action_draft_credit_notes()
        self.check(7)
        self.assertEqual(len(settlement.sudo().credit_note_ids), 2)
        self.assertTrue(self.verdict_of(self.invoice, self.day(60)).code.startswith("hold"), "not claimed meanwhile")
        self.assertIn("Post the credit note", settlement.sudo().activity_ids.summary)
        notes.action_post()
        self.assertEqual((self.invoice.payment_state, self.other.payment_state), ("paid", "paid"))
        self.check(8)
        self.assertTrue(all(settlement.hold_ids.mapped("released_on")))

    def test_credit_note_with_tax_to_the_cent(self):
        partner = self.make_partner("Menuiserie Petit")
        tax = self.company_data["default_tax_sale"]
        invoice = self.make_invoice(partner, amount=0, days_overdue=30, post=False)
        invoice.invoice_line_ids = [
            fields.Command.clear(),
            *(
                fields.Command.create(
                    {
                        "name": "Pose",
                        "quantity": quantity,
                        "price_unit": price,
                        "discount": discount,
                        "tax_ids": tax.ids,
                    }
                )
                for quantity, price, discount in ((3, 111.11, 0), (1, 45.67, 10), (7, 9.99, 0))
            ),
        ]
        invoice.action_post()
        total = invoice.amount_total
        for waived in (100.01, 33.33, 0.05, 257.42):
            with self.subTest(waived=waived):
                settlement = self.settle(round(total - waived, 2), debtor=self.debtor_of(partner))
                note = settlement.sudo()._draft_credit_note(invoice, waived, self.today)
                self.assertAlmostEqual(note.amount_total, waived, 2)
                self.assertEqual((note.state, note.reversed_entry_id), ("draft", invoice))
                self.assertTrue(note.line_ids.filtered("tax_line_id"))

    def test_waiver_needs_a_manager(self):
        settlement = self.settle(user=self.recovery_user)
        settlement.action_agree()
        self.assertEqual(settlement.state, "to_approve")
        decision = settlement.sudo().decision_id
        self.assertEqual((decision.kind, decision.amount), ("waiver", 400))
        decision.with_user(self.recovery_manager)._refuse("Trop")
        self.assertEqual((settlement.state, settlement.state_reason), ("draft", "Trop"))
        settlement.action_agree()
        settlement.sudo().decision_id.with_user(self.recovery_manager)._grant("Soit")
        self.assertEqual(settlement.state, "agreed")
        with self.assertRaises(AccessError):
            settlement.amount_agreed = 1
        settlement._cancel("Le client se rétracte")
        self.assertEqual(self.verdict_of(self.invoice).code, "due")
        self.company.recovery_waiver_limit = 400
        small = self.settle(user=self.recovery_user)
        small.action_agree()
        self.assertEqual(small.state, "agreed")

    def test_refused_after_another_agreement_covered_the_same_it_is_a_draft(self):
        settlement = self.settle(user=self.recovery_user)
        settlement.action_start_talks()
        settlement.action_agree()
        decision = settlement.sudo().decision_id
        other = self.settle(1400)
        other.action_agree()
        self.assertEqual((settlement.state, other.state), ("to_approve", "agreed"))
        decision.with_user(self.recovery_manager)._refuse("Trop")
        self.assertEqual((settlement.state, other.state), ("draft", "agreed"))

    def test_not_paid_in_time_it_fails(self):
        settlement = self.settle()
        settlement.action_agree()
        self.pay(self.invoice, amount=999, date=self.day(5))
        self.check(23)
        self.assertEqual(settlement.state, "agreed", "three days of grace")
        self.check(24)
        self.assertEqual(settlement.state, "failed")
        self.assertFalse(settlement.sudo().credit_note_ids)
        self.assertEqual(self.verdict_of(self.other, self.day(24)).code, "due")
        self.assertTrue(self.debtor.activity_ids.filtered(lambda a: settlement.name in a.summary))

    def test_mediation_suspends_until_its_end(self):
        mediator = self.make_partner("Médiateur des entreprises")
        settlement = self.settle(0, "mediation", mediator_id=mediator.id)
        settlement.action_start_talks()
        self.assertTrue(self.verdict_of(self.invoice).code.startswith("hold"))
        self.assertEqual(self.verdict_of(self.invoice, self.day(31)).code, "due")
        with self.assertRaisesRegex(UserError, "agreed amount must be"):
            settlement.action_agree()
        settlement.amount_agreed = 1400
        settlement.action_agree()
        self.assertEqual((settlement.state, settlement.amount_waived), ("agreed", 0))
        self.pay(self.invoice, date=self.day(1))
        self.pay(self.other, date=self.day(1))
        self.check(2)
        self.assertEqual(settlement.state, "fulfilled")
        self.assertFalse(settlement.sudo().credit_note_ids)
        self.assertFalse(settlement.sudo().activity_ids)

    def test_talks_without_end_fail(self):
        settlement = self.settle(0, "mediation")
        settlement.action_start_talks()
        self.check(31)
        self.assertEqual(settlement.state, "failed")

    def test_a_payment_during_the_talks_asks_for_a_new_picture(self):
        settlement = self.settle()
        self.pay(self.invoice, amount=10)
        with self.assertRaisesRegex(UserError, "no longer"):
            settlement.action_agree()

    def test_codes_have_labels_and_company_wall(self):
        labels = self.env["recovery.selection"]._get_code_labels()
        self.assertLessEqual({"hold_promise", "hold_plan", "hold_dispute", "hold_settlement"}, set(labels))
        settlement, dispute = self.settle(), self.dispute()
        stranger = self.make_user(
            "zoe", "debt_recovery.group_recovery_manager", company=self.setup_other_company(name="Deux")["company"]
        )
        for record in (settlement, dispute, settlement.line_ids):
            self.assertFalse(record.with_user(stranger).search([("id", "in", record.ids)]))
        dates = [("part", self.day(5), 1400.0)]
        plan = self.env["recovery.payment.plan"]
        for call in (  # what a window of another company might be handed
            lambda: (
                self.env["recovery.promise"]
                .with_user(stranger)
                ._give(self.debtor.with_user(stranger), self.today, 1, self.day(3))
            ),
            lambda: plan.with_user(stranger)._make(self.debtor.with_user(stranger), self.today, lambda t, c: dates),
            lambda: dispute.with_user(stranger)._resolve(self.today, "rejected", "x"),
            lambda: self.settle(user=stranger, debtor=self.debtor.with_user(stranger)),
        ):
            with self.assertRaises(AccessError):
                call()
