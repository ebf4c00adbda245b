from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .formal_notice import FormalNoticeCommon, pages_of


class GuarantorCommon(FormalNoticeCommon):
    """A debtor, and the letters to who guarantees."""

    def setUp(self):
        super().setUp()
        self.debtor = self.debtor_of(self.customer)

    def prepare(self, notice, **coverage):
        """Return the drafts to the guarantors of that mise en demeure, with a surety of 5 000 € by default."""
        if coverage or not self.env["recovery.coverage"].search([("debtor_id", "=", notice.debtor_id.id)]):
            self.make_surety(notice.debtor_id, **coverage)
        notice.with_user(self.recovery_user).action_write_to_guarantors()
        return notice.guarantor_notice_ids.filtered(lambda n: n.state == "draft")

    def send_letter(self, notice, **coverage):
        letter = self.prepare(notice, **coverage)
        letter.with_user(self.recovery_user).action_send_to_guarantor()
        self.assertEqual(letter.state, "sent")
        return letter


@tagged("post_install", "-at_install")
class TestGuarantor(GuarantorCommon):
    """A letter to who guarantees: what it may ask for, when it may leave, and what follows it."""

    prints_documents = True

    def returned_tasks(self):
        return self.debtor.activity_search(["debt_recovery.mail_activity_type_guarantor_returned"])

    # ------------------------------------------------------------
    # How much
    # ------------------------------------------------------------
    def test_only_the_share_that_is_guaranteed_is_asked_to_the_cent(self):
        self.make_invoices(self.customer, 1, amount=1000.01)
        notice = self.send()
        whole = notice.amount_demanded
        cents = round(whole * 100)
        letter = self.send_letter(notice, amount=5000.0, share=33.33)
        self.assertEqual(round(letter.amount_demanded * 100), cents * 3333 // 10000, "never a cent above the share")
        self.assertEqual((letter.amount_guaranteed, letter.share_guaranteed), (5000, 33.33))
        self.assertEqual(letter.claim_statement_id.amount, whole, "the décompte is that of the whole debt")
        money = f"{letter.amount_demanded:.2f}".replace(".", ",")
        [text] = pages_of(letter.document_id)
        self.assertSays(text, "33,33 %", "5 000,00 €", f"mettons en demeure de nous régler la somme de {money} €")
        letter.coverage_id.sudo().share = 100
        self.assertIn(money, letter.with_context(lang="fr_FR").demanded_text, "what left does not change")

    def test_the_amount_guaranteed_is_the_limit_whatever_the_share(self):
        self.make_invoices(self.customer, 1, amount=9000)
        letter = self.send_letter(self.send(), amount=4000.0, share=50)
        self.assertEqual(letter.amount_demanded, 4000)
        self.assertSays(pages_of(letter.document_id)[0], "50 %", "la somme de 4 000,00 €")

    def test_a_guarantee_changed_after_the_preparation_counts_as_it_is(self):
        self.make_invoices(self.customer, 1, amount=9000)
        letter = self.prepare(self.send(), amount=4000.0)
        letter.coverage_id.sudo().amount = 3000
        letter.with_user(self.recovery_user).action_send_to_guarantor()
        self.assertEqual((letter.amount_guaranteed, letter.amount_demanded), (3000, 3000))

    def test_what_is_disputed_credited_or_on_its_way_is_not_asked(self):
        invoice = self.make_invoices(self.customer, 1, amount=1000)
        reason = self.env.ref("debt_recovery.recovery_dispute_reason_price")
        self.env["recovery.dispute"]._open(self.debtor, self.today, invoice, reason, amount=200.0)
        notice = self.send()
        self.assertEqual(notice.amount, 800)
        letter = self.prepare(notice)
        self.assertEqual(letter.amount, 800)
        self.pay(invoice, 150, date=self.today)
        self.make_credit_note(self.customer, 50, self.today)  # open: it is set against the oldest debt
        letter.with_user(self.recovery_user).action_send_to_guarantor()
        line = letter._get_claimed_lines()
        self.assertEqual((letter.amount, line.amount_due, line.amount_residual), (600, 600, 850))
        [total] = letter.claim_statement_id.figures["totals"]
        self.assertEqual(total["principal_left"], "600.00")
        self.assertSays(pages_of(letter.document_id)[0], "600,00 €")

    def test_what_the_debtor_was_not_asked_for_is_not_asked_of_the_guarantor(self):
        invoice = self.make_invoices(self.customer, 1, amount=1000)
        reason = self.env.ref("debt_recovery.recovery_dispute_reason_price")
        self.env["recovery.dispute"]._open(self.debtor, self.today, invoice, reason, amount=200.0)
        notice = self.send()
        notice.delivery_ids.action_mark_posted()
        dispute = self.env["recovery.dispute"].search([("move_id", "=", invoice.id)]).sudo()
        self.env["recovery.hold"].sudo().search([("debtor_id", "=", self.debtor.id)])._release(self.today, "Fondée")
        dispute.state = "resolved"
        self.assertEqual(self.prepare(notice).amount, 800)

    def test_a_promise_suspends_and_insolvency_spares_the_debtor_only(self):
        self.make_invoices(self.customer, 1, amount=1000)
        notice = self.send()
        notice.delivery_ids.action_mark_posted()
        hold = self.env["recovery.hold"].create(
            {"debtor_id": self.debtor.id, "date_from": self.today, "reason": "Virement annoncé"}
        )
        with self.assertRaisesRegex(UserError, "Menuiserie Aubert"), self.cr.savepoint():
            self.prepare(notice)
        hold._release(self.today, "Non reçu")
        self.debtor.sudo().insolvency_on = self.today
        letter = self.prepare(notice)
        self.assertEqual(letter.amount, 1000)
        self.assertIn("insolvent", letter.blocker_ids.mapped("code"), "a manager decides")

    # ------------------------------------------------------------
    # When it may leave
    # ------------------------------------------------------------
    def test_it_is_checked_like_any_mise_en_demeure(self):
        self.make_invoices(self.customer, 1)
        notice = self.send()
        self.company.recovery_formal_review = True
        self.customer.company_registry = False  # the debtor's: nothing that a guarantor's letter needs
        letter = self.prepare(notice)
        missing = letter.blocker_ids.filtered(lambda b: b.severity == "blocking")
        self.assertEqual(missing.mapped("code"), ["no_review"], "what is missing shows at once")
        self.assertTrue(letter.is_blocked and letter.needs_review)
        as_user = letter.with_user(self.recovery_user)
        with self.assertRaisesRegex(UserError, missing.check_id.name), self.cr.savepoint():
            as_user.action_send_to_guarantor()
        self.assertFalse(letter.number or letter.claim_statement_id)
        as_user._review(self.make_partner("Me Durand", is_company=False), self.today, self.today)
        letter.addressee_id.street = False
        with self.assertRaisesRegex(UserError, "Paul Garant"), self.cr.savepoint():
            as_user.action_send_to_guarantor()
        letter.addressee_id.street = "3 rue Haute"
        as_user.action_send_to_guarantor()
        self.assertEqual(letter.state, "sent")
        self.assertIn("3 rue Haute", letter.letter_ids.address)

    def test_a_manager_may_send_it_despite_what_is_missing(self):
        self.make_invoices(self.customer, 1)
        notice = self.send()
        self.company.recovery_formal_review = True
        letter = self.prepare(notice)
        letter.with_user(self.recovery_manager)._override("Urgence")
        letter.with_user(self.recovery_user).action_send_to_guarantor()
        self.assertEqual(letter.state, "sent")

    def test_it_goes_with_the_debtors_mise_en_demeure(self):
        self.make_invoices(self.customer, 1)
        notice = self.send()
        letter = self.send_letter(notice)
        self.make_surety(self.debtor, reference="acte du 4 mai 2024")
        draft = self.prepare(notice)
        letter.letter_ids.delivery_id.action_mark_posted()
        self.assertTrue(letter.expires_on)
        notice.with_user(self.recovery_manager)._cancel("Facture déjà payée")
        self.assertEqual((letter.state, letter.withdrawn_on, letter.expires_on), ("cancelled", self.today, False))
        self.assertEqual(letter.withdrawn_by_id, self.recovery_manager)
        events = self.env["recovery.event"].search([("res_model", "=", letter._name), ("res_id", "=", letter.id)])
        self.assertIn("withdrawn", events.mapped("kind"))
        self.assertEqual(draft.state, "obsolete")
        self.assertIn("Facture déjà payée", draft.state_reason)
        draft.sudo().state = "draft"  # one that another session still shows
        with self.assertRaisesRegex(UserError, notice.number), self.cr.savepoint():
            draft.with_user(self.recovery_user).action_send_to_guarantor()

    def test_what_waits_for_the_post_goes_with_the_debtors_that_is_suspended_before_it_left(self):
        self.make_invoices(self.customer, 1)
        notice = self.send()
        printed = self.send_letter(notice)
        self.make_surety(self.debtor, reference="acte du 4 mai 2024")
        draft = self.prepare(notice)
        for posted in (printed.browse(), printed):
            with self.subTest(posted=bool(posted)), self.cr.savepoint() as savepoint:
                posted.delivery_ids.action_mark_posted()
                self.env["recovery.hold"].create(
                    {"debtor_id": self.debtor.id, "date_from": self.today, "reason": "Virement annoncé"}
                )
                self.assertEqual((notice.state, draft.state), ("obsolete", "obsolete"))
                self.assertEqual(printed.state, "sent" if posted else "obsolete", "what left has left")
                self.assertEqual(printed.delivery_ids.state, "posted" if posted else "cancelled")
                if not posted:
                    self.assertIn("Virement annoncé", printed.state_reason)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_the_correction_reaches_the_guarantor_in_their_language(self):
        self.make_invoices(self.customer, 1)
        notice = self.send()
        letter = self.send_letter(notice, lang="en_US")
        (notice | letter).delivery_ids.action_mark_posted()
        action = self.env["recovery.cancel.wizard"].with_user(self.recovery_manager)._open(notice, "Retirer")
        wizard = self.env["recovery.cancel.wizard"].with_user(self.recovery_manager).browse(action["res_id"])
        self.assertEqual((wizard.sent_count, wizard.text_ids.mapped("lang")), (2, ["en_US", "fr_FR"]))
        wizard.write({"reason": "Erreur", "send_correction": True})
        wizard.action_confirm()
        corrections = (notice | letter).delivery_ids.filtered(lambda d: d.purpose == "correction")
        self.assertEqual(corrections.addressee_id, notice.addressee_id | letter.addressee_id)

    # ------------------------------------------------------------
    # What follows
    # ------------------------------------------------------------
    def test_a_letter_that_came_back_is_a_task_and_nothing_against_the_debtor(self):
        invoice = self.make_invoices(self.customer, 1)
        self.debtor.collector_id = self.recovery_user
        notice = self.send()
        letter = self.send_letter(notice)
        (notice | letter).delivery_ids.action_mark_posted()
        verdict = self.verdict_of(invoice)
        post = letter.letter_ids.with_user(self.recovery_user)
        post.write({"number": "1A12345678901", "outcome": "wrong_address", "outcome_on": self.today})
        self.assertFalse(self.env["recovery.hold"].search([("debtor_id", "=", self.debtor.id)]))
        self.assertEqual(self.verdict_of(invoice), verdict)
        self.assertTrue(notice.expires_on)
        self.assertFalse(letter.expires_on)
        task = self.returned_tasks()
        self.assertEqual(task.user_id, self.recovery_user)
        self.assertIn("Paul Garant", task.note)
        self.assertEqual(self.debtor.activity_ids, task)
        post.note = "Pli avisé"
        self.assertEqual((self.returned_tasks(), task.note.count("Paul Garant")), (task, 1), "told once")
        self.env["recovery.todo"]._refresh(self.company, self.today)
        self.assertEqual(self.debtor.todo_kind, "task")
        post.write({"outcome": False, "outcome_on": False})  # typed by mistake
        self.assertFalse(self.returned_tasks())
        self.assertTrue(letter.expires_on)

    def test_its_presentation_starts_no_interest_of_a_consumer(self):
        self.debtor.nature = "consumer"
        self.make_invoices(self.customer, 1)
        notice = self.send()
        letter = self.send_letter(notice)
        (notice | letter).delivery_ids.action_mark_posted()
        letter.letter_ids._record_tracking("presented", self.today)
        self.assertEqual((letter.received_on, letter.interest_from), (self.today, False))
        self.assertFalse(notice.interest_from)
        self.assertFalse(self.env["recovery.claim"]._get_receipts(notice._get_claimed_lines().move_line_id))

    def test_after_a_wrong_address_it_is_withdrawn_and_written_again(self):
        self.make_invoices(self.customer, 1)
        notice = self.send()
        letter = self.send_letter(notice)
        letter.delivery_ids.action_mark_posted()
        letter.letter_ids._record_tracking("wrong_address", self.today)
        with self.assertRaises(UserError), self.cr.savepoint():
            letter.with_user(self.recovery_manager)._supersede("Nouvelle adresse")
        self.assertEqual(letter.state, "sent")
        letter.with_user(self.recovery_manager)._cancel("Adresse erronée")
        self.assertFalse(self.returned_tasks())
        self.assertEqual(notice.state, "sent", "the debtor's stays")
        again = self.prepare(notice)
        with self.assertRaisesRegex(UserError, "Paul Garant"), self.cr.savepoint():
            again.with_user(self.recovery_user).action_send_to_guarantor()  # to the address it came back from
        again.addressee_id.street = "3 rue Haute"
        again.with_user(self.recovery_user).action_send_to_guarantor()
        self.assertEqual((again.state, again.coverage_id), ("sent", letter.coverage_id))

    def test_it_never_promises_litigation(self):
        self.make_invoices(self.customer, 1)
        notice = self.send()
        letter = self.send_letter(notice)
        (notice | letter).delivery_ids.action_mark_posted()

        def steps():
            self.env.invalidate_all()
            return [notice.with_context(lang="en_US").next_step, letter.with_context(lang="en_US").next_step]

        debtors, guarantors = steps()
        self.assertIn("litigation", debtors)
        self.assertNotIn("itigation", guarantors)
        self.assertIn("until", guarantors)
        with freeze_time(f"{letter.expires_on + timedelta(days=1)} 10:00:00"):
            self.assertEqual(self.env["recovery.notice"]._follow_expired(self.company, self.today), notice.browse())
            self.assertNotIn("itigation", steps()[1])
            told = self.env["recovery.notice"]._follow_expired(self.company, letter.expires_on + timedelta(days=1))
            self.assertEqual(told, notice)


@tagged("post_install", "-at_install")
class TestGuarantorWaiting(GuarantorCommon):
    """A letter to a guarantor that has not left follows the books, as the debtor's own does."""

    def refresh(self):
        self.env["recovery.worklist"]._refresh(self.company, self.today)
        self.env.invalidate_all()

    def each_waiting(self):
        """Yield each way in which a letter to a guarantor waits, on books as they were: the debtor's own has left."""
        self.invoices = self.make_invoices(self.customer, 2, amount=1000)
        notice = self.send()
        notice.delivery_ids.action_mark_posted()
        for waiting in ("draft", "to print", "printed"):
            with self.subTest(waiting=waiting), self.cr.savepoint() as savepoint:
                letter = self.prepare(notice)
                if waiting != "draft":
                    letter.with_user(self.recovery_user).action_send_to_guarantor()
                if waiting == "printed":
                    letter.delivery_ids.action_mark_printed()
                self.refresh()
                self.assertEqual(letter.state, "draft" if waiting == "draft" else "sent")
                yield waiting, letter.with_context(lang="en_US")
                self.assertEqual(notice.state, "sent", "what left has left")
                savepoint.rollback()
            self.env.invalidate_all()

    def check_withdrawn(self, letter, *words):
        self.assertEqual(letter.state, "obsolete")
        self.assertLessEqual(set(letter.delivery_ids.mapped("state")), {"cancelled"})
        self.assertFalse(any(letter.line_ids.mapped("engaged")))
        self.assertSays(letter.state_reason, *words)

    def test_a_part_payment_withdraws_what_is_printed_and_a_draft_says_the_amount_of_now(self):
        for waiting, letter in self.each_waiting():
            document = letter.document_id
            self.pay(self.invoices[0], 400)
            self.refresh()
            if waiting == "draft":
                self.assertEqual((letter.state, letter.amount), ("draft", 1601))
                continue
            self.check_withdrawn(letter, "2\N{NO-BREAK SPACE}001,00", "1\N{NO-BREAK SPACE}601,00")
            self.assertEqual(letter.document_id, document, "never rewritten")
            again = self.prepare(letter.guaranteed_notice_id)
            self.assertEqual((again.state, again.amount), ("draft", 1601))

    def test_a_credit_note_does_as_a_part_payment(self):
        for waiting, letter in self.each_waiting():
            self.make_credit_note(self.customer, 1000, self.today, reverses=self.invoices[0])
            self.refresh()
            if waiting == "draft":
                self.assertEqual((letter.state, letter.amount, letter.line_count), ("draft", 1001, 1))
            else:
                self.check_withdrawn(letter, "1\N{NO-BREAK SPACE}001,00")

    def test_a_payment_of_all_withdraws_it(self):
        for _waiting, letter in self.each_waiting():
            for invoice in self.invoices:
                self.pay(invoice)
            self.refresh()
            self.check_withdrawn(letter)

    def test_a_due_date_put_off_withdraws_it(self):
        for _waiting, letter in self.each_waiting():
            for invoice in self.invoices:
                self.receivable_of(invoice).date_maturity = self.today + timedelta(days=30)
            self.refresh()
            self.check_withdrawn(letter, "21/12/2026")

    def test_a_due_date_moved_in_the_past_withdraws_what_is_printed(self):
        for waiting, letter in self.each_waiting():
            day = self.today - timedelta(days=5)
            self.receivable_of(self.invoices[0]).date_maturity = day
            self.refresh()
            if waiting == "draft":
                self.assertIn(day, letter.line_ids.mapped("due_date"))
            else:
                self.check_withdrawn(letter, "16/11/2026")

    def test_a_suspension_withdraws_it_at_once_but_what_spares_the_debtor_alone_does_not(self):
        for _waiting, letter in self.each_waiting():
            self.debtor.sudo().insolvency_on = self.today
            self.refresh()
            self.assertIn(letter.state, ("draft", "sent"))
            self.env["recovery.hold"].create(
                {"debtor_id": self.debtor.id, "date_from": self.today, "reason": "Inventaire"}
            )
            self.check_withdrawn(letter, "Inventaire")

    def test_what_left_or_did_not_move_stays(self):
        for waiting, letter in self.each_waiting():
            self.make_invoices(self.customer, 1, amount=50)
            self.refresh()
            self.assertEqual(letter.amount, 2001)
            self.assertIn(letter.state, ("draft", "sent"))
            if waiting != "draft":
                letter.delivery_ids.action_mark_posted()
                self.pay(self.invoices[0])
                self.refresh()
                self.assertEqual((letter.state, letter.delivery_ids.state), ("sent", "posted"))

    def test_a_draft_asks_again_for_what_was_suspended_meanwhile(self):
        for waiting, letter in self.each_waiting():
            if waiting != "draft":
                continue
            hold = self.env["recovery.hold"].create(
                {
                    "debtor_id": self.debtor.id,
                    "move_id": self.invoices[0].id,
                    "date_from": self.today,
                    "reason": "Inventaire",
                }
            )
            self.assertEqual((letter.state, letter.amount), ("draft", 1001))
            hold._release(self.today, "Faite")
            self.assertEqual((letter.amount, letter.line_count), (2001, 2))
