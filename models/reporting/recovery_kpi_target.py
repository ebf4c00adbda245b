from odoo import api, fields, models


class RecoveryKpiTarget(models.Model):
    """What a company aims at for a key figure, from a day on."""

    _name = "recovery.kpi.target"
    _description = "Key figure target"
    _inherit = ["recovery.traced.settings"]
    _order = "kpi_id, date_from desc, id"
    _rec_name = "kpi_id"
    _carried_key = ("kpi_id", "date_from")
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
    unit = fields.Selection(related="kpi_id.unit")

    _day_uniq = models.UniqueIndex(
        "(company_id, kpi_id, date_from)", "This key figure already has a target from that day on."
    )

    @api.model_create_multi
    def create(self, vals_list):
        targets = super().create(vals_list)
        targets._judge_again(targets._get_judged())
        return targets

    def write(self, vals):
        before = self._get_judged()
        result = super().write(vals)
        self._judge_again(before | self._get_judged())
        return result

    def unlink(self):
        judged = self._get_judged()
        result = super().unlink()
        self._judge_again(judged)
        return result

    def _get_judged(self):
        """Return the companies and the key figures whose months these targets judge."""
        return {(target.company_id, target.kpi_id) for target in self}

    @api.model
    def _judge_again(self, judged):
        for company, kpi in judged:
            self.env["recovery.kpi.engine"]._refresh_targets(company, kpi)
