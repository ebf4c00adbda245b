from odoo import models
from odoo.tools import format_date
from odoo.tools.misc import formatLang


class RecoveryStatement(models.Model):
    """What the PDF and the spreadsheet show, read from the frozen lines and nothing else."""

    _inherit = "recovery.statement"

    def _get_document_values(self):
        """Return the values of the document, in the context's language."""
        self.ensure_one()
        company = self.issuer_id
        return {
            "company": company,
            "identity": company._recovery_identity_line(),
            "bank": company.sudo()._recovery_bank(),
            "reference": self.number,
            "groups": self._group_by_currency(),
            "other": self._get_other_totals(),
            "sources": self.figures["sources"],
            "money": lambda amount, currency: formatLang(self.env, amount, currency_obj=currency),
            "number": lambda amount, currency: formatLang(self.env, amount, digits=currency.decimal_places),
            "percent": lambda rate: f"{formatLang(self.env, rate, digits=2)}\N{NO-BREAK SPACE}%",
            "date": lambda day, style=None: format_date(self.env, day, date_format=style).replace(
                " ", "\N{NO-BREAK SPACE}"
            ),
            "flags": {flag for item in self.figures["items"] for flag in item["flags"]},
            "has_foreign": any(line.currency_id != self.company_currency_id for line in self.line_ids),
        }

    def _group_by_currency(self):
        """Return one dict per currency: its instalments, what stands beside them, its totals."""
        groups = []
        for currency, lines in self.line_ids.grouped("currency_id").items():
            items = [self._sum_item(rows) for rank, rows in lines.grouped("item").items() if rank]
            items = [item for item in items if item["principal"]]
            total = {
                key: currency.round(sum(item[key] for item in items))
                for key in ("principal", "settled", "principal_left", "interest", "interest_left")
            }
            beside = {
                kind: currency.round(sum(lines.filtered(lambda line, kind=kind: line.kind == kind).mapped("amount")))
                for kind in ("indemnity", "clause", "cost", "deduction")
            }
            indemnities = lines.filtered(lambda line: line.kind == "indemnity")
            groups.append(
                {
                    "currency": currency,
                    "items": items,
                    **total,
                    **beside,
                    "indemnity_count": len(indemnities),
                    "indemnity_names": list(dict.fromkeys(indemnities.mapped("name"))),
                    "clause_lines": lines.filtered(lambda line: line.kind == "clause"),
                    "cost_lines": lines.filtered(lambda line: line.kind in ("cost", "deduction")),
                    "amount": currency.round(sum(lines.mapped("amount"))),
                }
            )
        euro = self.env.ref("base.EUR")
        return sorted(groups, key=lambda group: (group["currency"] != euro, group["currency"].id))

    def _sum_item(self, lines):
        """Return an instalment's row of the summary, with its lines."""
        currency = lines.currency_id[:1]
        by_kind = lines.grouped("kind")
        nothing = lines.browse()

        def total(kind, field="amount"):
            return sum(by_kind.get(kind, nothing).mapped(field))

        to_interest = total("settled", "to_interest")
        settled = -total("settled")
        return {
            "first": lines[0],
            "lines": by_kind.get("interest", nothing) | by_kind.get("settled", nothing),
            "principal": total("principal"),
            "settled": currency.round(settled),
            "to_interest": currency.round(to_interest),
            "principal_left": currency.round(total("principal") - settled + to_interest),
            "interest": currency.round(total("interest")),
            "interest_left": currency.round(total("interest") - to_interest),
            "total": currency.round(total("principal") - settled + total("interest")),
        }

    def _get_other_totals(self):
        """Return (currency, total) under the other imputation, where it changes something."""
        own = {row["currency_id"]: row["amount"] for row in self.figures["totals"]}
        Currency = self.env["res.currency"]
        return [
            (Currency.browse(row["currency_id"]), float(row["amount"]))
            for row in self.figures["other_totals"]
            if row["amount"] != own.get(row["currency_id"])
        ]
