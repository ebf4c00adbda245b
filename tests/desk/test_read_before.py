from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..common import RecoveryCommon
from ..english import InEnglish


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20 10:00:00")
class TestReadBefore(InEnglish, RecoveryCommon):
    """Send now shows what leaves word by word; words off the scenario count as a contact."""

    def setUp(self):
        super().setUp()
        self.today = self.company._recovery_today()
        self.invoice = self.make_invoice(days_overdue=10, amount=800)
        self.debtor = self.debtor_of().with_user(self.recovery_user)

    def open(self):
        action = self.debtor.action_send_now()
        return self.env[action["res_model"]].with_user(self.recovery_user).browse(action["res_id"])

    def write_freely(self, **values):
        action = self.debtor.action_write()
        window = self.env[action["res_model"]].with_user(self.recovery_user).browse(action["res_id"])
        window.write(values)
        return window

    def notices(self):
        return self.env["recovery.notice"].search([("debtor_id", "=", self.debtor.id)])

    def deliveries(self):
        return self.env["recovery.delivery"].search([("debtor_id", "=", self.debtor.id)])

    def number(self):
        sequence = self.env["ir.sequence"].search([("code", "=", "recovery.campaign")], limit=1)
        return sequence.number_next_actual, sequence.date_range_ids.mapped("number_next_actual")

    # ------------------------------------------------------------
    # Send now
    # ------------------------------------------------------------
    def test_the_text_is_there_before_it_leaves_and_looking_leaves_nothing(self):
        before = self.env["recovery.event"].search_count([]), self.number()
        window = self.open()
        reading = window.notice_ids
        self.assertEqual(reading.level_id, self.levels["reminder"])
        self.assertIn("800,00", window.text_html)
        self.assertIn(self.invoice.name, window.text_html)
        self.assertEqual((self.env["recovery.event"].search_count([]), self.number()), before)
        self.assertFalse(self.env["recovery.campaign"].search([("debtor_ids", "in", self.debtor.ids)]))
        window.action_send()
        self.assertIn(str(self.notices().body)[:60], window.text_html)

    def test_what_is_changed_in_the_window_is_what_leaves(self):
        window = self.open()
        reading = window.notice_ids
        reading.action_open()
        reading.write({"subject": "Un oubli ?", "body": "<p>Cher {{ object.debtor_name }}</p>", "channel": "letter"})
        back = reading.action_list()
        self.assertEqual((back["res_model"], back["res_id"]), (window._name, window.id))
        self.assertIn("Cher Boulangerie Dupont", window.text_html)
        self.assertFalse(self.notices())
        window.action_send()
        notice = self.notices()
        self.assertEqual((notice.state, notice.subject), ("sent", "Un oubli ?"))
        self.assertIn("Cher Boulangerie Dupont", notice.body)
        self.assertEqual(notice.delivery_ids.mapped("channel"), ["letter"])

    def test_what_moved_since_it_was_read_does_not_leave(self):
        window = self.open()
        self.pay(self.invoice, amount=300)
        with self.assertRaisesRegex(UserError, "changed in the meantime"), self.env.cr.savepoint():
            window.action_send()
        self.assertFalse(self.notices())
        again = self.open()
        again.action_send()
        self.assertEqual(self.notices().amount, 500)

    def test_a_program_is_refused_in_the_window(self):
        window = self.open()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            window.notice_ids.body = "<p>{{ object.env }}</p>"

    # ------------------------------------------------------------
    # Off the scenario
    # ------------------------------------------------------------
    def test_words_off_the_scenario_leave_and_move_nobody(self):
        window = self.write_freely(subject="Votre compte", body="<p>Il reste {{ object.amount_text }}</p>")
        self.assertIn("800,00", window.preview_html)
        self.assertIn(self.invoice.name, window.preview_html)
        window.action_send()
        delivery = self.deliveries()
        self.assertEqual((delivery.channel, delivery.state, delivery.notice_id.id), ("email", "queued", False))
        self.assertIn("800,00", delivery.sudo().mail_id.body_html)
        self.assertFalse(self.notices())
        self.assertEqual(self.debtor.last_notice_on, self.today)
        self.assertIn("Votre compte", str(self.debtor.timeline))
        told = [("res_model", "=", "recovery.delivery"), ("res_id", "=", delivery.id), ("kind", "=", "queued")]
        self.assertEqual(self.env["recovery.event"].search_count(told), 1)
        with self.assertRaisesRegex(UserError, "already been done"):
            window.action_send()

    def test_words_off_the_scenario_count_under_the_cap(self):
        self.scenario.write({"cap_contacts": 1, "cap_days": 7})
        self.write_freely().action_send()
        self.deliveries().sudo()._mark("sent")
        verdicts, _left = self.env["recovery.selection"]._evaluate(self.company, self.today, self.debtor_partner)
        self.assertNotEqual({verdict.code for verdict in verdicts}, {"due"})

    def test_nobody_else_is_told_of_a_debt(self):
        stranger = self.make_partner("Voisin")
        with self.assertRaisesRegex(UserError, "not disclosed to anybody else"), self.env.cr.savepoint():
            self.write_freely(addressee_id=stranger.id).action_send()
        with self.assertRaisesRegex(UserError, "subject and a text"), self.env.cr.savepoint():
            self.write_freely(subject=" ").action_send()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.write_freely(body="<p>{{ object.debtor_id.note }}</p>")
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.recovery_auditor).action_write()
        self.assertFalse(self.deliveries())

    def test_a_letter_off_the_scenario_waits_for_the_printer(self):
        window = self.write_freely(channel="letter", with_items=False)
        self.assertNotIn(self.invoice.name, window.preview_html)
        window.action_send()
        delivery = self.deliveries()
        self.assertEqual((delivery.channel, delivery.state), ("letter", "to_print"))
        self.assertTrue(delivery.attachment_id and delivery.sha256)

    def test_what_holds_is_said_before_somebody_writes(self):
        self.env["recovery.hold"].create(
            {"debtor_id": self.debtor.id, "date_from": self.today, "reason": "Avoir à recevoir"}
        )
        self.assertIn("Avoir à recevoir", self.write_freely().warning)

    # ------------------------------------------------------------
    # All that there is to do
    # ------------------------------------------------------------
    def refresh(self):
        self.env["recovery.worklist"]._refresh(self.company, self.today)
        self.debtor.invalidate_recordset()

    def test_the_list_says_every_task_and_each_filter_finds_it(self):
        self.debtor.activity_schedule(
            "debt_recovery.mail_activity_type_call",
            date_deadline=self.today - timedelta(days=1),
            summary="Rappeler Mme Petit",
        )
        self.debtor.activity_schedule(
            "mail.mail_activity_data_todo", date_deadline=self.today, summary="Envoyer le duplicata"
        )
        self.refresh()
        self.assertEqual((self.debtor.todo_kind, self.debtor.todo_kinds), ("call", ",call,task,remind,"))
        for words in ("Call: Rappeler Mme Petit", "Task due: Envoyer le duplicata", "Reminder due"):
            self.assertIn(words, self.debtor.todo_text)
        Debtor = self.env["recovery.debtor"]
        for kind in ("call", "task", "remind"):
            self.assertIn(self.debtor, Debtor.search([("todo_kinds", "like", f",{kind},")]))
        self.assertNotIn(self.debtor, Debtor.search([("todo_kinds", "like", ",post,")]))

    def test_a_debtor_without_kinds_yet_gets_them_at_the_next_refresh(self):
        self.refresh()
        self.env.flush_all()
        self.env.cr.execute("UPDATE recovery_debtor SET todo_kinds = NULL")
        self.env.invalidate_all()
        self.refresh()
        self.assertEqual(self.debtor.todo_kinds, ",remind,")

    def test_a_failure_that_was_seen_is_done_until_it_fails_again(self):
        self.send_campaign(self.today)
        delivery = self.deliveries().sudo()
        delivery._mark("failed", error="Boîte pleine")
        self.refresh()
        self.assertIn("Boîte pleine", self.debtor.todo_text)
        self.debtor.action_acknowledge()
        self.assertFalse(self.debtor.todo_kind)
        event = self.env["recovery.event"].search([("kind", "=", "seen"), ("res_id", "=", delivery.id)])
        self.assertEqual(event.user_id, self.recovery_user)
        delivery.write({"state": "queued"})
        delivery._mark("failed", error="Boîte pleine")
        self.refresh()
        self.assertEqual(self.debtor.todo_kind, "failed")
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.recovery_auditor).action_acknowledge()

    def test_a_debtor_is_found_by_what_somebody_on_the_telephone_has_at_hand(self):
        self.debtor_partner.write({"phone": "+33 4 78 00 11 22", "ref": "CLI-77"})
        self.env["res.partner"].create(
            {"name": "Mme Petit", "parent_id": self.debtor_partner.id, "email": "petit@boulange.example"}
        )
        self.make_invoice(self.make_partner("Autre", city="Nantes", zip="44000"), days_overdue=5)
        siren = self.debtor_partner.company_registry
        for text in (
            *(self.invoice.name, siren, f"{siren[:3]} {siren[3:6]} {siren[6:]}", "0478001122", "04 78 00 11 22"),
            *("petit@boulange", "Dupont", "Petit", "CLI-77", "lyon"),
        ):
            with self.subTest(text=text):
                domain = [("found_by", "ilike", text), ("company_id", "=", self.company.id)]
                found = self.env["recovery.debtor"].search(domain)
                self.assertIn(self.debtor.id, found.ids)
                self.assertNotIn("Autre", found.mapped("display_name"))

    # ------------------------------------------------------------
    # Calls
    # ------------------------------------------------------------
    def test_a_call_shows_what_was_said_and_promised_before(self):
        Wizard = self.env["recovery.call.wizard"].with_user(self.recovery_user)
        first = Wizard.create({"debtor_id": self.debtor.id})
        self.assertTrue(first.has_script_open)
        self.assertFalse(first.last_contact_text or first.last_promise_text)
        self.assertIn(self.invoice, first.open_line_ids.move_id)
        result = self.env.ref("debt_recovery.recovery_call_result_promise")
        first.write({"result_id": result.id, "note": "Paie vendredi"})
        first.action_confirm()
        promise = self.env["recovery.promise.wizard"].with_user(self.recovery_user)
        promise.create({"debtor_id": self.debtor.id, "date": self.today + timedelta(days=5)}).action_confirm()
        second = Wizard.create({"debtor_id": self.debtor.id})
        self.assertFalse(second.has_script_open, "folded after the first time")
        self.assertIn("Paie vendredi", second.last_contact_text)
        self.assertIn("800", second.last_promise_text)

    # ------------------------------------------------------------
    # Thanks
    # ------------------------------------------------------------
    def thanks(self):
        return self.deliveries().filtered(lambda delivery: delivery.purpose == "thanks")

    def test_who_paid_everything_is_thanked_once_where_the_scenario_says_so(self):
        self.send_campaign(self.today)
        self.deliveries().sudo()._mark("sent")
        self.refresh()
        self.pay(self.invoice, date=self.today)
        self.refresh()
        self.assertFalse(self.thanks(), "off by default")
        self.scenario.has_thanks = True
        self.debtor_partner.lang = "en_US"
        self.env["recovery.debtor.touch"]._touch_lines(self.receivable_of(self.invoice))
        self.refresh()
        thanks = self.thanks()
        self.assertEqual((len(thanks), thanks.channel, thanks.state), (1, "email", "queued"))
        self.assertIn("settled. Thank you.", thanks.sudo().mail_id.body_html)
        self.env["recovery.debtor.touch"]._touch_lines(self.receivable_of(self.invoice))
        self.refresh()
        self.assertEqual(self.thanks(), thanks, "once")

    def test_nobody_is_thanked_for_a_credit_note_a_part_or_without_a_reminder(self):
        self.scenario.has_thanks = True
        self.pay(self.invoice, date=self.today)
        self.refresh()
        self.assertFalse(self.thanks(), "nobody reminded them")
        other = self.make_invoice(days_overdue=10, amount=700)
        self.send_campaign(self.today)
        self.deliveries().sudo()._mark("sent")
        self.pay(other, amount=100, date=self.today)
        self.refresh()
        self.assertFalse(self.thanks(), "a part only")

    def test_a_credit_note_is_not_thanked_for(self):
        self.scenario.has_thanks = True
        self.send_campaign(self.today)
        self.deliveries().sudo()._mark("sent")
        self.make_credit_note(amount=800, reverses=self.invoice)
        self.refresh()
        self.assertFalse(self.debtor.amount_open)
        self.assertFalse(self.thanks())
