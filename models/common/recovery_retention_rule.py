from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .calendar import shift
from .retention import CASES, CONTACTS


class RecoveryRetentionRule(models.Model):
    """How long a kind of personal words is kept, for whom, and where that is read. The strictest that fits holds."""

    _name = "recovery.retention.rule"
    _description = "Retention period"
    _inherit = ["recovery.traced.settings"]
    _order = "kind, nature, id"
    _carried_key = ("kind", "nature", "name")
    _typed = ("name", "kind", "nature", "months", "company_id", "active", "is_automatic", "source", "note")

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [
            (CONTACTS, "Calls, visits, e-mails, promises and disputes"),
            (CASES, "Closed cases, proceedings and plans"),
        ],
        required=True,
    )
    nature = fields.Selection(
        [("consumer", "Consumers"), ("other", "Professionals and public bodies")],
        string="Concerning",
        help="Empty: everybody.",
    )
    months = fields.Integer(
        "Kept for (months)",
        required=True,
        default=60,
        bounds=(1, 600),
        help="From the date of the contact, or from the date on which the promise, dispute, plan, proceedings or "
        "case ended. Text and documents are then erased, dates and digests stay.",
    )
    is_automatic = fields.Boolean(
        "Erase automatically", help="Every month, without anybody's action. Otherwise a manager reviews the list first."
    )
    source = fields.Char(translate=True, help="Source of the period.")
    note = fields.Text(translate=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: every company.")
    active = fields.Boolean(default=True)

    @api.constrains("company_id")
    def _check_root_company(self):
        for rule in self:
            if rule.company_id.parent_id:
                raise ValidationError(
                    self.env._("Retention periods belong to %s.", rule.company_id._recovery_root().name)
                )

    @api.model
    def _get_limits(self, company, day):
        """Return ``{(kind, is consumer): (day before which words go, rule)}``; a company's own rule stands for all."""
        rules = self.sudo().search(Domain("company_id", "in", [False, company.id]))
        limits = {}
        for rule in rules.sorted(lambda rule: (bool(rule.company_id), -rule.months)):  # the last one said holds
            for is_consumer in (True, False):
                if rule.nature in (False, "consumer" if is_consumer else "other"):
                    limits[rule.kind, is_consumer] = (shift(day, months=-rule.months), rule)
        return limits
