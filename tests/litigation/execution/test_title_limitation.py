from datetime import date

from odoo.tests import tagged

from .common import FINAL, GIVEN, ExecutionCommon


@tagged("post_install", "-at_install")
class TestTitleLimitation(ExecutionCommon):
    """A title brings the period of its kind to what it concerns; acts that carry it out make it run again."""

    def position(self, move=None, day=None):
        line = self.receivable_of(move or self.old)
        return self.env["recovery.limitation"]._read_positions(line, day or self.today)[line.id]

    def test_a_judgment_brings_ten_years_and_moves_no_original_date(self):
        original = self.position().original_until
        self.make_title()
        position = self.position()
        self.assertEqual((position.extended_until, position.original_until), (GIVEN.replace(year=2036), original))

    def test_without_its_document_it_is_shown_and_does_not_count(self):
        self.make_title(documents=False)
        self.assertFalse(self.position().counted)
        self.assertEqual([why for _evidence, why in self.position().ignored], ["unproved"])

    def test_the_document_of_its_event_is_its_own(self):
        self.get_order()
        self.assertEqual(self.position().extended_until, FINAL.replace(year=2036))

    def test_a_deed_or_a_title_without_a_judge_brings_no_period(self):
        before = self.position().extended_until
        for code in ("notarial", "small_claims", "undisputed_commercial", "unpaid_cheque", "lawyers_deed"):
            with self.subTest(code=code):
                self.make_title(code)
                self.assertEqual(self.position().extended_until, before)

    def test_a_procedure_leaves_it_to_its_title_to_say_the_period(self):
        procedure = self.get_order()
        procedure.title_ids.kind_id = self.kind_of("undisputed_commercial")
        titles = [evidence for evidence in self.position().counted if evidence.cause.effect == "title"]
        self.assertFalse(titles, "the event alone brought ten years before")

    def test_a_title_set_aside_never_counted(self):
        title = self.make_title()
        title._annul("Infirmé")
        self.assertFalse(self.position().counted)

    def test_an_act_of_execution_interrupts_for_what_its_title_concerns(self):
        line = self.case.line_ids.filtered(lambda claim: claim.move_id == self.old)
        title = self.make_title(line_ids=[(6, 0, line.ids)])
        made = date(2026, 11, 2)
        self.make_act(title=title, made_on=made)
        self.assertEqual(self.position().extended_until, made.replace(year=2036))
        self.assertFalse(self.position(self.recent).counted)

    def test_a_measure_that_lapsed_never_interrupted(self):
        act = self.make_act("conservatory_account", authorised_on=GIVEN, made_on=GIVEN)
        self.assertTrue(self.position().counted)
        act.result = "lapsed"
        self.assertFalse(self.position().counted)

    def test_an_order_to_serve_interrupts_nothing(self):
        self.make_act("service", title=self.make_title("notarial"), made_on=GIVEN)
        self.assertFalse(self.position().counted)

    def test_the_queries_do_not_grow_with_the_titles(self):
        lines = self.receivable_of(self.old | self.recent)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["recovery.limitation"]._limitation_events(lines, self.today)
            return self.env.cr.sql_log_count - before

        self.make_act(title=self.make_title(), made_on=GIVEN)
        count()
        one = count()
        for _number in range(4):
            self.make_act(title=self.make_title(), made_on=GIVEN)
        self.assertLessEqual(count(), one)
