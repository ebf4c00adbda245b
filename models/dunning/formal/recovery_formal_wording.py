from odoo import api, fields, models
from odoo.fields import Domain

VARIANTS = [
    ("professional", "Professional"),
    ("consumer", "Consumer"),
    ("public", "Public body"),
    ("guarantor", "Guarantor"),
]


class RecoveryFormalWording(models.Model):
    """The words of a mise en demeure for one kind of addressee, where they are not those of its level.

    What is written for one level comes first, then what is written for all of them, then
    the level's own words. Languages are translations of the same record.
    """

    _name = "recovery.formal.wording"
    _description = "Wording of a mise en demeure"
    _inherit = ["recovery.guarded", "recovery.wording"]
    _order = "variant, level_id, id"
    _rec_name = "variant"
    _typed = ("variant", "level_id", "subject", "body", "closing")

    variant = fields.Selection(VARIANTS, string="Written to", required=True)
    level_id = fields.Many2one(
        "recovery.level",
        string="For the level",
        domain="[('kind', '=', 'formal_notice')]",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: for every mise en demeure.",
    )
    company_id = fields.Many2one(related="level_id.company_id", store=True)
    subject = fields.Char(required=True, translate=True, filled_for="recovery.notice")
    body = fields.Html("Opening", translate=True, sanitize="email_outgoing", filled_for="recovery.notice")
    closing = fields.Html(translate=True, sanitize="email_outgoing", filled_for="recovery.notice")

    _once_per_level = models.UniqueIndex("(variant, level_id)", "This level already has words for that addressee.")
    _once_for_all = models.UniqueIndex(
        "(variant) WHERE level_id IS NULL", "There are already words for that addressee, for every level."
    )

    @api.depends("variant", "level_id")
    def _compute_display_name(self):
        labels = dict(self._fields["variant"]._description_selection(self.env))
        for wording in self:
            wording.display_name = " – ".join(filter(None, (labels.get(wording.variant), wording.level_id.name)))

    @api.model
    def _find(self, notices):
        """Return ``{notice: wording}`` of the mises en demeure that do not use their level's own words."""
        rows = self.sudo().search(Domain("level_id", "in", notices.level_id.ids) | Domain("level_id", "=", False))
        found = {}
        for notice in notices:
            variant = notice._get_variant()
            own = rows.filtered(lambda row, n=notice, v=variant: row.variant == v and row.level_id == n.level_id)
            if own or variant == notice.level_id.sudo().wording_for:
                found[notice] = own
            else:
                found[notice] = rows.filtered(lambda row, v=variant: row.variant == v and not row.level_id)
        return {notice: wording for notice, wording in found.items() if wording}
