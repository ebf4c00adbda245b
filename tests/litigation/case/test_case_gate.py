from datetime import timedelta

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import tagged

from .common import CaseCommon

NOBODY_TOLD = {"certain", "settlement", "solvency"}


@tagged("post_install", "-at_install")
class TestCaseGate(CaseCommon):
    """What is checked before a claim goes to court, and who may go on all the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.recovery_gate = "block"

    def check(self, case):
        """Look at the checks; return ``{code: state}``."""
        case.action_check_gate()
        return {check.code: check.state for check in case.check_ids}

    def ready_case(self):
        """Return a case of which no check is red."""
        self.make_notice(self.old, self.recent)
        self.make_contacts(2)
        return self.pass_gate(self.open_case())

    def make_contacts(self, count):
        """Log calls that the debtor answered."""
        for _number in range(count):
            self.env["recovery.contact"]._record(self.debtor, "call", {"feedback": "Il paiera"}, self.today)

    # ------------------------------------------------------------
    # Each check
    # ------------------------------------------------------------
    def test_what_is_not_known_is_orange_never_green(self):
        states = self.check(self.open_case())
        self.assertEqual({code for code in NOBODY_TOLD if states[code] != "orange"}, set())
        self.assertEqual(states["set_off"], "green")
        self.assertEqual(states["liquid"], "green")

    def test_a_case_in_order_has_nothing_red(self):
        case = self.ready_case()
        states = self.check(case)
        self.assertFalse([code for code, state in states.items() if state == "red"])
        self.assertEqual(case.gate_state, "orange", "nobody has looked at the solvency")
        for code in ("certain", "due", "limitation", "amicable", "formal_notice", "documents", "parties"):
            self.assertEqual(states[code], "green", code)

    def test_contested(self):
        case = self.open_case()
        for answer, state in (("unknown", "orange"), ("no", "green"), ("partly", "orange"), ("seriously", "red")):
            case.contested = answer
            self.assertEqual(self.check(case)["certain"], state)

    def test_a_dispute_speaks_whatever_was_typed(self):
        case = self.open_case()
        case.contested = "no"
        reason = self.env["recovery.dispute.reason"].search([], limit=1)
        self.env["recovery.dispute"]._open(self.debtor, self.today, self.old, reason)
        self.assertEqual(self.check(case)["certain"], "red")

    def test_time_that_was_granted_is_not_over(self):
        case = self.open_case(self.old)
        self.assertEqual(self.check(case)["due"], "green")
        day = self.today + timedelta(days=9)
        self.env["recovery.promise"]._give(self.debtor, self.today, 1000.0, day, lines=self.receivable_of(self.old))
        self.assertEqual(self.check(case)["due"], "red")

    def test_time_barred_at_the_original_date(self):
        ancient = self.make_invoice(self.customer, days_overdue=365 * 6)
        case = self.open_case(ancient)
        self.assertEqual(self.check(case)["limitation"], "red")
        self.assertIn(ancient.name, case.check_ids.filtered(lambda check: check.code == "limitation").reason)

    def test_mise_en_demeure_missing_running_expired(self):
        case = self.open_case(self.old)
        self.assertEqual(self.check(case)["formal_notice"], "red")
        notice = self.make_notice(self.old, deadline_date=self.today + timedelta(days=3))
        self.assertEqual(self.check(case)["formal_notice"], "red")
        notice.sudo().deadline_date = self.today - timedelta(days=1)
        self.assertEqual(self.check(case)["formal_notice"], "green")
        case._add_lines(self.receivable_of(self.recent), self.today)
        self.assertEqual(self.check(case)["formal_notice"], "red", "nobody asked for the other one")

    def test_amicable_steps_are_counted(self):
        case = self.open_case()
        for count, state in ((0, "red"), (1, "orange"), (1, "green")):
            self.make_contacts(count)
            self.assertEqual(self.check(case)["amicable"], state)

    def test_documents_are_those_of_each_invoice(self):
        case = self.open_case()
        self.add_required_pieces(case)
        self.assertEqual(self.check(case)["documents"], "red")
        vals = {"date": self.today, "company_id": self.company.id}
        for kind, moves, state in (
            ("order", self.old, "red"),
            ("order", self.recent, "orange"),
            ("delivery", self.old | self.recent, "green"),
        ):
            self.env["recovery.proof"].create({"name": kind, "kind": kind, "move_ids": moves.ids, **vals})
            self.assertEqual(self.check(case)["documents"], state)

    def test_solvency_is_looked_at_lately(self):
        case = self.open_case()
        score = self.env["recovery.external.score"].create(
            {
                "debtor_id": self.debtor.id,
                "score": 40,
                "scale": 100,
                "date": self.today - timedelta(days=91),
                "source": "Assureur",
            }
        )
        self.assertEqual(self.check(case)["solvency"], "orange")
        score.date = self.today - timedelta(days=90)
        self.assertEqual(self.check(case)["solvency"], "green")
        self.debtor.insolvency_on = self.today - timedelta(days=1)
        self.assertEqual(self.check(case)["solvency"], "red")

    def test_what_we_owe_may_be_set_off(self):
        case = self.open_case()
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.customer.id,
                "invoice_date": self.today,
                "invoice_line_ids": [(0, 0, {"name": "Avoir", "price_unit": 100.0, "tax_ids": [(5,)]})],
            }
        )
        bill.action_post()
        self.assertEqual(self.check(case)["set_off"], "orange")
        bill.button_draft()
        bill.invoice_line_ids.price_unit = 5000.0
        bill.action_post()
        self.assertEqual(self.check(case)["set_off"], "red")
        self.assertIn(("commercial_partner_id", "=", self.customer.id), case.action_view_payables()["domain"])

    def test_each_check_that_is_not_green_leads_to_its_cure(self):
        case = self.open_case()
        self.check(case)
        for check in case.check_ids.filtered(lambda check: check.state == "red"):
            with self.subTest(check=check.code):
                self.assertTrue(check.cure)
                self.assertIn("type", check.action_cure())
        check = case.check_ids[0].sudo()
        for forged in ("unlink", "_settle", "action_of_nobody"):
            check.cure = forged
            with self.subTest(forged=forged), self.assertRaisesRegex(UserError, "further"):
                check.sudo(False).action_cure()

    # ------------------------------------------------------------
    # The gate
    # ------------------------------------------------------------
    def test_nothing_goes_to_court_while_a_check_is_red(self):
        case = self.open_case().with_user(self.recovery_user)
        case.stage_id = self.stage("preparing")
        for kind in ("filed", "hearing", "title", "service", "enforcement"):
            with self.subTest(kind=kind), self.assertRaises(RedirectWarning) as refused, self.cr.savepoint():
                case.stage_id = self.stage(kind)
        self.assertIn("Without a mise en demeure", refused.exception.args[0])
        case.stage_id = self.stage("insolvency")
        self.assertEqual(case.kind, "insolvency", "declaring a claim waits for nothing")

    def test_a_case_in_order_goes(self):
        case = self.ready_case().with_user(self.recovery_user)
        case.stage_id = self.stage("filed")
        self.assertEqual(case.kind, "filed")
        case.contested = "seriously"
        case.stage_id = self.stage("hearing")
        self.assertEqual(case.kind, "hearing", "it is checked once, on its way in")

    def test_a_house_may_only_be_warned(self):
        self.company.recovery_gate = "warn"
        case = self.open_case()
        case.stage_id = self.stage("filed")
        self.assertEqual(case.kind, "filed")

    def test_nobody_goes_round_the_gate(self):
        case = self.open_case(self.old)
        case._give_up("Nothing to seize")
        with self.assertRaises(RedirectWarning), self.cr.savepoint():
            case.with_user(self.recovery_user).stage_id = self.stage("filed")
        with self.assertRaises(RedirectWarning), self.cr.savepoint():
            self.Case.with_user(self.recovery_user).create(
                {
                    "debtor_id": self.debtor.id,
                    "stage_id": self.stage("title").id,
                    "line_ids": [(0, 0, {"line_id": self.receivable_of(self.recent).id})],
                }
            )

    def test_a_user_asks_and_a_manager_decides(self):
        case = self.open_case()
        mine = case.with_user(self.recovery_user)
        with self.assertRaisesRegex(UserError, "Nothing red"):
            mine.action_override_gate()
        mine.action_check_gate()
        self.give_reason(mine.action_override_gate(), "La prescription approche", self.recovery_user)
        decision = self.env["recovery.decision"].search([("res_model", "=", "recovery.case"), ("res_id", "=", case.id)])
        self.assertRecordValues(decision, [{"kind": "gate", "state": "asked", "amount": 1400}])
        with self.assertRaises(RedirectWarning), self.cr.savepoint():
            mine.stage_id = self.stage("filed")
        with self.assertRaises(AccessError):
            decision.with_user(self.recovery_user)._grant("Moi-même")
        decision.with_user(self.recovery_manager)._grant("Urgent")
        self.assertTrue(mine.is_gate_granted)
        mine.stage_id = self.stage("filed")
        self.assertEqual(mine.kind, "filed")

    def test_a_decision_covers_what_was_red_then_and_no_more(self):
        case = self.open_case(self.old)
        case.action_check_gate()
        case._override_gate("Urgent")
        self.assertTrue(case.is_gate_granted)
        case.contested = "seriously"
        case.action_check_gate()
        self.assertFalse(case.is_gate_granted, "that was not known")
        case.contested = "no"
        case.action_check_gate()
        self.assertTrue(case.is_gate_granted)
        case._add_lines(self.receivable_of(self.recent), self.today)
        case.action_check_gate()
        self.assertFalse(case.is_gate_granted, "it claims more")

    def test_the_auditor_reads_the_checks(self):
        case = self.open_case()
        case.action_check_gate()
        seen = case.with_user(self.recovery_auditor)
        self.assertEqual(len(seen.check_ids.mapped("reason")), len(case.check_ids))
        for act in (seen.action_check_gate, seen.check_ids[0].action_cure, lambda: seen._override_gate("x")):
            with self.assertRaises(AccessError):
                act()

    def count_queries(self, cases):
        """Return how many queries the checks of these cases take, nothing being known before."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.env["recovery.gate"]._check(cases.sudo(), self.today)
        return self.cr.sql_log_count - before

    def test_the_checks_take_as_many_queries_for_many_cases(self):
        cases = self.open_case(self.old)
        for number in range(6):
            move = self.make_invoice(self.make_partner(f"Client {number}"), days_overdue=50)
            cases |= self.Case._open_for(self.debtor_of(move.partner_id), self.receivable_of(move), self.today)
        self.count_queries(cases)  # what is kept for good is read once
        self.assertLessEqual(self.count_queries(cases) - self.count_queries(cases[:2]), 3)

    def test_a_room_to_the_right_adds_its_check(self):
        found = self.env["recovery.gate"]._check(self.open_case().sudo(), self.today)
        [rows] = found.values()
        codes = [code for code, _name, _finding in rows]
        self.assertEqual(len(codes), len(set(codes)))
        self.assertEqual(set(self.env["recovery.gate"]._get_labels()), set(codes))
