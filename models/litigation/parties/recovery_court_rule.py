from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .courts import COURTS


class RecoveryCourtRule(models.Model):
    """Which court is competent, or which other one may be chosen: data, in the order in which they are asked.

    The first rule whose conditions are known to hold gives the court; one that is not known to hold or not is asked
    for first. A change of law is a new rule from its day on, and the end of the old one.
    """

    _name = "recovery.court.rule"
    _description = "Jurisdiction rule"
    _inherit = ["recovery.legal.source", "mail.thread"]
    _order = "role, sequence, id"
    _carried_key = ("role", "name", "valid_from")
    _typed = (
        "name", "sequence", "role", "court_kind", "place", "article", "reason", "valid_from", "valid_to", "active",
        "condition_ids",
    )  # fmt: skip

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=50)
    role = fields.Selection(
        [("court", "Competent court"), ("option", "Alternative court")], required=True, default="court"
    )
    court_kind = fields.Selection(
        COURTS, string="Kind of court", tracking=True, help="For an alternative court: empty for one of the same kind."
    )
    place = fields.Selection(
        [
            ("debtor", "Debtor's registered office or home"),
            ("performance", "Place of delivery or performance"),
            ("clause", "Place named in the contract"),
        ],
        required=True,
        default="debtor",
    )
    article = fields.Char(required=True, tracking=True)
    confidence = fields.Selection(tracking=True)
    reason = fields.Text(required=True, translate=True, help="What the screen says about it, in words.")
    valid_from = fields.Date("In force from", tracking=True, help="Empty: as far back as is relevant.")
    valid_to = fields.Date("In force until", tracking=True, help="Empty: still in force.")
    active = fields.Boolean(default=True)
    condition_ids = fields.One2many("recovery.court.rule.condition", "rule_id", string="Conditions", copy=True)

    _dates_in_order = models.Constraint(
        "CHECK (valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to)",
        "A rule cannot end before it begins.",
    )

    @api.constrains("role", "court_kind")
    def _check_kind(self):
        for rule in self:
            if rule.role == "court" and not rule.court_kind:
                raise ValidationError(self.env._("“%s”: choose the kind of court it designates.", rule.name))

    @api.model
    def _get_in_force(self, day):
        """Return the rules in force on that day, in order."""
        begun = Domain("valid_from", "=", False) | Domain("valid_from", "<=", day)
        lasting = Domain("valid_to", "=", False) | Domain("valid_to", ">=", day)
        return self.sudo().with_context(active_test=True).search(begun & lasting)

    def _describe(self):
        """Return the reason with its article."""
        self.ensure_one()
        return f"{self.reason} ({self.article})"
