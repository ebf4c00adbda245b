from datetime import date

from odoo import Command
from odoo.tests import tagged

from ..litigation.doubtful.common import DoubtfulCommon
from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestDoubtfulTour(RecoveryTourCase, DoubtfulCommon):
    """The accounts of the doubt on the screen, in French, by somebody who is manager and accountant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.both = cls.make_user(
            "denise",
            "account.group_account_user",
            "account.group_account_manager",
            "debt_recovery.group_recovery_manager",
        )
        cls.both.write({"lang": "fr_FR", "tz": "Europe/Paris"})

    def open_debtor(self):
        return f"/odoo/recovery.debtor/{self.debtor.id}"

    def test_a_liquidation_to_its_loss_and_its_vat(self):
        self.bill(1000.0, self.goods20, days_overdue=150)
        insolvency = self.env["recovery.insolvency"]._open_for(
            self.debtor, "liquidation", self.ago(40), self.today, published_on=self.ago(30)
        )
        insolvency.declaration_ids.action_prepare()
        self.tour("recovery_doubtful_liquidation", self.both, url=self.open_debtor(), timeout=180)
        claim = self.debtor.doubtful_ids
        self.assertEqual((claim.state, claim.lost, claim.vat_recovered), ("lost", 1000.0, 200.0))
        self.assertEqual((self.balance("411"), self.balance("416"), self.balance("44571")), (0.0, 0.0, 0.0))

    def test_a_service_on_receipts_and_a_sale_on_debits_to_their_loss_and_their_vat(self):
        service = self.bill(1000.0, self.on_receipts, days_overdue=150)
        sale = self.bill(1000.0, self.on_debits, days_overdue=150)
        insolvency = self.env["recovery.insolvency"]._open_for(
            self.debtor, "liquidation", self.ago(40), self.today, published_on=self.ago(30)
        )
        insolvency.declaration_ids.action_prepare()
        self.tour("recovery_doubtful_two_taxes", self.both, url=self.open_debtor(), timeout=240)
        claims = self.debtor.doubtful_ids
        self.assertEqual({claim.move_id: claim.vat_recovered for claim in claims}, {service: 200.0, sale: 55.0})
        self.assertEqual((self.balance("411"), self.balance("416"), self.balance("654")), (0.0, 0.0, 2000.0))
        self.assertEqual((self.balance("44574"), self.balance("44571")), (0.0, 0.0))
        entry = claims.entry_line_ids.entry_id.filtered(lambda entry: entry.kind == "vat")
        back = entry.move_id.line_ids.filtered(lambda line: line.balance > 0)
        self.assertEqual({line.balance: line.tax_tag_ids.mapped("name") for line in back}, {200.0: [], 55.0: ["21"]})
        self.assertIn(sale.name, entry.mention)
        self.assertNotIn(service.name, entry.mention)

    def test_a_closing_line_by_line(self):
        self.transfer(self.bill(1000.0, self.goods20, days_overdue=600), day=self.ago(300))
        self.tour("recovery_doubtful_closing", self.both, timeout=120)
        self.assertEqual((self.balance("491"), self.balance("6817")), (-400.0, 400.0))

    def test_an_unexpected_payment_and_its_reversal(self):
        claim = self.transfer(self.bill(1000.0, self.goods20))
        self.lose(claim)
        self.recover_vat(claim)
        self.receive(600.0)
        self.tour("recovery_doubtful_receipt", self.both, timeout=120)
        self.assertEqual((self.balance("7583"), claim.recovered), (0.0, 0.0))
        reversed_entry = claim.entry_line_ids.entry_id.filtered(lambda entry: entry.state == "reversed")
        self.assertEqual(reversed_entry.kind, "recovery")

    def test_416_and_491_are_taken_over(self):
        Account = self.env["account.account"].with_company(self.company)

        def account(code):
            return Account.search([("code", "=like", f"{code}%"), ("company_ids", "in", self.company.ids)], limit=1).id

        self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": date(2026, 1, 1),
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account("416"),
                            "partner_id": self.customer.id,
                            "name": "F2024-118",
                            "debit": 1200.0,
                            "date_maturity": date(2024, 5, 31),
                        }
                    ),
                    Command.create({"account_id": account("491"), "credit": 400.0, "name": "Dépréciations"}),
                    Command.create({"account_id": account("120"), "credit": 800.0, "name": "À-nouveaux"}),
                ],
            }
        ).action_post()
        self.tour("recovery_doubtful_adopt", self.both, timeout=120)
        self.assertEqual(self.debtor.doubtful_ids.depreciated, 400.0)

    def test_a_set_off_is_proposed_from_the_debtor(self):
        self.bill(1000.0, days_overdue=30)
        self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.customer.id,
                "invoice_date": self.ago(60),
                "invoice_date_due": self.ago(20),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create({"name": "Port", "price_unit": 300.0, "tax_ids": [Command.clear()]})
                ],
            }
        ).action_post()
        self.tour("recovery_set_off", self.both, url=self.open_debtor(), timeout=120)
        self.assertEqual(self.debtor.amount_owed_by_us, 0.0)
