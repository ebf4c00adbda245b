import hashlib
import io
from datetime import date, timedelta
from unittest.mock import patch

from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from odoo.addons.base.models import ir_actions_report

from ....models.claim.figures import Options
from .formal_notice import FormalNoticeCommon, pages_of


@tagged("post_install", "-at_install")
class TestFormalNotice(FormalNoticeCommon):
    """What a mise en demeure claims, freezes and says."""

    prints_documents = True

    # ------------------------------------------------------------
    # The décompte
    # ------------------------------------------------------------
    def test_it_demands_its_decompte_frozen_when_it_leaves(self):
        invoice = self.make_invoices(self.customer, 1, amount=1000)
        self.pay(invoice, 200, date=self.today - timedelta(days=20))
        self.make_credit_note(self.customer, 50, self.today - timedelta(days=10), reverses=invoice)
        self.make_terms(
            self.debtor_of(self.customer),
            clause_kind="percent",
            clause_percent=10,
            cgv_version="V2025",
            cgv_accepted_on="2025-01-10",
        )
        notice = self.send()
        statement = notice.claim_statement_id
        claim = self.env["recovery.claim"]._compute(self.company, self.receivable_of(invoice), self.today)
        total = claim.get_totals()[0]
        self.assertEqual((statement.date, statement.imputation), (self.today, "principal_first"))
        self.assertEqual((statement.res_model, statement.res_id), (notice._name, notice.id))
        self.assertEqual(statement.amount, float(total.amount))
        self.assertEqual(notice.amount_demanded, statement.amount)
        self.assertEqual((notice.amount, total.principal_left), (750, 750), "the campaign still counts the principal")
        self.assertEqual(statement.addressee_id, notice.addressee_id)
        [text] = pages_of(notice.document_id)
        money = f"{statement.amount:,.2f}".replace(",", " ").replace(".", ",")
        self.assertSays(
            text,
            "MISE EN DEMEURE",
            notice.number,
            statement.number,
            f"{invoice.name} BC-45000",
            "1 000,00",
            "250,00",
            "750,00",
            f"nous vous mettons en demeure de nous régler la somme de {money} € sous 15 jours à compter de la première "
            "présentation de la présente, et au plus tard le 9 décembre 2026",
            "12,40 %",
            "par jour supplémentaire",
            "D441-5",
            "L441-10",
            "1231-6",
            "1344-1",
            "Sauf inexécution définitive",
            "clause pénale du contrat (10,00 % du principal",
            "V2025, acceptées le 10/01/2025",
            "échéancier",
            "Si vous contestez",
        )
        self.assertEqual(notice.subject, f"Mise en demeure de payer {notice.demanded_text}")
        self.assertSilent(text, "PROJET", "huissier", "saisie", "Dear", "of the")

    def test_a_sent_letter_and_its_figures_never_change(self):
        first, second, third = self.make_invoices(self.customer, 3, amount=1000)
        notice = self.send()
        delivery, statement = notice.delivery_ids, notice.claim_statement_id

        def picture():
            self.env.invalidate_all()
            return (
                delivery.attachment_id.raw,
                delivery.sha256,
                delivery.enclosure_ids.raw,
                statement.sha256,
                statement.figures_sha256,
                notice.amount_demanded,
                notice.demanded_text,
                notice.subject,
                notice.action_open_letter()["url"],
            )

        before = picture()
        self.assertEqual(hashlib.sha256(before[0]).hexdigest(), before[1])
        self.assertEqual(hashlib.sha256(before[2]).hexdigest(), before[3])
        self.pay(first, date=self.today)
        self.make_credit_note(self.customer, 400, self.today, reverses=second)
        third.button_draft()
        third.button_cancel()
        self.env["recovery.rate"].search([("kind", "=", "ecb_mro")]).value = 9
        self.env["recovery.legal.text"].search([]).wording = "Autre texte"
        self.customer.name = "Autre nom"
        self.assertEqual(picture(), before)
        self.assertTrue(statement._is_intact())
        with self.assertRaises(AccessError):
            notice.with_user(self.recovery_manager).write({"claim_statement_id": False})

    def test_a_batch_prints_twice_and_reads_the_books_once(self):
        for number in range(3):
            self.make_invoices(self.make_debtor(f"Client {number}").partner_id, 2)
        calls = []
        run_pdf = ir_actions_report._run_wkhtmltopdf
        Claim = type(self.env["recovery.claim"])
        read, readings = Claim._read, []
        Terms, Text = (type(self.env[name]) for name in ("recovery.contract.terms", "recovery.legal.text"))
        asked = dict.fromkeys(("_read_terms", "_get_texts"), 0)

        def count(args):
            calls.append(args)
            return run_pdf(args)

        def count_reading(engine, *args):
            readings.append(args)
            return read(engine, *args)

        Rendering = type(self.env["recovery.rendering"])
        write, writings = Rendering._render_wording, []

        def count_writing(engine, notices):
            writings.append(notices)
            return write(engine, notices)

        def count_source(model, name):
            method = getattr(model, name)

            def counted(*args, **kwargs):
                asked[name] += 1
                return method(*args, **kwargs)

            return patch.object(model, name, counted)

        campaign = self.make_campaign()
        campaign._validate(self.today)
        with (
            patch.object(ir_actions_report, "_run_wkhtmltopdf", count),
            patch.object(Claim, "_read", count_reading),
            patch.object(Rendering, "_render_wording", count_writing),
            count_source(Terms, "_read_terms"),
            count_source(Text, "_get_texts"),
        ):
            campaign._send(self.today)
        self.assertEqual((len(calls), len(readings)), (2, 2), "letters, then décomptes; each imputation")
        self.assertEqual(writings, [campaign.notice_ids], "the printed words are those that were frozen")
        self.assertEqual(asked, {"_read_terms": 3, "_get_texts": 1}, "each imputation, the letters")
        for notice in campaign.notice_ids:
            self.assertEqual(notice.claim_statement_id.debtor_id, notice.debtor_id)
            self.assertIn(notice.partner_id.name, pages_of(notice.claim_statement_id.attachment_id)[0])
            self.assertIn(notice.claim_statement_id.number, pages_of(notice.document_id)[0])
            self.assertEqual(notice.delivery_ids.enclosure_ids, notice.claim_statement_id.attachment_id)
            self.assertIn(notice.claim_statement_id.attachment_id, notice.delivery_ids.message_id.attachment_ids)

    def test_claims_of_many_are_those_of_each(self):
        self.env["recovery.claim.cost"].create(
            [
                {
                    "debtor_id": self.debtor_of(self.customer).id,
                    "date": self.today,
                    "name": "Recherche d'adresse",
                    "amount": 130,
                    "document": "UERG",
                }
            ]
        )
        lines = {}
        for name, nature in (("A", "consumer"), ("B", "public"), ("C", "merchant")):
            lines[name] = self.receivable_of(self.make_invoices(self.make_debtor(name, nature).partner_id, 2))
        lines["D"] = self.receivable_of(self.make_invoices(self.customer, 2))
        engine = self.env["recovery.claim"]
        together = engine._compute_each(self.company, {k: (v, Options()) for k, v in lines.items()}, self.today)
        for key, own in lines.items():
            alone = engine._compute(self.company, own, self.today)
            self.assertEqual(together[key].get_totals(), alone.get_totals())
            self.assertEqual(together[key].costs, alone.costs)
        self.assertEqual(float(together["D"].complementary_costs), 50.0)

        def count(keys):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            engine._compute_each(self.company, {key: (lines[key], Options()) for key in keys}, self.today)
            return self.env.cr.sql_log_count - before

        for key in "EFGH":
            lines[key] = self.receivable_of(self.make_invoices(self.make_debtor(key).partner_id, 1))
        count("CE")
        self.assertLessEqual(count("CEFGH") - count("CE"), 3, "not one reading per debtor")

    def test_what_is_set_aside_is_not_demanded(self):
        invoice = self.make_invoices(self.customer, 1, amount=1000)
        self.env["recovery.hold"].sudo().create(
            {
                "debtor_id": self.debtor_of(self.customer).id,
                "line_id": self.receivable_of(invoice).id,
                "origin": "manual",
                "date_from": self.today,
                "amount": 300,
                "reason": "Contestée",
            }
        )
        notice = self.send()
        self.assertEqual(notice.amount, 700)
        [total] = notice.claim_statement_id.figures["totals"]
        self.assertEqual(total["principal_left"], "700.00")
        claim = self.env["recovery.claim"]._compute(self.company, self.receivable_of(invoice), self.today)
        self.assertLess(float(total["interest"]), float(claim.get_totals()[0].interest), "no interest on it either")
        self.assertSays(pages_of(notice.document_id)[0], "300,00 € sont seulement mis de côté")
        self.assertSays(pages_of(notice.claim_statement_id.attachment_id)[0], "Mis de côté")

    def test_fees_can_be_left_out(self):
        self.make_invoices(self.customer, 1, amount=1000)
        Notice = type(self.env["recovery.notice"])
        with patch.object(Notice, "_get_claimed_heads", lambda notice: frozenset()):
            notice = self.send()
        self.assertEqual(notice.amount_demanded, 1000)
        self.assertSilent(pages_of(notice.document_id)[0], "Indemnité forfaitaire", "par jour supplémentaire")

    def test_what_is_waived_as_a_rule_is_neither_demanded_nor_quoted(self):
        mode = {"late_interest_mode": "waive", "late_indemnity_mode": "waive", "late_fee_reason": "Accord"}
        names = {"Tout": "merchant", "Indemnité": "merchant", "Intérêts": "merchant", "Jeanne Petit": "consumer"}
        merchant, shown, free, consumer = (self.make_debtor(name, nature) for name, nature in names.items())
        (merchant | consumer).write(mode)
        shown.write({**mode, "late_interest_mode": "show"})
        free.write({**mode, "late_indemnity_mode": "show"})
        texts = {}
        for debtor in merchant, shown, free, consumer:
            self.make_terms(debtor, clause_kind="percent", clause_percent=10)
            self.make_invoices(debtor.partner_id, 1, amount=1000)
            notice = self.send(debtor.partner_id)
            texts[debtor] = pages_of(notice.document_id)[0] + pages_of(notice.claim_statement_id.attachment_id)[0]
        unwanted = ("Indemnité forfaitaire", "clause pénale", "1231-5")
        self.assertSilent(texts[merchant], *unwanted, "L441-10", "D441-5", "1344-1")
        self.assertSilent(texts[shown], *unwanted, "D441-5")
        self.assertSays(texts[shown], "L441-10", "fait courir l'intérêt moratoire", "12,40 %")
        self.assertSilent(texts[free], "intérêt moratoire", "12,40 %", "par jour supplémentaire")
        self.assertSays(texts[free], "L441-10", "D441-5", "40,00 €", "clause pénale", "1231-5")
        self.assertSilent(texts[consumer], "réception de la présente", "Aucun intérêt", "1231-6", "clause pénale")

    def test_foreign_currency_keeps_its_own_total(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create({"currency_id": usd.id, "rate": 1.25, "company_id": self.company.id})
        self.make_invoice(self.customer, amount=1000, days_overdue=100, currency=usd)
        notice = self.send()
        totals = dict(notice._get_demanded_totals())
        self.assertEqual(totals[self.company.currency_id], 40)
        self.assertGreater(totals[usd], 1000)
        text = pages_of(notice.document_id)[0]
        said = notice.claim_statement_id.with_context(lang=notice.lang)._say_equivalent()
        self.assertSays(text, "40,00 €", "$ 1 000,00", "21/11/2026", " ".join(said.split()))

    # ------------------------------------------------------------
    # Before it leaves, and how it leaves
    # ------------------------------------------------------------
    def test_a_preview_is_a_draft_that_takes_no_number(self):
        self.make_invoices(self.customer, 2)
        campaign = self.make_campaign()
        notice = campaign.notice_ids
        before = self.env["recovery.claim.statement"].search_count([])
        rendering, report = self.env["recovery.rendering"], "debt_recovery.action_report_letter_preview"
        content = rendering._prepare_streams(report, notice.ids)[notice.id]
        text = " ".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())
        self.assertSays(text, "PROJET", "MISE EN DEMEURE", "mettons en demeure", "Indemnité forfaitaire")
        self.assertFalse(notice.number or notice.claim_statement_id)
        self.assertEqual(self.env["recovery.claim.statement"].search_count([]), before)
        campaign._validate(self.today)
        campaign._send(self.today)
        self.assertTrue(notice.claim_statement_id.number)
        self.assertSilent(pages_of(notice.document_id)[0], "PROJET")

    def test_a_mail_carries_the_same_files(self):
        self.level.write({"channel_email": True})
        self.make_invoices(self.customer, 1)
        notice = self.send()
        self.assertEqual(set(notice.delivery_ids.mapped("channel")), {"email", "registered"})
        mail = notice.delivery_ids.filtered(lambda d: d.channel == "email")
        self.assertEqual(mail.attachment_id, notice.document_id)
        self.assertEqual(len(set(notice.delivery_ids.mapped("sha256"))), 1)
        self.assertEqual(mail.mail_id.attachment_ids, notice.document_id | notice.claim_statement_id.attachment_id)

    def test_interest_stops_where_the_rates_are_not_published_yet_and_the_letter_says_so(self):
        self.make_invoices(self.customer, 1)
        with freeze_time("2027-08-02 10:00:00"):
            notice = self.send_campaign(date(2027, 8, 2)).notice_ids
        self.assertEqual(notice.state, "sent")
        interest = notice.claim_statement_id.line_ids.filtered(lambda line: line.kind == "interest")
        self.assertEqual(max(interest.mapped("date_to")), date(2026, 12, 31))
        text = pages_of(notice.document_id)[0]
        self.assertSays(text, "Intérêts jusqu'au 31/12/2026", "à compter du 1er janvier 2027")
        self.assertSilent(text, "par jour supplémentaire")
        self.assertSays(" ".join(pages_of(notice.claim_statement_id.attachment_id)), "31/12/2026 inclus")

    def test_one_missing_rate_stops_the_interest_of_those_who_need_it_only(self):
        invoice = self.make_invoices(self.customer, 1, amount=1000)
        other = self.make_debtor("Jeanne Petit", "consumer")  # a rate of the contract's own: nothing to publish
        self.make_terms(other, penalty_kind="contract", penalty_rate=6)
        self.make_invoices(other.partner_id, 1, amount=1000)
        calls, run_pdf = [], ir_actions_report._run_wkhtmltopdf
        with (
            freeze_time("2027-08-02 10:00:00"),
            patch.object(ir_actions_report, "_run_wkhtmltopdf", lambda args: calls.append(args) or run_pdf(args)),
        ):
            notices = self.send_campaign(date(2027, 8, 2)).notice_ids
        self.assertEqual((set(notices.mapped("state")), len(calls)), ({"sent"}, 2), "still printed together")
        until = {
            notice.debtor_id: max(
                notice.claim_statement_id.line_ids.filtered(lambda line: line.kind == "interest").mapped("date_to")
            )
            for notice in notices
        }
        mine = notices.filtered(lambda notice: invoice in notice.line_ids.move_id)
        self.assertEqual(until, {mine.debtor_id: date(2026, 12, 31), other: date(2027, 8, 2)})
        self.assertSays(pages_of(mine.document_id)[0], "Intérêts jusqu'au 31/12/2026")
        [text] = pages_of((notices - mine).document_id)
        self.assertSays(text, "Intérêts à ce jour (taux annuel : 6,00 %)", "par jour supplémentaire")
        self.assertSilent(text, "31/12/2026")

    def test_a_rate_that_is_missing_in_the_past_stops_the_letter_and_says_why(self):
        self.make_invoices(self.customer, 1)
        known = [("kind", "=", "ecb_mro"), ("date_from", "<=", "2026-07-01"), ("date_to", ">=", "2026-07-01")]
        self.env["recovery.bulk"]._delete("recovery.rate", known)
        notice = self.send_campaign().notice_ids
        self.assertEqual(notice.state, "failed")
        self.assertIn("01/07/2026", notice.state_reason)
        self.assertFalse(notice.number or notice.claim_statement_id)

    # ------------------------------------------------------------
    # Variants
    # ------------------------------------------------------------
    def test_to_a_consumer(self):
        debtor = self.make_debtor("Jeanne Petit", "consumer")
        self.make_invoices(debtor.partner_id, 1, amount=850)
        notice = self.send(debtor.partner_id)
        self.assertEqual((notice.variant, notice.amount_demanded), ("consumer", 850))
        text = pages_of(notice.document_id)[0]
        self.assertSays(
            text,
            "850,00 €",
            "courent à compter de la réception de la présente",
            "médiateur de la consommation",
            "Aucun frais de recouvrement",
            "1231-6",
            "1344-1",
        )
        self.assertSilent(text, "L441-10", "D441-5", "Indemnité", "40,00", "commerce", "par jour supplémentaire")

    def test_to_a_public_body(self):
        debtor = self.make_debtor("Commune de Vert", "public")
        self.make_invoices(debtor.partner_id, 1, amount=30000)
        notice = self.send(debtor.partner_id)
        text = pages_of(notice.document_id)[0]
        self.assertSays(
            text,
            "L2192-13",
            "R2192-31",
            "huit points",
            "D2192-35",
            "40,00 €",
            "10,40 %",
            "juridiction administrative",
            "de plein droit",
        )
        self.assertSilent(text, "L441-10", "D441-5", "1344-1")

    def test_in_english(self):
        for nature, words in (
            ("merchant", ("D441-5", "Late-payment penalties are due", "you wish to propose a payment schedule")),
            ("consumer", ("consumer mediator", "runs from receipt of this letter")),
            ("public", ("R2192-31", "administrative court")),
        ):
            debtor = self.make_debtor(f"Customer {nature}", nature, lang="en_US")
            self.make_invoices(debtor.partner_id, 1)
            notice = self.send(debtor.partner_id)
            text = pages_of(notice.document_id)[0]
            self.assertSays(text, "we hereby give you formal notice (mise en demeure) to pay us the sum of", *words)
            self.assertSilent(text, "Indemnité", "Facture", "somme", "Échéance", "Madame")

    def test_words_of_a_level_come_first_and_placeholders_are_checked(self):
        debtor = self.make_debtor("Jeanne Petit", "consumer")
        self.make_invoices(debtor.partner_id, 1)
        Wording = self.env["recovery.formal.wording"].with_user(self.recovery_manager)
        words = Wording.create(
            {
                "variant": "consumer",
                "level_id": self.level.id,
                "subject": "À régler : {{ object.demanded_text }}",
                "body": "<p>Bonjour <t t-out='object.contact_name'/></p>",
            }
        )
        notice = self.send(debtor.partner_id)
        self.assertIn("Bonjour Jeanne Petit", notice.body)
        with self.assertRaises(ValidationError):
            words.body = "<p><t t-out='object.company_id.name'/></p>"
        with self.assertRaises(AccessError):
            words.with_user(self.recovery_user).write({"subject": "x"})
        self.assertEqual(self.env["recovery.formal.wording"]._find(notice)[notice], words)
        self.level.wording_for = "consumer"
        words.unlink()
        self.assertFalse(self.env["recovery.formal.wording"]._find(notice), "the level's own words")

    def test_texts_follow_the_law_of_the_day(self):
        Text = self.env["recovery.legal.text"]
        text = self.env.ref("debt_recovery.recovery_legal_text_d441_5")
        self.assertIn(text, Text._get_texts("professional", self.today))
        text.valid_to = self.today - timedelta(days=1)
        new = text.copy({"wording": "Nouveau montant", "valid_from": self.today, "valid_to": False})
        found = Text._get_texts("professional", self.today)
        self.assertIn(new, found)
        self.assertNotIn(text, found)
        clause = self.env.ref("debt_recovery.recovery_legal_text_1231_5")
        self.assertNotIn(clause, found)
        self.assertIn(clause, Text._get_texts("professional", self.today, with_clause=True))
        self.assertNotIn(clause, Text._get_texts("public", self.today, with_clause=True))

    # ------------------------------------------------------------
    # Guarantors
    # ------------------------------------------------------------
    def test_to_the_guarantor_within_the_guarantee(self):
        invoices = self.make_invoices(self.customer, 2, amount=4000)
        debtor = self.debtor_of(self.customer)
        with freeze_time(f"{self.today - timedelta(days=10)} 10:00:00"):
            notice = self.send_campaign(self.today - timedelta(days=10)).notice_ids
        reached = self.env["recovery.notice.line"]._read_reached(self.company)
        as_user = notice.with_user(self.recovery_user)
        with self.assertRaisesRegex(UserError, "Menuiserie Aubert"):
            as_user.action_write_to_guarantors()
        coverage = self.make_surety(debtor)
        with self.assertRaises(AccessError):
            notice.with_user(self.recovery_auditor).action_write_to_guarantors()
        as_user.action_write_to_guarantors()
        as_user.action_write_to_guarantors()
        letter = notice.guarantor_notice_ids
        self.assertEqual((len(letter), letter.state, letter.coverage_id), (1, "draft", coverage))
        self.pay(invoices[0], 1500, date=self.today)
        letter.with_user(self.recovery_user).action_send_to_guarantor()
        self.assertEqual((letter.state, letter.variant, letter.amount_demanded), ("sent", "guarantor", 5000))
        self.assertNotEqual(letter.number, notice.number)
        self.assertEqual(
            (letter.delivery_ids.channel, letter.delivery_ids.addressee_id), ("registered", coverage.provider_id)
        )
        self.assertEqual(letter.letter_ids.state, "to_post")
        self.assertEqual(letter.claim_statement_id.figures["totals"][0]["principal_left"], "6501.00")
        [text] = pages_of(letter.document_id)
        self.assertSays(
            text,
            "Paul Garant",
            "Menuiserie Aubert",
            "acte du 3 mars 2024",
            notice.number,
            "Votre engagement est limité à 5 000,00 €",
            "mettons en demeure de nous régler la somme de 5 000,00 €",
            "2288",
            "2296",
            "exceptions",
        )
        self.assertEqual(self.env["recovery.notice.line"]._read_reached(self.company), reached, "no level moves")
        self.assertFalse(letter.can_open_case)
        with self.assertRaises(UserError):
            letter.with_user(self.recovery_user).action_send_to_guarantor()
        with self.assertRaises(UserError):
            letter.with_user(self.recovery_user).action_write_to_guarantors()

    def test_a_guarantor_is_never_asked_for_more_than_is_owed(self):
        self.make_invoices(self.customer, 1, amount=900)
        notice = self.send()
        self.make_surety(self.debtor_of(self.customer), amount=50000, lang="en_US")
        notice.with_user(self.recovery_user).action_write_to_guarantors()
        letter = notice.guarantor_notice_ids
        letter.with_user(self.recovery_user).action_send_to_guarantor()
        self.assertEqual(letter.amount_demanded, letter.claim_statement_id.amount)
        self.assertLess(letter.amount_demanded, 1100)
        self.assertSays(pages_of(letter.document_id)[0], "You have guaranteed to us", "formal notice")

    def test_nothing_is_asked_of_a_guarantor_once_all_is_paid(self):
        invoice = self.make_invoices(self.customer, 1)
        notice = self.send()
        self.make_surety(self.debtor_of(self.customer))
        self.pay(invoice, date=self.today)
        with self.assertRaises(UserError):
            notice.with_user(self.recovery_user).action_write_to_guarantors()
        self.assertFalse(notice.guarantor_notice_ids)


@tagged("post_install", "-at_install")
class TestFormalNoticeTerms(FormalNoticeCommon):
    """A mise en demeure quotes the contract of its invoices, not the one of its own day."""

    prints_documents = True

    def test_it_quotes_the_terms_that_all_its_invoices_are_under(self):
        debtor = self.debtor_of(self.customer)
        first, last = self.make_invoices(self.customer, 2, amount=1000).sorted("invoice_date")
        until = first.invoice_date
        old = self.make_terms(debtor, clause_kind="percent", clause_percent=10, cgv_version="V2024", valid_to=until)
        self.make_terms(debtor, cgv_version="V2025", valid_from=until + timedelta(days=1))
        campaign = self.make_campaign()
        self.assertEqual(campaign.notice_ids.line_ids.move_id, first | last)
        self.assertFalse(campaign.notice_ids.contract_terms_id)
        self.pay(last)
        notice = self.send()
        self.assertEqual(notice.contract_terms_id, old)
        self.assertSays(pages_of(notice.document_id)[0], "V2024", "clause pénale")
