from odoo import api, fields, models
from odoo.fields import Domain

from .payment_limit import Rule


class RecoveryPaymentTermRule(models.Model):
    """A legal maximum of payment terms, dated, with its article and its source."""

    _name = "recovery.payment.term.rule"
    _description = "Legal maximum payment term"
    _inherit = ["recovery.traced.settings"]
    _order = "sequence, id"
    _carried_key = ("name",)
    _typed = (
        "name", "sequence", "active", "kind", "days", "needs_clause", "is_sector", "starting_point", "article",
        "source", "confidence", "valid_from", "valid_to", "note",
    )  # fmt: skip

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("days", "Days from the starting point"),
            ("days_then_month_end", "Days, then end of month"),
            ("month_end_then_days", "End of month, then days"),
            ("decade_then_days", "End of the ten-day period, then days"),
        ],
        "Calculation",
        required=True,
        default="days",
    )
    days = fields.Integer(required=True)
    needs_clause = fields.Boolean("Only if stipulated", help="The contract must provide for it expressly.")
    is_sector = fields.Boolean("Sector", help="The maximum term of one activity: chosen in the company's settings.")
    starting_point = fields.Selection(
        [("invoice", "Invoice"), ("delivery", "Delivery")],
        string="Starting point",
        required=True,
        default="invoice",
        help="A delivery date is not always known here: the delivery date of the invoice counts, otherwise its own "
        "date.",
    )
    article = fields.Char(required=True)
    source = fields.Char()
    confidence = fields.Selection(
        [("text", "Read in the text"), ("secondary", "Secondary source"), ("check", "To check")],
        required=True,
        default="check",
    )
    valid_from = fields.Date("Valid from")
    valid_to = fields.Date("Valid until")
    note = fields.Text(translate=True)

    _days_positive = models.Constraint("CHECK (days >= 0)", "A number of days cannot be negative.")
    _dates_ordered = models.Constraint(
        "CHECK (valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from)",
        "A rule cannot end before it begins: check the two dates.",
    )

    @api.model
    def _get_rules(self, company, day):
        """Return the maxima of this company on that day: those of its sector, else the general ones."""
        domain = Domain("valid_from", "=", False) | Domain("valid_from", "<=", day)
        domain &= Domain("valid_to", "=", False) | Domain("valid_to", ">=", day)
        chosen = company._recovery_root().recovery_term_rule_ids
        domain &= Domain("id", "in", chosen.ids) if chosen else Domain("is_sector", "=", False)
        return self.sudo().with_context(active_test=True).search(domain)

    def _as_rows(self):
        """Return the rules as plain rows for the calculation."""
        return [Rule(rule.id, rule.kind, rule.days, rule.needs_clause) for rule in self]
