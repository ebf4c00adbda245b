from lxml import etree

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import DoubtfulCommon


@tagged("post_install", "-at_install")
class TestDoubtfulInvoice(DoubtfulCommon):
    """What an invoice shows while what it claims stands among the doubtful receivables."""

    def test_what_is_doubtful_stays_due_on_the_invoice(self):
        move = self.bill(1000.0, self.goods20)
        self.transfer(move)
        self.assertEqual((move.amount_residual, move.amount_residual_signed), (1200.0, 1200.0))
        self.assertEqual((move.payment_state, move.recovery_doubtful_state), ("not_paid", "doubtful"))
        self.assertFalse(move.invoice_payments_widget, "a transfer is no payment")

    def test_what_was_paid_before_is_still_listed_as_paid(self):
        move = self.bill(1000.0, self.goods20)
        (self.receive(200.0) | self.receivable_of(move)).reconcile()
        self.transfer(move)
        self.assertEqual([row["amount"] for row in move.invoice_payments_widget["content"]], [200.0])
        self.assertEqual((move.amount_residual, move.payment_state), (1000.0, "partial"))

    def test_one_instalment_of_two_leaves_the_other_due_beside_it(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50.0, "nb_days": days}) for days in (30, 60)
                ],
            }
        )
        move = self.bill(1000.0, term=term)
        lines = self.receivable_of(move)
        self.as_accountant(self.Doubtful._propose(lines[0], self.today, "No answer"))
        self.assertEqual((move.amount_residual, move.recovery_doubtful_open), (1000.0, 500.0))
        (self.receive(500.0) | lines[1]).reconcile()
        self.assertEqual((move.amount_residual, move.payment_state), (500.0, "partial"))

    def test_in_another_currency_it_stays_due_in_that_currency(self):
        usd = self.setup_other_currency("USD", rates=[("2020-01-01", 2.0)])
        move = self.bill(1000.0, currency=usd)
        self.transfer(move)
        self.assertEqual((move.amount_residual, move.amount_residual_signed), (1000.0, 500.0))

    def test_what_is_paid_of_it_lowers_what_is_due(self):
        move = self.bill(1000.0, self.goods20)
        claim = self.transfer(move)
        self.as_accountant(claim._receive(self.receive(700.0), self.today, 700.0))
        self.assertEqual((move.amount_residual, move.payment_state), (500.0, "partial"))
        self.as_accountant(claim._receive(self.receive(500.0), self.today, 500.0))
        self.assertEqual((move.amount_residual, move.payment_state), (0.0, "paid"))
        self.assertFalse(move.recovery_doubtful_state)

    def test_the_list_tells_and_finds_what_is_doubtful_proposed_or_lost(self):
        doubtful, proposed, lost, good = (self.bill(100.0 * n, self.goods20) for n in range(1, 5))
        self.transfer(doubtful)
        self.transfer(proposed, post=False)
        self.lose(self.transfer(lost))
        moves = doubtful | proposed | lost | good
        self.assertEqual(moves.mapped("recovery_doubtful_state"), ["doubtful", "proposed", "lost", False])
        for state, expected in (("doubtful", doubtful), ("lost", lost), (False, good)):
            found = moves.search([("recovery_doubtful_state", "=", state), ("id", "in", moves.ids)])
            self.assertEqual(found, expected, state)
        found = moves.search([("recovery_doubtful_state", "!=", False), ("id", "in", moves.ids)])
        self.assertEqual(found, doubtful | proposed | lost)

    def read_ribbons(self, move, user):
        """Return what stands across the corner of an invoice's form."""
        move = move.with_user(user)
        arch = etree.fromstring(move.get_view(view_type="form")["arch"])
        ribbons = arch.findall(".//widget[@name='web_ribbon']")
        [shown] = move.web_read(
            {name: {} for name in ("payment_state", "status_in_payment", "move_type", "is_move_sent", "state")}
            | (
                {"recovery_doubtful_state": {}}
                if arch.find(".//field[@name='recovery_doubtful_state']") is not None
                else {}
            )
        )
        return [
            ribbon.get("title")
            for ribbon in ribbons
            if ribbon.get("title") and not safe_eval(ribbon.get("invisible"), shown)
        ]

    def test_what_was_lost_is_not_called_paid(self):
        lost, part, paid, doubtful = (self.bill(100.0 * n, self.goods20) for n in range(1, 5))
        claims = self.transfer(lost, part, doubtful)
        lose = claims.filtered(lambda claim: claim.move_id != doubtful)
        self.lose(lose)
        self.recover_vat(lose.filtered(lambda claim: claim.move_id == lost))
        (self.receive(360.0) | self.receivable_of(paid)).reconcile()
        self.assertEqual((lost.payment_state, part.payment_state), ("paid", "partial"))
        reader, biller = self.recovery_user, self.make_user("bruno", "account.group_account_invoice")
        for move, told, to_others in (
            (lost, ["Written off"], ["Paid"]),
            (part, ["Written off"], ["Partial"]),
            (paid, ["Paid"], ["Paid"]),
            (doubtful, [], []),
        ):
            self.assertEqual(self.read_ribbons(move, reader), told)
            self.assertEqual(self.read_ribbons(move, biller), to_others)

    def test_a_reversed_transfer_leaves_it_as_it_was(self):
        move = self.bill(1000.0, self.goods20)
        entry = self.transfer(move).entry_line_ids.entry_id
        entry._reverse("Paid by transfer")
        entry.with_user(self.accountant).action_post()
        self.assertEqual((move.amount_residual, move.payment_state), (1200.0, "not_paid"))
        self.assertFalse(move.recovery_doubtful_state)

    def test_credit_notes_and_vendor_bills_are_never_doubtful(self):
        note = self.make_invoice(self.customer, 100.0, move_type="out_refund")
        self.assertEqual((note.amount_residual, note.recovery_doubtful_state), (100.0, False))


@tagged("post_install", "-at_install")
class TestDoubtfulOnThePortal(DoubtfulCommon, HttpCase):
    def test_the_customer_does_not_read_paid(self):
        user = new_test_user(self.env, "client-douteux", "base.group_portal", password="client-douteux", lang="en_US")
        user.partner_id.parent_id = self.customer
        doubtful = self.bill(1000.0, self.goods20)
        paid = self.bill(300.0)
        (doubtful | paid).message_subscribe(user.partner_id.ids)
        self.transfer(doubtful)
        (self.receive(300.0) | self.receivable_of(paid)).reconcile()
        self.assertEqual((doubtful.payment_state, paid.amount_residual), ("not_paid", 0.0))
        self.env.flush_all()
        self.authenticate("client-douteux", "client-douteux")
        page = self.url_open("/my/invoices").text
        rows = [row for row in page.split("<tr") if doubtful.name in row or paid.name in row]
        told = {move.name: any(move.name in row and "Paid" in row for row in rows) for move in (doubtful, paid)}
        self.assertEqual(told, {doubtful.name: False, paid.name: True})
        own = self.url_open(f"/my/invoices/{doubtful.id}").text
        self.assertRegex(own, r"1\D{1,6}200\D00")
        self.assertNotRegex(own, "Already Paid|Déjà payé")
