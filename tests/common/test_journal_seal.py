from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ...models.common import sealing
from ..english import InEnglish
from .common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestJournalSeal(InEnglish, RecoveryCommon):
    """Whatever is done to the journal beneath the program is found; what the program does is not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Journal = cls.env["recovery.journal"]
        cls.Event = cls.env["recovery.event"]
        cls.debtor = cls.debtor_of()
        cls.write_entries(8)
        cls.Journal._seal(cls.company)

    @classmethod
    def write_entries(cls, count, debtor=None):
        for number in range(count):
            cls.Event._log("contact", debtor or cls.debtor, f"Appel {number}", {"amount": number, "reason": "é"})

    def entries(self, *domain):
        return self.Event.sudo().search([("company_id", "=", self.company.id), *domain], order="sealed_number, id")

    def find(self, *heads):
        self.env.invalidate_all()
        return {found.code for found in self.Journal._check(self.company, heads).found}

    def sql(self, query, *values):
        self.env.flush_all()
        self.env.cr.execute(query, values)
        self.env.invalidate_all()

    def test_the_program_itself_is_found_doing_nothing(self):
        verdict = self.Journal._check(self.company)
        self.assertEqual(verdict.found, [])
        self.assertEqual(verdict.unsealed, 0)
        self.assertEqual(verdict.head, self.Journal._get_head(self.company)._replace(moment=None))
        self.write_entries(3)
        verdict = self.Journal._check(self.company)
        self.assertEqual((verdict.found, verdict.unsealed), ([], 3), "the tail is said, and is no fault")
        self.assertEqual(self.Journal._seal(self.company), 3)
        self.assertEqual(self.Journal._seal(self.company), 0, "there is nothing more")
        numbers = self.entries(("sealed_number", ">", 0)).mapped("sealed_number")
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        self.assertEqual(self.find(), set())

    def test_tampering_by_sql_is_found_each_time(self):
        first, second, third, *_rest, last = self.entries(("kind", "=", "contact"), ("debtor_id", "=", self.debtor.id))
        other = self.debtor_of(self.make_partner("Autre"))
        elsewhere = self.env["res.company"].sudo().search([("id", "!=", self.company.id)], limit=1)
        self.Journal._seal(self.company)
        start = sealing.get_start(self.company.id)
        forged = sealing.digest_content("forged")
        table, one = "UPDATE recovery_event SET", "WHERE id = %s"
        ways = {
            "a word": ("changed", f"{table} summary = 'Rien' {one}", second.id),
            "a figure": ("changed", f"{table} details = jsonb_set(details, '{{amount}}', '9') {one}", second.id),
            "a day": ("changed", f"{table} date = date - interval '1 hour' {one}", second.id),
            "an author": ("changed", f"{table} author_name = 'Autre' {one}", second.id),
            "an author's key": ("changed", f"{table} user_id = 1 {one} AND user_id != 1", second.id),
            "an object": ("changed", f"{table} res_id = res_id + 1 {one}", second.id),
            "a kind": ("changed", f"{table} kind = 'reply' {one}", second.id),
            "a debtor's name": ("changed", f"{table} debtor_name = 'Autre' {one}", second.id),
            "a debtor": ("moved", f"{table} debtor_id = %s {one}", other.id, second.id),
            "a debtor, twice": (
                "changed",
                f"{table} debtor_id = %s, first_debtor = %s {one}",
                other.id,
                other.id,
                third.id,
            ),
            "a word with its digest": (
                "broken",
                f"{table} content_sha256 = %s, seal = %s {one}",
                forged,
                forged,
                third.id,
            ),
            "a line out of the middle": ("missing", f"DELETE FROM recovery_event {one}", third.id),
            "the first line": ("missing", f"DELETE FROM recovery_event {one}", first.id),
            "the last lines": ("shortened", "DELETE FROM recovery_event WHERE id >= %s", last.id),
            "a line without its number": ("missing", f"{table} sealed_number = 0, seal = NULL {one}", third.id),
            "another company": (
                "missing",
                f"{table} company_id = %s, sealed_number = 999 {one}",
                elsewhere.id,
                third.id,
            ),
            "a text": ("blanked", f"{table} blanked_on = now(), summary = '-', details = NULL {one}", third.id),
            "a seal": ("broken", f"{table} seal = %s {one}", start, third.id),
            "a note": (
                "seal_changed",
                "UPDATE recovery_journal_head SET noted_on = noted_on - interval '1 day' WHERE company_id = %s",
                self.company.id,
            ),
        }
        for what, (code, query, *values) in ways.items():
            with self.subTest(what=what):
                savepoint = self.env.cr.savepoint()
                self.sql(query, *values)
                changed = self.env.cr.rowcount
                found = self.find()
                savepoint.close(rollback=True)
                self.env.invalidate_all()
                self.assertTrue(changed)
                self.assertIn(code, found)
        self.assertEqual(self.find(), set())

    def test_lines_put_in_each_other_s_place_are_found(self):
        second, third = self.entries(("kind", "=", "contact"))[1:3]
        numbers, seals = (second.sealed_number, third.sealed_number), (second.seal, third.seal)
        self.sql("UPDATE recovery_event SET sealed_number = 0 WHERE id IN %s", (second.id, third.id))
        for row, number, seal in ((second, numbers[1], seals[1]), (third, numbers[0], seals[0])):
            self.sql("UPDATE recovery_event SET sealed_number = %s, seal = %s WHERE id = %s", number, seal, row.id)
        self.assertIn("broken", self.find())

    def test_a_line_added_by_sql_is_found(self):
        columns = "company_id, user_id, author_name, kind, summary, date, res_model, res_id, first_debtor, debtor_id"
        stamps = ", create_uid, create_date"
        query = (
            f"INSERT INTO recovery_event ({columns}{{0}}) SELECT company_id, user_id, author_name, kind, 'Promis', "
            f"date{{1}}, res_model, res_id, first_debtor, debtor_id{{0}} FROM recovery_event WHERE id = %s"
        )
        model = self.entries(("kind", "=", "contact"))[2]
        savepoint = self.env.cr.savepoint()
        self.sql(query.format("", ""), model.id)
        self.assertIn("foreign", self.find())
        savepoint.close(rollback=True)
        self.sql(query.format(stamps, " - interval '40 days'"), model.id)
        self.assertIn("inserted", self.find(), "it bears a day of before the seal")
        self.Journal._seal(self.company)
        self.assertIn("inserted", self.find(), "sealing it does not make it true")

    def test_a_line_added_inside_the_chain_is_found(self):
        entry = self.entries(("kind", "=", "contact"))[3]
        self.sql(
            "UPDATE recovery_event SET sealed_number = -sealed_number WHERE sealed_number > %s", entry.sealed_number
        )
        self.sql("UPDATE recovery_event SET sealed_number = 1 - sealed_number WHERE sealed_number < 0")
        kept = "company_id, user_id, author_name, kind, date, content_sha256, seal, create_uid, create_date"
        self.sql(
            f"INSERT INTO recovery_event ({kept}, summary, first_debtor, sealed_number) "
            f"SELECT {kept}, 'Promis', 0, sealed_number + 1 FROM recovery_event WHERE id = %s",
            entry.id,
        )
        self.assertLessEqual({"changed", "broken"}, self.find())

    def test_a_chain_made_anew_is_found_against_what_left_the_house(self):
        head = self.Journal._hand_out(self.company, "shown", "Commissaire")
        self.assertEqual(self.find(head), set())
        self.sql("UPDATE recovery_event SET sealed_number = 0, seal = NULL, content_sha256 = NULL")
        self.sql("UPDATE recovery_event SET summary = 'Rien' WHERE kind = 'contact'")
        self.sql("DELETE FROM recovery_event WHERE kind = 'head_left'")
        self.sql("DELETE FROM recovery_journal_head")
        self.Journal._seal(self.company)
        self.assertEqual(self.find(), set(), "nothing inside tells any more")
        self.assertIn("rewritten", self.find(sealing.Head(head.number, head.seal)))
        self.sql("DELETE FROM recovery_event")
        self.assertEqual(self.find(sealing.Head(head.number, head.seal)), {"shortened"})

    def test_nobody_writes_deletes_or_adds_by_the_program(self):
        entry = self.entries()[0]
        right = {"perm_read": True, "perm_write": True, "perm_create": True, "perm_unlink": True}
        for model in ("recovery.event", "recovery.journal.head"):
            self.env["ir.model.access"].sudo().create(
                {"name": "mine", "model_id": self.env["ir.model"]._get_id(model), **right}
            )
        administrator = self.make_user("anne", "base.group_system", "debt_recovery.group_recovery_manager")
        head = self.env["recovery.journal.head"].search([], limit=1)
        vals = {"summary": "x", "kind": "contact", "company_id": self.company.id, "author_name": "x"}
        vals |= {"user_id": administrator.id, "date": fields.Datetime.now() - timedelta(days=90)}
        for env in (self.env(user=administrator), self.env(su=True)):
            for act in (
                lambda env: entry.with_env(env).write({"summary": "x"}),
                lambda env: entry.with_env(env).unlink(),
                lambda env: entry.with_env(env).copy(),
                lambda env: env["recovery.event"].create(vals),
                lambda env: head.with_env(env).write({"seal": "x"}),
                lambda env: head.with_env(env).unlink(),
                lambda env: env["recovery.journal.head"].create(
                    {"company_id": self.company.id, "reason": "shown", "number": 1, "seal": "x", "digest": "x"}
                ),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    act(env)
        self.assertEqual(self.find(), set())

    def test_a_server_action_that_writes_beneath_is_found(self):
        entry = self.entries(("kind", "=", "contact"))[1]
        action = (
            self.env["ir.actions.server"]
            .sudo()
            .create(
                {
                    "name": "Ménage",
                    "model_id": self.env["ir.model"]._get_id("recovery.event"),
                    "state": "code",
                    "code": f"env.cr.execute(\"UPDATE recovery_event SET summary='x' WHERE id = {entry.id}\")",
                }
            )
        )
        told = self.Event.search([("kind", "=", "configured"), ("res_model", "=", action._name)], limit=1)
        self.assertIn("Ménage", told.summary, "the action itself is told")
        action.run()
        self.assertIn("changed", self.find())

    def test_a_merge_of_customers_is_no_tampering(self):
        lost, kept = self.make_partner("Perdu"), self.make_partner("Gardé")
        debtors = self.debtor_of(lost), self.debtor_of(kept)
        for debtor in debtors:
            self.write_entries(2, debtor)
        self.Journal._seal(self.company)
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge((lost | kept).ids, kept)
        self.env.invalidate_all()
        self.assertEqual(self.find(), set())
        moved = self.entries(("first_debtor", "=", debtors[0].id))
        self.assertEqual(moved.debtor_id, debtors[1])
        self.Journal._seal(self.company)
        self.assertEqual(self.find(), set())

    def test_each_company_has_its_own_chain(self):
        other = self.env["res.company"].create({"name": "Société Deux"})
        debtor = self.env["recovery.debtor"]._ensure_for(self.make_partner("Ailleurs"), other)
        self.Event._log("contact", debtor, "Appel")
        self.assertGreaterEqual(self.Journal._seal(other), 1)
        self.assertEqual(
            self.Journal._get_head(other).number, len(self.Event.sudo().search([("company_id", "=", other.id)]))
        )
        self.assertEqual(self.Journal._check(other).found, [])
        self.assertNotEqual(self.Journal._get_head(other).seal, self.Journal._get_head(self.company).seal)

    def test_a_blanked_text_leaves_its_digest_and_the_chain_whole(self):
        entries = self.entries(("kind", "=", "contact"))[:2]
        kept = entries.mapped("content_sha256")
        entries._blank("Effacé")
        self.assertEqual(self.find(), {"blanked"}, "nobody said so yet")
        numbers = sealing.describe_ranges(entries.mapped("sealed_number"))
        self.Event._log("purged", self.company, "Purge", {"entries": numbers}, debtors=False, company=self.company)
        self.assertEqual(self.find(), set())
        self.assertEqual(entries.mapped("content_sha256"), kept)
        self.assertEqual(entries[0].summary, "Effacé")
        self.assertFalse(entries[0].details)

    def test_many_entries_are_sealed_quickly(self):
        columns = {
            "date": [fields.Datetime.now()] * 3000,
            "company_id": [self.company.id] * 3000,
            "user_id": [self.env.uid] * 3000,
            "author_name": ["Claire"] * 3000,
            "kind": ["contact"] * 3000,
            "summary": [f"Appel {number}" for number in range(3000)],
            "first_debtor": [0] * 3000,
            "sealed_number": [0] * 3000,
        }
        self.env["recovery.bulk"]._insert_columns("recovery.event", columns, with_ids=False)
        self.env.flush_all()
        before = self.cr.sql_log_count
        self.assertEqual(self.Journal._seal(self.company), 3000)
        self.assertLess(self.cr.sql_log_count - before, 30)
        before = self.cr.sql_log_count
        self.assertEqual(self.Journal._check(self.company).found, [])
        self.assertLess(self.cr.sql_log_count - before, 30)
