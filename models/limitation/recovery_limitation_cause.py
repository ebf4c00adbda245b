from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..legal.limitation import INTERRUPTS, SUSPENDS, TITLE


class RecoveryLimitationCause(models.Model):
    """What interrupts or suspends a period of limitation, and what is often believed to and does not."""

    _name = "recovery.limitation.cause"
    _description = "Cause of interruption or suspension"
    _inherit = ["recovery.legal.source"]
    _order = "sequence, id"
    _moves = ("effect", "lasts", "period_key", "passes_long_stop", "kind_id", "active")
    _carried_key = ("name",)
    _typed = (
        "sequence", "name", "effect", "lasts", "period_key", "passes_long_stop", "kind_id", "article", "note", "active",
    )  # fmt: skip

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    effect = fields.Selection(
        [
            (INTERRUPTS, "Interrupts: a new period starts"),
            (SUSPENDS, "Suspends: the clock stops, then resumes"),
            (TITLE, "Title: a different period applies"),
            ("none", "No effect"),
        ],
        required=True,
        default=INTERRUPTS,
    )
    lasts = fields.Boolean(
        "Lasts until its end", help="The effect continues until an end is recorded: proceedings, mediation."
    )
    period_key = fields.Char(
        "Legal parameter",
        help="For a title: the length of the new period. For a suspension: the minimum that runs once it is over.",
    )
    passes_long_stop = fields.Boolean(
        "Not subject to the long stop",
        help="The twenty years of C. civ. 2232 do not apply to it (C. civ. 2232, second paragraph).",
    )
    kind_id = fields.Many2one(
        "recovery.limitation.kind", string="Only for", ondelete="restrict", help="Empty: for all kinds of claims."
    )
    article = fields.Char(required=True)
    confidence = fields.Selection(default="memory")
    note = fields.Text("Good to know", translate=True)
    active = fields.Boolean(default=True)

    @api.constrains("effect", "lasts", "period_key")
    def _check_effect(self):
        for cause in self:
            if cause.effect == SUSPENDS and not cause.lasts:
                raise ValidationError(self.env._("“%s”: a suspension lasts until its end.", cause.name))
            if cause.effect == TITLE and (cause.lasts or not cause.period_key):
                raise ValidationError(
                    self.env._(
                        "“%s”: a title starts a period of its own: enter the parameter that gives it.", cause.name
                    )
                )
            if cause.period_key:
                self.env["recovery.legal.parameter"]._check_length(cause.period_key)
