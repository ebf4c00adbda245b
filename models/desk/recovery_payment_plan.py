from odoo import models
from odoo.exceptions import UserError


class RecoveryPaymentPlan(models.Model):
    """A plan whose agreement is sent by e-mail, to be signed."""

    _inherit = "recovery.payment.plan"

    def action_write_agreement(self):
        """Open an e-mail to who signs the plan, its agreement attached exactly as it was printed."""
        self.ensure_one()
        self.check_access("read")
        if not self.document_id:
            raise UserError(self.env._("The agreement is printed when the plan is proposed."))
        words = self.with_context(lang=self.debtor_id._get_language(self.addressee_id)).env
        return self.env["recovery.free.reminder"]._open(
            self.debtor_id,
            **({"addressee_id": self.addressee_id.id} if self.addressee_id else {}),
            subject=words._("Payment plan %s, to be signed", self.name),
            with_items=False,
            attachment_ids=[(6, 0, self.document_id.ids)],
        )
