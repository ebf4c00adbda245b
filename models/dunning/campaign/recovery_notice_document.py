import logging

from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...common.aside import Aside

_logger = logging.getLogger(__name__)

#: ``{notice id: (subject, body)}`` of the corrections that are being printed.
CORRECTIONS = Aside("corrections")


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
        subject = self._get_subject_lines().sorted(lambda line: (line.due_date, line.id))
        is_claim = bool(self._get_claimed_lines())
        information = self._get_rest_lines().filtered("amount_due")
        information = information.sorted(lambda line: (line.due_date, line.move_line_id.id))
        credits = self.line_ids.filtered(lambda line: line.role == "credit")
        day = self.issue_date or self.date
        return {
            "day": day,
            "place_and_date": self._get_place_and_date(company, day),
            "place_and_today": self._get_place_and_date(company, self.company_id._recovery_today()),
            "company": company,
            "groups": self._group_lines(subject),
            "is_claim": is_claim,
            "amount": self._get_subject_amount(),
            "information_groups": self._group_lines(information),
            "is_to_come": lambda line: bool(line.due_date) and line.due_date >= day,
            "has_to_come": any(group["to_come"] for group in self._group_lines(information)),
            "credits": credits,
            "has_foreign": any(line.currency_id != self.company_currency_id for line in subject),
            "deadline": self.deadline_date or (self.kind == "formal_notice" and self.level_id._get_deadline(day)),
            "bank": bank,
            "qr": self._get_payment_qr(bank),
            "postal_lines": self._get_postal_lines(),
            "reference": self.number or self.partner_id.ref or self.partner_id.name,
            "contact": self.debtor_id._get_responsible(),
            "signatory_name": name,
            "signatory_title": title,
            "identity": company._recovery_identity_line(),
            "money": lambda amount, currency: formatLang(self.env, amount, currency_obj=currency),
            "date": lambda value, style=None: self._format_day(value, style),
        }

    def _describe_announced(self):
        """Return what a script mentions beside its claim, in the context's language: a text per instalment to come."""
        self.ensure_one()
        lines = self._get_own_lines() - self._get_subject_lines()
        return [
            self.env._(
                "%(invoice)s: %(amount)s, to fall due on %(day)s",
                invoice=line.move_name,
                amount=formatLang(self.env, line.amount_due, currency_obj=line.currency_id),
                day=self._format_day(line.due_date),
            )
            for line in lines.sorted(lambda line: (line.due_date, line.id))
        ]

    def _get_postal_lines(self):
        """Return the addressee as an envelope shows it: the customer, the person, the street; the country if abroad."""
        partner, sender = self.addressee_id or self.partner_id, self.issuer_id.partner_id
        address_format, values = partner._prepare_display_address(without_company=True)
        if partner.country_id == sender.country_id:
            values["country_name"] = ""
        names = dict.fromkeys([*self._get_envelope_names(), partner.name])
        lines = [*names, *(address_format % values).splitlines()]
        return [line.strip() for line in lines if line and line.strip()]

    def _get_envelope_names(self):
        """Return the names that stand above the addressee's own."""
        return [self.partner_id.name]

    def _get_payable_totals(self):
        """Return ``[(currency, amount)]`` of what this notice is about, one per currency."""
        return [(currency, total) for currency, total, _credits in self._get_currency_totals()]

    def _get_payment_qr(self, bank):
        """Return what draws the SEPA code to pay the claim, if the company wants it and the code can say it all.

        The code knows one amount in euros: a claim in several currencies has none.
        """
        totals = self._get_payable_totals()
        if not (self.company_id.sudo().recovery_payment_qr and bank and len(totals) == 1):
            return None
        currency, amount = totals[0]
        if "sct_qr" not in [method[0] for method in bank._get_available_qr_methods()] or amount <= 0:
            return None
        reference = self.number or self.partner_id.ref or self.partner_id.name
        arguments = (amount, reference, None, currency, self.partner_id, "sct_qr")
        try:
            image = bank.build_qr_code_base64(*arguments, silent_errors=True)
        except Exception:  # a server without the drawing library: a letter never fails for its ornament
            _logger.warning("No QR code for notice %s", self.id, exc_info=True)
            return None
        return image and {"image": image, "url": bank.build_qr_code_url(*arguments, silent_errors=True)}

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
        """Return ``[{currency, lines, paid, total, to_come}]``, the company's currency first.

        ``to_come`` is the part of the total that is not late on the day of the document.
        """
        day = self.issue_date or self.date
        groups = [
            {
                "currency": currency,
                "lines": group,
                "amount": currency.round(sum(group.mapped("amount_total"))),
                "paid": currency.round(sum(line._get_settled() for line in group)),
                "total": currency.round(sum(group.mapped("amount_due"))),
                "to_come": currency.round(
                    sum(line.amount_due for line in group if line.due_date and line.due_date >= day)
                ),
            }
            for currency, group in lines.grouped("currency_id").items()
        ]
        return sorted(groups, key=lambda group: group["currency"] != self.company_currency_id)

    def _get_correction(self):
        """Return the (subject, body) of the message that takes this notice back, while it is sent."""
        self.ensure_one()
        texts = CORRECTIONS.heard or {}
        if self.id not in texts:
            raise UserError(self.env._("The letter that takes a notice back is printed once, when it is sent."))
        return texts[self.id]

    def _get_preview_wording(self):
        """Return the wording as it leaves or left, once it is frozen; before, as it would leave today.

        A text that cannot be filled says so in its place: it would not leave.
        """
        self.ensure_one()
        if self.body:
            return self.subject, self.body, self.closing
        try:
            return self.env["recovery.rendering"]._render_wording(self)[self]
        except UserError as error:
            return "", self.env["recovery.wording"]._describe_refusal(error), Markup()
