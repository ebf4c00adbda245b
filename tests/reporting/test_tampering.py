from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ...models.common import sealing
from ..common import RecoveryCommon
from ..english import InEnglish

TABLE = "UPDATE recovery_event SET"
RIGHTS = {"perm_read": True, "perm_write": True, "perm_create": True, "perm_unlink": True}


@tagged("post_install", "-at_install")
class TestTampering(InEnglish, RecoveryCommon):
    """Whatever somebody does to the journal beneath the program stands on the auditor's screen, by its line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Journal, cls.Event = cls.env["recovery.journal"], cls.env["recovery.event"]
        cls.debtor = cls.debtor_of()
        for number in range(4):
            cls.call(number)
        cls.Journal._seal(cls.company)
        for number in range(4, 8):
            cls.call(number)
        cls.Journal._seal(cls.company)
        cls.calls = cls.Event.search([("kind", "=", "contact"), ("debtor_id", "=", cls.debtor.id)], order="id")
        cls.line = cls.calls[2]

    @classmethod
    def call(cls, number):
        caller = cls.Event.with_user(cls.recovery_user)
        return caller._log("contact", cls.debtor.with_user(cls.recovery_user), f"Appel {number}", {"amount": number})

    def sql(self, query, *values):
        self.env.flush_all()
        self.env.cr.execute(query, values)
        self.assertTrue(self.env.cr.rowcount, "something was done")
        self.env.invalidate_all()

    def look(self, user=None, **vals):
        self.env.invalidate_all()
        window = self.env["recovery.integrity"].with_user(user or self.recovery_auditor).create(vals)
        window.action_show()
        return window

    def assert_shown(self, words, line=None, **vals):
        """Assert that the screen says this of that line, with who wrote it, of whom, and what."""
        window = self.look(**vals)
        self.assertEqual(window.state, "found")
        shown = window.line_ids.filtered(lambda found: words in found.what)
        self.assertTrue(shown, window.line_ids.mapped("what"))
        self.assertTrue(all(shown.mapped("is_grave")))
        if line:
            shown = shown.filtered(lambda found: found.res_id == line.id)[:1]
            self.assertEqual(shown.action_show()["res_id"], line.id)
            for word in (line.author_name, line.debtor_name, line.summary):
                self.assertIn(word, shown.what)
        return window

    # ------------------------------------------------------------
    # By SQL
    # ------------------------------------------------------------
    def test_nothing_was_done(self):
        self.assertEqual(self.look().state, "fine")

    def test_a_changed_line(self):
        self.sql(f"{TABLE} details = jsonb_set(details, '{{amount}}', '99') WHERE id = %s", self.line.id)
        number = self.line.sealed_number
        self.assert_shown(f"Entry {number} was changed after it was sealed.", self.line)

    def test_a_deleted_line(self):
        number = self.line.sealed_number
        self.sql("DELETE FROM recovery_event WHERE id = %s", self.line.id)
        self.assert_shown(f"Entry {number} is missing. It was sealed on ")

    def test_several_deleted_lines(self):
        first, last = self.calls[1].sealed_number, self.calls[3].sealed_number
        self.sql("DELETE FROM recovery_event WHERE id IN %s", self.calls[1:4]._ids)
        self.assert_shown(f"Entries {first} to {last} are missing.")

    def test_an_inserted_line(self):
        columns = (
            "company_id, user_id, author_name, kind, date, res_model, res_id, first_debtor, debtor_id, debtor_name"
        )
        self.sql(
            f"INSERT INTO recovery_event ({columns}, summary) SELECT {columns}, 'Promis' FROM recovery_event "
            "WHERE id = %s",
            self.line.id,
        )
        added = self.Event.search([("summary", "=", "Promis")])
        self.assert_shown("was not written by the program.", added)

    def test_a_line_inserted_inside_the_chain_with_its_own_seal(self):
        before = self.line
        self.sql(f"{TABLE} sealed_number = -sealed_number WHERE sealed_number > %s", before.sealed_number)
        self.sql(f"{TABLE} sealed_number = 1 - sealed_number WHERE sealed_number < 0")
        kept = "company_id, user_id, author_name, kind, date, create_uid, create_date, debtor_name, debtor_id"
        self.sql(
            f"INSERT INTO recovery_event ({kept}, summary, first_debtor, sealed_number) "
            f"SELECT {kept}, 'Promis', first_debtor, sealed_number + 1 FROM recovery_event WHERE id = %s",
            before.id,
        )
        added = self.Event.search([("summary", "=", "Promis")])
        content = added._digest_content()
        seal = sealing.chain(before.seal, added.sealed_number, content)
        self.sql(f"{TABLE} content_sha256 = %s, seal = %s WHERE id = %s", content, seal, added.id)
        self.assert_shown(f"The chain breaks at entry {added.sealed_number + 1}", self.calls[3])

    def test_lines_in_each_other_s_place(self):
        one, other = self.calls[1:3]
        places = (one.sealed_number, one.seal), (other.sealed_number, other.seal)
        self.sql(f"{TABLE} sealed_number = 0 WHERE id IN %s", (one.id, other.id))
        for row, (number, seal) in zip((other, one), places, strict=True):
            self.sql(f"{TABLE} sealed_number = %s, seal = %s WHERE id = %s", number, seal, row.id)
        self.assert_shown(f"The chain breaks at entry {places[0][0]}", other)

    def test_lines_whose_keys_were_exchanged(self):
        one, other = self.calls[1:3]
        for old, new in ((one.id, -1), (other.id, one.id), (-1, other.id)):
            self.sql(f"{TABLE} id = %s WHERE id = %s", new, old)
        self.assert_shown(f"Entry {one.sealed_number} was changed after it was sealed.", one)

    def test_the_last_lines_cut(self):
        last = self.calls[-1].sealed_number
        self.sql("DELETE FROM recovery_event WHERE company_id = %s AND id >= %s", self.company.id, self.calls[-3].id)
        self.assert_shown(f"The journal ended with entry {last} on ")

    def test_the_last_lines_cut_and_others_sealed_in_their_place(self):
        number = self.calls[-3].sealed_number
        self.sql("DELETE FROM recovery_event WHERE company_id = %s AND id >= %s", self.company.id, self.calls[-3].id)
        self.call(99)
        self.Journal._seal(self.company)
        self.assert_shown(f"Entries {number} to {number + 2} are missing.")

    def test_the_last_lines_cut_with_the_note_of_their_sealing(self):
        head = self.Journal._hand_out(self.company, "shown", "Commissaire")
        self.sql("DELETE FROM recovery_event WHERE company_id = %s AND id >= %s", self.company.id, self.calls[4].id)
        self.sql("DELETE FROM recovery_journal_head WHERE company_id = %s AND number > %s", self.company.id, 1)
        self.assert_shown("the journal ends before it, its end is missing", heads=f"{head.number} {head.seal}")

    def test_the_chain_rewritten_whole(self):
        head = self.Journal._hand_out(self.company, "shown", "Commissaire")
        self.sql(f"{TABLE} sealed_number = 0, seal = NULL, content_sha256 = NULL")
        self.sql(f"{TABLE} summary = 'Rien' WHERE kind = 'contact'")
        self.sql("DELETE FROM recovery_event WHERE kind = 'head_left'")
        self.sql("DELETE FROM recovery_journal_head")
        self.Journal._seal(self.company)
        self.assertEqual(self.look().state, "fine", "nothing inside tells any more")
        self.assert_shown("does not have the seal of the journal head kept outside", heads=f"{head.number} {head.seal}")

    def test_the_chain_rewritten_whole_but_for_what_tells_that_its_head_left(self):
        self.Journal._hand_out(self.company, "shown", "Commissaire")
        self.sql(f"{TABLE} sealed_number = 0, seal = NULL, content_sha256 = NULL")
        self.sql(f"{TABLE} summary = 'Rien' WHERE kind = 'contact'")
        self.sql("DELETE FROM recovery_journal_head")
        self.Journal._seal(self.company)
        self.assert_shown("the journal was rebuilt")

    def test_the_chain_rewritten_from_one_line_on(self):
        self.sql(f"{TABLE} summary = 'Rien' WHERE id = %s", self.line.id)
        seal = self.calls[1].seal
        following = self.Event.search(
            [("sealed_number", ">=", self.line.sealed_number), ("company_id", "=", self.company.id)],
            order="sealed_number",
        )
        for event in following:
            content = event._digest_content()
            seal = sealing.chain(seal, event.sealed_number, content)
            self.sql(f"{TABLE} content_sha256 = %s, seal = %s WHERE id = %s", content, seal, event.id)
        self.assert_shown("no longer has the seal that was noted on")

    def test_an_edited_digest(self):
        self.sql(f"{TABLE} content_sha256 = %s WHERE id = %s", "0" * 64, self.line.id)
        self.assert_shown(f"Entry {self.line.sealed_number} was changed after it was sealed.", self.line)
        self.assert_shown(f"The chain breaks at entry {self.line.sealed_number}", self.line)

    def test_an_edited_seal(self):
        self.sql(f"{TABLE} seal = %s WHERE id = %s", "0" * 64, self.line.id)
        self.assert_shown(f"The chain breaks at entry {self.line.sealed_number}", self.line)

    def test_a_line_whose_seal_was_taken_off(self):
        number = self.line.sealed_number
        self.sql(f"{TABLE} sealed_number = 0, seal = NULL, content_sha256 = NULL WHERE id = %s", self.line.id)
        self.assert_shown(f"Entry {number} is missing.")
        self.Journal._seal(self.company)
        self.assert_shown(f"Entry {number} is missing.")

    def test_a_deleted_note_of_a_sealing(self):
        note = self.env["recovery.journal.head"].search(
            [("company_id", "=", self.company.id), ("reason", "=", "sealed")], limit=1, order="number"
        )
        first, last = note.first_number, note.number
        self.sql("DELETE FROM recovery_journal_head WHERE id = %s", note.id)
        self.assert_shown(f"The record of the sealing of entries {first} to {last} is missing.")

    def test_all_notes_deleted(self):
        last = self.calls[-1].sealed_number
        self.sql("DELETE FROM recovery_journal_head WHERE company_id = %s", self.company.id)
        self.assert_shown(f"The record of the sealing of entries 1 to {last} is missing.")

    def test_a_deleted_note_of_a_head_that_left(self):
        head = self.Journal._hand_out(self.company, "mailed", "commissaire@example.com")
        self.sql("DELETE FROM recovery_journal_head WHERE reason = 'mailed' AND company_id = %s", self.company.id)
        self.assert_shown(f"A record of the journal's position (entry {head.number}) has disappeared.")

    def test_a_changed_note(self):
        self.sql("UPDATE recovery_journal_head SET noted_on = noted_on - interval '9 days'")
        self.assert_shown("was changed.")

    def test_the_addressee_of_a_head_that_left_is_changed(self):
        head = self.Journal._hand_out(self.company, "mailed", "commissaire@example.com")
        self.sql("UPDATE recovery_journal_head SET addressee = 'ami@example.com' WHERE reason = 'mailed'")
        self.assert_shown(f"A record of the journal's position (entry {head.number}) has disappeared.")

    def test_an_emptied_digest(self):
        number = self.line.sealed_number
        self.sql(f"{TABLE} content_sha256 = NULL WHERE id = %s", self.line.id)
        self.assert_shown(f"Entry {number} was changed after it was sealed.", self.line)
        self.sql(f"{TABLE} content_sha256 = NULL, seal = NULL WHERE company_id = %s", self.company.id)
        self.assert_shown(f"The chain breaks at entry {number}", self.line)

    def test_all_days_shifted_with_those_of_the_notes(self):
        self.sql(f"{TABLE} date = date - interval '40 days', create_date = create_date - interval '40 days'")
        self.sql("UPDATE recovery_journal_head SET noted_on = noted_on - interval '40 days'")
        self.assert_shown(f"Entry {self.line.sealed_number} was changed after it was sealed.", self.line)

    def test_another_kind_another_object_and_no_details(self):
        for change in ("kind = 'printed'", "res_id = res_id + 1", "details = NULL", "debtor_name = 'Autre'"):
            with self.subTest(change=change):
                savepoint = self.env.cr.savepoint()
                self.sql(f"{TABLE} {change} WHERE id = %s", self.line.id)
                self.assert_shown(f"Entry {self.line.sealed_number} was changed after it was sealed.")
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_a_line_moved_to_another_company(self):
        number = self.line.sealed_number
        other = self.env["res.company"].create({"name": "Société Deux"})
        self.sql(f"{TABLE} company_id = %s WHERE id = %s", other.id, self.line.id)
        self.assert_shown(f"Entry {number} is missing.")
        verdict = self.Journal._check(other)
        self.assertTrue(verdict.found, "nor is it at home there")

    def test_a_whole_journal_moved_to_another_company(self):
        other = self.env["res.company"].create({"name": "Société Deux"})
        for table in ("recovery_event", "recovery_journal_head"):
            self.sql(f"UPDATE {table} SET company_id = %s WHERE company_id = %s", other.id, self.company.id)
        self.assertLessEqual({"broken", "seal_changed"}, {found.code for found in self.Journal._check(other).found})

    def test_a_line_moved_to_another_debtor(self):
        other = self.debtor_of(self.make_partner("Autre"))
        self.sql(f"{TABLE} debtor_id = %s WHERE id = %s", other.id, self.line.id)
        self.assert_shown("was moved to another debtor", self.line)

    def test_another_author(self):
        author = self.line.author_name
        self.sql(f"{TABLE} author_name = 'Autre' WHERE id = %s", self.line.id)
        self.assertNotEqual(author, self.line.author_name)
        self.assert_shown(f"Entry {self.line.sealed_number} was changed", self.line)

    def test_another_day(self):
        self.sql(f"{TABLE} date = date - interval '1 hour' WHERE id = %s", self.line.id)
        self.assert_shown(f"Entry {self.line.sealed_number} was changed", self.line)

    def test_a_text_taken_away_that_nobody_says_to_have_erased(self):
        self.sql(f"{TABLE} blanked_on = now(), summary = '-', details = NULL WHERE id = %s", self.line.id)
        self.assert_shown(f"The text of entry {self.line.sealed_number} is missing, and no entry says who erased it.")

    def test_everything_deleted(self):
        self.make_invoice(days_overdue=10)
        self.send_campaign()
        self.sql("DELETE FROM recovery_event WHERE company_id = %s", self.company.id)
        self.sql("DELETE FROM recovery_journal_head WHERE company_id = %s", self.company.id)
        self.assert_shown("The journal is empty, although ")

    def test_many_changed_lines_are_counted(self):
        for number in range(8, 130):
            self.call(number)
        self.Journal._seal(self.company)
        self.sql(f"{TABLE} summary = 'Rien' WHERE kind = 'contact' AND debtor_id = %s", self.debtor.id)
        window = self.assert_shown("30 more like this one.")
        self.assertEqual(len(window.line_ids), 101)

    # ------------------------------------------------------------
    # By an administrator
    # ------------------------------------------------------------
    def test_an_administrator_with_access_rights_of_his_own(self):
        administrator = self.make_user("anne", "base.group_system", "debt_recovery.group_recovery_manager")
        model = self.env["ir.model"]._get_id("recovery.event")
        mine = self.env(user=administrator)
        mine["ir.model.access"].create(
            {"name": "Anne", "model_id": model, "group_id": self.env.ref("base.group_system").id, **RIGHTS}
        )
        mine["ir.rule"].create({"name": "Anne", "model_id": model, "domain_force": "[(1, '=', 1)]"})
        line = self.line.with_user(administrator)
        for act in (
            lambda: line.write({"summary": "Rien"}),
            lambda: line.unlink(),
            lambda: line.with_context(_force_unlink=True, module_uninstall=True).unlink(),
            lambda: line.copy(),
            lambda: line.create({"summary": "Promis"}),
            lambda: line.load(["id", "summary"], [[str(line.id), "Rien"]]),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                if isinstance(done := act(), dict):
                    self.assertTrue(done["messages"], "nothing was read in")
                    raise UserError(done["messages"][0]["message"])
        self.assertEqual(self.look().state, "fine")
        told = self.Event.search([("kind", "=", "configured"), ("author_name", "=", administrator.name)])
        self.assertLessEqual({"ir.model.access", "ir.rule"}, set(told.mapped("res_model")), "the rights are told")

    def test_an_administrator_who_changes_the_journal_by_a_server_action(self):
        administrator = self.make_user("anne", "base.group_system", "debt_recovery.group_recovery_manager")
        action = self.env["ir.actions.server"].with_user(administrator)
        code = f"env.cr.execute(\"UPDATE recovery_event SET summary='Rien' WHERE id = {self.line.id}\")"
        model = self.env["ir.model"]._get_id("recovery.event")
        action = action.create({"name": "Ménage", "model_id": model, "state": "code", "code": code})
        action.run()
        window = self.assert_shown(f"Entry {self.line.sealed_number} was changed", self.line)
        self.assertIn("Rien", "".join(window.line_ids.mapped("what")), "it says what stands there now")
        told = self.Event.search([("res_model", "=", action._name), ("res_id", "=", action.id)])
        self.assertEqual(told.mapped("author_name"), [administrator.name], "the action itself is told, with its author")
        self.assertIn(code, " ".join(told.details.values()))

    def test_an_administrator_s_server_action_by_every_way_of_the_orm(self):
        """What is refused is refused to the program too; what goes beneath it is found."""
        administrator = self.make_user("anne", "base.group_system", "debt_recovery.group_recovery_manager")
        head = self.env["recovery.journal.head"].search([("company_id", "=", self.company.id)], limit=1)
        line, note = f"env['recovery.event'].sudo().browse({self.line.id})", f"env['{head._name}'].browse({head.id})"
        refused = (
            f"{line}.write({{'summary': 'Rien'}})",
            f"{line}.unlink()",
            f"{line}.with_context(_force_unlink=True, module_uninstall=True, install_mode=True).unlink()",
            f"{line}.copy()",
            f"{line}.create({{'summary': 'Promis', 'kind': 'contact'}})",
            f"{note}.sudo().write({{'seal': '0'}})",
            f"{note}.sudo().unlink()",
        )
        found = (
            f"{line}._write({{'summary': 'Rien'}})",
            f"env['recovery.bulk'].sudo()._update('recovery.event', ['summary'], [({self.line.id}, 'Rien')])",
            f"env['recovery.bulk'].sudo()._delete('recovery.event', [('id', '=', {self.line.id})])",
            f"{line}._blank('Rien')",
            f"env['recovery.bulk'].sudo()._delete('recovery.journal.head', [('id', '=', {head.id})])",
        )
        Action = self.env["ir.actions.server"].with_user(administrator)
        model = self.env["ir.model"]._get_id("recovery.event")
        for code in (*refused, *found):
            with self.subTest(code=code):
                savepoint = self.env.cr.savepoint()
                action = Action.create({"name": "Ménage", "model_id": model, "state": "code", "code": code})
                try:
                    if code in refused:
                        with self.assertRaises(UserError):
                            action.run()
                    else:
                        action.run()
                    self.env.flush_all()
                    self.assertEqual(self.look().state, "fine" if code in refused else "found")
                finally:
                    savepoint.close(rollback=True)
                    self.env.invalidate_all()

    def test_a_server_action_that_uses_the_program_s_own_way_signs_with_its_author(self):
        administrator = self.make_user("anne", "base.group_system", "debt_recovery.group_recovery_manager")
        code = "env['recovery.event']._log('contact', record, 'Promis')"
        action = (
            self.env["ir.actions.server"]
            .with_user(administrator)
            .create(
                {
                    "name": "Appel",
                    "model_id": self.env["ir.model"]._get_id("recovery.debtor"),
                    "state": "code",
                    "code": code,
                }
            )
        )
        action.with_context(active_model="recovery.debtor", active_id=self.debtor.id).run()
        entry = self.Event.search([("summary", "=", "Promis")])
        self.assertEqual((entry.author_name, entry.user_id), (administrator.name, administrator))

    # ------------------------------------------------------------
    # Who may read it
    # ------------------------------------------------------------
    def test_what_is_confidential_is_told_to_managers_alone(self):
        self.Event._log("insolvency_private", self.debtor, "Mandat ad hoc")
        self.Journal._seal(self.company)
        secret = self.Event.sudo().search([("kind", "=", "insolvency_private")], limit=1)
        self.sql(f"{TABLE} summary = 'Mandat ad hoc de Durand' WHERE id = %s", secret.id)
        for user, is_told in (
            (self.recovery_user, False),
            (self.recovery_auditor, False),
            (self.recovery_manager, True),
        ):
            with self.subTest(user=user.login):
                window = self.look(user)
                (line,) = window.line_ids
                self.assertIn(f"Entry {secret.sealed_number} was changed", line.what)
                self.assertEqual("Durand" in line.what, is_told)

    def test_a_salesperson_reads_the_verdict_of_no_journal(self):
        seller = self.make_user("paul", "account.group_account_invoice")
        for model in ("recovery.event", "recovery.journal.head", "recovery.integrity", "recovery.integrity.line"):
            with self.subTest(model=model):
                self.assertFalse(self.env[model].with_user(seller).has_access("read"))
        seller.sudo().group_ids = [Command.link(self.env.ref("debt_recovery.group_recovery_auditor").id)]
        self.assertTrue(self.env["recovery.event"].with_user(seller).has_access("read"))
