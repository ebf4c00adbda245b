from odoo import fields, models
from odoo.exceptions import UserError

from ...common.roles import require_user
from ...common.saying import narrow


class RecoveryDebtor(models.Model):
    """The doubtful claims of a debtor, and what may be set off against what it owes."""

    _inherit = "recovery.debtor"

    doubtful_ids = fields.One2many("recovery.doubtful", "debtor_id", string="Doubtful claims", readonly=True)
    doubtful_count = fields.Integer("Number of doubtful claims", compute="_compute_doubtful_count")

    def _compute_doubtful_count(self):
        counts = dict(
            self.env["recovery.doubtful"]._read_group(
                [("debtor_id", "in", self.ids), ("state", "!=", "withdrawn")], ["debtor_id"], ["__count"]
            )
        )
        for debtor in self:
            debtor.doubtful_count = counts.get(debtor._origin, 0)

    def action_view_doubtful(self):
        """Open the doubtful claims of these debtors."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_doubtful_action")
        return narrow(action, domain=[("debtor_id", "in", self.ids)], context={})

    def action_transfer_doubtful(self):
        """Open the window that proposes to pass what these debtors owe to the doubtful receivables."""
        require_user(self.env)
        self.check_access("read")
        return self.env["recovery.doubtful"]._open_transfer(self)

    def action_set_off(self):
        """Open the window that proposes a set-off, where there is something to set off."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        if obstacle := self.env["recovery.set.off"]._describe_obstacle(self, self.company_id._recovery_today()):
            raise UserError(obstacle)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set off"),
            "res_model": "recovery.set.off.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_debtor_id": self.id},
        }
