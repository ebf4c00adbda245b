"""What the module knows of core's numbers: how a sequence opens a year."""

from odoo import models


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    def _create_date_range_seq(self, date):
        """Open a year of one of our sequences; two who take its first number at once do not collide.

        They are serialised on purpose: who comes second starts again, and finds the year open.
        """
        if (self.code or "").startswith("recovery."):
            self.env["recovery.bulk"]._serialize_transactions(self, "padding")
        return super()._create_date_range_seq(date)
