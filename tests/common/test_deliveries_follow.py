from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import config, mute_logger

from ..english import InEnglish
from .correspondence import CorrespondenceCommon
from .mail_server import COMMANDS, MailServerCommon

LOGS = ("odoo.addons.mail.models.mail_mail", "odoo.addons.base.models.ir_mail_server")


@tagged("post_install", "-at_install")
class TestDeliveriesFollow(MailServerCommon, InEnglish, CorrespondenceCommon):
    """A delivery says what became of its mail, whatever happened to that, and each state has a way on."""

    def queue(self, count=1):
        partners = [self.make_partner(f"Client {i}") for i in range(count)]
        debtors = self.env["recovery.debtor"]
        for partner in partners:
            self.make_invoice(partner, days_overdue=10)
            debtors += self.debtor_of(partner)
        return self.send_campaign(debtors=debtors).notice_ids.delivery_ids.sudo().sorted("id")

    def work_queue(self, deliveries):
        with mute_logger(*LOGS):
            self.env["mail.mail"].process_email_queue(deliveries.mail_id.ids)

    def check(self, deliveries):
        """Each delivery says what its mail says."""
        states = {"outgoing": "queued", "sent": "sent", "exception": "failed"}
        for delivery in deliveries:
            self.assertEqual(delivery.state, states[delivery.mail_id.state])

    def test_a_server_that_cuts_or_refuses_at_any_command_strands_no_mail(self):
        for command in COMMANDS:
            for answer in (None, "421 too busy", "451 try later", "550 never"):
                with self.subTest(command=command, answer=answer), self.cr.savepoint():
                    deliveries = self.queue(3)
                    with self.mail_server(command, answer) as taken:
                        for _turn in range(4):
                            self.work_queue(deliveries)
                            self.check(deliveries)
                            if failed := deliveries.filtered(lambda d: d.state == "failed"):
                                self.assertTrue(all(failed.mapped("error")))
                                failed.with_user(self.recovery_user).action_retry()
                                self.assertEqual(set(failed.mapped("state")), {"queued"})
                    self.assertEqual(set(deliveries.mapped("state")), {"sent"})
                    self.assertEqual(len(taken), 3)
                    self.env.cr.execute("SELECT 1")

    def test_a_connection_cut_in_the_middle_is_said_in_words(self):
        delivery = self.queue()
        with self.mail_server("rcpt"):
            self.work_queue(delivery)
        self.assertEqual(delivery.state, "failed")
        self.assertIn("was lost", delivery.with_context(lang="en_US").error)
        self.assertNotIn("without computed recipients", delivery.mail_id.failure_reason)

    def test_without_any_server_listening_the_mail_fails_and_goes_later(self):
        delivery = self.queue()
        with self.mail_server() as taken:
            port = self.env["ir.mail_server"].search([("name", "=", "Essais")]).smtp_port
        with self.mail_server() as taken:
            record = self.env["ir.mail_server"].search([("name", "=", "Essais")])
            there, record.smtp_port = record.smtp_port, port
            self.work_queue(delivery)
            self.assertEqual(delivery.state, "failed")
            record.smtp_port = there
            delivery.action_retry()
            self.work_queue(delivery)
        self.assertEqual((delivery.state, len(taken)), ("sent", 1))

    def test_what_is_cancelled_in_the_queue_is_told_and_can_leave(self):
        delivery = self.queue()
        delivery.mail_id.cancel()
        self.assertEqual(delivery.state, "failed")
        delivery.action_retry()
        self.assertEqual((delivery.state, delivery.mail_id.state), ("queued", "outgoing"))

    def test_what_is_retried_in_the_queue_waits_again(self):
        delivery = self.queue()
        with self.mail_server("mail"):
            self.work_queue(delivery)
        delivery.mail_id.action_retry()
        self.assertEqual((delivery.state, delivery.error), ("queued", False))

    def test_a_mail_deleted_from_the_queue_is_told_and_written_again(self):
        delivery = self.queue()
        body = delivery.mail_id.body_html
        delivery.mail_id.unlink()
        self.assertEqual((delivery.state, delivery.mail_id), ("failed", self.env["mail.mail"]))
        delivery.with_user(self.recovery_user).action_retry()
        self.assertEqual(delivery.state, "queued")
        self.assertEqual(delivery.mail_id.body_html, body, "the same words")
        with self.mail_server() as taken:
            self.work_queue(delivery)
        self.assertEqual((delivery.state, len(taken)), ("sent", 1))

    def test_a_message_deleted_by_the_database_is_found_by_the_watch(self):
        delivery = self.queue()
        self.env.flush_all()
        self.cr.execute("DELETE FROM mail_mail WHERE id = %s", [delivery.mail_id.id])
        self.env.invalidate_all()
        self.assertEqual(delivery.state, "queued")
        self.env["recovery.campaign"]._cron_watch_queue()
        self.assertEqual(delivery.state, "failed")
        delivery.action_retry()
        self.assertEqual(delivery.state, "queued")

    def test_deliveries_stranded_before_are_found_by_the_watch_and_by_trying_again(self):
        first, second = self.queue(2)
        self.env.flush_all()
        self.cr.execute("UPDATE mail_mail SET state = 'exception' WHERE id in %s", [(first | second).mail_id._ids])
        self.env.invalidate_all()
        first.action_retry()
        self.assertEqual((first.state, first.mail_id.state), ("queued", "outgoing"))
        self.env["recovery.campaign"]._cron_watch_queue()
        self.assertEqual(second.state, "failed")

    def test_a_mail_that_waits_is_not_sent_again(self):
        with self.assertRaises(UserError):
            self.queue().action_retry()

    def test_a_payment_while_the_mail_waits_withdraws_the_reminder(self):
        paid, open_one = self.queue(2)
        move = paid.notice_id.line_ids.move_id[:1]
        self.pay(move)
        with self.mail_server() as taken:
            self.work_queue(paid | open_one)
        self.assertEqual((paid.state, open_one.state, len(taken)), ("cancelled", "sent", 1))
        self.assertEqual((paid.notice_id.state, paid.mail_id.state), ("obsolete", "cancel"))
        self.assertIn("Settled", paid.notice_id.with_context(lang="en_US").state_reason or "Settled")

    def test_no_server_is_said_before_sending(self):
        self.make_invoice(days_overdue=10)
        campaign = self.make_campaign()
        self.env["ir.mail_server"].search([]).active = False
        known = config["smtp_server"]
        self.addCleanup(config.__setitem__, "smtp_server", known)
        config["smtp_server"] = "localhost"
        campaign.invalidate_recordset()
        self.assertTrue(campaign.server_gap)
        self.env["ir.mail_server"].create({"name": "Serveur", "smtp_host": "smtp.example.com"})
        campaign.invalidate_recordset()
        self.assertFalse(campaign.server_gap)
