from odoo import api, models

ABOUT = ("claimed", "announced")  # the rest of the account stands on it as information


class RecoveryChronology(models.AbstractModel):
    """A notice is of the instalments that it claims."""

    _inherit = "recovery.chronology"

    @api.model
    def _get_invoices_of(self, record):
        if record._name == "recovery.delivery" and record.notice_id:
            told = record.sudo().notice_id.line_ids.filtered(lambda line: line.role in ABOUT)
            return told.move_id | self._get_invoices(told.move_line_id)
        return super()._get_invoices_of(record)
