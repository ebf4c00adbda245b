from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import split_every

from ..common.recovery_table_window import Table
from ..common.recovery_xlsx_mixin import Column
from ..common.roles import require_reader

# Beside what the settings name: accounts of the general chart, by their code.
FAMILIES = {"416": None, "491": "depreciation", "654": "loss"}
BATCH = 1000


class RecoveryBooks(models.AbstractModel):
    """What the books moved on doubtful receivables (416), depreciations (491) and losses (654), entry by entry.

    Each movement is tied to the entry of ours that made it; one that has none is named as such, with what it is.
    """

    _name = "recovery.books"
    _description = "Recovery: movements of 416, 491 and 654"

    @api.model
    @api.private
    def _list(self, root, first, last, partner=None):
        """Return the :class:`Table` of the movements of a root company and its branches, and of their accounts.

        :param partner: the customer whose movements are wanted; all of them by default.
        """
        require_reader(self.env)
        root._recovery_check_open()
        accounts = self._find_accounts(root.sudo())
        domain = self._get_domain(root, accounts) & Domain("date", ">=", first) & Domain("date", "<=", last)
        if partner:
            domain &= Domain("partner_id", "child_of", partner.id)
        lines = self.env["account.move.line"].sudo().search(domain, order="date, move_name, move_id, id")
        rows, sums = [], {}
        kinds = dict(self.env["recovery.doubtful.entry"]._fields["kind"]._description_selection(self.env))
        for ids in split_every(BATCH, lines.ids):
            batch = lines.browse(ids)
            ours, exchanges = self._find_entries(batch.move_id), self._find_exchanges(batch.move_id)
            for line in batch:
                entry = ours.get(line.move_id)
                moved = sums.setdefault(line.account_id.id, [0.0, 0.0, 0.0])
                moved[0] += line.debit
                moved[1] += line.credit
                moved[2] += line.balance if entry else 0.0
                move = line.move_id
                what = self._say_entry(move, entry, kinds) if entry else self._say_origin(move, exchanges)
                rows.append(self._prepare_row(root, line, entry, what))
            batch.invalidate_recordset(flush=False)
        tables = [self._make_movements(rows)]
        return tables if partner else [*tables, self._make_accounts(root, accounts, sums, first, last)]

    @api.model
    def _find_accounts(self, root):
        """Return the accounts of the three families: those that the settings name, and those of these codes."""
        Account = self.env["account.account"].sudo().with_company(root).with_context(active_test=False)
        companies = root.browse(root._recovery_company_ids())
        found = Account
        for family, role in FAMILIES.items():
            found |= Account.search([("company_ids", "in", companies.ids), ("code", "=like", f"{family}%")])
            for company in companies if role else ():
                found |= company[f"recovery_doubtful_{role}_account_id"]
        for company in companies:
            found |= company._recovery_find_doubtful_account() | company.recovery_doubtful_past_loss_account_id
        return found.with_company(root).sorted(lambda account: (account.code or "", account.id))

    @api.model
    def _get_domain(self, root, accounts):
        return (
            Domain("account_id", "in", accounts.ids)
            & Domain("company_id", "in", list(root._recovery_company_ids()))
            & Domain("parent_state", "=", "posted")
        )

    @api.model
    def _find_entries(self, moves):
        """Return ``{journal entry: entry of ours}``, reversals included."""
        Entry = self.env["recovery.doubtful.entry"].sudo()
        entries = Entry.search(Domain("move_id", "in", moves.ids) | Domain("reversal_move_id", "in", moves.ids))
        found = {move: move.recovery_doubtful_entry_id for move in moves if move.recovery_doubtful_entry_id}
        for entry in entries:
            for move in entry.move_id | entry.reversal_move_id:
                found[move] = entry
        return found

    @api.model
    def _find_exchanges(self, moves):
        """Return those of these entries that book an exchange difference."""
        parts = self.env["account.partial.reconcile"].sudo().search([("exchange_move_id", "in", moves.ids)])
        return parts.exchange_move_id

    @api.model
    def _prepare_row(self, root, line, entry, what):
        return (
            line.date,
            line.move_id.name or "",
            line.account_id.with_company(root).code or line.account_id.name,
            line.partner_id.name or "",
            line.name or line.ref or "",
            line.debit or None,
            line.credit or None,
            (entry.number or "") if entry else self.env._("Not one of ours"),
            what,
            line.company_id.name,
        )

    @api.model
    def _say_entry(self, move, entry, kinds):
        """Return what an entry of ours is."""
        kind = kinds[entry.kind]
        return self.env._("%s, reversed", kind) if entry.reversal_move_id == move else kind

    @api.model
    def _say_origin(self, move, exchanges):
        """Return what an entry is that none of ours made."""
        if move.origin_payment_id or move.statement_line_id:
            return self.env._("Payment received")
        if move in exchanges:
            return self.env._("Exchange difference")
        if move.is_sale_document(include_receipts=True):
            return self.env._("Invoice")
        return self.env._("Entry of %s", move.journal_id.name)

    @api.model
    def _make_movements(self, rows):
        columns = [
            Column(self.env._("Date"), "date", 11, key="date"),
            Column(self.env._("Journal entry"), width=20, key="journal_entry"),
            Column(self.env._("Account"), width=12, key="account"),
            Column(self.env._("Customer"), width=26, key="customer"),
            Column(self.env._("Label"), width=34, key="label"),
            Column(self.env._("Debit"), "amount", 15, total=True, key="debit"),
            Column(self.env._("Credit"), "amount", 15, total=True, key="credit"),
            Column(self.env._("Recovery entry"), width=18, key="entry_of_recovery"),
            Column(self.env._("What it is"), width=26, key="what_it_is"),
            Column(self.env._("In the accounts of"), width=20, key="in_the_books_of"),
        ]
        alone = sum(1 for row in rows if row[7] == self.env._("Not one of ours"))
        note = self.env._("%s movements come from non-recovery entries.", alone) if alone else ""
        totals = tuple(round(sum(row[place] or 0.0 for row in rows), 6) for place in (5, 6)) if rows else ()
        title = self.env._("Movements of 416, 491 and 654")
        return Table(title, title, columns, rows, totals, note)

    @api.model
    def _make_accounts(self, root, accounts, sums, first, last):
        """Return the accounts, from opening to closing: what the movements come to against the ledger's balance."""
        opening, closing = (
            self._sum_balances(root, accounts, Domain("date", operator, day))
            for operator, day in (("<", first), ("<=", last))
        )
        currency = root.currency_id
        rows = []
        for account in accounts:
            debit, credit, ours = sums.get(account.id, (0.0, 0.0, 0.0))
            before = opening.get(account.id, 0.0)
            reckoned = currency.round(before + debit - credit)
            ledger = currency.round(closing.get(account.id, 0.0))
            if any(not currency.is_zero(amount) for amount in (before, debit, credit, ledger)):
                rows.append(
                    (
                        account.code or "",
                        account.name,
                        before,
                        debit,
                        credit,
                        ledger,
                        currency.round(ledger - reckoned),
                        ours,
                        currency.round(debit - credit - ours),
                    )
                )
        columns = [
            Column(self.env._("Account"), width=12, key="account"),
            Column(self.env._("Name"), width=36, key="name"),
            Column(self.env._("Opening balance"), "amount", 15, total=True, key="opening"),
            Column(self.env._("Debit"), "amount", 15, total=True, key="debit"),
            Column(self.env._("Credit"), "amount", 15, total=True, key="credit"),
            Column(self.env._("Balance of the ledger"), "amount", 16, total=True, key="balance_of_the_ledger"),
            Column(self.env._("Difference"), "amount", 13, total=True, key="difference"),
            Column(self.env._("By recovery entries"), "amount", 16, total=True, key="by_entries_of_recovery"),
            Column(self.env._("By other entries"), "amount", 16, total=True, key="by_other_entries"),
        ]
        totals = tuple(round(sum(row[place] for row in rows), 6) for place in range(2, 9)) if rows else ()
        title = self.env._("Accounts from opening to closing")
        note = self.env._("Balances are sums of all posted entries up to that day, including previous years.")
        return Table(title, title, columns, rows, totals, note)

    @api.model
    def _sum_balances(self, root, accounts, days):
        groups = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(self._get_domain(root, accounts) & days, ["account_id"], ["balance:sum"])
        )
        return {account.id: balance for account, balance in groups}
