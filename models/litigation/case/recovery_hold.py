from odoo import api, fields, models


class RecoveryHold(models.Model):
    _inherit = "recovery.hold"

    case_id = fields.Many2one("recovery.case", readonly=True, index="btree_not_null", ondelete="restrict")

    @api.model
    def _get_cause_fields(self):
        return [*super()._get_cause_fields(), "case_id"]

    @api.model
    def _get_debtor_only_origins(self):
        return [*super()._get_debtor_only_origins(), "case", "left"]

    def _describe_reason(self):
        """Say at which step the case is now, and until when."""
        if self[0].origin == "case" and self[0].case_id.is_open:
            return self[0].case_id._describe_position()
        return super()._describe_reason()

    def _release(self, date, reason):
        """Note that what a closed case left is followed up again, when somebody resumes its reminders."""
        left = self.sudo().filtered(lambda hold: hold.origin == "left" and not hold.released_on)
        result = super()._release(date, reason)
        claims = left.case_id.line_ids.filtered(
            lambda claim: claim.left_state == "to_decide" and claim.line_id in left.line_id
        )
        claims.write({"left_state": "resumed", "left_reason": reason})
        return result
