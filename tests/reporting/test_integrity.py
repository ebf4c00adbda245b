import base64
from io import BytesIO

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from ..branches import BranchCommon
from ..common import RecoveryCommon
from ..english import InEnglish
from .test_ageing import pdf_text


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestIntegrity(InEnglish, RecoveryCommon):
    """An auditor checks by himself what is kept: on the screen, printed and exported, the same each time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor = cls.debtor_of()
        cls.invoice = cls.make_invoice(days_overdue=40)
        cls.letter = cls.make_letter()
        for number in range(4):
            cls.env["recovery.event"]._log("contact", cls.debtor, f"Appel {number}")
        cls.env["recovery.journal"]._seal(cls.company)

    @classmethod
    def make_letter(cls):
        file = cls.env["ir.attachment"].sudo().create({"name": "DEC.pdf", "raw": b"%PDF-1.4 as it left"})
        return (
            cls.env["recovery.delivery"]
            .sudo()
            .create(
                {
                    "company_id": cls.company.id,
                    "debtor_id": cls.debtor.id,
                    "addressee_id": cls.debtor_partner.id,
                    "channel": "letter",
                    "state": "posted",
                    "subject": "Mise en demeure",
                    "user_id": cls.recovery_user.id,
                    "queued_on": "2026-11-20 10:00:00",
                    "attachment_id": file.id,
                    "sha256": file._recovery_digest(),
                }
            )
        )

    def window(self, user=None, **vals):
        return self.env["recovery.integrity"].with_user(user or self.recovery_auditor).create(vals)

    def sql(self, query, *values):
        self.env.flush_all()
        self.env.cr.execute(query, values)
        self.env.invalidate_all()

    def test_nothing_is_wrong_and_the_journal_says_who_looked(self):
        window = self.window()
        action = window.action_show()
        self.assertEqual((action["res_id"], window.state), (window.id, "fine"))
        self.assertGreater(window.sealed_count, 4)
        self.assertGreaterEqual(window.file_count, 1)
        event = self.env["recovery.event"].search([("kind", "=", "journal_checked")], limit=1)
        self.assertEqual((event.user_id, event.details["found"]), (self.recovery_auditor, 0))
        self.assertEqual(window.unsealed_count, 0)

    def test_a_line_and_a_file_that_changed_are_shown_and_opened(self):
        event = self.env["recovery.event"].search([("kind", "=", "contact")], limit=1)
        self.sql("UPDATE recovery_event SET summary = 'Rien' WHERE id = %s", event.id)
        file = self.letter.attachment_id
        path = file._full_path(file.store_fname)
        with open(path, "rb") as stored:
            content = stored.read()
        self.addCleanup(self.rewrite, path, content)
        self.rewrite(path, b"%PDF-1.4 forged")
        window = self.window()
        window.action_show()
        self.assertEqual(window.state, "found")
        areas = window.line_ids.filtered("is_grave").mapped("area")
        self.assertEqual(sorted(set(areas)), ["file", "journal"])
        line = window.line_ids.filtered(lambda line: line.area == "journal")[0]
        self.assertEqual(line.action_show()["res_id"], event.id)

    def rewrite(self, path, content):
        with open(path, "wb") as stored:
            stored.write(content)

    def test_a_file_is_looked_up_by_what_it_holds(self):
        same = base64.b64encode(b"%PDF-1.4 as it left")
        window = self.window(document=same, document_name="copie.pdf")
        window.action_list()
        self.assertEqual(window.state, "fine")
        self.assertIn("byte for byte", window.line_ids.what)
        other = self.window(document=base64.b64encode(b"%PDF-1.4 else"))
        other.action_list()
        self.assertEqual(other.state, "found")
        self.assertIn("No document", other.line_ids.what)
        with self.assertRaises(UserError):
            self.window().action_list()

    def test_a_document_taken_away_with_its_digest_is_found_by_the_journal(self):
        for query in (
            "UPDATE recovery_delivery SET attachment_id = NULL, sha256 = NULL WHERE id = %s",
            "UPDATE recovery_delivery SET sha256 = repeat('0', 64) WHERE id = %s",
            "DELETE FROM recovery_delivery WHERE id = %s",
        ):
            with self.subTest(query=query):
                savepoint = self.env.cr.savepoint()
                digest = self.letter.sha256
                self.env["recovery.event"]._log("queued", self.letter, "Lettre", {"sha256": digest})
                self.env["recovery.journal"]._seal(self.company)
                before = self.window()
                before.action_show()
                self.assertEqual(before.state, "fine")
                self.sql(query, self.letter.id)
                window = self.window(with_files=False)
                window.action_show()
                self.assertEqual(window.state, "found")
                self.assertIn(digest, " ".join(window.line_ids.mapped("what")))
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_a_head_that_left_finds_a_journal_made_anew(self):
        window = self.window()
        window.action_print()
        head = f"{window.head_number} {window.head_seal}"
        self.sql("UPDATE recovery_event SET sealed_number = 0, seal = NULL, content_sha256 = NULL")
        self.sql("UPDATE recovery_event SET summary = 'Rien' WHERE kind = 'contact'")
        self.sql("DELETE FROM recovery_event WHERE kind = 'head_left'")
        self.sql("DELETE FROM recovery_journal_head")
        self.env["recovery.journal"]._seal(self.company)
        blind, told = self.window(), self.window(heads=f"Entrée {head}\n")
        blind.action_show()
        told.action_show()
        self.assertEqual((blind.state, told.state), ("fine", "found"))
        with self.assertRaises(UserError):
            self.window(heads="n'importe quoi").action_show()

    def test_the_head_leaves_by_mail(self):
        window = self.window(addresses="commissaire@example.com")
        window.action_mail()
        mail = self.env["mail.mail"].sudo().search([], limit=1, order="id desc")
        head = self.env["recovery.journal.head"].search([("reason", "=", "mailed")], limit=1)
        self.assertEqual(mail.email_to, "commissaire@example.com")
        self.assertIn(head.seal, mail.body_html)
        with self.assertRaises(UserError):
            window.action_mail()
        self.company.recovery_journal_email = "audit@example.com"
        self.assertTrue(self.env["recovery.journal"]._send_head(self.company, self.today))

    def test_paper_and_spreadsheet_have_the_same_rows(self):
        self.env["recovery.case"]._next_name(self.company, self.today)
        window = self.window()
        window.action_show()
        tables = window._get_tables()
        book = openpyxl.load_workbook(BytesIO(window._get_xlsx()), data_only=True)
        rows = list(book.worksheets[0].iter_rows(min_row=6, values_only=True))
        self.assertEqual(
            [tuple(row) for row in rows], [tuple(value or None for value in row) for row in tables[0].rows]
        )
        report = self.env.ref("debt_recovery.action_report_recovery_integrity")
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.recovery_auditor)
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(report.report_name, window.ids)
        )
        text = pdf_text(content)
        for words in ("Integrity of kept records", "Sealed entries of the journal", str(window.sealed_count)):
            self.assertIn(words, text)

    def test_readers_only(self):
        stranger = self.make_user("paul", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.window(stranger)
        window = self.window(self.recovery_user)
        with self.assertRaises(AccessError):
            window.with_user(self.recovery_auditor).action_show()

    def test_each_digest_that_a_model_keeps_is_checked(self):
        declared = {(name, digest) for name, _field, digest in self.env["ir.attachment"]._recovery_get_digested()}
        held = set()
        for name, Model in self.registry.items():
            if not name.startswith("recovery.") or Model._abstract or Model._transient:
                continue
            names = {field.name for field in Model._fields.values() if field.store and field.type == "char"}
            files = any(field.comodel_name == "ir.attachment" for field in Model._fields.values() if field.relational)
            held |= {(name, digest) for digest in names if digest.endswith("sha256") and files}
        left = {("recovery.claim.statement", "figures_sha256"), ("recovery.bundle", "manifest_sha256")}
        left |= {("recovery.audit.pack", "manifest_sha256"), ("recovery.spreadsheet", "manifest_sha256")}
        self.assertEqual(held - left, declared, "the digest of figures, and of a list, is no file's")


@tagged("post_install", "-at_install")
class TestEveryDocumentIsTold(InEnglish, BranchCommon):
    """Each document that is kept has its SHA-256 in the journal: another one with another SHA-256 is found."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_rows()
        env = cls.env(user=cls.recovery_auditor, context={"allowed_company_ids": cls.company.ids})
        rule = {"unit": "customer", "method": "top", "seed": 0, "size": 3, "threshold": 0}
        cls.sample = env["recovery.sample"]._draw(cls.company, cls.today, rule, "Alice Roux, auditor")
        cls.lines = cls.sample.line_ids.with_user(cls.recovery_user)
        cls.lines._print(cls.today, is_reminder=False)
        cls.lines[:1]._print(cls.today, is_reminder=True)

    def get_documents(self):
        """Yield ``(record, name of the digest)`` of each document that is kept with its digest."""
        for name, _field, digest in self.env["ir.attachment"]._recovery_get_digested():
            Model = self.env[name].sudo().with_context(active_test=False)
            for record in Model.search([(digest, "!=", False), ("company_id", "child_of", self.company.id)]):
                yield record, digest

    def is_told(self, record, digest):
        teller = record[record._told_with] if record._told_with else record
        events = self.env["recovery.event"].sudo().search([("res_model", "=", teller._name)])
        for event in events.filtered(lambda event: event.res_id == teller.id):
            details = event.details or {}
            if record[digest] in str(details.get("sha256") or "").split(", ") or details.get(digest) == record[digest]:
                return True
        return False

    def test_every_document_s_digest_is_in_the_journal(self):
        seen, untold = set(), set()
        for record, digest in self.get_documents():
            seen.add(record._name)
            if not self.is_told(record, digest):
                untold.add(f"{record._name}.{digest}")
        self.assertFalse(untold)
        self.assertGreater(len(seen), 3, seen)

    def test_another_document_with_another_digest_is_found_in_every_model(self):
        window = self.env["recovery.integrity"].with_user(self.recovery_auditor).create({})
        window._run()
        before = {(line.res_model, line.res_id) for line in window.line_ids}
        tried = set()
        for record, digest in list(self.get_documents()):
            if (record._name, digest) in tried or not self.is_told(record, digest):
                continue
            tried.add((record._name, digest))
            with self.subTest(model=record._name, digest=digest), self.env.cr.savepoint() as savepoint:
                self.env.flush_all()
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET %s = %s WHERE id = %s",
                        SQL.identifier(record._table),
                        SQL.identifier(digest),
                        "f" * 64,
                        record.id,
                    )
                )
                self.env.invalidate_all()
                window._run()
                found = {(line.res_model, line.res_id) for line in window.line_ids} - before
                self.assertTrue(found, "a digest that no entry tells of goes unseen")
                savepoint.rollback()
                self.env.invalidate_all()
        self.assertGreater(len(tried), 4, tried)

    def test_an_answer_that_is_noted_or_changed_leaves_a_line(self):
        line = self.lines[:1]
        line.write({"answer": "differs", "amount_answered": 12.0, "answered_on": self.today})
        line.write({"answer": "agrees"})
        events = (
            self.env["recovery.event"]
            .sudo()
            .search([("res_model", "=", line._name), ("res_id", "=", line.id), ("kind", "=", "reply")], order="id")
        )
        self.assertEqual(len(events), 2)
        self.assertEqual(events[1].details["Answer"], "Different amount → Agrees")
        self.assertEqual(events[1].author_name, self.recovery_user.name)
        self.assertEqual(events[1].debtor_id, self.debtor_of(self.customer))
        line.write({"answer": "agrees"})
        self.assertEqual(
            self.env["recovery.event"].sudo().search_count([("res_model", "=", line._name), ("kind", "=", "reply")]), 2
        )

    def test_who_changes_to_whom_customers_answer_is_told(self):
        sample = self.sample.with_user(self.recovery_user)
        sample.answer_to = "Somebody else"
        event = self.env["recovery.event"].sudo().search([("res_model", "=", sample._name)], order="id desc", limit=1)
        self.assertEqual(event.details["Replies go to"], "Alice Roux, auditor → Somebody else")
        self.assertEqual(event.author_name, self.recovery_user.name)

    def test_a_customer_to_whom_we_owe_answers_an_amount_below_zero(self):
        line = self.lines[:1]
        line.write({"answer": "differs", "amount_answered": -35.5})
        self.assertEqual(line.difference, -35.5 - line.amount)
