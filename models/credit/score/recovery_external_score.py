from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ...common.attachments import adopt
from ...common.calendar import shift
from ...common.retention import CONTACTS, Retained


class RecoveryExternalScore(models.Model):
    """A score given by somebody else (information agency, insurer, bank), dated, with its document."""

    _name = "recovery.external.score"
    _description = "External score"
    _retained = Retained(CONTACTS, "date", ("source", "note"), ("attachment_ids",))
    _inherit = ["recovery.guarded"]
    _order = "date desc, id desc"
    _rec_name = "source"
    _check_company_auto = True
    _typed = (
        "source", "date", "score", "scale", "is_reversed", "recommended_limit", "note",
        "attachment_ids",
    )  # fmt: skip
    _typed_once = ("debtor_id",)

    debtor_id = fields.Many2one("recovery.debtor", required=True, index=True, ondelete="cascade", check_company=True)
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    source = fields.Char(required=True, help="Who issues the score, for example Banque de France, Coface, Altares.")
    date = fields.Date(required=True)
    score = fields.Float(required=True, digits=(16, 2), aggregator=None)
    scale = fields.Float("Out of", required=True, default=100, digits=(16, 2), aggregator=None)
    is_reversed = fields.Boolean("High is bad", help="The highest mark from this source is the highest risk.")
    normalised = fields.Float(
        "Out of 100",
        compute="_compute_normalised",
        store=True,
        digits=(16, 1),
        aggregator="avg",
        help="100 is the lowest risk.",
    )
    recommended_limit = fields.Monetary("Recommended limit", currency_field="company_currency_id")
    note = fields.Char()
    attachment_ids = fields.Many2many("ir.attachment", string="Documents", bypass_search_access=True)

    _scale_positive = models.Constraint("CHECK (scale > 0)", "The scale must be above 0.")

    @api.depends("score", "scale", "is_reversed")
    def _compute_normalised(self):
        for record in self:
            share = 100.0 * record.score / record.scale if record.scale else 0.0
            record.normalised = 100.0 - share if record.is_reversed else share

    @api.constrains("score", "scale")
    def _check_score(self):
        for record in self:
            if not 0 <= record.score <= record.scale:
                raise ValidationError(
                    self.env._(
                        "%(score)g is not between 0 and %(scale)g: check the score and its scale.",
                        score=record.score,
                        scale=record.scale,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        adopt(records)
        self.env["recovery.event"]._log(
            "risk_noted",
            records,
            lambda r: self.env._(
                "External score %(score)g/%(scale)g by %(who)s", score=r.score, scale=r.scale, who=r.source
            ),
        )
        return records

    def write(self, vals):
        before = {record: record._describe() for record in self}
        result = super().write(vals)
        if "attachment_ids" in vals:
            adopt(self)
        changed = self.filtered(lambda record: record._describe() != before[record])
        self.env["recovery.event"]._log(
            "risk_noted",
            changed,
            lambda record: self.env._("External score changed: %s", record._describe()),
            lambda record: {"before": before[record]},
        )
        return result

    def _describe(self):
        """Return the score as the journal keeps it."""
        self.ensure_one()
        date = format_date(self.env, self.date)
        return f"{self.source} {date} – {self.score:g}/{self.scale:g} ({self.normalised:g}/100)"

    @api.model
    def _read_values(self, company, day, partners):
        """Return the latest score still valid on that day, out of 100, per commercial partner id."""
        company = company._recovery_root()
        since = shift(day, months=-company.sudo().recovery_external_months)
        rows = self.sudo().search_fetch(
            [("company_id", "=", company.id), ("date", ">", since), ("date", "<=", day)],
            ["debtor_id", "normalised"],
            order="date, id",
        )
        wanted = set(partners.ids)
        values = {row.debtor_id.partner_id.id: row.normalised for row in rows}
        return {partner_id: value for partner_id, value in values.items() if partner_id in wanted}
