from odoo import api, models

from ..common.insolvency import get_state


class RecoveryInsolvency(models.Model):
    """What proceedings stop is data of the law, by kind and by where they stand."""

    _inherit = "recovery.insolvency"

    @api.model
    def _read_effects(self):
        return [*super()._read_effects(), *self.env["recovery.insolvency.effect"]._read_effects()]

    def _describe_effects(self):
        """Return what the proceedings stop today, each with its article, and whether somebody should check it."""
        rows = super()._describe_effects()
        if not self.judgment_on or self.annulled_on:
            return rows
        day = (self.company_id or self.env.company)._recovery_today()
        state = get_state(self._get_course(), max(day, self.judgment_on), self._read_effects())
        if not state:
            return rows
        Effect = self.env["recovery.insolvency.effect"]
        words = {
            name: dict(Effect._fields[name]._description_selection(self.env))
            for name in ("effect", "answer", "confidence")
        }
        for effect in sorted(state.effects, key=lambda row: row.source.sequence):
            row = effect.source.with_env(self.env).sudo()
            rows.append(
                {
                    "effect": words["effect"][row.effect],
                    "answer": words["answer"][row.answer],
                    "code": row.answer,
                    "article": row.article,
                    "note": row.note or "",
                    "confidence": words["confidence"][row.confidence],
                    "is_sure": row.confidence in ("text", "official"),
                }
            )
        return rows
