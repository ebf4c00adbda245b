from markupsafe import Markup

from odoo import api, models


class RecoveryRendering(models.AbstractModel):
    """The paragraph of the tone, between the opening and the table."""

    _inherit = "recovery.rendering"

    @api.model
    def _render_wording(self, notices):
        """Add the paragraph of each notice's tone to its opening: mail, letter and thread show the same words."""
        wording = super()._render_wording(notices)
        paragraphs = self._render_tones(notices)
        for notice, paragraph in paragraphs.items():
            subject, body, closing = wording[notice]
            wording[notice] = (subject, body + paragraph, closing)
        return wording

    @api.model
    def _render_tones(self, notices):
        """Return ``{notice: paragraph}`` of the notices whose level has one for their tone."""
        names = notices._get_tone_fields()
        Render = self.env["mail.render.mixin"]
        found = {}
        toned = notices.filtered(lambda notice: notice.tone in names)
        for (level, lang, tone), group in toned.grouped(lambda n: (n.level_id, n.lang, n.tone)).items():
            text = level.sudo().with_context(lang=lang)[names[tone]]
            if text:
                rendered = Render.with_context(lang=lang)._render_template_qweb(text, "recovery.notice", group.ids)
                found |= {notice: Markup(rendered[notice.id]) for notice in group}
        return found
