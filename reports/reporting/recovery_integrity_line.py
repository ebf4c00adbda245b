from odoo import fields, models


class RecoveryIntegrityLine(models.TransientModel):
    """One thing that a check found."""

    _name = "recovery.integrity.line"
    _description = "Integrity check finding"
    _inherit = ["recovery.window"]
    _order = "is_grave desc, id"

    check_id = fields.Many2one("recovery.integrity", required=True, readonly=True, ondelete="cascade", index=True)
    area = fields.Selection(
        [("journal", "Journal"), ("number", "Numbers"), ("file", "Files")], required=True, readonly=True
    )
    reference = fields.Char(readonly=True)
    what = fields.Char("Findings", required=True, readonly=True)
    is_grave = fields.Boolean("Anomaly", readonly=True)
    res_model = fields.Char("Record model", readonly=True)
    res_id = fields.Many2oneReference("Record ID", model_field="res_model", readonly=True)

    def action_show(self):
        """Open what it is about."""
        self.ensure_one()
        return self._open_pointed(self.reference)
