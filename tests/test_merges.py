import re
from datetime import date, timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import RecoveryCommon
from .english import InEnglish
from .one_of_each import OneOfEach

#: Unique per debtor in a way of their own: what makes it so, and what becomes of two of them.
OTHERWISE = {
    "recovery_limitation_choice": "is_current: the last decision holds, the other is told and kept",
    "recovery_late_fee": "first_debtor_id: each customer of before keeps what it was charged or spared",
}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestMerges(InEnglish, OneOfEach, RecoveryCommon):
    """Two customers become one: what each had one of is united by its meaning, and nothing is lost or unsaid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept, cls.lost = (cls.debtor_of(cls.make_partner(name)) for name in ("Gardé", "Absorbé"))
        cls.company.account_use_credit_limit = True

    def merge(self):
        partners = self.kept.partner_id | self.lost.partner_id
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge(partners.ids, self.kept.partner_id)
        self.env.invalidate_all()

    def told(self):
        events = self.env["recovery.event"].search([("kind", "=", "merged"), ("debtor_id", "=", self.kept.id)])
        return "\n".join(events.mapped("summary"))

    def get_united_models(self):
        return self.env["recovery.debtor"]._get_united_models()

    # ------------------------------------------------------------
    # Every model
    # ------------------------------------------------------------
    def test_every_model_that_is_unique_per_debtor_says_how_it_is_united(self):
        self.env.cr.execute(
            "SELECT tablename, indexdef FROM pg_indexes"
            " WHERE indexdef LIKE 'CREATE UNIQUE%%' AND tablename LIKE 'recovery%%'"
        )
        found = {
            table for table, index in self.env.cr.fetchall() if re.search(r"\bdebtor_id\b", index.split("USING")[1])
        }
        self.env.cr.execute(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype IN ('u', 'x') AND conrelid::regclass::text LIKE 'recovery%%'"
        )
        found |= {table for table, text in self.env.cr.fetchall() if re.search(r"\bdebtor_id\b", text)}
        united = {self.env[name]._table for name in self.get_united_models()}
        self.assertEqual(found - united - OTHERWISE.keys(), set())
        self.assertGreaterEqual(len(found), 4)

    def test_of_two_rows_one_is_in_force_and_the_other_is_history(self):
        for model in self.get_united_models():
            Model = self.env[model].sudo()
            with self.subTest(model), self.cr.savepoint() as savepoint:
                values = self.values_for(model)
                rows = Model
                for debtor in (self.kept, self.lost):
                    rows |= Model.create({**values, "debtor_id": debtor.id})
                only_theirs = self.values_for(model)
                key = Model._united_by[0]
                if only_theirs.get(key) != values.get(key):
                    rows |= Model.create({**only_theirs, "debtor_id": self.lost.id})
                self.merge()
                self.assertEqual(len(rows.exists()), len(rows), "nothing is deleted")
                self.assertEqual(rows.debtor_id, self.kept)
                self.assertEqual(len(rows[:2].filtered("active")), 1)
                self.assertTrue(all(rows[2:].mapped("active")), "a row of its own stays in force")
                self.assertIn("kept in the history", self.told())
                savepoint.rollback()
            self.env.invalidate_all()

    def test_history_is_not_brought_back_by_hand(self):
        for model in self.get_united_models():
            self.assertNotIn("active", self.env[model]._get_typed_fields(creating=True), model)

    # ------------------------------------------------------------
    # By its meaning
    # ------------------------------------------------------------
    def make_kbis(self, debtor, valid_until, result="ok"):
        item_type = self.env["recovery.file.item.type"].search([("needs_document", "=", True)], limit=1)
        proof = self.env["ir.attachment"].create({"name": f"kbis-{debtor.id}.pdf", "raw": b"%PDF-1.4"})
        return self.env["recovery.file.item"].create(
            {
                "debtor_id": debtor.id,
                "type_id": item_type.id,
                "result": result,
                "date": valid_until - timedelta(days=90),
                "valid_until": valid_until,
                "attachment_ids": [Command.set(proof.ids)],
            }
        )

    def test_the_valid_extract_is_kept_whoever_had_it_and_both_files_stay(self):
        for holder, other in ((self.kept, self.lost), (self.lost, self.kept)):
            with self.subTest(holder.display_name), self.cr.savepoint() as savepoint:
                valid = self.make_kbis(holder, self.today + timedelta(days=60))
                expired = self.make_kbis(other, self.today - timedelta(days=60))
                self.merge()
                self.assertEqual(self.kept.file_item_ids, valid)
                self.assertEqual((valid.state, expired.active), ("ok", False))
                self.assertTrue(all((valid | expired).attachment_ids.mapped("raw")))
                savepoint.rollback()
            self.env.invalidate_all()

    def grant(self, debtor, day, kind="amount", **vals):
        with freeze_time(f"{day} 09:00:00"):
            request = (
                self.env["recovery.limit.request"]
                .with_user(self.recovery_manager)
                ._ask(debtor, {"kind": kind, "reason": "Décidé", **vals}, day)
            )
        self.assertEqual(request.state, "granted")
        return request.sudo()

    def limit(self):
        partner = self.kept.partner_id
        return self.env["recovery.exposure"]._read_limits(self.company, partner, self.today)[partner.id]

    def test_of_two_limits_the_last_decided_is_in_force_and_the_other_ends(self):
        days = (self.today - timedelta(days=20), self.today - timedelta(days=3))
        for first, second in ((self.kept, self.lost), (self.lost, self.kept)):
            with self.subTest(second.display_name), self.cr.savepoint() as savepoint:
                old = self.grant(first, days[0], amount=1000)
                new = self.grant(second, days[1], amount=400, date_until=self.today + timedelta(days=30))
                self.merge()
                self.assertEqual((old.state, new.state), ("ended", "granted"))
                self.assertEqual(self.limit()[:2], (400, "customer"))
                self.assertEqual(self.limit().valid_until, self.today + timedelta(days=30))
                self.assertIn("credit limit of", self.told())
                self.assertEqual(
                    self.env["recovery.limit.request"].search_count(
                        [("debtor_id", "=", self.kept.id), ("state", "=", "granted")]
                    ),
                    1,
                )
                savepoint.rollback()
            self.env.invalidate_all()

    def test_no_credit_stays_no_credit_and_increases_add_up(self):
        self.grant(self.lost, self.today - timedelta(days=9), kind="zero")
        self.grant(self.kept, self.today - timedelta(days=2), amount=1000)
        with self.cr.savepoint() as savepoint:
            self.merge()
            self.assertEqual(self.limit()[:2], (0, "zero"))
            savepoint.rollback()
        self.env.invalidate_all()
        other = self.debtor_of(self.make_partner("Tiers"))
        self.grant(other, self.today - timedelta(days=3), amount=600)
        self.lost = other
        for debtor, amount in ((self.kept, 100), (other, 50)):
            self.grant(debtor, self.today, kind="increase", amount=amount, date_until=self.today + timedelta(days=9))
        self.merge()
        self.assertEqual((self.limit().amount, self.limit().increase), (1150, 150))

    def test_the_strictest_rule_holds_and_guarantees_add_up(self):
        Rule, Coverage = self.env["recovery.credit.rule"], self.env["recovery.coverage"]
        shared = {"company_id": self.company.id, "test": "overdue"}
        lax = Rule.create({**shared, "debtor_id": self.kept.id, "mode": "warn"})
        strict = Rule.create({**shared, "debtor_id": self.lost.id, "mode": "block"})
        apart = Rule.create({**shared, "debtor_id": self.lost.id, "test": "age", "mode": "warn"})
        for debtor, amount in ((self.kept, 100), (self.lost, 250)):
            Coverage.create({"debtor_id": debtor.id, "amount": amount, "date_from": date(2026, 1, 1)})
        self.merge()
        self.assertEqual(self.kept.credit_rule_ids, strict | apart)
        self.assertFalse(lax.active)
        self.assertEqual(sum(self.kept.coverage_ids.mapped("amount")), 350)

    def test_terms_follow_one_another(self):
        Terms = self.env["recovery.contract.terms"]
        old = Terms.create({"company_id": self.company.id, "debtor_id": self.kept.id, "valid_from": date(2025, 1, 1)})
        new = Terms.create({"company_id": self.company.id, "debtor_id": self.lost.id, "valid_from": date(2026, 3, 1)})
        self.merge()
        self.assertEqual((old.valid_to, new.valid_to), (date(2026, 2, 28), False))
        for day, terms in ((date(2025, 6, 1), old), (date(2026, 6, 1), new)):
            self.assertEqual(Terms._get_terms(self.company, self.kept.partner_id, day), terms)
        (old | new)._check_overlap()
        self.assertIn("kept in the history", self.told())

    def test_the_last_correction_of_the_limitation_holds(self):
        kinds = self.env["recovery.limitation.kind"].search([], limit=2)
        Choice = self.env["recovery.limitation.choice"].with_user(self.recovery_manager)
        first = Choice._decide(self.kept, self.today - timedelta(days=9), "Contrat", kind=kinds[0])
        last = Choice._decide(self.lost, self.today, "Transport", kind=kinds[1])
        self.merge()
        self.assertEqual(self.kept.limitation_choice_id, last)
        self.assertEqual((first.is_current, first.debtor_id), (False, self.kept))
        self.assertIn("kept in the history", self.told())

    def test_what_was_said_of_both_is_told(self):
        self.kept.collector_id = self.recovery_user
        self.lost.collector_id = self.recovery_manager
        self.merge()
        self.assertEqual(self.kept.collector_id, self.recovery_user)
        self.assertIn(self.recovery_manager.name, self.told())
