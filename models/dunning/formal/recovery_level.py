from odoo import api, fields, models

from .recovery_formal_wording import VARIANTS


class RecoveryLevel(models.Model):
    _inherit = "recovery.level"
    _typed = ("review_required", "wording_for", "formal_wording_ids")

    review_required = fields.Boolean(
        "Lawyer's review",
        help="A mise en demeure at this level is sent only after a lawyer has read it.",
    )
    wording_for = fields.Selection(
        [("professional", "Professionals"), ("consumer", "Consumers"), ("public", "Public bodies")],
        string="Wording intended for",
        required=True,
        default="professional",
        help="A mise en demeure to any other addressee takes its wording from the configuration of the mises en "
        "demeure.",
    )
    wording_source_text = fields.Text(
        "Source of the wording",
        compute="_compute_wording_source_text",
        help="Per addressee, in the wording of the letters.",
    )
    formal_wording_ids = fields.One2many("recovery.formal.wording", "level_id", string="Wording for other addressees")

    @api.depends("kind", "wording_for", "formal_wording_ids.variant")
    @api.depends_context("lang")
    def _compute_wording_source_text(self):
        Wording = self.env["recovery.formal.wording"]
        labels = dict(Wording._fields["variant"]._description_selection(self.env))
        self.wording_source_text = False
        for level in self.filtered(lambda level: level.kind == "formal_notice"):
            chosen = Wording._choose([(level._origin, variant) for variant, _label in VARIANTS])
            level.wording_source_text = "\n".join(
                self.env._(
                    "%(addressee)s: %(words)s",
                    addressee=labels[variant],
                    words=Wording._describe_source(level, chosen[level._origin, variant]),
                )
                for variant, _label in VARIANTS
            )
