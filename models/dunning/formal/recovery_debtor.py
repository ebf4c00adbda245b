from odoo import models

EXPIRED = "debt_recovery.mail_activity_type_expired"


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"

    def _get_expiry_tasks(self):
        """Return the open tasks about expired mises en demeure."""
        return (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("activity_type_id", "=", self.env.ref(EXPIRED).id),
                ]
            )
        )

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
        if debtors:
            debtors._get_expiry_tasks().unlink()
