import hashlib
import json
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ..common.calendar import shift
from ..common.equivalent import say_equivalent
from ..common.formatting import format_day, format_letter_day, name_file
from ..common.recovery_xlsx_mixin import Column
from ..common.roles import require_user
from .recovery_claim_statement_builder import format_rate

REPORT = "debt_recovery.action_report_claim_statement"
TOGETHER = 12  # lines of an invoice that no page break cuts


class Request(NamedTuple):
    """The request for a statement: a debtor's instalments, and the record that it is about.

    ``addressee`` and ``lang`` are the debtor's own by default.
    """

    debtor: models.BaseModel
    lines: models.BaseModel
    options: object
    source: models.BaseModel
    addressee: models.BaseModel | None = None
    lang: str | None = None


class RecoveryClaimStatement(models.Model):
    """A frozen décompte: what a debtor owed on a day, line by line, as it was issued.

    Its figures are never computed again: the PDF is stored once with its digest, and
    the spreadsheet is written from the same frozen lines. Any record may be the source
    (a debtor, an invoice, a case).
    """

    _name = "recovery.claim.statement"
    _description = "Claim statement"
    _numbered = {"number": "recovery.claim.statement"}
    _digested = {"attachment_id": "sha256"}
    _inherit = ["recovery.guarded", "recovery.xlsx.mixin"]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    number = fields.Char(required=True, readonly=True, copy=False)
    date = fields.Date("As of", required=True, readonly=True, index=True)
    issued_on = fields.Datetime("Issued on", required=True, readonly=True)
    issued_by_id = fields.Many2one("res.users", string="Issued by", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    issuer_id = fields.Many2one(
        "res.company", string="Creditor", required=True, readonly=True, help="The company that issued the invoices."
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True, index=True, ondelete="restrict")
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Customer")
    addressee_id = fields.Many2one("res.partner", required=True, readonly=True, ondelete="restrict")
    lang = fields.Char("Language", required=True, readonly=True)
    nature = fields.Char(readonly=True)
    imputation = fields.Selection(
        [
            ("principal_first", "Principal first"),
            ("interest_first", "Interest first (C. civ. 1343-1)"),
        ],
        string="Payments are applied",
        required=True,
        readonly=True,
    )
    received_on = fields.Date(
        "Mise en demeure received on", readonly=True, help="Required where interest or a clause depends on it."
    )
    judgment_on = fields.Date("Judgment enforceable on", readonly=True)
    res_model = fields.Char("Source type", readonly=True)
    res_id = fields.Many2oneReference("Source", model_field="res_model", readonly=True, index=True)
    source_name = fields.Char("About", readonly=True)
    line_ids = fields.One2many("recovery.claim.statement.line", "claim_statement_id", readonly=True)
    figures = fields.Json(readonly=True, help="The whole calculation as it was, including totals.")
    figures_sha256 = fields.Char("Digest of the figures", readonly=True)
    amount = fields.Monetary(
        "Total",
        currency_field="company_currency_id",
        readonly=True,
        help="In the company's currency, at the rates of the date of the claim statement.",
    )
    amount_text = fields.Char("Claimed", readonly=True, help="The total in each currency.")
    attachment_id = fields.Many2one("ir.attachment", string="PDF", readonly=True, ondelete="restrict")
    sha256 = fields.Char("SHA-256", readonly=True, help="Digest of the PDF as it was issued.")

    _number_company_uniq = models.UniqueIndex("(company_id, number)", "This number is already used.")

    @api.model
    def _issue(self, debtor, lines, day, options, source=None):
        """Issue the statement of a debtor's claim on these instalments: freeze, print, log.

        :param lines: ``account.move.line`` records of that debtor.
        :param options: see :class:`figures.Options`.
        :param source: the record it is about; the debtor by default.
        """
        require_user(self.env)
        debtor.check_access("read")
        lines = lines.sudo()
        if lines.partner_id.commercial_partner_id - debtor.partner_id:
            raise UserError(self.env._("A claim statement covers the instalments of one debtor only."))
        if not lines:
            raise UserError(self.env._("There is nothing to claim: choose at least one late instalment."))
        is_to_come = self.env["recovery.claim"]._is_to_come
        if early := lines.filtered(lambda line: is_to_come(debtor, line, day)):
            raise UserError(
                self.env._(
                    "Not late on %(day)s: %(invoices)s. A claim statement only covers what is past its due date.",
                    day=format_date(self.env, day),
                    invoices=", ".join(sorted(set(early.mapped("move_name")))),
                )
            )
        request = Request(debtor, lines, options, source or debtor)
        return self._issue_all(debtor.company_id, [request], day)

    @api.model
    def _issue_all(self, company, requests, day):
        """Issue statements together: one reading of the books, one call of the printer.

        :param list requests: :class:`Request`, whose instalments are not shared.
        :return: the statements, in order.
        """
        vals_list = self.env["recovery.claim.statement.builder"]._prepare_all(company, requests, day)
        statements = self.sudo().create(vals_list)
        statements._store_documents()
        self.env["recovery.event"]._log(
            "statement",
            statements,
            lambda statement: self.env._(
                "Statement %(number)s issued as of %(day)s: %(amount)s",
                number=statement.number,
                day=format_date(self.env, day),
                amount=statement.amount_text,
            ),
            lambda statement: {
                "amount": statement.amount_text,
                "sha256": statement.sha256,
                "invoices": len(set(statement.line_ids.move_id.ids)),
            },
        )
        return statements.with_env(self.env)

    def _store_documents(self):
        """Print the PDFs and keep them: what was issued is never printed anew."""
        contents = self.env["recovery.printing"]._render_pdf(REPORT, self)
        prepared = [(statement, statement._get_file_name("pdf"), contents[statement]) for statement in self]
        attachments = self.env["recovery.sender"].sudo()._create_documents(prepared)
        for attachment, (statement, _name, content) in zip(attachments, prepared, strict=True):
            statement.sudo().write({"attachment_id": attachment.id, "sha256": hashlib.sha256(content).hexdigest()})

    def _get_file_name(self, extension):
        self.ensure_one()
        return name_file(self.date, self.partner_id.name, self.number, extension)

    @api.model
    def _digest(self, figures):
        return hashlib.sha256(json.dumps(figures, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def _is_intact(self):
        """Tell whether the figures and the PDF are still those that were issued."""
        self.ensure_one()
        document = self.sudo().attachment_id
        return (
            self._digest(self.figures) == self.figures_sha256
            and bool(document)
            and document._recovery_digest() == self.sha256
        )

    def action_open_document(self):
        """Download the PDF as it was issued."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "download",
        }

    # ------------------------------------------------------------
    # What the PDF and the spreadsheet show, read from the frozen lines alone
    # ------------------------------------------------------------
    def _get_document_values(self):
        """Return the values of the document, in the context's language."""
        self.ensure_one()
        company = self.issuer_id
        return {
            "company": company,
            "bank": company.sudo()._recovery_bank(),
            "reference": self.number,
            "groups": self._group_by_currency(),
            "other": self._get_other_text(),
            "sources": self.figures["sources"],
            "taken": self._list_taken(),
            "texts": self._get_texts(),
            "money": self._format_money,
            "number": self._format_amount,
            "percent": lambda number: format_rate(self.env, number),
            "date": self._format_day,
            "flags": {flag for item in self.figures["items"] for flag in item["flags"]},
            "equivalent": self._say_equivalent(),
            "together": self._split_lines,
            "pays_costs": bool(self.line_ids.filtered(lambda line: line.kind in ("paid_first", "paid_interest"))),
        }

    def _split_lines(self, lines):
        """Return the lines of an invoice in parts that no page break cuts: few lines stay together.

        Of many, the first ones stay with the head and the last one with what is left.
        """
        if len(lines) <= TOGETHER:
            return [lines] if lines else []
        return [lines[:2], *lines[2:-1], lines[-1:]]

    def _say_equivalent(self):
        """Return what the claim is worth in the company's currency, as it was frozen; empty if it is all in it."""
        Currency = self.env["res.currency"]
        totals = [(Currency.browse(row["currency_id"]), float(row["amount"])) for row in self.figures["totals"]]
        return say_equivalent(self.env, self.company_id, self.date, totals, self.amount)

    def _format_money(self, amount, currency):
        return formatLang(self.env, amount, currency_obj=currency)

    def _format_amount(self, amount, currency):
        return formatLang(self.env, amount, digits=currency.decimal_places)

    def _format_day(self, day, style=None):
        return format_day(self.env, day, style) if style else format_letter_day(self.env, day)

    def _get_texts(self):
        """Return the sentences of the document that carry figures, whole for whoever translates them."""
        day = self._format_day(self.date)
        insolvent_on = self._get_frozen("insolvent_on")
        interest_until = self._get_interest_until()
        last_day = self._format_day(interest_until) if interest_until else day
        last_day = self._format_day(shift(insolvent_on, days=-1)) if insolvent_on else last_day
        contract_rate = self._get_frozen("contract_rate")

        def split(line):
            return self.env._(
                "%(interest)s to interest, %(principal)s to principal",
                interest=self._format_amount(line.to_interest, line.currency_id),
                principal=self._format_amount(-line.amount - line.to_interest, line.currency_id),
            )

        def left(item):
            currency = item["first"].currency_id
            return self.env._(
                "Outstanding: principal %(principal)s, interest %(interest)s",
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
                "For some of the days, the contract rate of %s is below the legal minimum of three times the legal "
                "interest rate (C. com. L441-10 II).",
                format_rate(self.env, contract_rate),
            )
            if contract_rate
            else "",
            "insolvent": self.env._(
                "Insolvency proceedings were opened on %s: interest stops the day before (C. com. L622-28), and "
                "what arose before is declared, not paid.",
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
                for kind in ("indemnity", "clause", "cost", "deduction", "paid_first", "awarded")
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
                    "cost_lines": lines.filtered(lambda line: line.kind in ("cost", "deduction", "paid_first")),
                    "interest_lines": lines.filtered(lambda line: line.kind in ("awarded_interest", "paid_interest")),
                    "awarded_lines": lines.filtered(lambda line: line.kind == "awarded"),
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
            return self.env._("For information, with payments applied to interest first the total is %s.", total)
        return self.env._("For information, with payments applied to principal first the total is %s.", total)

    def action_print(self):
        """Download the PDF as it was issued: it is never printed anew."""
        return self.action_open_document()

    def _get_xlsx_filename(self):
        return self._get_file_name("xlsx")

    def _get_xlsx(self):
        self.ensure_one()
        return super(RecoveryClaimStatement, self.with_context(lang=self.lang))._get_xlsx()

    def _fill_book(self, book):
        title = self.env._("Claim statement %s", self.number)
        subtitles = [
            self.env._(
                "%(company)s against %(customer)s, as of %(day)s",
                company=self.issuer_id.name,
                customer=self.partner_id.name,
                day=format_date(self.env, self.date),
            ),
            *filter(None, [self._say_equivalent()]),
        ]
        groups = self._group_by_currency()
        self._add_summary_sheet(book, title, subtitles, groups)
        self._add_lines_sheet(book, title, subtitles)
        if self.figures.get("taken"):
            self._add_taken_sheet(book, title, subtitles)

    def _add_summary_sheet(self, book, title, subtitles, groups):
        columns = [
            Column(self.env._("Currency"), width=10),
            Column(self.env._("Invoice"), width=24),
            Column(self.env._("Date"), "date", 12),
            Column(self.env._("Due date"), "date", 12),
            Column(self.env._("Amount"), "amount", 16),
            Column(self.env._("Paid or credited"), "amount", 16),
            Column(self.env._("Principal outstanding"), "amount", 16),
            Column(self.env._("Interest outstanding"), "amount", 16),
            Column(self.env._("Total"), "amount", 16),
        ]
        rows = []
        for group in groups:
            currency = group["currency"]

            def row(label, first=None, amounts=(), currency=currency):
                padded = [None] * (5 - len(amounts)) + [(amount, currency) for amount in amounts]
                dates = (first.invoice_date, first.due_date) if first else (None, None)
                return (currency.name, label, *dates, *padded)

            keys = ("principal", "settled", "principal_left", "interest_left")
            for item in group["items"]:
                rows.append(row(item["first"].move_name, item["first"], [*(item[key] for key in keys), item["total"]]))
            for line in group["interest_lines"]:
                rows.append(row(line.name, None, [line.amount]))
            if group["indemnity"]:
                label = self.env._("Fixed compensation (%s)", group["indemnity_count"])
                rows.append(row(label, None, [group["indemnity"]]))
            for line in [*group["clause_lines"], *group["cost_lines"], *group["awarded_lines"]]:
                rows.append(row(line.name, None, [line.amount]))
            rows.append(row(self.env._("TOTAL"), None, [group["amount"]]))
        book.add_sheet(self.env._("Summary"), title, subtitles, columns, rows)

    def _add_lines_sheet(self, book, title, subtitles):
        kinds = dict(self.env["recovery.claim.statement.line"]._fields["kind"]._description_selection(self.env))
        columns = [
            Column(self.env._("Invoice"), width=24),
            Column(self.env._("Kind"), width=18),
            Column(self.env._("Detail"), width=46),
            Column(self.env._("From"), "date", 12),
            Column(self.env._("To"), "date", 12),
            Column(self.env._("Days"), "integer", 8),
            Column(self.env._("Base"), "amount", 16),
            Column(self.env._("Rate (%)"), "rate", 10),
            Column(self.env._("Currency"), width=10),
            Column(self.env._("Amount"), "amount", 16),
        ]
        rows = (
            (
                line.move_name or "",
                kinds[line.kind],
                line.name,
                line.date_from or None,
                line.date_to or None,
                line.days or None,
                (line.base, line.currency_id) if line.base else None,
                line.rate if line.kind == "interest" else None,
                line.currency_id.name,
                (line.amount, line.currency_id),
            )
            for line in self.line_ids
        )
        book.add_sheet(self.env._("Lines"), title, subtitles, columns, rows)

    def _add_taken_sheet(self, book, title, subtitles):
        """Write what was charged by a document of its own, or waived."""
        columns = [
            Column(self.env._("Invoice"), width=24),
            Column(self.env._("Kind"), width=24),
            Column(self.env._("From"), "date", 12),
            Column(self.env._("To"), "date", 12),
            Column(self.env._("What became of it"), width=18),
            Column(self.env._("Document"), width=20),
            Column(self.env._("Currency"), width=10),
            Column(self.env._("Amount"), "amount", 16),
        ]
        rows = []
        for taken in self.figures["taken"]:
            currency = self.env["res.currency"].browse(taken["currency_id"])
            rows.append(
                (
                    taken["invoice"],
                    taken["head"],
                    fields.Date.to_date(taken["date_from"]) or None,
                    fields.Date.to_date(taken["date_to"]) or None,
                    self.env._("Charged separately") if taken["charged"] else self.env._("Waived separately"),
                    taken["name"],
                    currency.name,
                    (float(taken["amount"]), currency),
                )
            )
        subtitles = [*subtitles, self.env._("Charged or waived separately, not included in this total")]
        book.add_sheet(self.env._("Charged or waived separately"), title, subtitles, columns, rows)
