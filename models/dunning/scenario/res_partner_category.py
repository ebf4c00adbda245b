from odoo import models


class ResPartnerCategory(models.Model):
    """A tag may be given to customers from its own form: rules that look at tags look again."""

    _name = "res.partner.category"
    _inherit = ["res.partner.category", "recovery.moving"]
    _moves = ("parent_id", "partner_ids", "active")

    def _find_moved(self):
        return self.env["recovery.scenario.rule"]._get_companies_looking_at("category_ids")
