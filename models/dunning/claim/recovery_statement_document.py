from datetime import timedelta

from odoo import fields, models
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
            "other": self._get_other_text(),
            "sources": self.figures["sources"],
            "taken": self._list_taken(),
            "texts": self._get_texts(),
            "money": self._format_money,
            "number": self._format_amount,
            "percent": self._format_rate,
            "date": self._format_day,
            "flags": {flag for item in self.figures["items"] for flag in item["flags"]},
            "has_foreign": any(line.currency_id != self.company_currency_id for line in self.line_ids),
        }

    def _format_money(self, amount, currency):
        return formatLang(self.env, amount, currency_obj=currency)

    def _format_amount(self, amount, currency):
        return formatLang(self.env, amount, digits=currency.decimal_places)

    def _format_day(self, day, style=None):
        return self.env["recovery.notice"]._format_day(day, style)

    def _get_texts(self):
        """Return the sentences of the document that carry figures, whole for whoever translates them."""
        day = self._format_day(self.date)
        insolvent_on = self._get_frozen("insolvent_on")
        interest_until = self._get_interest_until()
        last_day = self._format_day(interest_until) if interest_until else day
        last_day = self._format_day(insolvent_on - timedelta(days=1)) if insolvent_on else last_day
        contract_rate = self._get_frozen("contract_rate")

        def split(line):
            return self.env._(
                "%(interest)s on the interest, %(principal)s on the principal",
                interest=self._format_amount(line.to_interest, line.currency_id),
                principal=self._format_amount(-line.amount - line.to_interest, line.currency_id),
            )

        def left(item):
            currency = item["first"].currency_id
            return self.env._(
                "Left to pay: principal %(principal)s, interest %(interest)s",
                principal=self._format_amount(item["principal_left"], currency),
                interest=self._format_amount(item["interest_left"], currency),
            )

        return {
            "intro": self.env._(
                "As of %(day)s, for %(creditor)s against %(debtor)s.",
                day=self._format_day(self.date, "long"),
                creditor=self.issuer_id.name,
                debtor=self.partner_id.name,
            ),
            "received": self.env._("Mise en demeure received on %s", self._format_day(self.received_on)),
            "judgment": self.env._("Judgment enforceable on %s", self._format_day(self.judgment_on)),
            "interest": self.env._("Interest up to %s included", last_day),
            "below_floor": self.env._(
                "For some of the days, the contract's rate of %s is below the legal minimum of three times the legal "
                "interest rate (C. com. L441-10 II).",
                self._format_rate(contract_rate),
            )
            if contract_rate
            else "",
            "insolvent": self.env._(
                "Insolvency proceedings were opened on %s: interest stops on the eve (C. com. L622-28), and what arose "
                "before is declared, not paid.",
                self._format_day(insolvent_on),
            )
            if insolvent_on
            else "",
            "due": self.env._("TOTAL DUE on %s", day),
            "total": lambda currency: self.env._("Total (%s)", currency.name),
            "amount": lambda currency: self.env._("Amount (%s)", currency.name),
            "invoices": lambda count: self.env._("Total of the invoices (%s)", count),
            "due_on": lambda item: self.env._("due on %s", self._format_day(item["first"].due_date)),
            "split": split,
            "left": left,
        }

    def _get_interest_until(self):
        """Return the last day of interest when the rates of what follows were not known, else None."""
        return fields.Date.to_date(self.figures.get("interest_until")) or None

    def _get_frozen(self, key):
        """Return what was frozen of the debtor with the instalments: a rate, a date, or None."""
        values = [value for item in self.figures["items"] if (value := item.get(key))]
        if not values:
            return None
        return fields.Date.to_date(values[0]) if key == "insolvent_on" else float(values[0])

    def _list_taken(self):
        """Return one sentence per invoice and head that was charged or waived apart."""
        found = []
        for row in self.figures.get("taken", ()):
            currency = self.env["res.currency"].browse(row["currency_id"])
            what = f"{row['head']}, {row['invoice']}" if row["invoice"] else row["head"]
            if row["date_from"]:
                what = self.env._(
                    "%(what)s, from %(first)s to %(last)s",
                    what=what,
                    first=self._format_day(fields.Date.to_date(row["date_from"])),
                    last=self._format_day(fields.Date.to_date(row["date_to"])),
                )
            values = {"what": what, "amount": self._format_money(float(row["amount"]), currency), "name": row["name"]}
            if row["charged"]:
                found.append(self.env._("%(what)s: %(amount)s already charged (%(name)s)", **values))
            else:
                found.append(self.env._("%(what)s: %(amount)s waived (%(name)s)", **values))
        return found

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
            "lines": by_kind.get("interest", nothing)
            | by_kind.get("settled", nothing)
            | by_kind.get("waived", nothing),
            "principal": total("principal"),
            "settled": currency.round(settled),
            "to_interest": currency.round(to_interest),
            "principal_left": currency.round(total("principal") - settled + to_interest),
            "interest": currency.round(total("interest")),
            "interest_left": currency.round(total("interest") + total("waived") - to_interest),
            "total": currency.round(total("principal") - settled + total("interest") + total("waived")),
        }

    def _get_other_text(self):
        """Return what the total would be under the other imputation, or an empty string if it is the same."""
        own = {row["currency_id"]: row["amount"] for row in self.figures["totals"]}
        others = self.figures["other_totals"]
        if all(row["amount"] == own.get(row["currency_id"]) for row in others):
            return ""
        Currency = self.env["res.currency"]
        total = " + ".join(
            self._format_money(float(row["amount"]), Currency.browse(row["currency_id"])) for row in others
        )
        if self.figures["other_imputation"] == "interest_first":
            return self.env._("For information, with payments set on the interest first the total is %s.", total)
        return self.env._("For information, with payments set on the principal first the total is %s.", total)
