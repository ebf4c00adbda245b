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
        found = {}
        toned = notices.filtered(lambda notice: notice.tone in names)
        for (level, lang, tone), group in toned.grouped(lambda n: (n.level_id, n.lang, n.tone)).items():
            name, words = names[tone], level.sudo()
            for notice, filled in words._fill_texts(words._parse_texts([name], lang), group, lang).items():
                if filled[name]:
                    found[notice] = filled[name]
        return found
