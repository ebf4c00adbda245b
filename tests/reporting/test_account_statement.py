import re
from datetime import date
from io import BytesIO

from openpyxl import load_workbook
from pypdf import PdfReader

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestAccountStatement(RecoveryCommon):
    prints_documents = True

    def open_window(self, user=None, partner=None, **vals):
        debtor = self.debtor_of(partner).with_user(user or self.recovery_user)
        action = debtor.action_account_statement()
        Wizard = self.env[action["res_model"]].with_user(user or self.recovery_user)
        return Wizard.with_context(**action["context"]).create({"day": self.today, **vals})

    def test_everything_open_in_the_customers_language(self):
        late = self.make_invoice(amount=1000, days_overdue=40)
        self.pay(late, 250)
        self.make_invoice(amount=500, days_overdue=-20)
        credit = self.make_credit_note(amount=80)
        self.make_invoice(amount=100, days_overdue=50, date=date(2026, 9, 1))
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.make_invoice(amount=70, days_overdue=3, currency=dollar)
        wizard = self.open_window()
        data = wizard._get_data()
        self.assertEqual(
            [(g["currency"].name, g["balance"], g["overdue"]) for g in data["groups"]],
            [
                ("EUR", 1270, 850),
                ("USD", 70, 70),
            ],
        )
        self.assertEqual(wizard.lang, "fr_FR")
        xmlid = wizard.action_print()["report_name"]
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.recovery_user)
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(xmlid, wizard.ids)
        )
        text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
        text = re.sub(r"[\s\u00a0\u202f]+", " ", text)
        for words in (late.name, credit.name, "750,00", "-80,00", "1 270,00", "21 novembre 2026", "1 / 1"):
            self.assertIn(words, text)
        book = load_workbook(BytesIO(wizard._get_xlsx()))
        self.assertEqual(book.sheetnames, ["EUR", "USD"])
        column = [row[7].value for row in book["EUR"].iter_rows(min_row=5)]
        self.assertEqual(sorted(value for value in column if isinstance(value, (int, float))), [-80, 100, 500, 750])
        before = self.open_window(day=date(2026, 10, 20))
        self.assertEqual([group["balance"] for group in before._get_data()["groups"]], [1100, 70])

    def test_payments_on_their_way_are_said_apart(self):
        invoice = self.make_invoice(amount=1000, days_overdue=40)
        self.pay(invoice, 300, outstanding=False)
        data = self.open_window()._get_data()
        self.assertEqual([row[2] for row in data["pending"]], [300])
        self.assertEqual(data["groups"][0]["balance"], 1000)
        self.assertEqual(self.open_window(partner=self.make_partner("Rien"))._get_data()["groups"], [])

    def test_exchange_differences_are_the_books(self):
        dollar = self.setup_other_currency("USD", rates=[("2020-01-01", 1.0), ("2026-09-01", 1.25)])
        partner = self.make_partner("Smith Ltd")
        invoice = self.make_invoice(partner, amount=750, date=date(2026, 8, 1), due=date(2026, 8, 31), currency=dollar)
        self.pay(invoice, date=date(2026, 10, 5))
        line = self.receivable_of(invoice)
        self.assertTrue(line.reconciled)
        days = [date(2026, 9, 15), date(2026, 10, 5), date(2026, 10, 31), self.today]

        def balances():
            pages = [self.open_window(partner=partner, day=day)._get_data()["groups"] for day in days]
            for groups in pages:
                for group in groups:
                    self.assertTrue(all(row["residual"] for row in group["rows"]))
            return [[(g["currency"].name, g["balance"]) for g in groups] for groups in pages]

        self.assertEqual(balances(), [[("USD", 750)], [], [], []])
        line.remove_move_reconcile()
        self.assertEqual(balances()[0], [("USD", 750)])
        for groups in balances():
            self.assertEqual({name for name, _balance in groups}, {"USD"} if groups else set())
        payment = self.env["account.payment"].search([("partner_id", "=", partner.id)])
        credit = payment.move_id.line_ids.filtered(lambda row: row.account_id == line.account_id)
        with freeze_time("2026-11-21"):
            (line | credit).reconcile()
        balances()

    def test_a_debt_settled_in_its_currency_is_no_line(self):
        dollar = self.setup_other_currency("USD", rates=[("2020-01-01", 1.0), ("2026-09-01", 1.25)])
        partner = self.make_partner("Smith Ltd")
        invoice = self.make_invoice(partner, amount=750, date=date(2026, 8, 1), due=date(2026, 8, 31), currency=dollar)
        self.pay(invoice, date=date(2026, 10, 5))
        exchange = self.receivable_of(invoice).matched_credit_ids.exchange_move_id
        self.assertTrue(exchange)
        # the books close later: the difference of a payment of October is booked on another day
        exchange.line_ids.sudo().matched_debit_ids.max_date = date(2026, 10, 31)
        data = self.open_window(partner=partner, day=date(2026, 10, 15))._get_data()
        self.assertEqual(data["groups"], [])

    def test_readers_only_and_their_own_window(self):
        wizard = self.open_window(self.recovery_auditor)
        self.assertTrue(wizard._get_xlsx())
        with self.assertRaises(AccessError):
            wizard.with_user(self.recovery_user)._get_xlsx()
        with self.assertRaises(AccessError):
            self.open_window(self.make_user("paul", "account.group_account_invoice"))
