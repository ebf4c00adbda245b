import io
import zipfile
from unittest.mock import patch

from odoo.tests import tagged

from ..reporting.test_ageing import pdf_text
from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestAuditPackTour(RecoveryTourCase):
    """The audit file on the screen: asked for by an auditor, made in the background, checked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_portfolio()

    def test_from_the_question_to_the_file(self):
        self.tour("recovery_audit_pack_ask", self.recovery_auditor, timeout=120)
        Pack = self.env["recovery.audit.pack"]
        (file,) = Pack.search([("user_id", "=", self.recovery_auditor.id)])
        self.assertEqual(file.state, "queued")
        with patch("odoo.addons.base.models.ir_cron.IrCron._commit_progress", lambda *args, **kwargs: 60.0):
            Pack._cron_build()
        self.assertEqual((file.state, file.broken_count), ("done", 0), file.missing_text)
        self.assertIn("Manifeste du dossier", self.read_manifest(file))
        self.tour("recovery_audit_pack_made", self.recovery_auditor, timeout=120)

    def read_manifest(self, file):
        """Return the words of the manifest on paper: in the language of who asked for it."""
        with zipfile.ZipFile(io.BytesIO(file.sudo().archive_id.raw)) as archive:
            return pdf_text(archive.read("manifest.pdf"))
