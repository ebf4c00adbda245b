from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CaseCommon


@tagged("post_install", "-at_install")
class TestCase(CaseCommon):
    """What a case claims, and what becomes of it."""

    # ------------------------------------------------------------
    # Opening
    # ------------------------------------------------------------
    def test_opening_freezes_and_suspends(self):
        self.pay(self.old, 250.0, date=self.today - timedelta(days=40))
        case = self.open_case()
        self.assertEqual(case.name, "CTX/2026/0001")
        self.assertEqual(case.kind, "precourt")
        self.assertEqual(case.company_id, self.company)
        self.assertRecordValues(
            case.line_ids,
            [
                {"move_id": self.old.id, "amount_total": 1000, "amount_opening": 750, "amount_now": 750, "received": 0},
                {
                    "move_id": self.recent.id,
                    "amount_total": 400,
                    "amount_opening": 400,
                    "amount_now": 400,
                    "received": 0,
                },
            ],
        )
        self.assertRecordValues(
            case,
            [{"amount_opening": 1150, "amount_now": 1150, "amount_received": 0, "claim_count": 2, "days_late": 90}],
        )
        self.assertEqual(self.held_lines(), self.receivable_of(self.old | self.recent))
        self.assertEqual(set(case.hold_ids.mapped("reason")), {"In case CTX/2026/0001"})
        event = self.events(case, "case_opened")
        self.assertEqual(event.details["at opening"], 1150)
        self.assertIn(self.old.name, event.details["invoices"])
        self.assertIn("CTX/2026/0001", self.debtor.message_ids[0].body)

    def test_what_is_paid_is_not_late(self):
        case = self.open_case()
        oldest = case.oldest_due
        self.assertEqual((case.days_late, case.open_due), (90, oldest))
        self.pay(self.old, 1000)
        self.assertEqual(case.oldest_due, oldest)
        self.assertEqual(case.open_due, case.line_ids.filtered(lambda claim: claim.move_id == self.recent).due_date)
        self.assertLess(case.days_late, 90, "as late as what is left")
        self.pay(self.recent, 400)
        self.assertTrue(case.is_open)
        self.assertEqual((case.days_late, case.open_due), (0, False), "nothing is late any more")
        self.assertEqual(set(case.line_ids.mapped("days_late")), {0})
        self.assertNotIn("days_late", case._get_facts(self.today))

    def test_claimed_instalments_are_not_dunned(self):
        self.open_case(self.old)
        verdicts, _left = self.env["recovery.selection"]._evaluate(self.company, self.today, self.customer)
        codes = {verdict.item.move_id: verdict.code for verdict in verdicts}
        self.assertEqual(codes[self.old.id], "hold_case")
        self.assertNotEqual(codes[self.recent.id], "hold_case")
        self.assertIn("CTX/2026/0001", self.old.recovery_hold_text)
        self.assertEqual(self.old.recovery_case_id, self.debtor.case_ids)

    def test_numbers_follow_company_and_year(self):
        first = self.open_case(self.old)
        second = self.Case._open_for(self.debtor, self.receivable_of(self.recent), self.today.replace(year=2027))
        self.assertEqual((first | second).mapped("name"), ["CTX/2026/0001", "CTX/2027/0001"])
        other = self.setup_other_company()["company"]
        customer = self.env["res.partner"].create({"name": "Ailleurs"})
        debtor = self.env["recovery.debtor"]._ensure_for(customer, other)
        move = self.make_invoice(customer, days_overdue=50, company=other)
        self.assertEqual(self.Case._open_for(debtor, self.receivable_of(move), self.today).name, "CTX/2026/0001")

    def test_refusals(self):
        paid = self.make_invoice(self.customer, days_overdue=30)
        self.pay(paid, 1000.0)
        credit = self._reverse_invoice(self.make_invoice(self.customer, days_overdue=10), is_modify=False, post=True)
        draft = self.make_invoice(self.customer, days_overdue=30, post=False)
        foreign = self.make_invoice(self.partner_b, days_overdue=30)
        self.env["recovery.debtor"]._ensure_for(self.partner_b, self.company)
        cases = [
            (self.env["account.move"], "nothing to claim"),
            (paid, "already paid"),
            (draft, "not a posted"),
            (foreign, "not owed by"),
        ]
        if not self.receivable_of(credit).reconciled:
            cases.append((credit, "credit"))
        for moves, message in cases:
            with self.subTest(message=message), self.assertRaisesRegex(UserError, message):
                self.open_case(moves)
        self.assertFalse(self.debtor.case_ids)

    def test_an_instalment_is_in_one_open_case(self):
        case = self.open_case(self.old)
        with self.assertRaisesRegex(UserError, "already claimed in CTX/2026/0001"):
            self.open_case()
        other = self.open_case(self.recent)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            other.line_ids.sudo().write({"line_id": case.line_ids.line_id.id})
            self.env.flush_all()

    def test_no_case_without_claim(self):
        with self.assertRaisesRegex(UserError, "at least one"):
            self.Case.create({"debtor_id": self.debtor.id})

    # ------------------------------------------------------------
    # Money
    # ------------------------------------------------------------
    def test_partial_payment_and_credit_note(self):
        case = self.open_case()
        self.pay(self.old, 300.0)
        claim = case.line_ids[0]
        self.assertRecordValues(claim, [{"amount_opening": 1000, "amount_now": 700, "received": 300}])
        reversal = self._reverse_invoice(self.recent, is_modify=False, post=True)
        if not self.receivable_of(self.recent).reconciled:
            self.assertEqual(case.amount_credit, 400)
            self.receivable_of(self.recent | reversal).reconcile()
        self.assertRecordValues(
            case,
            [
                {
                    "amount_opening": 1400,
                    "amount_now": 700,
                    "amount_received": 300,
                    "amount_other": 400,
                    "amount_credit": 0,
                }
            ],
        )
        self.assertAlmostEqual(case.recovery_rate, 300 / 14, 4)

    def test_undone_payment_comes_back(self):
        case = self.open_case(self.old)
        self.pay(self.old, 300.0)
        self.assertEqual(case.amount_now, 700)
        self.receivable_of(self.old).remove_move_reconcile()
        self.assertRecordValues(case, [{"amount_now": 1000, "amount_received": 0}])

    def test_foreign_currency(self):
        dollar = self.setup_other_currency("USD", rates=[("2026-01-01", 2.0)])
        move = self.make_invoice(self.customer, amount=500.0, days_overdue=40, currency=dollar)
        case = self.open_case(move)
        self.assertRecordValues(
            case.line_ids, [{"currency_id": dollar.id, "amount_opening": 500, "amount_opening_company": 250}]
        )
        self.pay(move, 100.0)
        self.assertRecordValues(
            case.line_ids, [{"amount_now": 400, "received": 100, "amount_now_company": 200, "received_company": 50}]
        )
        self.assertEqual(case.amount_opening, 250)

    def test_instalments_are_claimed_one_by_one(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two halves",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": 30}),
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": 60}),
                ],
            }
        )
        move = self.make_invoice(self.customer, term=term, date=self.today - timedelta(days=75))
        first, second = self.receivable_of(move).sorted("date_maturity")
        case = self.Case._open_for(self.debtor, first, self.today)
        self.assertEqual(self.held_lines(), first)
        case._add_lines(second, self.today)
        self.assertEqual(self.held_lines(), first | second)

    # ------------------------------------------------------------
    # Claims enter and leave
    # ------------------------------------------------------------
    def test_add_and_remove_a_claim(self):
        case = self.open_case(self.old)
        case._add_lines(self.receivable_of(self.recent), self.today)
        self.assertEqual(case.amount_opening, 1400)
        self.assertEqual(len(self.events(case, "case_line")), 1)
        claim = case.line_ids.filtered(lambda c: c.move_id == self.recent)
        self.give_reason(claim.action_remove(), "The goods were sent back")
        self.assertRecordValues(
            claim, [{"removed_on": self.today, "removal_reason": "The goods were sent back", "is_running": False}]
        )
        self.assertEqual(case.amount_opening, 1000)
        self.assertEqual(self.held_lines(), self.receivable_of(self.old))
        self.assertEqual(len(self.events(case, "case_line")), 2)
        case._add_lines(self.receivable_of(self.recent), self.today)
        self.assertEqual(case.amount_opening, 1400)

    def test_removed_claim_keeps_its_last_figures(self):
        case = self.open_case()
        claim = case.line_ids.filtered(lambda c: c.move_id == self.recent)
        claim._remove("A dispute")
        self.pay(self.recent, 400.0)
        self.assertRecordValues(claim, [{"amount_now": 400, "received": 0}])
        self.assertEqual(case.amount_received, 0)

    def test_last_claim_stays(self):
        case = self.open_case(self.old)
        with self.assertRaisesRegex(UserError, "close the case"):
            case.line_ids._remove("None left")
        self.assertTrue(case.line_ids.is_running)

    def test_claims_are_never_edited_nor_deleted(self):
        case = self.open_case()
        with self.assertRaises(AccessError):
            case.line_ids[0].write({"amount_opening": 1})
        for record in (case, case.line_ids[0]):
            with self.assertRaises(UserError):
                record.sudo().unlink()

    def test_forged_figures_are_ignored(self):
        case = self.open_case(self.old)
        claim = self.env["recovery.case.line"].create(
            {"case_id": case.id, "line_id": self.receivable_of(self.recent).id, "amount_opening": 9, "currency_id": 1}
        )
        self.assertRecordValues(claim, [{"amount_opening": 400, "currency_id": self.company.currency_id.id}])

    def test_nobody_types_what_a_case_became(self):
        case = self.open_case().with_user(self.recovery_user)
        other = self.debtor_of(self.make_partner("Autre"))
        for vals in (
            {"amount_received": 5},
            {"is_open": False},
            {"opened_on": "2020-01-01"},
            {"closed_on": "2020-01-01"},
            {"debtor_id": other.id},
            {"name": "X"},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                case.write(vals)
        case.write({"priority": "2", "description": "<p>Faits</p>"})

    def test_claimed_invoice_is_not_rewritten(self):
        case = self.open_case()
        with self.assertRaisesRegex(UserError, case.name):
            self.old.button_draft()
        case._give_up("Agreement")
        self.old.button_draft()
        self.assertEqual(self.old.state, "draft")

    # ------------------------------------------------------------
    # Stages
    # ------------------------------------------------------------
    def test_moving_is_traced(self):
        case = self.open_case()
        case.stage_id = self.stage("filed")
        self.assertEqual(case.kind, "filed")
        event = self.events(case, "case_stage")
        self.assertEqual((event.details["from"], event.details["to"]), ("Pre-litigation", "Claim filed"))
        self.assertEqual(len(self.held_lines()), 2)

    def test_close_with_a_reason(self):
        case = self.open_case()
        case.stage_id = self.stage("title")
        self.pay(self.old, 1000.0)
        self.make_credit_note(self.customer, 400.0, reverses=self.recent)
        self.give_reason(case.action_settle(), "Paid by the bailiff")
        self.assertRecordValues(
            case,
            [{"kind": "settled", "is_open": False, "closed_on": self.today, "close_reason": "Paid by the bailiff"}],
        )
        self.assertFalse(self.held_lines())
        self.assertEqual(set(case.hold_ids.mapped("release_reason")), {"Paid by the bailiff"})
        self.assertEqual(self.events(case, "case_closed").details["received"], 1000)
        self.assertFalse(self.old.recovery_case_id)

    def test_drag_to_a_closing_stage_and_back(self):
        case = self.open_case()
        case.stage_id = self.stage("enforcement")
        window = self.drag_to_the_end(case, "lost")
        self.assertEqual((window.case_ids, window.kind), (case, "lost"))
        window.reason = "Nothing to seize"
        window.action_confirm()
        self.assertRecordValues(case, [{"closed_on": self.today, "close_reason": "Nothing to seize", "is_open": False}])
        self.assertFalse(self.held_lines())
        self.assertEqual(case.previous_stage_id, self.stage("enforcement"))
        case.stage_id = self.stage("preparing")
        self.assertRecordValues(case, [{"closed_on": False, "close_reason": False, "is_open": True}])
        self.assertEqual(len(self.held_lines()), 2)
        self.assertEqual(len(case.hold_ids), 4)
        self.assertEqual(len(self.events(case, "case_reopened")), 1)

    def test_nothing_unpaid_is_settled_whoever_moves_the_case(self):
        case = self.open_case()
        self.pay(self.old, 1000.0)
        user = case.with_user(self.recovery_user)
        settled = self.stage("settled")
        own = settled.sudo().copy({"name": "Soldé chez nous", "company_id": self.company.id})
        ways = {
            "button": lambda: self.give_reason(user.action_settle(), "Réglé", self.recovery_user),
            "card": lambda: user.web_save({"stage_id": settled.id}, {}),
            "rpc": lambda: user.write({"stage_id": settled.id}),
            "own stage": lambda: user.write({"stage_id": own.id}),
            "job": lambda: case.sudo().write({"stage_id": settled.id}),
            "with claims removed in the same breath": lambda: user.write(
                {"stage_id": settled.id, "line_ids": [(1, case.line_ids[0].id, {})]}
            ),
        }
        for closed in (False, True):
            if closed:
                case._give_up("Insolvable")
            for way, settle in ways.items():
                with self.subTest(way=way, closed=closed), self.assertRaises(UserError), self.cr.savepoint():
                    settle()
        imported = user.load([".id", "stage_id/.id"], [[str(case.id), str(settled.id)]])
        self.assertIn("400", imported["messages"][0]["message"])
        self.assertIn(self.recent.name, imported["messages"][0]["message"])
        self.assertEqual(case.kind, "lost")

    def test_what_is_paid_credited_or_taken_out_is_settled(self):
        for end in (
            lambda case: self.pay(self.recent),
            lambda case: self.make_credit_note(self.customer, 400.0, reverses=self.recent),
            lambda case: case.line_ids.filtered(lambda claim: claim.move_id == self.recent)._remove("Wrong invoice"),
        ):
            with self.cr.savepoint() as savepoint:
                case = self.open_case()
                self.pay(self.old, 1000.0)
                end(case)
                window = self.drag_to_the_end(case, "settled")
                window.reason = "Past"
                window.action_confirm()
                self.assertEqual((case.close_reason, case.kind, case.is_open), ("Past", "settled", False))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_what_a_closed_case_leaves_unpaid_is_somebodys_task(self):
        case = self.open_case()
        self.pay(self.old, 1000.0)
        case._give_up("Insolvable")
        task = self.debtor.activity_ids
        self.assertEqual(len(task), 1)
        self.assertIn("400", task.summary)
        self.assertTrue(task.user_id.active)
        self.assertIn(case, self.Case.search([("is_open", "=", False), ("amount_now", ">", 0)]))
        self.pay(self.recent)
        self.assertNotIn(case, self.Case.search([("is_open", "=", False), ("amount_now", ">", 0)]))

    def test_reopen_button_returns_to_the_stage(self):
        case = self.open_case()
        case.stage_id = self.stage("title")
        case._give_up("Insolvent")
        self.pay(self.recent, 400.0)
        self.give_reason(case.action_reopen(), "New owner pays")
        self.assertEqual(case.stage_id, self.stage("title"))
        self.assertEqual(self.held_lines(), self.receivable_of(self.old), "what is paid needs no suspension")

    def test_later_case_takes_over(self):
        first = self.open_case(self.old)
        first._give_up("A plan was signed")
        second = self.open_case(self.old)
        self.pay(self.old, 600.0)
        self.assertEqual((first.amount_received, second.amount_received), (0, 600))
        with self.assertRaisesRegex(UserError, second.name):
            first.stage_id = self.stage("precourt")

    def test_late_money_counts_for_a_closed_case(self):
        case = self.open_case(self.old)
        case._give_up("Insolvent")
        self.pay(self.old, 150.0)
        self.assertEqual((case.amount_received, case.amount_now), (150, 850))

    def test_kind_of_a_used_stage_is_fixed(self):
        self.open_case()
        with self.assertRaisesRegex(UserError, "kind"):
            self.stage("precourt").sudo().kind = "lost"
        unused = self.stage("title").sudo().copy({"name": "Hearing"})
        unused.kind = "filed"
        self.assertEqual(unused.kind, "filed")

    def test_board_shows_empty_columns(self):
        self.open_case()
        groups = self.Case._read_group([("debtor_id", "=", self.debtor.id)], ["stage_id"], ["__count"])
        self.assertEqual(len(groups), 1)
        board = self.Case.with_context(read_group_expand=True).web_read_group([], ["stage_id"], ["amount_now:sum"])
        names = [group["stage_id"][1] for group in board["groups"]]
        self.assertEqual(names[:3], ["Pre-litigation", "File to prepare", "Claim filed"])
        self.assertEqual(len(names), 12)

    def test_stuck_cases_are_found(self):
        stuck, fresh = self.open_case(self.old), self.open_case(self.recent)
        stuck.sudo().date_last_stage_update = fields.Datetime.now() - timedelta(days=17)
        fresh.sudo().date_last_stage_update = fields.Datetime.now() - timedelta(days=14)
        self.assertEqual((stuck.is_rotting, fresh.is_rotting), (True, False))
        self.assertEqual(self.Case.search([("is_rotting", "=", True), ("debtor_id", "=", self.debtor.id)]), stuck)
        stuck._give_up("Nothing to seize")
        self.assertFalse(stuck.is_rotting)

    def test_stage_of_another_company_is_refused(self):
        case = self.open_case()
        other = self.setup_other_company()["company"]
        stage = (
            self.env["recovery.case.stage"]
            .sudo()
            .create({"name": "Elsewhere", "kind": "filed", "company_id": other.id})
        )
        with self.assertRaisesRegex(UserError, "another company"):
            case.stage_id = stage
