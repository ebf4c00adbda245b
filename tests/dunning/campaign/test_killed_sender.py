import json
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from odoo.tests import get_db_name, tagged
from odoo.tools import config

from .at_once import TODAY, AtOnceCase

SCRIPT = Path(__file__).resolve().with_name("crash.py")


@tagged("post_install", "-at_install")
class TestKilledSender(AtOnceCase):
    """A sender that is really killed, and two that really run at once: other processes, committed batches."""

    customers = 7

    def start(self, hang_in_batch=0, wait=False):
        """Start a sender in another process."""
        arguments = ["--no-http", "--max-cron-threads=0", "--log-level=error", "--addons-path"]
        arguments.append(",".join(config["addons_path"]))
        for name in ("db_host", "db_port", "db_user", "db_password", "data_dir"):
            if config[name]:
                arguments.append(f"--{name.replace('data_dir', 'data-dir')}={config[name]}")
        options = {
            "arguments": arguments,
            "database": get_db_name(),
            "company": self.company_id,
            "hang_in_batch": hang_in_batch,
            "wait": wait,
        }
        process = subprocess.Popen(
            [sys.executable, str(SCRIPT), json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(self.stop, process)
        return process

    def stop(self, process):
        with suppress(ProcessLookupError):
            process.kill()
        process.communicate()

    def read_until(self, process, word, times=1):
        """Read what the process says until it said that word so many times."""
        while times:
            line = process.stdout.readline()
            self.assertTrue(line, f"the sender ended before it said {word!r}")
            times -= line.strip() == word

    def prepare(self):
        """Leave a validated campaign on new customers to the scheduled job."""

        def leave(env):
            self.make_late_customers(env, env["res.company"].browse(self.company_id))
            campaign = env["recovery.campaign"].browse(self.propose(env))
            campaign._validate(TODAY)
            campaign.state = "sending"
            return campaign.id

        return self.transaction(leave)

    def wait_until_its_locks_are_gone(self):
        """Wait until PostgreSQL has seen that the sender is gone: until then its range is somebody else's."""
        held = """
            SELECT COUNT(*) FROM pg_locks
             WHERE relation = 'recovery_work_range'::regclass AND mode IN ('RowShareLock', 'RowExclusiveLock')
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """

        def count(env):
            env.cr.execute(held)
            return env.cr.fetchone()[0]

        for _turn in range(100):
            if not self.transaction(count):
                return
            time.sleep(0.1)
        self.fail("the locks of the sender that was killed stay")

    def assertSentOnce(self, campaign_id):
        def look(env):
            campaign = env["recovery.campaign"].browse(campaign_id)
            deliveries = campaign.notice_ids.delivery_ids
            mails = env["mail.mail"].search([("id", "in", deliveries.mail_id.ids)])
            messages = env["mail.message"].search_count(
                [("model", "=", "recovery.debtor"), ("res_id", "in", campaign.notice_ids.debtor_id.ids)]
                + [("message_type", "=", "email_outgoing")]
            )
            return (
                campaign.state,
                len(campaign.notice_ids),
                len(deliveries),
                len(deliveries.debtor_id),
                len(mails),
                messages,
            )

        state, notices, *others = self.transaction(look)
        self.assertEqual(state, "sent")
        self.assertGreaterEqual(notices, self.customers)
        self.assertEqual(set(others), {notices}, "each has one delivery, one debtor, one mail and one message")

    def test_a_sender_killed_in_the_middle_leaves_nothing_twice_and_forgets_nothing(self):
        campaign_id = self.prepare()
        sender = self.start(hang_in_batch=2)
        self.read_until(sender, "batch", times=2)
        sender.send_signal(signal.SIGKILL)
        sender.wait(timeout=10)

        def count(env):
            return env["recovery.delivery"].search_count([("campaign_id", "=", campaign_id)])

        self.assertEqual(self.transaction(count), 2, "the first batch is committed, the second one never was")
        self.wait_until_its_locks_are_gone()
        self.transaction(lambda env: env["recovery.campaign"]._cron_send())
        self.assertSentOnce(campaign_id)

    def test_two_senders_at_once_send_each_notice_once(self):
        campaign_id = self.prepare()
        senders = [self.start(wait=True), self.start(wait=True)]
        for sender in senders:
            self.read_until(sender, "loaded")
        for sender in senders:
            sender.stdin.write("go\n")
            sender.stdin.flush()
        for sender in senders:
            self.read_until(sender, "end")
        self.assertSentOnce(campaign_id)
