from contextlib import contextmanager

from odoo import api, fields, models

from ..common.roles import READERS
from .payment_limit import judge


class AccountMove(models.Model):
    _inherit = "account.move"
    _accompanied = {"state": "_recovery_change_mentioned"}

    recovery_term_warning = fields.Char(compute="_compute_recovery_term_warning", groups=READERS)
    recovery_mention_ids = fields.One2many(
        "recovery.invoice.mention",
        "move_id",
        readonly=True,
        groups=READERS,
    )
    recovery_mentions = fields.Text(
        "Mandatory wording",
        compute="_compute_recovery_mentions",
        compute_sudo=True,
        groups=READERS,
        help="What the invoice prints about late payment (C. com. L441-9). On a draft: what it would print today.",
    )

    @api.depends("invoice_date", "invoice_date_due", "delivery_date", "partner_id", "company_id", "move_type", "state")
    @api.depends_context("lang")
    def _compute_recovery_term_warning(self):
        for company, moves in self.grouped("company_id").items():
            moves.recovery_term_warning = ""
            invoices = moves.filtered(
                lambda m: m.move_type in ("out_invoice", "out_receipt") and m.state != "cancel" and m.invoice_date_due
            )
            if not company or not invoices:
                continue
            subject = invoices.partner_id._recovery_subject_to_term_rules(company)
            for move in invoices:
                if move.partner_id.commercial_partner_id in subject:
                    move.recovery_term_warning = move._get_recovery_term_warning()

    def _get_recovery_term_warning(self):
        """Return by how much the due date exceeds the legal maximum of this invoice, or ``""``."""
        self.ensure_one()
        start = self.invoice_date or self.company_id._recovery_today()
        rules = self.env["recovery.payment.term.rule"]._get_rules(self.company_id, start)
        if rules and all(rule.starting_point == "delivery" for rule in rules):
            start = self.delivery_date or start
        verdict = judge(rules._as_rows(), start, self.invoice_date_due)
        if verdict.state == "clause" and self.partner_id._recovery_month_end_agreed(self.company_id):
            return ""
        if verdict.state == "ok":
            return ""
        return self.env["account.payment.term"]._describe_recovery_verdict(verdict, rules, start, self.invoice_date_due)

    @api.depends("state", "move_type", "recovery_mention_ids.text")
    def _compute_recovery_mentions(self):
        Mention = self.env["recovery.invoice.mention"].sudo()
        frozen = {mention.move_id: mention.text for mention in Mention.search([("move_id", "in", self._origin.ids)])}
        drafts = self.filtered(lambda move: move.state == "draft" and move.partner_id)._recovery_filter_mentioned()
        texts = Mention._compose(drafts) if drafts else {}
        for move in self:
            move.recovery_mentions = texts.get(move) or frozen.get(move._origin)

    def _recovery_filter_mentioned(self):
        """Return the invoices that bear the mentions today: sales, not the documents that charge late fees."""
        bearing = self.sudo().filtered(
            lambda move: (
                move.move_type == "out_invoice"
                and not move.recovery_is_penalty
                and move.company_id._recovery_prints_mentions(move.company_id._recovery_today())
            )
        )
        return bearing.with_env(self.env)

    @contextmanager
    def _recovery_change_mentioned(self, vals):
        """Keep the mentions of what is posted, as they are then; a draft again has them to come."""
        yield
        if vals["state"] == "posted":
            self.env["recovery.invoice.mention"]._freeze(self)
        elif vals["state"] == "draft":
            self.env["recovery.invoice.mention"]._forget(self)
