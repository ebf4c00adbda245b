import re
from datetime import date, timedelta
from io import BytesIO
from unittest.mock import patch

from freezegun import freeze_time
from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import BaseCase, tagged

from odoo.addons.debt_recovery.models.contract.written import find_written

from ..common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestWrittenMentions(BaseCase):
    """What a company's own terms already say."""

    def test_what_terms_speak_of(self):
        for text, expected in (
            ("Pas d'escompte pour paiement anticipé", {"discount"}),
            ("Pénalités de retard : trois fois le taux légal", {"penalty"}),
            ("Indemnité forfaitaire pour frais de recouvrement : 40 €", {"indemnity"}),
            ("Late payment interest of 12 % and 40 euros", {"penalty", "indemnity"}),
            ("Art. L. 441-10 et D. 441-5 du code de commerce", {"penalty", "indemnity"}),
            ("Garantie 40 mois, réserve de propriété", set()),
            ("140 € de franco de port", set()),
            ("", set()),
        ):
            with self.subTest(text=text):
                self.assertEqual(find_written(text), expected)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 09:00:00")
class TestInvoiceMentions(RecoveryCommon):
    """The mandatory mentions (C. com. L441-9): frozen at posting, printed on customer invoices only."""

    prints_documents = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"recovery_mentions": True, "recovery_mentions_from": cls.today})

    def invoice(self, partner=None, **vals):
        vals = {"due": date(2026, 12, 31), "date": self.today, **vals}
        return self.make_invoice(partner, **vals)

    def test_who_switched_them_off_or_on_is_in_the_journal(self):
        last = self.env["recovery.event"].search([], limit=1).id or 0

        def told():
            return self.env["recovery.event"].search([("id", ">", last), ("kind", "=", "configured")], order="id")

        self.company.write({"recovery_mentions": True, "recovery_mentions_from": self.today})
        self.company.phone = "+33 1 00 00 00 00"
        self.assertFalse(told(), "nothing changed")
        admin = self.env.ref("base.user_admin")
        admin.company_ids |= self.company
        self.cr.precommit.run()
        settings = self.env["res.config.settings"].with_user(admin).with_company(self.company)
        settings.create({"recovery_mentions": False}).execute()
        event = told().filtered(lambda entry: entry.res_model == "res.company")
        self.assertEqual((event.user_id, event.company_id), (admin, self.company))
        label = self.company._fields["recovery_mentions"]._description_string(event.with_user(admin).env)
        self.assertIn(label, event.summary)
        self.assertEqual(len(event.details), 2, "the switch and its first day")
        branch = self.env["res.company"].create({"name": "Lyon", "parent_id": self.company.id})
        self.cr.precommit.run()
        last = max(told().ids)
        branch.recovery_mentions_discount = "Escompte de 1 %"
        branch.update_field_translations("recovery_mentions_discount", {"fr_FR": "Escompte de 2 %"})
        self.assertEqual((told().company_id, told().mapped("object_name")), (self.company, ["Lyon", "Lyon"]))
        self.assertIn("2 %", told()[1].details_text)

    def mentions(self, move):
        return self.plain(move.recovery_mentions)

    def plain(self, text):
        return re.sub(r"[ \u00a0\u202f]+", " ", text or "")

    def english(self, name="Acme Ltd", nature=None, **vals):
        partner = self.make_partner(name, lang="en_US", **vals)
        if nature:
            self.debtor_of(partner).nature = nature
        return partner

    def read_pdf(self, moves):
        content, _kind = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf("account.account_invoices", moves.ids)
        )
        text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
        return re.sub(r"[\s\u00a0\u202f]+", " ", text)

    # ------------------------------------------------------------
    # What each customer reads
    # ------------------------------------------------------------
    def test_professional(self):
        text = self.mentions(self.invoice(self.english()))
        self.assertEqual(
            text.splitlines(),
            [
                "Payable no later than December 31, 2026.",
                "No early payment discount.",
                "Late-payment penalties (C. com. L441-10 II), due from the day after this date without any "
                "reminder: the ECB's refinancing rate plus 10 points, that is 12.40% a year (2nd half-year of 2026).",
                "Fixed compensation for recovery costs in case of late payment: 40.00 € (C. com. D441-5).",
            ],
        )
        merchant = self.english("Merchant Ltd", "merchant")
        self.assertEqual(self.mentions(self.invoice(merchant)), text)

    def test_consumer_reads_neither_penalty_nor_indemnity(self):
        text = self.mentions(self.invoice(self.english("John Doe", is_company=False)))
        self.assertIn("legal rate, from the mise en demeure (C. civ. 1231-6)", text)
        for word in ("ECB", "40", "L441-10", "compensation"):
            self.assertNotIn(word, text)

    def test_consumer_reads_the_rate_of_general_terms_only_if_made_for_consumers(self):
        terms = self.env["recovery.contract.terms"].create(
            {
                "company_id": self.company.id,
                "valid_from": date(2026, 1, 1),
                "penalty_kind": "contract",
                "penalty_rate": 15,
            }
        )
        partner = self.english("John Doe", is_company=False)
        self.assertIn("interest at the legal rate", self.mentions(self.invoice(partner)))
        terms.for_consumers = True
        self.assertIn("interest of 15.00% a year, as agreed", self.mentions(self.invoice(partner)))

    def test_public_body_has_its_own_rate_and_articles(self):
        text = self.mentions(self.invoice(self.english("Town hall", "public")))
        self.assertIn("plus 8 points, that is 10.40% a year (2nd half-year of 2026)", text)
        self.assertIn("R2192-31", text)
        self.assertIn("40.00 € (CCP D2192-35)", text)
        self.assertNotIn("L441-10", text)

    def test_customers_language(self):
        text = self.mentions(self.invoice())
        for words in ("31/12/2026", "12,40 %", "40,00 €"):
            self.assertIn(words, text)
        mute = self.make_partner("Sans langue", lang=False)
        self.company.partner_id.lang = "fr_FR"
        self.assertIn("31/12/2026", self.mentions(self.invoice(mute)))

    def test_rate_of_the_contract(self):
        partner = self.english()
        terms = self.env["recovery.contract.terms"].create(
            {
                "company_id": self.company.id,
                "debtor_id": self.debtor_of(partner).id,
                "valid_from": date(2026, 1, 1),
                "penalty_kind": "contract",
                "penalty_rate": 15,
            }
        )
        self.assertIn("without any reminder: 15.00% a year.", self.mentions(self.invoice(partner)))
        terms.penalty_rate = 5
        low = self.mentions(self.invoice(partner))
        self.assertIn("3 times the legal interest rate, that is 8.25% a year", low)
        self.assertNotIn("5.00%", low.replace("8.25%", ""))
        terms.valid_to = self.today - timedelta(days=1)
        self.assertIn("12.40%", self.mentions(self.invoice(partner)))

    def test_real_discount_of_the_payment_term(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "30 jours, escompte",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 8,
                "early_pay_discount_computation": "excluded",
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
            }
        )
        text = self.mentions(self.invoice(self.english(), term=term))
        self.assertIn("Discount of 2.00% on the amount excluding tax for payment by November 29, 2026.", text)
        self.assertNotIn("No early payment discount", text)
        self.company.recovery_mentions_discount = "Escompte 1 % sous 8 jours"
        self.assertIn("Escompte 1 % sous 8 jours", self.mentions(self.invoice(self.english("Other Ltd"))))

    def test_instalments_are_all_told(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2 fois",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (30, 60)
                ],
            }
        )
        text = self.mentions(self.invoice(self.english(), term=term))
        self.assertIn("Payable no later than: 500.00 € on December 21, 2026, 500.00 € on January 20, 2027.", text)

    def test_unknown_rate_does_not_stop_an_invoice(self):
        text = self.mentions(self.invoice(self.english(), date=date(2031, 3, 1), due=date(2031, 4, 1)))
        self.assertIn("plus 10 points.", text)

    # ------------------------------------------------------------
    # When it is printed
    # ------------------------------------------------------------
    def test_only_customer_invoices(self):
        for move_type in ("out_refund", "out_receipt", "in_invoice"):
            with self.subTest(move_type=move_type):
                self.assertFalse(self.invoice(move_type=move_type).recovery_mentions)

    def test_on_by_default_in_france_only(self):
        Company = self.env["res.company"]
        french = Company.create({"name": "Neuve", "country_id": self.env.ref("base.fr").id})
        belgian = Company.create({"name": "Belge", "country_id": self.env.ref("base.be").id})
        self.assertEqual((french.recovery_mentions, french.recovery_mentions_from), (True, self.today))
        self.assertEqual((belgian.recovery_mentions, belgian.recovery_mentions_from), (False, False))
        self.company.account_fiscal_country_id = self.env.ref("base.be")
        self.assertFalse(self.invoice(self.english()).recovery_mentions)

    def test_older_invoices_never_change(self):
        self.company.recovery_mentions = False
        self.assertFalse(self.company.recovery_mentions_from)
        old = self.invoice(self.english())
        self.assertFalse(old.recovery_mentions)
        self.company.recovery_mentions = True
        self.assertEqual(self.company.recovery_mentions_from, self.today)
        self.env.invalidate_all()
        self.assertFalse(old.recovery_mentions)
        self.assertNotIn("D441-5", self.read_pdf(old))
        self.company.recovery_mentions_from = self.today + timedelta(days=10)
        self.assertFalse(self.invoice(self.english("Soon Ltd")).recovery_mentions)

    def test_what_was_posted_stays(self):
        move = self.invoice(self.english())
        before = move.recovery_mentions
        self.env["recovery.rate"].search([("kind", "=", "ecb_mro")]).filtered(
            lambda rate: rate.date_from <= date(2026, 7, 1) <= rate.date_to
        ).value = 9
        self.env.ref("debt_recovery.recovery_legal_parameter_flat_indemnity_b2b").value = "50.00"
        self.debtor_of(move.partner_id).nature = "public"
        move.partner_id.lang = "fr_FR"
        self.company.write({"recovery_mentions_discount": "Escompte 3 %", "recovery_mentions": False})
        self.env.invalidate_all()
        self.assertEqual(move.recovery_mentions, before)
        self.company.recovery_mentions = True
        move.button_draft()
        self.assertFalse(move.recovery_mention_ids)
        move.action_post()
        self.assertIn("R2192-31", move.recovery_mentions)
        self.assertIn("Escompte 3 %", move.recovery_mentions)

    def test_draft_shows_what_it_would_print(self):
        draft = self.invoice(self.english(), post=False)
        self.assertIn("12.40%", self.mentions(draft))
        self.assertFalse(draft.recovery_mention_ids)
        preview = draft.recovery_mentions
        draft.action_post()
        self.assertEqual(draft.recovery_mention_ids.text, preview)

    def test_not_twice_when_the_terms_say_it(self):
        self.env["ir.config_parameter"].sudo().set_param("account.use_invoice_terms", True)
        self.company.write(
            {"terms_type": "plain", "invoice_terms": "<p>Indemnité forfaitaire de 40 € en cas de retard.</p>"}
        )
        text = self.mentions(self.invoice(self.english()))
        self.assertNotIn("D441-5", text)
        self.assertIn("12.40%", text)
        settings = self.env["res.config.settings"].create({})
        self.assertIn("fixed compensation", settings.recovery_mentions_hint)
        self.company.invoice_terms = "<p>Réserve de propriété.</p>"
        self.assertFalse(self.env["res.config.settings"].create({}).recovery_mentions_hint)

    # ------------------------------------------------------------
    # How it is posted and printed
    # ------------------------------------------------------------
    def test_job_and_invoicing_user_post_them_too(self):
        job = self.invoice(self.english(), post=False)
        job.auto_post = "at_date"
        with patch.object(self.env.registry["ir.cron"], "_commit_progress", return_value=60):
            self.env["account.move"]._autopost_draft_entries()
        self.assertEqual(job.state, "posted")
        self.assertIn("12.40%", self.mentions(job))
        clerk = self.make_user("paul", "account.group_account_invoice")
        move = self.invoice(self.english("Clerk Ltd"), post=False)
        move.with_user(clerk).action_post()
        self.assertIn("12.40%", self.mentions(move))
        with self.assertRaises(AccessError):
            move.recovery_mention_ids.with_user(self.recovery_manager).write({"text": "x"})

    def test_cost_does_not_grow_with_the_invoices(self):
        Mention = self.env["recovery.invoice.mention"]

        def count(moves):
            moves = self.env["account.move"].union(*moves)
            Mention._forget(moves)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            Mention._freeze(moves)
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        moves = [
            self.invoice(self.make_partner(f"Client {number}"), due=date(2026, 12, 1) + timedelta(days=number))
            for number in range(12)
        ]
        few = count(moves[:2])
        self.assertLessEqual(count(moves), few + 2)

    def test_printed_in_each_layout(self):
        move = self.invoice(self.english())
        for name in ("standard", "bold", "boxed", "striped"):
            with self.subTest(layout=name):
                self.company.external_report_layout_id = self.env.ref(f"web.external_layout_{name}")
                text = self.read_pdf(move)
                self.assertIn("12.40%", text)
                self.assertIn("(C. com. D441-5)", text)
        self.assertEqual(text.count("D441-5"), 1)
        clerk = self.make_user("paul", "account.group_account_invoice")
        html, _kind = (
            self.env["ir.actions.report"].with_user(clerk)._render_qweb_html("account.account_invoices", move.ids)
        )
        self.assertIn("D441-5", html.decode())
