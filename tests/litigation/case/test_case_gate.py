from datetime import timedelta

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.modules.module import load_script
from odoo.tests import Form, tagged
from odoo.tools import file_path

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

    def test_a_question_is_answered_where_it_is_asked(self):
        """The button opens the answer alone; once it is given, the checks are looked at again."""
        case = self.open_case()
        case.contested = "unknown"
        self.check(case)
        for code, name, vals in (
            ("certain", "contested", {"contested": "no"}),
            ("worth", "probability", {"probability": 80, "expected_reason": "Solvable"}),
        ):
            asked = case.check_ids.filtered(lambda check, code=code: check.code == code)
            self.assertEqual(asked.state, "orange")
            action = asked.action_cure()
            self.assertEqual((action["res_id"], action["target"]), (case.id, "new"))
            with Form(case.with_user(self.recovery_user), view=action["views"][0][0]) as form:
                self.assertIn(name, form._view["fields"])
                for field, value in vals.items():
                    setattr(form, field, value)
            case.with_user(self.recovery_user).action_answered()
            told = {check.code: check.reason for check in case.check_ids}
            self.assertNotIn("Nobody has said", told[code])

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

    def test_a_letter_counts_once_it_is_posted(self):
        case = self.open_case()
        vals = {
            "company_id": self.company.id,
            "debtor_id": self.debtor.id,
            "addressee_id": self.customer.id,
            "channel": "letter",
            "user_id": self.env.uid,
            "queued_on": f"{self.today} 09:00:00",
        }
        letters = self.env["recovery.delivery"].sudo().create([{**vals, "state": "printed"} for _number in range(2)])
        self.assertEqual(self.check(case)["amicable"], "red", "they still lie here")
        letters.state = "posted"
        self.assertEqual(self.check(case)["amicable"], "green")

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
            with self.subTest(forged=forged), self.assertRaisesRegex(UserError, "no link"):
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

    # ------------------------------------------------------------
    # What joins a case that has passed the gate
    # ------------------------------------------------------------
    def filed_case(self):
        """Return a case on the old invoice that went to court with everything in order."""
        self.make_notice(self.old)
        self.make_contacts(2)
        case = self.pass_gate(self.open_case(self.old)).with_user(self.recovery_user)
        case.stage_id = self.stage("filed")
        return case

    def prove(self, move):
        vals = {"date": self.today, "company_id": self.company.id, "move_ids": move.ids}
        self.env["recovery.proof"].create([{"name": kind, "kind": kind, **vals} for kind in ("order", "delivery")])

    def ways_to_join(self, case, line):
        """Return each way in which somebody may claim one more instalment in a case."""
        return {
            "_add_lines": lambda: case._add_lines(line, self.today),
            "on the list of claims": lambda: case.write({"line_ids": [(0, 0, {"line_id": line.id})]}),
            "by itself": lambda: case.line_ids.create({"case_id": case.id, "line_id": line.id}),
            "with its stage": lambda: case.write(
                {"stage_id": self.stage("hearing").id, "line_ids": [(0, 0, {"line_id": line.id})]}
            ),
        }

    def test_what_joins_a_filed_case_passes_the_same_checks(self):
        case, line = self.filed_case(), self.receivable_of(self.recent)
        for way, join in self.ways_to_join(case, line).items():
            with self.subTest(way=way), self.assertRaises(RedirectWarning) as refused, self.cr.savepoint():
                join()
            self.assertIn(f"Without a mise en demeure: {self.recent.name}", refused.exception.args[0])
        self.assertEqual(case.line_ids.move_id, self.old)
        window = self.env["recovery.case.add.wizard"].with_context(**refused.exception.args[1]["context"]).create({})
        self.assertEqual((window.case_id, window.line_ids), (case, line))

    def test_what_is_in_order_joins(self):
        case, line = self.filed_case(), self.receivable_of(self.recent)
        self.make_notice(self.recent)
        self.make_contacts(2)
        self.prove(self.recent)
        for way, join in self.ways_to_join(case, line).items():
            with self.subTest(way=way):
                join()
                claim = case.line_ids.filtered(lambda claim: claim.is_running and claim.move_id == self.recent)
                self.assertTrue(claim.is_past_gate)
                claim._remove("For the next way")

    def test_what_joins_is_looked_at_alone(self):
        case = self.filed_case()
        self.make_notice(self.recent)
        self.make_contacts(2)
        self.prove(self.recent)
        self.env["recovery.promise"]._give(
            self.debtor, self.today, 1000.0, self.today + timedelta(days=9), lines=self.receivable_of(self.old)
        )
        case._add_lines(self.receivable_of(self.recent), self.today)
        self.assertEqual(case.claim_count, 2, "what the case claims already passed its checks in its time")

    def test_contacts_count_since_what_joins_is_due(self):
        fresh = self.make_invoice(self.customer, days_overdue=1)
        self.make_notice(fresh)
        case = self.filed_case()
        self.prove(fresh)
        delivery = self.env["recovery.delivery"].sudo().search([("debtor_id", "=", self.debtor.id)])
        delivery.write({"done_on": "2020-01-01", "queued_on": "2020-01-01"})
        with self.assertRaisesRegex(RedirectWarning, "Contacts since the oldest due date: 0"), self.cr.savepoint():
            case._add_lines(self.receivable_of(fresh), self.today)

    def add_more(self, case, user, reason=None):
        """Press the button that claims what else is overdue; answer its window."""
        action = case.with_user(user).action_add_overdue()
        window = self.env[action["res_model"]].with_user(user).browse(action["res_id"])
        self.assertTrue(window.is_checked)
        self.assertEqual(window.line_ids, self.receivable_of(self.recent))
        window.reason = reason
        return window.action_confirm()

    def test_a_manager_accepts_with_a_reason_what_is_red(self):
        case = self.filed_case()
        with self.assertRaisesRegex(UserError, "manager"), self.cr.savepoint():
            self.add_more(case, self.recovery_user, "Moi-même")
        with self.assertRaisesRegex(UserError, "Say why"), self.cr.savepoint():
            self.add_more(case, self.recovery_manager, " ")
        self.add_more(case, self.recovery_manager, "La prescription approche")
        self.assertEqual(case.line_ids.move_id, self.old | self.recent)
        decision = self.env["recovery.decision"].search([("res_model", "=", case._name), ("res_id", "=", case.id)])
        self.assertRecordValues(
            decision,
            [
                {
                    "kind": "gate",
                    "state": "granted",
                    "amount": 400,
                    "answered_by_id": self.recovery_manager.id,
                    "answer_reason": "La prescription approche",
                    "blocker_codes": False,
                }
            ],
        )
        self.assertIn(self.recent.name, decision.subject)

    def test_a_grant_of_before_lets_nothing_else_in(self):
        case = self.open_case(self.old)
        case.action_check_gate()
        case._override_gate("Urgent")
        case.stage_id = self.stage("filed")
        self.pay(self.old, 900.0)
        with self.assertRaises(RedirectWarning), self.cr.savepoint():
            case._add_lines(self.receivable_of(self.recent), self.today)

    def test_what_is_regrouped_into_a_filed_case_is_checked(self):
        case = self.filed_case()
        other = self.open_case(self.recent).with_user(self.recovery_user)
        union = self.env["recovery.case.union"].with_user(self.recovery_user)
        for kind in ("precourt", "preparing", "insolvency"):
            other.stage_id = self.stage(kind)
            with self.subTest(kind=kind), self.assertRaises(RedirectWarning), self.cr.savepoint():
                union._regroup(case | other, case, "Une seule assignation")
        other.with_user(self.recovery_manager).action_check_gate()
        other.with_user(self.recovery_manager)._override_gate("Urgent")
        union._regroup(case | other, case, "Une seule assignation")
        self.assertEqual(case.claim_count, 2)
        self.assertTrue(all(case.line_ids.mapped("is_past_gate")))

    def test_insolvency_is_no_way_round_the_gate(self):
        case = self.open_case(self.old).with_user(self.recovery_user)
        case.stage_id = self.stage("insolvency")
        with self.assertRaises(RedirectWarning), self.cr.savepoint():
            case.stage_id = self.stage("filed")
        passed = self.filed_case_of_another_customer()
        passed.stage_id = self.stage("insolvency")
        passed.stage_id = self.stage("enforcement")
        self.assertEqual(passed.kind, "enforcement", "it passed the checks before the judgment")

    def filed_case_of_another_customer(self):
        """Return a case that went to court while the house was only warned."""
        move = self.make_invoice(self.make_partner("Autre client"), days_overdue=90)
        self.company.recovery_gate = "warn"
        case = self.Case._open_for(self.debtor_of(move.partner_id), self.receivable_of(move), self.today)
        case = case.with_user(self.recovery_user)
        case.stage_id = self.stage("filed")
        self.company.recovery_gate = "block"
        return case

    def test_what_leaves_a_filed_case_has_passed_the_checks(self):
        case = self.filed_case()
        self.make_notice(self.recent)
        self.make_contacts(2)
        self.prove(self.recent)
        case._add_lines(self.receivable_of(self.recent), self.today)
        claim = case.line_ids.filtered(lambda claim: claim.move_id == self.recent)
        new = self.env["recovery.case.union"].with_user(self.recovery_user)._split(case, claim, "Un autre tribunal")
        self.assertTrue(new.line_ids.is_past_gate)
        new.stage_id = self.stage("insolvency")
        new.stage_id = self.stage("hearing")
        self.assertEqual(new.kind, "hearing")

    def test_an_update_tells_what_had_passed_the_checks(self):
        filed, before, closed = self.filed_case(), self.open_case(self.recent), self.filed_case_of_another_customer()
        closed._close("abandoned", "Trop cher", "uneconomic")
        cases = filed | before | closed
        cases.line_ids.sudo().is_past_gate = False
        self.env.flush_all()
        path = file_path("debt_recovery/migrations/19.0.4.0.0/post-past_gate.py")
        load_script(path, "post-past_gate").migrate(self.cr, "19.0.3.0.0")
        self.env.invalidate_all()
        self.assertEqual([case.line_ids.is_past_gate for case in cases], [True, False, True])

    def test_a_house_that_is_only_warned_lets_join(self):
        self.company.recovery_gate = "warn"
        case = self.open_case(self.old).with_user(self.recovery_user)
        case.stage_id = self.stage("filed")
        case.action_add_overdue()
        self.assertEqual(case.claim_count, 2)

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
        with self.assertRaisesRegex(UserError, "No red check"):
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
        self.assertFalse(case.is_gate_granted, "previously unknown")
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
