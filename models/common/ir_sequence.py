from odoo import models


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    def _create_date_range_seq(self, date):
        """Begin the year of one of our sequences; whoever does so at the same moment starts again after the other.

        Core leaves the second with a refusal by its index, which nobody could understand.
        """
        if (self.code or "").startswith("recovery."):
            self.sudo().write({"name": self.name})  # the same row for all: the second transaction is retried
            self.flush_recordset()
        return super()._create_date_range_seq(date)
