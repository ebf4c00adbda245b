from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    recovery_policy_id = fields.Many2one(
        "recovery.policy",
        string="Default reminder scenario",
        help="For the debtors without a scenario of their own. Empty: the first scenario of the list.",
    )
    recovery_worklist_date = fields.Date("Worklist computed on", readonly=True)

    def _recovery_default_policy(self):
        """Return the scenario of the debtors that have none of their own."""
        root = self.root_id.sudo()
        if root.recovery_policy_id.active:
            return root.recovery_policy_id
        return self.env["recovery.policy"].sudo().search([("company_id", "in", (False, root.id))], limit=1)
