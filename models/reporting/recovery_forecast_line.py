from odoo import api, fields, models

from ..common.loose_many2one import LooseMany2one
from .forecast import WEEKS

#: Of which history says nothing.
UNDATED = ("case", "title", "doubtful", "estate", "insolvency")


class RecoveryForecastLine(models.Model):
    """What is expected of one open instalment: when, with what probability, and why."""

    _name = "recovery.forecast.line"
    _description = "Expected receipt"
    _inherit = ["recovery.guarded"]
    _order = "date, due, id"
    _rec_name = "line_id"
    _log_access = False

    forecast_id = fields.Many2one("recovery.forecast", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    line_id = LooseMany2one(
        "account.move.line", string="Instalment", required=True, readonly=True, index=True, ondelete="cascade"
    )
    move_id = fields.Many2one(related="line_id.move_id", string="Invoice")
    debtor_id = LooseMany2one("recovery.debtor", string="Debtor", readonly=True, index=True, ondelete="set null")
    due = fields.Date("Due date", readonly=True)
    amount = fields.Monetary("Open", currency_field="company_currency_id", readonly=True)
    date = fields.Date(
        "Expected on",
        readonly=True,
        help="The day by which payment is as likely as not. Empty: unlikely within two years.",
    )
    probability = fields.Float(
        "Within 13 weeks (%)", digits=(16, 1), readonly=True, aggregator=None, help="Probability of receipt by then."
    )
    week_1 = fields.Monetary(currency_field="company_currency_id", readonly=True)
    week_2 = fields.Monetary(currency_field="company_currency_id", readonly=True)
    week_3 = fields.Monetary(currency_field="company_currency_id", readonly=True)
    week_4 = fields.Monetary(currency_field="company_currency_id", readonly=True)
    week_5 = fields.Monetary(currency_field="company_currency_id", readonly=True)
    week_6 = fields.Monetary(currency_field="company_currency_id", readonly=True)
    week_7 = fields.Monetary(currency_field="company_currency_id", readonly=True)
    week_8 = fields.Monetary(currency_field="company_currency_id", readonly=True)
    week_9 = fields.Monetary(currency_field="company_currency_id", readonly=True)
    week_10 = fields.Monetary(currency_field="company_currency_id", readonly=True)
    week_11 = fields.Monetary(currency_field="company_currency_id", readonly=True)
    week_12 = fields.Monetary(currency_field="company_currency_id", readonly=True)
    week_13 = fields.Monetary(currency_field="company_currency_id", readonly=True)
    amount_later = fields.Monetary(
        "After that", currency_field="company_currency_id", readonly=True, help="Expected within two years."
    )
    amount_expected = fields.Monetary(
        "Expected within 13 weeks", currency_field="company_currency_id", compute="_compute_amount_expected"
    )
    reason = fields.Char(readonly=True)
    why = fields.Text(compute="_compute_why")

    @api.depends(*(f"week_{number}" for number in range(1, WEEKS + 1)))
    def _compute_amount_expected(self):
        for line in self:
            line.amount_expected = sum(line[f"week_{number}"] for number in range(1, WEEKS + 1))

    @api.depends("reason")
    @api.depends_context("lang")
    def _compute_why(self):
        for line in self:
            line.why = line._describe_why()

    def _describe_why(self):
        """Return on what the expectation rests, as a sentence."""
        count, paid, median, weight, late, _segment, agreed, chance = (self.reason or "|" * 7).split("|")
        words = []
        if agreed:
            words.append(self._describe_agreed(agreed, chance))
        if agreed in UNDATED:
            return words[0]
        words.append(self._describe_history(int(paid or 0), count, median, weight))
        if int(late or 0):
            is_first = int(late) == 1
            words.append(self.env._("Already a day late.") if is_first else self.env._("Already %s days late.", late))
        return " ".join(words)

    @api.model
    def _describe_history(self, paid, count, median, weight):
        """Return how the customer paid before, and what that weighs."""
        if not paid:
            return self.env._("It has paid nothing yet: similar customers are used instead.")
        figures = {
            "count": count,
            "when": self._describe_median(int(median or 0)),
            "weight": round(100 * float(weight)),
        }
        if paid == 1:
            return self.env._(
                "One of its %(count)s instalments was paid, %(when)s; its own history weighs %(weight)s%%, that of "
                "similar customers the rest.",
                **figures,
            )
        return self.env._(
            "%(paid)s of its %(count)s instalments were paid, half of them %(when)s; its own history weighs "
            "%(weight)s%%, that of similar customers the rest.",
            paid=paid,
            **figures,
        )

    @api.model
    def _describe_median(self, days):
        """Return when half of the payments were made, from the due date on: early ones are below zero."""
        if days > 1:
            return self.env._("within %s days after the due date", days)
        if days == 1:
            return self.env._("within a day after the due date")
        if days == 0:
            return self.env._("by the due date")
        if days == -1:
            return self.env._("at least a day before the due date")
        return self.env._("at least %s days before the due date", -days)

    @api.model
    def _describe_agreed(self, kind, chance):
        """Return what was agreed or is known of the instalment."""
        rate = round(100 * float(chance or 0))
        return {
            "promise": self.env._("Promised; such promises are kept %s times in a hundred.", rate),
            "plan": self.env._("On a payment plan; such plans are kept %s times in a hundred.", rate),
            "dispute": self.env._("Disputed: waiting for the answer."),
            "settlement": self.env._("Settled by agreement; such agreements are kept %s times in a hundred.", rate),
            "case": self.env._("In litigation: %s%% of it is expected, at an unknown date.", rate),
            "title": self.env._("A title can be enforced: %s%% of it is expected, at an unknown date.", rate),
            "doubtful": self.env._("Doubtful: %s%% of it is expected, at an unknown date.", rate),
            "estate": self.env._(
                "In insolvency proceedings: the dividends of the plan; these are received %s times in a hundred.", rate
            ),
            "insolvency": self.env._("In insolvency proceedings: nothing is expected."),
        }.get(kind, kind)
