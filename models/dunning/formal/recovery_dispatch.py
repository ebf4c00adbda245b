from odoo import api, models


class RecoveryDispatch(models.AbstractModel):
    """A mise en demeure leaves with its décompte, frozen on the day of sending and before it is printed."""

    _inherit = "recovery.dispatch"

    @api.model
    def _hook_before_wording(self, notices, day):
        notices.filtered(lambda notice: notice._is_demand())._freeze_demands(day)
        return super()._hook_before_wording(notices, day)

    @api.model
    def _get_lettered_mails(self, notices):
        return super()._get_lettered_mails(notices) | notices.filtered(lambda notice: notice._is_demand())

    @api.model
    def _get_enclosures(self, notice):
        return super()._get_enclosures(notice) + notice.sudo().statement_id.attachment_id

    @api.model
    def _send_to_guarantors(self, notices, day):
        """Send the mises en demeure prepared for guarantors, by the same way as those to debtors."""
        self._carry_out(notices, day)
