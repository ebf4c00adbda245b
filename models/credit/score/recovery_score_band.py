from odoo import fields, models

from ...common.bounds import SIGNED


class RecoveryScoreBand(models.Model):
    """From which value on a factor gives how many points; the lowest band holds below it too."""

    _name = "recovery.score.band"
    _description = "Score factor band"
    _inherit = ["recovery.traced.settings"]
    _order = "factor_id, from_value"
    _rec_name = "from_value"
    _carried_key = ("factor_id", "from_value")
    _typed = ("from_value", "points")
    _typed_once = ("factor_id",)

    factor_id = fields.Many2one("recovery.score.factor", required=True, index=True, ondelete="cascade")
    from_value = fields.Float("From", required=True, digits=(16, 1), bounds=SIGNED)
    points = fields.Integer(required=True, help="From 0 (risk) to 100 (no risk).")

    _points_range = models.Constraint("CHECK (points BETWEEN 0 AND 100)", "Points must be between 0 and 100.")
    _from_uniq = models.UniqueIndex("(factor_id, from_value)", "Two bands cannot begin at the same value.")

    def _get_settings_title(self):
        return self.env._("%(factor)s, from %(value)s", factor=self.factor_id.name, value=self.from_value)
