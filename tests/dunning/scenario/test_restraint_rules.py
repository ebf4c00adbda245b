import random
from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ....models.common.calendar import add_business_days, is_business_day
from ....models.dunning.scenario.ladder import Reached, Step, first_outcome, next_outcome, rank_steps
from ....models.dunning.scenario.restraint import Quiet, Restraints, first_free_day, get_cap_end, get_quiet_end
from ....models.dunning.scenario.tone import get_tone
from ....models.ledger.rows import PaymentHistory

START = date(2026, 3, 2)


@tagged("post_install", "-at_install")
class TestRestraintRules(BaseCase):
    """The pure calculations of a scenario: business days, silence, cap, tone; without the ORM."""

    def test_business_days_know_easter_and_alsace(self):
        # Good Friday is 3 April 2026, Easter Monday 6 April
        thursday = date(2026, 4, 2)
        self.assertEqual(add_business_days(thursday, 1), date(2026, 4, 3))
        self.assertEqual(add_business_days(thursday, 2), date(2026, 4, 7))
        self.assertEqual(add_business_days(thursday, 1, alsace_moselle=True), date(2026, 4, 7))
        self.assertEqual(add_business_days(date(2026, 4, 7), -1), date(2026, 4, 3))
        self.assertEqual(add_business_days(date(2026, 4, 7), -1, alsace_moselle=True), thursday)
        self.assertEqual(add_business_days(date(2026, 12, 24), 1, alsace_moselle=True), date(2026, 12, 28))
        self.assertEqual(add_business_days(date(2026, 4, 4), 0), date(2026, 4, 4), "nothing is counted")

    def test_a_step_in_business_days(self):
        steps = [
            Step(1, "courtesy", "due", -3, 1, 0.0, 0, True),
            Step(2, "reminder", "due", 2, 1, 0.0, 1, True),
            Step(3, "final", "previous", 5, 1, 0.0, 2, True),
        ]
        due = date(2026, 4, 3)
        self.assertEqual(next_outcome(steps, due, None, date(2026, 3, 1)).when, date(2026, 3, 31))
        self.assertEqual(next_outcome(steps, due, None, date(2026, 4, 5)).when, date(2026, 4, 8))
        reached = Reached(1, 2, "reminder", 3, date(2026, 4, 30), None)
        self.assertEqual(next_outcome(steps, due, reached, date(2026, 5, 1)).when, date(2026, 5, 11))
        self.assertEqual(rank_steps(steps), [-4, 3, 10], "five business days weigh a week")

    def test_a_yearly_silence_goes_over_the_new_year(self):
        quiet = Quiet("Fêtes", date(2024, 12, 24), date(2025, 1, 1), yearly=True)
        self.assertEqual(quiet.get_end(date(2026, 12, 31)), date(2027, 1, 1))
        self.assertEqual(quiet.get_end(date(2027, 1, 1)), date(2027, 1, 1))
        self.assertIsNone(quiet.get_end(date(2027, 1, 2)))
        once = quiet._replace(yearly=False)
        self.assertIsNone(once.get_end(date(2026, 12, 31)))
        leap = Quiet("29 février", date(2024, 2, 29), date(2024, 2, 29), yearly=True)
        self.assertEqual(leap.get_end(date(2028, 2, 29)), date(2028, 2, 29))

    def test_silence_then_week_end(self):
        august = Quiet("Août", date(2026, 8, 1), date(2026, 8, 14), yearly=True)
        restraints = Restraints(business_days_only=True, quiet=(august,))
        self.assertEqual(get_quiet_end(restraints, date(2026, 8, 3)), ("Août", date(2026, 8, 14)))
        # the 15th is a holiday and a Saturday
        self.assertEqual(first_free_day(restraints, date(2026, 8, 3)), date(2026, 8, 17))

    def test_the_cap_is_any_window_of_days(self):
        restraints = Restraints(cap_contacts=2, cap_days=7)
        contacts = [START, START + timedelta(days=3)]
        self.assertEqual(get_cap_end(restraints, START + timedelta(days=4), contacts), START + timedelta(days=6))
        self.assertEqual(first_free_day(restraints, START + timedelta(days=4), contacts), START + timedelta(days=7))
        self.assertIsNone(get_cap_end(restraints, START + timedelta(days=1), contacts), "the second is yet to come")
        self.assertEqual(first_free_day(Restraints(), START, contacts), START)

    def test_no_free_day_at_all_is_said_not_looped(self):
        always = Quiet("Toujours", date(2000, 1, 1), date(2100, 1, 1))
        self.assertIsNone(first_free_day(Restraints(quiet=(always,)), START))

    def test_a_courtesy_put_off_beyond_the_due_date_gives_way_to_the_reminder(self):
        restraints = Restraints(quiet=(Quiet("Gel", START, START + timedelta(days=9)),))
        steps = [Step(1, "courtesy", "due", -5, 1, 0.0, 0), Step(2, "reminder", "due", 4, 1, 0.0, 1)]
        due = START + timedelta(days=6)
        outcome = first_outcome(
            steps, due, None, START + timedelta(days=1), lambda d, _step: first_free_day(restraints, d)
        )
        self.assertEqual((outcome.step.level_id, outcome.when), (2, START + timedelta(days=10)))

    def test_tones(self):
        def tone(*counts):
            return get_tone(PaymentHistory(1, *counts))

        self.assertEqual(get_tone(None), "neutral")
        self.assertEqual(tone(2, 2, 2, 2), "neutral", "two payments say nothing")
        self.assertEqual(tone(4, 2, 9, 2), "habitual")
        self.assertEqual(tone(5, 0, 12, 1), "first_late")
        self.assertEqual(tone(5, 1, 12, 3), "neutral")

    # ------------------------------------------------------------
    # Against a slow, obvious reference
    # ------------------------------------------------------------
    def make_scenario(self, rng):
        quiet = tuple(
            Quiet(str(i), first, first + timedelta(days=rng.randint(0, 25)), rng.random() < 0.5)
            for i in range(rng.randint(0, 2))
            for first in [START + timedelta(days=rng.randint(-40, 80))]
        )
        restraints = Restraints(
            1, rng.choice([0, 1, 2, 3]), rng.choice([3, 7, 14]), rng.random() < 0.5, rng.random() < 0.5, False, quiet
        )
        steps, delay = [], rng.choice([-10, -3, 1])
        for position in range(rng.randint(1, 5)):
            basis = rng.choice(["due", "due", "previous"]) if position else "due"
            steps.append(
                Step(
                    position + 1,
                    "courtesy" if basis == "due" and delay <= 0 else "reminder",
                    basis,
                    delay if basis == "due" else rng.randint(0, 12),
                    rng.randint(0, 9),
                    0.0,
                    position,
                    rng.random() < 0.4,
                    restraints.alsace_moselle,
                )
            )
            delay += rng.randint(1, 20)
        return steps, restraints

    def is_silent_slowly(self, restraints, contacts, day):
        """Tell by plain enumeration whether nothing may leave on that day."""
        if restraints.business_days_only and not is_business_day(day, restraints.alsace_moselle):
            return True
        for quiet in restraints.quiet:
            days = [quiet.first + timedelta(days=i) for i in range((quiet.last - quiet.first).days + 1)]
            if day in days or (quiet.yearly and (day.month, day.day) in {(d.month, d.day) for d in days}):
                return True
        lately = [contact for contact in contacts if 0 <= (day - contact).days < restraints.cap_days]
        return 0 < restraints.cap_contacts <= len(lately)

    def may_climb_slowly(self, steps, due, reached, day):
        """Return the step that may be taken on that day, counting days one by one."""
        left = steps[reached.level_id :] if reached else steps
        if day > due:
            left = [s for s in left if s.kind != "courtesy"]
        if not left or (left[0].kind != "courtesy" and day <= due):
            return None
        step = left[0]
        origin = reached.day if step.basis == "previous" and reached else due
        first, count = origin, 0
        while count < abs(step.delay):
            first += timedelta(days=1 if step.delay > 0 else -1)
            if not step.business or is_business_day(first, step.alsace_moselle):
                count += 1
        rested = not reached or (day - reached.day).days >= max(step.min_interval, 1)
        return step if day >= first and rested else None

    def test_first_day_of_random_scenarios(self):
        for seed in range(400):
            rng = random.Random(seed)
            steps, restraints = self.make_scenario(rng)
            due = START + timedelta(days=rng.randint(-60, 60))
            contacts = [START - timedelta(days=rng.randint(0, 14)) for _i in range(rng.randint(0, 4))]
            reached = None
            if rng.random() < 0.6:
                step = rng.choice(steps)
                rank = rank_steps(steps)[step.position]
                reached = Reached(1, step.level_id, step.kind, rank, START - timedelta(days=rng.randint(0, 20)), None)
            found = first_outcome(
                steps, due, reached, START, lambda d, _step, r=restraints, c=contacts: first_free_day(r, d, c)
            )
            expected = (None, None)
            for offset in range(400):
                day = START + timedelta(days=offset)
                step = self.may_climb_slowly(steps, due, reached, day)
                if step and not self.is_silent_slowly(restraints, contacts, day):
                    expected = (step.level_id, day)
                    break
            actual = (found.step and found.step.level_id, found.when)
            with self.subTest(seed=seed):
                self.assertEqual(actual, expected, (steps, restraints, due, reached, contacts))
