from odoo import models

EXPIRED = "debt_recovery.mail_activity_type_expired"


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"

    def _close_expiry_tasks(self, keep_expired=False):
        """Close the tasks about expired mises en demeure.

        :param keep_expired: leave those of the debtors who have another one that expired unpaid.
        """
        debtors = self
        if keep_expired and self:
            others = (
                self.env["recovery.notice"]
                .sudo()
                .search([("debtor_id", "in", self.ids), ("proposed_on", "!=", False), ("state", "=", "sent")])
            )
            debtors -= others.debtor_id
        debtors.sudo().activity_unlink([EXPIRED])
