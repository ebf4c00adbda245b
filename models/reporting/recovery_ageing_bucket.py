from odoo import api, fields, models

from ..ledger.ageing import DEFAULT_BOUNDS


class RecoveryAgeingBucket(models.Model):
    """A bound between two columns of the aged balance, of all companies or of one that has its own."""

    _name = "recovery.ageing.bucket"
    _description = "Aged balance column"
    _inherit = ["recovery.traced.settings"]
    _is_kept = False
    _order = "company_id, days"
    _rec_name = "days"
    _carried_key = ("days",)
    _typed = ("days", "company_id")

    days = fields.Integer(
        "Up to (days late)", required=True, help="The last day of the column; the next one then begins."
    )
    company_id = fields.Many2one(
        "res.company",
        ondelete="cascade",
        index=True,
        domain="[('parent_id', '=', False)]",
        help="Empty: for companies without bounds of their own.",
    )

    _days_check = models.Constraint("CHECK(days > 0)", "A column ends after at least one day.")
    _one_per_day = models.UniqueIndex("(days, COALESCE(company_id, 0))", "There is already a column with this bound.")

    def _get_settings_title(self):
        return self.env._("Column of the aged balance, up to %s days late", self.days)

    @api.model
    def _get_bounds_of(self, company):
        """Return the bounds of a company's columns in order: its own, those of all companies, else the usual ones."""
        root = company._recovery_root()
        found = self.sudo().search([("company_id", "in", [False, root.id])])
        own = found.filtered("company_id") or found
        return tuple(sorted(own.mapped("days"))) or DEFAULT_BOUNDS
