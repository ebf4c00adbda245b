from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import COMMERCIAL, CONSUMER, PUBLIC, ProcedureCommon

FILED, GIVEN, SERVED = date(2026, 9, 7), date(2026, 9, 14), date(2026, 9, 25)


@tagged("post_install", "-at_install")
class TestProcedure(ProcedureCommon):
    """One run of a procedure: what may happen, what it does to the case, and how it is taken back."""

    def order(self, *more, code="payment_order_commerce", facts=COMMERCIAL):
        """Return an injonction de payer that was filed, given and served, and what else happened."""
        procedure = self.begin(code, facts)
        self.record_all(procedure, ("request_filed", FILED), ("order_given", GIVEN), ("order_served", SERVED), *more)
        return procedure

    # ------------------------------------------------------------
    # Stories
    # ------------------------------------------------------------
    def test_an_unopposed_order_becomes_a_title(self):
        procedure = self.begin()
        self.assertEqual((procedure.state, procedure.amount_claimed), ("preparing", 1400))
        self.assertEqual(self.possible(procedure), ["request_filed"])
        self.record(procedure, "request_filed", FILED)
        self.assertEqual(procedure.state, "running")
        self.assertEqual(self.case.kind, "filed")
        self.assertLessEqual({"order_given", "order_refused"}, set(self.possible(procedure)))
        self.record(procedure, "order_given", GIVEN, amount=1350)
        self.assertEqual((self.case.kind, procedure.amount_granted), ("title", 1350))
        self.assertNotIn("order_refused", self.possible(procedure))
        self.record(procedure, "order_served", SERVED)
        self.record(procedure, "executable", date(2026, 11, 20))
        self.assertRecordValues(procedure, [{"state": "ended", "has_title": True, "ended_on": date(2026, 11, 20)}])
        self.assertEqual(procedure.outcome_id.code, "title")
        self.assertEqual(self.case.kind, "enforcement")
        self.assertIn("enforceable", self.case.procedure_text.lower())

    def test_what_is_granted_opens_on_what_was_claimed(self):
        procedure = self.begin()
        self.record(procedure, "request_filed", FILED)
        kinds = procedure.type_id.event_kind_ids.grouped("code")
        Window = self.env["recovery.procedure.event.wizard"].with_context(default_procedure_id=procedure.id)
        with Form(Window) as form:
            form.kind_id = kinds["order_refused"]
            self.assertEqual(form.amount, 0, "nothing is granted by a refusal")
            form.kind_id = kinds["order_given"]
            self.assertEqual((form.amount, form.amount_claimed), (1400, 1400))
            form.date = GIVEN
        form.save().action_confirm()
        self.assertEqual(procedure.amount_granted, 1400)
        event = procedure.event_ids.filtered("amount")
        self.assertEqual(event.action_correct()["context"]["default_event_id"], event.id)
        window = self.env["recovery.procedure.event.wizard"].new({"event_id": event.id})
        self.assertEqual(window.amount, 1400, "what is corrected opens on what was recorded")

    def test_an_opposed_order_goes_to_judgment(self):
        procedure = self.order(("opposition", date(2026, 10, 12)), ("opposition_notified", date(2026, 10, 19)))
        self.assertNotIn("executable", self.possible(procedure))
        self.assertIn("fees_consigned", self.possible(procedure))
        self.record_all(procedure, ("fees_consigned", date(2026, 10, 22)), ("lawyer_appointed", date(2026, 10, 22)))
        self.record(procedure, "hearing_fixed", self.today, day=self.today - timedelta(days=20))
        self.record_all(procedure, ("hearing_held", self.today), ("judgment", self.today))
        self.assertEqual(procedure.state, "running")
        self.record_all(procedure, ("judgment_served", self.today), ("judgment_final", self.today))
        self.assertEqual((procedure.state, procedure.outcome_id.code), ("ended", "title"))

    def test_a_late_opposition_takes_the_title_back_to_the_judge(self):
        procedure = self.order(("executable", date(2026, 11, 1)))
        self.record_all(procedure, ("order_known", date(2026, 11, 5)))
        self.assertEqual(procedure.state, "ended", "a seizure alone changes nothing")
        self.record_all(procedure, ("opposition", date(2026, 11, 10)))
        self.assertEqual((procedure.state, procedure.outcome_id.code, procedure.ended_on), ("running", False, False))

    def test_a_refused_request_leads_to_an_assignation(self):
        procedure = self.begin()
        self.record_all(procedure, ("request_filed", FILED), ("order_refused", GIVEN))
        self.assertEqual((procedure.state, procedure.outcome_id.code), ("ended", "refused"))
        self.assertIn(self.type_of("merits"), procedure.outcome_id.next_type_ids)
        self.assertEqual(self.possible(procedure), [])
        following = self.begin("merits", previous=procedure)
        self.assertEqual(following.previous_id, procedure)
        self.record_all(following, ("summons_served", date(2026, 10, 2)), ("summons_filed", date(2026, 10, 5)))
        self.assertEqual(self.case.procedure_ids, following | procedure)
        self.assertEqual(self.case.procedure_count, 2)

    def test_an_unserved_order_lapses_and_is_taken_up_again(self):
        procedure = self.begin()
        self.record_all(procedure, ("request_filed", FILED), ("order_given", GIVEN))
        self.record(procedure, "lapsed", self.today)
        self.assertEqual((procedure.state, procedure.outcome_id.code), ("ended", "lapsed"))
        self.assertIn(procedure.type_id, procedure.outcome_id.next_type_ids)
        again = self.begin(previous=procedure)
        self.assertEqual(again.state, "preparing")

    def test_the_debtor_appeals_against_an_interim_order(self):
        procedure = self.begin("interim_payment")
        self.record_all(procedure, ("summons_served", FILED), ("order_given", GIVEN), ("order_served", SERVED))
        self.assertEqual((procedure.state, procedure.has_title), ("ended", True))
        self.record_all(procedure, ("appeal", date(2026, 10, 5)))
        self.assertEqual((procedure.state, procedure.has_title), ("running", True), "it stays enforceable meanwhile")
        self.record_all(procedure, ("dismissed_on_appeal", self.today))
        self.assertEqual(procedure.outcome_id.code, "refused")

    # ------------------------------------------------------------
    # Beginning
    # ------------------------------------------------------------
    def test_a_closed_procedure_is_begun_by_a_manager_with_a_reason(self):
        for user, reason in (
            (self.recovery_user, None),
            (self.recovery_user, "J'y tiens"),
            (self.recovery_manager, ""),
        ):
            with self.assertRaisesRegex(UserError, "(?s)not open to.*public body"), self.env.cr.savepoint():
                self.begin(facts=PUBLIC, user=user, reason=reason)
        procedure = self.begin(facts=PUBLIC, user=self.recovery_manager, reason="Avis du conseil")
        self.assertRecordValues(
            procedure, [{"override_reason": "Avis du conseil", "override_by_id": self.recovery_manager.id}]
        )

    def test_what_nobody_knew_is_kept(self):
        procedure = self.begin(facts={"commercial": True}, user=self.recovery_user)
        self.assertIn("The claim is due", procedure.open_questions)
        self.assertFalse(procedure.override_reason)
        event = self.events(procedure, "procedure_opened")
        self.assertIn("The claim is due", event.details["not known"])

    def test_a_closed_case_begins_nothing(self):
        self.case._give_up("Perdu")
        with self.assertRaisesRegex(UserError, "reopen it"):
            self.begin()

    def test_what_was_under_way_is_taken_over_without_being_judged(self):
        procedure = self.begin(facts=PUBLIC, user=self.recovery_user, is_taken_over=True)
        self.assertTrue(procedure.is_taken_over)
        self.record_all(procedure, ("request_filed", date(2025, 9, 7)), ("order_given", date(2025, 9, 14)))

    # ------------------------------------------------------------
    # What has no place
    # ------------------------------------------------------------
    def test_what_has_no_place_is_refused_in_words(self):
        procedure = self.begin()
        for code, day, words in (
            ("order_served", SERVED, "comes after “Order given”"),
            ("request_filed", self.today + timedelta(days=1), "has not happened yet"),
        ):
            with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                self.record(procedure, code, day)
        self.record_all(procedure, ("request_filed", FILED), ("order_given", GIVEN))
        for code, day, words in (
            ("order_given", GIVEN, "already been recorded"),
            ("order_refused", GIVEN, "no longer possible after “Order given”"),
            ("order_served", FILED, "comes after"),
        ):
            with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                self.record(procedure, code, day)
        kind = self.type_of("merits").event_kind_ids[0]
        with self.assertRaisesRegex(UserError, "does not occur in this procedure"):
            self.Event._record(procedure, kind, FILED, self.today)
        self.record(procedure, "lapsed", self.today)
        with self.assertRaisesRegex(UserError, "ended with “Lapsed”"):
            self.record(procedure, "order_served", self.today)

    def test_a_hearing_is_dated_ahead(self):
        procedure = self.begin("merits")
        self.record(procedure, "hearing_fixed", self.today + timedelta(days=40))
        self.record(procedure, "hearing_fixed", self.today + timedelta(days=80))
        self.assertEqual(len(procedure._get_events_of(("hearing_fixed",))), 2)
        self.record(procedure, "summons_served", self.today)

    # ------------------------------------------------------------
    # Typed wrongly
    # ------------------------------------------------------------
    def test_what_rested_on_an_annulled_event_goes_with_it(self):
        procedure = self.order()
        given = procedure._get_events_of(("order_given",))
        self.give_reason(given.action_annul(), "Autre dossier")
        self.assertEqual(procedure._get_counting_events().mapped("code"), ["request_filed"])
        gone = procedure.event_ids.filtered("annulled_on") - given
        self.assertEqual(gone.mapped("code"), ["order_served"])
        self.assertIn("It was based on: Order given", gone.annul_reason)
        self.assertEqual(given.annul_reason, "Autre dossier")
        self.assertEqual(self.case.kind, "filed", "the board goes back")
        told = self.events(given, "procedure_annulled")
        self.assertIn("Order served", told.details["went with it"])
        self.record(procedure, "order_given", GIVEN)
        with self.assertRaisesRegex(UserError, "already voided"):
            given._annul("Encore")

    def test_the_board_stays_where_somebody_put_it(self):
        procedure = self.order()
        self.case.stage_id = self.stage("preparing")
        procedure._get_events_of(("order_given",))._annul("Erreur")
        self.assertEqual(self.case.kind, "preparing")

    def test_an_event_recorded_late_does_not_move_the_case_back(self):
        procedure = self.begin()
        self.record_all(procedure, ("request_filed", FILED), ("order_given", GIVEN))
        other = self.begin("settlement", COMMERCIAL | {"debtor_agrees": True})
        self.record(other, "offer_made", date(2026, 9, 1))
        self.assertEqual(self.case.kind, "title")

    def test_a_red_check_keeps_the_case_in_its_stage_and_loses_no_fact(self):
        self.company.recovery_gate = "block"
        self.debtor.insolvency_on = self.today
        stage = self.case.stage_id
        procedure = self.begin(user=self.recovery_manager)
        self.record(procedure, "request_filed", FILED, documents=False)
        self.assertEqual(procedure.state, "running")
        self.assertEqual(self.case.stage_id, stage)
        self.assertIn("The case stays where it is", " ".join(self.case.message_ids.mapped("body")))
        procedure._get_events_of(("request_filed",))._annul("Erreur")
        self.assertEqual(self.case.stage_id, stage)

    def test_a_case_that_is_regrouped_brings_its_procedures_along(self):
        procedure = self.order()
        claimed = procedure.line_ids.line_id
        more = self.make_invoice(self.customer, days_overdue=30)
        kept = self.Case._open_for(self.debtor, self.receivable_of(more), self.today)
        self.env["recovery.case.union"]._regroup(self.case | kept, kept, "Un seul procès")
        self.assertEqual((procedure.case_id, procedure.event_ids.case_id), (kept, kept))
        self.assertEqual(procedure.line_ids.line_id, claimed)
        self.assertFalse(self.case.procedure_ids)

    def test_a_split_leaves_a_procedure_with_what_it_still_claims(self):
        whole, part = self.begin(), self.begin("merits")
        part.line_ids = part.line_ids.filtered(lambda claim: claim.move_id == self.recent)
        leaving = self.case.line_ids.filtered(lambda claim: claim.move_id == self.recent)
        new = self.env["recovery.case.union"]._split(self.case, leaving, "Deux procès")
        self.assertEqual((whole.case_id, part.case_id), (self.case, new))
        self.assertEqual(part.line_ids.case_id, new)

    def test_a_date_is_corrected_with_its_reason(self):
        procedure = self.order()
        served = procedure._get_events_of(("order_served",))
        with self.assertRaisesRegex(UserError, "comes after"), self.env.cr.savepoint():
            served._correct(FILED - timedelta(days=1), self.today, "Erreur")
        with self.assertRaisesRegex(UserError, "Give a reason"), self.env.cr.savepoint():
            served._correct(SERVED + timedelta(days=2), self.today, "")
        given = procedure._get_events_of(("order_given",))
        with self.assertRaisesRegex(UserError, "comes after"), self.env.cr.savepoint():
            given._correct(SERVED + timedelta(days=3), self.today, "Erreur")
        served._correct(SERVED + timedelta(days=2), self.today, "Acte du 27")
        self.assertEqual((served.date, served.correct_reason), (SERVED + timedelta(days=2), "Acte du 27"))
        told = self.events(served, "procedure_event")
        self.assertIn("before", told[0].details)

    def test_who_has_seized_a_judge_does_not_just_give_up(self):
        prepared = self.begin()
        self.give_reason(prepared.action_abandon(), "Autre voie")
        self.assertEqual((prepared.state, prepared.abandon_reason), ("abandoned", "Autre voie"))
        with self.assertRaisesRegex(UserError, "was abandoned"):
            self.record(prepared, "request_filed", FILED)
        suing = self.begin("merits")
        self.record(suing, "summons_served", SERVED)
        with self.assertRaisesRegex(UserError, "before a judge"):
            suing._abandon("Assez")

    # ------------------------------------------------------------
    # Who, and the trace
    # ------------------------------------------------------------
    def test_roles(self):
        procedure = self.begin(user=self.recovery_user)
        self.record(procedure, "request_filed", FILED, documents=False)
        procedure.reference = "2026 F 123"
        for user in (self.recovery_auditor, self.make_user("emile", "base.group_user")):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.record(procedure.with_user(user), "order_given", GIVEN, documents=False)
        self.assertEqual(procedure.with_user(self.recovery_auditor).reference, "2026 F 123")
        stranger = self.make_user("portail", "base.group_portal")
        with self.assertRaises(AccessError):
            procedure.with_user(stranger).read(["reference"])
        for record in (procedure, procedure.event_ids):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                record.sudo().unlink()

    def test_the_journal_tells_each_step(self):
        procedure = self.order()
        self.assertEqual(len(self.events(procedure, "procedure_opened")), 1)
        served = procedure._get_events_of(("order_served",))
        event = self.events(served, "procedure_event")
        self.assertIn("Order served", event.summary)
        self.assertEqual(event.details["case"], self.case.name)
        self.assertIn("Order served", " ".join(self.case.message_ids.mapped("body")))

    def test_a_document_belongs_to_its_event(self):
        procedure = self.begin()
        event = self.record(procedure, "request_filed", FILED)
        self.assertEqual((event.attachment_ids.res_model, event.attachment_ids.res_id), (event._name, event.id))

    def test_the_window_offers_what_may_come_next(self):
        procedure = self.begin(user=self.recovery_user)
        action = procedure.action_record()
        Window = self.env[action["res_model"]].with_user(self.recovery_user).with_context(**action["context"])
        window = Window.create({"kind_id": procedure.possible_kind_ids.id, "date": FILED})
        self.assertEqual(window.possible_kind_ids.mapped("code"), ["request_filed"])
        window.action_confirm()
        event = procedure.event_ids
        self.assertEqual((event.code, event.date, event.user_id), ("request_filed", FILED, self.recovery_user))
        action = event.with_user(self.recovery_user).action_correct()
        window = Window.with_context(**action["context"]).create({"date": FILED + timedelta(days=1), "reason": "RG"})
        self.assertEqual(window.kind_id, event.kind_id)
        window.action_confirm()
        self.assertEqual((event.date, event.correct_reason), (FILED + timedelta(days=1), "RG"))

    # ------------------------------------------------------------
    # What it makes known
    # ------------------------------------------------------------
    def test_a_failed_conciliation_opens_the_court(self):
        procedure = self.begin("conciliation", CONSUMER)
        self.record_all(procedure, ("attempt_asked", FILED))
        self.assertNotEqual(self.case._get_facts(self.today).get("amicable_attempt"), True)
        self.record_all(procedure, ("failed", SERVED))
        self.assertIs(self.case._get_facts(self.today)["amicable_attempt"], True)
        self.assertNotEqual(self.case._get_facts(FILED).get("amicable_attempt"), True)

    def test_a_title_is_known_and_closes_the_way_to_another(self):
        self.order(("executable", self.today))
        facts = self.case._get_facts(self.today)
        self.assertIs(facts["title_held"], True)
        self.assertEqual(self.judge("merits", COMMERCIAL | {"title_held": facts["title_held"]}), "no")

    def test_the_first_button_is_the_procedure(self):
        self.assertNotEqual(self.case._get_next_step()[1], "action_record_event")
        procedure = self.begin(user=self.recovery_user)
        self.record(procedure, "request_filed", self.today)
        label, method = self.case._get_next_step()
        self.assertEqual(method, "action_record_event")
        self.assertIn(procedure.type_id.name, label)
        action = self.case.with_user(self.recovery_user).action_record_event()
        self.assertEqual(action["context"]["default_procedure_id"], procedure.id)

    def test_the_chronology_tells_what_happened_on_its_day(self):
        procedure = self.order()
        procedure._get_events_of(("order_served",))._annul("Erreur")
        entries = [entry for entry in self.case.chronology if entry["model"] == "recovery.procedure.event"]
        told = [entry["title"] for entry in entries if entry["state"] == "Procedure"]
        self.assertEqual(sorted(told), ["Order given", "Request filed"])
