from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..legal.limitation import Period

BUSINESS = "business"
DEFAULTS = {"merchant": BUSINESS, "professional": BUSINESS, "consumer": "consumer", "public": "public"}


class RecoveryLimitationKind(models.Model):
    """A kind of claim with its period of limitation; the figure itself is a legal parameter, held once."""

    _name = "recovery.limitation.kind"
    _description = "Limitation period"
    _inherit = ["recovery.traced.settings"]
    _order = "sequence, id"
    _moves = ("parameter_key", "default_for", "start_rule", "active")
    _carried_key = ("parameter_key", "name")
    _typed = ("sequence", "name", "parameter_key", "default_for", "start_rule", "note", "active")

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    parameter_key = fields.Char(
        "Legal parameter", required=True, help="Key of the legal parameter that gives the length and the article."
    )
    default_for = fields.Selection(
        [(BUSINESS, "Merchants and professionals"), ("consumer", "Consumers"), ("public", "Public bodies")],
        string="By default for",
        help="Claims against these debtors are of this kind, unless somebody says otherwise.",
    )
    start_rule = fields.Selection(
        [
            ("earlier", "Performance or due date, whichever comes first"),
            ("performance", "Performance (delivery)"),
            ("due", "Due date"),
        ],
        string="Runs from",
        required=True,
        default="earlier",
        help="The performance is the delivery date of the invoice, or its own date when none is known.",
    )
    note = fields.Text(translate=True)
    active = fields.Boolean(default=True)
    period_text = fields.Char("Period", compute="_compute_period_text")
    article = fields.Char(compute="_compute_period_text")

    _one_default = models.UniqueIndex(
        "(default_for) WHERE default_for IS NOT NULL AND active", "Another kind is already the default for them."
    )

    @api.depends("parameter_key")
    @api.depends_context("lang", "company")
    def _compute_period_text(self):
        day = self.env.company._recovery_today()
        get_row = self.env["recovery.legal.parameter"]._read_rows(self.mapped("parameter_key"))
        for kind in self:
            row = get_row(kind.parameter_key, day) if kind.parameter_key else None
            kind.period_text = row and kind._describe_period(row._as_period())
            kind.article = row and row.article

    @api.constrains("parameter_key")
    def _check_parameter(self):
        for kind in self:
            self.env["recovery.legal.parameter"]._check_length(kind.parameter_key)

    def write(self, vals):
        result = super().write(vals)
        if {"default_for", "active"} & vals.keys():
            self._check_defaults()
        return result

    @api.model
    def _check_defaults(self):
        """Refuse to leave the claims against some debtors without a kind."""
        missing = set(DEFAULTS.values()) - set(self.sudo().search([("default_for", "!=", False)]).mapped("default_for"))
        if missing:
            labels = dict(self._fields["default_for"]._description_selection(self.env))
            raise ValidationError(
                self.env._("No default kind of limitation would remain for: %s.", labels[min(missing)])
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_default(self):
        defaults = self.filtered("default_for")
        if defaults:
            raise ValidationError(
                self.env._("“%s” is a default kind: make another one the default first.", defaults[0].name)
            )

    @api.model
    def _get_defaults(self):
        """Return ``{nature of a debtor: kind}``."""
        known = self.sudo().with_context(active_test=True).search([("default_for", "!=", False)])
        kinds = {kind.default_for: kind for kind in known}
        return {nature: kinds[group] for nature, group in DEFAULTS.items()}

    @api.model
    def _describe_period(self, period: Period):
        """Return a length of time in words."""
        number = period.number
        if period.unit == "years_next_january":
            return self.env._("%s years from the following 1 January", number)
        if period.unit == "years":
            return self.env._("1 year") if number == 1 else self.env._("%s years", number)
        if period.unit == "months":
            return self.env._("1 month") if number == 1 else self.env._("%s months", number)
        return self.env._("1 day") if number == 1 else self.env._("%s days", number)
