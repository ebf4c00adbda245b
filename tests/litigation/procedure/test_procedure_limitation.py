from datetime import date, timedelta

from odoo.tests import tagged

from .common import COMMERCIAL, CONSUMER, ProcedureCommon

FILED, GIVEN, SERVED = date(2026, 9, 7), date(2026, 9, 14), date(2026, 9, 25)


@tagged("post_install", "-at_install")
class TestProcedureLimitation(ProcedureCommon):
    """What happened in procedures answers the limitation by itself; the original date never moves."""

    def position(self, move=None, day=None):
        line = self.receivable_of(move or self.old)
        return self.env["recovery.limitation"]._read_positions(line, day or self.today)[line.id]

    def counted(self, **kwargs):
        return [evidence.day for evidence in self.position(**kwargs).counted]

    def test_the_service_interrupts_and_the_request_does_not(self):
        original = self.position().original_until
        procedure = self.begin()
        self.record_all(procedure, ("request_filed", FILED), ("order_given", GIVEN))
        self.assertFalse(self.position().is_extended)
        self.record_all(procedure, ("order_served", SERVED))
        position = self.position()
        self.assertEqual(self.counted(), [SERVED])
        self.assertEqual(position.original_until, original)
        self.assertEqual(position.extended_until, SERVED.replace(year=SERVED.year + 5))
        self.assertFalse(self.position(day=SERVED - timedelta(days=1)).is_extended)

    def test_without_its_document_it_is_shown_and_does_not_count(self):
        procedure = self.begin()
        self.record_all(procedure, ("request_filed", FILED), ("order_given", GIVEN))
        self.record(procedure, "order_served", SERVED, documents=False)
        position = self.position()
        self.assertFalse(position.counted)
        self.assertEqual([why for _evidence, why in position.ignored], ["unproved"])

    def test_a_claim_in_court_lasts_until_the_judgment(self):
        procedure = self.begin("merits")
        self.record_all(procedure, ("summons_served", SERVED))
        self.assertIsNone(self.position().extended_until, "the clock stands still")
        judged = date(2026, 11, 2)
        self.record_all(procedure, ("judgment", judged))
        self.assertEqual(self.position().extended_until, judged.replace(year=judged.year + 5))

    def test_a_claim_withdrawn_lapsed_or_rejected_never_counted(self):
        for code, facts, steps, end in (
            ("merits", COMMERCIAL, [("summons_served", SERVED)], "withdrawn"),
            ("merits", COMMERCIAL, [("summons_served", SERVED)], "claim_dismissed"),
            ("interim_payment", COMMERCIAL, [("summons_served", SERVED)], "order_refused"),
            (
                "payment_order_commerce",
                COMMERCIAL,
                [("request_filed", FILED), ("order_given", GIVEN), ("order_served", SERVED)],
                "lapsed",
            ),
        ):
            with self.subTest(code=code, end=end), self.env.cr.savepoint() as savepoint:
                procedure = self.begin(code, facts)
                self.record_all(procedure, *steps)
                self.assertTrue(self.position().counted)
                ending = self.record(procedure, end, self.today)
                self.assertFalse(self.position().counted)
                ending._annul("Erreur")
                self.assertTrue(self.position().counted, "what it voided counts again")
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_dismissal_reversed_on_appeal_voids_nothing(self):
        procedure = self.begin("merits")
        self.record_all(procedure, ("summons_served", SERVED), ("claim_dismissed", date(2026, 10, 20)))
        self.assertFalse(self.position().counted)
        self.record_all(procedure, ("appeal", date(2026, 11, 2)), ("appeal_judgment", date(2026, 11, 18)))
        self.assertIn(SERVED, self.counted())

    def test_a_title_brings_its_own_years(self):
        procedure = self.begin()
        final = date(2026, 11, 20)
        self.record_all(
            procedure, ("request_filed", FILED), ("order_given", GIVEN), ("order_served", SERVED), ("executable", final)
        )
        self.assertEqual(self.position().extended_until, final.replace(year=final.year + 10))

    def test_a_conciliation_suspends(self):
        procedure = self.begin("conciliation", CONSUMER)
        self.record_all(procedure, ("attempt_asked", FILED), ("attempt_agreed", GIVEN))
        self.assertIsNone(self.position().extended_until)
        self.record_all(procedure, ("failed", SERVED))
        self.assertEqual(self.position().extended_until, self.position().original_until + (SERVED - GIVEN))

    def test_only_what_the_procedure_claims_is_interrupted(self):
        procedure = self.begin()
        procedure.line_ids = procedure.line_ids.filtered(lambda claim: claim.move_id == self.old)
        self.record_all(procedure, ("request_filed", FILED), ("order_given", GIVEN), ("order_served", SERVED))
        self.assertTrue(self.position(self.old).counted)
        self.assertFalse(self.position(self.recent).counted)

    def test_an_annulled_service_interrupts_nothing(self):
        procedure = self.begin()
        self.record_all(procedure, ("request_filed", FILED), ("order_given", GIVEN), ("order_served", SERVED))
        procedure._get_events_of(("order_served",))._annul("Autre débiteur")
        self.assertFalse(self.position().counted)

    def test_many_procedures_are_read_in_as_many_queries_as_one(self):
        procedure = self.begin()
        self.record_all(procedure, ("request_filed", FILED), ("order_given", GIVEN), ("order_served", SERVED))
        lines = self.receivable_of(self.old | self.recent)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["recovery.limitation"]._limitation_events(lines, self.today)
            return self.env.cr.sql_log_count - before

        count()
        one = count()
        for _number in range(3):
            more = self.begin("merits")
            self.record_all(more, ("summons_served", SERVED))
        self.assertLessEqual(count(), one + 12, "of each type its events are read once")
        several = count()
        for _number in range(5):
            self.record_all(self.begin("merits"), ("summons_served", SERVED))
        self.assertLessEqual(count(), several)
