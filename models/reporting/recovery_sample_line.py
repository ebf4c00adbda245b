import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date, formatLang, groupby
from odoo.tools.translate import LazyTranslate

from ..common.bounds import SIGNED
from ..common.formatting import format_letter_day, format_place_and_day

_lt = LazyTranslate(__name__)

REPORT = "debt_recovery.action_report_recovery_confirmation"
DAYS_TO_ANSWER = 15


class RecoverySampleLine(models.Model):
    """One row of a sample: the letter that asks the customer to confirm it, and the answer."""

    _name = "recovery.sample.line"
    _description = "Sample row"
    _inherit = ["recovery.guarded"]
    _order = "sample_id desc, sequence, id"
    _rec_name = "partner_id"
    _typed = ("answer", "answered_on", "amount_answered", "note")
    _digested = {"letter_id": "letter_sha256", "reminder_id": "reminder_sha256"}
    _journal_words = {
        "in the books": _lt("In the books"),
        "letter_sha256": _lt("SHA-256 of the letter"),
        "reminder_sha256": _lt("SHA-256 of the reminder"),
    }

    sample_id = fields.Many2one("recovery.sample", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="sample_id.company_id", store=True, precompute=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer("No.", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True, index=True, ondelete="restrict")
    line_id = fields.Integer("Line of the accounts", readonly=True)
    move_name = fields.Char("Invoice", readonly=True)
    due_date = fields.Date("Due date", readonly=True)
    amount = fields.Monetary("In the books", currency_field="company_currency_id", readonly=True)
    letter_id = fields.Many2one("ir.attachment", readonly=True, ondelete="restrict")
    letter_sha256 = fields.Char("SHA-256 of the letter", readonly=True)
    sent_on = fields.Date("Letter of", readonly=True)
    reminder_id = fields.Many2one("ir.attachment", readonly=True, ondelete="restrict")
    reminder_sha256 = fields.Char("SHA-256 of the reminder", readonly=True)
    reminded_on = fields.Date("Reminder of", readonly=True)
    answer = fields.Selection(
        [
            ("none", "None yet"),
            ("agrees", "Agrees"),
            ("differs", "Different amount"),
            ("returned", "Letter came back"),
            ("other", "Verified by other means"),
        ],
        required=True,
        default="none",
    )
    answered_on = fields.Date("Answered on")
    amount_answered = fields.Monetary(
        "Amount answered",
        currency_field="company_currency_id",
        bounds=SIGNED,
        help="Below zero: the customer says that we owe.",
    )
    difference = fields.Monetary(
        compute="_compute_difference",
        store=True,
        currency_field="company_currency_id",
        help="What the customer says less what the accounts say.",
    )
    note = fields.Char(
        help="How a difference is explained, or what other evidence was examined: receipts after that day."
    )

    @api.depends("answer", "amount_answered", "amount")
    def _compute_difference(self):
        for line in self:
            line.difference = line.amount_answered - line.amount if line.answer == "differs" else 0.0

    def _is_to_remind(self, day):
        """Tell whether the customer has not answered in time, and was not reminded yet."""
        self.ensure_one()
        is_late = self.sent_on and self.sent_on + timedelta(days=DAYS_TO_ANSWER) < day
        return bool(is_late and self.answer == "none" and not self.reminder_id)

    def _print(self, day, is_reminder):
        """Print the letters of these rows and keep them as they leave."""
        if not self:
            return
        names = (
            ("reminder_id", "reminder_sha256", "reminded_on")
            if is_reminder
            else (
                "letter_id",
                "letter_sha256",
                "sent_on",
            )
        )
        own = self.sudo()
        own.write({names[2]: day})
        contents = self.env["recovery.printing"]._render_pdf(REPORT, own)
        prepared = [(line, line._get_file_name(day), contents[line]) for line in own]
        documents = self.env["recovery.sender"].sudo()._create_documents(prepared)
        for document, (line, _name, content) in zip(documents, prepared, strict=True):
            line.write({names[0]: document.id, names[1]: hashlib.sha256(content).hexdigest()})
        self.env["recovery.event"]._log(
            "printed",
            own,
            lambda line: self.env._("%(sample)s: letter to %(customer)s", **line._get_names()),
            lambda line: {"in the books": line.company_currency_id.format(line.amount), names[1]: line[names[1]]},
        )

    def _get_names(self):
        self.ensure_one()
        return {"sample": self.sample_id.name, "customer": self.partner_id.display_name or self.move_name or ""}

    def write(self, vals):
        """Tell what was noted of an answer, and what stood there before: it is what an audit rests on."""
        names = [name for name in self._typed if name in vals]
        if not names:
            return super().write(vals)
        before = {line: line._say_answer(names) for line in self.sudo()}
        result = super().write(vals)
        changes = {}
        for line, old in before.items():
            new = line._say_answer(names)
            if told := {name: f"{old[name] or '–'} → {new[name] or '–'}" for name in new if old[name] != new[name]}:
                changes[line] = told
        self.env["recovery.event"]._log(
            "reply",
            self.sudo().browse(line.id for line in changes),
            lambda line: self.env._("%(sample)s: reply from %(customer)s", **line._get_names()),
            changes.get,
            debtors=lambda line: line._get_debtor(),
        )
        return result

    def _say_answer(self, names):
        """Return ``{label: what stands there}``, as the reader's language has it."""
        self.ensure_one()
        said = {}
        for name in names:
            field, value = self._fields[name], self[name]
            if field.type == "selection":
                value = dict(field._description_selection(self.env)).get(value)
            elif field.type == "monetary":
                value = self.company_currency_id.format(value) if value else ""
            elif field.type == "date":
                value = format_date(self.env, value) if value else ""
            said[field._description_string(self.env)] = value or ""
        return said

    def _get_debtor(self):
        """Return the debtor that the customer is, if it is followed."""
        debtors = self.env["recovery.debtor"].sudo()
        return debtors._existing_for(self.partner_id, self.company_id) if self.partner_id else debtors

    def _get_file_name(self, day):
        self.ensure_one()
        return self.env._("Confirmation %(day)s %(customer)s.pdf", day=day, customer=self.partner_id.name or self.id)

    def _get_last_letter(self):
        self.ensure_one()
        return self.reminder_id or self.letter_id

    def _get_lang(self):
        """Return the language of the letter: the customer's, else ours."""
        self.ensure_one()
        return self.partner_id.lang or self.company_id.partner_id.lang or self.env.user.lang or "fr_FR"

    def _get_letter_values(self):
        """Return what the letter says, in the customer's language."""
        self.ensure_one()
        company = self.company_id._recovery_root()
        groups = self._group_open_items()
        return {
            "company": company,
            "signatory": company._recovery_signatory(),
            "request": self.env._(
                "As part of the audit of our accounts, please confirm directly to our auditor whether the balance "
                "below, as shown in our books at %s, agrees with yours.",
                format_letter_day(self.env, self.sample_id.day, "long"),
            ),
            "written": format_place_and_day(self.env, company, self.reminded_on or self.sent_on),
            "answer_to": self.sample_id.answer_to or "",
            "groups": groups,
            "worth": self._say_worth(company, groups),
            "money": lambda amount, currency: formatLang(self.env, amount, currency_obj=currency),
            "date": lambda day: format_letter_day(self.env, day),
            "is_reminder": bool(self.reminded_on),
        }

    def _group_open_items(self):
        """Return what makes up the balance, and its sum, in each currency: a customer's books have no other one."""
        own = self.company_id._recovery_root().currency_id
        grouped = groupby(self._read_open_items(), lambda item: item[4])
        return [
            {"currency": currency, "items": items, "total": sum(item[3] for item in items)}
            for currency, items in sorted(grouped, key=lambda group: (group[0] != own, group[0].name))
        ]

    def _say_worth(self, company, groups):
        """Return what the balance comes to in our books, where some of it is in another currency."""
        if all(group["currency"] == company.currency_id for group in groups):
            return ""
        amount = formatLang(self.env, self.amount, currency_obj=company.currency_id)
        return self.env._("Our books show the full balance at %s.", amount)

    def _read_open_items(self):
        """Return ``(invoice, date, due, amount, currency)`` of what makes up the balance to confirm."""
        root, day = self.company_id._recovery_root(), self.sample_id.day
        items = self.env["recovery.ledger"]._read_items(root, day=day, as_of=day, partners=self.partner_id)
        currencies = self.env["res.currency"].browse({item.currency_id for item in items})
        by_id = {currency.id: currency for currency in currencies}
        return [
            (item.move_name, item.invoice_date or item.date, item.due, item.residual, by_id[item.currency_id])
            for item in items
            if not self.line_id or self.line_id in (item.line_id, item.own_line_id)
        ]

    def action_open_letter(self):
        """Download the letter as it was printed."""
        self.ensure_one()
        self.check_access("read")
        letter = self.sudo()._get_last_letter()
        return {"type": "ir.actions.act_url", "url": f"/web/content/{letter.id}?download=true"}
