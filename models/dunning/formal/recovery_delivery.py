from odoo import api, fields, models

from ..scenario.ladder import FORMAL_NOTICE
from .recovery_notice import LYING


class RecoveryDelivery(models.Model):
    _inherit = "recovery.delivery"

    letter_ids = fields.One2many("recovery.registered.letter", "delivery_id", string="Registered letter")

    @api.model_create_multi
    def create(self, vals_list):
        deliveries = super().create(vals_list)
        registered = deliveries.filtered(lambda delivery: delivery.channel == "registered")
        self.env["recovery.registered.letter"].sudo().create([{"delivery_id": d.id} for d in registered])
        return deliveries

    def _read_moving(self, names):
        """Add how far a mise en demeure that lies here is: its deadline runs from the day it leaves."""
        rows = super()._read_moving(names)
        for delivery in self.sudo():
            lies = delivery.state in LYING and delivery.notice_id.kind == FORMAL_NOTICE
            rows[delivery.id].append(lies and delivery.state)
        return rows

    def _mark(self, state, error=None, feedback=None):
        """Date the registered letters that are posted; the carrier's own news of them say more."""
        result = super()._mark(state, error=error, feedback=feedback)
        if state == "posted":
            untold = [("posted_on", "=", False), ("presented_on", "=", False), ("outcome", "=", False)]
            letters = self.env["recovery.registered.letter"].sudo().search([("delivery_id", "in", self.ids), *untold])
            for company, group in letters.grouped("company_id").items():
                group.write({"posted_on": company._recovery_today()})
        return result
