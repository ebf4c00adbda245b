from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .marks import takes_reason
from .roles import require_manager


class RecoveryRetentionHold(models.Model):
    """A legal hold: nothing of this debtor is erased while it lasts, whatever the times of retention say."""

    _name = "recovery.retention.hold"
    _description = "Legal hold"
    _inherit = ["recovery.guarded"]
    _order = "is_running desc, date_from desc, id desc"
    _rec_name = "reason"
    _check_company_auto = True
    _typed_once = ("debtor_id", "date_from", "date_until", "reason")

    debtor_id = fields.Many2one("recovery.debtor", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, precompute=True, index=True)
    reason = fields.Char(required=True, help="For example: proceedings expected, request from an authority, audit.")
    date_from = fields.Date("From", required=True, default=lambda self: self.env.company._recovery_today())
    date_until = fields.Date("Until", help="Empty: until somebody lifts it.")
    user_id = fields.Many2one(
        "res.users",
        string="Set by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    lifted_on = fields.Date("Lifted on", readonly=True)
    lifted_by_id = fields.Many2one("res.users", string="Lifted by", readonly=True, ondelete="restrict")
    lift_reason = fields.Char("Why it was lifted", readonly=True)
    is_running = fields.Boolean("In force", compute="_compute_is_running", store=True, precompute=True)

    @api.depends("lifted_on")
    def _compute_is_running(self):
        for hold in self:
            hold.is_running = not hold.lifted_on

    @api.constrains("date_from", "date_until")
    def _check_dates(self):
        for hold in self:
            if hold.date_until and hold.date_until < hold.date_from:
                raise ValidationError(self.env._("The hold ends before it begins."))

    @api.model_create_multi
    def create(self, vals_list):
        """Set a hold; the journal tells."""
        holds = super().create(vals_list)
        self.env["recovery.event"]._log(
            "legal_hold",
            holds,
            lambda hold: self.env._("Legal hold: %(reason)s", reason=hold.reason),
            lambda hold: {"reason": hold.reason, "until": str(hold.date_until or "")},
        )
        return holds

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(
            self.env._("A legal hold is lifted with a reason, never deleted: the audit trail must be kept.")
        )

    def action_lift(self):
        """Ask a manager why the hold is lifted."""
        self.check_access("read")
        require_manager(self.env)
        return self.env["recovery.reason.wizard"]._open(self, "_lift", self.env._("Lift the legal hold"))

    @takes_reason
    def _lift(self, reason):
        """End the hold today."""
        require_manager(self.env)
        running = self.sudo().filtered("is_running")
        for hold in running:
            hold.write(
                {
                    "lifted_on": hold.company_id._recovery_today(),
                    "lifted_by_id": self.env.user.id,
                    "lift_reason": reason,
                }
            )
        self.env["recovery.event"]._log(
            "legal_hold", running, lambda hold: self.env._("Legal hold lifted: %s", reason), {"reason": reason}
        )

    @api.model
    def _find_held(self, debtors, day):
        """Return those of these debtors of whom nothing is erased that day."""
        holds = self.sudo().search(
            [
                ("debtor_id", "in", debtors.ids),
                ("is_running", "=", True),
                ("date_from", "<=", day),
                "|",
                ("date_until", "=", False),
                ("date_until", ">=", day),
            ]
        )
        return holds.debtor_id
