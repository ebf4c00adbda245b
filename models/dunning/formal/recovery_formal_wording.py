from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

VARIANTS = [
    ("professional", "Professional"),
    ("consumer", "Consumer"),
    ("public", "Public body"),
    ("guarantor", "Guarantor"),
]


class RecoveryFormalWording(models.Model):
    """The words of a mise en demeure for one kind of addressee, where they are not those of its level.

    One rule chooses them, and each screen and each letter says what it gave: what is written for that addressee at
    that level; else the level's own words where they are written for that addressee; else what is written for every
    mise en demeure; else the level's own words. Languages are translations of the same record.
    """

    _name = "recovery.formal.wording"
    _description = "Wording of a mise en demeure"
    _inherit = ["recovery.traced.settings", "recovery.wording"]
    _order = "variant, level_id, id"
    _rec_name = "variant"
    _carried_key = ("variant", "level_id")
    _typed = ("variant", "subject", "body", "closing", "active")
    _fixed = ("variant",)
    _typed_once = ("level_id",)

    variant = fields.Selection(VARIANTS, string="Written to", required=True)
    level_id = fields.Many2one(
        "recovery.level",
        string="For the level",
        domain="[('kind', '=', 'formal_notice')]",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: for every mise en demeure, except at levels that have their own wording for that addressee.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(related="level_id.company_id", store=True)
    subject = fields.Char(required=True, translate=True, filled_for="recovery.notice")
    body = fields.Html("Opening", translate=True, sanitize="email_outgoing", filled_for="recovery.notice")
    closing = fields.Html(translate=True, sanitize="email_outgoing", filled_for="recovery.notice")

    use_text = fields.Char(
        "Used", compute="_compute_use_text", help="Which letters use this wording, and which do not."
    )
    preview_level_id = fields.Many2one(
        "recovery.level",
        string="Shown for the level",
        store=False,
        domain="[('kind', '=', 'formal_notice')]",
        default=lambda self: self._default_preview_level_id(),
    )
    preview_html = fields.Html("Preview", compute="_compute_preview_html", sanitize=False)

    _once_per_level = models.UniqueIndex(
        "(variant, level_id) WHERE active", "This level already has a wording for that addressee."
    )
    _once_for_all = models.UniqueIndex(
        "(variant) WHERE level_id IS NULL AND active", "There is already a wording for that addressee, for all levels."
    )

    @api.depends("variant", "level_id")
    def _compute_display_name(self):
        labels = dict(self._fields["variant"]._description_selection(self.env))
        for wording in self:
            wording.display_name = " – ".join(filter(None, (labels.get(wording.variant), wording.level_id.name)))

    @api.model
    def _default_preview_level_id(self):
        return self.env["recovery.level"].search([("kind", "=", "formal_notice")], limit=1)

    @api.depends("variant", "level_id")
    @api.depends_context("lang")
    def _compute_use_text(self):
        levels = self.env["recovery.level"].sudo().search([("kind", "=", "formal_notice")])
        for wording in self:
            among = wording.level_id._origin or levels
            chosen = self._choose([(level, wording.variant) for level in among])
            users = [level for level in among if chosen[level, wording.variant] == wording._origin]
            others = [level for level in among if level not in users]
            wording.use_text = " ".join(
                text
                for text in (
                    users and self.env._("Used by: %s.", self._name_levels(users)),
                    others and self.env._("Not by: %s, which have their own wording.", self._name_levels(others)),
                )
                if text
            )

    @api.model
    def _name_levels(self, levels):
        return ", ".join(f"{level.scenario_id.name} – {level.name}" for level in levels)

    @api.depends("variant", "level_id", "subject", "body", "closing", "preview_level_id")
    @api.depends_context("lang", "company")
    def _compute_preview_html(self):
        Preview = self.env["recovery.wording.preview"]
        for wording in self:
            level = wording.level_id or wording.preview_level_id or self._default_preview_level_id()
            try:
                wording.preview_html = level and Preview._render_level(level, wording)
            except UserError as error:
                wording.preview_html = wording._describe_refusal(error)

    @api.model
    def _choose(self, pairs):
        """Return ``{(level, variant): wording}``; the wording is empty where the level's own words are taken."""
        level_ids = [level.id for level, _variant in pairs]
        rows = self.sudo().search(Domain("level_id", "in", level_ids) | Domain("level_id", "=", False))
        found = {}
        for level, variant in pairs:
            mine = rows.filtered(lambda row, variant=variant: row.variant == variant)
            own = mine.filtered(lambda row, level=level: row.level_id == level)
            is_own = own or variant == level.sudo().wording_for
            found[level, variant] = own if is_own else mine.filtered(lambda row: not row.level_id)
        return found

    @api.model
    def _find(self, notices):
        """Return ``{notice: wording}`` of the mises en demeure that do not use their level's own words."""
        chosen = self._choose([(notice.level_id, notice._get_variant()) for notice in notices])
        found = {notice: chosen[notice.level_id, notice._get_variant()] for notice in notices}
        return {notice: wording for notice, wording in found.items() if wording}

    @api.model
    def _describe_source(self, level, wording):
        """Return where the words of a mise en demeure come from."""
        if not wording:
            return self.env._("The level's own wording: %s", level.name)
        if wording.level_id:
            return self.env._("Wording of this level for this addressee: %s", wording.display_name)
        return self.env._("Wording of every mise en demeure: %s", wording.display_name)
