from odoo import api, fields, models
from odoo.exceptions import UserError

from .closing import get_due
from .recovery_doubtful_rate import STATUSES


class RecoveryDoubtfulClosingLine(models.Model):
    """What one closing says of one doubtful claim: the base, the depreciation wanted and why, what is booked for it."""

    _name = "recovery.doubtful.closing.line"
    _description = "Doubtful claim in a closing"
    _inherit = ["recovery.guarded"]
    _order = "closing_id, due_date, id"
    _unlinked_first = True
    _typed = ("rate", "is_amount_set", "amount_set", "justification", "is_deductible")

    closing_id = fields.Many2one(
        "recovery.doubtful.closing",
        string="Closing of the accounts",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="closing_id.company_id", store=True, precompute=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(related="closing_id.state")
    doubtful_id = fields.Many2one(
        "recovery.doubtful", string="Claim", required=True, readonly=True, index=True, ondelete="restrict"
    )
    debtor_id = fields.Many2one(related="doubtful_id.debtor_id", store=True, precompute=True, index=True)
    move_name = fields.Char(related="doubtful_id.move_name")
    invoice_date = fields.Date(related="doubtful_id.invoice_date")
    due_date = fields.Date(related="doubtful_id.due_date", store=True, precompute=True)
    days_late = fields.Integer("Days late", readonly=True)
    status = fields.Selection(STATUSES, readonly=True)
    risk_class = fields.Char("Risk class", readonly=True)
    net = fields.Monetary("Open excluding VAT", readonly=True)
    vat = fields.Monetary("VAT open", readonly=True)
    cover = fields.Monetary("Insured or guaranteed", readonly=True)
    is_vat_recoverable = fields.Boolean("VAT is recoverable", readonly=True)
    rate_id = fields.Many2one(
        "recovery.doubtful.rate", string="Row of the rate table", readonly=True, ondelete="set null"
    )
    rate_proposed = fields.Float("Proposed rate (%)", readonly=True, digits=(5, 2))
    rate = fields.Float("Rate (%)", digits=(5, 2), bounds=(0, 100))
    is_amount_set = fields.Boolean("Amount set manually")
    amount_set = fields.Monetary("Amount set")
    justification = fields.Char(
        help="Specific to each line: the event that makes the loss probable, and what is known about the debtor."
    )
    is_deductible = fields.Boolean(
        "Deductible", default=True, help="Off: the charge is added back to the taxable profit (CGI 39-1-5°)."
    )
    booked = fields.Monetary("Booked before", readonly=True)
    base = fields.Monetary(compute="_compute_due", store=True)
    wanted = fields.Monetary("Impairment", compute="_compute_due", store=True)
    movement = fields.Monetary(
        compute="_compute_due", store=True, help="A charge (6817) or, if negative, a reversal (7817)."
    )

    _one_per_claim = models.UniqueIndex("(closing_id, doubtful_id)", "A closing values each claim once.")

    @api.depends("net", "vat", "cover", "booked", "rate", "is_amount_set", "amount_set", "is_vat_recoverable")
    def _compute_due(self):
        for line in self:
            due = get_due(
                line.net,
                line.vat,
                line.cover,
                line.booked,
                (line.currency_id or self.env.company.currency_id).decimal_places,
                rate=line.rate,
                amount=line.amount_set if line.is_amount_set else None,
                is_vat_recoverable=line.is_vat_recoverable,
            )
            line.base, line.wanted, line.movement = due

    @api.model
    def _prepare_change(self, vals):
        if not self.env.su and self.filtered(lambda line: line.closing_id.state != "draft"):
            raise UserError(self.env._("This closing was reviewed: undo the review before changing a line."))
        return super()._prepare_change(vals)

    def _is_own(self):
        """Tell whether a person set what the grid did not propose."""
        self.ensure_one()
        return self.is_amount_set or self.rate != self.rate_proposed or not self.is_deductible
