from odoo import models

from ...common.roles import require_manager


class RecoveryDebtor(models.Model):
    """From a debtor to what the campaigns said of it, and to the levels of before this module."""

    _inherit = "recovery.debtor"

    def action_view_verdicts(self):
        """Open why each instalment of these debtors was reminded, or not, campaign by campaign."""
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_verdict_action")
        domain = [("partner_id", "in", self.partner_id.ids), ("run_id.company_id", "in", self.company_id.ids)]
        return dict(action, domain=domain, context={"search_default_group_run": 1})

    def action_resume(self):
        """Open the take-over of past levels for these debtors."""
        require_manager(self.env)
        return self.env["recovery.resume.wizard"]._open(self)
