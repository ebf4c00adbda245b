import hashlib
import io
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader, PdfFileWriter, merge_pdf

from odoo.addons.base.models import ir_actions_report

from ....models.common.page_fit import SIZES
from ....models.dunning.campaign import recovery_dispatch as invoices
from ...common import RecoveryCommon
from ...common.printed import read_places


@tagged("post_install", "-at_install")
class TestSending(RecoveryCommon):
    prints_documents = True

    def climb(self, *days_before):
        """Engage the earlier levels without printing them."""
        for days in days_before:
            day = self.today - timedelta(days=days)
            self.make_campaign(day)._validate(day)

    def text_of(self, attachment):
        reader = PdfFileReader(io.BytesIO(attachment.raw))
        return "\n".join(page.extract_text() for page in reader.pages)

    def test_mail_leaves_through_the_queue_in_the_debtor_language(self):
        self.levels["reminder"].attach_account_statement = True
        self.make_invoice(days_overdue=10, amount=1234.5)
        notice = self.send_campaign().notice_ids
        delivery = notice.delivery_ids
        mail = delivery.mail_id
        self.assertEqual((delivery.state, mail.state), ("queued", "outgoing"))
        self.assertEqual(mail.recipient_ids, self.debtor_partner)
        self.assertIn("1\xa0234,50\xa0€", mail.body_html)
        self.assertIn(notice._get_claimed_lines().move_name, mail.body_html)
        self.assertEqual(delivery.attachment_id.mimetype, "application/pdf", "the level attaches the statement")
        self.assertEqual(delivery.sha256, hashlib.sha256(delivery.attachment_id.raw).hexdigest())
        self.assertEqual((mail.mail_message_id.model, mail.res_id), ("recovery.debtor", notice.debtor_id.id))
        self.assertIn(f"debt-recovery-delivery-{delivery.id}@", mail.message_id)

    def test_wording_is_french_for_a_french_customer_and_english_for_an_english_one(self):
        english = self.make_partner("Smith Ltd", lang="en_US")
        self.make_invoice(days_overdue=10)
        self.make_invoice(english, days_overdue=10)
        notices = self.send_campaign().notice_ids
        subjects = {notice.partner_id: notice.subject for notice in notices}
        self.assertIn("Rappel", subjects[self.debtor_partner])
        self.assertIn("Reminder", subjects[english])

    def test_sent_mail_tells_its_delivery(self):
        self.make_invoice(days_overdue=10)
        delivery = self.send_campaign().notice_ids.delivery_ids
        delivery.mail_id._postprocess_sent_message([], [], failure_reason="Boîte inconnue", failure_type="unknown")
        self.assertEqual((delivery.state, delivery.error), ("failed", "Boîte inconnue"))
        delivery.mail_id._postprocess_sent_message(self.debtor_partner.ids, [])
        self.assertEqual(delivery.state, "sent")
        self.assertTrue(delivery.done_on)

    def test_no_address_by_mail_becomes_a_letter(self):
        self.debtor_partner.email = False
        self.make_invoice(days_overdue=10)
        notice = self.send_campaign().notice_ids
        self.assertEqual(notice.delivery_ids.mapped("channel"), ["letter"])
        self.assertTrue(notice.document_id)

    def test_call_is_a_task_with_a_script_that_reports_back(self):
        self.make_invoice(days_overdue=20)
        self.climb(10)
        notice = self.send_campaign().notice_ids
        delivery = notice.delivery_ids
        self.assertEqual((delivery.channel, delivery.state), ("call", "to_do"))
        activity = delivery.activity_id
        self.assertEqual((activity.res_model, activity.res_id), ("recovery.debtor", notice.debtor_id.id))
        self.assertTrue(activity.date_deadline.weekday() < 5, "a business day")
        activity.action_feedback(feedback="Paiement promis vendredi")
        self.assertEqual((delivery.state, delivery.feedback), ("done", "Paiement promis vendredi"))

    def test_letters_are_one_print_and_one_file_each(self):
        partners = [self.make_partner(f"Client {i}", email=False) for i in range(3)]
        for partner in partners:
            for _i in range(15):
                self.make_invoice(partner, days_overdue=10)  # more than one page: core must split on headings
        calls = []
        run_pdf = ir_actions_report._run_wkhtmltopdf

        def count(args):
            calls.append(args)
            return run_pdf(args)

        campaign = self.make_campaign()
        campaign._validate(self.today)
        with patch.object(ir_actions_report, "_run_wkhtmltopdf", count):
            campaign._send(self.today)
        self.assertEqual(len(calls), 1, "one wkhtmltopdf call for all letters")
        for notice in campaign.notice_ids:
            text = self.text_of(notice.document_id)
            self.assertIn(notice.partner_id.name, text)
            for other in set(partners) - {notice.partner_id}:
                self.assertNotIn(other.name, text)
        for mark, state in (("action_mark_printed", "printed"), ("action_mark_posted", "posted")):
            getattr(campaign, mark)()
            self.assertEqual(set(campaign.notice_ids.delivery_ids.mapped("state")), {state})

    def test_a_letter_that_is_longer_than_reckoned_is_printed_once_more_and_smaller(self):
        self.debtor_partner.email = False
        wide = "<p>Madame, Monsieur,</p><p>" + "WWWW " * 220 + "</p>"  # no text has letters that wide
        self.levels["reminder"].with_context(lang="fr_FR").body = wide
        self.make_invoice(days_overdue=10)
        campaign = self.make_campaign()
        campaign._validate(self.today)
        calls = []
        run_pdf = ir_actions_report._run_wkhtmltopdf
        with patch.object(ir_actions_report, "_run_wkhtmltopdf", lambda args: calls.append(args) or run_pdf(args)):
            campaign._send(self.today)
        self.assertEqual(len(calls), 2)
        [page] = read_places(campaign.notice_ids.document_id.raw)
        [opening] = [words for words in page if words.text == "Madame, Monsieur,"]
        self.assertLess(opening.size, SIZES[1])

    def test_mise_en_demeure_says_what_it_must(self):
        invoice = self.make_invoice(days_overdue=100, amount=1000)
        self.pay(invoice, amount=250)
        self.climb(60, 40, 20)
        notice = self.send_campaign().notice_ids
        self.assertEqual(notice.kind, "formal_notice")
        self.assertEqual(notice.deadline_date, self.today + timedelta(days=18))
        self.assertTrue(notice.number.startswith("MED/2026/"))
        text = " ".join(self.text_of(notice.document_id).replace("\u202f", " ").replace("\xa0", " ").split())
        for expected in (
            "MISE EN DEMEURE",
            "Lettre recommandée avec avis de réception",
            "Boulangerie Dupont",
            "Paris, le 21 novembre 2026",
            invoice.name,
            "750,00 €",
            "15 jours",
            "première présentation",
            "9 décembre 2026",
            "FR76 3000 6000 0112 3456 7890 189",
            "salutations distinguées",
            "732 829 320 RCS Paris",
            "SAS",
            "Claire Martin",
            "Responsable crédit",
        ):
            self.assertIn(expected, text)
        for english in ("Dear", "Remaining", "Total claimed", "faithfully", "contact:"):
            self.assertNotIn(english, text)

    def test_a_sent_letter_never_changes(self):
        invoice = self.make_invoice(days_overdue=100, amount=1000)
        self.climb(60, 40, 20)
        notice = self.send_campaign().notice_ids
        before = notice.document_id.raw
        self.pay(invoice)
        self.debtor_partner.name = "Autre nom"
        self.assertEqual(notice.amount, 1000)
        self.assertEqual(notice.document_id.raw, before)
        self.assertEqual(notice.delivery_ids.sha256, hashlib.sha256(before).hexdigest())

    def test_thread_and_journal_keep_each_notice(self):
        self.make_invoice(days_overdue=10)
        notice = self.send_campaign().notice_ids
        self.assertIn(notice.subject, notice.debtor_id.message_ids.mapped("subject"))
        events = self.env["recovery.event"].search([("debtor_id", "=", notice.debtor_id.id)])
        self.assertLessEqual({"validated", "queued"}, set(events.mapped("kind")))
        with self.assertRaises(UserError):
            events[0].sudo().write({"summary": "x"})
        with self.assertRaises(UserError):
            events[0].sudo().unlink()
        with self.assertRaises(UserError):
            self.env["recovery.event"].create({"summary": "x"})

    def test_large_campaign_is_finished_by_the_scheduled_job(self):
        partners = self.env["res.partner"].create(
            [{"name": f"C{i}", "is_company": True, "email": f"c{i}@example.com"} for i in range(4)]
        )
        for partner in partners:
            self.make_invoice(partner, days_overdue=10)
        campaign = self.make_campaign()
        campaign._validate(self.today)
        dispatch = type(self.env["recovery.dispatch"])
        with patch.object(dispatch, "_get_direct_limit", lambda _self: 1):
            campaign._send(self.today)
        self.assertEqual((campaign.state, campaign.sent_count), ("sending", 1))
        # prints_documents already shares the cursor with the job
        self.env.ref("debt_recovery.ir_cron_send_notices").sudo().method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((campaign.state, campaign.sent_count), ("sent", 4))
        self.assertEqual(
            set(campaign.notice_ids.delivery_ids.user_id), {self.env.user}, "signed by who made the campaign"
        )

    def test_replies_come_back_to_the_debtor(self):
        self.make_invoice(days_overdue=10)
        notice = self.send_campaign().notice_ids
        mail = notice.delivery_ids.mail_id
        self.assertNotIn("noreply", (mail.email_from or "").lower())
        reply = (
            "From: client@example.com\nTo: compta@example.com\nSubject: Re\n"
            f"In-Reply-To: {mail.message_id}\nMessage-Id: <reply-1@example.com>\n\nNous payons vendredi.\n"
        )
        thread = self.env["mail.thread"].sudo().message_process(False, reply.encode())
        self.assertEqual(thread, notice.debtor_id.id)
        self.assertIn("vendredi", notice.debtor_id.message_ids[0].body)

    def test_a_mise_en_demeure_with_the_rest_of_the_account_is_one_page(self):
        self.make_invoice(days_overdue=100, amount=1200)
        self.climb(60, 40, 20)
        for amount in (310, 450, 75):
            self.make_invoice(days_overdue=12, amount=amount)
        notice = self.send_campaign().notice_ids.filtered(lambda n: n.kind == "formal_notice")
        pages = PdfFileReader(io.BytesIO(notice.document_id.raw)).pages
        self.assertEqual(len(pages), 1)
        text = pages[0].extract_text()
        self.assertIn("69001 Lyon", text)
        self.assertNotIn("Lyon\nFrance", text, "no country at home")
        self.assertNotIn(" ,", text.replace("\xa0", " "))

    def test_the_country_is_written_abroad_and_the_person_after_the_customer(self):
        self.debtor_partner.country_id = self.env.ref("base.de")
        contact = self.make_partner("Anna Weber", is_company=False, parent_id=self.debtor_partner.id, type="recovery")
        contact.country_id = self.env.ref("base.de")
        self.make_invoice(days_overdue=10)
        notice = self.make_campaign().notice_ids.with_context(lang="fr_FR")
        lines = notice._get_postal_lines()
        self.assertEqual((lines[:2], lines[-1]), (["Boulangerie Dupont", "Anna Weber"], "Allemagne"))

    def test_fifty_letters_with_an_unpatched_printer(self):
        partners = self.env["res.partner"].create(
            [
                {"name": f"Lettre {i:02}", "is_company": True, "street": "1 rue", "city": "Lyon", "zip": "69001"}
                for i in range(50)
            ]
        )
        for partner in partners:
            self.make_invoice(partner, days_overdue=10)
        campaign = self.make_campaign()
        campaign._validate(self.today)
        calls = []
        report = type(self.env["ir.actions.report"])

        def without_outline(engine, report_ref, data, res_ids=None):
            """Print as an unpatched wkhtmltopdf does: several documents have no headings to split them by."""
            calls.append(len(res_ids))
            if len(res_ids) > 1:
                return {False: {"stream": None, "attachment": None}}
            return {res_ids[0]: {"stream": io.BytesIO(self.make_pdf()), "attachment": None}}

        with patch.object(report, "_render_qweb_pdf_prepare_streams", without_outline):
            campaign._send(self.today)
        self.assertEqual(calls, [50] + [1] * 50)
        self.assertEqual(set(campaign.notice_ids.mapped("state")), {"sent"})
        merged = merge_pdf([document.raw for document in campaign.notice_ids.document_id])
        self.assertEqual(len(PdfFileReader(io.BytesIO(merged)).pages), 50)

    def make_pdf(self):
        writer = PdfFileWriter()
        writer.add_blank_page(595, 842)
        stream = io.BytesIO()
        writer.write(stream)
        return stream.getvalue()

    def test_invoices_go_with_the_mail_as_core_keeps_them(self):
        self.levels["reminder"].attach_invoices = True
        first, second = self.make_invoice(days_overdue=10), self.make_invoice(days_overdue=12)
        kept = self.env["ir.attachment"].create(
            {
                "name": "facture.pdf",
                "raw": self.make_pdf(),
                "res_model": "account.move",
                "res_id": first.id,
                "res_field": "invoice_pdf_report_file",
                "mimetype": "application/pdf",
            }
        )
        first.invalidate_recordset()
        notice = self.send_campaign().notice_ids
        self.assertEqual(notice.state, "sent", notice.state_reason)
        attached = notice.delivery_ids.mail_id.sudo().attachment_ids
        self.assertEqual(attached, kept | second.sudo().invoice_pdf_report_id)
        self.assertEqual(first.sudo().invoice_pdf_report_id, kept, "what exists is never made again")
        self.assertTrue(second.sudo().invoice_pdf_report_id.raw, "what was missing is made once")

    def test_too_many_invoices_are_left_out_and_the_mail_says_so(self):
        self.levels["reminder"].attach_invoices = True
        self.make_invoice(days_overdue=10)
        with patch(f"{invoices.__name__}.MAX_INVOICES", 0):
            notice = self.send_campaign().notice_ids
        mail = notice.delivery_ids.mail_id.sudo()
        self.assertFalse(mail.attachment_ids)
        self.assertIn("trop lourdes" if "trop lourdes" in mail.body_html else "too large", mail.body_html)

    def test_the_code_to_pay_knows_one_amount_in_euros(self):
        bank = self.env["res.partner.bank"]
        if "sct_qr" not in [method[0] for method in bank._get_available_qr_methods()]:
            self.skipTest("Odoo's SEPA QR code module is not installed")
        self.make_invoice(days_overdue=10, amount=1234.5)
        notice = self.make_campaign().notice_ids
        asked = []

        def build(bank, amount, reference, *args, **kwargs):
            asked.append((amount, reference))
            return "data:image/png;base64,AAAA"

        self.patch(type(bank), "build_qr_code_base64", build)
        account = self.company.sudo()._recovery_bank()
        self.assertFalse(notice._get_payment_qr(account), "off until somebody wants it")
        self.company.recovery_payment_qr = True
        self.assertIn("/report/barcode", notice._get_payment_qr(account)["url"])
        self.assertEqual(asked, [(1234.5, "Boulangerie Dupont")])
        dollars = self.setup_other_currency("USD")
        self.make_invoice(days_overdue=10, currency=dollars)
        self.assertFalse(self.make_campaign().notice_ids._get_payment_qr(account), "two currencies, no code")
