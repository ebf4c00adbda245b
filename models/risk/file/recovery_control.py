from odoo import fields, models


class RecoveryControl(models.Model):
    _inherit = "recovery.control"

    test = fields.Selection(selection_add=[("file", "Solvency file incomplete")], ondelete={"file": "cascade"})
