from odoo import api, fields, models
from odoo.tools import formatLang

from ...common.bounds import get_finite
from ...common.formatting import say_percent
from .scoring import Factor


class RecoveryScoreFactor(models.Model):
    """One rule of the score: what it weighs and how its value becomes points.

    The codes are known to the readers of the values (``recovery.scoring._score_factors``):
    the manager sets weights and bands, or archives a factor, but adds none by hand.
    """

    _name = "recovery.score.factor"
    _description = "Score factor"
    _inherit = ["recovery.traced.settings"]
    _order = "sequence, id"
    _carried_key = ("code",)
    _typed = ("name", "sequence", "active", "description", "weight", "is_history", "has_ceiling", "ceiling", "band_ids")

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True)
    unit = fields.Selection(
        [
            ("days", "Days"),
            ("percent", "%"),
            ("count", "Number"),
            ("months", "Months"),
            ("points", "Points"),
            ("flag", "Yes or no"),
        ],
        required=True,
        readonly=True,
        default="count",
    )
    weight = fields.Float(required=True, default=10, digits=(6, 1), help="0: shown, but does not count.")
    is_history = fields.Boolean(
        "Reflects payment history",
        help="A customer gets a score only when at least one factor of this kind has a value; otherwise it has no "
        "history and no score.",
    )
    has_ceiling = fields.Boolean("Caps the score", help="When this factor gives no points, the score is capped.")
    ceiling = fields.Integer("Cap", help="Highest possible score when this factor gives no points.")
    band_ids = fields.One2many("recovery.score.band", "factor_id", string="Bands", copy=True)
    bands_text = fields.Char("Points", compute="_compute_bands_text")

    _code_uniq = models.UniqueIndex("(code)", "There can be only one score factor per code.")
    _weight_positive = models.Constraint("CHECK (weight >= 0)", "A weight cannot be negative.")
    _ceiling_range = models.Constraint("CHECK (ceiling BETWEEN 0 AND 100)", "A cap must be a score from 0 to 100.")

    @api.depends("band_ids.from_value", "band_ids.points", "unit")
    @api.depends_context("lang")
    def _compute_bands_text(self):
        for factor in self:
            factor.bands_text = " · ".join(
                self.env._("%(value)s: %(points)s", value=factor._format(band.from_value), points=band.points)
                if index
                else self.env._("below: %s", band.points)
                for index, band in enumerate(factor.band_ids.sorted("from_value"))
            )

    def _get_factors(self):
        """Return the rules as plain rows for the calculation; a factor without bands does not count."""
        return [
            Factor(
                code=factor.code,
                weight=get_finite(factor.weight),
                bands=tuple((band.from_value, band.points) for band in factor.band_ids.sorted("from_value")),
                ceiling=factor.ceiling if factor.has_ceiling else None,
                is_history=factor.is_history,
            )
            for factor in self
            if factor.band_ids
        ]

    def _format(self, value):
        """Return a value of this factor as text, with its unit."""
        self.ensure_one()
        if value is None:
            return self.env._("not known")
        if self.unit == "flag":
            return self.env._("Yes") if value else self.env._("No")
        number = formatLang(self.env, value, digits=0 if float(value).is_integer() else 1)
        templates = {
            "days": self.env._("%s d", number),
            "percent": say_percent(self.env, number),
            "months": self.env._("%s months", number),
        }
        return templates.get(self.unit, number)
