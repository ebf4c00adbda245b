from odoo import api, models


class RecoveryCancelWizard(models.TransientModel):
    _inherit = "recovery.cancel.wizard"

    @api.model
    def _get_notices(self, records):
        """Add the guarantors' letters: they are taken back with the debtor's."""
        notices = super()._get_notices(records)
        return notices | notices.guarantor_notice_ids.filtered(lambda notice: notice.state == "sent")
