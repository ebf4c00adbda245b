import hashlib
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import EvidenceCommon, make_encrypted, make_image, make_pdf, read_texts


@tagged("post_install", "-at_install")
class TestExhibit(EvidenceCommon):
    """Pieces are collected in one click, added with where they come from, and numbered once."""

    def kinds(self, exhibits=None):
        return set((exhibits if exhibits is not None else self.case.exhibit_ids).mapped("kind"))

    def collect(self):
        self.said = self.case.action_collect_exhibits()["params"]["message"]
        self.case.invalidate_recordset()
        return self.case.exhibit_ids

    def make_known(self):
        """Let the rooms know something of each kind."""
        self.make_proof()
        self.make_proof("delivery", name="BL 88", attachment_ids=[Command.set(self.make_file("bl.pdf").ids)])
        pdf = self.make_file("facture.pdf", make_pdf("Facture"))
        pdf.write({"res_model": "account.move", "res_id": self.old.id})
        self.old.message_main_attachment_id = pdf
        self.env["recovery.contract.terms"].create(
            {
                "company_id": self.company.id,
                "debtor_id": self.debtor.id,
                "valid_from": self.today - timedelta(days=400),
                "cgv_version": "CGV 2025",
                "cgv_accepted_on": self.today - timedelta(days=390),
                "cgv_accepted_by": "Paul Mercier, gérant",
                "attachment_ids": [Command.set(self.make_file("cgv.pdf", make_pdf("CGV")).ids)],
            }
        )
        self.pay(self.old, 250.0)
        self.env["recovery.promise"]._give(
            self.debtor, self.today, 100.0, self.today + timedelta(days=5), note="Rappelé par M. Mercier"
        )
        self.env["recovery.delivery"].sudo().create(
            [
                {
                    "company_id": self.company.id,
                    "debtor_id": self.debtor.id,
                    "addressee_id": self.customer.id,
                    "channel": channel,
                    "state": state,
                    "subject": subject,
                    "user_id": self.env.uid,
                    "queued_on": f"{self.today} 09:00:00",
                    "feedback": "Paiera vendredi" if channel == "call" else False,
                    "attachment_id": self.make_file("relance.pdf").id if channel == "letter" else False,
                }
                for channel, state, subject in (
                    ("letter", "posted", "Relance"),
                    ("call", "done", "Appel"),
                    ("email", "failed", "Jamais partie"),
                )
            ]
        )

    def test_one_click_collects_what_the_rooms_know(self):
        self.make_known()
        pieces = self.collect()
        self.assertLessEqual(
            {"order", "delivery", "invoice", "terms", "letter", "call", "promise", "payment"}, self.kinds()
        )
        self.assertNotIn("Jamais partie", " ".join(pieces.mapped("name")), "what never left is no piece")
        self.assertTrue(all(pieces.mapped("sha256")))
        for piece in pieces:
            self.assertTrue(piece._is_intact())
            self.assertGreater(piece.page_count, 0, piece.name)
        order = pieces.filtered(lambda piece: piece.kind == "order")
        self.assertEqual((order.page_count, order.file_name), (2, "commande.pdf"))
        terms = pieces.filtered(lambda piece: piece.kind == "terms")
        self.assertIn("CGV 2025", terms.name)

    def test_what_left_no_document_stands_on_a_sheet(self):
        self.make_known()
        call = self.collect().filtered(lambda piece: piece.kind == "call")
        text = " ".join(read_texts(call.attachment_id.raw))
        self.assertIn("Appel", text)
        self.assertIn("Paiera vendredi", text)

    def test_a_second_click_adds_nothing(self):
        self.make_known()
        pieces = self.collect()
        self.assertEqual(self.collect(), pieces)
        self.assertIn("Nothing new", self.said)

    def make_letter(self, **vals):
        return (
            self.env["recovery.delivery"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "debtor_id": self.debtor.id,
                    "addressee_id": self.customer.id,
                    "channel": "letter",
                    "state": "posted",
                    "subject": "Relance",
                    "user_id": self.env.uid,
                    "queued_on": f"{self.today} 09:00:00",
                    **vals,
                }
            )
        )

    def test_a_letter_is_the_one_that_left(self):
        kept, changed = self.make_file("a.pdf", make_pdf("A")), self.make_file("b.pdf", make_pdf("B"))
        self.make_letter(subject="Intacte", attachment_id=kept.id, sha256=kept._recovery_digest())
        self.make_letter(subject="Changée", attachment_id=changed.id, sha256="0" * 64)
        pieces = self.collect().filtered(lambda piece: piece.kind == "letter")
        self.assertEqual(pieces.mapped("sha256"), [kept._recovery_digest()])
        self.assertRegex(self.said, "Changée .*no longer what it was")

    def test_what_has_not_left_and_our_own_tasks_are_no_pieces(self):
        self.make_letter(subject="Imprimée", state="printed", attachment_id=self.make_file("a.pdf").id)
        self.make_letter(subject="À faire chez nous", channel="task", state="done")
        self.make_letter(subject="Visite", channel="visit", state="done")
        names = " ".join(self.collect().mapped("name"))
        self.assertNotIn("Imprimée", names)
        self.assertNotIn("À faire", names)
        self.assertIn("Visite", names)

    def test_a_mail_and_what_went_with_it_are_told_apart(self):
        mail = self.env["mail.message"].create({"body": "<p>Rappel</p>", "message_type": "email", "subject": "Rappel"})
        self.make_letter(
            channel="email",
            state="sent",
            subject="Rappel",
            message_id=mail.id,
            attachment_id=self.make_file("releve.pdf", make_pdf("Relevé")).id,
        )
        pieces = self.collect().filtered(lambda piece: piece.kind == "letter")
        self.assertEqual(pieces.sorted("id").mapped("name"), ["E-mail sent: Rappel", "Enclosed: Rappel"])

    def test_a_call_of_a_campaign_is_called_a_call_and_not_what_we_had_to_do(self):
        notice = self.make_notice(self.old)
        own = {"channel": "call", "state": "done"}
        self.make_letter(subject="Appeler Mercier : 1 000 € en retard", notice_id=notice.id, **own)
        self.make_letter(subject="Son comptable rappelle", **own)
        self.assertCountEqual(
            self.collect().filtered(lambda piece: piece.kind == "call").mapped("name"),
            ["Phone call", "Phone call – Son comptable rappelle"],
        )
        rows = self.env["recovery.chronology"]._read_for_others(self.case._get_chronology_scope())
        self.assertNotIn("Appeler", " ".join(row.text for row in rows))

    def test_a_proof_with_words_of_its_own_is_not_run_into_its_kind(self):
        for name, told in (
            ("4512", "Purchase order 4512"),
            ("BC 4512", "Purchase order BC 4512"),
            ("Lettre de commande EB-44", "Purchase order – Lettre de commande EB-44"),
            ("Purchase order 12", "Purchase order 12"),
        ):
            with self.subTest(name=name):
                self.assertEqual(self.make_proof(name=name).display_name, told)

    def test_letters_of_our_counsel_stay_secret(self):
        lawyer = self.make_partner("Cabinet Roux", email="roux@example.com", recovery_party_kind="lawyer")
        bailiff = self.make_partner("Étude Vidal", email="vidal@example.com", recovery_party_kind="bailiff")
        self.case.lawyer_id = lawyer
        self.env["recovery.case.party"].create({"case_id": self.case.id, "partner_id": bailiff.id, "role": "bailiff"})
        for subject, author in (
            ("Consultation secrète", lawyer),
            ("Devis de signification", bailiff),
            ("Note entre nous", self.recovery_user.partner_id),
            ("Je paierai", self.customer),
        ):
            self.env["mail.message"].create(
                {
                    "model": "recovery.case",
                    "res_id": self.case.id,
                    "message_type": "email",
                    "author_id": author.id,
                    "subject": subject,
                    "body": "<p>…</p>",
                }
            )
        replies = self.collect().filtered(lambda piece: piece.kind == "reply")
        self.assertEqual(len(replies), 1)
        self.assertIn("Je paierai", replies.name)

    def receive_mail(self, subject, body="<p>…</p>"):
        self.env["mail.message"].create(
            {
                "model": self.debtor._name,
                "res_id": self.debtor.id,
                "message_type": "email",
                "author_id": self.customer.id,
                "subject": subject,
                "body": body,
            }
        )

    def test_what_was_written_of_other_invoices_only_is_no_piece_of_this_case(self):
        other = self.make_invoice(self.customer, days_overdue=40)
        self.receive_mail("Facture abîmée", f"<p>Votre {other.name}. Je la conteste.</p>")
        self.receive_mail("Les deux", f"<p>{other.name} et {self.old.name}</p>")
        self.receive_mail("Celle-ci", f"<p>{self.old.name}, s'il vous plaît</p>")
        self.receive_mail("Bonne année", "<p>Meilleurs vœux pour 2026</p>")
        self.receive_mail("Celle d'un autre", f"<p>{self.make_invoice(days_overdue=9).name}</p>")
        self.make_letter(channel="call", state="done", subject="Appel", feedback=f"Paiera {other.name} vendredi")
        self.make_letter(channel="call", state="done", subject="Appel sans objet", feedback="Rappelera")
        names = " ".join(self.collect().mapped("name"))
        for words in ("Les deux", "Celle-ci", "Bonne année", "Celle d'un autre", "Appel sans objet"):
            self.assertIn(words, names)
        self.assertNotIn("Facture abîmée", names)
        self.assertEqual(len(self.case.exhibit_ids.filtered(lambda piece: piece.kind == "call")), 1)

    def test_a_letter_and_what_was_agreed_are_of_the_invoices_that_they_claim(self):
        other = self.make_invoice(self.customer, days_overdue=40)
        self.customer.email = "compta@example.com"
        notice = self.make_campaign(debtors=self.debtor).notice_ids
        self.assertEqual(notice.line_ids.move_line_id.move_id, other, "what is in the case is reminded no more")
        self.make_letter(subject="Relance d'une autre", notice_id=notice.id, attachment_id=self.make_file("a.pdf").id)
        self.make_letter(subject="Relevé", attachment_id=self.make_file("b.pdf").id)
        Promise, day = self.env["recovery.promise"], self.today + timedelta(days=5)
        Promise._give(self.debtor, self.today, 100.0, day, lines=self.receivable_of(other))
        pieces = self.collect()
        self.assertEqual(pieces.filtered(lambda piece: piece.kind == "letter").mapped("file_name"), ["b.pdf"])
        self.assertNotIn("promise", self.kinds())
        self.case._join(self.receivable_of(other), self.today, "Une seule affaire")
        self.assertLessEqual({"letter", "promise"}, self.kinds(self.collect()))
        self.assertIn("a.pdf", self.case.exhibit_ids.mapped("file_name"))

    def test_each_invoice_brings_the_terms_of_its_day(self):
        for version, since, until in (("CGV 2024", 900, 81), ("CGV 2025", 80, 0)):
            self.env["recovery.contract.terms"].create(
                {
                    "company_id": self.company.id,
                    "debtor_id": self.debtor.id,
                    "valid_from": self.today - timedelta(days=since),
                    "valid_to": self.today - timedelta(days=until),
                    "cgv_version": version,
                    "cgv_accepted_by": "Paul Mercier",
                }
            )
        terms = self.collect().filtered(lambda piece: piece.kind == "terms")
        self.assertEqual([name[-8:] for name in terms.sorted("date").mapped("name")], ["CGV 2024", "CGV 2025"])
        self.assertIn("Paul Mercier", " ".join(read_texts(terms[0].attachment_id.raw)))

    def test_a_payment_says_where_it_stands_in_the_bank(self):
        self.pay(self.old, 250.0)
        payment = self.collect().filtered(lambda piece: piece.kind == "payment")
        entry = self.env[payment.res_model].browse(payment.res_id)
        text = " ".join(" ".join(read_texts(payment.attachment_id.raw)).split())
        self.assertIn(entry.name, text)
        self.assertIn(entry.journal_id.name, text)

    def test_judgments_and_notices_of_insolvency_are_pieces(self):
        proceedings = self.env["recovery.insolvency"]._open_for(
            self.debtor, "receivership", self.today - timedelta(days=9), self.today
        )
        proceedings.attachment_ids = [Command.set(self.make_file("bodacc.pdf").ids)]
        self.assertIn("insolvency", self.kinds(self.collect()))

    def test_titles_and_acts_of_execution_are_pieces(self):
        title = self.env["recovery.title"].create(
            {
                "case_id": self.case.id,
                "kind_id": self.env.ref("debt_recovery.recovery_title_kind_judgment").id,
                "date": self.today,
                "enforceable_on": self.today,
                "line_ids": [Command.set(self.case.line_ids.ids)],
            }
        )
        self.collect()
        self.assertNotIn("title", self.kinds())
        self.assertIn(title.display_name, self.said)
        title.attachment_ids = [Command.set(self.make_file("jugement.pdf").ids)]
        self.assertIn("title", self.kinds(self.collect()))

    def test_a_certificate_among_the_pieces_proves_the_loss(self):
        lines = self.case.line_ids.line_id
        piece = self.add(make_pdf("certificat"), kind="certificate", name="Certificat de Maître Vidal")
        proofs = self.env["recovery.claim"]._get_loss_proofs(lines)
        self.assertEqual({proof.code for line in lines for proof in proofs[line.id]}, {"certificate"})
        self.assertIn("Maître Vidal", proofs[lines[0].id][0].text)
        piece.action_leave_out()
        self.assertFalse(self.env["recovery.claim"]._get_loss_proofs(lines))

    def test_an_invoice_that_was_never_printed_is_named(self):
        self.collect()
        self.assertNotIn("invoice", self.kinds())
        self.assertIn("Without a document", self.said)
        self.assertIn(self.old.name, self.said)

    def test_the_piece_stays_when_its_source_goes(self):
        proof = self.make_proof()
        piece = self.collect().filtered(lambda piece: piece.kind == "order")
        proof.attachment_ids = [Command.clear()]
        self.assertTrue(piece._is_intact())
        self.assertNotEqual(piece.attachment_id, proof.attachment_ids)

    def test_the_documents_of_a_procedure_are_pieces(self):
        procedure = self.begin()
        self.record(procedure, "request_filed", self.today)
        self.assertIn("act", self.kinds(self.collect()))

    def test_a_person_says_where_a_piece_comes_from(self):
        piece = self.add(make_pdf("bon signé"), kind="delivery", user=self.recovery_user)
        self.assertEqual((piece.origin, piece.added_by_id, piece.added_on), ("Binder", self.recovery_user, self.today))
        self.assertTrue(piece.is_typed)
        event = self.events(self.case, "exhibit")[0]
        self.assertEqual(event.details["where from"], "Binder")
        self.assertEqual(event.details["sha256"], piece.sha256)

    def test_what_cannot_be_shown_is_named_when_it_is_added(self):
        piece = self.add(("contrat.pdf", make_encrypted()))
        self.assertEqual(piece.problem, "encrypted")
        self.assertIn("Password-protected", self.said)
        self.assertEqual(self.add(("note.docx", b"PK office")).problem, "other")
        self.assertFalse(self.add(("photo.jpg", make_image())).problem)

    def test_a_large_picture_is_kept_as_it_was_received(self):
        picture = make_image(size=(2600, 3700))
        row = {"kind": "other", "name": "Scan", "date": self.today, "content": picture, "file_name": "scan.jpg"}
        piece = self.Exhibit._add(self.case, [row], self.today)
        self.assertEqual(piece.sha256, hashlib.sha256(picture).hexdigest())
        self.assertTrue(piece._is_intact())
        self.assertEqual(piece.attachment_id.raw, picture)
        self.assertEqual(self.bind().state, "done")

    def test_numbers_follow_the_order_chosen_by_hand_and_stay(self):
        one, two, three = self.add(make_pdf("1")), self.add(make_pdf("2")), self.add(make_pdf("3"))
        three.sequence, one.sequence, two.sequence = 1, 2, 3
        self.bind()
        self.assertEqual((three.number, one.number, two.number), (1, 2, 3))
        self.assertEqual({piece.state for piece in self.case.exhibit_ids}, {"filed"})
        late = self.add(make_pdf("4"))
        late.sequence = 0
        self.bind()
        self.assertEqual((three.number, one.number, two.number, late.number), (1, 2, 3, 4))

    def test_a_preview_numbers_nothing(self):
        piece = self.add(make_pdf("1"))
        bundle = self.bind(is_draft=True)
        self.assertEqual(bundle.state, "done")
        self.assertEqual((piece.number, piece.state), (0, "draft"))
        self.assertIn("Preview", read_texts(bundle.whole_id.raw)[0])

    def test_a_number_withdrawn_is_given_to_nobody(self):
        one, two = self.add(make_pdf("1")), self.add(make_pdf("2"))
        self.bind()
        self.give_reason(two.action_withdraw(), "Doublon")
        self.assertEqual((two.state, two.withdraw_reason), ("withdrawn", "Doublon"))
        three = self.add(make_pdf("3"))
        bundle = self.bind()
        self.assertEqual((one.number, two.number, three.number), (1, 2, 3))
        self.assertIn("never reassigned: no. 2", " ".join(read_texts(bundle.listing_id.raw)))

    def test_what_is_filed_stays_as_it_is(self):
        piece = self.add(make_pdf("1"))
        self.bind()
        for vals in ({"name": "Autre"}, {"date": self.today - timedelta(days=2)}, {"kind": "order"}):
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, "is filed"):
                piece.with_user(self.recovery_user).write(vals)
        piece.with_user(self.recovery_user).write({"name": piece.name, "note": "Original au coffre"})
        with self.assertRaisesRegex(UserError, "never deleted"):
            piece.unlink()
        for vals in ({"number": 9}, {"sha256": "x"}, {"state": "draft"}, {"attachment_id": self.make_file().id}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                piece.with_user(self.recovery_manager).write(vals)

    def test_a_piece_left_out_gets_no_number(self):
        one, two = self.add(make_pdf("1")), self.add(make_pdf("2"))
        one.action_leave_out()
        self.bind()
        self.assertEqual((one.number, two.number), (0, 1))
        one.action_take_in()
        self.assertEqual(one.state, "draft")
        with self.assertRaisesRegex(UserError, "Filed"):
            two.action_leave_out()

    def test_nobody_dates_a_document_in_the_future(self):
        piece = self.add(make_pdf("1"))
        with self.assertRaises(ValidationError):
            piece.date = self.today + timedelta(days=1)

    def test_the_auditor_reads_and_adds_nothing(self):
        piece = self.add(make_pdf("1"))
        self.assertTrue(piece.with_user(self.recovery_auditor).name)
        for act in (
            lambda: self.case.with_user(self.recovery_auditor).action_collect_exhibits(),
            lambda: self.case.with_user(self.recovery_auditor).action_bind(),
            lambda: piece.with_user(self.recovery_auditor).action_leave_out(),
            lambda: piece.with_user(self.recovery_auditor).write({"name": "x"}),
            lambda: self.Exhibit.with_user(self.recovery_user).create({"case_id": self.case.id, "name": "x"}),
        ):
            with self.assertRaises(AccessError):
                act()

    def test_what_a_procedure_requires_and_is_missing_is_listed(self):
        self.assertIn("Invoices as sent", self.case.missing_text)
        self.assertNotIn("itemised", self.case.missing_text)
        self.begin("payment_order_commerce")
        self.case.invalidate_recordset()
        self.assertIn("Claim statement, itemised", self.case.missing_text)
        self.add(make_pdf("1"), kind="statement")
        self.assertNotIn("itemised", self.case.missing_text)
        self.assertNotIn("Receipt", self.case.missing_text, "what is only advised is listed, and not in the warning")
        self.assertIn("receipt", self.case.missing_requirement_ids.mapped("kind"))

    def find_documents(self):
        """Return what the gate says of the documents."""
        found = self.env["recovery.gate"]._check(self.case, self.today)[self.case]
        return next(finding for code, _name, finding in found if code == "documents")

    def test_the_gate_asks_for_the_pieces_that_the_type_requires(self):
        for kind in ("order", "delivery"):
            self.make_proof(kind, name=kind)
        before = self.find_documents()
        self.assertEqual((before.state, before.cure), ("orange", "action_complete_exhibits"))
        self.assertIn("Invoices as sent", before.reason)
        self.begin("payment_order_commerce")
        self.case.invalidate_recordset()
        required = self.find_documents()
        self.assertEqual((required.state, required.cure), ("red", "action_complete_exhibits"))
        self.assertIn("Claim statement, itemised", required.reason)
        for kind in ("invoice", "letter", "statement", "order", "delivery"):
            self.add(make_pdf(kind), kind=kind)
        self.assertEqual(self.find_documents().state, "green")

    def test_the_cure_collects_then_asks_for_what_is_still_missing(self):
        self.make_proof()
        action = self.case.action_complete_exhibits()
        self.assertIn("order", self.kinds())
        self.assertEqual(action["res_model"], "recovery.exhibit.wizard")
        self.assertEqual(action["context"]["default_kind"], "invoice")
        for kind in ("invoice", "letter", "delivery"):
            self.add(make_pdf(kind), kind=kind)
        self.assertEqual(self.case.action_complete_exhibits()["tag"], "display_notification")
        with self.assertRaises(AccessError):
            self.case.with_user(self.recovery_auditor).action_complete_exhibits()

    def test_a_requirement_has_its_days_and_its_company(self):
        rows = self.env["recovery.exhibit.requirement"].search([("type_id", "=", False), ("kind", "=", "invoice")])
        rows.valid_to = self.today - timedelta(days=1)
        self.case.invalidate_recordset()
        self.assertNotIn("Invoices as sent", self.case.missing_text)
        other = self.setup_other_company(name="Société Deux")["company"]
        rows.write({"valid_to": False, "company_id": other.id})
        self.case.invalidate_recordset()
        self.assertNotIn("Invoices as sent", self.case.missing_text)

    def test_the_missing_of_many_cases_are_read_together(self):
        self.add(make_pdf("1"))
        cases = self.case
        for number in range(4):
            invoice = self.make_invoice(self.customer, amount=100.0 + number, days_overdue=60)
            cases |= self.open_case(invoice)
        self.env.invalidate_all()
        cases.mapped("name"), cases.exhibit_ids.mapped("kind"), cases.procedure_ids.mapped("state")
        with self.assertQueryCount(6):
            cases.mapped("missing_text")
            cases.mapped("exhibit_count")

    def test_loose_pieces_follow_a_regrouped_case(self):
        other = self.open_case(self.make_invoice(self.customer, amount=100.0, days_overdue=60))
        loose, filed = self.add(make_pdf("1"), case=other), self.add(make_pdf("2"), case=other)
        filed._file(self.today)
        wizard = self.env["recovery.case.regroup.wizard"].with_context(
            active_model="recovery.case", active_ids=(self.case | other).ids
        )
        self.regroup(wizard, other)
        self.assertEqual((loose.case_id, filed.case_id), (self.case, other))

    def regroup(self, wizard, other):
        other.sudo().write({"merged_into_id": self.case.id})
        other._hook_moved_to(self.case, other.line_ids.line_id)
