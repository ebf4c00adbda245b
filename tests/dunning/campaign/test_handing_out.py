from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.tests import tagged

from ....models.common.recovery_work import AHEAD, AHEAD_PARAMETER, Part
from ...common import RecoveryCommon
from ...english import InEnglish
from .at_once import TODAY, AtOnceCase

COMMIT = "odoo.addons.base.models.ir_cron.IrCron._commit_progress"


@tagged("post_install", "-at_install")
class TestHandingOut(InEnglish, RecoveryCommon):
    """However many ranges a work has, some dozens of each kind wait for a worker, and each that ends hands on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign = cls.env["recovery.campaign"].sudo().create({"company_id": cls.company.id, "date": cls.today})
        cls.Work = cls.env["recovery.work"].sudo()

    def setUp(self):
        super().setUp()
        self.given, self.done = [], []

    @contextmanager
    def workers(self, **counts):
        """Have workers that note what they are given, and a work of so many ranges of each kind."""
        parts = [Part(lane, [number], 1) for lane, count in counts.items() for number in range(count)]
        Campaign, Range = type(self.campaign), type(self.env["recovery.work.range"])
        with (
            patch.object(type(self.Work), "_has_workers", lambda _self: True),
            patch.object(Range, "_start", lambda ranges, wait=None: self.given.extend(ranges)),
            patch.object(Range, "_go_on", lambda ranges: None),
            patch.object(Campaign, "_find_ranges", lambda campaign, work: [] if work.id else parts),
            patch.object(Campaign, "_do_range", lambda campaign, work, part: self.done.append(part.id)),
            patch.object(Campaign, "_finish_work", lambda campaign, work: None),
            patch(COMMIT, lambda *args, **kwargs: 60.0),
        ):
            yield

    def launch(self):
        return self.Work._launch(self.campaign, "proposal", self.company, self.today)

    def test_two_thousand_ranges_are_launched_with_some_dozens_of_jobs(self):
        with self.workers(work=2000):
            work = self.launch()
            self.assertEqual((len(work.range_ids), len(self.given)), (2000, AHEAD))
            self.assertEqual([part.number for part in self.given], list(range(1, AHEAD + 1)), "the first ones")

    def test_each_kind_has_its_own_place(self):
        with self.workers(send=100, print=40, work=3):
            work = self.launch()
        lanes = [part.lane for part in self.given]
        self.assertEqual({lane: lanes.count(lane) for lane in set(lanes)}, {"send": AHEAD, "print": AHEAD, "work": 3})
        self.assertEqual(work.range_ids.filtered("is_handed_out"), self.Work.range_ids.union(*self.given))

    def test_how_many_is_a_setting(self):
        parameters = self.env["ir.config_parameter"].sudo()
        for text, most in (("5", 5), ("", AHEAD), ("0", AHEAD), ("-3", AHEAD), ("beaucoup", AHEAD)):
            parameters.set_param(AHEAD_PARAMETER, text)
            with self.subTest(text=text), self.workers(work=60):
                self.given.clear()
                work = self.launch()
                self.assertEqual(len(self.given), most)
                work._cancel()

    def test_each_range_that_ends_hands_the_next_one_out_and_each_is_done_once(self):
        self.env["ir.config_parameter"].sudo().set_param(AHEAD_PARAMETER, "4")
        with self.workers(work=30, send=10):
            work = self.launch()
            while self.given:
                self.given.pop(0)._work_off()
                for lane in ("work", "send"):
                    waiting = work.range_ids.filtered(
                        lambda part, lane=lane: part.lane == lane and part.is_handed_out and part.state == "waiting"
                    )
                    self.assertLessEqual(len(waiting), 4)
        self.assertEqual(work.state, "done")
        self.assertEqual(sorted(self.done), sorted(work.range_ids.ids), "each once")

    def test_a_worker_that_dies_before_it_hands_on_leaves_that_to_the_scheduled_job(self):
        self.env["ir.config_parameter"].sudo().set_param(AHEAD_PARAMETER, "2")
        with self.workers(work=7):
            work = self.launch()
            while self.given:
                for part in [*self.given]:
                    part._do_safely()  # done and committed, then the worker dies
                self.given.clear()
                self.Work._cron_run()
                self.assertLessEqual(len(self.given), 2)
        self.assertEqual((work.state, len(self.done)), ("done", 7))

    def test_a_range_that_is_asked_for_again_hands_nothing_out_twice(self):
        self.env["ir.config_parameter"].sudo().set_param(AHEAD_PARAMETER, "2")
        with self.workers(work=6):
            self.launch()
            first = self.given.pop(0)
            for _time in range(3):
                first._work_off()
            self.assertEqual([part.number for part in self.given], [2, 3])

    def test_what_failed_is_handed_out_again_in_its_turn(self):
        self.env["ir.config_parameter"].sudo().set_param(AHEAD_PARAMETER, "2")
        with self.workers(work=5):
            work = self.launch()
            work.range_ids.write({"state": "failed", "reason": "x"})
            work.state = "incomplete"
            self.given.clear()
            work.with_user(self.recovery_user).action_retry()
            self.assertEqual(len(self.given), 2)
            while self.given:
                self.given.pop()._work_off()
        self.assertEqual((work.state, len(self.done)), ("done", 5))

    def test_a_range_that_does_not_end_is_told_to_people(self):
        with self.workers(work=3):
            work = self.launch()
            first, second, third = work.range_ids.sorted("number")
            second._count_attempt()
            self.assertTrue(second.begun_on)
            self.assertFalse(work.late_text)
            second.begun_on = fields.Datetime.now() - timedelta(minutes=11)
            self.env.invalidate_all()
            for text in (work.late_text, self.campaign.with_user(self.recovery_user).work_late_text):
                self.assertIn("10 minutes", text)
                self.assertIn("2.", text)
            second._work_off()
            self.env.invalidate_all()
            self.assertFalse(work.late_text)
            self.assertFalse((first | third).filtered("begun_on"))


@tagged("post_install", "-at_install")
class TestLostHost(AtOnceCase):
    """The database still holds the lock of a range whose host is lost: it is left alone, told, then done, once."""

    def test_it_is_left_to_the_next_turn_and_told(self):
        def launch(env):
            campaign = env["recovery.campaign"].create({"company_id": self.company_id, "date": TODAY})
            campaign._begin_proposal()
            part = campaign.work_id.range_ids.filtered("partner_ids")
            part._count_attempt()
            part.begun_on = fields.Datetime.now() - timedelta(hours=1)
            return campaign.id, part.id

        def go_on(env):
            env["recovery.work.range"].browse(part_id)._work_off()

        def look(env):
            campaign = env["recovery.campaign"].browse(campaign_id)
            part = env["recovery.work.range"].browse(part_id)
            return part.state, part.attempts, campaign.work_late_text or "", len(campaign.notice_ids)

        campaign_id, part_id = self.transaction(launch)
        with self.registry.cursor() as cr:
            lost = api.Environment(cr, SUPERUSER_ID, {})
            self.assertTrue(lost["recovery.work.range"].browse(part_id).try_lock_for_update())
            self.transaction(go_on)
            state, attempts, text, notices = self.transaction(look)
            self.assertEqual((state, attempts, notices), ("waiting", 1, 0))
            self.assertIn("A server may have been lost", text)
            cr.rollback()
        self.transaction(go_on)
        self.transaction(go_on)
        state, attempts, text, notices = self.transaction(look)
        self.assertEqual((state, attempts, text, notices), ("done", 2, "", self.customers))
