from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...legal.conditions import BOOL, FACTS
from .course import Kind

#: The kinds of stages among which events move an open case.
STAGE_KINDS = [
    ("precourt", "Pre-litigation"),
    ("preparing", "File being prepared"),
    ("filed", "Claim filed"),
    ("hearing", "Hearing"),
    ("title", "Title obtained"),
    ("service", "Service"),
    ("enforcement", "Enforcement"),
    ("insolvency", "Insolvency proceedings"),
]


class RecoveryProcedureEventKind(models.Model):
    """What may happen in a procedure of one type: what opens it, what it closes, and what it does to the case.

    Time limits know it by its code, which the types share: an order served is one, whatever the judge.
    """

    _name = "recovery.procedure.event.kind"
    _description = "Kind of procedure event"
    _inherit = ["recovery.traced.settings"]
    _order = "type_id, sequence, id"
    _carried_key = ("type_id", "code")
    _typed = (
        "sequence", "name", "active", "article", "note", "after_ids", "closes_ids", "is_repeated", "is_foreseen",
        "outcome_id", "stage_kind", "fact", "limitation_cause_id", "limitation_end", "makes_title", "ends_title",
        "asks_amount", "asks_document",
    )  # fmt: skip
    _typed_once = ("type_id", "code")
    _unlinked_first = True

    type_id = fields.Many2one("recovery.procedure.type", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="type_id.company_id", store=True, precompute=True, index="btree_not_null")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    code = fields.Char(required=True, index=True, help="The name by which time limits know it, whatever the type.")
    name = fields.Char("Effect", required=True, translate=True)
    article = fields.Char()
    note = fields.Text("Good to know", translate=True)
    after_ids = fields.Many2many(
        "recovery.procedure.event.kind",
        "recovery_procedure_event_kind_after_rel",
        "kind_id",
        "after_id",
        string="Possible after",
        domain="[('type_id', '=', type_id)]",
        help="It may happen once one of these has happened; empty: the procedure may start with it.",
    )
    closes_ids = fields.Many2many(
        "recovery.procedure.event.kind",
        "recovery_procedure_event_kind_closes_rel",
        "kind_id",
        "closed_id",
        domain="[('type_id', '=', type_id)]",
        help="These may no longer happen after it.",
    )
    is_repeated = fields.Boolean("May happen again")
    is_foreseen = fields.Boolean("Dated in advance", help="Its date may be in the future: an upcoming hearing.")
    outcome_id = fields.Many2one(
        "recovery.procedure.type.outcome",
        string="Ends with",
        domain="[('type_id', '=', type_id)]",
        ondelete="set null",
        help="Empty: the procedure continues.",
    )
    stage_kind = fields.Selection(
        STAGE_KINDS, string="Moves the case to", help="The first stage of that kind; empty: the case stays where it is."
    )
    fact = fields.Selection(
        [(key, fact.label) for key, fact in FACTS.items() if fact.kind == BOOL],
        string="Establishes",
        help="What becomes known about the case from then on.",
    )
    limitation_cause_id = fields.Many2one(
        "recovery.limitation.cause",
        string="Effect on limitation",
        domain="[('effect', '!=', 'none')]",
        ondelete="restrict",
        help="Empty: it has no effect on limitation. With its document attached, the event is evidence.",
    )
    limitation_end = fields.Selection(
        [
            ("ends", "Ends the suspension: the period runs again"),
            ("voids", "As if the claim had never existed (C. civ. 2243)"),
        ],
        string="End of the effect",
    )
    makes_title = fields.Boolean("Gives a title", help="An enforceable title is held from its date on.")
    ends_title = fields.Boolean(
        "Ends the title", help="The title held until then lapses: the order is opposed, or reversed on appeal."
    )
    asks_amount = fields.Boolean("With an amount", help="The amount granted is required.")
    asks_document = fields.Boolean("With a document", help="The document, order or letter is required.")

    _code_uniq = models.UniqueIndex("(type_id, code)", "This type already has an event with that code.")

    @api.constrains("after_ids", "closes_ids", "outcome_id", "type_id")
    def _check_same_type(self):
        for kind in self:
            others = (kind.after_ids | kind.closes_ids).type_id | kind.outcome_id.type_id
            if others - kind.type_id:
                raise ValidationError(
                    self.env._(
                        "“%s” may only follow, close and end what belongs to its own type of procedure.", kind.name
                    )
                )

    def _get_settings_title(self):
        return self.env._("%(type)s, event “%(name)s”", type=self.type_id.name, name=self.name)

    def _as_kinds(self):
        """Return ``{id: Kind}`` for the course of a procedure."""
        return {
            kind.id: Kind(
                kind.id,
                frozenset(kind.after_ids.ids),
                frozenset(kind.closes_ids.ids),
                kind.is_repeated,
                bool(kind.outcome_id),
            )
            for kind in self
        }
