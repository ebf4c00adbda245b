from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...common.retention import CASES, Retained

#: The head of a claim under which each stands, and with it the turn in which money received pays it: costs, interest
#: and principal (C. civ. 1343-1), then the rest.
CLAIMED = {
    "costs": "costs",
    "art_700": "costs",
    "interest": "interest",
    "principal": "principal",
    "indemnity": "indemnity",
    "clause": "clause",
    "damages": "other",
    "other": "other",
}
#: Heads that may be entered as costs of the case too.
COSTS = ("costs", "art_700")
#: Heads of which a sum awarded takes the place of what the claim would reckon.
FIXED = ("interest", "indemnity", "clause")


class RecoveryTitleHead(models.Model):
    """One head of what a title awarded, as it awarded it: the claim asks no more for it."""

    _name = "recovery.title.head"
    _description = "Item awarded by a title"
    _retained = Retained(
        CASES,
        "title_id.case_id.closed_on",
        ("note",),
        domain=(("title_id.case_id.is_open", "=", False),),
        debtor="title_id.debtor_id",
    )
    _inherit = ["recovery.guarded"]
    _order = "title_id, sequence, id"
    _typed = ("sequence", "kind", "amount", "note")
    _typed_once = ("title_id",)

    title_id = fields.Many2one("recovery.title", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="title_id.company_id", store=True, precompute=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("principal", "Principal"),
            ("interest", "Interest up to its date, as a sum"),
            ("clause", "Penalty clause"),
            ("indemnity", "Fixed compensation and recovery costs"),
            ("damages", "Damages"),
            ("art_700", "Article 700 CPC"),
            ("costs", "Dépens"),
            ("other", "Other sums"),
        ],
        string="Nature",
        required=True,
        default="principal",
        help="Without a principal, everything open is awarded. Interest, clauses and compensation awarded as fixed "
        "sums are no longer calculated before its date.",
    )
    paid_with = fields.Selection(
        [
            ("costs", "1. Costs"),
            ("interest", "2. Interest"),
            ("principal", "3. Principal"),
            ("last", "4. Compensation, clauses and other sums"),
        ],
        string="Turn of payment",
        compute="_compute_paid_with",
        help="In which turn money received pays it, unless a different order was agreed (C. civ. 1343-1).",
    )
    amount = fields.Monetary(help="In the company's currency. Dépens not yet settled: leave them out.")
    note = fields.Char()

    _amount_positive = models.Constraint("CHECK (amount >= 0)", "An award cannot be a negative amount.")

    @api.depends("kind")
    def _compute_paid_with(self):
        for head in self:
            claimed = CLAIMED.get(head.kind)
            head.paid_with = claimed if claimed in ("costs", "interest", "principal") else claimed and "last"

    @api.depends("kind", "title_id.display_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for head in self:
            head.display_name = f"{head._say_kind()} – {head.title_id.display_name or ''}"

    def _say_kind(self):
        """Return the head in words, in the reader's language."""
        self.ensure_one()
        return dict(self._fields["kind"]._description_selection(self.env)).get(self.kind, "")

    @api.constrains("kind", "amount")
    def _check_entered(self):
        """Refuse a head below what is entered of it as costs of the case."""
        self.title_id.cost_ids._check_title()

    @api.constrains("title_id")
    def _check_title(self):
        for head in self:
            if head.title_id.annulled_on:
                raise ValidationError(self.env._("%s is set aside: it awards nothing.", head.title_id.display_name))

    # ------------------------------------------------------------
    # Trace
    # ------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        heads = super().create(vals_list)
        heads._trace(self.env._("added"))
        return heads

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"kind", "amount"}:
            self._trace(self.env._("changed"))
        return result

    def unlink(self):
        self._trace(self.env._("removed"))
        return super().unlink()

    def _trace(self, change):
        """Tell the journal what a title awarded, as it is known now."""
        for head in self:
            self.env["recovery.event"]._log(
                "title",
                head.title_id,
                self.env._(
                    "Awarded, %(head)s: %(amount)s (%(change)s)",
                    head=head._say_kind(),
                    amount=head.title_id._format_amount(head.amount),
                    change=change,
                ),
                {"case": head.title_id.case_id.name},
            )
