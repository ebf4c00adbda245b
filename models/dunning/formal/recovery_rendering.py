from markupsafe import Markup

from odoo import api, models


class RecoveryRendering(models.AbstractModel):
    """The words of a mise en demeure for consumers, public bodies and guarantors."""

    _inherit = "recovery.rendering"

    @api.model
    def _render_wording(self, notices):
        wording = super()._render_wording(notices)
        found = self.env["recovery.demand.wording"]._find(notices.filtered(lambda notice: notice._is_demand()))
        Render = self.env["mail.render.mixin"]
        groups = notices.filtered(lambda notice: notice in found).grouped(lambda n: (found[n], n.lang))
        for (words, lang), group in groups.items():
            words, Translated = words.with_context(lang=lang), Render.with_context(lang=lang)
            subjects = Translated._render_template_inline_template(words.subject, "recovery.notice", group.ids)
            bodies, closings = (
                Translated._render_template_qweb(text, "recovery.notice", group.ids) if text else {}
                for text in (words.body, words.closing)
            )
            for notice in group:
                wording[notice] = (
                    subjects[notice.id],
                    Markup(bodies.get(notice.id, "")),
                    Markup(closings.get(notice.id, "")),
                )
        return wording

    @api.model
    def _get_channels(self, notice):
        """Write to a guarantor by registered letter only, whatever the level does."""
        if notice.guaranteed_notice_id:
            return ["registered"]
        return super()._get_channels(notice)
