from odoo import models


class ResCountryGroup(models.Model):
    """Which countries a group has decides who meets the rules that name it."""

    _name = "res.country.group"
    _inherit = ["res.country.group", "recovery.moving"]
    _moves = ("country_ids",)

    def _find_moved(self):
        return self.env["recovery.scenario.rule"]._get_companies_looking_at("country_group_ids")
