from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...models.common.equivalent import say_equivalent
from ...models.common.formatting import format_day, format_letter_day, say_of
from ...models.common.recovery_xlsx_mixin import Column
from ...models.common.roles import require_user
from ...models.ledger.ageing import days_late


class RecoveryAccountStatement(models.TransientModel):
    """The relevé of one customer: what is open on a day, due or not, in the customer's language."""

    _name = "recovery.account.statement"
    _description = "Statement of account"
    _inherit = ["recovery.report.window"]

    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True)
    company_id = fields.Many2one(related="debtor_id.company_id", required=False, default=None, domain=[])
    day = fields.Date("As of", compute="_compute_day", store=True, readonly=False, precompute=True, required=True)
    lang = fields.Selection(
        selection="_get_languages", string="Language", compute="_compute_lang", store=True, readonly=False
    )

    @api.model
    def _get_languages(self):
        return self.env["res.lang"].get_installed()

    @api.depends("debtor_id")
    def _compute_day(self):
        for wizard in self:
            wizard.day = wizard.debtor_id.company_id._recovery_today() if wizard.debtor_id else False

    @api.depends("debtor_id")
    def _compute_lang(self):
        for wizard in self:
            debtor = wizard.debtor_id
            wizard.lang = debtor and debtor._get_language(debtor._get_addressee())

    @api.depends("debtor_id", "day")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._(
                "Statement of account %(customer)s %(day)s",
                customer=wizard.debtor_id.partner_id.name or "",
                day=wizard.day or "",
            )

    def _check_reader(self):
        """Refuse somebody else's window, and debtors that the reader may not see."""
        self.debtor_id.check_access("read")
        return super()._check_reader()

    def _get_data(self):
        """Return the open items per currency on the chosen day, with their totals.

        Amounts are rebuilt as of the day; a credit is negative; payments on their way have
        no entry yet and are listed apart, not deducted. Exchange differences are not the customer's.
        """
        self.ensure_one()
        ledger = self.env["recovery.ledger"]
        company, partner = self.company_id, self.debtor_id.partner_id
        items = ledger._read_items(company, day=self.day, partners=partner, as_of=self.day)
        items = ledger._leave_out_exchange(items)
        groups = {}
        for item in sorted(items, key=lambda item: (item.due, item.line_id)):
            groups.setdefault(item.currency_id, []).append(
                {
                    "name": item.move_name,
                    "ref": item.ref or "",
                    "date": item.invoice_date or item.date,
                    "due": item.due,
                    "late": max(days_late(item.due, self.day), 0) if item.residual > 0 else 0,
                    "amount": item.amount,
                    "settled": item.amount - item.residual,
                    "residual": item.residual,
                }
            )
        own = company.currency_id.id
        return {
            "groups": [
                self._sum_group(self.env["res.currency"].browse(currency_id), rows)
                for currency_id, rows in sorted(groups.items(), key=lambda pair: (pair[0] != own, pair[0]))
            ],
            "pending": [
                (payment.name, payment.date, payment.amount, self.env["res.currency"].browse(payment.currency_id))
                for payment in ledger._read_pending_payments(company, partner)
                if payment.date <= self.day
            ],
        }

    @api.model
    def _sum_group(self, currency, rows):
        return {
            "currency": currency,
            "rows": [{**row, "settled": currency.round(row["settled"])} for row in rows],
            "balance": currency.round(sum(row["residual"] for row in rows)),
            "overdue": currency.round(sum(row["residual"] for row in rows if row["late"])),
        }

    def _get_document_values(self):
        """Return what the PDF shows, in the context's language."""
        self.ensure_one()
        company = self.company_id
        partner = self.debtor_id.partner_id
        data = self._get_data()
        return {
            **data,
            "company": company,
            "addressee": self.debtor_id._get_addressee(),
            "bank": company.sudo()._recovery_bank(),
            "reference": partner.ref or partner.name,
            "title": self.env._("as of %s", format_day(self.env, self.day, "long")),
            "total": lambda group: self.env._("Balance (%s)", group["currency"].name),
            "equivalent": self._say_equivalent(data["groups"]),
            "overdue": lambda group: self.env._(
                "of which overdue: %s", formatLang(self.env, group["overdue"], currency_obj=group["currency"])
            ),
            "money": lambda amount, currency: formatLang(self.env, amount, currency_obj=currency),
            "number": lambda amount, currency: formatLang(self.env, amount, digits=currency.decimal_places),
            "date": partial(format_letter_day, self.env),
            "say_payment": self._say_payment,
        }

    def _say_payment(self, payment):
        """Return a payment on its way in words: its day, its name and its amount."""
        name, day, amount, currency = payment
        what = self.env._("%(day)s, %(payment)s", day=format_letter_day(self.env, day), payment=name)
        return say_of(self.env, what, formatLang(self.env, amount, currency_obj=currency))

    def _say_equivalent(self, groups):
        """Return what the balances are worth together in the company's currency, at the rate of the statement's day."""
        totals = [(group["currency"], group["balance"]) for group in groups]
        return say_equivalent(self.env, self.company_id, self.day, totals)

    def _get_report_xmlid(self):
        return "debt_recovery.action_report_recovery_account_statement"

    def action_open(self):
        """Open an e-mail to the debtor with this statement attached, as it is printed now."""
        self.ensure_one()
        require_user(self.env)
        self._check_reader()
        if self._count_lines() > self._max_printed_lines:
            raise UserError(self.env._("This statement is too long to print: send its spreadsheet manually."))
        content = self.env["recovery.printing"]._prepare_streams(self._get_report_xmlid(), self.ids)[self.id]
        document = self.env["recovery.sender"].sudo()._create_documents([(self, f"{self.display_name}.pdf", content)])
        words = self.with_context(lang=self.lang).env
        return self.env["recovery.free.reminder"]._open(
            self.debtor_id,
            subject=words._("Your statement of account as of %s", format_day(words, self.day, "long")),
            with_items=False,
            attachment_ids=[(6, 0, document.ids)],
        )

    def _count_lines(self):
        return sum(len(group["rows"]) for group in self._get_data()["groups"])

    # ------------------------------------------------------------
    # Spreadsheet
    # ------------------------------------------------------------
    def _get_xlsx(self):
        self.ensure_one()
        return super(RecoveryAccountStatement, self.with_context(lang=self.lang))._get_xlsx()

    def _fill_book(self, book):
        columns = [
            Column(self.env._("Invoice"), width=22),
            Column(self.env._("Reference"), width=22),
            Column(self.env._("Date"), "date", 12),
            Column(self.env._("Due date"), "date", 12),
            Column(self.env._("Days late"), "integer", 10),
            Column(self.env._("Amount"), "amount", 16),
            Column(self.env._("Paid or credited"), "amount", 16),
            Column(self.env._("Remaining due"), "amount", 16, total=True),
        ]
        title = self.env._("Statement of account")
        subtitles = [
            self.env._(
                "%(company)s: account of %(customer)s, as of %(day)s",
                company=self.company_id.name,
                customer=self.debtor_id.partner_id.name,
                day=format_date(self.env, self.day),
            )
        ]
        groups = self._get_data()["groups"] or [self._sum_group(self.company_id.currency_id, [])]
        subtitles += filter(None, [self._say_equivalent(groups)])
        for group in groups:
            currency = group["currency"]
            rows = [
                (
                    row["name"],
                    row["ref"],
                    row["date"],
                    row["due"],
                    row["late"] or None,
                    *((row[key], currency) for key in ("amount", "settled", "residual")),
                )
                for row in group["rows"]
            ]
            book.currency = currency
            book.add_sheet(currency.name, title, subtitles, columns, rows, (group["balance"],))
