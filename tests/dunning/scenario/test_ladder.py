from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ....models.dunning.scenario.ladder import Reached, Step, next_outcome, rank_steps

DUE = date(2026, 1, 31)
LADDER = [
    Step(1, "courtesy", "due", -7, 1, 0.0, 0),
    Step(2, "reminder", "due", 1, 1, 0.0, 1),
    Step(3, "call", "due", 15, 7, 0.0, 2),
    Step(4, "formal_notice", "due", 45, 8, 0.0, 3),
    Step(5, "handover", "deadline", 1, 1, 0.0, 4),
]


def at(step, day, deadline=None):
    return Reached(1, step.level_id, step.kind, rank_steps(LADDER)[step.position], day, deadline)


@tagged("post_install", "-at_install")
class TestLadder(BaseCase):
    """The pure ladder, without the ORM."""

    def outcome(self, offset, reached=None, steps=None):
        found = next_outcome(steps or LADDER, DUE, reached, DUE + timedelta(days=offset))
        return found.code, found.step and found.step.level_id

    def test_courtesy_only_from_its_day_until_the_due_date(self):
        self.assertEqual(self.outcome(-8), ("not_due", 1))
        self.assertEqual(self.outcome(-7), ("due", 1))
        self.assertEqual(self.outcome(0), ("due", 1))

    def test_what_enters_late_enters_at_the_first_late_level(self):
        for offset in (1, 40, 4000):
            self.assertEqual(self.outcome(offset), ("due", 2))

    def test_one_step_at_a_time_even_when_very_late(self):
        day = DUE + timedelta(days=400)
        self.assertEqual(self.outcome(401, at(LADDER[1], day)), ("recent", 3))
        self.assertEqual(self.outcome(407, at(LADDER[1], day)), ("due", 3))

    def test_never_twice_on_one_day(self):
        self.assertEqual(self.outcome(15, at(LADDER[1], DUE + timedelta(days=15))), ("recent", 3))

    def test_waits_for_the_next_level(self):
        found = next_outcome(LADDER, DUE, at(LADDER[1], DUE + timedelta(days=1)), DUE + timedelta(days=14))
        self.assertEqual((found.code, found.when), ("waiting", DUE + timedelta(days=15)))

    def test_handover_only_once_the_deadline_has_passed(self):
        deadline = DUE + timedelta(days=63)
        reached = at(LADDER[3], DUE + timedelta(days=45), deadline)
        self.assertEqual(self.outcome(63, reached), ("deadline_running", 5))
        self.assertEqual(self.outcome(64, reached), ("due", 5))

    def test_nothing_after_the_last_step(self):
        self.assertEqual(self.outcome(90, at(LADDER[4], DUE + timedelta(days=64)))[0], "ladder_end")

    def test_a_changed_scenario_goes_on_from_the_same_delay(self):
        other = [Step(11, "reminder", "due", 5, 1, 0.0, 0), Step(12, "final", "due", 20, 1, 0.0, 1)]
        self.assertEqual(self.outcome(30, at(LADDER[2], DUE + timedelta(days=15)), other), ("due", 12))

    def test_a_mise_en_demeure_stays_one_in_another_scenario(self):
        other = [Step(21, "formal_notice", "due", 80, 1, 0.0, 0), Step(22, "handover", "deadline", 1, 1, 0.0, 1)]
        reached = at(LADDER[3], DUE + timedelta(days=45), DUE + timedelta(days=63))
        self.assertEqual(self.outcome(70, reached, other), ("due", 22))

    def test_a_changed_scenario_never_skips_its_mise_en_demeure(self):
        other = [
            Step(31, "reminder", "due", 3, 1, 0.0, 0),
            Step(32, "formal_notice", "due", 12, 1, 0.0, 1),
            Step(33, "handover", "deadline", 1, 1, 0.0, 2),
        ]
        day = DUE + timedelta(days=30)
        self.assertEqual(self.outcome(31, at(LADDER[2], day), other), ("due", 32), "15 days were reached, not its kind")
        self.assertEqual(self.outcome(200, at(LADDER[4], day), other), ("ladder_end", None), "handed over already")
        soft = [Step(41, "reminder", "due", 3, 1, 0.0, 0), Step(42, "final", "due", 90, 1, 0.0, 1)]
        after = at(LADDER[3], day, DUE + timedelta(days=50))
        self.assertEqual(
            self.outcome(95, after, soft), ("ladder_end", None), "never a step down from a mise en demeure"
        )
        soft.append(Step(43, "handover", "deadline", 1, 1, 0.0, 2))
        self.assertEqual(self.outcome(51, after, soft), ("due", 43))
        late = [Step(51, "formal_notice", "due", 80, 1, 0.0, 0)]
        self.assertEqual(self.outcome(95, at(LADDER[4], day), late), ("ladder_end", None))

    def test_previous_step_as_basis(self):
        steps = [LADDER[1], Step(9, "final", "previous", 10, 1, 0.0, 1)]
        reached = Reached(1, 2, "reminder", 1, DUE + timedelta(days=50), None)
        self.assertEqual(self.outcome(59, reached, steps), ("waiting", 9))
        self.assertEqual(self.outcome(60, reached, steps), ("due", 9))
        self.assertEqual(rank_steps(steps), [1, 11])
