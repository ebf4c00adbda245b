from ..common import RecoveryCommon


class LedgerCommon(RecoveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger = cls.env["recovery.ledger"]
        cls.bank_journal = cls.company_data["default_journal_bank"]

    @classmethod
    def make_loose_credit_note(cls, invoice, amount, date=None):
        """Make a credit note of an invoice that nobody matched: core matches it when it is posted."""
        note = cls.make_credit_note(invoice.partner_id, amount, date, reverses=invoice)
        cls.receivable_of(note).remove_move_reconcile()
        return note
