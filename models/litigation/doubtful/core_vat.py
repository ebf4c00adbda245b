"""Core's VAT on receipts: it becomes due when what is owed is paid, and a transfer pays nothing."""

from odoo import models
from odoo.exceptions import UserError

from ...common.equivalent import get_rate

# Kinds of entries that settle a claim without anybody having paid it.
UNPAID = ("transfer", "loss", "vat", "vat_lost")


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def _collect_tax_cash_basis_values(self):
        """Release VAT on receipts with what is paid of a doubtful claim, and not with what only moves it.

        Core looks at the entries that are matched: of a doubtful claim, that is the entry that carried it over, which
        has no tax. The invoice from which it comes has.
        """
        real = self.filtered(lambda part: not part._is_recovery_passage())
        values = super(AccountPartialReconcile, real)._collect_tax_cash_basis_values()
        for part in real:
            origin = part.sudo().debit_move_id.recovery_origin_line_id
            if not origin or origin.balance <= 0:
                continue
            move = origin.move_id.with_env(part.env)
            found = values.get(move.id) or move._collect_tax_cash_basis_values()
            if not found:
                continue
            if not part.company_id.tax_cash_basis_journal_id:
                raise UserError(self.env._("%s has no journal of VAT on receipts: set one.", part.company_id.name))
            is_own = found["currency"] == move.company_id.currency_id
            paid = part.amount if is_own else part.debit_amount_currency
            if found["currency"].is_zero(paid):
                continue
            credit = part.credit_move_id
            found.setdefault("partials", []).append(
                {
                    "partial": part,
                    "percentage": paid / found["total_balance" if is_own else "total_amount_currency"],
                    "payment_rate": part._get_recovery_payment_rate(origin, credit),
                    "both_move_posted": credit.move_id.state == "posted",
                }
            )
            values[move.id] = found
        return values

    def _get_recovery_payment_rate(self, origin, credit):
        """Return the rate of what was paid, as core has it."""
        if origin.currency_id == credit.currency_id:
            return credit.amount_currency / credit.balance if credit.balance else 0.0
        return get_rate(credit.company_id, origin.currency_id, credit.date)

    def _is_recovery_passage(self):
        """Tell whether a reconciliation only moves a claim, or takes it out of the books unpaid."""
        part = self.sudo()
        debit, credit = part.debit_move_id, part.credit_move_id
        if debit == credit.recovery_origin_line_id or credit == debit.recovery_origin_line_id:
            return True
        entries = debit.move_id.recovery_doubtful_entry_id | credit.move_id.recovery_doubtful_entry_id
        settling = entries.filtered(lambda entry: entry.kind in UNPAID)
        return bool(settling) and credit.move_id.recovery_doubtful_entry_id in settling
