from odoo import api, models


class ResPartner(models.Model):
    """What rules of choice of a scenario look at in a customer."""

    _inherit = "res.partner"
    _moves = ("country_id", "category_id", "industry_id", "user_id")

    @api.model
    def _get_moving_fields(self):
        """Add what the filters of rules look at."""
        return super()._get_moving_fields() | self.env["recovery.scenario.rule"]._get_filtered_fields()[0]
