from odoo import api, fields, models
from odoo.exceptions import UserError


class RecoveryReasonWizard(models.TransientModel):
    """Ask for a reason, then call one method of the records with it."""

    _name = "recovery.reason.wizard"
    _description = "Reason"
    _inherit = ["recovery.window"]

    _named_pairs = (("res_model", "res_ids"),)

    reason = fields.Char()
    res_model = fields.Char(required=True, readonly=True)
    res_ids = fields.Json(required=True, readonly=True)
    method = fields.Char(required=True, readonly=True)

    # What a reason may be given for: nothing else can be reached through this wizard.
    _METHODS = {
        ("recovery.hold", "_release_by_hand"),
        ("recovery.decision", "_grant"),
        ("recovery.decision", "_refuse"),
        ("recovery.notice", "_exclude"),
        ("recovery.notice", "_override"),
        ("recovery.notice", "_supersede"),
        ("recovery.run", "_lift_no_followup"),
        ("recovery.case", "_settle"),
        ("recovery.case", "_give_up"),
        ("recovery.case", "_reopen"),
        ("recovery.case.claim", "_remove"),
        ("recovery.debtor", "_review_score"),
        ("recovery.review", "_finish"),
        ("recovery.promise", "_cancel"),
        ("recovery.payment.plan", "_cancel"),
        ("recovery.payment.plan", "_break_by_hand"),
        ("recovery.settlement", "_cancel"),
        ("recovery.prescription.event", "_cancel"),
        ("recovery.waiver", "_withdraw"),
    }

    @api.model
    def _open(self, records, method, title):
        """Return the action that asks for a reason and then calls ``records.method(reason)``."""
        records.check_access("read")
        wizard = self.create({"res_model": records._name, "res_ids": records.ids, "method": method})
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_confirm(self):
        """Do it."""
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Give a reason: it stays in the journal."))
        if (self.res_model, self.method) not in self._METHODS:
            raise UserError(self.env._("Nothing can be done here with a reason."))
        records = self.env[self.res_model].browse(self.res_ids).exists()
        records.check_access("read")  # the method itself checks the role
        getattr(records, self.method)(self.reason.strip())
        return {"type": "ir.actions.act_window_close"}
