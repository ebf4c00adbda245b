from odoo.tests import tagged
from odoo.tools import mute_logger

from ...dunning.campaign.at_once import TODAY, AtOnceCase


@tagged("post_install", "-at_install")
class TestCaseAtOnce(AtOnceCase):
    """Two people, really at once, on one case."""

    customers = 2

    def find_line(self, env, number):
        """Return the instalment of one of the customers."""
        lines = env["account.move.line"].search(
            [("company_id", "=", self.company_id), ("account_id.account_type", "=", "asset_receivable")], order="id"
        )
        return lines[number]

    def open_case(self, env, number):
        """Open a case on the instalment of one of the customers; return its id."""
        line = self.find_line(env, number)
        debtor = env["recovery.debtor"]._ensure_for(line.partner_id, line.company_id)
        return env["recovery.case"]._open_for(debtor, line, TODAY, user=env.user).id

    def test_a_card_moved_by_two_ends_in_one_place(self):
        case_id = self.transaction(lambda env: self.open_case(env, 0))

        def close(env):
            env["recovery.case"].browse(case_id)._give_up("Rien à saisir")
            return True

        def move(env):
            env["recovery.case"].browse(case_id).stage_id = env.ref("debt_recovery.recovery_case_stage_preparing")
            return True

        def look(env):
            case = env["recovery.case"].browse(case_id)
            running = [
                len(holds.filtered(lambda hold: not hold.released_on)) for holds in (case.hold_ids, case.left_hold_ids)
            ]
            return case.is_open, case.kind, bool(case.closed_on), running

        answers = self.together(close, move)
        self.assertEqual(answers, [True, True])
        is_open, kind, has_end, running = self.transaction(look)
        if is_open:
            self.assertEqual((kind, has_end, running), ("preparing", False, [1, 0]))
        else:
            self.assertEqual((kind, has_end, running), ("lost", True, [0, 1]))

    @mute_logger("odoo.sql_db")
    def test_an_instalment_enters_one_case(self):
        answers = self.together(*[lambda env: bool(self.open_case(env, 1))] * 2)
        self.assertEqual([answer is True for answer in answers].count(True), 1, answers)
        claims = self.transaction(
            lambda env: len(env["recovery.case.line"].search([("line_id", "=", self.find_line(env, 1).id)]))
        )
        self.assertEqual(claims, 1)
