from odoo import api, fields, models


class RecoveryHold(models.Model):
    _inherit = "recovery.hold"

    letter_id = fields.Many2one("recovery.registered.letter", readonly=True, index="btree_not_null", ondelete="cascade")

    @api.model
    def _get_cause_fields(self):
        return [*super()._get_cause_fields(), "letter_id"]

    @api.model
    def _get_debtor_only_origins(self):
        """Return the origins that spare the debtor alone, and not who guarantees the debt; hook."""
        return ["returned", "insolvency"]
