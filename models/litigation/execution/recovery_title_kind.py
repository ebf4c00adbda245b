from odoo import api, fields, models
from odoo.exceptions import UserError


class RecoveryTitleKind(models.Model):
    """A kind of enforceable title: where it comes from, how long it lives, and what interest it brings."""

    _name = "recovery.title.kind"
    _description = "Kind of enforceable title"
    _inherit = ["recovery.legal.coded", "recovery.traced.settings"]
    _order = "sequence, id"
    _carried_key = ("code",)
    _typed = (
        "sequence", "active", "name", "company_id", "article", "interest", "is_increased", "is_served_first",
        "event_kind_ids", "note", "life_ids",
    )  # fmt: skip
    _typed_once = ("code",)

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    code = fields.Char(required=True, index=True)
    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        domain="[('parent_id', '=', False)]",
        help="Empty: every company has this kind.",
    )
    article = fields.Char(required=True)
    interest = fields.Selection(
        [
            ("legal", "The legal rate"),
            ("agreed", "The penalties or contract rate continue"),
        ],
        string="Default interest rule",
        required=True,
        default="legal",
        help="Applies where it says nothing else.",
    )
    is_increased = fields.Boolean(
        "Increased by law",
        help="A judgment not paid two months after it became enforceable bears five extra points (CMF L313-3): a "
        "judgment only, never a deed.",
    )
    is_served_first = fields.Boolean(
        "Must be served before enforcement",
        default=True,
        help="A judgment can be enforced once it is served (CPC 503).",
    )
    event_kind_ids = fields.Many2many(
        "recovery.procedure.event.kind",
        "recovery_title_kind_event_kind_rel",
        "kind_id",
        "event_kind_id",
        string="Given by",
        domain="[('makes_title', '=', True)]",
        help="Where one of these happens in a procedure, a title of this kind is recorded.",
    )
    note = fields.Text("Good to know", translate=True)
    life_ids = fields.One2many("recovery.title.life", "kind_id", string="How long it is valid", copy=True)
    life_text = fields.Char("Current length", compute="_compute_life_text")

    _code_uniq = models.UniqueIndex("(code, COALESCE(company_id, 0))", "Another kind of title has this code.")

    @api.depends("life_ids.limitation_cause_id", "life_ids.valid_from", "life_ids.valid_to")
    @api.depends_context("lang")
    def _compute_life_text(self):
        day, get_length = self.env.company._recovery_today(), self.env["recovery.title.life"]._read_lengths()
        for kind in self:
            kind.life_text = kind._get_life(day)._describe(day, get_length)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.env["recovery.title"].sudo().search([("kind_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(self.env._("Titles of the kind “%s” are held: archive it instead.", used.kind_id.name))

    def _get_settings_title(self):
        return self.env._("Kind of title “%s”", self.name)

    def _get_settings_parts(self):
        return [self, self.life_ids]

    def _get_life(self, day):
        """Return the length that the law gives on the day on which a title became enforceable; none without a kind."""
        return self.sudo().life_ids.filtered(lambda life: life._is_in_force(day))[:1]

    @api.model
    def _find_for(self, event_kind, company):
        """Return the kind of title that an event gives; the company's own before the shipped one."""
        kinds = self.sudo().search(
            [("event_kind_ids", "in", event_kind.ids), ("company_id", "in", [False, *company.root_id.ids])]
        )
        return kinds.sorted(lambda kind: (not kind.company_id, kind.sequence))[:1]
