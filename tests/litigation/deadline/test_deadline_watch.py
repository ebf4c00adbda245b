from datetime import date, timedelta

import vobject

from odoo import Command
from odoo.tests import HttpCase, freeze_time, tagged

from .common import DeadlineCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestDeadlineWatch(DeadlineCommon):
    """People are told in time, each once at each threshold; what was missed is said to have been."""

    def order(self, day=date(2026, 9, 21)):
        """Open the deadline of 21 December 2026."""
        self.record("order", day)
        return self.deadline("service")

    def test_owner_then_substitute_then_manager_are_told(self):
        deadline = self.order()
        self.assertEqual(deadline.date, date(2026, 12, 21))
        managers = self.env["recovery.decision"]._get_approvers(self.company)
        owner, substitute = self.recovery_user, self.substitute
        for day, days, users in (
            (date(2026, 11, 20), None, ()),
            (date(2026, 11, 21), 30, owner),
            (date(2026, 11, 22), None, ()),
            (date(2026, 12, 6), 15, owner | substitute),
            (date(2026, 12, 14), 7, owner | substitute | managers[:1]),
            (date(2026, 12, 15), None, ()),
            (date(2026, 12, 20), 1, owner | substitute | managers[:1]),
            (date(2026, 12, 21), None, ()),
        ):
            with self.subTest(day=day):
                alerts = self.watch(day)
                self.assertEqual(set(alerts.mapped("days")), {days} if days else set())
                self.assertEqual(alerts.user_id, users or alerts.user_id.browse())
        self.assertEqual(len(self.tasks()), 3, "each has one task, which says what is left")
        self.assertEqual(set(self.tasks().mapped("date_deadline")), {deadline.date})
        self.assertIn("One day left, 12/21/2026: Serve the order", self.tasks().mapped("summary"))
        self.assertEqual(len(self.told("deadline_alert")), 4)
        self.assertIn("Claire", self.told("deadline_alert")[0].details["told"])

    def test_seen_late_it_is_told_of_the_nearest_threshold_only(self):
        self.order()
        self.assertEqual(set(self.watch(date(2026, 12, 16)).mapped("days")), {7})
        self.assertFalse(self.watch(date(2026, 12, 17)))

    def test_without_an_owner_the_substitute_is_told_and_without_both_a_manager(self):
        deadline = self.order()
        deadline.user_id = False
        self.assertEqual(self.watch(date(2026, 11, 21)).user_id, self.substitute)
        self.case.substitute_id = False
        managers = self.env["recovery.decision"]._get_approvers(self.company)
        self.assertIn(self.watch(date(2026, 12, 6)).user_id, managers)

    def test_seen_is_traced_and_the_next_alert_is_not_seen_yet(self):
        deadline = self.order()
        self.watch(date(2026, 11, 21))
        self.assertFalse(deadline.seen_on)
        deadline.with_user(self.substitute).action_see()
        self.assertEqual((deadline.seen_by_id, deadline.alert_ids.seen_by_id), (self.substitute, self.substitute))
        self.assertEqual(self.told("deadline_seen").author_name, "Sonia")
        self.watch(date(2026, 12, 6))
        self.assertFalse(deadline.seen_on)

    def test_a_moved_deadline_is_told_anew_and_a_met_one_no_longer(self):
        event = self.record("order", date(2026, 9, 21))
        self.watch(date(2026, 11, 21))
        self.assertEqual(len(self.tasks()), 1)
        event._correct(date(2026, 9, 22), self.today, "Minute")
        self.assertFalse(self.tasks(), "the task of the other day is gone")
        self.assertEqual(self.watch(date(2026, 11, 22)).limit_on, date(2026, 12, 22))
        self.record("served", date(2026, 11, 21))
        self.assertFalse(self.tasks())
        self.assertFalse(self.watch(date(2026, 12, 6)))

    def test_what_passes_is_missed_and_owner_and_manager_are_told(self):
        deadline = self.order()
        self.watch(date(2026, 12, 21))
        self.assertEqual(deadline.state, "running", "its last day is a day to act")
        alerts = self.watch(date(2026, 12, 22))
        self.assertEqual(deadline.state, "missed")
        self.assertEqual(set(alerts.mapped("days")), {-1})
        self.assertIn(self.recovery_user, alerts.user_id)
        self.assertIn("Missed on 12/21/2026: Serve the order", self.tasks().mapped("summary"))
        self.assertFalse(self.watch(date(2026, 12, 23)))
        self.assertEqual(len(self.told("deadline_missed")), 1)
        self.assertEqual(self.case.next_deadline, deadline.date, "the board shows it until somebody has seen it")
        deadline.with_user(self.recovery_user).action_see()
        self.assertFalse(self.case.next_deadline)
        self.assertEqual(self.case.missed_deadline_count, 1)

    def test_the_opponents_time_and_waits_are_over_at_night(self):
        self.record("order", date(2026, 11, 2))
        self.record("served", date(2026, 11, 16))
        self.watch(date(2026, 12, 17))
        self.assertEqual(self.deadline("opposed").state, "over")
        self.assertEqual(self.deadline("wait").state, "running")
        alerts = self.watch(date(2027, 1, 18))
        self.assertEqual(self.deadline("wait").state, "over")
        self.assertEqual(
            (alerts.deadline_id, alerts.days, alerts.user_id), (self.deadline("wait"), 0, self.recovery_user)
        )
        self.assertIn("Possible from", self.tasks().summary)

    def test_typed_deadlines_are_watched_too(self):
        typed = self.Deadline.create({"case_id": self.case.id, "name": "Conclusions", "date": date(2026, 12, 4)})
        self.assertEqual(self.watch(date(2026, 11, 21)).deadline_id, typed)
        self.watch(date(2026, 12, 5))
        self.assertEqual(typed.state, "missed")

    def test_closed_cases_are_left_alone(self):
        deadline = self.order()
        self.pay(self.case.line_ids.move_id)
        self.case._settle("Payé")
        self.assertFalse(self.watch(date(2026, 12, 20)))
        self.assertFalse(deadline.is_current)

    def test_what_had_passed_when_it_became_known_makes_one_mail(self):
        Mail = self.env["mail.mail"].sudo()
        before = Mail.search([])
        self.record("hearing", date(2026, 11, 30))
        mails = Mail.search([]) - before
        self.assertEqual(len(mails), 1)
        self.assertEqual(mails.email_to, self.recovery_user.email_formatted)
        self.assertIn("had already passed", mails.subject)
        self.assertIn("Serve the summons", mails.body_html)
        self.assertTrue(self.tasks())
        self.assertFalse(self.watch(self.today), "told already")
        self.record("order", date(2026, 5, 4))
        self.assertEqual(len(Mail.search([]) - before), 2)

    def test_deadlines_taken_over_say_so_and_wake_nobody(self):
        mails = self.env["mail.mail"].sudo().search_count([])
        other = self.make_procedure(self.case, is_taken_over=True)
        self.record("order", date(2026, 3, 2), other)
        deadline = self.deadline("service", other)
        self.assertRecordValues(deadline, [{"state": "missed", "is_taken_over": True}])
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), mails)
        self.assertFalse(self.watch(self.today))
        self.record("order", date(2026, 11, 2), other)
        self.assertFalse(self.deadline("service", other)[-1:].is_taken_over)

    def test_the_worklist_shows_what_is_due_within_a_week(self):
        deadline = self.order(date(2026, 8, 27))
        self.assertEqual(deadline.date, date(2027, 3, 1))
        debtor = self.case.debtor_id
        refresh = self.env["recovery.todo"]._refresh
        refresh(self.company, date(2027, 2, 21))
        self.assertNotEqual(debtor.todo_kind, "deadline")
        refresh(self.company, date(2027, 2, 22))
        self.assertEqual(debtor.todo_kind, "deadline")
        self.watch(date(2027, 3, 2))
        refresh(self.company, date(2027, 3, 2))
        self.assertEqual(debtor.todo_kind, "deadline", "a missed one that nobody has seen")
        deadline.with_user(self.recovery_user).action_see()
        refresh(self.company, date(2027, 3, 2))
        self.assertNotEqual(debtor.todo_kind, "deadline")

    def test_the_night_asks_as_many_queries_for_many_as_for_few(self):
        def count(day):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            alerts = self.watch(day)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before, len(alerts)

        self.order()
        first, few = count(date(2026, 11, 21))
        for number in range(12):
            case = self.make_case(self.make_partner(f"Client {number}"))
            self.record("order", date(2026, 9, 22), self.make_procedure(case))
        second, many = count(date(2026, 11, 23))
        self.assertEqual((few, many), (1, 12))
        self.assertLessEqual(second, first + 3)

    def test_the_job_runs(self):
        self.record("order", date(2026, 9, 15))
        mine = [("deadline_id.case_id", "=", self.case.id)]
        self.assertFalse(self.env["recovery.deadline.alert"].search(mine))
        with self.enter_registry_test_mode():
            self.env.ref("debt_recovery.ir_cron_watch_deadlines").method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(self.env["recovery.deadline.alert"].search(mine))


