from odoo import api, fields, models
from odoo.exceptions import UserError


class RecoveryExecutionActKind(models.Model):
    """A kind of act of execution or conservatory measure: what it seizes, what it needs, and who bears its fees."""

    _name = "recovery.execution.act.kind"
    _description = "Kind of enforcement measure"
    _inherit = ["recovery.legal.coded", "recovery.traced.settings"]
    _order = "sequence, id"
    _carried_key = ("code",)
    _typed = (
        "sequence", "active", "name", "company_id", "family", "article", "needs_title", "limitation_cause_id",
        "fees_bearer", "note", "valid_from", "valid_to",
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
    family = fields.Selection(
        [
            ("service", "Service"),
            ("order", "Order to pay"),
            ("account", "Bank account or debt owed by a third party"),
            ("goods", "Movable property"),
            ("vehicle", "Vehicle"),
            ("wages", "Wages"),
            ("security", "Security over property or a business"),
            ("conservatory", "Protective measure"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
    )
    article = fields.Char(required=True)
    needs_title = fields.Boolean(
        "Requires a title",
        default=True,
        help="Not required for a protective measure: a judge authorises it, or the law does.",
    )
    limitation_cause_id = fields.Many2one(
        "recovery.limitation.cause",
        string="Effect on limitation",
        domain="[('effect', '!=', 'none')]",
        ondelete="restrict",
        help="Empty: it has no effect on limitation or on the life of the title.",
    )
    fees_bearer = fields.Selection(
        [
            ("debtor", "The debtor"),
            ("costs", "Dépens: payable by the losing party"),
            ("ours", "The creditor"),
        ],
        string="Who bears its fees",
        required=True,
        default="debtor",
        help="Enforcement fees are payable by the debtor, unless they were manifestly unnecessary (CPCE L111-8).",
    )
    note = fields.Text("Good to know", translate=True)
    valid_from = fields.Date("In force from", help="Empty: as far back as is relevant.")
    valid_to = fields.Date("In force until", help="Empty: still in force.")
    limit_ids = fields.Many2many(
        "recovery.execution.act.limit",
        "recovery_execution_act_limit_kind_rel",
        "kind_id",
        "limit_id",
        string="Time limits",
        readonly=True,
    )

    _code_uniq = models.UniqueIndex("(code, COALESCE(company_id, 0))", "Another kind of measure has this code.")
    _dates_in_order = models.Constraint(
        "CHECK (valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to)",
        "A kind of measure cannot end before it begins.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.env["recovery.execution.act"].sudo().search([("kind_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(
                self.env._("Measures of the kind “%s” have been ordered: archive it instead.", used.kind_id.name)
            )

    def _get_settings_title(self):
        return self.env._("Kind of measure “%s”", self.name)
