from odoo import models
from odoo.tools import format_date
from odoo.tools.misc import formatLang


class RecoveryNotice(models.Model):
    """What documents show of a notice: the account by currency, the sender, the ways to pay."""

    _inherit = "recovery.notice"

    def _get_document_values(self):
        """Return the values that the letter, the statement and the mail print, in the context's language.

        Amounts stay in the invoices' currency, with one table and one total each; the
        company-currency equivalent stands beside when there is a foreign one.
        """
        self.ensure_one()
        company = self.issuer_id
        bank = company.sudo()._recovery_bank()
        name, title = self._get_signatory()
        claimed = self._get_claimed_lines().sorted(lambda line: (line.due_date, line.id))
        information = self.line_ids.filtered(lambda line: line.role == "information" and line.amount_due)
        credits = self.line_ids.filtered(lambda line: line.role == "credit")
        day = self.issue_date or self.date
        return {
            "day": day,
            "place_and_date": self._get_place_and_date(company, day),
            "company": company,
            "groups": self._group_lines(claimed),
            "information_groups": self._group_lines(information.sorted(lambda line: (line.due_date, line.id))),
            "credits": credits,
            "is_late": bool(claimed) and max(line.days_late for line in claimed) > 0,
            "has_foreign": any(line.currency_id != self.company_currency_id for line in claimed),
            "deadline": self.deadline_date or (self.kind == "formal_notice" and self.level_id._get_deadline(day)),
            "bank": bank,
            "reference": self.number or self.partner_id.ref or self.partner_id.name,
            "contact": self.debtor_id._get_responsible(),
            "signatory_name": name,
            "signatory_title": title,
            "identity": company._recovery_identity_line(),
            "money": lambda amount, currency: formatLang(self.env, amount, currency_obj=currency),
            "date": lambda value, style=None: self._format_day(value, style),
        }

    def _format_day(self, day, style=None):
        """Return a date as text that no line break cuts."""
        if not day:
            return ""
        text = format_date(self.env, day, date_format=style)
        if style == "long" and day.day == 1 and (self.env.lang or "").startswith("fr"):
            text = text.replace("1 ", "1er ", 1)  # CLDR has no ordinal for the first of the month
        return text.replace(" ", "\N{NO-BREAK SPACE}")

    def _get_place_and_date(self, company, day):
        day = self._format_day(day, "long")
        return self.env._("%(city)s, %(date)s", city=company.city, date=day) if company.city else day

    def _group_lines(self, lines):
        """Return ``[{currency, lines, paid, total}]``, the company's currency first."""
        groups = [
            {
                "currency": currency,
                "lines": group,
                "amount": currency.round(sum(group.mapped("amount_total"))),
                "paid": currency.round(sum(line._get_settled() for line in group)),
                "total": currency.round(sum(group.mapped("amount_due"))),
            }
            for currency, group in lines.grouped("currency_id").items()
        ]
        return sorted(groups, key=lambda group: group["currency"] != self.company_currency_id)

    def _get_preview_wording(self):
        """Return the wording as it left, or as it would leave today."""
        self.ensure_one()
        if self.state in ("sent", "cancelled") and self.body:
            return self.subject, self.body, self.closing
        return self.env["recovery.rendering"]._render_wording(self)[self]
