from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.debt_recovery.tests.litigation.deadline.common import DeadlineCommon

from ..hooks import post_init_hook, uninstall_hook


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestCalendar(DeadlineCommon):
    """The deadlines of ours that run stand in their owner's calendar, and nowhere else."""

    def setUp(self):
        super().setUp()
        self.order = self.record("order", date(2026, 11, 2))
        self.served = self.deadline("service")

    def events(self, user=None):
        """Return what stands in the calendar of a user, by default of the owner of the case."""
        user = user or self.recovery_user
        found = self.env["calendar.event"].sudo().search([("partner_ids", "=", user.partner_id.id)])
        return found.filtered("recovery_deadline_ids")

    def test_a_deadline_stands_in_its_owners_calendar_as_a_whole_day(self):
        event = self.events()
        self.assertEqual(event.recovery_deadline_ids, self.served)
        self.assertRecordValues(
            event,
            [{"allday": True, "start_date": date(2027, 2, 2), "stop_date": date(2027, 2, 2), "show_as": "free"}],
        )
        self.assertIn("Serve the order", event.name)
        self.assertIn(self.case.name, event.name)
        self.assertEqual(event.user_id, self.recovery_user)
        self.assertEqual(event.attendee_ids.mapped("state"), ["accepted"])

    def test_it_follows_a_corrected_event(self):
        self.order._correct(date(2026, 11, 10), self.today, "Misread")
        self.assertEqual(self.events().start_date, date(2027, 2, 10))
        self.order._annul("Of another case")
        self.assertFalse(self.events())

    def test_another_owner_gets_it(self):
        self.case.user_id = self.substitute
        self.env.flush_all()
        self.assertFalse(self.events())
        self.assertEqual(self.events(self.substitute).recovery_deadline_ids, self.served)
        self.served.user_id = self.recovery_user
        self.assertFalse(self.events(self.substitute))
        self.assertEqual(self.events().recovery_deadline_ids, self.served)

    def test_it_goes_once_it_is_met_annulled_missed_or_of_a_closed_case(self):
        self.record("served", date(2026, 11, 20))
        self.assertEqual(self.served.state, "met")
        self.assertFalse(self.events().filtered(lambda event: event.recovery_deadline_ids == self.served))
        typed = self.Deadline.create({"case_id": self.case.id, "name": "Conclusions", "date": date(2026, 12, 7)})
        self.assertIn(typed, self.events().recovery_deadline_ids)
        typed._annul("Put off")
        self.assertNotIn(typed, self.events().recovery_deadline_ids)
        missed = self.Deadline.create({"case_id": self.case.id, "name": "Reply", "date": date(2026, 11, 30)})
        self.watch(date(2026, 12, 1))
        self.assertEqual(missed.state, "missed")
        self.assertNotIn(missed, self.events().recovery_deadline_ids)
        last = self.Deadline.create({"case_id": self.case.id, "name": "Writings", "date": date(2027, 1, 7)})
        self.case._give_up("Nothing to seize")
        self.env.flush_all()
        self.assertNotIn(last, self.events().recovery_deadline_ids)
        self.case._reopen("A new address")
        self.env.flush_all()
        self.assertIn(last, self.events().recovery_deadline_ids)

    def test_what_weighs_on_the_opponent_stands_nowhere(self):
        self.record("served", date(2026, 11, 20))
        opposed = self.deadline("opposed")
        self.assertEqual(opposed.state, "running")
        self.assertFalse(opposed.calendar_event_id)

    def test_no_mail_leaves_and_colleagues_read_nothing(self):
        mails = self.env["mail.mail"].sudo().search_count([])
        messages = self.env["mail.message"].sudo().search_count([("model", "=", "calendar.event")])
        typed = self.Deadline.create({"case_id": self.case.id, "name": "Conclusions", "date": date(2026, 12, 7)})
        typed.date = date(2026, 12, 8)
        typed.user_id = self.substitute  # a new owner of the case is told by the case
        self.env.flush_all()
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), mails)
        self.assertEqual(self.env["mail.message"].sudo().search_count([("model", "=", "calendar.event")]), messages)
        colleague = self.make_user("collegue", "base.group_user")
        event = typed.calendar_event_id.with_user(colleague)
        self.assertNotIn("Conclusions", event.display_name)
        self.assertNotIn(self.case.name, str(event.read(["name", "description"])))

    def test_a_card_dragged_in_the_calendar_moves_nothing(self):
        event = self.events().with_user(self.recovery_user)
        with self.assertRaisesRegex(UserError, "procedural deadline"):
            event.write({"start_date": date(2027, 3, 1), "stop_date": date(2027, 3, 1)})
        with self.assertRaisesRegex(UserError, "procedural deadline"):
            event.unlink()
        self.assertEqual(self.served.date, date(2027, 2, 2))
        event.location = "Greffe"  # the rest is the owner's

    def test_installation_shows_what_runs_and_removal_takes_it_away(self):
        uninstall_hook(self.env)
        self.assertFalse(self.events())
        post_init_hook(self.env)
        self.assertEqual(self.events().recovery_deadline_ids, self.served)

    def test_it_is_in_the_language_of_its_owner(self):
        self.served.rule_id.with_context(lang="fr_FR").name = "Signifier l'ordonnance"
        self.recovery_user.lang = "fr_FR"
        self.served._follow_in_calendars()
        self.assertIn("Signifier l'ordonnance", self.events().name)
