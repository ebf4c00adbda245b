from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...common.roles import READERS


class AccountMove(models.Model):
    _inherit = "account.move"
    _accompanied = {"state": "_recovery_change_doubtful"}

    recovery_doubtful_entry_id = fields.Many2one(
        "recovery.doubtful.entry",
        string="Entry on doubtful receivables",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=READERS,
    )
    recovery_doubtful_open = fields.Monetary(
        "Doubtful",
        currency_field="currency_id",
        compute="_compute_recovery_doubtful_open",
        groups=READERS,
        help="What remains open of this invoice among the doubtful receivables: it is not paid.",
    )

    recovery_doubtful_state = fields.Selection(
        [("proposed", "Transfer proposed"), ("doubtful", "Doubtful"), ("lost", "Lost")],
        string="Doubtful receivable",
        compute="_compute_recovery_doubtful_state",
        search="_search_recovery_doubtful_state",
        groups=READERS,
        help="Its position among the doubtful receivables: in doubt until it is paid, or lost.",
    )

    @api.model
    def _explain_kept(self, names):
        if "recovery_doubtful_entry_id" in names:
            return self.env._("The entry on doubtful receivables sets this itself.")
        return super()._explain_kept(names)

    @api.depends(
        "line_ids.recovery_transferred_ids.amount_residual_currency", "line_ids.recovery_transferred_ids.parent_state"
    )
    def _compute_recovery_doubtful_open(self):
        for move in self:
            passed = move.line_ids.recovery_transferred_ids.filtered(lambda line: line.parent_state == "posted")
            is_receivable = move.is_sale_document(include_receipts=True)
            amount = sum(passed.mapped("amount_residual_currency")) if is_receivable else 0.0
            move.recovery_doubtful_open = max(amount, 0.0)

    @api.depends("line_ids.recovery_transferred_ids.amount_residual")
    def _compute_recovery_doubtful_state(self):
        claims = self.env["recovery.doubtful"].sudo().search(self._recovery_get_doubtful_domain(self.ids))
        by_move = claims.grouped("move_id")
        for move in self:
            states = set(by_move.get(move._origin, claims.browse()).mapped("state"))
            move.recovery_doubtful_state = next(
                (state for state in ("doubtful", "lost", "proposed") if state in states), False
            )

    @api.model
    def _recovery_get_doubtful_domain(self, ids=None):
        domain = Domain("state", "in", ("proposed", "doubtful", "lost")) & Domain("is_taken_over", "=", False)
        domain &= Domain("move_id", "!=", False)
        return domain if ids is None else domain & Domain("move_id", "in", ids)

    @api.model
    def _search_recovery_doubtful_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        # core looks at who may read a field only where it reads it
        self._check_field_access(self._fields["recovery_doubtful_state"], "read")
        Claim = self.env["recovery.doubtful"].sudo()
        domain = self._recovery_get_doubtful_domain() & Domain("state", "in", [state for state in value if state])
        found = Domain("id", "in", Claim._search(domain).subselect("move_id"))
        if False in value:
            found |= Domain("id", "not in", Claim._search(self._recovery_get_doubtful_domain()).subselect("move_id"))
        return found

    @api.depends(
        "line_ids.recovery_transferred_ids.amount_residual",
        "line_ids.recovery_transferred_ids.amount_residual_currency",
        "line_ids.recovery_transferred_ids.parent_state",
    )
    def _compute_amount(self):
        """Count what stands among the doubtful receivables as due: core sees it settled by an entry.

        Lists, forms and the portal call an invoice paid once nothing of it is due.
        """
        result = super()._compute_amount()
        settled = self.filtered(
            lambda move: (
                move.state == "posted"
                and move.is_sale_document(include_receipts=True)
                and move.amount_residual != move.amount_total
            )
        )
        for move in settled.sudo():
            passed = move._recovery_get_passed()
            if passed:
                move.amount_residual += sum(passed.mapped("amount_residual_currency"))
                move.amount_residual_signed += sum(passed.mapped("amount_residual"))
        return result

    @api.depends("line_ids.recovery_transferred_ids.amount_residual")
    def _compute_payments_widget_reconciled_info(self):
        """Leave the transfer to the doubtful receivables out of what core lists as paid, on screens and on prints."""
        result = super()._compute_payments_widget_reconciled_info()
        for move in self.filtered("invoice_payments_widget"):
            widget = move.invoice_payments_widget
            settling = self.sudo().browse(row["move_id"] for row in widget["content"])
            passages = settling.filtered(lambda entry: entry.recovery_doubtful_entry_id.kind == "transfer")
            if passages:
                content = [row for row in widget["content"] if row["move_id"] not in passages.ids]
                move.invoice_payments_widget = {**widget, "content": content} if content else False
        return result

    def _recovery_get_passed(self):
        """Return the lines of doubtful accounts to which what these invoices claim passed, those that are open."""
        passed = self.sudo().line_ids.recovery_transferred_ids
        return passed.filtered(lambda line: line.parent_state == "posted" and not line.reconciled and line.balance > 0)

    def _compute_payment_state(self):
        """Call an invoice not paid while nothing was: to core, a transfer to the doubtful receivables pays a part."""
        result = super()._compute_payment_state()
        for move in self.filtered(lambda move: move.payment_state == "partial").sudo():
            if move.currency_id.compare_amounts(move.recovery_doubtful_open, move.amount_total) >= 0:
                move.payment_state = "not_paid"
        return result

    def action_force_register_payment(self):
        """Offer what passed to the doubtful receivables to be paid with the rest of the invoice."""
        passed = self._recovery_get_passed()
        if not passed:
            return super().action_force_register_payment()
        own = self.line_ids.filtered(lambda line: not line.reconciled)
        return (passed.sudo(False) | own).action_register_payment()

    @contextmanager
    def _recovery_change_doubtful(self, vals):
        """Let an entry on doubtful receivables be posted by who may, once it was reviewed; then match its lines."""
        entries = self._recovery_get_doubtful_entries()
        if entries and vals["state"] == "posted":
            if not self.env.su and not entries._may_post():
                raise AccessError(
                    self.env._("An accountant posts the entries on doubtful receivables, once they have been reviewed.")
                )
            entries._check_posting(self)
        yield
        if entries:
            entries._follow_moves()

    def _recovery_get_doubtful_entries(self):
        """Return the entries that these moves write, or take back."""
        return self.sudo().recovery_doubtful_entry_id

    def unlink(self):
        entries = self._recovery_get_doubtful_entries()
        result = super().unlink()
        entries._follow_moves()
        return result

    def button_draft(self):
        """Refuse to take back what became doubtful, was depreciated or lost: reverse that first."""
        self._recovery_get_doubtful_entries()._check_kept(self)
        self.env["recovery.doubtful"].sudo()._check_untouched(self)
        return super().button_draft()

    def _collect_tax_cash_basis_values(self):
        """Count what is doubtful as unpaid: core releases all the VAT that is left with the last euro."""
        values = super()._collect_tax_cash_basis_values()
        if values:
            passed = self._recovery_get_passed()
            if passed:
                values["total_residual"] += sum(passed.mapped("amount_residual"))
                values["total_residual_currency"] += sum(passed.mapped("amount_residual_currency"))
                values["is_fully_paid"] = self.company_id.currency_id.is_zero(values["total_residual"]) or values[
                    "currency"
                ].is_zero(values["total_residual_currency"])
        return values
