from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import DeadlineCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestDeadline(DeadlineCommon):
    """The events of a procedure open its deadlines, move them, meet them and take them back."""

    # What events do

    def test_an_order_opens_the_deadline_of_its_service_and_says_why(self):
        self.record("order", date(2026, 11, 20))
        deadline = self.deadline("service")
        self.assertRecordValues(
            deadline,
            [
                {
                    "case_id": self.case.id,
                    "kind": "latest",
                    "whose": "ours",
                    "raw_date": date(2027, 2, 20),
                    "date": date(2027, 2, 22),
                    "other_date": False,
                    "state": "running",
                    "user_id": self.recovery_user.id,
                    "article": "CPC 1411",
                    "sanction_text": "The order lapses.",
                    "display_name": "Serve the order",
                    "urgency": "later",
                }
            ],
        )
        self.assertEqual(
            deadline.why.splitlines(),
            [
                "3 months from Friday 20 November 2026: Saturday 20 February 2027.",
                "Saturday 20 February 2027: not a working day (CPC 642).",
                "Sunday 21 February 2027: not a working day (CPC 642).",
                "It ends on Monday 22 February 2027.",
            ],
        )
        self.assertEqual(self.told("deadline_opened").summary, "Procedural deadline: Serve the order, by 02/22/2027")
        self.assertEqual((self.case.next_deadline, self.case.next_deadline_name), (deadline.date, "Serve the order"))

    def test_the_regime_is_that_of_the_order_whenever_it_is_served(self):
        self.record("order", date(2026, 8, 31))
        self.record("served", date(2026, 9, 15))
        other = self.make_procedure(self.case)
        self.record("order", date(2026, 9, 1), other)
        self.record("served", date(2026, 9, 15), other)
        self.assertEqual(self.deadline("service").raw_date, date(2027, 2, 28))
        self.assertFalse(self.deadline("wait"))
        self.assertEqual(self.deadline("service", other).raw_date, date(2026, 12, 1))
        self.assertEqual(self.deadline("wait", other).date, date(2026, 11, 16))

    def test_a_corrected_order_moves_the_deadline_into_the_other_regime_with_a_trace(self):
        event = self.record("order", date(2026, 9, 1))
        deadline = self.deadline("service")
        self.assertEqual((deadline.date, deadline.rule_id.number), (date(2026, 12, 1), 3))
        event._correct(date(2026, 8, 31), self.today, "Date de la minute")
        self.assertEqual((deadline.date, deadline.rule_id.number), (date(2027, 3, 1), 6))
        moved = self.told("deadline_moved")
        self.assertEqual(moved.details["before"], "12/01/2026")
        self.assertEqual(moved.details["now"], "03/01/2027")
        self.assertEqual(self.case.next_deadline, date(2027, 3, 1))

    def test_an_annulled_event_takes_its_deadline_with_it(self):
        event = self.record("order", date(2026, 11, 20))
        event._annul("Autre dossier")
        deadline = self.deadline("service")
        self.assertRecordValues(deadline, [{"state": "annulled", "annul_reason": "Autre dossier"}])
        self.assertEqual(self.told("deadline_annulled").details["reason"], "Autre dossier")
        self.assertFalse(self.case.next_deadline)

    def test_a_service_meets_the_deadline_and_opens_those_of_the_debtor(self):
        self.record("order", date(2026, 11, 2))
        self.record("served", date(2026, 11, 16))
        self.assertRecordValues(self.deadline("service"), [{"state": "met", "met_on": date(2026, 11, 16)}])
        opposed, wait = self.deadline("opposed"), self.deadline("wait")
        self.assertRecordValues(opposed, [{"whose": "opponent", "date": date(2026, 12, 16), "state": "running"}])
        self.assertRecordValues(
            wait, [{"kind": "earliest", "date": date(2027, 1, 18), "other_date": date(2027, 1, 16)}]
        )
        self.assertIn("The later date is kept", wait.why)
        self.assertFalse(self.case.next_deadline, "nothing weighs on us")

    def test_a_late_service_meets_nothing(self):
        self.record("order", date(2026, 5, 4))
        self.record("served", date(2026, 11, 16))
        self.assertRecordValues(self.deadline("service"), [{"state": "missed", "met_on": date(2026, 11, 16)}])
        self.assertIn("Missed on 11/04/2026: Serve the order. The order lapses.", self.case.deadline_warning)

    def test_giving_the_procedure_up_leaves_its_deadlines_without_object(self):
        self.record("order", date(2026, 11, 20))
        self.procedure._abandon("Payé")
        self.assertRecordValues(self.deadline("service"), [{"state": "moot", "met_on": self.today}])
        self.assertFalse(self.case.next_deadline)

    def test_a_hearing_put_off_leaves_the_missed_summons_in_sight(self):
        self.record("hearing", date(2026, 12, 1))
        first = self.deadline("summons")
        self.assertRecordValues(first, [{"date": date(2026, 11, 16), "state": "missed"}])
        self.record("hearing", date(2027, 1, 12))
        self.assertEqual(self.deadline("summons").mapped("state"), ["missed", "running"])

    def test_distance_and_local_holidays_follow_the_parties_and_the_court(self):
        self.debtor_partner.country_id = self.env.ref("base.be")
        court = self.make_partner("Tribunal de Colmar", zip="68000", city="Colmar")
        self.record("order", date(2025, 9, 26))  # six months later is a Thursday
        self.record("served", date(2025, 10, 3))
        self.assertEqual(self.deadline("opposed").raw_date, date(2026, 1, 3))
        self.assertIn("Distance extension of 2 months", self.deadline("opposed").why)
        other = self.make_procedure(self.case)
        other.court_id = court
        self.record("order", date(2025, 10, 3), other)  # six months later is Good Friday
        deadline = self.deadline("service", other)
        self.assertEqual((deadline.date, deadline.other_date), (date(2026, 4, 3), date(2026, 4, 7)))
        self.assertIn("The earlier date is kept", deadline.why)
        other.court_id = False
        self.assertFalse(deadline.other_date, "the court decides")

    # What people do

    def test_what_is_reckoned_is_not_typed_over(self):
        self.record("order", date(2026, 11, 20))
        deadline = self.deadline("service").with_user(self.recovery_user)
        with self.assertRaisesRegex(UserError, "correct the event"):
            deadline.date = date(2027, 12, 1)
        with self.assertRaisesRegex(UserError, "void the event"):
            deadline._annul("Non")
        with self.assertRaises(AccessError):
            deadline.state = "met"
        deadline.write({"note": "Vu avec l'étude", "user_id": self.substitute.id})
        self.assertEqual(deadline.user_id, self.substitute)
        with self.assertRaisesRegex(UserError, "never deleted"), self.env.cr.savepoint():
            deadline.sudo().unlink()

    def test_a_judges_calendar_is_typed_moved_met_and_annulled(self):
        Deadline = self.Deadline.with_user(self.recovery_user)
        form = Form(Deadline.with_context(default_case_id=self.case.id))
        form.name, form.date = "Send our conclusions", date(2026, 12, 4)
        deadline = form.save()
        self.assertRecordValues(deadline, [{"is_typed": True, "state": "running", "user_id": self.recovery_user.id}])
        self.assertEqual(self.case.next_deadline_name, "Send our conclusions")
        deadline.date = date(2026, 12, 11)
        self.assertEqual(self.told("deadline_moved").details["now"], "12/11/2026")
        self.assertEqual(self.case.next_deadline, date(2026, 12, 11))
        with self.assertRaisesRegex(UserError, "has not been done yet"):
            deadline._meet(date(2026, 11, 22), self.today, "RPVA")
        deadline._meet(date(2026, 11, 20), self.today, "RPVA")
        self.assertRecordValues(deadline, [{"state": "met", "met_by_id": self.recovery_user.id, "met_reason": "RPVA"}])
        self.assertFalse(self.case.next_deadline)
        with self.assertRaisesRegex(UserError, "is closed"):
            deadline.date = date(2026, 12, 18)
        other = Deadline.create({"case_id": self.case.id, "name": "Pièces", "date": date(2026, 12, 1)})
        other._annul("Calendrier changé")
        self.assertRecordValues(other, [{"state": "annulled", "annul_reason": "Calendrier changé"}])

    def test_what_no_event_says_is_recorded_by_hand_and_stays(self):
        self.record("order", date(2026, 9, 1))
        deadline = self.deadline("service").with_user(self.recovery_user)
        wizard = self.env["recovery.deadline.meet.wizard"].with_user(self.recovery_user)
        wizard = wizard.create({"deadline_id": deadline.id, "reason": "Acte du 20 novembre"})
        wizard.date = date(2026, 11, 20)
        wizard.action_confirm()
        self.assertRecordValues(deadline, [{"state": "met", "met_on": date(2026, 11, 20)}])
        self.Deadline._recompute(self.procedure)
        self.assertEqual(deadline.state, "met")
        self.assertEqual(self.told("deadline_met").details["reason"], "Acte du 20 novembre")

    def test_a_closed_case_takes_no_typed_deadline(self):
        self.pay(self.case.line_ids.move_id)
        self.case._settle("Payé")
        self.assertFalse(self.case.is_open)
        with self.assertRaisesRegex(UserError, "is closed"):
            self.Deadline.create({"case_id": self.case.id, "name": "x", "date": date(2026, 12, 1)})

    # The law changes

    def test_a_manager_dates_a_change_of_law_and_the_cases_follow_at_once(self):
        self.record("order", date(2026, 11, 20))
        deadline = self.deadline("service")
        current = deadline.rule_id.with_user(self.recovery_manager)
        current.valid_to = date(2026, 11, 14)
        self.assertEqual(deadline.state, "annulled", "no version of that day is left")
        current.create(
            {
                "code": "proof_service",
                "name": "Serve the order",
                "opens_kind": "proof_order",
                "met_kinds": "proof_served",
                "number": 45,
                "valid_from": date(2026, 11, 15),
                "article": "CPC 1411",
                "source": "Décret 2026-1234",
            }
        )
        self.assertRecordValues(deadline, [{"state": "running", "date": date(2027, 1, 4), "annul_reason": False}])
        older = self.make_procedure(self.case)
        self.record("order", date(2026, 11, 10), older)
        self.assertEqual(self.deadline("service", older).date, date(2027, 2, 10), "the old law stays for its days")

    def test_a_rule_names_what_exists_and_contradicts_no_other(self):
        rule = self.rules[1].with_user(self.recovery_manager)
        for vals, words in (
            ({"opens_kind": "proof_ordre"}, "proof_ordre"),
            ({"met_kinds": "proof_served, nothing"}, "nothing"),
            ({"type_codes": "proof, nowhere"}, "nowhere"),
            ({"after_code": "never"}, "never"),
            ({"number": 0}, "length of time"),
            ({"valid_from": date(2026, 8, 31)}, "another version"),
        ):
            with self.subTest(vals=vals), self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
                rule.write(vals)
        with self.assertRaisesRegex(ValidationError, "from 0 to"):
            rule.number = -3
        self.record("order", date(2026, 11, 20))
        with self.assertRaisesRegex(UserError, "archive it"):
            rule.unlink()
        self.assertEqual(rule.summary, "3 months from “Order made”")
        with self.assertRaises(AccessError):
            rule.with_user(self.recovery_user).number = 4

    # Who sees it

    def test_roles(self):
        self.record("order", date(2026, 11, 20))
        deadline = self.deadline("service")
        self.assertEqual(deadline.with_user(self.recovery_auditor).display_name, "Serve the order")
        for act in (
            lambda row: row.action_see(),
            lambda row: row._meet(self.today, self.today, "x"),
            lambda row: row.write({"note": "x"}),
            lambda row: row.create({"case_id": self.case.id, "name": "x", "date": date(2026, 12, 1)}),
        ):
            with self.assertRaises(AccessError):
                act(deadline.with_user(self.recovery_auditor))
        employee = self.make_user("emma", "base.group_user")
        with self.assertRaises(AccessError):
            deadline.with_user(employee).read(["date"])
        other = self.setup_other_company(name="Société Deux")["company"]
        stranger = self.make_user("serge", "debt_recovery.group_recovery_manager", company=other)
        self.assertFalse(self.Deadline.with_user(stranger).search([("id", "=", deadline.id)]))

    def test_the_chronology_tells_each_deadline_on_its_day(self):
        self.record("order", date(2026, 9, 1))
        entries = self.env["recovery.chronology"]._read_entries(self.case._get_chronology_scope())
        told = [entry for entry in entries if entry["state"] == "Procedural deadline"]
        self.assertEqual([entry["title"] for entry in told], ["Serve the order, by 12/01/2026"])
        self.assertEqual((told[0]["author"], told[0]["details"]), ("Claire", "Running · CPC 1411"))

    def test_the_first_button_is_the_deadline_once_it_presses(self):
        self.record("order", date(2026, 9, 1))
        self.assertNotEqual(self.case._get_next_step()[1], "action_view_next_deadline")
        with freeze_time("2026-11-25 10:00:00"):
            label, method = self.case._get_next_step()
            self.assertEqual((label, method), ("Serve the order, by 12/01/2026", "action_view_next_deadline"))
            self.assertEqual(self.case.action_next_step()["res_id"], self.deadline("service").id)

    def test_a_board_of_many_cases_takes_as_many_queries_as_one_of_few(self):
        cases = self.case
        self.record("order", date(2026, 8, 28))
        for number in range(6):
            case = self.make_case(self.make_partner(f"Client {number}"))
            self.record("order", date(2026, 8, 25 + number % 3), self.make_procedure(case))
            cases |= case

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            texts = some.mapped("next_step")
            return self.env.cr.sql_log_count - before, texts

        count(cases)  # what is kept for good is read once
        (few, _texts), (many, texts) = count(cases[:1]), count(cases)
        self.assertLessEqual(many, few)
        self.assertEqual(len(texts), 7)

    def test_deadlines_follow_their_procedure_into_the_case_that_takes_over(self):
        self.record("order", date(2026, 9, 1))
        self.watch(self.today)
        typed = self.Deadline.create({"case_id": self.case.id, "name": "Conclusions", "date": date(2027, 1, 8)})
        kept = self.make_case()
        self.env["recovery.case.union"]._regroup(self.case | kept, kept, "Un seul dossier")
        self.assertEqual((self.deadline("service") | typed).case_id, kept)
        self.assertEqual((kept.next_deadline, self.case.next_deadline), (date(2026, 12, 1), False))
        self.assertTrue(self.tasks(kept))
        self.assertFalse(self.tasks())
