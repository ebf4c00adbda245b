from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..english import InEnglish
from .correspondence import CorrespondenceCommon


@tagged("post_install", "-at_install")
class TestCorrespondence(InEnglish, CorrespondenceCommon):
    """To whom we write, what they answer, and what becomes of what we sent."""

    def make_contact(self, name, contact_type, parent=None, **vals):
        return self.make_partner(
            name, is_company=False, parent_id=(parent or self.debtor_partner).id, type=contact_type, **vals
        )

    # ------------------------------------------------------------
    # Addressees
    # ------------------------------------------------------------
    def test_who_receives_which_reminder(self):
        debtor = self.debtor_of()
        self.assertEqual(debtor._get_addressee("reminder"), self.debtor_partner, "nobody else is known")
        accounting = self.make_contact("Comptabilité", "invoice")
        self.assertEqual(debtor._get_addressee("reminder"), accounting)
        self.assertEqual(
            debtor._get_addressee("reminder").id, self.debtor_partner.address_get(["invoice"])["invoice"], "as core"
        )
        everything = self.make_contact("Recouvrement", "recovery")
        self.assertEqual(debtor._get_addressee("courtesy"), everything)
        soft = self.make_contact(
            "Aide-comptable", "recovery", recovery_kind_from="courtesy", recovery_kind_to="reminder"
        )
        boss = self.make_contact("Gérante", "recovery", recovery_kind_from="formal_notice")
        expected = {
            "courtesy": soft,
            "reminder": soft,
            "call": everything,
            "final": everything,
            "formal_notice": boss,
            "handover": boss,
        }
        self.assertEqual({kind: debtor._get_addressee(kind) for kind in expected}, expected)
        soft.active = False
        self.assertEqual(debtor._get_addressee("courtesy"), everything, "an archived contact receives nothing")
        self.assertEqual(debtor._get_addressee(None), accounting, "without a level, the accounts")

    def test_a_range_of_reminders_goes_upwards(self):
        with self.assertRaisesRegex(ValidationError, "comes after"):
            self.make_contact("À l'envers", "recovery", recovery_kind_from="final", recovery_kind_to="courtesy")

    def test_a_contact_of_another_company_receives_nothing(self):
        other = self.setup_other_company(name="Société Trois")["company"]
        self.make_contact("Recouvrement d'en face", "recovery", company_id=other.id)
        self.assertEqual(self.debtor_of()._get_addressee("reminder"), self.debtor_partner)

    def test_addressees_of_many_cost_no_query_each(self):
        def count(number):
            partners = self.env["res.partner"].create(
                [{"name": f"Nombreux {number} {i}", "is_company": True} for i in range(number)]
            )
            for contact_type in ("invoice", "recovery"):
                self.env["res.partner"].create(
                    [{"name": f"{p.name} c", "parent_id": p.id, "type": contact_type} for p in partners[::2]]
                )
            debtors = self.env["recovery.debtor"]._ensure_for(partners, self.company)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            found = self.env["recovery.debtor"]._map_addressees(dict.fromkeys(debtors, "reminder"))
            self.assertEqual([found[d].type for d in debtors[:2]], ["recovery", "contact"])
            return self.cr.sql_log_count - before

        count(2)
        self.assertEqual(count(4), count(40))

    def test_the_contact_is_written_to_in_their_language(self):
        contact = self.make_contact("Mary Smith", "recovery", lang="en_US", email="mary@example.com")
        self.make_invoice(days_overdue=10)
        notice = self.send_campaign().notice_ids
        self.assertEqual((notice.addressee_id, notice.lang), (contact, "en_US"))
        self.assertIn("Reminder", notice.subject)
        self.assertEqual(notice.delivery_ids.mail_id.recipient_ids, contact)

    def test_no_mailbox_is_a_letter_and_one_task(self):
        blacklisted = self.make_partner("Sur liste noire")
        self.env["mail.blacklist"]._add(blacklisted.email)
        bouncing = self.make_partner("Qui rebondit", message_bounce=1)
        homeless = self.make_partner("Sans adresse", email=False)
        partners = blacklisted | bouncing | homeless
        for partner in partners:
            self.make_invoice(partner, days_overdue=10)
        notices = self.send_campaign().notice_ids
        self.assertEqual(notices.partner_id, partners)
        self.assertEqual(
            {(d.channel, d.purpose, d.state) for d in notices.delivery_ids}, {("letter", "fallback", "to_print")}
        )
        for debtor in notices.debtor_id:
            self.assertEqual(len(self.tasks(debtor, "address")), 1)
        events = self.env["recovery.event"].search([("kind", "=", "fallback"), ("res_model", "=", "recovery.notice")])
        self.assertEqual(set(events.mapped("res_id")), set(notices.ids))

    # ------------------------------------------------------------
    # Who writes
    # ------------------------------------------------------------
    def test_the_sender_is_never_no_reply(self):
        collector = self.make_user("sophie", "debt_recovery.group_recovery_user")
        collector.email = "ne-pas-repondre@example.com"
        debtor = self.debtor_of()
        debtor.collector_id = collector
        self.make_invoice(days_overdue=10)
        campaign = self.make_campaign()
        self.assertFalse(campaign.sender_gap)
        campaign._validate(self.today)
        self.company.email = "no-reply@example.com"
        campaign.invalidate_recordset()
        self.assertIn("no-reply", campaign.sender_gap, "the campaign says so before anything leaves")
        notice = campaign.notice_ids
        self.assertIn("replies", notice.warning)
        campaign._send(self.today)
        self.assertEqual((notice.state, notice.delivery_ids), ("failed", self.env["recovery.delivery"]))
        self.assertIn("Nobody would read the replies", notice.state_reason)
        self.company.email = "compta@example.com"
        notice.sudo().write({"state": "validated", "state_reason": False})
        campaign._send(self.today)
        self.assertEqual((notice.state, notice.delivery_ids.mail_id.email_from.count("compta@")), ("sent", 1))

    # ------------------------------------------------------------
    # Replies
    # ------------------------------------------------------------
    def test_a_reply_is_one_task_for_the_collector(self):
        debtor = self.debtor_of()
        debtor.collector_id = self.recovery_user
        delivery = self.send_mail()
        self.assertEqual(self.receive(delivery.mail_id, self.debtor_partner.email), debtor.id)
        task = self.tasks(debtor, "reply")
        self.assertEqual((task.user_id, task.res_id), (self.recovery_user, debtor.id))
        self.assertIn("vendredi", task.note)
        self.assertNotIn("an address not found", task.note)
        self.receive(delivery.mail_id, "patron@autre-domaine.example", body="Voyez avec moi.")
        again = self.tasks(debtor, "reply")
        self.assertEqual(again, task, "one open task at a time, completed")
        self.assertIn("vendredi", again.note)
        self.assertIn("Voyez avec moi", again.note)
        self.assertIn("an address not found", again.note, "an unknown sender is said to be one")
        self.assertIn("Voyez avec moi", debtor.message_ids[0].body)
        self.assertEqual(
            self.env["recovery.event"].search_count([("kind", "=", "reply"), ("debtor_id", "=", debtor.id)]), 2
        )
        again.action_feedback(feedback="Traité")
        self.receive(delivery.mail_id, self.debtor_partner.email, body="Encore une question.")
        self.assertEqual(len(self.tasks(debtor, "reply")), 1, "a new task once the first one is done")

    def test_a_machine_and_a_colleague_make_no_task(self):
        delivery = self.send_mail()
        debtor = delivery.debtor_id
        for headers, subject in (
            ("Auto-Submitted: auto-replied\n", "Re: Rappel"),
            ("X-Autoreply: yes\n", "Re: Rappel"),
            ("", "Réponse automatique : Rappel"),
        ):
            self.receive(delivery.mail_id, self.debtor_partner.email, subject=subject, headers=headers)
        self.receive(delivery.mail_id, self.recovery_user.email)
        self.assertFalse(self.tasks(debtor, "reply"))
        self.assertEqual(
            len(debtor.message_ids.filtered(lambda m: m.message_type == "email")), 4, "all are kept in the thread"
        )

    def test_a_reply_without_collector_is_for_who_sent_the_campaign(self):
        delivery = self.send_mail()
        self.receive(delivery.mail_id, self.debtor_partner.email)
        self.assertEqual(self.tasks(delivery.debtor_id, "reply").user_id, self.env.user)

    # ------------------------------------------------------------
    # Bounces and failures
    # ------------------------------------------------------------
    def test_a_bounce_becomes_one_letter_and_one_task(self):
        delivery = self.send_mail()
        notice, address = delivery.notice_id, self.debtor_partner.email
        self.assertEqual(delivery.state, "sent")
        self.bounce(delivery.mail_id, address)
        self.assertEqual(delivery.state, "bounced")
        self.assertIn("unknown user", delivery.error)
        letter = notice.delivery_ids - delivery
        self.assertEqual(
            (letter.channel, letter.purpose, letter.state, letter.origin_id),
            ("letter", "fallback", "to_print", delivery),
        )
        self.assertEqual(letter.attachment_id, notice.document_id)
        self.assertTrue(letter.sha256)
        self.assertEqual(letter.user_id, delivery.user_id)
        task = self.tasks(notice.debtor_id, "address")
        self.assertIn(address, task.note)
        self.bounce(delivery.mail_id, address)
        self.assertEqual(len(notice.delivery_ids), 2, "a second report changes nothing")
        self.assertEqual(len(self.tasks(notice.debtor_id, "address")), 1)
        kinds = self.env["recovery.event"].search([("debtor_id", "=", notice.debtor_id.id)]).mapped("kind")
        self.assertEqual((kinds.count("bounced"), kinds.count("fallback")), (1, 1))
        self.assertEqual(self.debtor_partner.message_bounce, 2)
        self.assertEqual(notice.state, "sent", "the level stays: the letter leaves in its place")

    def test_a_bounce_without_postal_address_is_a_task_only(self):
        self.debtor_partner.street = False
        delivery = self.send_mail()
        self.bounce(delivery.mail_id, self.debtor_partner.email)
        self.assertEqual(delivery.notice_id.delivery_ids, delivery)
        self.assertTrue(self.tasks(delivery.debtor_id, "address"))
        with self.assertRaisesRegex(UserError, "No letter"):
            delivery.action_send_letter()
        self.debtor_partner.street = "2 rue Neuve"
        delivery.action_send_letter()
        self.assertEqual(set(delivery.notice_id.delivery_ids.mapped("channel")), {"letter", "email"})

    def test_a_letter_that_cannot_be_printed_hides_no_bounce(self):
        delivery = self.send_mail()

        def fail(*args):
            raise ValueError("no printer")

        self.patch(type(self.env["recovery.rendering"]), "_render_letters", fail)
        with self.assertLogs("odoo.addons.debt_recovery", "WARNING"):
            self.bounce(delivery.mail_id, self.debtor_partner.email)
        self.assertEqual(delivery.state, "bounced")
        self.assertTrue(self.tasks(delivery.debtor_id, "address"))

    def test_the_mail_server_decides_the_state(self):
        self.make_invoice(days_overdue=10)
        delivery = self.send_campaign().notice_ids.delivery_ids
        with self.smtp() as left:
            delivery.mail_id.send()
        self.assertEqual((delivery.state, len(left)), ("sent", 1))
        self.assertEqual(left[0]["Message-Id"], self.env["recovery.sender"]._get_message_id(delivery))
        other = self.send_mail(self.make_partner("Autre client"))
        other.write({"state": "queued"})
        other.mail_id.state = "exception"
        other.mail_id._postprocess_sent_message([], [], failure_type="mail_smtp")
        self.assertEqual(other.state, "failed")
        self.assertIn("mail server", other.error, "a word that a person understands")
        self.assertFalse(other.notice_id.delivery_ids - other, "the address is not the cause: no letter")
        other.addressee_id.email = "nouvelle@example.com"
        other.with_user(self.recovery_user).action_retry()
        self.assertEqual((other.state, other.mail_id.state, other.error), ("queued", "outgoing", False))
        self.assertIn("nouvelle@", other.address)
        with self.smtp() as left:
            other.mail_id.send()
        self.assertEqual((other.state, len(left)), ("sent", 1))
        self.assertIn("nouvelle@", left[0]["To"])
        with self.assertRaises(UserError):
            other.action_retry()

    def test_an_invalid_address_is_replaced_by_a_letter(self):
        delivery = self.send_mail()
        delivery.write({"state": "queued"})
        delivery.mail_id._postprocess_sent_message([], [], failure_type="mail_email_invalid")
        self.assertEqual(set(delivery.notice_id.delivery_ids.mapped("state")), {"failed", "to_print"})

    def test_what_is_stuck_for_an_hour_is_seen_and_said_once(self):
        self.make_invoice(days_overdue=10)
        campaign = self.send_campaign()
        delivery = campaign.notice_ids.delivery_ids.sudo()
        Delivery = self.env["recovery.delivery"]
        stuck = [("campaign_id", "=", campaign.id), ("stuck", "=", True)]
        self.assertFalse(delivery.stuck or Delivery.search(stuck))
        delivery.queued_on = fields.Datetime.now() - timedelta(minutes=61)
        delivery.invalidate_recordset(["stuck"])
        self.assertTrue(delivery.stuck)
        self.assertEqual(Delivery.search(stuck), delivery)
        self.assertEqual(campaign.stuck_count, 1)
        for _hour in range(2):
            self.env["recovery.campaign"]._cron_watch_queue()
        self.assertEqual((len(campaign.activity_ids), campaign.activity_ids.user_id), (1, campaign.user_id))
        delivery._mark("sent")
        self.env["recovery.campaign"]._cron_watch_queue()
        self.assertFalse(campaign.activity_ids or campaign.stuck_alert_on)

    # ------------------------------------------------------------
    # Copies
    # ------------------------------------------------------------
    def test_copies_are_seen_and_traced(self):
        boss = self.make_partner("Direction commerciale", email="direction@example.com")
        self.patch(type(self.env["recovery.notice"]), "_get_copies", lambda notices: dict.fromkeys(notices, boss))
        self.make_invoice(days_overdue=10)
        delivery = self.send_campaign().notice_ids.delivery_ids
        self.assertEqual(delivery.copy_partner_ids, boss)
        with self.smtp() as left:
            delivery.mail_id.send()
        self.assertEqual(len(left), 1)
        self.assertIn(self.debtor_partner.email, left[0]["To"])
        self.assertIn("direction@example.com", left[0]["Cc"])
        self.assertEqual(delivery.state, "sent")
        self.bounce(delivery.mail_id, "direction@example.com")
        self.assertEqual(delivery.state, "sent", "the copy came back, not the reminder")
        self.bounce(delivery.mail_id, self.debtor_partner.email)
        self.assertEqual(delivery.state, "bounced")

    # ------------------------------------------------------------
    # Failures of one
    # ------------------------------------------------------------
    def test_one_that_cannot_be_validated_never_stops_the_others(self):
        bad = self.make_partner("Cas impossible")
        for partner in self.debtor_partner | bad:
            self.make_invoice(partner, days_overdue=10)
        campaign = self.make_campaign()
        dispatch = type(self.env["recovery.dispatch"])
        refresh = dispatch._refresh
        broken = [True]

        def refuse(engine, notices, day, **options):
            if broken and bad in notices.partner_id:
                raise ValueError("Libellé impossible")
            return refresh(engine, notices, day, **options)

        self.patch(dispatch, "_refresh", refuse)
        with self.assertLogs("odoo.addons.debt_recovery", "WARNING"):
            campaign._validate(self.today)
        failed = campaign.notice_ids.filtered(lambda n: n.partner_id == bad)
        self.assertEqual((failed.state, failed.state_reason), ("failed", "Libellé impossible"))
        self.assertEqual((campaign.notice_ids - failed).state, "validated")
        self.assertEqual(campaign.failed_count, 1)
        self.assertFalse(any(failed.line_ids.mapped("engaged")))
        broken.clear()
        failed.action_retry()
        self.assertEqual(failed.state, "validated", "tried again: validated, and sent with the campaign")
        self.assertTrue(all(failed._get_claimed_lines().mapped("engaged")))
        campaign._send(self.today)
        self.assertEqual(set(campaign.notice_ids.mapped("state")), {"sent"})

    # ------------------------------------------------------------
    # Undo
    # ------------------------------------------------------------
    def open_cancel(self, records):
        action = records.with_user(self.recovery_manager).action_cancel()
        return self.env[action["res_model"]].with_user(self.recovery_manager).browse(action["res_id"])

    def test_a_correction_goes_the_same_way_once(self):
        english = self.make_partner("Smith Ltd", lang="en_US")
        by_letter = self.make_partner("Par la poste", email=False)
        waiting = self.make_partner("Pas encore parti")
        partners = self.debtor_partner | english | by_letter | waiting
        for partner in partners:
            self.make_invoice(partner, days_overdue=10)
        campaign = self.send_campaign()
        of = {notice.partner_id: notice for notice in campaign.notice_ids}
        for partner in self.debtor_partner | english:
            of[partner].delivery_ids.sudo()._mark("sent")
        of[by_letter].delivery_ids.sudo()._mark("posted")
        wizard = self.open_cancel(campaign)
        self.assertEqual((wizard.sent_count, wizard.text_ids.mapped("lang")), (3, ["en_US", "fr_FR"]))
        wizard.reason = "Erreur de saisie"
        wizard.send_correction = True
        wizard.text_ids[1].body = '<p>Au temps pour nous : <t t-out="object.debtor_name"/>.</p>'
        with self.assertRaisesRegex(ValidationError, "placeholder"), self.env.cr.savepoint():
            wizard.text_ids[1].subject = "{{ object.company_id.name }}"
        wizard.action_confirm()
        self.assertEqual(set(campaign.notice_ids.mapped("state")), {"cancelled"})
        self.assertFalse(any(campaign.notice_ids.line_ids.mapped("engaged")), "the levels are what they were")
        corrections = campaign.notice_ids.delivery_ids.filtered(lambda d: d.purpose == "correction")
        self.assertEqual(
            {(d.debtor_id.partner_id, d.channel, d.state) for d in corrections},
            {
                (self.debtor_partner, "email", "queued"),
                (english, "email", "queued"),
                (by_letter, "letter", "to_print"),
            },
        )
        self.assertIn(
            "Au temps pour nous : Boulangerie Dupont",
            (corrections & of[self.debtor_partner].delivery_ids).mail_id.body_html,
        )
        self.assertIn("Please disregard", (corrections & of[english].delivery_ids).mail_id.body_html)
        self.assertIn(("debt_recovery.action_report_correction", of[by_letter].id), self.printed)
        kept = of[self.debtor_partner].delivery_ids - corrections
        self.assertEqual(kept.state, "sent", "what was sent stays in the journal")
        self.assertEqual(of[waiting].delivery_ids.state, "cancelled")
        self.assertEqual(of[waiting].delivery_ids.mail_id.state, "cancel")
        self.env["recovery.dispatch"]._send_corrections(
            campaign.notice_ids, {text.lang: text for text in wizard.text_ids}, self.today
        )
        self.assertEqual(
            len(campaign.notice_ids.delivery_ids.filtered(lambda d: d.purpose == "correction")), 3, "once, never twice"
        )
        self.assertEqual(
            self.verdict_of(self.env["account.move"].search([("partner_id", "=", english.id)])).code, "due"
        )

    def test_a_cancelled_mail_never_leaves(self):
        self.make_invoice(days_overdue=10)
        notice = self.send_campaign().notice_ids
        mail = notice.delivery_ids.mail_id
        wizard = self.open_cancel(notice)
        self.assertFalse(wizard.sent_count or wizard.text_ids, "nothing left: nothing to take back")
        with self.assertRaisesRegex(UserError, "reason"):
            wizard.action_confirm()
        wizard.reason = "Trop tôt"
        wizard.action_confirm()
        with self.smtp() as left:
            mail.send()
            self.env["mail.mail"].process_email_queue(email_ids=mail.ids)
        self.assertFalse(left)
        self.assertEqual((notice.delivery_ids.state, mail.state), ("cancelled", "cancel"))
        self.assertEqual(mail.mail_message_id.notification_ids.notification_status, "canceled")

    def test_activities_close_with_the_notice(self):
        self.make_invoice(days_overdue=20)
        day = self.today - timedelta(days=10)
        self.make_campaign(day)._validate(day)
        notice = self.send_campaign().notice_ids
        self.assertTrue(self.tasks(notice.debtor_id, "call"))
        notice.with_user(self.recovery_manager)._cancel("Erreur")
        self.assertFalse(self.tasks(notice.debtor_id, "call"))

    # ------------------------------------------------------------
    # Cost
    # ------------------------------------------------------------
    def test_queries_do_not_follow_the_number_of_notices(self):
        def count(number, channel):
            level = self.levels["reminder"]
            level.write(
                {
                    "channel_email": channel == "email",
                    "channel_letter": channel == "letter",
                    "channel_call": channel == "call",
                }
            )
            partners = self.env["res.partner"].create(
                [
                    {
                        "name": f"Cher {channel} {number} {i}",
                        "is_company": True,
                        "email": f"c{number}{i}@example.com",
                        "street": "1 rue du Port",
                        "city": "Nantes",
                    }
                    for i in range(number)
                ]
            )
            self.env["account.move"].create(
                [
                    {
                        "move_type": "out_invoice",
                        "partner_id": partner.id,
                        "invoice_date": self.today - timedelta(days=40),
                        "invoice_date_due": self.today - timedelta(days=10),
                        "invoice_payment_term_id": False,
                        "invoice_line_ids": [
                            Command.create({"name": "x", "price_unit": 100, "tax_ids": [Command.clear()]})
                        ],
                    }
                    for partner in partners
                ]
            ).action_post()
            campaign = self.make_campaign(debtors=self.env["recovery.debtor"]._ensure_for(partners, self.company))
            counts = []
            for step in (campaign._validate, campaign._send):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                step(self.today)
                self.env.flush_all()
                counts.append(self.cr.sql_log_count - before)
            self.assertEqual(len(campaign.notice_ids.delivery_ids), number)
            return counts

        for channel in ("email", "call", "letter"):
            with self.subTest(channel=channel):
                count(2, channel)
                few, many = count(10, channel), count(40, channel)
                self.assertLessEqual(many[0] - few[0], 2, "validation")
                self.assertLessEqual(many[1] - few[1], 4, "sending")

    def test_a_notice_that_never_left_is_no_last_contact(self):
        debtor = self.debtor_of()
        self.make_invoice(days_overdue=30)
        first = self.send_campaign(self.today - timedelta(days=20))
        self.assertEqual(debtor.last_notice_on, self.today - timedelta(days=20))
        campaign = self.make_campaign()
        campaign._validate(self.today)
        self.assertEqual(debtor.last_notice_on, self.today)
        campaign.notice_ids.with_user(self.recovery_manager)._cancel("Erreur")
        self.assertNotEqual(debtor.last_notice_on, self.today)
        first.notice_ids.delivery_ids.mail_id.state = "outgoing"
        first.notice_ids.with_user(self.recovery_manager)._cancel("Erreur aussi")
        self.assertFalse(debtor.last_notice_on, "its mail was still in the queue: nothing ever left")
