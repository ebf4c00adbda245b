from odoo import models


class RecoveryPaymentPlan(models.Model):
    _inherit = "recovery.payment.plan"

    def _find_acknowledgements(self, lines, day):
        """Return the lines of plans signed until that day in which the debtor acknowledges owing these instalments.

        A plan broken or cancelled since then still acknowledged the debt.
        """
        return (
            self.env["recovery.agreement.line"]
            .sudo()
            .search(
                [
                    ("line_id", "in", lines.ids),
                    ("plan_id.signed_on", "<=", day),
                    ("plan_id.has_acknowledgement", "=", True),
                ]
            )
        )
