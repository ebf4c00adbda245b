import hashlib
import io
import json
import tracemalloc
import zipfile
from datetime import date, timedelta
from os import urandom
from tempfile import TemporaryFile
from unittest.mock import patch

from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ...models.common import sealing
from ...models.reporting import pack
from ..common import RecoveryCommon
from ..english import InEnglish
from .test_ageing import pdf_text

CRON = "odoo.addons.base.models.ir_cron.IrCron._commit_progress"
FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestAuditPack(InEnglish, RecoveryCommon):
    """One click gives an auditor the whole file of a period, and each of its files proves itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_invoice(amount=700.0, due=date(2024, 12, 1), date=date(2024, 11, 1))
        cls.make_invoice(amount=90.0, due=date(2025, 7, 12), date=date(2025, 6, 12))
        cls.debtor = cls.debtor_of()
        cls.Pack = cls.env["recovery.audit.pack"]
        cls.stranger = cls.make_user("ines", "account.group_account_invoice")

    def ask(self, user=None, first=FIRST, last=LAST, company=None):
        Pack = self.Pack.with_user(user or self.recovery_auditor)
        return Pack._ask(company or self.company, first, last).sudo()

    def make(self, **kwargs):
        file = self.ask(**kwargs)
        file._build()
        return file

    def open(self, file):
        return zipfile.ZipFile(io.BytesIO(file.archive_id.raw))

    def test_each_file_of_the_archive_is_that_of_the_manifest(self):
        file = self.make()
        self.assertEqual((file.state, file.broken_count, file.progress), ("done", 0, 100), file.missing_text)
        self.assertEqual(hashlib.sha256(file.archive_id.raw).hexdigest(), file.archive_sha256)
        with self.open(file) as archive:
            self.assertIsNone(archive.testzip())
            manifest = json.loads(archive.read("manifest.json"))
            self.assertEqual(manifest, file.manifest)
            self.assertEqual(hashlib.sha256(archive.read("manifest.json")).hexdigest(), file.manifest_sha256)
            for row in manifest["files"]:
                content = archive.read(row["path"])
                self.assertEqual((len(content), hashlib.sha256(content).hexdigest()), (row["size"], row["sha256"]))
            for line in archive.read("SHA256SUMS").decode().splitlines():
                digest, name = line.split("  ")
                self.assertEqual(hashlib.sha256(archive.read(name)).hexdigest(), digest)
            told = {row["path"] for row in manifest["files"]} | {"manifest.json", "manifest.pdf", "SHA256SUMS"}
            self.assertEqual(set(archive.namelist()), told)
        self.assertEqual(file.with_user(self.recovery_auditor).action_verify()["params"]["type"], "success")

    def test_a_large_archive_is_kept_and_read_again_without_being_read_into_memory(self):
        Attachment, vals = self.env["ir.attachment"].sudo(), {"name": "x.zip", "mimetype": "application/zip"}
        with TemporaryFile() as large:
            for _time in range(64):
                large.write(urandom(1 << 20))
            large.seek(0)
            digest = pack.digest_file(large)
            tracemalloc.start()
            self.addCleanup(tracemalloc.stop)
            file = Attachment._recovery_store(large, vals)
            self.assertEqual(file._recovery_digest(), digest)
            self.assertLess(tracemalloc.get_traced_memory()[1], 8 << 20)
        self.assertEqual((file.file_size, file.mimetype), (64 << 20, "application/zip"))
        self.assertEqual(hashlib.sha1(file.raw).hexdigest(), file.checksum, "as core keeps any other file")

    def test_an_archive_is_kept_in_the_database_where_files_are_kept_there(self):
        self.env["ir.config_parameter"].sudo().set_param("ir_attachment.location", "db")
        file = self.make()
        self.assertFalse(file.archive_id.store_fname)
        self.assertEqual(file._find_wrong(), [])

    def test_it_holds_every_part_that_an_auditor_asks_for(self):
        file = self.make()
        rows = file.manifest["files"]
        self.assertEqual(
            [part["code"] for part in file.manifest["parts"]],
            ["opening", "closing", "movements", "lists", "integrity", "journal"],
        )
        for part, count in (("opening", 2), ("closing", 2), ("movements", 4), ("integrity", 2), ("journal", 3)):
            self.assertEqual(len([row for row in rows if row["part"] == part]), count, part)
        subjects = self.env["recovery.activity"]._get_subjects()
        self.assertEqual(len([row for row in rows if row["part"] == "lists"]), 2 * len(subjects), file.missing_text)
        for subject in ("sendings", "decisions", "fees", "promises", "plans", "disputes", "cases", "limits"):
            self.assertIn(subject, subjects)
        opening, closing = ({row["as_of"] for row in rows if row["part"] == part} for part in ("opening", "closing"))
        self.assertEqual((opening, closing), ({"2024-12-31"}, {"2025-12-31"}))

    def test_the_balances_are_those_of_the_eve_and_of_the_last_day_with_their_control(self):
        file = self.make()
        for part, amount, is_there in (("opening", 700, True), ("opening", 90, False), ("closing", 90, True)):
            with self.subTest(part=part, amount=amount):
                book = self.read_book(file, part)
                amounts = {cell.value for row in book["Open Items"].iter_rows() for cell in row}
                self.assertEqual(amount in amounts, is_there)
                self.assertEqual(book.sheetnames[-1], "Control")

    def read_book(self, file, part, name=".xlsx"):
        (row,) = [row for row in file.manifest["files"] if row["part"] == part and row["path"].endswith(name)]
        with self.open(file) as archive:
            return load_workbook(io.BytesIO(archive.read(row["path"])), data_only=True)

    def test_the_same_period_twice_says_the_same_but_for_the_moments(self):
        first = self.make()
        with freeze_time("2026-11-22 16:30:00"):
            second = self.make()
        one, other = ({row["path"]: row for row in file.manifest["files"]} for file in (first, second))
        self.assertEqual(one.keys(), other.keys())
        living = {path for path, row in one.items() if not row["as_of"]}
        changed = {path for path in one if one[path]["content_sha256"] != other[path]["content_sha256"]}
        self.assertLessEqual(changed, living, "only what tells what stands there now")
        self.assertGreater(len(one) - len(living), 30)
        for path in changed:
            self.assertIn(path, second.changes_text)
        self.assertNotEqual(first.manifest["moments"], second.manifest["moments"])
        same = {"moments", "files", "head"}
        self.assertEqual(*({k: v for k, v in f.manifest.items() if k not in same} for f in (first, second)))

    def test_at_the_same_moment_the_same_figures_make_the_same_files_byte_for_byte(self):
        one, other = self.make(), self.make()
        pairs = [{row["path"]: row for row in file.manifest["files"] if row["as_of"]} for file in (one, other)]
        for path, row in pairs[0].items():
            if not row["figures"]:  # papers are printed, and compared, in a test of their own
                self.assertEqual(row["sha256"], pairs[1][path]["sha256"], path)

    def test_what_two_parts_tell_is_compared_with_the_ledger(self):
        file = self.make()
        checks = file.manifest["checks"]
        self.assertGreaterEqual(len(checks), 5)
        self.assertTrue(all(row["is_right"] for row in checks), checks)
        self.assertEqual([row["found"] for row in checks[:4]], [700, 700, 790, 790])
        with self.open(file) as archive:
            self.assertIn("identical", pdf_text(archive.read("manifest.pdf")))

    def test_what_was_booked_since_with_an_earlier_date_is_named(self):
        first = self.make()
        self.make_invoice(amount=55.0, due=date(2025, 8, 1), date=date(2025, 7, 1))
        second = self.make()
        self.assertTrue(first.archive_sha256 != second.archive_sha256)
        self.assertRegex(second.changes_text, r"2-closing/\S+\.xlsx differs")

    def test_a_file_that_cannot_be_made_is_named_and_stops_no_other(self):
        Activity = type(self.env["recovery.activity"])
        with patch.object(Activity, "_read", self.break_plans(Activity._read)), self.assertLogs(level="WARNING"):
            file = self.make()
        self.assertEqual((file.state, file.broken_count), ("done", 2))
        broken = [row for row in file.manifest["missing"] if row["is_broken"]]
        self.assertEqual({row["title"] for row in broken}, {"Payment plans and settlements"})
        self.assertIn("no_such_table", file.missing_text)
        self.assertFalse(file._find_wrong())
        with self.open(file) as archive:
            text = pdf_text(archive.read("manifest.pdf"))
        self.assertIn("What is not included in this file", text)
        self.assertIn("no_such_table", text)

    def break_plans(self, read):
        def read_or_fail(activity, subject, period):
            if subject == "plans":
                activity.env.cr.execute("SELECT 1 FROM no_such_table")
            return read(activity, subject, period)

        return read_or_fail

    def test_a_list_that_is_too_long_to_be_printed_is_left_out_and_said(self):
        self.patch(type(self.env["recovery.listing"]), "_max_printed_lines", -1)
        file = self.make()
        left = [row for row in file.manifest["missing"] if not row["is_broken"]]
        self.assertEqual(len(left), len(self.env["recovery.activity"]._get_subjects()))
        self.assertEqual(file.broken_count, 0)
        self.assertIn("too many to print", file.missing_text)

    # ------------------------------------------------------------
    # The journal
    # ------------------------------------------------------------
    def test_the_journal_of_the_archive_proves_itself_without_the_program(self):
        today = self.today
        for number in range(3):
            self.env["recovery.event"]._log("contact", self.debtor, f"Appel {number} « à rappeler »", {"a": number})
        file = self.make(first=today - timedelta(days=30), last=today)
        paths = {row["path"].rpartition("/")[2]: row["path"] for row in file.manifest["files"]}
        with self.open(file) as archive:
            lines = [json.loads(line) for line in archive.read(paths["entries.jsonl"]).decode().splitlines()]
            chain = [row.split(";") for row in archive.read(paths["chain.csv"]).decode().splitlines()][1:]
            heads = archive.read(paths["heads.csv"]).decode()
        start, entries = lines[0], lines[1:]
        self.assertGreaterEqual(len(entries), 3)
        seal = start["seal_before"]
        for place, entry in enumerate(entries, start["first_number"]):
            text = json.dumps(entry["content"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
            self.assertEqual(hashlib.sha256(text.encode()).hexdigest(), entry["content_sha256"])
            rule = f"{seal}\n{entry['number']}\n{entry['content_sha256']}"
            seal = hashlib.sha256(rule.encode()).hexdigest()
            self.assertEqual((entry["number"], entry["seal"]), (place, seal))
        seal = file.manifest["head"]["before_first"]
        for place, (number, content, sealed) in enumerate(chain, 1):
            seal = hashlib.sha256(f"{seal}\n{number}\n{content}".encode()).hexdigest()
            self.assertEqual((int(number), sealed), (place, seal))
        self.assertEqual((len(chain), seal), (file.head_number, file.head_seal))
        self.assertIn(file.head_seal, heads)

    def test_the_head_of_the_journal_leaves_with_it(self):
        self.env["recovery.event"]._log("contact", self.debtor, "Appel")
        file = self.make()
        head = self.env["recovery.journal.head"].search([("reason", "=", "packed")])
        self.assertEqual((head.number, head.seal), (file.head_number, file.head_seal))
        self.assertEqual(head.addressee, file.name)
        self.assertEqual(file.manifest["head"]["seal"], head.seal)
        told = self.env["recovery.event"].search([("kind", "=", "head_left")], limit=1)
        self.assertEqual(told.details["seal"], head.seal)
        found = self.env["recovery.journal"]._check(self.company, [sealing.Head(head.number, head.seal)]).found
        self.assertFalse(found)

    def test_no_head_leaves_with_a_file_that_was_not_made(self):
        file = self.ask()
        with patch.object(pack, "verify", lambda stored: ["damaged"]), patch(CRON, lambda *args, **kwargs: 60.0):
            self.Pack._cron_build()
        self.assertEqual(file.state, "failed")
        self.assertIn("damaged", file.error)
        self.assertFalse(self.env["recovery.journal.head"].search([("reason", "=", "packed")]))
        self.assertFalse(file.archive_id)

    # ------------------------------------------------------------
    # The job
    # ------------------------------------------------------------
    def test_it_is_made_in_the_background_with_its_progress(self):
        seen = []
        file = self.ask()
        self.assertEqual((file.state, file.progress), ("queued", 0))
        with patch(CRON, lambda cron, *args, **kwargs: seen.append(round(file.progress)) or 60.0):
            self.Pack._cron_build()
        self.assertEqual((file.state, file.user_id), ("done", self.recovery_auditor))
        self.assertEqual(seen, sorted(seen))
        self.assertGreater(len(set(seen)), 20)

    def test_one_that_fails_says_why_and_stops_no_other(self):
        bad, good = self.ask(), self.ask(self.recovery_manager)
        bad.user_id.sudo().group_ids -= self.env.ref("debt_recovery.group_recovery_auditor")
        with patch(CRON, lambda *args, **kwargs: 60.0):
            self.Pack._cron_build()
        self.assertEqual((bad.state, good.state), ("failed", "done"))
        self.assertIn("manager or an auditor", bad.error)
        bad.user_id.sudo().group_ids += self.env.ref("debt_recovery.group_recovery_auditor")
        bad.with_user(self.recovery_auditor).action_retry()
        self.assertEqual(bad.state, "queued")
        bad.with_user(self.recovery_auditor).action_give_up()
        self.assertEqual(bad.state, "cancelled")

    def test_one_that_kills_its_worker_is_given_up_after_three_times(self):
        file = self.ask()
        file.write({"state": "building", "attempt_count": 3})
        with patch(CRON, lambda *args, **kwargs: 60.0):
            self.Pack._cron_build()
        self.assertEqual(file.state, "failed")
        self.assertIn("interrupted 3 times", file.error)

    def test_two_clicks_make_one_file(self):
        self.assertEqual(self.ask(), self.ask())
        self.assertNotEqual(self.ask(), self.ask(first=date(2025, 2, 1)))

    # ------------------------------------------------------------
    # Who
    # ------------------------------------------------------------
    def test_the_auditor_and_the_manager_ask_nobody_else(self):
        self.assertTrue(self.ask(self.recovery_manager))
        for user in (self.recovery_user, self.stranger):
            with self.assertRaises(AccessError):
                self.ask(user)
        file = self.make()
        for user in (self.recovery_user, self.recovery_manager, self.recovery_auditor):
            self.assertTrue(file.with_user(user).action_download()["url"])
            for act in (
                lambda user=user: file.with_user(user).write({"archive_sha256": "x"}),
                lambda user=user: file.with_user(user).unlink(),
                lambda user=user: file.archive_id.with_user(user).write({"raw": b"x"}),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    act()
        with self.assertRaises(UserError):
            file.unlink()
        with self.assertRaises(AccessError):
            file.archive_id.write({"raw": b"x"})
        for user in (self.recovery_user, self.stranger):
            with self.assertRaises(AccessError):
                file.with_user(user).action_retry()

    def test_an_auditor_gets_no_file_of_another_company(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        with self.assertRaises(AccessError):
            self.ask(company=other)
        stranger = self.user_of("etranger", other, "debt_recovery.group_recovery_auditor")
        file = self.make()
        self.assertFalse(self.Pack.with_user(stranger).search([("id", "=", file.id)]))
        with self.assertRaises(AccessError):
            file.with_user(stranger).action_download()
        with self.assertRaises(AccessError):
            file.archive_id.with_user(stranger).read(["raw"])

    def test_who_no_longer_works_in_the_company_gets_no_file(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        file = self.ask()
        file.user_id.sudo().write({"company_id": other.id, "company_ids": [Command.set(other.ids)]})
        with self.assertRaises(AccessError):
            file._build()

    def test_a_branch_is_part_of_the_file_of_its_root(self):
        branch = self.make_branch()
        self.make_invoice(amount=321.0, due=date(2025, 9, 1), date=date(2025, 8, 1), company=branch)
        both = self.user_of("lea", self.company | branch, "debt_recovery.group_recovery_auditor")
        alone = self.user_of("luc", branch, "debt_recovery.group_recovery_auditor")
        file = self.make(user=both, company=branch)
        self.assertEqual((file.company_id, file.manifest["branches"]), (self.company, [branch.name]))
        rows = self.read_book(file, "closing").worksheets[1].iter_rows()
        self.assertIn(321, {cell.value for row in rows for cell in row})
        with self.assertRaises(AccessError):
            self.ask(user=alone, company=branch)

    def test_a_period_that_is_not_over_or_ends_before_it_begins_is_refused(self):
        for first, last in ((LAST, FIRST), (FIRST, self.today + timedelta(days=1))):
            with self.assertRaises(ValidationError):
                self.ask(first=first, last=last)

    def test_the_window_proposes_the_fiscal_year_that_is_over(self):
        self.company.sudo().write({"fiscalyear_last_day": 30, "fiscalyear_last_month": "6"})
        window = self.env["recovery.audit.pack.wizard"].with_user(self.recovery_auditor).create({})
        self.assertEqual((window.date_from, window.date_to), (date(2025, 7, 1), date(2026, 6, 30)))
        action = window.action_confirm()
        file = self.Pack.browse(action["res_id"])
        self.assertEqual((file.date_from, file.date_to), (window.date_from, window.date_to))
        self.assertEqual(file.state, "queued")

    def test_the_removal_window_asks_for_the_file_of_all_that_the_journal_tells_of(self):
        self.env["recovery.event"]._log("contact", self.debtor, "Appel")
        administrator = self.make_user("anne", "base.group_system", "debt_recovery.group_recovery_manager")
        Window = self.env["recovery.removal.wizard"].with_user(administrator)
        window = Window.create({})
        self.assertTrue(window.has_packs)
        said = window.action_pack()["params"]
        self.assertIn("in the background", said["message"])
        self.assertEqual(said["next"]["res_model"], "recovery.audit.pack")
        (file,) = self.Pack.search([("user_id", "=", administrator.id)])
        first = self.env["recovery.event"].search([("company_id", "=", self.company.id)], order="date", limit=1)
        self.assertEqual((file.date_from, file.date_to), (first.date.date(), self.today))
        file.sudo()._build()
        self.assertIn("is ready:", Window.create({}).action_pack()["params"]["message"])
        self.assertEqual(self.Pack.search([("user_id", "=", administrator.id)]), file, "once")
        plain = self.make_user("omar", "base.group_system")
        window = self.env["recovery.removal.wizard"].with_user(plain).create({})
        self.assertFalse(window.has_packs)
        with self.assertRaises(AccessError):
            window.action_pack()

    # ------------------------------------------------------------
    # It is still the same
    # ------------------------------------------------------------
    def test_a_stored_archive_that_was_changed_is_found(self):
        file = self.make()
        content = file.archive_id.raw
        for name, change in (
            ("a file", lambda rows: rows | {next(iter(rows)): b"forged"}),
            ("one more", lambda rows: rows | {"x.txt": b"x"}),
            ("one less", lambda rows: dict(list(rows.items())[1:])),
        ):
            with self.subTest(name):
                self.assertTrue(pack.verify(io.BytesIO(self.forge(content, change))))
        self.assertEqual([row.what for row in pack.verify(io.BytesIO(b"PK"))], ["unreadable"])
        self.assertEqual([row.what for row in pack.verify(io.BytesIO(content[:-900]))], ["unreadable"])
        self.env.cr.execute("UPDATE recovery_audit_pack SET archive_sha256 = 'x' WHERE id = %s", (file.id,))
        self.env.invalidate_all()
        said = file.with_user(self.recovery_auditor).action_verify()["params"]
        self.assertEqual(said["type"], "danger")
        self.assertIn("not the one that was kept", said["message"])

    def forge(self, content, change):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            rows = change({name: archive.read(name) for name in archive.namelist()})
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name, data in rows.items():
                archive.writestr(name, data)
        return target.getvalue()

    def test_the_integrity_check_reads_the_archive_too(self):
        file = self.make()
        self.assertIn(
            ("recovery.audit.pack", "archive_id", "archive_sha256"),
            list(self.env["ir.attachment"]._recovery_get_digested()),
        )
        self.env.cr.execute("UPDATE recovery_audit_pack SET archive_sha256 = 'x' WHERE id = %s", (file.id,))
        self.env.invalidate_all()
        window = self.env["recovery.integrity"].with_user(self.recovery_auditor).create({})
        window.action_show()
        self.assertIn(file.id, window.line_ids.filtered(lambda line: line.area == "file").mapped("res_id"))

    def test_the_journal_tells_of_it(self):
        file = self.make()
        event = self.env["recovery.event"].search(
            [("res_model", "=", "recovery.audit.pack"), ("res_id", "=", file.id)], limit=1
        )
        self.assertEqual((event.kind, event.user_id), ("printed", self.recovery_auditor))
        self.assertEqual(event.details["sha256"], file.archive_sha256)

    def test_papers_are_printed(self):
        """The one test that prints: the aged balance of the closing, dated by the file."""
        printing = type(self.env["recovery.printing"])
        prepare = printing._prepare_streams
        part = type(self.env["recovery.audit.part"])
        makings = part._get_makings
        self.patch(
            printing,
            "_prepare_streams",
            lambda engine, *args: prepare(engine.with_context(force_report_rendering=True), *args),
        )
        self.patch(
            part, "_get_makings", lambda engine, asked: [row for row in makings(engine, asked) if row.part == "closing"]
        )
        one, other = self.make(), self.make()
        self.assertFalse(one.missing_text)
        (row,) = [row for row in one.manifest["files"] if row["path"].endswith(".pdf")]
        with self.open(one) as archive, self.open(other) as again:
            content = archive.read(row["path"])
            # the order in which a page's fonts are embedded is the printing program's
            self.assertEqual(pdf_text(content), pdf_text(again.read(row["path"])))
        self.assertIn(b"D:20261121100000", content)
        text = pdf_text(content)
        self.assertIn("Boulangerie Dupont", text)
        self.assertIn(f"by {self.recovery_auditor.name}", text)
