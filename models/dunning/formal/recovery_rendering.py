from odoo import api, models


class RecoveryRendering(models.AbstractModel):
    """The words of a mise en demeure for consumers, public bodies and guarantors."""

    _inherit = "recovery.rendering"

    @api.model
    def _render_wording(self, notices):
        formal_notices = notices.filtered(lambda notice: notice._is_formal_notice())
        if not formal_notices:
            return super()._render_wording(notices)
        found = self.env["recovery.formal.wording"]._find(formal_notices)
        own = notices.filtered(lambda notice: notice not in found)
        return super()._render_wording(own) | self._render_words(found)

    @api.model
    def _tell_demand(self, notice):
        """Add the formal demand of a mise en demeure: the exact sum, and until when."""
        if not notice._is_formal_notice():
            return super()._tell_demand(notice)
        letter = self.env["recovery.formal.letter"].with_context(lang=notice.lang)
        return self.env._("Consequently, %s.", letter._get_values(notice)["sentences"]["demand"])

    @api.model
    def _get_channels(self, notice):
        """Write to a guarantor by registered letter only, whatever the level does."""
        if notice.guaranteed_notice_id:
            return ["registered"]
        return super()._get_channels(notice)
