from odoo import api, fields, models
from odoo.fields import Domain


class RecoveryExhibitRequirement(models.Model):
    """What a type of procedure wants proved, and by what: a row that a manager changes as the law or a court does."""

    _name = "recovery.exhibit.requirement"
    _description = "Piece required by a procedure"
    _inherit = ["recovery.legal.source", "recovery.traced.settings"]
    _order = "sequence, id"
    _carried_key = ("type_id", "kind", "name")
    _typed = ("sequence", "active", "name", "kind", "need", "article", "note", "valid_from", "valid_to", "company_id")
    _typed_once = ("type_id",)

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    type_id = fields.Many2one(
        "recovery.procedure.type",
        string="Type of procedure",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: whatever the procedure.",
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        domain="[('parent_id', '=', False)]",
        help="Empty: every company goes by it.",
    )
    kind = fields.Selection(selection="_selection_kind", string="Kind of piece", required=True)
    name = fields.Char("What is wanted", required=True, translate=True)
    need = fields.Selection(
        [("required", "Required"), ("advised", "Advised")], required=True, default="required", string="Need"
    )
    article = fields.Char()
    note = fields.Text("Why", translate=True)
    valid_from = fields.Date("In force from", help="Empty: as far back as matters.")
    valid_to = fields.Date("In force until", help="Empty: still in force.")

    _dates_in_order = models.Constraint(
        "CHECK (valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to)",
        "A requirement cannot end before it begins.",
    )

    @api.model
    def _selection_kind(self):
        return self.env["recovery.exhibit"]._fields["kind"]._description_selection(self.env)

    def _get_settings_title(self):
        if not self.type_id:
            return self.env._("Piece “%s”", self.name)
        return self.env._("%(type)s, piece “%(name)s”", type=self.type_id.name, name=self.name)

    @api.model
    def _read_for(self, cases):
        """Return ``{case: requirements}`` of the procedures under way and of any procedure, read once."""
        known = self.sudo().search(Domain("company_id", "in", [False, *cases.company_id.ids]))
        found = {}
        for case in cases:
            day = (case.company_id or self.env.company)._recovery_today()
            types = case._get_running_procedures().type_id
            found[case] = known.filtered(
                lambda row, case=case, day=day, types=types: (
                    (not row.type_id or row.type_id in types)
                    and (not row.company_id or row.company_id == case.company_id)
                    and row._is_in_force(day)
                )
            )
        return found
