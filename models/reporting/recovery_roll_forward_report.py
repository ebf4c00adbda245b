from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.tools import remove_accents

from ..ledger.recovery_ledger_movement import KINDS


class RecoveryRollForwardReport(models.AbstractModel):
    """The receivables of a period from opening to closing, footing with the ledger, as plain data."""

    _name = "recovery.roll.forward.report"
    _description = "Recovery: from opening to closing"

    @api.model
    def _get_data(self, company, date_from, date_to, by="account"):
        """Return what moved the receivables of the company's root, its branches included.

        :param by: ``account`` or ``partner``.
        :return: dict with ``rows`` (``opening``, one amount per kind, ``closing``, and ``ledger``: the balance of the
            same at the end of the period, read from the entries by itself), ``totals`` and ``is_exact``.
        """
        root = company._recovery_root()
        currency = root.currency_id
        place = 0 if by == "account" else 1
        accounts = root._recovery_accounts()
        engine = self.env["recovery.ledger.movement"]
        sums = defaultdict(lambda: dict.fromkeys(("opening", *KINDS, "ledger"), 0.0))
        for key, amount in engine._read_balances(root, date_from - timedelta(days=1), accounts).items():
            sums[key[place]]["opening"] += amount
        for key, amount in engine._read_balances(root, date_to, accounts).items():
            sums[key[place]]["ledger"] += amount
        for row in engine._read(root, date_from, date_to, accounts):
            sums[row[place]][row.kind] += row.amount
        names = self._read_names(sums, by, root)
        rows = [self._prepare_row(record_id, row, names[record_id], currency) for record_id, row in sums.items()]
        rows = [row for row in rows if any(not currency.is_zero(row[key]) for key in ("opening", *KINDS, "closing"))]
        rows.sort(key=lambda row: (not row["id"], remove_accents(row["name"]).casefold(), row["id"] or 0))
        keys = ("opening", *KINDS, "closing", "ledger", "difference")
        return {
            "company": root.name,
            "date_from": date_from,
            "date_to": date_to,
            "by": by,
            "currency": currency,
            "kinds": self._get_kind_titles(),
            "rows": rows,
            "totals": {key: currency.round(sum(row[key] for row in rows)) for key in keys},
            "is_exact": all(currency.is_zero(row["difference"]) for row in rows),
        }

    @api.model
    def _prepare_row(self, record_id, sums, name, currency):
        amounts = {key: currency.round(amount) for key, amount in sums.items()}
        closing = currency.round(amounts["opening"] + sum(amounts[kind] for kind in KINDS))
        return {
            "id": record_id or False,
            "name": name,
            **amounts,
            "closing": closing,
            "difference": currency.round(amounts["ledger"] - closing),
        }

    @api.model
    def _read_names(self, ids, by, root):
        """Return ``{id: name}`` of the accounts or the customers of the rows, read together."""
        known = set(ids) - {None}
        if by == "account":
            accounts = self.env["account.account"].sudo().with_company(root).browse(known)
            names = {account.id: f"{account.code or ''} {account.name}".strip() for account in accounts}
        else:
            partners = self.env["res.partner"].sudo().browse(known)
            partners.fetch(["name"])
            names = {partner.id: partner.name or f"#{partner.id}" for partner in partners}
        return {**names, None: self.env._("Without customer")}

    @api.model
    def _get_kind_titles(self):
        """Return ``(kind, title)`` of each kind of movement, in the order of the columns."""
        titles = (
            self.env._("Invoiced"),
            self.env._("Credited"),
            self.env._("Received"),
            self.env._("Losses"),
            self.env._("Exchange differences"),
            self.env._("Transferred"),
            self.env._("Other entries"),
        )
        return list(zip(KINDS, titles, strict=True))
