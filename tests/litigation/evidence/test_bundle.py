import hashlib
import io
import zipfile
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ....models.litigation.evidence import recovery_bundle
from .common import EvidenceCommon, make_encrypted, make_pdf, read_bookmarks, read_pdf, read_texts

CRON = "odoo.addons.base.models.ir_cron.IrCron._commit_progress"


@tagged("post_install", "-at_install")
class TestBundle(EvidenceCommon):
    """The file of a case is bound, kept with its digests, and made again the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.court = cls.make_partner("Tribunal de commerce de Lyon", recovery_party_kind="court")
        cls.case.court_id = cls.court

    def make_bundle(self, count=3, **kwargs):
        self.add(*(make_pdf(f"contenu {number}", "suite") for number in range(1, count + 1)))
        return self.bind(**kwargs)

    def test_the_file_is_bound_and_kept_with_its_digests(self):
        bundle = self.make_bundle()
        self.assertEqual((bundle.state, bundle.piece_count, bundle.page_count), ("done", 3, 8))
        self.assertEqual(bundle.progress, 100)
        for name in ("whole", "listing", "archive"):
            content = bundle[f"{name}_id"].raw
            self.assertEqual(hashlib.sha256(content).hexdigest(), bundle[f"{name}_sha256"])
        self.assertTrue(bundle._is_intact())
        cover = read_texts(bundle.whole_id.raw)[0]
        for word in ("Transports Mercier", self.company.name, "Tribunal de commerce de Lyon", self.case.name):
            self.assertIn(word, cover)
        self.assertEqual([page for _title, page in read_bookmarks(bundle.whole_id.raw)], [1, 2, 3, 5, 7])
        self.assertEqual(len(read_pdf(bundle.listing_id.raw).pages), 1)

    def test_the_archive_is_whole(self):
        bundle = self.make_bundle()
        with zipfile.ZipFile(io.BytesIO(bundle.archive_id.raw)) as archive:
            self.assertIsNone(archive.testzip())
            for line in archive.read("SHA256SUMS").decode().splitlines():
                digest, name = line.split("  ")
                self.assertEqual(hashlib.sha256(archive.read(name)).hexdigest(), digest)
            originals = {piece.sha256 for piece in self.case.exhibit_ids}
            bound = {hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist() if "pieces/" in name}
            self.assertEqual(bound, originals, "the files themselves, as they were received")

    def test_made_again_it_is_the_same_byte_for_byte(self):
        bundle = self.make_bundle()
        self.assertEqual(bundle._compare_again(), "")
        self.assertIn("byte for byte", bundle.action_verify()["params"]["message"])
        self.env.invalidate_all()
        self.assertEqual(bundle._compare_again(), "")

    def test_made_again_it_says_what_has_changed(self):
        bundle = self.make_bundle()
        self.customer.name = "Transports Mercier et fils"
        told = bundle.action_verify()["params"]["message"]
        self.assertIn("Transports Mercier et fils", told)
        with patch.object(recovery_bundle, "get_libraries", lambda: {"pypdf": "pypdf 99"}):
            self.assertIn("pypdf 99", bundle._compare_again())

    def test_the_next_bundle_says_what_came_since(self):
        self.make_bundle()
        self.add(make_pdf("nouvelle"), name="Reçu")
        bundle = self.bind()
        self.assertIn("Piece no. 4 added: Reçu", bundle.changes_text)
        self.assertIn("Nothing", self.bind().changes_text)

    def test_a_file_that_is_no_longer_the_one_added_stops_the_bundle(self):
        piece = self.add(make_pdf("1"))
        self.env.flush_all()
        self.env.cr.execute("UPDATE recovery_exhibit SET sha256 = 'x' WHERE id = %s", [piece.id])
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "no longer the one that was added"):
            self.bind()

    def test_what_cannot_be_shown_is_named_on_the_list_and_on_the_screen(self):
        self.add(("contrat.pdf", make_encrypted()), ("plan.dwg", b"AC1027"))
        bundle = self.bind()
        self.assertIn("No. 1: Protected by a password", bundle.problem_text)
        self.assertIn("No. 2: No PDF and no image", bundle.problem_text)
        self.assertIn("Protected by a password", " ".join(read_texts(bundle.listing_id.raw)))

    def test_without_a_piece_there_is_nothing_to_bind(self):
        with self.assertRaisesRegex(UserError, "no piece yet"):
            self.bind()

    def test_a_large_file_is_bound_in_the_background_with_its_progress(self):
        seen = []
        self.add(*(make_pdf(f"{number}") for number in range(25)))
        with patch.object(recovery_bundle, "AT_ONCE", 10):
            bundle = self.bind()
        self.assertEqual((bundle.state, bundle.progress), ("queued", 0))
        with patch(CRON, lambda cron, *args, **kwargs: seen.append(bundle.done_count) or 60.0):
            self.Bundle._cron_build()
        self.assertEqual(bundle.state, "done")
        self.assertLessEqual({10, 20}, set(seen))
        self.assertEqual(bundle.user_id, self.env.user)

    def test_a_bundle_that_fails_says_why_and_stops_no_other(self):
        self.add(make_pdf("1"))
        with patch.object(recovery_bundle, "AT_ONCE", 0):
            bad = self.bind()
            good = self.bind()
        assemble, full = type(bad)._assemble, "Disque plein"

        def fail(bundle, follow=None):
            if bundle == bad:
                raise UserError(full)
            return assemble(bundle, follow)

        with patch(CRON, lambda *args, **kwargs: 60.0), patch.object(type(bad), "_assemble", fail):
            self.Bundle._cron_build()
        self.assertEqual((bad.state, bad.error, good.state), ("failed", "Disque plein", "done"))
        bad.action_retry()
        self.assertEqual(bad.state, "queued")
        bad.action_give_up()
        self.assertEqual(bad.state, "cancelled")

    def test_one_that_kills_its_worker_is_given_up_after_three_times(self):
        self.add(make_pdf("1"))
        with patch.object(recovery_bundle, "AT_ONCE", 0):
            bundle = self.bind()
        bundle.sudo().write({"state": "building", "attempt_count": 3})
        with patch(CRON, lambda *args, **kwargs: 60.0):
            self.Bundle._cron_build()
            self.assertEqual(bundle.state, "failed")
            self.assertIn("interrupted 3 times", bundle.error)
            bundle.action_retry()
            self.Bundle._cron_build()
        self.assertEqual((bundle.state, bundle.attempt_count), ("done", 1))

    def test_roles(self):
        self.add(make_pdf("1"))
        bundle = self.case.with_user(self.recovery_user)
        action = bundle.action_bind()
        made = self.Bundle.browse(action["res_id"])
        self.assertEqual(made.user_id, self.recovery_user)
        self.assertTrue(made.with_user(self.recovery_auditor).action_download_whole()["url"])
        self.assertTrue(made.whole_id.with_user(self.recovery_auditor).raw)
        for act in (
            lambda: made.with_user(self.recovery_auditor).action_verify(),
            lambda: made.with_user(self.recovery_manager).write({"manifest_sha256": "x"}),
            lambda: made.with_user(self.recovery_manager).unlink(),
        ):
            with self.assertRaises(AccessError):
                act()
        self.assertEqual(self.events(made, "bundle").details["sha256"], made.archive_sha256)
