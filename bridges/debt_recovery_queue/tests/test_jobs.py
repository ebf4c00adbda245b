from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.fields import Domain
from odoo.tests import tagged

from odoo.addons.debt_recovery.models.common.recovery_work import AHEAD, Part
from odoo.addons.debt_recovery.tests.common import RecoveryCommon

WAITING = ("pending", "enqueued")


@tagged("post_install", "-at_install")
class TestJobs(RecoveryCommon):
    """Each range of a long work gets one job, on the channel of what it costs."""

    def setUp(self):
        super().setUp()
        self.make_invoice(days_overdue=10)
        self.campaign = self.make_campaign().sudo()
        self.campaign._validate(self.today)
        self.campaign.with_user(self.recovery_user).sudo()._leave_to_job("sending")
        self.work = self.campaign.work_id

    def jobs(self):
        keys = [f"recovery.work.range,{part.id}" for part in self.work.range_ids]
        return self.env["queue.job"].sudo().search([("identity_key", "in", keys)], order="id")

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("debt_recovery.ir_cron_do_works").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def test_a_range_gets_one_job_that_the_program_does(self):
        job = self.jobs()
        self.assertEqual(len(job), 1)
        self.assertEqual((job.method_name, job.channel), ("_work_off", "root.recovery.send"))
        self.assertEqual((job.user_id.id, job.max_retries), (SUPERUSER_ID, 0))
        self.assertTrue(job.job_function_id.allow_commit)

    def test_what_waits_for_a_worker_gets_no_second_job(self):
        self.work.range_ids._start()
        self.run_cron()
        self.assertEqual(len(self.jobs()), 1)
        self.assertEqual(self.work.range_ids.state, "waiting", "the scheduled job leaves it to the workers")

    def test_a_range_whose_job_is_gone_gets_another(self):
        self.jobs().unlink()
        self.run_cron()
        self.assertEqual(self.jobs().state, "pending")

    def test_what_failed_is_done_again_by_a_job(self):
        self.jobs().state = "done"
        self.work.range_ids.write({"state": "failed", "reason": "x"})
        self.work.with_user(self.recovery_user).action_retry()
        self.assertEqual(self.jobs().mapped("state"), ["done", "pending"])

    def test_the_channel_follows_what_a_range_costs(self):
        parts = self.work._add([Part(lane, self.debtor_partner.ids, 1) for lane in ("work", "print", "send")])
        parts._start(timedelta(minutes=2))
        jobs = self.jobs()[1:]
        self.assertEqual(jobs.mapped("channel"), ["root.recovery", "root.recovery.print", "root.recovery.send"])
        self.assertTrue(all(job.eta for job in jobs))

    def test_many_ranges_make_few_jobs_and_each_that_ends_makes_the_next(self):
        self.work._add([Part("work", self.debtor_partner.ids, 1) for _number in range(300)])
        self.work._hand_out()
        jobs = self.jobs().filtered(lambda job: job.channel == "root.recovery")
        self.assertEqual(len(jobs), AHEAD)
        self.run_cron()
        self.assertEqual(len(self.jobs()), AHEAD + 1, "the scheduled job adds none while they wait")
        with patch("odoo.addons.base.models.ir_cron.IrCron._commit_progress", lambda *args, **kwargs: 60.0):
            self.work.range_ids.filtered(lambda part: part.lane == "work")[0]._work_off()
        self.assertEqual(len(self.jobs()), AHEAD + 2)

    def test_a_started_job_is_not_doubled_by_the_scheduled_job(self):
        self.jobs().state = "started"
        self.run_cron()
        self.assertEqual(len(self.jobs()), 1)

    def test_ranges_that_wait_when_it_is_installed_get_jobs(self):
        self.jobs().unlink()
        self.work.range_ids.is_handed_out = False
        self.run_cron()
        self.assertEqual(self.jobs().state, "pending")

    def test_a_file_that_is_made_in_the_background_is_a_job_of_the_printers(self):
        file = self.env["recovery.audit.pack"].with_user(self.recovery_auditor)
        file = file._ask(self.company, self.today - timedelta(days=400), self.today - timedelta(days=40))
        self.work = self.env["recovery.work"]._find(file)
        self.assertEqual((self.work.kind, self.jobs().channel), ("audit", "root.recovery.print"))
        with self.enter_registry_test_mode():
            self.env.ref("debt_recovery.ir_cron_build_audit_packs").sudo().method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((file.state, len(self.jobs())), ("queued", 1), "its scheduled job leaves it to the workers")

    def test_the_channels_stand_in_the_list_of_the_job_queue(self):
        names = self.env["queue.job.channel"].sudo().search(Domain.TRUE).mapped("complete_name")
        self.assertLessEqual({"root.recovery", "root.recovery.print", "root.recovery.send"}, set(names))
