from markupsafe import Markup

from odoo import models
from odoo.tools import format_date
from odoo.tools.misc import formatLang


class RecoveryPaymentPlan(models.Model):
    """What the agreement, the reminders and the notice of breach print, in the debtor's language."""

    _inherit = "recovery.payment.plan"

    def _render_agreement(self):
        return self._render_report("action_report_plan_agreement")

    def _render_report(self, xmlid):
        """Return the PDF of one of the plan's documents."""
        self.ensure_one()
        return self.env["recovery.rendering"]._prepare_streams(f"debt_recovery.{xmlid}", self.ids)[self.id]

    def _render_mail(self, template, row=None):
        """Return a mail to the debtor as Markup."""
        self.ensure_one()
        plan = self.with_context(lang=self.lang)
        return Markup(plan.env["ir.qweb"]._render(template, {"plan": plan, "row": row, **plan._get_document_values()}))

    def _get_document_values(self):
        """Return the values that the documents print, in the context's language."""
        self.ensure_one()
        company = self._get_issuer()
        name, title = company._recovery_signatory()
        contact = self.debtor_id._get_responsible()
        day = self.proposed_on or self.company_id._recovery_today()
        rows = self.line_date_ids.sorted(lambda row: (row.due, row.id))
        return {
            "company": company,
            "identity": company._recovery_identity_line(),
            "place_and_date": self._say_place(company, day),
            "bank": company.sudo()._recovery_bank(),
            "reference": self.name,
            "contact": contact,
            "contact_phone": contact.partner_id.phone or company.phone,
            "signatory_name": name,
            "signatory_title": title,
            "rows": rows,
            "principal": rows.filtered(lambda row: row.kind != "interest"),
            "interest": rows.filtered(lambda row: row.kind == "interest"),
            "claims": self.line_ids.sorted(lambda line: (line.due_date, line.id)),
            "money": lambda amount: self._say_amount(amount),
            "date": lambda value: self._say_date(value),
            "in_words": self.currency_id.with_context(lang=self.env.lang).amount_to_text(self.amount).lower(),
        }

    def _get_issuer(self):
        """Return the company that issued the invoices, which signs; the root company if there are several."""
        self.ensure_one()
        companies = self.line_ids.line_id.company_id
        return companies if len(companies) == 1 else self.company_id

    def _say_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _say_date(self, day):
        """Return a date in full, as text that no line break cuts, in the plan's language."""
        if not day:
            return ""
        lang = self.lang or self.env.lang
        text = format_date(self.env, day, lang_code=lang, date_format="long")
        if day.day == 1 and (lang or "").startswith("fr"):
            text = text.replace("1 ", "1er ", 1)  # CLDR has no ordinal for the first of the month
        return text.replace(" ", "\N{NO-BREAK SPACE}")

    def _say_place(self, company, day):
        day = self._say_date(day)
        return self.env._("%(city)s, %(date)s", city=company.city, date=day) if company.city else day

    def _get_file_name(self, label=None):
        """Return a file name that a person can sort: date, customer, document."""
        self.ensure_one()
        env = self.with_context(lang=self.lang).env
        label = label or env._("Payment plan %s", self.name)
        return f"{self.proposed_on} {self.partner_id.name} {label}.pdf".replace("/", "-")
