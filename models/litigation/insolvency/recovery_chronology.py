from odoo import api, models
from odoo.tools.misc import formatLang

from ...common.recovery_chronology import Told, at_noon, tells_chronology


class RecoveryChronology(models.AbstractModel):
    """Money that came in after a judgment stands beside the judgment."""

    _inherit = "recovery.chronology"

    @tells_chronology("insolvency_payments")
    @api.model
    def _tell_insolvency_payments(self, scope):
        payments = self.env["recovery.insolvency.payment"].search([("debtor_id", "=", scope.debtor.id)])
        return [
            Told(
                at_noon(payment.received_on),
                "insolvency",
                self.env._("Received after the judgment: %s", payment.display_name),
                payment.user_id.name or "",
                " · ".join(
                    filter(
                        None,
                        [
                            formatLang(self.env, payment.amount, currency_obj=payment.company_currency_id),
                            payment._get_nature_name(),
                            payment.reason,
                        ],
                    )
                ),
                has_time=False,
                record=payment,
                tone="danger" if payment.is_alert else "info",
            )
            for payment in payments
        ]
