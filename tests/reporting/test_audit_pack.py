import hashlib
import io
import json
import zipfile
from datetime import date, timedelta
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
