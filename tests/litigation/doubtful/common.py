from datetime import date, timedelta
from unittest.mock import patch

from odoo import Command

from ...common import RecoveryCommon
from ...english import InEnglish


class DoubtfulCommon(InEnglish, RecoveryCommon):
    """A customer that does not pay: a 20 % service with VAT on receipts, a 5.5 % sale with VAT on debits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(
            patch.object(cls.env.registry["res.company"], "_recovery_today", lambda company: cls.today)
        )
        cls.company.tax_exigibility = True
        cls.customer = cls.make_partner("Ateliers Rivoire")
        cls.debtor = cls.env["recovery.debtor"]._ensure_for(cls.customer, cls.company)
        cls.on_debits = cls.find_tax(5.5, "on_invoice")
        cls.on_receipts = cls.find_tax(20.0, "on_payment")
        cls.goods20 = cls.find_tax(20.0, "on_invoice")
        cls.accountant = cls.make_user(
            "cecile", "account.group_account_user", "account.group_account_manager", "debt_recovery.group_recovery_user"
        )
        cls.Doubtful = cls.env["recovery.doubtful"]
        cls.Entry = cls.env["recovery.doubtful.entry"]

    @classmethod
    def find_tax(cls, amount, exigibility):
        return (
            cls.env["account.tax"]
            .with_context(active_test=False)
            .search(
                [
                    ("type_tax_use", "=", "sale"),
                    ("company_id", "=", cls.company.id),
                    ("amount", "=", amount),
                    ("amount_type", "=", "percent"),
                    ("tax_exigibility", "=", exigibility),
                    ("price_include_override", "!=", "tax_included"),
                ],
                limit=1,
            )
        )

    @classmethod
    def bill(cls, net=1000.0, tax=None, days_overdue=200, partner=None, company=None, currency=None, term=None):
        """Post an invoice of that net price."""
        move = cls.make_invoice(
            partner or cls.customer,
            amount=net,
            days_overdue=days_overdue,
            company=company,
            currency=currency,
            term=term,
            post=False,
        )
        if tax:
            move.invoice_line_ids.tax_ids = [Command.set(tax.ids)]
        move.action_post()
        return move

    def as_accountant(self, entries):
        """Review and post entries, each by who may."""
        entries.with_user(self.recovery_manager).action_review()
        entries.with_user(self.accountant).action_post()
        return entries

    def transfer(self, *moves, day=None, post=True):
        """Pass invoices to 416, and return their claims."""
        lines = self.receivable_of(self.env["account.move"].union(*moves))
        entries = self.Doubtful.with_user(self.recovery_user)._propose(lines, day or self.today, "No answer")
        if post:
            self.as_accountant(entries)
        return entries.line_ids.doubtful_id.with_env(self.env)

    def proof(self, code="liquidation"):
        return self.env.ref(f"debt_recovery.recovery_loss_proof_{code}")

    def document(self):
        return self.env["ir.attachment"].create({"name": "jugement.pdf", "raw": b"%PDF-1.4 jugement"})

    def lose(self, claims, day=None, code="liquidation", post=True, **options):
        day = day or self.today
        entries = claims._lose(day, self.proof(code), day, self.document(), **options)
        return self.as_accountant(entries) if post else entries

    def recover_vat(self, claims, day=None, post=True):
        day = day or self.today
        entries = claims._recover_vat(day, self.proof(), day, self.document())
        return self.as_accountant(entries) if post else entries

    def close_on(self, day, post=True):
        """Propose, review and book a closing."""
        closing = self.env["recovery.doubtful.closing"].create({"day": day, "company_id": self.company.id})
        closing.action_review()
        closing.action_book()
        if post and closing.entry_ids:
            closing.entry_ids.with_user(self.accountant).action_post()
        return closing

    def balance(self, code, company=None):
        """Return the balance of the accounts whose code begins so."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id.code", "=like", f"{code}%"),
                ("parent_state", "=", "posted"),
                ("company_id", "=", (company or self.company).id),
            ]
        )
        return round(sum(lines.mapped("balance")), 2)

    def receive(self, amount, partner=None, day=None):
        """Post a payment of somebody that is matched with nothing, and return its credit."""
        method_line = self.company_data["default_journal_bank"].inbound_payment_method_line_ids[:1]
        if not method_line.payment_account_id:
            method_line.payment_account_id = self.make_outstanding_account(self.company)
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or self.customer).id,
                "amount": amount,
                "date": day or self.today,
                "journal_id": method_line.journal_id.id,
                "payment_method_line_id": method_line.id,
            }
        )
        payment.action_post()
        return payment.move_id.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def day(self, year, month=12, of=31):
        return date(year, month, of)

    @classmethod
    def ago(cls, days):
        return cls.today - timedelta(days=days)
