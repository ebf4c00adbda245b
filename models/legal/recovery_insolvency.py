from odoo import api, fields, models

from ..common.insolvency import get_state


class RecoveryInsolvency(models.Model):
    """What proceedings stop is data of the law, by kind and by where they stand."""

    _inherit = "recovery.insolvency"

    effect_ids = fields.Many2many(
        "recovery.insolvency.effect", string="What they stop", compute="_compute_effect_ids", compute_sudo=True
    )

    @api.depends("kind", "state", "judgment_on")
    def _compute_effect_ids(self):
        Effect = self.env["recovery.insolvency.effect"]
        effects = self._read_effects()
        for insolvency in self:
            state = None
            if insolvency.judgment_on and not insolvency.annulled_on:
                day = (insolvency.company_id or self.env.company)._recovery_today()
                state = get_state(insolvency._get_course(), max(day, insolvency.judgment_on), effects)
            rows = Effect.union(*(row.source for row in state.effects)) if state else Effect
            insolvency.effect_ids = rows.sorted("sequence")

    @api.model
    def _read_effects(self):
        return [*super()._read_effects(), *self.env["recovery.insolvency.effect"]._read_effects()]
