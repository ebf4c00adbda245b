from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .restraint import Quiet


class RecoveryQuietPeriod(models.Model):
    """A period during which scenarios write to nobody: August, the end of the year, a migration."""

    _name = "recovery.quiet.period"
    _description = "Quiet period"
    _inherit = ["recovery.traced.settings"]
    _order = "date_from, id"
    _moves = ("active", "company_id", "date_from", "date_to", "yearly", "scenario_ids")
    _carried_key = ("name",)
    _typed = ("name", "active", "company_id", "date_from", "date_to", "yearly", "scenario_ids")

    name = fields.Char(required=True, translate=True, help="Shown as the reason why nothing is sent.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: every company.")
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True, help="Last quiet day.")
    yearly = fields.Boolean("Every year", default=True)
    scenario_ids = fields.Many2many(
        "recovery.scenario", string="Scenarios", context={"active_test": True}, help="Empty: all of them."
    )

    _dates_check = models.Constraint("CHECK(date_to >= date_from)", "A quiet period cannot end before it begins.")

    @api.constrains("date_from", "date_to", "yearly")
    def _check_length(self):
        for period in self:
            if period.yearly and (period.date_to - period.date_from).days > 180:
                raise ValidationError(
                    self.env._(
                        "“%s” recurs every year and lasts more than six months: it would silence whole scenarios. "
                        "Shorten it, or archive the scenario.",
                        period.name,
                    )
                )

    @api.model
    def _get_for(self, company):
        """Return the periods that concern a root company."""
        return self.with_context(active_test=True).search([("company_id", "in", (False, company.id))])

    def _as_quiet(self):
        """Return the period as the pure calculation reads it."""
        self.ensure_one()
        return Quiet(self.name, self.date_from, self.date_to, self.yearly)
