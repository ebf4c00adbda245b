from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

BEFORE_GATE = ("precourt", "preparing")
# What a case enters through the gate. Declaring a claim in insolvency proceedings waits for nothing.
BEHIND_GATE = ("filed", "hearing", "title", "service", "enforcement")
CLOSING_KINDS = ("settled", "lost", "abandoned", "merged")


class RecoveryCaseStage(models.Model):
    """A column of the litigation board.

    Companies name and order their columns as they like; the program only looks at the
    kind, which is why the kind of a column in use never changes.
    """

    _name = "recovery.case.stage"
    _description = "Case stage"
    _inherit = ["recovery.traced.settings"]
    _order = "sequence, id"
    _carried_key = ("kind", "name")
    _fixed = ("kind",)
    _typed = ("name", "sequence", "kind", "company_id", "fold", "rotting_threshold_days", "description", "active")

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("precourt", "Pre-litigation"),
            ("preparing", "File being prepared"),
            ("filed", "Claim filed with the court"),
            ("hearing", "Hearing"),
            ("title", "Enforceable title obtained"),
            ("service", "Service of the title"),
            ("enforcement", "Enforcement"),
            ("insolvency", "Insolvency proceedings"),
            ("settled", "Settled"),
            ("lost", "Irrecoverable"),
            ("abandoned", "Abandoned"),
            ("merged", "Merged into another case"),
        ],
        required=True,
        help="What the stage means to the program, whatever its name. Settled, irrecoverable, abandoned and merged "
        "close the case.",
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        domain="[('parent_id', '=', False)]",
        help="Empty: every company has this stage.",
    )
    fold = fields.Boolean("Folded", help="The column is folded on the board.")
    is_closing = fields.Boolean("Closes the case", compute="_compute_is_closing", search="_search_is_closing")
    rotting_threshold_days = fields.Integer(
        "Flagged after (days)", help="A case that stays longer in this stage is flagged on the board. 0: never."
    )
    description = fields.Text(translate=True, help="What is done in this stage: shown in the column heading.")

    @api.depends("kind")
    def _compute_is_closing(self):
        for stage in self:
            stage.is_closing = stage.kind in CLOSING_KINDS

    @api.model
    def _search_is_closing(self, operator, value):
        if operator != "in" or set(value) - {True, False}:
            return NotImplemented
        if set(value) == {True, False}:
            return Domain.TRUE
        return Domain("kind", "in" if True in value else "not in", CLOSING_KINDS)

    def write(self, vals):
        changed = "kind" in vals and self.filtered(lambda stage: stage.kind != vals["kind"])
        if changed and self.env["recovery.case"].sudo().search_count([("stage_id", "in", changed.ids)], limit=1):
            raise UserError(
                self.env._("Cases are in this stage: its kind can no longer change. Add another stage instead.")
            )
        return super().write(vals)

    @api.model
    def _get_company_domain(self, companies):
        """Return the domain of the stages that these companies use."""
        return [("company_id", "in", [False, *companies.root_id.ids])]

    @api.model
    def _get_first(self, company, kinds):
        """Return the first stage of one of these kinds, in the order in which the kinds are given."""
        stages = self.search([("kind", "in", kinds), *self._get_company_domain(company)])
        for kind in kinds:
            if found := stages.filtered(lambda stage, kind=kind: stage.kind == kind):
                return found[0]
        raise UserError(self.env._("There is no stage for this step: unarchive one in the litigation configuration."))
