from markupsafe import Markup

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...common import RecoveryCommon

PROGRAMS = (
    "<p><t t-out=\"object.env['res.users'].browse(%s).sudo().write({'signature': 'hacked'})\"/></p>",
    '<p><t t-foreach="object.env[\'res.users\'].sudo().search([])" t-as="one"><t t-out="one.login"/></t></p>',
    "<p>{{ object.env['res.users'].browse(%s).sudo().login }}</p>",
    "<p>a<script>{{ object.env }}</script></p>",
    '<p t-esc="object.env.cr">a</p>',
    "<p>a</p><!-- {{ object.env }} -->",
)


@tagged("post_install", "-at_install")
class TestTextsAreFilled(RecoveryCommon):
    """Sending and previews fill texts from finished strings; what got in past every check is named and runs nowhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.victim = cls.make_user("victime", "base.group_user")
        cls.victim.signature = "<p>Intacte</p>"
        cls.french = cls.env["res.lang"]._get_data(code="fr_FR").name

    def poison(self, record, name, lang, value):
        """Store a value past the fields, as an old database or a hand in SQL does."""
        self.env.flush_all()
        self.env.cr.execute(
            f'UPDATE "{record._table}" SET "{name}" = "{name}" || jsonb_build_object(%s, %s::text) WHERE id = %s',
            [lang, value.replace("%s", str(self.victim.id)), record.id],
        )
        self.env.invalidate_all()

    def assert_nothing_ran(self, *outputs):
        self.victim.invalidate_recordset()
        self.assertEqual(self.victim.signature, "<p>Intacte</p>")
        for output in outputs:
            self.assertNotIn(self.victim.login, output)

    def assert_named(self, message, title=None):
        """Assert that a message names the text, its language and what was found."""
        for part in (title or self.levels["reminder"].name, self.french, "object.env"):
            self.assertIn(part, message)
        self.assertNotIn("Traceback", message)

    def make_two(self):
        """Return a French and an English customer who are both reminded today."""
        english = self.make_partner("Smith Ltd", lang="en_US")
        for partner in self.debtor_partner | english:
            self.make_invoice(partner, days_overdue=5)
        return english

    # ------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------
    def test_a_program_stored_in_one_language_stops_its_readers_only_and_says_so(self):
        english = self.make_two()
        level = self.levels["reminder"]
        for name in ("body", "closing", "subject"):
            good = level.with_context(lang="fr_FR")[name]
            for program in PROGRAMS:
                if name == "subject" and not program.startswith("<p>{{"):
                    continue
                self.poison(level, name, "fr_FR", program)
                with self.subTest(field=name, program=program), self.env.cr.savepoint() as savepoint:
                    campaign = self.send_campaign()
                    of = {notice.partner_id: notice for notice in campaign.notice_ids}
                    self.assertEqual((of[self.debtor_partner].state, of[english].state), ("failed", "sent"))
                    self.assert_named(of[self.debtor_partner].state_reason)
                    self.assertFalse(of[self.debtor_partner].delivery_ids)
                    self.assertEqual(campaign.failed_count, 1)
                    event = self.env["recovery.event"].search([("kind", "=", "failed")], limit=1)
                    self.assertEqual(event.res_id, of[self.debtor_partner].id)
                    self.assert_nothing_ran(of[self.debtor_partner].state_reason, of[english].body)
                    savepoint.rollback()
                    self.env.invalidate_all()
            self.poison(level, name, "fr_FR", str(good))

    def test_the_paragraph_of_a_tone_is_a_text_like_the_others(self):
        self.make_invoice(days_overdue=5)
        notice = self.make_campaign().notice_ids
        notice.sudo().tone = "habitual"
        self.poison(self.levels["reminder"], "paragraph_habitual", "fr_FR", PROGRAMS[0])
        with self.assertRaises(UserError) as caught:
            self.env["recovery.rendering"]._render_wording(notice)
        self.assert_named(str(caught.exception))
        self.assert_nothing_ran()

    def test_the_words_of_a_mise_en_demeure_are_texts_like_the_others(self):
        wording = self.env.ref("debt_recovery.recovery_formal_wording_consumer")
        self.make_invoice(days_overdue=5)
        notice = self.make_campaign().notice_ids
        formal = self.levels["formal_notice"]
        notice.sudo().write({"level_id": formal.id, "kind": "formal_notice", "variant": "consumer"})
        before = self.env["recovery.rendering"]._render_wording(notice)[notice]
        self.assertNotEqual(before[2], formal.with_context(lang="fr_FR").closing)
        self.poison(wording, "closing", "fr_FR", PROGRAMS[0])
        with self.assertRaises(UserError) as caught:
            self.env["recovery.rendering"]._render_wording(notice)
        self.assert_named(str(caught.exception), wording.display_name)
        self.assert_nothing_ran()

    def test_a_correction_that_cannot_be_filled_is_named_and_the_rest_is_cancelled(self):
        self.make_two()
        campaign = self.send_campaign()
        campaign.notice_ids.delivery_ids.sudo()._mark("sent")
        action = campaign.action_cancel()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.write({"reason": "Erreur", "send_correction": True})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE recovery_cancel_text SET body = %s WHERE wizard_id = %s AND lang = 'fr_FR'",
            [PROGRAMS[0].replace("%s", str(self.victim.id)), wizard.id],
        )
        self.env.invalidate_all()
        wizard.action_confirm()
        corrections = campaign.notice_ids.delivery_ids.filtered(lambda d: d.purpose == "correction")
        self.assertEqual(corrections.notice_id.mapped("lang"), ["en_US"])
        event = self.env["recovery.event"].search([("kind", "=", "failed")], limit=1)
        self.assertIn(self.french, event.summary)
        self.assert_nothing_ran(event.summary)

    # ------------------------------------------------------------
    # Previews and scripts
    # ------------------------------------------------------------
    def test_previews_say_in_words_what_is_wrong(self):
        self.make_invoice(days_overdue=5)
        level = self.levels["reminder"]
        notice = self.make_campaign().notice_ids
        for program in PROGRAMS:
            self.poison(level, "closing", "fr_FR", program)
            with self.subTest(program=program):
                level.preview_lang = "fr_FR"
                self.assertIn("text-danger", level.preview_html)
                self.assert_named(level.preview_html)
                subject, body, closing = notice._get_preview_wording()
                self.assertEqual((subject, closing), ("", ""))
                self.assert_named(body)
                self.assert_nothing_ran(level.preview_html, body)
                level.preview_lang = "en_US"
                self.assertNotIn("text-danger", level.preview_html, "the other language is right")

    def test_the_script_of_a_call_says_in_words_what_is_wrong(self):
        self.make_invoice(days_overdue=20)
        user = self.recovery_user
        user.lang = "fr_FR"
        wizard = self.env["recovery.call.wizard"].with_user(user).create({"debtor_id": self.debtor_of().id})
        self.assertIn("Boulangerie Dupont", wizard.script)
        for program in PROGRAMS:
            self.poison(self.levels["call"], "body", "fr_FR", program)
            wizard.invalidate_recordset()
            with self.subTest(program=program):
                self.assertIn("object.env", wizard.script)
                self.assert_nothing_ran(wizard.script)

    # ------------------------------------------------------------
    # Values
    # ------------------------------------------------------------
    def test_a_name_is_printed_as_it_is_and_never_read_as_a_text(self):
        name = '{{ object.collector_name }} <t t-out="object.amount_text"/> %(x)s {0} <script>a()</script>'
        partner = self.make_partner("Étrange")
        partner.name = name
        self.make_invoice(partner, days_overdue=5)
        level = self.levels["reminder"].with_context(lang="fr_FR")
        level.write(
            {"subject": "Rappel {{ object.debtor_name }} 100 %", "body": "<p>{{ object.debtor_name }} 5 %s</p>"}
        )
        notice = self.send_campaign().notice_ids
        self.assertEqual(notice.subject, f"Rappel {name} 100 %")
        self.assertEqual(notice.body, Markup("<p>%s 5 %%s</p>") % name)
        self.assertNotIn("<script>", notice.delivery_ids.mail_id.body_html)

    def test_words_stand_where_there_is_nothing_to_say(self):
        self.make_invoice(days_overdue=5)
        level = self.levels["reminder"].with_context(lang="fr_FR")
        level.body = (
            '<p>Promesse : <t t-out="object.broken_promise_text">aucune</t>, {{ object.broken_promise_text }}.</p>'
        )
        notice = self.make_campaign().notice_ids
        _subject, body, _closing = self.env["recovery.rendering"]._render_wording(notice)[notice]
        self.assertEqual(body, "<p>Promesse : aucune, .</p>")

    def test_a_plain_user_fills_texts_with_their_own_rights(self):
        self.make_invoice(days_overdue=5)
        notice = self.make_campaign().notice_ids.with_user(self.recovery_user)
        Rendering = self.env["recovery.rendering"].with_user(self.recovery_user)
        subject, body, closing = Rendering._render_wording(notice)[notice]
        self.assertIn("000,00\xa0€", subject)
        self.assertTrue(body and closing)
        level = self.levels["reminder"].with_user(self.recovery_user)
        self.assertIn("Boulangerie", level.new({"preview_debtor_id": self.debtor_of().id}, origin=level).preview_html)

    def test_only_names_of_the_closed_list_are_ever_read(self):
        self.make_invoice(days_overdue=5)
        notice = self.make_campaign().notice_ids
        values = notice._read_placeholders({"amount_text", "debtor_id", "env", "state", "company_name"}, "fr_FR")
        self.assertEqual(set(values[notice]), {"amount_text", "company_name"})
        self.assertEqual({type(value) for value in values[notice].values()}, {str})
        everything = notice._read_placeholders(notice._get_placeholders(), "fr_FR")[notice]
        self.assertEqual({type(value) for value in everything.values()}, {str})

    # ------------------------------------------------------------
    # What is shipped
    # ------------------------------------------------------------
    def test_every_shipped_text_prints_the_words_that_core_would(self):
        english = self.make_two()
        notices = self.make_campaign().notice_ids
        by_lang = {notice.lang: notice for notice in notices}
        self.assertEqual(by_lang["en_US"].partner_id, english)
        records = [*self.env["recovery.level"].search([]), *self.env["recovery.formal.wording"].search([])]
        wizard, count = self.env["recovery.cancel.wizard"], 0
        for lang, notice in by_lang.items():
            Core = self.env["mail.render.mixin"].with_context(lang=lang)
            correction = self.env["recovery.cancel.text"].new(wizard._prepare_text(lang))
            for record in (*records, correction):
                for name in record._get_text_fields():
                    text = record.with_context(lang=lang)[name]
                    if not text:
                        continue
                    count += 1
                    with self.subTest(record=record, field=name, lang=lang):
                        filled = record._fill_texts(record._parse_texts([name], lang), notice, lang)[notice][name]
                        if record._fields[name].type == "html":
                            expected = Core._render_template_qweb(text, "recovery.notice", notice.ids)
                        else:
                            expected = Core._render_template_inline_template(text, "recovery.notice", notice.ids)
                        self.assertEqual(filled, expected[notice.id])
                        self.assertNotRegex(filled, r"\{\{|t-out")
        self.assertGreater(count, 200)
