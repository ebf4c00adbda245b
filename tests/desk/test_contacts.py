import base64
from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import RecoveryCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20 09:00:00")
class TestContacts(RecoveryCommon):
    """Calls, letters of one's own and sending for one debtor."""

    today = date(2026, 11, 20)  # a Friday

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(days_overdue=40, amount=1000)
        self.debtor = self.debtor_of()
        self.debtor_partner.phone = "+33 4 78 00 00 00"

    def result(self, name):
        return self.env.ref(f"debt_recovery.recovery_call_result_{name}")

    def call(self, result, user=None, **vals):
        wizard = (
            self.env["recovery.call.wizard"]
            .with_user(user or self.recovery_user)
            .create({"debtor_id": self.debtor.id, "result_id": self.result(result).id, **vals})
        )
        return wizard, self.next_of(wizard.action_confirm())

    def deliveries(self):
        return self.env["recovery.delivery"].search([("debtor_id", "=", self.debtor.id)])

    def calls_planned(self):
        return self.debtor.activity_ids.filtered(
            lambda a: a.activity_type_id == self.env.ref("debt_recovery.mail_activity_type_call")
        )

    def send_call(self):
        """Bring the invoice to its call level, and send that notice."""
        day = self.today - timedelta(days=20)
        self.make_campaign(day)._validate(day)
        campaign = self.send_campaign(self.today)
        self.assertEqual(campaign.notice_ids.kind, "call")
        return campaign.notice_ids

    def test_a_contact_at_night_is_of_the_local_day(self):
        debtor = self.debtor_of()
        values = {"subject": "Visite", "moment": datetime(2026, 11, 19, 23, 30)}
        self.env["recovery.contact"]._record(debtor, "visit", values, self.today)
        self.assertEqual(debtor.last_notice_on, self.today)

    def test_a_call_is_one_delivery_in_the_history(self):
        self.call("no_answer", note="Sonne dans le vide", spoken_to="Standard")
        delivery = self.deliveries()
        self.assertEqual((delivery.channel, delivery.state, delivery.is_manual), ("call", "done", True))
        self.assertEqual((delivery.feedback, delivery.spoken_to), ("Sonne dans le vide", "Standard"))
        self.assertEqual(delivery.address, "+33 4 78 00 00 00")
        self.assertEqual(self.debtor.last_notice_on, self.today)
        event = self.env["recovery.event"].search([("debtor_id", "=", self.debtor.id), ("kind", "=", "contact")])
        self.assertEqual((len(event), event.user_id), (1, self.recovery_user))

    def test_call_again_falls_on_a_business_day(self):
        self.call("no_answer")
        self.assertEqual(self.calls_planned().date_deadline, date(2026, 11, 23))  # Saturday rolls to Monday
        self.assertEqual(self.debtor.todo_kind, False if not self.debtor.next_action_code else self.debtor.todo_kind)

    def test_the_call_of_a_campaign_is_completed_once(self):
        notice = self.send_call()
        asked = notice.delivery_ids
        first = (
            self.env["recovery.call.wizard"]
            .with_user(self.recovery_user)
            .create({"debtor_id": self.debtor.id, "result_id": self.result("back").id})
        )
        second = first.with_user(self.recovery_manager).copy({"delivery_id": asked.id})
        self.assertEqual(first.delivery_id, asked)
        self.assertIn(self.debtor_partner.name, first.script)
        first.action_confirm()
        self.assertEqual((asked.state, asked.result_id), ("done", self.result("back")))
        self.assertEqual(asked.user_id, self.recovery_user)
        self.assertFalse(asked.activity_id.active)
        self.assertEqual(self.deliveries(), asked)
        with self.assertRaises(UserError):
            second.action_confirm()

    def test_a_second_due_call_is_settled_by_the_same_conversation(self):
        self.debtor._schedule_call(self.today - timedelta(days=1), "Rappeler")
        self.debtor._schedule_call(self.today + timedelta(days=9), "Plus tard")
        self.call("promise")
        self.assertEqual(self.calls_planned().mapped("summary"), ["Plus tard"])

    def test_a_call_received_solicits_nobody(self):
        self.call("sent", is_inbound=True)
        self.assertTrue(self.deliveries().is_inbound)
        self.assertFalse(self.debtor.last_notice_on)

    def test_each_result_opens_its_next_step(self):
        _wizard, action = self.call("bad_faith")
        self.assertEqual(action["res_model"], "recovery.send.wizard")
        _wizard, action = self.call("wrong")
        self.assertEqual(action["res_model"], "res.partner")
        _wizard, action = self.call("sent")
        self.assertEqual(action["res_model"], "recovery.hold.wizard")
        self.assertEqual(action["context"]["default_date_until"], date(2026, 11, 25))
        self.call("insolvent", note="Parle de dépôt de bilan")
        events = self.env["recovery.event"].search([("debtor_id", "=", self.debtor.id), ("kind", "=", "escalated")])
        self.assertEqual(len(events), 1)

    def test_every_shipped_result_can_be_logged(self):
        for result in self.env["recovery.call.result"].search([]):
            wizard = self.env["recovery.call.wizard"].with_user(self.recovery_user)
            wizard.create({"debtor_id": self.debtor.id, "result_id": result.id}).action_confirm()
        self.assertEqual(len(self.deliveries()), self.env["recovery.call.result"].search_count([]))

    def test_whatever_comes_next_after_a_sentence_can_be_shown(self):
        for wizard in ("recovery.call.wizard", "recovery.contact.wizard"):
            Wizard, shown = self.env[wizard].with_user(self.recovery_user), set()
            for result in self.env["recovery.call.result"].search([]):
                with self.subTest(wizard=wizard, result=result.name):
                    window = Wizard.create({"debtor_id": self.debtor.id, "result_id": result.id})
                    following = self.next_of(window.action_confirm())
                    if following["type"] == "ir.actions.act_window":
                        shown.add(following["res_model"])
                        self.assertTrue(following.get("views"), "nobody adds them to what is inside another action")
            self.assertIn("recovery.promise.wizard", shown)

    def test_a_result_and_a_coming_date_are_needed(self):
        wizard = self.env["recovery.call.wizard"].with_user(self.recovery_user).create({"debtor_id": self.debtor.id})
        with self.assertRaises(UserError):
            wizard.action_confirm()
        with self.assertRaises(UserError):
            self.call("back", next_date=self.today - timedelta(days=1))

    def test_the_script_is_rendered_without_a_notice(self):
        wizard = self.env["recovery.call.wizard"].with_user(self.recovery_user).create({"debtor_id": self.debtor.id})
        self.assertIn(self.debtor_partner.name, wizard.script)
        self.assertFalse(self.env["recovery.notice"].search([("debtor_id", "=", self.debtor.id)]))
        self.assertIn("professional", wizard.tips)
        self.debtor.write({"nature": "consumer", "nature_confirmed": True})
        wizard.invalidate_recordset()
        self.assertIn("L121-6", wizard.tips)

    def test_a_script_about_nothing_says_so_instead_of_naming_no_amount(self):
        self.env["recovery.hold"].create(
            {"debtor_id": self.debtor.id, "date_from": self.today, "reason": "Virement annoncé"}
        )
        wizard = self.env["recovery.call.wizard"].with_user(self.recovery_user).create({"debtor_id": self.debtor.id})
        self.assertIn("Nothing is claimed from this debtor today.", wizard.script)
        self.assertIn("Virement annoncé", wizard.script)

    def test_a_letter_of_ones_own_keeps_its_document(self):
        wizard = (
            self.env["recovery.contact.wizard"]
            .with_user(self.recovery_user)
            .create(
                {
                    "debtor_id": self.debtor.id,
                    "channel": "letter",
                    "date": self.today - timedelta(days=3),
                    "subject": "Proposition de règlement",
                    "document": base64.b64encode(b"%PDF-1.4 lettre"),
                    "document_name": "lettre.pdf",
                }
            )
        )
        wizard.action_confirm()
        delivery = self.deliveries()
        self.assertEqual((delivery.channel, delivery.state), ("letter", "done"))
        self.assertEqual(delivery.attachment_id.raw, b"%PDF-1.4 lettre")
        self.assertTrue(delivery.sha256)
        self.assertEqual(self.debtor.last_notice_on, self.today - timedelta(days=3))
        wizard = wizard.copy({"date": self.today + timedelta(days=1)})
        with self.assertRaises(UserError):
            wizard.action_confirm()

    def test_send_now_shows_then_sends(self):
        wizard = self.env["recovery.send.wizard"].with_user(self.recovery_user).create({"debtor_id": self.debtor.id})
        self.assertTrue(wizard.can_send)
        self.assertEqual(len(wizard.preview["notices"]), 1)
        self.assertFalse(self.env["recovery.campaign"].search([("debtor_ids", "in", self.debtor.ids)]))
        wizard.action_send()
        notice = self.env["recovery.notice"].search([("debtor_id", "=", self.debtor.id)])
        self.assertEqual((notice.state, notice.level_id), ("sent", self.levels["reminder"]))
        self.assertFalse(self.debtor.todo_kind)
        again = self.env["recovery.send.wizard"].with_user(self.recovery_user).create({"debtor_id": self.debtor.id})
        self.assertFalse(again.can_send)
        with self.assertRaises(UserError) as refusal:
            again.action_send()
        self.assertIn(self.debtor.display_name, str(refusal.exception))

    def test_send_now_respects_a_suspension_and_says_why(self):
        self.env["recovery.hold"].create(
            {"debtor_id": self.debtor.id, "date_from": self.today, "reason": "Avoir à recevoir"}
        )
        wizard = self.env["recovery.send.wizard"].with_user(self.recovery_user).create({"debtor_id": self.debtor.id})
        self.assertFalse(wizard.can_send)
        self.assertIn("Avoir à recevoir", wizard.preview_html)

    def test_the_auditor_looks_and_changes_nothing(self):
        debtor = self.debtor.with_user(self.recovery_auditor)
        self.assertTrue(debtor.read(["timeline", "ageing_gauge", "rank_text", "open_line_ids", "todo_kind"]))
        for method in ("action_call", "action_log_contact", "action_send_now"):
            with self.assertRaises(AccessError):
                getattr(debtor, method)()
        with self.assertRaises(AccessError):
            self.env["recovery.contact"].with_user(self.recovery_auditor)._record(debtor, "call", {}, self.today)
        with self.assertRaises(AccessError):
            self.env["recovery.call.wizard"].with_user(self.recovery_auditor).create({"debtor_id": debtor.id})

    def test_two_companies_keep_their_contacts_apart(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        twin = self.env["recovery.debtor"].sudo()._ensure_for(self.debtor_partner, other)
        self.call("no_answer")
        self.assertFalse(self.env["recovery.delivery"].sudo().search([("debtor_id", "=", twin.id)]))
        with self.assertRaises(AccessError):
            self.env["recovery.contact"].with_user(self.recovery_user)._record(
                twin.with_user(self.recovery_user), "call", {}, self.today
            )
