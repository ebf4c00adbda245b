from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...common.retention import CASES, Retained


class RecoveryInsolvencyDividend(models.Model):
    """One dividend of a plan or of a distribution: what is expected when, and what came of it."""

    _name = "recovery.insolvency.dividend"
    _description = "Dividend"
    _retained = Retained(CASES, "declaration_id.insolvency_id.closed_on", ("note",))
    _inherit = ["recovery.guarded"]
    _order = "declaration_id, date, id"
    _check_company_auto = True
    _unlinked_first = True
    _typed = ("date", "percent", "amount", "note")
    _typed_once = ("declaration_id",)

    declaration_id = fields.Many2one(
        "recovery.insolvency.declaration", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="declaration_id.company_id", store=True, precompute=True, index=True)
    debtor_id = fields.Many2one(related="declaration_id.debtor_id", store=True, precompute=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date("Expected on", required=True)
    percent = fields.Float("Part of what was admitted (%)", bounds=(0, 100), digits=(5, 2))
    amount = fields.Monetary(
        "Expected",
        currency_field="company_currency_id",
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="That part of what was admitted, as soon as it is entered; it may be changed.",
    )
    payment_ids = fields.One2many("recovery.insolvency.payment", "dividend_id", string="Payments", readonly=True)
    amount_received = fields.Monetary(
        "Received", currency_field="company_currency_id", compute="_compute_amount_received", store=True
    )
    state = fields.Selection(
        [
            ("expected", "Expected"),
            ("partly", "Received in part"),
            ("received", "Received"),
            ("late", "Late"),
            ("void", "No longer payable: the plan has ended"),
        ],
        compute="_compute_state",
    )
    note = fields.Char()

    _amounts_positive = models.Constraint("CHECK (amount >= 0)", "A dividend cannot be a negative amount.")

    @api.depends("date", "amount")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for dividend in self:
            amount = formatLang(self.env, dividend.amount, currency_obj=dividend.company_currency_id)
            day = format_date(self.env, dividend.date) if dividend.date else ""
            dividend.display_name = self.env._("Dividend of %(day)s: %(amount)s", day=day, amount=amount)

    @api.depends("percent")
    def _compute_amount(self):
        """Reckon the part of what was admitted; without a part, or as long as nothing is admitted, it is typed."""
        for dividend in self:
            declaration, currency = dividend.declaration_id, dividend.company_currency_id
            admitted = declaration.amount_admitted
            if not (dividend.percent and admitted and currency):
                dividend.amount = dividend.amount or 0.0
                continue
            amount = currency.round(admitted * dividend.percent / 100)
            # rounded one by one, dividends of the whole may exceed it by some cents: the last one takes them off
            others = declaration.dividend_ids - dividend - dividend._origin
            excess = sum(others.mapped("amount")) + amount - admitted
            if 0 < excess < currency.rounding * (len(others) + 1):
                amount = currency.round(amount - excess)
            dividend.amount = amount

    def _fill_amounts(self):
        """Reckon again the dividends of which only the part was known before the claim was admitted."""
        waiting = self.filtered(lambda dividend: dividend.percent and not dividend.amount)
        self.env.add_to_compute(self._fields["amount"], waiting)

    @api.depends("payment_ids.amount", "payment_ids.nature", "payment_ids.undone_on")
    def _compute_amount_received(self):
        for dividend in self:
            received = dividend.payment_ids.filtered(lambda row: row.nature == "dividend" and not row.undone_on)
            dividend.amount_received = sum(received.mapped("amount"))

    @api.depends("date", "amount", "amount_received", "declaration_id.insolvency_id.step_ids.annulled_on")
    def _compute_state(self):
        for dividend in self:
            day = (dividend.company_id or self.env.company)._recovery_today()
            compare = dividend.company_currency_id.compare_amounts
            if dividend.amount_received and compare(dividend.amount_received, dividend.amount) >= 0:
                dividend.state = "received"
            elif dividend.date and dividend.declaration_id.insolvency_id._has_ended_plan():
                dividend.state = "void"
            elif dividend.date and dividend.date < day:
                dividend.state = "late"
            else:
                dividend.state = "partly" if dividend.amount_received else "expected"

    @api.constrains("amount", "declaration_id")
    def _check_total(self):
        for declaration in self.declaration_id:
            currency = declaration.company_currency_id
            expected = sum(declaration.dividend_ids.mapped("amount"))
            if declaration.amount_admitted and currency.compare_amounts(expected, declaration.amount_admitted) > 0:
                raise ValidationError(self.env._("Dividends exceed what was admitted: check them."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_received(self):
        if self.filtered("payment_ids"):
            raise UserError(self.env._("A dividend of which part was received cannot be deleted."))
