from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..common.insolvency import EFFECTS, GOES_ON, KINDS, PHASES, STOPS, UNSETTLED, Effect


class RecoveryInsolvencyEffect(models.Model):
    """What insolvency proceedings of a kind, where they stand, do to one thing: one row of the law.

    Its article, its source and how sure that reading is stand beside it. The law of the day on which the proceedings
    were opened applies: a change is a new row from that day on. What is not settled stops us, and says so.
    """

    _name = "recovery.insolvency.effect"
    _description = "Effect of insolvency proceedings"
    _inherit = ["recovery.legal.source", "recovery.traced.settings"]
    _order = "kind, phase, sequence, valid_from, id"
    _moves = ("kind", "phase", "effect", "answer", "valid_from", "valid_to", "active")
    _carried_key = ("kind", "phase", "effect", "valid_from")
    _typed = (
        "sequence", "active", "kind", "phase", "effect", "answer", "article", "note", "valid_from", "valid_to",
    )  # fmt: skip

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, string="Kind of the proceedings", required=True, index=True)
    phase = fields.Selection(PHASES, string="Stage reached", required=True, default="open")
    effect = fields.Selection(EFFECTS, string="Bearing on", required=True)
    answer = fields.Selection(
        [(STOPS, "Stopped"), (GOES_ON, "Continues"), (UNSETTLED, "Unsettled: treated as stopped")],
        string="Effect",
        required=True,
        default=UNSETTLED,
    )
    article = fields.Char(required=True)
    note = fields.Text("Good to know", translate=True)
    confidence = fields.Selection(default="memory")
    valid_from = fields.Date("Opened from", help="Empty: as far back as is relevant.")
    valid_to = fields.Date("Opened until", help="Empty: still the law.")

    _dates_in_order = models.Constraint(
        "CHECK (valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to)",
        "A row cannot end before it begins.",
    )

    @api.depends("kind", "effect")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        effects = dict(self._fields["effect"]._description_selection(self.env))
        for row in self:
            row.display_name = " – ".join(filter(None, (kinds.get(row.kind), effects.get(row.effect))))

    @api.constrains("kind", "phase", "effect", "valid_from", "valid_to", "active")
    def _check_no_overlap(self):
        for row in self.filtered("active"):
            if row._has_other_version("kind", "phase", "effect"):
                raise ValidationError(
                    self.env._(
                        "“%s” has another row for some of these days: end one the day before the other.",
                        row.display_name,
                    )
                )

    def _get_settings_title(self):
        return self.env._("Effect of proceedings “%s”", self.display_name)

    @api.model
    def _find_moved(self):
        """What the law says of them moves the figures of all debtors under proceedings."""
        debtors = self.env["recovery.debtor"].sudo().search([("insolvency_on", "!=", False)])
        return {(debtor.partner_id.id, debtor.company_id.id) for debtor in debtors}

    @api.model
    def _read_effects(self):
        """Return all rows as :class:`insolvency.Effect`."""
        return [
            Effect(
                row.kind,
                row.phase,
                row.effect,
                row.answer,
                row.valid_from or None,
                row.valid_to or None,
                row,
            )
            for row in self.sudo().with_context(active_test=True).search([])
        ]
