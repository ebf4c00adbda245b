from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...claim.recovery_claim_statement_builder import format_number
from ...common.formatting import say_percent
from .grid import Row

STATUSES = [
    ("late", "Late"),
    ("disputed", "Disputed"),
    ("case", "In litigation"),
    ("safeguard", "Safeguard proceedings"),
    ("insolvency", "Other insolvency proceedings"),
]
CLASSES = [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")]


class RecoveryDoubtfulRate(models.Model):
    """One row of the grid that proposes depreciation: by age, status and risk class, in force between two days.

    What is proposed is a start: the law wants a probable loss, claim by claim (CGI 39-1-5°); a flat rate by age
    alone may be refused by the tax office.
    """

    _name = "recovery.doubtful.rate"
    _description = "Impairment rate"
    _inherit = ["recovery.traced.settings"]
    _order = "from_days, status, risk_class, id"
    _carried_key = ("from_days", "status", "risk_class", "valid_from")
    _typed = ("from_days", "status", "risk_class", "rate", "valid_from", "valid_to", "justification", "active")
    _typed_once = ("company_id",)

    company_id = fields.Many2one("res.company", index=True, help="Empty: the rows of all companies.")
    from_days = fields.Integer("From days late", required=True)
    status = fields.Selection(STATUSES, help="Empty: any.")
    risk_class = fields.Selection(CLASSES, string="Risk class", help="Empty: any.")
    rate = fields.Float("Rate (%)", required=True, digits=(5, 2), bounds=(0, 100))
    valid_from = fields.Date("In force from")
    valid_to = fields.Date("In force until")
    active = fields.Boolean(default=True)
    justification = fields.Char(required=True, translate=True, help="Wording of each line that it proposes.")

    _rate_is_percentage = models.Constraint(
        "CHECK (rate >= 0 AND rate <= 100)", "An impairment rate must be a percentage between 0 and 100."
    )

    @api.constrains("valid_from", "valid_to")
    def _check_dates(self):
        for row in self:
            if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
                raise ValidationError(self.env._("A row of the rate table cannot end before it begins."))

    @api.depends("from_days", "status", "risk_class", "rate")
    @api.depends_context("lang")
    def _compute_display_name(self):
        statuses = dict(self._fields["status"]._description_selection(self.env))
        for row in self:
            parts = [
                self.env._("from %s days", row.from_days),
                statuses.get(row.status),
                row.risk_class and self.env._("class %s", row.risk_class),
                say_percent(self.env, format_number(self.env, row.rate)),
            ]
            row.display_name = ", ".join(filter(None, parts))

    def _get_settings_title(self):
        return self.env._("Impairment rate %s", self.display_name)

    @api.model
    def _read_grid(self, company):
        """Return the rows of a company: its own where it has any, else those of all."""
        root = company._recovery_root()
        rows = self.sudo().search(Domain("company_id", "in", [root.id, False]))
        own = rows.filtered("company_id") or rows
        return [
            Row(
                row.id,
                row.from_days,
                row.status or "",
                row.risk_class or "",
                row.rate,
                row.valid_from or None,
                row.valid_to or None,
            )
            for row in own
        ]
