import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .aside import Aside

ASKING = Aside("asking for the removal of the module")
VALID = timedelta(days=1)
# System parameters outlive the module: numbers never start again, and the last seals can be told later.
NUMBERS, HEADS = "debt_recovery.last_numbers", "debt_recovery.last_heads"


class RecoveryRemoval(models.Model):
    """Why the module may be removed: who said so, when, and what would be lost. It counts for one day.

    Nothing but this record lets the module go while letters were sent: no context, no parameter.
    """

    _name = "recovery.removal"
    _description = "Removal of the module"
    _inherit = ["recovery.lasting"]
    _order = "id desc"
    _rec_name = "reason"

    reason = fields.Text(required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True, ondelete="restrict")
    asked_on = fields.Datetime("On", required=True, readonly=True)
    sent_count = fields.Integer("Letters and e-mails sent", readonly=True)
    is_file_taken = fields.Boolean("Audit file taken", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse whatever our window did not ask."""
        if self.env.su and not ASKING.heard:
            raise UserError(self.env._("Give the reason for removing the module in its own window."))
        return super().create(vals_list)

    @api.model
    def _explain_lasting(self):
        return self.env._("The reason given for a removal is never changed or deleted: enter a new one.")

    @api.model
    @api.private
    def _ask(self, reason):
        """Keep why the module is to be removed; only an administrator of the system may say so."""
        self._check_administrator()
        if not (reason or "").strip():
            raise UserError(self.env._("Give the reason for removing the module: it is kept."))
        with ASKING.say():
            removal = self.sudo().create(
                {
                    "reason": reason.strip(),
                    "user_id": self.env.user.id,
                    "asked_on": fields.Datetime.now(),
                    "sent_count": self._count_sent(),
                    "is_file_taken": self._is_file_taken(),
                }
            )
        companies = self.env["recovery.traced.changes"]._get_sharing_companies()
        for company in companies:
            self.env["recovery.event"]._log(
                "uninstall_asked", removal, removal.reason, {"reason": removal.reason}, debtors=False, company=company
            )
            self.env["recovery.journal"]._hand_out(company, "uninstalled", self.env.user.email or self.env.user.name)
        return removal

    @api.model
    def _check_administrator(self):
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only a system administrator can remove a module."))

    @api.model
    def _count_sent(self):
        """Return how many letters, mails and statements left the house."""
        left = [("state", "not in", ("cancelled", "failed"))]
        return self.env["recovery.delivery"].sudo().search_count(left)

    @api.model
    def _is_file_taken(self):
        """Tell whether the audit file was taken along lately: the head of a journal left with it."""
        taken = [("reason", "=", "packed"), ("noted_on", ">=", fields.Datetime.now() - VALID)]
        return bool(self.env["recovery.journal.head"].sudo().search_count(taken, limit=1))

    @api.model
    def _find_valid(self):
        """Return what was said and still counts."""
        return self.sudo().search([("asked_on", ">=", fields.Datetime.now() - VALID)], limit=1)

    # ------------------------------------------------------------
    # What outlives the module
    # ------------------------------------------------------------
    @api.model
    @api.private
    def _keep_numbers(self):
        """Note where numbers and journals stand, in parameters that outlive the module."""
        parameters = self.env["ir.config_parameter"].sudo()
        kept = self.env["recovery.numbering"]._read_next_numbers()
        parameters.set_param(NUMBERS, json.dumps(kept))
        heads = {}
        for company in self.env["res.company"].sudo().search([("parent_id", "=", False)]):
            head = self.env["recovery.journal"]._get_head(company)
            if head.number:
                heads[company.id] = [head.number, head.seal]
        parameters.set_param(HEADS, json.dumps(heads))

    @api.model
    @api.private
    def _restore_numbers(self):
        """Go on where numbers stood when the module was removed, if it was here before."""
        kept = self.env["ir.config_parameter"].sudo().get_param(NUMBERS)
        if kept:
            self.env["recovery.numbering"]._restore_next_numbers(json.loads(kept))
