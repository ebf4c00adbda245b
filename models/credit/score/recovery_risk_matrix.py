from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from .behaviour import parse_bounds
from .scoring import CLASSES, NO_HISTORY


class RecoveryRiskMatrix(models.AbstractModel):
    """The risk matrix: debtors counted by class, which says how probable a loss is, and by exposure."""

    _name = "recovery.risk.matrix"
    _description = "Risk Matrix"

    @api.model
    def _read(self, company, within=Domain.TRUE):
        """Return the cells of a company's matrix, with the domain behind each.

        Only the debtors that the user may read count. One query per column, whatever their number. Whoever works in
        a branch alone gets a sentence instead.

        :param within: only these debtors.
        """
        if not company._recovery_is_open():
            return {"closed": company._recovery_get_closed_text()}
        Debtor = self.env["recovery.debtor"]
        company = company._recovery_root()
        currency = company.currency_id

        def money(amount):
            number = formatLang(self.env, amount, digits=0)
            return f"{currency.symbol}{number}" if currency.position == "before" else f"{number}\u00a0{currency.symbol}"

        bounds = parse_bounds(company.sudo().recovery_exposure_bands)
        base = Domain("company_id", "=", company.id) & Domain("exposure_amount", ">", 0) & within
        columns, cells, totals = [], {}, {}
        for position, (low, high) in enumerate(zip([0, *bounds], [*bounds, None], strict=True)):
            domain = base & (Domain("exposure_amount", ">=", low) if low else Domain.TRUE)
            if high is not None:
                domain &= Domain("exposure_amount", "<", high)
            columns.append({"label": self._get_band_label(low, high, money), "domain": list(domain)})
            totals[position] = [0, 0.0]
            for risk_class, count, amount in Debtor._read_group(
                domain & Domain("risk_class", "!=", False), ["risk_class"], ["__count", "exposure_amount:sum"]
            ):
                cells[risk_class, position] = (count, amount)
        labels = dict(Debtor._fields["risk_class"]._description_selection(self.env))
        lines = []
        for risk_class in [*reversed(CLASSES), NO_HISTORY]:
            line = {"risk_class": risk_class, "label": labels[risk_class], "cells": []}
            for position, column in enumerate(columns):
                count, amount = cells.get((risk_class, position), (0, 0.0))
                line["cells"].append(
                    {
                        "count": count,
                        "value": currency.round(amount),
                        "amount": money(currency.round(amount)),
                        "heat": self._get_heat(risk_class, position, len(columns)),
                        "domain": [["risk_class", "=", risk_class], *column["domain"]],
                    }
                )
                totals[position][0] += count
                totals[position][1] += amount
            line["count"] = sum(cell["count"] for cell in line["cells"])
            line["amount"] = money(sum(cells.get((risk_class, i), (0, 0.0))[1] for i in range(len(columns))))
            lines.append(line)
        latest = Debtor.search(base & Domain("score_date", "!=", False), order="score_date desc", limit=1)
        return {
            "company": company.name,
            "date": format_date(self.env, latest.score_date) if latest else "",
            "columns": [
                {
                    "label": column["label"],
                    "count": totals[position][0],
                    "amount": money(totals[position][1]),
                }
                for position, column in enumerate(columns)
            ],
            "lines": lines,
            "count": sum(count for count, _amount in totals.values()),
            "amount": money(sum(amount for _count, amount in totals.values())),
        }

    @api.model
    def _get_band_label(self, low, high, money):
        if high is None:
            return self.env._("%s and more", money(low))
        if not low:
            return self.env._("under %s", money(high))
        return self.env._("%(low)s to %(high)s", low=money(low), high=money(high))

    @api.model
    def _get_heat(self, risk_class, position, columns):
        """Return how hot a cell is, from 0 to 4: probability and exposure weigh the same."""
        probability = CLASSES.index(risk_class) / 4 if risk_class in CLASSES else 0.5
        return round(4 * (probability + position / max(columns - 1, 1)) / 2)
