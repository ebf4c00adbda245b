from odoo import fields, models


class RecoveryKpiTarget(models.Model):
    """What a company aims at for a key figure, from a day on."""

    _name = "recovery.kpi.target"
    _description = "Target of a key figure"
    _inherit = ["recovery.traced.settings"]
    _order = "kpi_id, date_from desc, id"
    _rec_name = "kpi_id"
    _typed = ("company_id", "kpi_id", "date_from", "value")

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company.root_id,
        domain="[('id', 'in', allowed_company_ids), ('parent_id', '=', False)]",
    )
    kpi_id = fields.Many2one("recovery.kpi", string="Key figure", required=True, index=True, ondelete="cascade")
    date_from = fields.Date("From", required=True)
    value = fields.Float("Target", required=True)

    _day_uniq = models.UniqueIndex(
        "(company_id, kpi_id, date_from)", "This key figure already has a target from that day on."
    )
