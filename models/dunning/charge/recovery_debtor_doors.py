from odoo import fields, models

from ...common.roles import require_user


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"

    charge_ids = fields.One2many("recovery.charge", "debtor_id", string="Charges of late fees", readonly=True)
    waiver_ids = fields.One2many("recovery.waiver", "debtor_id", string="Waivers", readonly=True)

    def action_charge_late_fees(self):
        """Open the window that charges the late fees of these debtors."""
        return self._open_late_fees("charge", self.env._("Charge late fees"))

    def action_waive_late_fees(self):
        """Open the window that waives late fees of one debtor."""
        self.ensure_one()
        return self._open_late_fees("waive", self.env._("Waive late fees"))

    def _open_late_fees(self, purpose, title):
        require_user(self.env)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "recovery.late.fee.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_purpose": purpose,
                "default_debtor_ids": [fields.Command.set(self.ids)],
                "dialog_size": "extra-large",
            },
        }
