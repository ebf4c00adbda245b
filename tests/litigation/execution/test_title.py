from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import FINAL, GIVEN, SERVED, ExecutionCommon


@tagged("post_install", "-at_install")
class TestTitle(ExecutionCommon):
    """Titles are recorded by the events that give them, or by a person, and are never deleted."""

    # ------------------------------------------------------------
    # Given by a procedure
    # ------------------------------------------------------------
    def test_the_event_that_gives_a_title_records_it(self):
        procedure = self.get_order(1200.0)
        title = procedure.title_ids
        self.assertEqual(title.kind_id, self.kind_of("payment_order"))
        self.assertEqual((title.date, title.served_on, title.enforceable_on), (GIVEN, SERVED, FINAL))
        self.assertEqual(title.line_ids, procedure.line_ids)
        self.assertEqual([(head.kind, head.amount) for head in title.head_ids], [("principal", 1200)])
        self.assertEqual((title.interest, title.imputation, title.state), ("legal", "legal", "held"))

    def test_an_annulled_event_takes_its_title_along(self):
        procedure = self.get_order()
        title = procedure.title_ids
        procedure._get_events_of(("executable",))._annul("Opposition formée à temps")
        self.assertEqual((title.state, title.annul_reason), ("annulled", "Opposition formée à temps"))
        self.record(procedure, "executable", FINAL)
        self.assertEqual(procedure.title_ids.mapped("state").count("held"), 1, "another event, another title")

    def test_a_late_opposition_takes_the_title_back(self):
        procedure = self.get_order()
        title = procedure.title_ids
        self.record(procedure, "order_known", date(2026, 11, 2))
        self.assertEqual(title.state, "held", "a seizure alone changes nothing")
        opposition = self.record(procedure, "opposition", date(2026, 11, 10))
        self.assertEqual(title.state, "annulled")
        self.assertIn(opposition.kind_id.name, title.annul_reason)
        opposition._annul("Hors délai")
        self.assertEqual((title.state, title.annul_reason), ("held", False))

    def test_a_dismissal_on_appeal_voids_the_order(self):
        procedure = self.begin("interim_payment")
        self.record(procedure, "summons_served", date(2026, 9, 7))
        self.record(procedure, "order_given", GIVEN, 1400)
        self.record_all(procedure, ("order_served", SERVED), ("appeal", date(2026, 10, 2)))
        self.assertEqual(procedure.title_ids.state, "held", "an appeal does not suspend it")
        self.record(procedure, "dismissed_on_appeal", date(2026, 11, 16))
        self.assertEqual(procedure.title_ids.state, "annulled")

    def test_a_corrected_event_moves_the_day_from_which_it_is_enforceable(self):
        procedure = self.get_order()
        later = FINAL + timedelta(days=3)
        procedure._get_events_of(("executable",))._correct(later, self.today, "Erreur de date")
        self.assertEqual(procedure.title_ids.enforceable_on, later)

    def test_a_judgment_on_appeal_takes_the_place_of_the_order(self):
        procedure = self.begin("interim_payment")
        self.record(procedure, "summons_served", date(2026, 9, 7))
        self.record(procedure, "order_given", GIVEN, 1400)
        self.record_all(procedure, ("order_served", SERVED), ("appeal", date(2026, 10, 2)))
        self.record(procedure, "appeal_judgment", date(2026, 11, 16), 1000)
        order, judgment = procedure.title_ids.sorted("enforceable_on")
        self.assertEqual(judgment.replaces_id, order)
        self.assertEqual(order.kind_id, self.kind_of("interim_order"))
        self.assertEqual(judgment.kind_id, self.kind_of("judgment"))
        line = self.receivable_of(self.old)
        self.assertEqual(self.Title._find_in_force(line, self.today)[line.id], judgment)
        self.assertEqual(self.Title._find_in_force(line, date(2026, 11, 1))[line.id], order)

    def test_what_a_person_set_aside_stays_so(self):
        procedure = self.get_order()
        procedure.title_ids._annul("Doublon")
        procedure._hook_events_changed()
        self.assertEqual(procedure.title_ids.state, "annulled")

    # ------------------------------------------------------------
    # Recorded by a person
    # ------------------------------------------------------------
    def test_a_user_records_a_title_from_the_case(self):
        case = self.case.with_user(self.recovery_user)
        action = case.action_add_title()
        form = Form(self.Title.with_user(self.recovery_user).with_context(**action["context"]))
        form.kind_id = self.kind_of("notarial")
        form.date = GIVEN
        form.enforceable_on = GIVEN
        title = form.save()
        self.assertEqual(title.line_ids, self.case.line_ids)
        self.assertEqual(title.interest, "agreed", "a deed is no condemnation")
        self.assertTrue(self.events(title, "title"))

    def test_the_auditor_changes_nothing(self):
        title = self.make_title()
        with self.assertRaises(AccessError):
            title.with_user(self.recovery_auditor).served_on = GIVEN
        with self.assertRaises(AccessError):
            title.with_user(self.recovery_auditor)._annul("Non")

    def test_a_title_is_set_aside_and_never_deleted(self):
        title = self.make_title()
        with self.assertRaises(UserError):
            title.unlink()
        title._annul("Infirmé en appel")
        self.assertEqual((title.state, title.annulled_on), ("annulled", self.today))
        with self.assertRaises(UserError):
            title._annul("Encore")

    def test_what_cannot_be_is_refused(self):
        title = self.make_title()
        for vals in (
            {"date": self.today + timedelta(days=1)},
            {"enforceable_on": GIVEN - timedelta(days=1)},
            {"served_on": GIVEN - timedelta(days=1)},
            {"interest": "fixed"},
            {"increase": "removed"},
            {"increase": "reduced", "increase_reason": "JEX"},
            {"imputation": "principal"},
        ):
            with self.subTest(vals=vals), self.assertRaises(ValidationError), self.env.cr.savepoint():
                title.write(vals)
            title.invalidate_recordset()

    def test_a_title_bears_on_the_claims_of_its_own_case(self):
        other = self.make_invoice(self.customer, amount=70, days_overdue=30)
        stranger = self.Case._open_for(self.debtor, self.receivable_of(other), self.today)
        with self.assertRaises(ValidationError):
            self.make_title(line_ids=[(6, 0, stranger.line_ids.ids)])

    def test_heads_are_told_to_the_journal(self):
        title = self.make_title()
        title.write({"head_ids": [(0, 0, {"kind": "art_700", "amount": 800})]})
        self.assertEqual(title.amount_awarded, 800)
        self.assertTrue(any("800" in event.summary for event in self.events(title, "title")))

    # ------------------------------------------------------------
    # How long it lives
    # ------------------------------------------------------------
    def test_a_judgment_lives_ten_years(self):
        title = self.make_title()
        self.assertEqual(title.original_until, GIVEN.replace(year=2036))
        self.assertFalse(title.is_over)

    def test_a_deed_keeps_the_limitation_of_its_claims(self):
        title = self.make_title("notarial")
        self.assertFalse(title.original_until)
        first = min(self.env["recovery.limitation"]._read_line_limits(title.line_ids.line_id).values())
        self.assertEqual(title.alive_until, first)

    def test_what_the_law_changes_is_another_row(self):
        kind = self.kind_of("judgment")
        cause = self.env.ref("debt_recovery.recovery_limitation_cause_title")
        self.env["recovery.legal.parameter"].create(
            {
                "key": "proof_title",
                "name": "Preuve",
                "value": "6",
                "unit": "years",
                "article": "L111-4",
                "source": "Preuve",
                "date_basis": "event",
            }
        )
        other = cause.copy({"name": "Preuve", "period_key": "proof_title"})
        kind.life_ids.valid_to = GIVEN - timedelta(days=1)
        kind.life_ids = [
            (0, 0, {"valid_from": GIVEN, "limitation_cause_id": other.id, "article": "L111-4", "source": "Preuve"})
        ]
        self.assertEqual(self.make_title().original_until, GIVEN.replace(year=2032))
        before = GIVEN - timedelta(days=30)
        older = self.make_title(date=before, enforceable_on=before)
        self.assertEqual(older.original_until, before.replace(year=2036))

    def test_an_act_makes_it_live_again_with_its_document(self):
        title = self.make_title()
        made = date(2026, 11, 2)
        act = self.make_act(title=title, documents=False, made_on=made)
        self.assertEqual(title.alive_until, title.original_until)
        act.attachment_ids = self.make_document()
        title.invalidate_recordset()
        self.assertEqual((title.alive_until, title.original_until), (made.replace(year=2036), GIVEN.replace(year=2036)))

    # ------------------------------------------------------------
    # What the case knows of it
    # ------------------------------------------------------------
    def test_the_case_holds_a_title_from_its_day_on(self):
        self.assertFalse(self.case._get_facts(self.today).get("title_held"))
        self.make_title()
        self.assertTrue(self.case._get_facts(self.today)["title_held"])

    def test_what_is_next_is_to_serve_then_to_carry_out(self):
        title = self.make_title(served_on=False)
        self.assertEqual(self.case._get_next_step()[1], "action_view_titles")
        title.served_on = SERVED
        self.assertEqual(self.case._get_next_step()[1], "action_order_act")
        self.make_act(title=title)
        self.assertEqual(self.case._get_next_step()[1], "action_view_acts")

    def test_titles_follow_what_leaves_for_another_case(self):
        line = self.case.line_ids.filtered(lambda claim: claim.move_id == self.old)
        title = self.make_title(line_ids=[(6, 0, line.ids)])
        act = self.make_act(title=title, made_on=SERVED)
        other = self.env["recovery.case.union"]._split(self.case, line, "Deux débats")
        self.assertEqual((title.case_id, act.case_id), (other, other))
        self.assertEqual(act.deadline_ids.case_id, other)
        self.assertEqual(title.line_ids.case_id, other)

    def test_the_chronology_tells_titles_and_acts_once(self):
        title = self.make_title()
        act = self.make_act(title=title, made_on=SERVED)
        rows = self.env["recovery.chronology"]._read_rows(self.case._get_chronology_scope())
        records = [row.record for row in rows if row.record]
        self.assertEqual(records.count(title), 1)
        self.assertEqual(records.count(act), 1)
