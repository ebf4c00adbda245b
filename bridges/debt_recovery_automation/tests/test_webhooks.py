import json
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.debt_recovery.tests.litigation.deadline.common import DeadlineCommon

RULES = ("notice_issued", "promise_broken", "deadline_near", "case_moved", "limit_exceeded")


class Receiver(BaseHTTPRequestHandler):
    """A program that keeps what it is told."""

    def do_POST(self):
        self.server.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.answers)
        self.end_headers()

    def log_message(self, *args):
        """Say nothing."""


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestWebhooks(DeadlineCommon):
    """What happens is told to another program, whichever way it happens; and nothing else is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        cls.server.told, cls.server.answers = [], 200
        Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.addClassCleanup(cls.server.server_close)
        cls.addClassCleanup(cls.server.shutdown)
        cls.rules = {code: cls.env.ref(f"debt_recovery_automation.recovery_automation_{code}").sudo() for code in RULES}

    def setUp(self):
        super().setUp()
        self.server.told.clear()
        self.server.answers = 200
        self.addCleanup(self.env["base.automation"]._unregister_hook)

    def switch_on(self, *codes):
        for code in codes:
            rule = self.rules[code]
            rule.action_server_ids.webhook_url = f"http://127.0.0.1:{self.server.server_port}/{code}"
            rule.active = True

    @contextmanager
    def committed(self):
        """Work and commit: what waits for the commit of a test's transaction happens."""
        self.env.cr.postcommit.clear()
        yield
        self.env.flush_all()
        self.env.cr.postcommit.run()

    def told(self, *kinds):
        return [told for told in self.server.told if told["kind"] in kinds]

    def test_they_are_off_until_somebody_switches_them_on(self):
        self.assertFalse(any(self.rules[code].active for code in RULES))
        self.make_invoice(self.make_partner("Traiteur Colin"), days_overdue=10)
        with self.committed():
            self.send_campaign()
        self.assertFalse(self.server.told)

    def test_each_notice_that_leaves_is_told_once(self):
        """By the engine that writes in bulk, many at once."""
        customers = self.env["res.partner"]
        for number in range(12):
            customers |= self.make_partner(f"Client {number}")
            self.make_invoice(customers[-1], days_overdue=10)
        self.switch_on("notice_issued")
        with self.committed():
            campaign = self.send_campaign()
        sent = campaign.notice_ids.filtered(lambda notice: notice.state == "sent")
        self.assertGreaterEqual(len(sent), 12)
        told = self.told("queued")
        self.assertEqual(sorted(row["res_id"] for row in told), sorted(sent.ids))
        self.assertEqual({row["res_model"] for row in told}, {"recovery.notice"})
        (row,) = [row for row in told if row["debtor_name"] == "Client 3"]
        self.assertEqual(row["company_id"], self.company.id)
        self.assertEqual(row["details"]["amount"], 1000.0)

    def test_a_broken_promise_is_told(self):
        self.switch_on("promise_broken")
        debtor = self.debtor_of(self.make_partner("Garage Lenoir"))
        self.make_invoice(debtor.partner_id, days_overdue=20)
        promise = self.env["recovery.promise"]._give(debtor, self.today, 100, self.today + timedelta(days=2))
        with self.committed():
            self.env["recovery.agreement"]._check_all(self.company, self.today + timedelta(days=30))
        self.assertEqual(promise.state, "broken")
        self.assertEqual([row["res_id"] for row in self.told("promise_broken")], promise.ids)

    def test_a_deadline_that_comes_near_is_told(self):
        self.record("order", date(2026, 11, 2))
        deadline = self.deadline("service")
        self.switch_on("deadline_near")
        with self.committed():
            self.watch(deadline.date - timedelta(days=7))
        self.assertEqual([row["res_id"] for row in self.told("deadline_alert")], deadline.ids)
        self.assertIn("days left", self.told("deadline_alert")[0]["details"])

    def test_a_case_that_moves_is_told(self):
        self.switch_on("case_moved")
        stages = self.env["recovery.case.stage"]
        with self.committed():
            self.case.with_user(self.recovery_user).stage_id = stages.search([("kind", "=", "preparing")], limit=1)
        self.assertEqual([row["res_id"] for row in self.told("case_stage")], self.case.ids)
        with self.committed():
            opened = self.make_case(self.make_partner("Menuiserie Aubert"))
        self.assertEqual([row["res_id"] for row in self.told("case_opened")], opened.ids)

    def test_a_limit_that_is_exceeded_is_told(self):
        self.switch_on("limit_exceeded")
        self.company.account_use_credit_limit = True
        self.company.recovery_credit_control_invoices = True
        customer = self.make_partner("Imprimerie Faure")
        customer.use_partner_credit_limit = True
        customer.credit_limit = 500
        with self.committed():
            invoice = self.make_invoice(customer, amount=900.0, days_overdue=-10, post=False)
            invoice.with_user(self.recovery_manager).action_post()
        self.assertEqual([row["res_id"] for row in self.told("limit_exceeded")], invoice.ids)

    def test_what_is_undone_is_not_told(self):
        self.switch_on("promise_broken", "notice_issued")
        self.make_invoice(self.make_partner("Traiteur Colin"), days_overdue=10)
        with self.committed():
            with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
                self.send_campaign()
                raise ZeroDivisionError
        self.assertFalse(self.server.told)

    @mute_logger("odoo.addons.base.models.ir_actions")
    def test_a_program_that_is_down_keeps_nobody_from_working(self):
        self.switch_on("notice_issued")
        self.server.answers = 500
        self.make_invoice(self.make_partner("Traiteur Colin"), days_overdue=10)
        with self.committed():
            campaign = self.send_campaign()
        self.assertIn("sent", campaign.notice_ids.mapped("state"))
        self.rules["notice_issued"].action_server_ids.webhook_url = "http://127.0.0.1:1/"
        self.make_invoice(self.make_partner("Garage Lenoir"), days_overdue=10)
        with self.committed():
            campaign = self.send_campaign()
        self.assertIn("sent", campaign.notice_ids.mapped("state"))

    @mute_logger("odoo.addons.debt_recovery_automation.models.ir_actions_server")
    def test_a_rule_without_an_address_keeps_nobody_from_working(self):
        self.switch_on("notice_issued")
        self.rules["notice_issued"].action_server_ids.webhook_url = False
        self.make_invoice(self.make_partner("Traiteur Colin"), days_overdue=10)
        with self.committed():
            campaign = self.send_campaign()
        self.assertIn("sent", campaign.notice_ids.mapped("state"))
        self.assertFalse(self.server.told)

    def test_the_address_that_is_shipped_reaches_nobody(self):
        for code in RULES:
            self.assertIn(".invalid/", self.rules[code].action_server_ids.webhook_url)
            self.assertFalse(self.rules[code].action_server_ids.warning)
