from datetime import timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from ..models.common.retention import CASES
from .common import RecoveryCommon
from .english import InEnglish
from .one_of_each import OneOfEach
from .reporting.test_dossier import IMPERSONAL

WORD = "Zyxomalade"
WORDS = ("char", "text", "html", "json")
# What is about somebody and is not erased with contacts and cases: why.
BOOKS, CONTRACT, TRACE = "voucher of the accounts", "what was agreed or ensured, as long as it is of use", "the trace"
LEFT, FIGURES = "what left the house in the course of business", "figures that the program works out anew, or deletes"
KEPT = {
    "recovery.agreement.line": BOOKS,
    "recovery.campaign.failure": FIGURES,
    "recovery.charge": BOOKS,
    "recovery.claim.cost": BOOKS,
    "recovery.claim.statement": LEFT,
    "recovery.claim.statement.line": LEFT,
    "recovery.contract.terms": CONTRACT,
    "recovery.coverage": CONTRACT,
    "recovery.doubtful": BOOKS,
    "recovery.doubtful.closing.line": BOOKS,
    "recovery.doubtful.entry.line": BOOKS,
    "recovery.event": "the trace: its words go with those of the records that it is about",
    "recovery.file.item": CONTRACT,
    "recovery.forecast.line": FIGURES,
    "recovery.invoice.mention": BOOKS,
    "recovery.late.fee": BOOKS,
    "recovery.mandate": "a contract with a lawyer, a bailiff or an agency",
    "recovery.mandate.fee": "a contract with a lawyer, a bailiff or an agency",
    "recovery.notice": LEFT,
    "recovery.notice.blocker": LEFT,
    "recovery.notice.line": LEFT,
    "recovery.proof": BOOKS,
    "recovery.purge.line": TRACE,
    "recovery.retention.hold": TRACE,
    "recovery.sample.line": BOOKS,
    "recovery.score": FIGURES,
    "recovery.verdict": FIGURES,
    "recovery.waiver": BOOKS,
    "recovery.withdrawal": BOOKS,
}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestRetained(InEnglish, OneOfEach, RecoveryCommon):
    """Whatever a contact or a closed case holds of a person goes when its time is over, whichever model holds it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Purge = cls.env["recovery.purge"]

    def get_holders(self):
        """Return ``{model: names of its fields}`` that hold words or documents, of all that is about somebody."""
        found = {}
        for name in self.get_links(IMPERSONAL):
            holds = [
                field.name
                for field in self.env[name]._fields.values()
                if field.store
                and not field.related
                and (field.type in WORDS or (field.relational and field.comodel_name == "ir.attachment"))
                and field.name not in ("display_name", "message_main_attachment_id")
            ]
            if holds:
                found[name] = holds
        return found

    def test_each_model_says_what_goes_and_what_stays(self):
        declared = self.Purge._get_retained()
        open_questions = []
        for name, holds in self.get_holders().items():
            if name in KEPT:
                continue
            told = declared.get(name)
            if not told:
                open_questions.append(f"{name}: {holds}")
                continue
            known = {*told.texts, *told.files, *told.stays}
            open_questions += [f"{name}.{field}" for field in holds if field not in known]
        self.assertEqual(open_questions, [])

    def test_nothing_is_said_to_be_kept_that_goes_or_is_not_there(self):
        self.assertFalse(KEPT.keys() & self.Purge._get_retained().keys())
        self.assertLessEqual(KEPT.keys(), self.get_holders().keys())

    def test_each_declaration_names_what_is_there_and_whose_it_is(self):
        for name, told in self.Purge._get_retained().items():
            with self.subTest(model=name):
                Model = self.env[name]
                for field in (*told.texts, *told.files, *told.stays):
                    self.assertIn(field, Model._fields)
                self.assertEqual(Model.mapped(told.debtor)._name, "recovery.debtor")
                self.assertEqual(Model.search([(told.day, "<", self.today), ("company_id", "=", 0)]), Model)

    # ------------------------------------------------------------
    # All of it goes, and it goes once
    # ------------------------------------------------------------
    def plant(self):
        """Put a word into each field that goes, a file into each document, an entry on each record, all of them old."""
        planted, self.files = {}, self.env["ir.attachment"].sudo()
        day = self.today - timedelta(days=8000)
        declared = self.Purge._get_retained()
        for name in declared:
            self.one(name)
        for name, told in declared.items():
            record = self.make_old(name, told, day)
            for field in told.texts:
                value = f'{{"said": "{WORD}"}}' if record._fields[field].type == "json" else f"{WORD} {field}"
                self.set(record, field, value)
            for field in told.files:
                self.put_file(record, field)
            planted[name] = record
        self.sql("UPDATE recovery_hold SET released_on = %s", day)
        self.settle()
        for record in planted.values():
            self.env["recovery.event"]._log("case_checked", record, f"{WORD}: entry", {"reason": WORD})
        self.env.invalidate_all()
        return planted

    def make_old(self, name, told, day):
        """Return a record of a model whose day is long past, that of what it hangs on as well."""
        record = self.one(name)
        *path, last = told.day.split(".")
        self.set(record.mapped(".".join(path)) if path else record, last, day)
        for field, operator, value in told.domain:
            if "." not in field:
                self.set(record, field, value if operator == "=" else self.debtor_of().id)
        self.sql("UPDATE recovery_case SET closed_on = %s, is_open = FALSE", day)
        return record

    def put_file(self, record, field):
        file = self.files.create(
            {"name": "piece.pdf", "raw": b"%PDF " + f"{record._name} {field}".encode(), "res_model": record._name,
             "res_id": record.id}
        )  # fmt: skip
        self.files |= file
        found = record._fields[field]
        if found.type == "many2one":
            self.set(record, field, file.id)
        else:
            self.sql(
                f'INSERT INTO "{found.relation}" ("{found.column1}", "{found.column2}") VALUES (%s, %s)',
                record.id,
                file.id,
            )

    def set(self, record, field, value):
        self.sql(f'UPDATE "{record._table}" SET "{field}" = %s WHERE id IN %s', value, record._ids)

    def sql(self, query, *values):
        self.env.flush_all()
        self.env.cr.execute(query, values)
        self.env.invalidate_all()

    def settle(self):
        """Let nobody owe anything: what is owed keeps everything."""
        self.sql("UPDATE account_move_line SET reconciled = TRUE WHERE company_id = %s", self.company.id)

    def find_words(self):
        """Return the columns of the database where the word still stands."""
        found = []
        self.env.cr.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type IN ('character varying', 'text', 'jsonb')"
            " AND (table_name LIKE 'recovery_%' OR table_name LIKE 'mail_%' OR table_name LIKE 'ir_attach%')"
        )
        for table, column in self.env.cr.fetchall():
            self.env.cr.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}"::text ILIKE %s', (f"%{WORD}%",))
            if self.env.cr.fetchone()[0]:
                found.append(f"{table}.{column}")
        return found

    def run_purge(self):
        purge = self.Purge.with_user(self.recovery_manager)._run(self.company, self.today, "Effacement annuel")
        self.env.invalidate_all()
        return purge.sudo()

    def test_no_word_is_left_of_any_model_and_the_proofs_stay(self):
        planted = self.plant()
        self.assertGreater(len(self.find_words()), 50)
        digests = {file.id: file._recovery_digest() for file in self.files}
        purge = self.run_purge()
        self.assertEqual(self.find_words(), [])
        self.assertFalse(self.files.exists().mapped("name"))
        told = "\n".join(filter(None, purge.line_ids.mapped("files_sha256"))).split()
        self.assertLessEqual(set(digests.values()), set(told), "who has a document proves that it is the one")
        self.assertLessEqual(
            {record._name for record in planted.values()}, set(purge.line_ids.mapped("res_model")), "all of them told"
        )
        self.assertEqual(self.env["recovery.journal"]._check(self.company).found, [])
        self.assertFalse(self.run_purge(), "there is nothing more")

    def test_a_piece_whose_file_must_be_there_says_what_happened_to_it(self):
        piece = self.plant()["recovery.exhibit"]
        digest = self.files.filtered(lambda file: file.res_model == piece._name)._recovery_digest()
        self.set(piece, "sha256", digest)
        self.run_purge()
        self.assertIn(digest, piece.attachment_id.raw.decode())
        self.assertEqual(piece.sha256, digest)
        _count, wrong = self.env["recovery.integrity"]._check_files(self.company)
        self.assertFalse([row for row in wrong if row["res_model"] == piece._name], "erased lawfully, and traced")

    def test_a_legal_hold_keeps_every_model(self):
        self.plant()
        before = self.find_words()
        owners = self.env["recovery.debtor"].sudo().search([("company_id", "=", self.company.id)])
        self.env["recovery.retention.hold"].with_user(self.recovery_manager).create(
            [{"debtor_id": owner.id, "reason": "Contrôle", "date_from": self.today} for owner in owners]
        )
        self.sql("UPDATE recovery_case_mail SET case_id = (SELECT min(id) FROM recovery_case) WHERE case_id IS NULL")
        self.assertFalse(self.run_purge())
        self.assertEqual(self.find_words(), before)

    def test_what_is_not_old_enough_stays(self):
        planted = self.plant()
        names = [name for name, told in self.Purge._get_retained().items() if told.kind == CASES]
        self.env["recovery.retention.rule"].search([("kind", "=", CASES)]).months = 600
        self.run_purge()
        for name in names:
            told = self.Purge._get_retained()[name]
            with self.subTest(model=name):
                self.assertTrue(planted[name]._holds_words(told))

    def test_an_erasure_that_somebody_forged_excuses_nothing(self):
        self.plant()
        purge = self.run_purge()
        self.assertFalse(self.Purge._find_forged(self.company))
        line = purge.line_ids[0]
        for query in (
            f"UPDATE recovery_purge_line SET files_sha256 = '{'0' * 64}' WHERE id = {line.id}",
            f"UPDATE recovery_purge_line SET res_id = res_id + 1 WHERE id = {line.id}",
            f"DELETE FROM recovery_purge_line WHERE id = {line.id}",
            f"UPDATE recovery_purge SET reason = 'Autre' WHERE id = {purge.id}",
        ):
            with self.subTest(query=query):
                savepoint = self.env.cr.savepoint()
                self.sql(query)
                self.assertEqual(self.Purge._find_forged(self.company)[0][0], purge)
                window = self.env["recovery.integrity"].with_user(self.recovery_auditor).create({"with_files": False})
                window.action_show()
                self.assertIn("This erasure is not the one", " ".join(window.line_ids.mapped("what")))
                savepoint.close(rollback=True)
                self.env.invalidate_all()
        added = self.Purge.sudo().create(
            {
                **{"company_id": self.company.id, "date": "2026-11-20 10:00:00", "user_id": self.env.uid},
                **{"reason": "Rien", "line_ids": [Command.create({"res_model": "x", "res_id": 1, "sha256": "0" * 64})]},
            }
        )
        self.assertEqual([wrong for wrong, _entry in self.Purge._find_forged(self.company)], [added])
        told = self.env["recovery.event"]._log("purged", self.debtor_of(), "Effacé", {"entries": "1-9"})
        self.assertIn(told, [entry for _purge, entry in self.Purge._find_forged(self.company)], "nothing was erased")
