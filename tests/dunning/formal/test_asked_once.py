from datetime import timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from .formal_notice import FormalNoticeCommon, pages_of


@tagged("post_install", "-at_install")
class TestAskedOnce(FormalNoticeCommon):
    """Two mises en demeure in force do not ask twice for the same indemnity, nor for the same cost."""

    prints_documents = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor = cls.debtor_of(cls.customer)
        term = cls.env["account.payment.term"].create(
            {
                "name": "Deux fois",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (0, 30)
                ],
            }
        )
        cls.later = cls.today + timedelta(days=30)
        # the first half is late enough today, the second one a month later
        cls.invoice = cls.make_invoice(cls.customer, amount=1000, date=cls.today - timedelta(days=60), term=term)

    def add_cost(self, amount, name="Recherche d'adresse", move=None):
        return self.env["recovery.claim.cost"].create(
            {
                "debtor_id": self.debtor.id,
                "move_id": move and move.id,
                "date": self.today,
                "name": name,
                "amount": amount,
                "document": "UERG",
            }
        )

    def send_on(self, day):
        with freeze_time(f"{day} 10:00:00"):
            [notice] = self.send_campaign(day, self.debtor).notice_ids
        self.assertEqual(notice.state, "sent", notice.state_reason)
        return notice

    def parts(self, notice):
        """Return the indemnities and the costs, less what is deducted, that a letter demands."""
        [total] = notice.claim_statement_id.figures["totals"]
        return float(total["indemnity"]), float(total["costs"])

    def whole(self, day):
        """Return what one décompte of the whole claim asks for."""
        claim = self.env["recovery.claim"]._compute(self.company, self.receivable_of(self.invoice), day)
        [total] = claim.get_totals()
        return float(total.indemnity), float(total.costs)

    def test_two_instalments_of_one_invoice_bear_one_indemnity(self):
        first = self.send_on(self.today)
        self.assertEqual(first._get_claimed_lines().move_line_id, self.receivable_of(self.invoice)[0])
        second = self.send_on(self.later)
        self.assertEqual(second._get_claimed_lines().move_line_id, self.receivable_of(self.invoice)[1])
        self.assertEqual((self.parts(first), self.parts(second)), ((40, 0), (0, 0)))
        self.assertSays(pages_of(first.document_id)[0], "Indemnité forfaitaire", "40,00 €")
        self.assertSilent(pages_of(second.document_id)[0], "Indemnité forfaitaire pour frais", "40,00 €")
        self.assertSilent(" ".join(pages_of(second.claim_statement_id.attachment_id)), "D441-5")
        self.assertEqual(self.whole(self.later), (40, 0), "the décompte of all of it is what it was")

    def test_the_cost_of_the_whole_account_is_asked_once(self):
        self.add_cost(100)
        first = self.send_on(self.today)
        second = self.send_on(self.later)
        self.assertEqual((self.parts(first), self.parts(second)), ((40, 60), (0, 0)))
        self.assertSays(pages_of(first.document_id)[0], "60,00 €")
        self.assertSilent(" ".join(pages_of(second.claim_statement_id.attachment_id)), "Recherche d'adresse")
        self.assertEqual(self.whole(self.later), (40, 60))

    def test_a_cost_that_came_since_is_asked_and_the_letters_add_up_to_the_whole(self):
        self.add_cost(100)
        first = self.send_on(self.today)
        self.add_cost(50, "Constat")
        second = self.send_on(self.later)
        self.assertEqual((self.parts(first), self.parts(second)), ((40, 60), (0, 50)), "the 40 covered the first cost")
        self.assertEqual(self.whole(self.later), (40, 110))

    def test_an_indemnity_that_covered_nothing_yet_covers_the_next_cost(self):
        first = self.send_on(self.today)
        self.add_cost(100)
        second = self.send_on(self.later)
        self.assertEqual((self.parts(first), self.parts(second)), ((40, 0), (0, 60)))
        self.assertEqual(self.whole(self.later), (40, 60))

    def test_a_second_invoice_has_its_own_and_covers_its_part(self):
        self.add_cost(100)
        first = self.send_on(self.today)
        other = self.make_invoice(self.customer, amount=600, due=self.today - timedelta(days=20))
        self.add_cost(50, "Constat", other)
        second = self.send_on(self.later)
        self.assertIn(self.receivable_of(other), second._get_claimed_lines().move_line_id)
        self.assertEqual((self.parts(first), self.parts(second)), ((40, 60), (40, 10)))
        lines = self.receivable_of(self.invoice) | self.receivable_of(other)
        [total] = self.env["recovery.claim"]._compute(self.company, lines, self.later).get_totals()
        self.assertEqual((float(total.indemnity), float(total.costs)), (80, 70), "as one décompte of it all")

    def test_what_was_withdrawn_or_replaced_is_asked_again(self):
        self.add_cost(100)
        first = self.send_on(self.today)
        first.delivery_ids.action_mark_posted()
        with freeze_time(f"{self.today + timedelta(days=2)} 10:00:00"):
            replacing = first.with_user(self.recovery_manager)._supersede("Erreur")
        self.assertEqual(self.parts(replacing), (40, 60))
        with freeze_time(f"{self.today + timedelta(days=3)} 10:00:00"):
            replacing.with_user(self.recovery_manager)._cancel("Erreur")
        later = self.send_on(self.later)
        self.assertEqual(self.parts(later), (40, 60))

    def test_a_guarantor_is_shown_what_the_debtor_was(self):
        self.add_cost(100)
        first = self.send_on(self.today)
        second = self.send_on(self.later)
        self.make_surety(self.debtor)
        with freeze_time(f"{self.later} 10:00:00"):
            for notice in (first, second):
                notice.with_user(self.recovery_user).action_write_to_guarantors()
                notice.guarantor_notice_ids.with_user(self.recovery_user).action_send_to_guarantor()
        self.assertEqual(self.parts(first.guarantor_notice_ids), (40, 60))
        self.assertEqual(self.parts(second.guarantor_notice_ids), (0, 0))

    def test_queries_do_not_grow_with_the_notices(self):
        for number in range(6):
            self.make_invoices(self.make_debtor(f"Client {number}").partner_id, 1)
        sent = self.send()
        sent |= self.send_on(self.later)

        def count(notices):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["recovery.formal.letter"]._read_asked(notices.sudo())
            return self.env.cr.sql_log_count - before

        few = sent.filtered(lambda notice: notice.debtor_id == self.debtor)
        self.assertEqual((len(few), len(sent)), (2, 8))
        count(few)
        self.assertLessEqual(count(sent), count(few) + 1)
