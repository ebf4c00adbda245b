from odoo import models


class RecoveryLegalCoded(models.AbstractModel):
    """Legal data that others name by their code."""

    _name = "recovery.legal.coded"
    _description = "Recovery: legal data with a code"
    _inherit = ["recovery.legal.source"]

    def copy_data(self, default=None):
        """Give each copy a code of its own: two of one code in force at once would contradict each other."""
        vals_list = super().copy_data(default)
        if "code" in (default or {}):
            return vals_list
        return [
            {**vals, "code": f"{record.code}_copy_{record.id}"} for record, vals in zip(self, vals_list, strict=True)
        ]
