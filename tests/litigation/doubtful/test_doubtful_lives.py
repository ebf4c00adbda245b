from odoo.tests import tagged

from .common import DoubtfulCommon
from .lives import Lives


@tagged("post_install", "-at_install")
class TestDoubtfulLives(DoubtfulCommon):
    """Random lives of claims over three closings: the books agree to the cent with a slow pencil.

    ``make bench ARGS="--steps doubtful"`` plays 200 of them.
    """

    def test_lives_over_three_closings(self):
        lives = Lives(self.env, self.company, 40, 20261130)
        self.assertEqual(lives.play(), [])
        self.assertEqual(len(lives.claims), 40)
        states = {claim.state for claim in lives.claims.values()}
        self.assertEqual(states, {"doubtful", "lost"})
        self.assertTrue([pencil for pencil in lives.pencils.values() if pencil.reversals])
