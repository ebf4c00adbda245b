import hashlib
import io
import zipfile
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ....models.litigation.evidence import recovery_bundle
from .common import EvidenceCommon, make_encrypted, make_pdf, read_bookmarks, read_pdf, read_texts

RANGE_LOG = "odoo.addons.debt_recovery.models.common.recovery_work_range"
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
        self.assertIn("Exhibit no. 4 added: Reçu", bundle.changes_text)
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
        self.assertIn("No. 1: Password-protected", bundle.problem_text)
        self.assertIn("No. 2: Neither PDF nor image", bundle.problem_text)
        self.assertIn("Password-protected", " ".join(read_texts(bundle.listing_id.raw)))

    def test_without_a_piece_there_is_nothing_to_bind(self):
        with self.assertRaisesRegex(UserError, "no exhibit yet"):
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

    def queue(self, count=25):
        """Return a bundle of so many pieces that waits in the queue."""
        self.add(*(make_pdf(f"{number}") for number in range(count)))
        with patch.object(recovery_bundle, "AT_ONCE", 0):
            return self.bind()

    def find_works(self, bundle, *states):
        return self.env["recovery.work"]._find(bundle, states=states or ("running",))

    def test_what_waits_is_a_long_work_with_its_progress(self):
        bundle, seen = self.queue(), []
        work = self.find_works(bundle)
        self.assertEqual((work.kind, work.object_name, work.user_id), ("bundle", bundle.name, bundle.user_id))
        self.assertEqual((work.range_ids.lane, work.progress_text), ("print", "0 of 25 done"))
        self.assertEqual((work.remaining_text, bundle.remaining_text), ("Not known yet", "Not known yet"))

        def look(*args, **kwargs):
            self.env.invalidate_all()
            seen.append((work.progress_text, bundle.remaining_text))
            return 60.0

        with patch(CRON, look):
            self.Bundle._cron_build()
        self.assertIn(("10 of 25 done", "less than a minute"), seen)
        self.assertEqual((work.state, work.progress, bundle.remaining_text), ("done", 100, False))
        self.assertFalse(self.find_works(bundle))

    def test_the_work_says_why_it_failed_and_does_it_again(self):
        bundle, full = self.queue(1), "Disque plein"
        work = self.find_works(bundle)

        def fail(bundle, follow=None):
            raise UserError(full)

        with patch(CRON, lambda *args, **kwargs: 60.0), mute_logger(RANGE_LOG):
            with patch.object(type(bundle), "_assemble", fail):
                self.Bundle._cron_build()
            self.assertEqual((work.state, work.failed_range_ids.reason), ("incomplete", full))
            work.with_user(self.recovery_user).action_retry()
            self.assertEqual((bundle.state, work.state), ("queued", "running"))
            self.Bundle._cron_build()
        self.assertEqual((bundle.state, bundle.error, work.state), ("done", False, "done"))

    def test_tried_again_on_its_own_screen_it_is_a_work_again(self):
        bundle = self.queue(1)
        first = self.find_works(bundle)
        bundle.action_give_up()
        self.assertEqual((first.state, first.range_ids.state), ("cancelled", "cancelled"))
        bundle.with_user(self.recovery_user).action_retry()
        self.assertNotEqual(self.find_works(bundle), first)
        with patch(CRON, lambda *args, **kwargs: 60.0):
            self.Bundle._cron_build()
        self.assertEqual(bundle.state, "done")

    def test_given_up_while_it_is_made_it_stops_at_its_next_step(self):
        bundle = self.queue()
        work, steps = self.find_works(bundle), []

        def give_up(*args, **kwargs):
            steps.append(bundle.done_count)
            if bundle.done_count == 10 and bundle.state == "building":
                work.with_user(self.recovery_user).action_cancel()
            return 60.0

        with patch(CRON, give_up):
            self.Bundle._cron_build()
        self.assertEqual((bundle.state, work.state, work.range_ids.state), ("cancelled",) * 3)
        self.assertNotIn(20, steps)
        self.assertFalse(bundle.archive_id or bundle.whole_id)

    def test_whoever_is_overtaken_keeps_nothing(self):
        bundle = self.queue()
        assemble, build = type(bundle)._assemble, type(bundle)._build_safely

        def overtake(bundle, follow=None):
            if bundle.attempt_count == 1:
                build(bundle)  # another worker begins it meanwhile, and makes it
            return assemble(bundle, follow)

        with patch(CRON, lambda *args, **kwargs: 60.0), patch.object(type(bundle), "_assemble", overtake):
            self.Bundle._cron_build()
        self.assertEqual((bundle.state, bundle.attempt_count), ("done", 2))
        files = self.env["ir.attachment"].sudo().search([("res_model", "=", bundle._name), ("res_id", "=", bundle.id)])
        self.assertEqual((len(files), len(self.events(bundle, "bundle"))), (3, 1))

    def test_what_an_older_version_left_in_the_queue_is_made(self):
        bundle = self.queue(1)
        self.find_works(bundle).unlink()
        with patch(CRON, lambda *args, **kwargs: 60.0):
            self.Bundle._cron_build()
        self.assertEqual(bundle.state, "done")

    def test_the_job_of_the_long_works_leaves_it_to_its_own(self):
        bundle = self.queue(1)
        with patch(CRON, lambda *args, **kwargs: 60.0):
            self.env["recovery.work"].sudo()._cron_run()
        self.assertEqual(bundle.state, "queued")

    def test_who_may_not_work_neither_tries_again_nor_cancels(self):
        work = self.find_works(self.queue(1))
        for button in ("action_cancel", "action_retry"):
            with self.assertRaises(AccessError):
                getattr(work.with_user(self.recovery_auditor), button)()

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
