import json
from datetime import timedelta

from odoo.tests import tagged

from ...models.common.sentence import MARK, Worded, join
from .common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestSentences(RecoveryCommon):
    """What the module says of a suspension or of a verdict is read in the language of who reads it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(days_overdue=60)
        cls.debtor = cls.debtor_of()

    def read_in(self, lang, record, name):
        """Return a field as somebody reads it who opens the screen."""
        self.env.flush_all()
        self.env.invalidate_all()
        return record.with_context(lang=lang).read([name])[0][name]

    def hold_of_case(self, lang):
        """Return the suspension that a case makes, opened by somebody of that language."""
        lines = self.receivable_of(self.invoice)
        case = self.env["recovery.case"].with_context(lang=lang)._open_for(self.debtor, lines, self.today)
        return case, case.hold_ids

    def test_a_suspension_follows_the_reader_whoever_made_it(self):
        for lang in ("fr_FR", "en_US"):
            with self.cr.savepoint() as point:
                case, hold = self.hold_of_case(lang)
                self.assertEqual(self.read_in("en_US", hold, "reason"), f"In case {case.name}")
                self.assertEqual(self.read_in("fr_FR", hold, "reason"), f"Dans le dossier {case.name}")
                self.assertEqual(self.read_in("fr_FR", hold, "display_name"), f"Dans le dossier {case.name}")
                self.assertEqual(hold.with_context(lang="en_US").display_name, f"In case {case.name}")
                point.rollback()

    def test_a_verdict_that_repeats_a_suspension_follows_the_reader_too(self):
        case, _hold = self.hold_of_case("fr_FR")
        campaign = self.make_campaign()
        verdict = self.env["recovery.verdict"].search(
            [("campaign_id", "=", campaign.id), ("move_line_id", "in", self.receivable_of(self.invoice).ids)]
        )
        self.assertEqual(self.read_in("en_US", verdict, "detail"), f"In case {case.name}")
        self.assertEqual(self.read_in("fr_FR", verdict, "detail"), f"Dans le dossier {case.name}")

    def test_dates_and_amounts_in_a_sentence_are_the_readers(self):
        day = self.today + timedelta(days=9)
        promise = self.env["recovery.promise"]._give(
            self.debtor, self.today, 1234.5, day, lines=self.receivable_of(self.make_invoice(amount=2000.0))
        )
        reasons = {lang: self.read_in(lang, promise.hold_ids[:1], "reason") for lang in ("fr_FR", "en_US")}
        self.assertIn(day.strftime("%d/%m/%Y"), reasons["fr_FR"])
        self.assertIn("234,50", reasons["fr_FR"])
        self.assertIn("1,234.50", reasons["en_US"])
        self.assertIn("Promise of", reasons["en_US"])

    def test_what_a_person_typed_stays_as_it_was_typed(self):
        forged = MARK + json.dumps({"text": "%99999999s", "module": "debt_recovery", "with": ["x"]})
        vals = {"debtor_id": self.debtor.id, "date_from": self.today}
        Hold = self.env["recovery.hold"].with_user(self.recovery_user)
        for typed in ("Salon, on attend", forged):
            hold = Hold.create({**vals, "reason": typed})
            for lang in ("fr_FR", "en_US"):
                self.assertEqual(self.read_in(lang, hold, "reason"), typed.lstrip(MARK))
            hold.sudo().reason = typed
            self.assertEqual(self.read_in("fr_FR", hold, "reason"), typed.lstrip(MARK))

    def test_a_sentence_passes_from_record_to_record_whole(self):
        case, hold = self.hold_of_case("fr_FR")
        reason = hold.reason
        self.assertIsInstance(reason, Worded)
        other = hold.sudo().copy({"reason": reason, "line_id": False, "move_id": False})
        self.assertEqual(self.read_in("en_US", other, "reason"), f"In case {case.name}")
        other.sudo().reason = join(self.env, ["Tapé à la main", hold.reason])
        self.assertEqual(self.read_in("en_US", other, "reason"), f"Tapé à la main, In case {case.name}")
        self.env["recovery.bulk"]._update("recovery.hold", ["reason"], [(other.id, hold.reason)])
        self.assertEqual(self.read_in("en_US", other, "reason"), f"In case {case.name}")

    def test_reading_costs_no_query_more(self):
        _case, hold = self.hold_of_case("fr_FR")
        typed = self.env["recovery.hold"].create(
            {"debtor_id": self.debtor.id, "date_from": self.today, "reason": "Salon"}
        )
        counts = []
        for record in (hold, typed, hold):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            record.with_context(lang="en_US").read(["reason"])
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1])
