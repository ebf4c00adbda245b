from odoo import api, fields, models
from odoo.exceptions import UserError

CLASS_LABELS = [
    ("A", "A – very low risk"),
    ("B", "B – low risk"),
    ("C", "C – medium risk"),
    ("D", "D – high risk"),
    ("E", "E – very high risk"),
    ("none", "No history"),
]


class RecoveryScore(models.Model):
    """The dated score of a debtor with what each factor gave: one row a month.

    The row of the current month follows the nightly calculation; those of past months no
    longer move. Nobody writes them by hand.
    """

    _name = "recovery.score"
    _description = "Debtor score"
    _inherit = ["recovery.guarded", "recovery.united"]
    _united_by = ("month",)
    _order = "date desc, id desc"
    _rec_name = "date"
    _check_company_auto = True

    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    date = fields.Date("Calculated on", required=True, readonly=True)
    score = fields.Integer(readonly=True, aggregator="avg")
    risk_class = fields.Selection(CLASS_LABELS, "Class", required=True, readonly=True)
    exposure_amount = fields.Monetary("Exposure", readonly=True, currency_field="company_currency_id")
    overdue_amount = fields.Monetary("Overdue", readonly=True, currency_field="company_currency_id")
    delay_12 = fields.Float("Average days late", readonly=True, digits=(16, 1), aggregator="avg")
    detail = fields.Json(readonly=True, help="Value, weight and points of each factor, as they were.")
    detail_text = fields.Text("Factors", compute="_compute_detail_text")

    _debtor_month_uniq = models.UniqueIndex(
        "(debtor_id, month) WHERE active", "This debtor already has a score for that month."
    )

    @api.depends("detail")
    @api.depends_context("lang")
    def _compute_detail_text(self):
        factors = self.env["recovery.score.factor"].with_context(active_test=False).search([("code", "!=", False)])
        by_code = {factor.code: factor for factor in factors}
        for snapshot in self:
            snapshot.detail_text = "\n".join(
                self.env._(
                    "%(factor)s: %(value)s, weight %(weight)g, points %(points)s",
                    factor=by_code[mark["code"]].name,
                    value=by_code[mark["code"]]._format(mark["value"]),
                    weight=mark["weight"],
                    points="–" if mark["points"] is None else mark["points"],
                )
                for mark in (snapshot.detail or {}).get("marks", [])
                if mark["code"] in by_code
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(self.env._("A score is never deleted: the history must stay."))
