import hashlib
import json
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...common.roles import require_user

REPORT = "debt_recovery.action_report_claim_statement"


class Request(NamedTuple):
    """What a statement is asked for: a debtor's instalments, and the record that it is about.

    ``addressee`` and ``lang`` are the debtor's own by default.
    """

    debtor: models.BaseModel
    lines: models.BaseModel
    options: object
    source: models.BaseModel
    addressee: models.BaseModel | None = None
    lang: str | None = None


class RecoveryStatement(models.Model):
    """A frozen décompte: what a debtor owed on a day, line by line, as it was issued.

    Its figures are never computed again: the PDF is stored once with its digest, and
    the spreadsheet is written from the same frozen lines. Any record may be the source
    (a debtor, an invoice, a case).
    """

    _name = "recovery.statement"
    _description = "Statement of the claim"
    _inherit = ["recovery.guarded"]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    number = fields.Char(required=True, readonly=True, copy=False)
    date = fields.Date("As of", required=True, readonly=True, index=True)
    issued_on = fields.Datetime(required=True, readonly=True)
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
            ("principal_first", "On the principal first"),
            ("interest_first", "On the interest first (C. civ. 1343-1)"),
        ],
        string="Payments are set",
        required=True,
        readonly=True,
    )
    received_on = fields.Date(
        "Mise en demeure received on", readonly=True, help="Where interest or a clause depends on it."
    )
    judgment_on = fields.Date("Judgment enforceable on", readonly=True)
    res_model = fields.Char("Source type", readonly=True)
    res_id = fields.Many2oneReference("Source", model_field="res_model", readonly=True, index=True)
    source_name = fields.Char("About", readonly=True)
    line_ids = fields.One2many("recovery.statement.line", "statement_id", readonly=True)
    figures = fields.Json(readonly=True, help="The whole computation as it was, totals included.")
    figures_sha256 = fields.Char("Digest of the figures", readonly=True)
    amount = fields.Monetary(
        "Total",
        currency_field="company_currency_id",
        readonly=True,
        help="In the company's currency, at the rates of the statement's date.",
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
            raise UserError(self.env._("A statement bears on the instalments of one debtor only."))
        if not lines:
            raise UserError(self.env._("There is nothing to claim: choose at least one late instalment."))
        if early := lines.filtered(lambda line: debtor._is_to_come(line, day)):
            raise UserError(
                self.env._(
                    "Not late on %(day)s: %(invoices)s. A statement of the claim bears on what is past its due date.",
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
        vals_list = self._prepare_all(company, requests, day)
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

    @api.model
    def _prepare_all(self, company, requests, day, number=None):
        """Return the values of statements, in order, from two computations for all of them.

        :param number: an empty string for drafts, that take none.
        """
        Claim = self.env["recovery.claim"]

        def compute(change):
            return Claim._compute_each(
                company, {i: (request.lines, change(request.options)) for i, request in enumerate(requests)}, day
            )

        claims = compute(lambda options: options)
        others = compute(lambda options: options._replace(interest_first=not options.interest_first))
        return [
            self._prepare_vals(
                request.debtor,
                request.lines.sudo(),
                claims[index],
                others[index],
                request.source,
                request.addressee,
                request.lang,
                number,
            )
            for index, request in enumerate(requests)
        ]

    def _store_documents(self):
        """Print the PDFs and keep them: what was issued is never printed anew."""
        contents = self.env["recovery.rendering"]._render_pdf(REPORT, self)
        prepared = [(statement, statement._get_file_name("pdf"), contents[statement]) for statement in self]
        attachments = self.env["recovery.sender"].sudo()._create_documents(prepared)
        for attachment, (statement, _name, content) in zip(attachments, prepared, strict=True):
            statement.sudo().write({"attachment_id": attachment.id, "sha256": hashlib.sha256(content).hexdigest()})

    def _get_file_name(self, extension):
        """Return a file name that a person can sort."""
        self.ensure_one()
        return f"{self.date} {self.partner_id.name} {self.number}.{extension}".replace("/", "-")

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
