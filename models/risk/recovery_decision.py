from odoo import fields, models
from odoo.exceptions import UserError


class RecoveryDecision(models.Model):
    _inherit = "recovery.decision"

    kind = fields.Selection(
        selection_add=[("limit", "Credit limit"), ("credit", "Credit granted despite a refusal")],
        ondelete={"limit": "cascade", "credit": "cascade"},
    )

    def action_open_document(self):
        """Open what the question is about."""
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("What this was about no longer exists."))
        return record._get_records_action(name=record.display_name)
