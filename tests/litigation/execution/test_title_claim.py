from datetime import date, timedelta
from decimal import Decimal

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import GIVEN, ExecutionCommon

D = Decimal

#: One head of each kind that a title may award, in the order in which money received pays them.
ALL_HEADS = [
    ("costs", 120), ("art_700", 50), ("interest", 30), ("indemnity", 40), ("clause", 15), ("damages", 60), ("other", 10)
]  # fmt: skip
TURNS = ["costs", "costs", "interest", "last", "last", "last", "last"]


@tagged("post_install", "-at_install")
class TestTitleClaim(ExecutionCommon):
    """The claim rests on the title: its rate, its heads, and the order in which money received is set."""

    # ------------------------------------------------------------
    # Interest
    # ------------------------------------------------------------
    def test_the_legal_rate_follows_the_penalties_and_rises_after_two_months(self):
        self.make_title()
        lines = self.claim(self.old).items[0].account.lines
        self.assertEqual([line.source.code for line in lines], ["default", "judgment", "judgment"])
        self.assertEqual((lines[0].end, lines[2].start), (GIVEN, date(2026, 11, 15)))
        self.assertEqual(lines[2].rate - lines[1].rate, 5)

    def test_the_typed_day_yields_to_the_title(self):
        self.make_title()
        typed = self.claim(self.old, judgment_on=date(2026, 8, 25))
        self.assertEqual(typed.items[0].account, self.claim(self.old).items[0].account)
        self.assertEqual(typed.judgment_on, GIVEN)

    def test_what_has_no_title_keeps_the_typed_day(self):
        line = self.case.line_ids.filtered(lambda claim: claim.move_id == self.recent)
        self.make_title(line_ids=[(6, 0, line.ids)])
        claim = self.claim(self.old, judgment_on=date(2026, 9, 1))
        self.assertEqual(claim.items[0].account.lines[0].end, date(2026, 9, 1))

    def test_a_removed_or_reduced_increase(self):
        title = self.make_title(increase="removed", increase_reason="JEX Lyon, 2 novembre 2026")
        self.assertEqual(len({line.rate for line in self.claim(self.old).items[0].account.lines[1:]}), 1)
        title.write({"increase": "reduced", "increase_points": 2})
        lines = self.claim(self.old).items[0].account.lines
        self.assertEqual(lines[2].rate - lines[1].rate, 2)

    def test_a_deed_is_never_increased(self):
        self.make_title("notarial")
        self.assertEqual(self.codes(self.claim(self.old)), ["default"])

    def test_penalties_that_a_judgment_awards_go_on_without_increase(self):
        self.make_title(interest="agreed")
        claim = self.claim(self.old, judgment_on=date(2026, 9, 1))
        self.assertEqual(self.codes(claim), ["default"])
        self.assertIsNone(claim.judgment_on, "no legal rate takes the place of anything")

    def test_a_rate_that_it_gives_is_not_increased(self):
        self.make_title(interest="fixed", interest_rate=12)
        lines = self.claim(self.old).items[0].account.lines
        self.assertEqual([line.rate for line in lines[1:]], [D(12)])

    def test_interest_awarded_from_a_day_takes_the_place_of_the_penalties(self):
        start = date(2026, 9, 1)
        self.make_title(interest_from=start)
        lines = self.claim(self.old).items[0].account.lines
        self.assertEqual(lines[0].start, start + timedelta(days=1))
        self.assertEqual({line.source.code for line in lines}, {"judgment"})

    def test_an_instalment_due_after_the_title_bears_interest_from_its_due_date(self):
        self.make_title()
        lines = self.claim(self.recent).items[0].account.lines
        self.assertEqual(lines[0].start, date(2026, 11, 2))
        self.assertEqual({line.source.code for line in lines}, {"judgment"})

    def test_a_title_set_aside_says_nothing_any_more(self):
        title = self.make_title()
        title._annul("Infirmé")
        self.assertEqual(self.codes(self.claim(self.old)), ["default"])

    def test_a_title_to_come_says_nothing_yet(self):
        self.make_title(enforceable_on=False)
        self.assertEqual(self.codes(self.claim(self.old)), ["default"])

    # ------------------------------------------------------------
    # What was awarded
    # ------------------------------------------------------------
    def test_what_was_not_awarded_is_claimed_no_more(self):
        self.make_title(heads=[("principal", 1100)])
        claim = self.claim()
        self.assertEqual(self.total(claim, "principal_left"), 1100)
        self.assertEqual([float(item.account.principal_left) for item in claim.items], [1000, 100])

    def test_what_is_credited_afterwards_is_left_out_once(self):
        self.make_title(heads=[("principal", 1100)])
        self.make_credit_note(self.customer, amount=300, date=date(2026, 11, 3), reverses=self.recent)
        self.assertEqual(self.total(self.claim(), "principal_left"), 1100)

    def test_what_was_paid_before_is_no_part_of_what_was_refused(self):
        self.pay(self.old, 600, date(2026, 9, 1))
        self.make_title(heads=[("principal", 800)])
        self.assertEqual(self.total(self.claim(), "principal_left"), 800)

    def test_the_principal_awarded_is_not_made_bigger_by_what_was_paid_before(self):
        self.pay(self.old, 600, date(2026, 9, 1))
        before = self.claim(interest_first=True)
        self.assertGreater(self.total(before, "principal_left"), 800, "without a title the interest is paid first")
        self.make_title(heads=[("principal", 800)])
        claim = self.claim(interest_first=True)
        self.assertEqual(self.total(claim, "principal_left"), 800)
        self.pay(self.old, 100, date(2026, 10, 1))
        claim = self.claim(interest_first=True)
        paid = [row for item in claim.items for row in item.account.imputations if row.day == date(2026, 10, 1)]
        self.assertGreater(paid[0].to_interest, 0, "what comes since pays the interest first")

    def test_article_700_and_depens_stand_beside_the_debt(self):
        before = self.total(self.claim(), "costs")
        self.make_title(heads=[("art_700", 800), ("costs", 120)])
        self.assertEqual(self.total(self.claim(), "costs") - before, 920)
        self.assertEqual(self.total(self.claim(day=GIVEN - timedelta(days=1)), "costs"), before)

    def test_what_is_entered_as_a_cost_counts_once(self):
        title = self.make_title(heads=[("art_700", 800), ("costs", 120)])
        cost = self.env["recovery.cost"].create(
            {
                "case_id": self.case.id,
                "name": "Signification",
                "amount": 90,
                "recoverable": "costs",
                "title_id": title.id,
                "amount_owed": 90,
                "owed_on": GIVEN,
            }
        )
        self.assertEqual(self.total(self.claim(), "costs"), 920)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            cost.write({"amount": 200, "amount_owed": 200})

    def add_cost(self, amount, **vals):
        return self.env["recovery.cost"].create(
            {
                "case_id": self.case.id,
                "name": "Signification",
                "amount": amount,
                "recoverable": "costs",
                "amount_owed": amount,
                "owed_on": GIVEN,
                **vals,
            }
        )

    def test_a_cost_of_which_nobody_said_whether_the_title_awarded_it_counts_once_and_is_asked(self):
        title = self.make_title(heads=[("art_700", 800), ("costs", 120)])
        cost = self.add_cost(90)
        self.assertEqual(self.total(self.claim(), "costs"), 920, "the dépens awarded, and no cent twice")
        for text in (cost.twin_text, title.twin_text, self.case.execution_warning):
            for words in ("Signification", "Dépens", title.display_name, "claimed once"):
                self.assertIn(words, text, "it names both, and asks")
        cost.title_id = title
        self.assertEqual((self.total(self.claim(), "costs"), cost.twin_text, title.twin_text), (920, False, False))
        cost.write({"title_id": False, "is_beside_titles": True})
        self.assertEqual((self.total(self.claim(), "costs"), cost.twin_text), (1010, False), "said to be beside it")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            cost.title_id = title

    def test_costs_above_what_a_title_awarded_are_claimed_for_what_they_are(self):
        self.make_title(heads=[("costs", 120)])
        self.add_cost(90)
        self.add_cost(70)
        self.assertEqual(self.total(self.claim(), "costs"), 160)

    def test_one_cost_covers_one_head_of_two_titles(self):
        self.make_title(heads=[("costs", 120)])
        self.make_title(heads=[("costs", 50)], name="RG 26/00124")
        self.add_cost(150)
        self.assertIn(self.total(self.claim(), "costs"), (170, 150))

    def test_a_cost_of_another_kind_or_of_a_later_day_covers_no_head(self):
        title = self.make_title(heads=[("costs", 120)])
        cost = self.add_cost(90, recoverable="debtor")
        self.assertEqual((self.total(self.claim(), "costs"), cost.twin_text), (210, False))
        cost.write({"recoverable": "costs", "owed_on": self.today + timedelta(days=5)})
        self.assertEqual(self.total(self.claim(), "costs"), 120, "not owed yet, it takes nothing off")
        cost.title_id = title
        self.assertEqual(self.total(self.claim(), "costs"), 120, "entered, and not owed yet either")

    def test_a_title_set_aside_and_a_cost_given_up_ask_nothing(self):
        title = self.make_title(heads=[("costs", 120)])
        cost = self.add_cost(90)
        title._set_aside("Réformé")
        self.assertFalse(cost.twin_text)
        self.assertEqual(self.total(self.claim(), "costs"), 90)

    def test_indemnities_and_clauses_that_it_awards_are_not_reckoned_again(self):
        self.assertEqual(self.total(self.claim(), "indemnity"), 80)
        self.make_title(heads=[("indemnity", 40)])
        claim = self.claim()
        self.assertEqual(self.total(claim, "indemnity"), 40, "the sum awarded alone, under its own head")
        self.assertEqual(self.total(claim, "costs"), 0)

    def test_interest_awarded_as_a_sum_ends_what_was_reckoned_before(self):
        self.make_title(heads=[("interest", 25)])
        claim = self.claim(self.old)
        self.assertEqual(claim.items[0].account.lines[0].start, GIVEN + timedelta(days=1))
        running = sum(float(item.interest_left) for item in claim.items)
        self.assertAlmostEqual(self.total(claim, "interest_left"), running + 25, 2, "it is interest, and no cost")
        self.assertEqual(self.total(claim, "costs"), 0)

    def test_the_principal_alone_has_no_heads(self):
        self.make_title(heads=[("art_700", 800), ("principal", 1100)])
        self.assertEqual(self.total(self.claim(principal_only=True)), 1400)

    # ------------------------------------------------------------
    # Money received
    # ------------------------------------------------------------
    def test_a_payment_goes_to_the_costs_then_the_interest_then_the_principal(self):
        self.make_title(heads=[("costs", 120)])
        self.pay(self.old, 300, date(2026, 11, 10))
        claim = self.claim(self.old, interest_first=True)
        account = claim.items[0].account
        self.assertEqual([float(row.amount) for row in claim.costs_paid], [120])
        self.assertEqual(self.total(claim, "costs"), 0)
        imputation = account.imputations[0]
        self.assertEqual(imputation.amount, 180)
        self.assertGreater(imputation.to_interest, 0)
        self.assertEqual(imputation.to_interest + imputation.to_principal, 180)

    def test_the_total_is_the_same_but_for_the_interest(self):
        self.make_title(heads=[("costs", 120)])
        self.pay(self.old, 300, date(2026, 11, 10))
        first, other = self.claim(self.old, interest_first=True), self.claim(self.old)
        self.assertFalse(other.costs_paid)
        difference = self.total(first) - self.total(other)
        interest = self.total(first, "interest") - self.total(other, "interest")
        self.assertAlmostEqual(difference, interest, 2)

    def test_a_credit_note_pays_no_costs(self):
        self.make_title(heads=[("costs", 120)])
        self.make_credit_note(self.customer, amount=300, date=date(2026, 11, 3), reverses=self.old)
        self.assertFalse(self.claim(self.old, interest_first=True).costs_paid)

    def test_damages_wait_for_their_turn(self):
        self.make_title(heads=[("damages", 120)])
        self.pay(self.old, 300, date(2026, 11, 10))
        claim = self.claim(self.old, interest_first=True)
        self.assertFalse(claim.costs_paid)
        self.assertEqual((self.total(claim, "other"), self.total(claim, "costs")), (120, 0))

    def test_each_head_stands_in_the_total_in_which_it_is_paid(self):
        """Money pays costs, interest and principal; what comes last stands under no head that is paid before."""
        title = self.make_title(heads=ALL_HEADS)
        self.pay(self.old, 300, date(2026, 11, 10))
        claim = self.claim(interest_first=True)
        self.assertEqual(
            [(row.head, float(row.amount)) for row in claim.costs_paid], [("costs", 170), ("interest", 30)]
        )
        names = ("costs", "indemnity", "clause", "other")
        self.assertEqual([self.total(claim, name) for name in names], [0, 40, 15, 70])
        self.assertEqual(sum(float(total.last) for total in claim.get_totals()), 125)
        left = (title.left_costs, title.left_interest, title.left_principal, title.left_other)
        self.assertEqual((left[0], left[3]), (0, 125), "the title's form says the same")
        self.assertAlmostEqual(sum(left), self.total(claim), 2)
        self.assertAlmostEqual(title.left_total, self.total(claim), 2)
        paid_with = dict(title.head_ids.mapped(lambda head: (head.kind, head.paid_with)))
        self.assertEqual([paid_with[kind] for kind, _amount in ALL_HEADS], TURNS)

    def test_the_interest_awarded_is_paid_after_the_costs_and_before_what_runs(self):
        self.make_title(heads=[("interest", 25), ("costs", 20)])
        self.pay(self.old, 30, date(2026, 11, 10))
        claim = self.claim(self.old, interest_first=True)
        self.assertEqual([(row.head, float(row.amount)) for row in claim.costs_paid], [("costs", 20), ("interest", 10)])
        self.assertFalse(claim.items[0].settled, "nothing is left of it for the instalment")

    def test_a_case_reckons_as_its_title_says(self):
        """Its figures are those of the title: costs, interest, principal, or the order that was agreed."""
        title = self.make_title(heads=[("costs", 120), ("indemnity", 40)])
        self.pay(self.old, 300, self.today)
        self.case.invalidate_recordset()
        self.assertAlmostEqual(self.case.interest_now, title.left_interest, 2)
        self.assertAlmostEqual(self.case.indemnity_now, title.left_costs + title.left_other, 2)
        self.assertAlmostEqual(self.case.amount_now + self.case.imputed_now, title.left_principal, 2)
        self.assertAlmostEqual(self.case.amount_claimed, title.left_total, 2, "one sum, wherever it is read")
        title.write({"imputation": "principal", "imputation_reason": "Courrier du 3 octobre 2026"})
        self.case.invalidate_recordset()
        self.assertAlmostEqual(self.case.indemnity_now, 160, 2, "money pays the principal, as agreed")
        self.assertEqual(self.case.imputed_now, 0)
        self.assertIn("principal first", title.order_text)

    # ------------------------------------------------------------
    # The dialog and the statement
    # ------------------------------------------------------------
    def open_dialog(self):
        action = self.case.action_claim_statement()
        return Form(self.env[action["res_model"]].with_context(**action["context"]))

    def test_the_dialog_shows_the_title_in_the_place_of_the_day(self):
        self.make_title()
        dialog = self.open_dialog()
        self.assertIn("RG 26/00123", dialog.title_text)
        self.assertFalse(dialog.has_untitled)
        self.assertEqual(dialog.imputation, "interest_first")

    def test_another_agreed_order_is_proposed(self):
        self.make_title(imputation="principal", imputation_reason="Courrier du 3 octobre 2026")
        dialog = self.open_dialog()
        self.assertEqual(dialog.imputation, "principal_first")
        self.assertIn("Courrier du 3 octobre 2026", dialog.title_text)

    def test_a_statement_adds_up_and_names_the_title(self):
        self.make_title(heads=[("costs", 120), ("art_700", 800), ("principal", 1100)])
        self.pay(self.old, 300, date(2026, 11, 10))
        wizard = self.open_dialog().save()
        statement = self.env["recovery.claim.statement"].browse(wizard.action_issue()["res_id"])
        self.assertEqual(statement.judgment_on, GIVEN)
        self.assertTrue(any("RG 26/00123" in source for source in statement.figures["sources"]))
        self.assertAlmostEqual(sum(statement.line_ids.mapped("amount")), statement.amount, 2)
        paid = statement.line_ids.filtered(lambda line: line.kind == "paid_first")
        self.assertEqual(sum(paid.mapped("amount")), -300)

    def test_a_statement_tells_each_head_where_it_is_paid(self):
        self.customer.lang = "en_US"
        self.make_title(heads=ALL_HEADS)
        self.pay(self.old, 300, date(2026, 11, 10))
        wizard = self.open_dialog().save()
        self.assertIn("Other sums awarded", wizard.preview)
        statement = self.env["recovery.claim.statement"].browse(wizard.action_issue()["res_id"])
        told = {kind: sum(rows.mapped("amount")) for kind, rows in statement.line_ids.grouped("kind").items()}
        self.assertEqual((told["cost"], told["paid_first"]), (170, -170))
        self.assertEqual((told["awarded_interest"], told["paid_interest"]), (30, -30))
        self.assertEqual(told["awarded"], 125, "compensation, clause, damages and the rest, after the principal")
        self.assertNotIn("indemnity", told, "none is reckoned beside the one awarded")
        [group] = statement._group_by_currency()
        self.assertEqual(len(group["cost_lines"]), 3)
        self.assertAlmostEqual(sum(statement.line_ids.mapped("amount")), statement.amount, 2)
        sources = " ".join(statement.figures["sources"])
        self.assertIn("costs owed, then to interest, then to principal; compensation", sources)
        html = str(
            self.env["ir.qweb"]._render("debt_recovery.report_claim_statement_document", {"statement": statement})
        )
        self.assertIn("applied to the costs owed, then to interest", html)
        for words in ("Damages", "Penalty clause", "Interest up to its date", "applied to the interest awarded"):
            self.assertIn(words, html)

    def test_what_is_left_of_a_title_is_what_a_statement_says(self):
        title = self.make_title(heads=[("costs", 120)])
        self.pay(self.old, 300, date(2026, 11, 10))
        claim = self.claim(interest_first=True)
        self.assertAlmostEqual(title.left_total, self.total(claim), 2)
        self.assertAlmostEqual(title.left_principal, self.total(claim, "principal_left"), 2)

    def test_the_queries_do_not_grow_with_the_titles(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.claim()
            return self.env.cr.sql_log_count - before

        self.make_title(heads=[("art_700", 800), ("principal", 1100)])
        count()
        one = count()
        for _number in range(4):
            self.make_title(heads=[("art_700", 10), ("principal", 1100)])
        self.assertEqual(count(), one)
