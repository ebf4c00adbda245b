from odoo import api, fields, models
from odoo.tools import format_date

from ..common.saying import entitle

DIMENSIONS = [
    ("all", "Whole company"),
    ("collector", "Collector"),
    ("level", "Level"),
    ("channel", "Channel"),
    ("scenario", "Scenario"),
    ("reason", "Reason for the dispute"),
    ("age", "Age of the dispute"),
    ("procedure", "Type of procedure"),
    ("provider", "Provider"),
]


class RecoveryKpiValue(models.Model):
    """A key figure of one month: rebuilt from the past of the books, the day of installation is no limit."""

    _name = "recovery.kpi.value"
    _description = "Monthly key figure"
    _inherit = ["recovery.guarded"]
    _order = "month desc, kpi_id, dimension, label, id"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    kpi_id = fields.Many2one("recovery.kpi", string="Key figure", required=True, readonly=True, ondelete="cascade")
    unit = fields.Selection(related="kpi_id.unit")
    month = fields.Date("First day", required=True, readonly=True, index=True, help="First day of the month.")
    dimension = fields.Selection(DIMENSIONS, required=True, readonly=True, string="By")
    user_id = fields.Many2one("res.users", string="Collector", readonly=True, ondelete="set null")
    label = fields.Char("Of", readonly=True)
    numerator = fields.Float(readonly=True, digits=(16, 2), aggregator=None, help="What is divided.")
    denominator = fields.Float(readonly=True, digits=(16, 2), aggregator=None, help="What it is divided by.")
    value = fields.Float(readonly=True, digits=(16, 2), aggregator="avg")
    value_text = fields.Char("Figure", compute="_compute_texts")
    target_text = fields.Char("Target value", compute="_compute_texts")
    period = fields.Char("Month", compute="_compute_texts")
    is_plain = fields.Boolean(compute="_compute_texts")
    verdict = fields.Selection([("reached", "Reached"), ("missed", "Missed")], compute="_compute_texts")
    target = fields.Float(readonly=True, digits=(16, 2), aggregator="avg")
    has_target = fields.Boolean(readonly=True)
    is_reached = fields.Boolean("Target reached", readonly=True)
    is_partial = fields.Boolean(
        "Not over", readonly=True, help="The month, or the days allowed for payment after it, are not over yet."
    )
    day = fields.Date("Calculation date", readonly=True)
    formula = fields.Text(related="kpi_id.formula")

    _month_index = models.Index("(company_id, kpi_id, dimension, month)")

    @api.depends("value", "target", "has_target", "is_reached", "month", "kpi_id", "company_id")
    @api.depends_context("lang")
    def _compute_texts(self):
        for figure in self:
            figure.period = figure.month and format_date(self.env, figure.month, date_format="MMMM yyyy")
            figure.is_plain = figure.kpi_id._is_plain()
            figure.value_text = figure.kpi_id._tell(figure.value, figure.company_id)
            figure.target_text = figure.has_target and figure.kpi_id._tell(figure.target, figure.company_id)
            figure.verdict = figure.has_target and ("reached" if figure.is_reached else "missed")

    @api.depends("kpi_id", "month", "label")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for value in self:
            month = format_date(self.env, value.month, date_format="MMMM yyyy") if value.month else ""
            name = f"{value.kpi_id.name or ''} – {month}"
            value.display_name = f"{name} – {value.label}" if value.label else name

    # ------------------------------------------------------------
    # Groups
    # ------------------------------------------------------------
    @api.model
    def _read_group(self, domain, groupby=(), aggregates=(), having=(), offset=0, limit=None, order=None):
        """Leave out the mean of several key figures: days, shares and amounts add up to nothing."""
        rows = super()._read_group(domain, groupby, aggregates, having, offset, limit, order)
        return self._leave_mixed_out(domain, groupby, aggregates, rows)

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        groups = super()._read_grouping_sets(domain, grouping_sets, aggregates, order=order)
        return [
            self._leave_mixed_out(domain, groupby, aggregates, rows)
            for groupby, rows in zip(grouping_sets, groups, strict=True)
        ]

    @api.model
    def _leave_mixed_out(self, domain, groupby, aggregates, rows):
        """Return the rows of groups without what a group of several key figures has no mean of."""
        first = len(groupby)
        means = {first + place for place, name in enumerate(aggregates) if name in ("value:avg", "target:avg")}
        if not means or "kpi_id" in groupby or not rows:
            return rows
        ((figures,),) = self._read_group(domain, [], ["kpi_id:count_distinct"])
        if figures < 2:
            return rows
        return [tuple(False if place in means else value for place, value in enumerate(row)) for row in rows]

    def action_open_parts(self):
        """Open the rows that the figure is the sum of: customers, or what people did."""
        self.ensure_one()
        self.check_access("read")
        self.company_id._recovery_check_open()
        parts = self.env["recovery.kpi.part"]._make(self)
        title = self.env._("%(figure)s: %(value)s", figure=self.display_name, value=self.value_text)
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_kpi_part_action")
        return entitle(
            action,
            title,
            domain=[("id", "in", parts.ids)],
            context={"is_plain": self.kpi_id._is_plain()},
        )
