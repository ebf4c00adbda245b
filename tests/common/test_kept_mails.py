from odoo.exceptions import UserError
from odoo.tests import tagged

from ..english import InEnglish
from .common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestKeptMails(InEnglish, RecoveryCommon):
    """What left the house is read as it left: no role rewrites or deletes it, by whatever door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_invoice(days_overdue=10)
        cls.delivery = cls.send_campaign().notice_ids.delivery_ids.filtered("message_id")[:1].sudo()
        cls.delivery.mail_id.sudo().write({"state": "sent"})
        cls.delivery.state = "sent"
        cls.administrator = cls.make_user("anne", "base.group_system", "debt_recovery.group_recovery_manager")

    def people(self):
        return self.recovery_user, self.recovery_manager, self.recovery_auditor, self.administrator

    def refuse(self, act):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            act()
            self.env.flush_all()
        self.env.invalidate_all()

    def test_nobody_rewrites_or_deletes_what_left(self):
        message, mail = self.delivery.message_id, self.delivery.mail_id
        body = message.body
        self.assertTrue(body)
        for user in self.people():
            mine = message.with_user(user)
            for act in (
                lambda mine=mine: mine.write({"body": "Autre"}),
                lambda mine=mine: mine.write({"subject": "Autre"}),
                lambda mine=mine: mine.write({"date": "2020-01-01"}),
                lambda mine=mine: mine.write({"res_id": 0}),
                lambda mine=mine: mine.unlink(),
                lambda user=user: mail.with_user(user).write({"body_html": "Autre"}),
                lambda user=user: self.delivery.with_user(user).write({"sha256": "x"}),
                lambda user=user: self.delivery.notice_id.with_user(user).write({"body": "Autre"}),
            ):
                with self.subTest(user=user.login):
                    self.refuse(act)
        for act in (
            lambda: message.write({"body": "Autre"}),
            lambda: message.unlink(),
            lambda: self.delivery.debtor_id._message_update_content(message, body="Autre", strict=False),
        ):
            self.refuse(act)
        self.assertEqual(message.body, body)

    def test_what_is_said_in_the_thread_is_changed_as_before(self):
        words = "Appelé"
        message = self.delivery.debtor_id.with_user(self.recovery_user).message_post(body=words, message_type="comment")
        message.with_user(self.recovery_user).write({"body": "Rappelé"})
        message.sudo().unlink()
