from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...common.formatting import format_letter_day
from ...common.given import require_reason
from ...common.insolvency import BOOKED, DELIVERED, INVOICED, LATER_USEFUL, SAID, classify
from ...common.retention import CASES, Retained
from ...common.roles import require_user


class RecoveryInsolvencyClaim(models.Model):
    """One instalment in a declaration: born before or after the judgment, what it amounts to, what was admitted.

    The delivery tells when a claim was born, else the invoice: a person who knows better says so, with a reason.
    """

    _name = "recovery.insolvency.claim"
    _description = "Declared instalment"
    _retained = Retained(CASES, "declaration_id.insolvency_id.closed_on", ("born_reason", "note"), stays=("move_name",))
    _inherit = ["recovery.guarded"]
    _order = "declaration_id, due_date, id"
    _rec_name = "move_name"
    _check_company_auto = True
    _unlinked_first = True
    _typed = ("is_useful", "amount_admitted", "note")
    _moves = ("born_on", "is_useful")
    _accompanied = {"amount_admitted": "_fill_dividends"}

    declaration_id = fields.Many2one(
        "recovery.insolvency.declaration", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="declaration_id.company_id", store=True, precompute=True, index=True)
    debtor_id = fields.Many2one(related="declaration_id.debtor_id", store=True, precompute=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company currency")
    line_id = fields.Many2one(
        "account.move.line", string="Instalment", readonly=True, index="btree_not_null", ondelete="set null"
    )
    move_name = fields.Char("Invoice", readonly=True)
    due_date = fields.Date("Due date", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    born_on = fields.Date("Arose on", readonly=True)
    born_by = fields.Selection(
        [
            (DELIVERED, "Delivery"),
            (INVOICED, "Invoice: no delivery date known"),
            (BOOKED, "Entry: neither is known"),
            (SAID, "Entered by a person"),
        ],
        string="Determined by",
        readonly=True,
    )
    born_reason = fields.Char("Why that day", readonly=True)
    is_useful = fields.Boolean(
        "Useful to the proceedings",
        default=True,
        help="For what arose after the judgment: in return for something supplied to the debtor for its business. "
        "What is not useful must also be declared, within two months of its due date (C. com. L622-24).",
    )
    category = fields.Selection(
        [
            ("earlier", "Pre-judgment"),
            ("later_useful", "Post-judgment, useful: paid when due"),
            ("later_other", "Post-judgment, not useful: to be declared"),
        ],
        string="Arose",
        compute="_compute_category",
        store=True,
    )
    is_to_come = fields.Boolean("To fall due", compute="_compute_category", store=True)
    amount_principal = fields.Monetary("Principal", readonly=True, help="Open on the day before the judgment.")
    amount_interest = fields.Monetary("Interest to the day before", readonly=True)
    amount_extra = fields.Monetary("Compensation and clause", currency_field="company_currency_id", readonly=True)
    amount_total = fields.Monetary(
        "Total",
        currency_field="company_currency_id",
        readonly=True,
        help="In the company's currency, at the rate of the day of the judgment (C. com. L622-25).",
    )
    amount_declared = fields.Monetary("Declared", currency_field="company_currency_id", readonly=True)
    amount_admitted = fields.Monetary("Admitted", currency_field="company_currency_id")
    note = fields.Char()

    _line_uniq = models.UniqueIndex(
        "(declaration_id, line_id) WHERE line_id IS NOT NULL", "This instalment is already in the declaration."
    )

    @api.depends("born_on", "is_useful", "due_date", "declaration_id.insolvency_id.judgment_on")
    def _compute_category(self):
        for claim in self:
            judgment = claim.declaration_id.insolvency_id.judgment_on
            known = claim.born_on and judgment
            claim.category = classify(claim.born_on, judgment, claim.is_useful) if known else False
            claim.is_to_come = bool(claim.due_date and judgment and claim.due_date >= judgment)

    @api.constrains("amount_admitted", "amount_declared")
    def _check_admitted(self):
        for claim in self:
            compare = claim.company_currency_id.compare_amounts
            if claim.amount_admitted and compare(claim.amount_admitted, claim.amount_declared) > 0:
                raise ValidationError(
                    self.env._("%s: no more can be admitted than was declared.", claim.move_name or claim.display_name)
                )

    @contextmanager
    def _fill_dividends(self, vals):
        """Accompany the writing of what was admitted: dividends of which the part alone was known get their amount."""
        yield
        if vals.get("amount_admitted"):
            self.declaration_id.dividend_ids._fill_amounts()

    def action_say_birth(self):
        """Open the window that says when a claim was born."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("When did it arise?"),
            "res_model": "recovery.insolvency.claim.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_claim_ids": self.ids},
        }

    def _say_birth(self, born_on, reason):
        """Keep when claims were born, as a person knows it; what was declared keeps its figures."""
        require_user(self.env)
        self.check_access("write")
        reason = require_reason(self.env, reason)
        for declaration, claims in self.grouped("declaration_id").items():
            if declaration.state not in ("to_prepare", "prepared", "relief"):
                raise UserError(self.env._("%s was declared: its figures cannot be changed.", declaration.display_name))
            claims.sudo().write({"born_on": born_on, "born_by": SAID, "born_reason": reason})
            self.env["recovery.event"]._log(
                "insolvency_claim",
                claims,
                lambda claim: self.env._(
                    "%(invoice)s arose on %(day)s", invoice=claim.move_name, day=format_date(self.env, born_on)
                ),
                {"reason": reason},
            )

    def _describe(self):
        """Return the claim as a line of the declaration: invoice, due date, principal and interest, total."""
        self.ensure_one()
        values = {
            "invoice": self.move_name or "",
            "due": format_letter_day(self.env, self.due_date),
            "principal": formatLang(self.env, self.amount_principal, currency_obj=self.currency_id),
            "interest": formatLang(self.env, self.amount_interest, currency_obj=self.currency_id),
            "total": formatLang(self.env, self.amount_total, currency_obj=self.company_currency_id),
        }
        if self.is_to_come:
            return self.env._("%(invoice)s, falling due on %(due)s: principal %(principal)s, total %(total)s", **values)
        return self.env._(
            "%(invoice)s, due on %(due)s: principal %(principal)s, interest %(interest)s, total %(total)s", **values
        )

    def _is_declared(self):
        """Tell whether the claim is declared: all but what is useful and was born later."""
        self.ensure_one()
        return self.category != LATER_USEFUL

    @api.model
    def _explain_kept(self, names):
        return self.env._("A declared instalment is read from the accounts; use the buttons to say when it arose.")
