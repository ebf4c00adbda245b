from odoo import api, models
from odoo.tools import remove_accents

from ..ledger.ageing import DEFAULT_BOUNDS, bucket_of, bucket_ranges, days_late


class RecoveryAgeingReport(models.AbstractModel):
    """The aged balance as plain data, the same for the screen, the PDF and the spreadsheet."""

    _name = "recovery.ageing.report"
    _description = "Recovery: aged balance"

    @api.model
    def _get_data(self, company, day, bounds=DEFAULT_BOUNDS, accounts=None, partners=None, detail=False):
        """Return the aged balance of the company's root, its branches included, on that day.

        Residuals are rebuilt as of ``day`` in the company's currency, so that entries
        dated later do not show. Credits stand apart from the buckets.

        :param accounts: receivable accounts to age; the followed ones by default.
        :param partners: commercial partners to keep; the control then makes no sense and
            is None.
        :param detail: also list the open items of each row.
        :return: dict with ``rows`` (one per customer, the one without customer last),
            ``totals`` (a row too) and ``control`` (the ledger's balance of every receivable
            account against the report's).
        """
        root = company._recovery_root()
        currency = root.currency_id
        accounts = root._recovery_accounts() if accounts is None else accounts
        items = self.env["recovery.ledger"]._read_items(root, day=day, as_of=day, accounts=accounts, partners=partners)
        groups = {}
        for item in items:
            groups.setdefault(item.partner_id, []).append(item)
        named = self.env["res.partner"].sudo().browse(filter(None, groups))
        named.fetch(["name", "ref"])
        by_id = {partner.id: partner for partner in named}
        limits = self.env["recovery.limitation"]._read_originals(root, items)
        rows = [
            {
                **self._prepare_row(by_id.get(partner_id), group, day, bounds, currency, detail, limits),
                **self._get_limitation(group, limits, day, currency),
            }
            for partner_id, group in groups.items()
        ]
        rows.sort(key=lambda row: (not row["partner_id"], remove_accents(row["partner"]).casefold(), row["partner_id"]))
        return {
            "company": root.name,
            "day": day,
            "currency": currency,
            "columns": self._get_column_titles(bounds),
            "rows": rows,
            "totals": self._sum_rows(rows, len(bounds) + 2, currency),
            "control": None if partners is not None else self._get_control(root, day, accounts, items),
        }

    @api.model
    def _get_column_titles(self, bounds):
        """Return the titles of the buckets: not due, then the days late."""
        titles = [self.env._("Not due")]
        for start, end in bucket_ranges(bounds):
            if end:
                titles.append(self.env._("%(start)s to %(end)s days", start=start, end=end))
            else:
                titles.append(self.env._("Over %(days)s days", days=start - 1))
        return titles

    @api.model
    def _prepare_row(self, partner, items, day, bounds, currency, detail, limits):
        buckets = [0.0] * (len(bounds) + 2)
        credit = 0.0
        lines = []
        for item in items:
            late = days_late(item.due, day)
            position = bucket_of(late, bounds) if item.residual_company >= 0 else None
            if position is None:
                credit += item.residual_company
            else:
                buckets[position] += item.residual_company
            if detail:
                lines.append(
                    {
                        "move_id": item.move_id,
                        "name": item.move_name,
                        "ref": item.ref or "",
                        "date": item.invoice_date or item.date,
                        "due": item.due,
                        "late": max(late, 0),
                        "bucket": position,
                        "currency_id": item.currency_id,
                        "residual": item.residual,
                        "residual_company": item.residual_company,
                        "limitation_on": limits.get(item.line_id),
                    }
                )
        buckets = [currency.round(amount) for amount in buckets]
        credit = currency.round(credit)
        return {
            "partner_id": partner.id if partner else False,
            "partner": partner.name or f"#{partner.id}" if partner else self.env._("Without customer"),
            "ref": partner.ref or "" if partner else "",
            "buckets": buckets,
            "credit": credit,
            "total": currency.round(sum(buckets) + credit),
            "items": lines,
        }

    @api.model
    def _get_limitation(self, items, limits, day, currency):
        """Return the next day on which a claim is time-barred, and how much already was on ``day``.

        Original dates, whatever the evidence, as the worklist has them; credits are not set
        against the debts here.
        """
        own = [(limits[item.line_id], item.residual_company) for item in items if item.line_id in limits]
        return {
            "limitation_on": min((limit for limit, _amount in own if limit >= day), default=None),
            "time_barred": currency.round(sum(amount for limit, amount in own if limit < day)),
        }

    @api.model
    def _sum_rows(self, rows, width, currency):
        return {
            "buckets": [currency.round(sum(row["buckets"][i] for row in rows)) for i in range(width)],
            "credit": currency.round(sum(row["credit"] for row in rows)),
            "total": currency.round(sum(row["total"] for row in rows)),
            "limitation_on": min((row["limitation_on"] for row in rows if row["limitation_on"]), default=None),
            "time_barred": currency.round(sum(row["time_barred"] for row in rows)),
        }

    @api.model
    def _get_control(self, root, day, accounts, items):
        """Return what proves the report: each receivable account's balance, straight from the entries.

        An account that is not followed has a balance outside the report: it is said so,
        and the total of the ledger is the report plus what is outside.
        """
        currency = root.currency_id
        everything = (accounts | root._recovery_receivable_accounts()).sudo().with_company(root)
        ledger = self.env["recovery.ledger"]._read_account_balances(root, everything, day)
        reported = dict.fromkeys(accounts.ids, 0.0)
        for item in items:
            reported[item.account_id] += item.residual_company
        lines = []
        for account in everything.sorted(lambda account: (account.code or "", account.id)):
            is_followed = account.id in reported
            balance = ledger.get(account.id, 0.0)
            report = currency.round(reported.get(account.id, 0.0))
            if not is_followed and currency.is_zero(balance):
                continue
            lines.append(
                {
                    "account_id": account.id,
                    "code": account.code or "",
                    "name": account.name,
                    "is_followed": is_followed,
                    "ledger": balance,
                    "report": report,
                    "outside": 0.0 if is_followed else balance,
                    "difference": currency.round(balance - report) if is_followed else 0.0,
                }
            )
        sums = {
            key: currency.round(sum(line[key] for line in lines))
            for key in ("ledger", "report", "outside", "difference")
        }
        return {
            "lines": lines,
            **sums,
            "is_exact": all(currency.is_zero(line["difference"]) for line in lines),
        }
