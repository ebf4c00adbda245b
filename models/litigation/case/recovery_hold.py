from odoo import api, fields, models


class RecoveryHold(models.Model):
    _inherit = "recovery.hold"

    case_id = fields.Many2one("recovery.case", readonly=True, index="btree_not_null", ondelete="restrict")

    @api.model
    def _get_cause_fields(self):
        return [*super()._get_cause_fields(), "case_id"]

    @api.model
    def _get_debtor_only_origins(self):
        return [*super()._get_debtor_only_origins(), "case"]
