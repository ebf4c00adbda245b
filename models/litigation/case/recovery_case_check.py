from odoo import fields, models
from odoo.exceptions import UserError

from ...common.retention import CASES, Retained
from ...common.roles import require_user


class RecoveryCaseCheck(models.Model):
    """What one check found of a case before it goes to court, on the day it was last looked at."""

    _name = "recovery.case.check"
    _description = "Check before litigation"
    _retained = Retained(
        CASES,
        "case_id.closed_on",
        ("reason", "cure"),
        domain=(("case_id.is_open", "=", False),),
        stays=("code", "name"),
        debtor="case_id.debtor_id",
    )
    _inherit = ["recovery.guarded"]
    _order = "case_id, sequence, id"

    case_id = fields.Many2one("recovery.case", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True, index=True)
    checked_on = fields.Date(related="case_id.checked_on")
    code = fields.Char(required=True, readonly=True)
    name = fields.Char("Check", required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    state = fields.Selection(
        [("green", "OK"), ("orange", "Not known"), ("red", "Stands in the way")], required=True, readonly=True
    )
    reason = fields.Char("Findings", readonly=True)
    cure = fields.Char("Button", readonly=True, help="What leads to the solution.")

    def action_cure(self):
        """Open what puts this check in order: a button of the case, named by the room that checks."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        if not (self.cure or "").startswith("action_") or not hasattr(self.case_id, self.cure):
            raise UserError(self.env._("There is no link from here."))
        return getattr(self.case_id, self.cure)()

    def action_view_case(self):
        """Open the case."""
        self.ensure_one()
        return self.case_id._get_records_action(name=self.case_id.display_name)

    def action_check_again(self):
        """Look at the checks of these cases anew."""
        return self.case_id.action_check_gate()

    def action_override(self):
        """Ask for a manager's decision to go to court despite what is red."""
        return self.case_id.action_override_gate()
