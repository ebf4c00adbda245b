import base64
from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .limitation_common import LimitationCommon


@tagged("post_install", "-at_install")
class TestLimitationEvidence(LimitationCommon):
    """What interrupts or suspends, with its proof, and what does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move = cls.make_invoice(date=date(2022, 3, 1), due=date(2022, 4, 1))
        cls.line = cls.receivable_of(cls.move)
        cls.debtor = cls.debtor_of()

    def dates(self):
        position = self.position_of(self.line)
        return position.original_until, position.extended_until

    def why(self):
        return [why for _evidence, why in self.position_of(self.line).ignored]

    # ------------------------------------------------------------
    # Recording
    # ------------------------------------------------------------
    def test_an_acknowledgement_stands_beside_the_original_date(self):
        event = self.record("acknowledgement", date(2025, 5, 31), note="Lettre signée")
        self.assertEqual(self.dates(), (date(2027, 3, 1), date(2030, 5, 31)))
        self.assertEqual((event.state, event.user_id), ("counts", self.recovery_user))
        document = event.attachment_ids
        self.assertEqual((document.res_model, document.res_id), (event._name, event.id))
        trace = self.env["recovery.event"].search([("kind", "=", "limitation_evidence")], limit=1)
        self.assertEqual((trace.debtor_id, len(trace.details["sha256"])), (self.debtor, 64))
        line = self.line.with_user(self.recovery_auditor)
        self.assertTrue(line.recovery_limitation_extended)
        self.assertIn("counts", line.recovery_limitation_text)
        self.assertEqual(document.with_user(self.recovery_auditor).name, "preuve.pdf")

    def test_evidence_reaches_only_what_it_names(self):
        other = self.make_invoice(date=date(2022, 3, 1), due=date(2022, 4, 1))
        later = self.make_invoice(date=date(2026, 3, 1), due=date(2026, 4, 1))
        self.record("acknowledgement", date(2025, 5, 31), moves=other)
        self.assertEqual(self.dates()[1], date(2027, 3, 1))
        self.assertEqual(self.position_of(self.receivable_of(other)).extended_until, date(2030, 5, 31))
        self.record("acknowledgement", date(2025, 6, 30))
        self.assertEqual(self.dates()[1], date(2030, 6, 30))
        self.assertFalse(self.position_of(self.receivable_of(later)).is_extended, "it was not owed yet")
        split = self.make_invoice(date=date(2022, 3, 1), term=self.make_term())
        first, second = self.receivable_of(split)
        self.record("acknowledgement", date(2025, 7, 31), lines=second)
        self.assertEqual(self.position_of(first).extended_until, date(2030, 6, 30))
        self.assertEqual(self.position_of(second).extended_until, date(2030, 7, 31))

    def test_what_proves_nothing_is_refused(self):
        nothing = self.env["ir.attachment"]
        stranger = self.make_invoice(self.make_partner("Autre client"))
        for call, message in (
            (lambda: self.record("acknowledgement", date(2025, 1, 1), documents=nothing), "Attach the document"),
            (lambda: self.record("acknowledgement", self.today + timedelta(days=1)), "not happened yet"),
            (lambda: self.record("mise_en_demeure", date(2025, 1, 1)), "no effect on limitation"),
            (lambda: self.record("reminder", date(2025, 1, 1)), "no effect on limitation"),
            (lambda: self.record("request", date(2025, 1, 1)), "no effect on limitation"),
            (lambda: self.record("public_claim", date(2025, 1, 1)), "only against a public body"),
            (lambda: self.record("court", date(2025, 1, 1), date_until=date(2024, 1, 1)), "before it begins"),
            (lambda: self.record("acknowledgement", date(2025, 1, 1), moves=stranger), "not owed by"),
        ):
            with self.subTest(message=message), self.assertRaisesRegex(UserError, message):
                call()

    def test_reminders_and_part_payments_alone_change_nothing(self):
        self.pay(self.move, 300, date=date(2025, 6, 1))
        self.send_campaign(self.today, self.debtor)
        self.assertEqual(self.dates(), (date(2027, 3, 1), date(2027, 3, 1)))
        self.record("partial_payment", date(2025, 6, 1))
        self.assertEqual(self.dates(), (date(2027, 3, 1), date(2030, 6, 1)))

    def test_a_written_claim_counts_against_a_public_body_only(self):
        self.debtor.nature = "public"
        self.record("public_claim", date(2025, 2, 3))
        self.assertEqual(self.dates(), (date(2026, 12, 31), date(2029, 12, 31)))
        self.debtor.nature = "professional"
        self.assertEqual(self.dates()[1], date(2027, 3, 1))
        self.assertEqual(self.why(), ["other_kind"])

    # ------------------------------------------------------------
    # Proceedings
    # ------------------------------------------------------------
    def test_a_claim_in_court_stands_until_its_end(self):
        event = self.record("court", date(2025, 5, 2))
        self.assertEqual(self.dates(), (date(2027, 3, 1), None))
        self.assertEqual(self.line.recovery_limitation_extended, "clock stopped")
        with self.assertRaisesRegex(UserError, "between its beginning and today"):
            event._end(self.today, date(2025, 5, 1), "ended")
        event._end(self.today, date(2026, 4, 30), "ended")
        self.assertEqual(self.dates(), (date(2027, 3, 1), date(2031, 4, 30)))
        with self.assertRaisesRegex(UserError, "not in progress"):
            event._end(self.today, date(2026, 4, 30), "ended")

    def test_a_claim_withdrawn_never_was(self):
        for outcome in ("withdrawn", "lapsed", "rejected"):
            event = self.record("court", date(2025, 5, 2))
            event._end(self.today, date(2026, 4, 30), outcome)
            self.assertEqual((self.dates()[1], event.state), (date(2027, 3, 1), "void"))
        self.assertEqual(self.why(), ["void"] * 3)

    def test_a_title_has_its_own_ten_years(self):
        self.record("title", date(2024, 2, 29))
        self.assertEqual(self.dates(), (date(2027, 3, 1), date(2034, 2, 28)))

    def test_what_came_too_late_does_not_count(self):
        self.debtor.nature = "consumer"
        self.record("acknowledgement", date(2024, 3, 2))
        self.assertEqual((self.dates(), self.why()), ((date(2024, 3, 1), date(2024, 3, 1)), ["late"]))
        self.record("acknowledgement", date(2024, 3, 1))
        self.assertEqual(self.dates()[1], date(2026, 3, 2))
        self.assertEqual(self.line.recovery_limitation_state, "barred")

    # ------------------------------------------------------------
    # Agreements
    # ------------------------------------------------------------
    def make_plan(self, signed_copy=True, **vals):
        plan = self.env["recovery.payment.plan"]._make(
            self.debtor, self.today, lambda total, currency: [("part", self.today + timedelta(days=30), total)], **vals
        )
        plan.sudo().write({"state": "proposed", "proposed_on": self.today})
        document = self.env["ir.attachment"]
        if signed_copy:
            document = document.create(
                {"name": "signé.pdf", "datas": base64.b64encode(b"%PDF"), "res_model": plan._name}
            )
        plan.with_user(self.recovery_user)._sign(self.today, self.today, document=document)
        return plan

    def test_a_plan_signed_counts_by_itself(self):
        plan = self.make_plan()
        position = self.position_of(self.line)
        self.assertEqual(position.extended_until, date(2031, 11, 21))
        self.assertEqual((position.counted[0].model, position.counted[0].res_id), (plan._name, plan.id))
        plan.with_user(self.recovery_user)._break_by_hand("Impayé")
        self.assertEqual(self.dates()[1], date(2031, 11, 21), "the debtor acknowledged the debt all the same")

    def test_a_plan_without_signed_copy_or_acknowledgement_does_not_count(self):
        self.make_plan(signed_copy=False)
        self.assertEqual((self.dates()[1], self.why()), (date(2027, 3, 1), ["unproved"]))
        self.env["recovery.payment.plan"].search([]).sudo().write({"has_acknowledgement": False})
        self.assertEqual(self.why(), [])

    def test_a_room_may_add_what_it_knows(self):
        engine = self.env["recovery.limitation"]
        evidences = engine._limitation_events(self.line, self.today)
        self.assertEqual(evidences, [])

    # ------------------------------------------------------------
    # Cancelling, rights, merges
    # ------------------------------------------------------------
    def test_cancelled_with_a_reason_and_never_deleted(self):
        event = self.record("acknowledgement", date(2025, 5, 31))
        wizard = event.with_user(self.recovery_user).action_cancel()
        reason = self.env["recovery.reason.wizard"].with_user(self.recovery_user).browse(wizard["res_id"])
        reason.reason = "Lettre d'un autre client"
        reason.action_confirm()
        self.assertEqual(self.dates()[1], date(2027, 3, 1))
        self.assertEqual((event.state, event.cancel_reason), ("cancelled", "Lettre d'un autre client"))
        self.assertTrue(self.env["recovery.event"].search([("kind", "=", "limitation_cancelled")]))
        with self.assertRaisesRegex(UserError, "already cancelled"):
            event._cancel("encore")
        with self.assertRaisesRegex(UserError, "never deleted"):
            event.sudo().unlink()

    def test_nobody_writes_evidence_by_hand(self):
        event = self.record("acknowledgement", date(2025, 5, 31))
        Event = self.env["recovery.limitation.event"]
        for user in (self.recovery_user, self.recovery_manager, self.recovery_auditor):
            with self.assertRaises(AccessError):
                event.with_user(user).write({"date": date(2026, 1, 1)})
            with self.assertRaises(AccessError):
                Event.with_user(user).create({"debtor_id": self.debtor.id})
            with self.assertRaises(AccessError):
                event.with_user(user).unlink()
        for call in (
            lambda: event.with_user(self.recovery_auditor)._cancel("x"),
            lambda: event.with_user(self.recovery_auditor)._end(self.today, self.today, "ended"),
            lambda: self.debtor.with_user(self.recovery_auditor).action_limitation_event(),
            lambda: event.attachment_ids.with_user(self.recovery_user).unlink(),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_another_company_neither_sees_nor_records(self):
        event = self.record("acknowledgement", date(2025, 5, 31))
        other = self.setup_other_company(name="Société Deux")["company"]
        stranger = self.make_user("zoe", "debt_recovery.group_recovery_manager", company=other)
        self.assertFalse(event.with_user(stranger).search([("id", "=", event.id)]))
        with self.assertRaises(AccessError):
            self.env["recovery.limitation.event"].with_user(stranger)._record(
                self.debtor.with_user(stranger),
                self.today,
                self.cause("acknowledgement"),
                date(2025, 1, 1),
                self.make_document(),
            )
        foreign = self.make_invoice(company=other)
        with self.assertRaisesRegex(UserError, "not owed by"):
            self.record("acknowledgement", date(2025, 5, 31), moves=foreign)

    def test_somebody_elses_document_is_no_proof_to_take(self):
        secret = self.env["ir.attachment"].create({"name": "secret", "raw": b"x"})
        with self.assertRaises(AccessError):
            self.record("acknowledgement", date(2025, 5, 31), documents=secret)

    def test_merged_customers_keep_their_evidence_and_one_correction(self):
        twin = self.make_partner("Boulangerie Dupond")
        self.make_invoice(twin, date=date(2022, 3, 1), due=date(2022, 4, 1))
        self.record("acknowledgement", date(2025, 5, 31), debtor=self.debtor_of(twin))
        self.choose(None, kind="civil", debtor=self.debtor_of(twin))
        self.choose(None, kind="carriage")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.debtor_partner | twin).ids, self.debtor_partner)
        self.assertEqual(len(self.debtor.limitation_event_ids), 1)
        self.assertEqual(self.debtor.limitation_choice_id.kind_id, self.kind("carriage"))

    def test_causes_are_coherent(self):
        with self.assertRaisesRegex(ValidationError, "until its end"):
            self.cause("mediation").lasts = False
        with self.assertRaisesRegex(ValidationError, "the parameter"):
            self.cause("title").period_key = False
        with self.assertRaisesRegex(ValidationError, "not a legal parameter"):
            self.cause("impossibility").period_key = "nothing"