@tagged("post_install", "-at_install")
class TestDeadlineCalendar(DeadlineCommon, HttpCase):
    """A calendar program reads the deadlines of one person, by an address that only this person is given."""

    def test_an_address_gives_its_owners_deadlines_and_no_others(self):
        self.record("order", date(2026, 11, 20))
        user = self.recovery_user
        url = user._get_deadline_feed_url()
        path = url.removeprefix(user.get_base_url())
        answer = self.url_open(path)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("text/calendar", answer.headers["Content-Type"])
        self.assertIn("DTSTART;VALUE=DATE:20270222", answer.text)
        self.assertIn("Serve the order", answer.text)
        self.assertNotIn("DTSTART", self.url_open(self.path_of(self.recovery_manager)).text)
        self.assertIn("DTSTART", self.url_open(self.path_of(self.substitute)).text)
        forged = path.replace(f"/{user.id}/", f"/{self.recovery_manager.id}/")
        self.assertEqual(self.url_open(forged).status_code, 404)
        user.with_user(user).action_renew_deadline_calendar()
        self.assertEqual(self.url_open(path).status_code, 404, "the address before no longer answers")
        self.assertEqual(self.url_open(self.path_of(user)).status_code, 200)
        self.assertEqual(self.url_open(self.path_of(self.recovery_auditor)).status_code, 404)
        user.active = False
        self.assertEqual(self.url_open(self.path_of(user)).status_code, 404)

    def test_a_program_that_reads_calendars_understands_it(self):
        self.record("order", date(2026, 11, 20))
        self.env["recovery.deadline"].create(
            {
                "case_id": self.case.id,
                "name": "Conclusions; pièces, n° 1 à 12 \\ " + "é" * 60,
                "date": date(2026, 12, 7),
            }
        )
        calendar = vobject.readOne(self.recovery_user._write_deadline_feed())
        days = {event.dtstart.value: event for event in calendar.vevent_list}
        self.assertEqual(sorted(days), [date(2026, 12, 7), date(2027, 2, 22)])
        typed, reckoned = days[date(2026, 12, 7)], days[date(2027, 2, 22)]
        self.assertIn("Conclusions; pièces, n° 1 à 12 \\ " + "é" * 60, typed.summary.value)
        self.assertIn(self.case.name, reckoned.summary.value)
        self.assertIn("CPC 1411", reckoned.description.value)
        self.assertEqual(reckoned.dtend.value, date(2027, 2, 23))
        self.assertEqual(
            [alarm.trigger.value for alarm in reckoned.valarm_list],
            [timedelta(days=-6, hours=-15), timedelta(hours=-15)],
        )
        self.assertEqual(len({event.uid.value for event in days.values()}), 2)

    def test_it_shows_nothing_that_its_reader_may_not_read_any_more(self):
        self.record("order", date(2026, 11, 20))
        other = self.setup_other_company()["company"]
        user = self.recovery_user
        self.assertIn("DTSTART", user._write_deadline_feed())
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertNotIn("DTSTART", user._write_deadline_feed())

    def test_what_is_met_annulled_or_of_a_closed_case_leaves_it(self):
        user = self.recovery_user
        typed = self.env["recovery.deadline"].create(
            {"case_id": self.case.id, "name": "Conclusions", "date": date(2026, 12, 7)}
        )
        self.assertIn("Conclusions", user._write_deadline_feed())
        typed._annul("Put off")
        self.assertNotIn("Conclusions", user._write_deadline_feed())
        self.record("order", date(2026, 11, 20))
        self.assertIn("Serve the order", user._write_deadline_feed())
        self.case._give_up("Nothing to seize")
        self.assertNotIn("DTSTART", user._write_deadline_feed())

    def path_of(self, user):
        return user._get_deadline_feed_url().removeprefix(user.get_base_url())
