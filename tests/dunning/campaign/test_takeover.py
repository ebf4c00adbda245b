from datetime import date

from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged

from ....models.dunning.campaign.takeover import (
    Former,
    FormerMark,
    FormerPolicy,
    FormerStep,
    guess_kind,
    keep_last,
    keep_used,
)
from ...common import RecoveryCommon

STEPS = (FormerStep(1, "Avis", -3), FormerStep(2, "Appel", 10, channels=("call",)), FormerStep(3, "Dernier", 20))
OTHER = FormerPolicy(8, "Autre", (FormerStep(9, "Rappel", 5),))
POLICY = FormerPolicy(7, "Trois fois", STEPS)


@tagged("post_install", "-at_install")
class TestFormer(BaseCase):
    def test_kinds_are_guessed_but_never_a_mise_en_demeure(self):
        self.assertEqual([guess_kind(STEPS, step) for step in STEPS], ["courtesy", "call", "final"])
        self.assertEqual(guess_kind(OTHER.steps, OTHER.steps[0]), "reminder")

    def test_the_furthest_step_counts_with_its_last_day(self):
        marks = [
            FormerMark(1, 2, date(2026, 3, 1)),
            FormerMark(1, 3, date(2026, 2, 1)),
            FormerMark(1, 3, date(2026, 2, 9)),
            FormerMark(2, 99, date(2026, 2, 9)),
        ]
        self.assertEqual(keep_last(marks, [POLICY]), [FormerMark(1, 3, date(2026, 2, 9))])

    def test_policies_that_nobody_follows_are_left(self):
        unused = FormerPolicy(5, "Vide", ())
        former = Former(policies=(POLICY, OTHER, unused), default=5, marks=(FormerMark(1, 9, date(2026, 2, 9)),))
        self.assertEqual(keep_used(former).policies, (OTHER,))
        self.assertEqual(keep_used(former._replace(followed={3: 7})).policies, (POLICY, OTHER))


@tagged("post_install", "-at_install")
class TestTakeoverWithoutAnother(RecoveryCommon):
    def test_without_another_add_on_it_says_which_are_known(self):
        with self.assertRaisesRegex(UserError, "account_credit_control"):
            self.env["recovery.takeover.wizard"].with_user(self.recovery_manager).action_open()
