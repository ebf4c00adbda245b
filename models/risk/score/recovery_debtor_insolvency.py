from odoo import api, fields, models
from odoo.tools import format_date


class RecoveryDebtor(models.Model):
    """Insolvency proceedings against a debtor: reminders stop, the score falls, interest stops."""

    _inherit = "recovery.debtor"
    _typed = ("insolvency_on",)

    insolvency_on = fields.Date(
        "Insolvency proceedings opened on",
        tracking=True,
        copy=False,
        index="btree_not_null",
        help="Date of the judgment that opened a safeguard, receivership or liquidation. Earlier claims may no longer "
        "be paid (C. com. L622-7): reminders are suspended, and interest stops (L622-28).",
    )

    @api.model_create_multi
    def create(self, vals_list):
        debtors = super().create(vals_list)
        debtors.filtered("insolvency_on")._follow_insolvency()
        return debtors

    def write(self, vals):
        result = super().write(vals)
        if "insolvency_on" in vals:
            self._follow_insolvency()
        return result

    def _follow_insolvency(self):
        """Suspend the reminders of the debtors under proceedings, and resume those of the others."""
        Hold = self.env["recovery.hold"].sudo()
        for debtor in self:
            today = debtor.company_id._recovery_today()
            Hold.search(
                [("debtor_id", "=", debtor.id), ("origin", "=", "insolvency"), ("released_on", "=", False)]
            )._release(today, self.env._("The insolvency proceedings were changed or removed"))
            if debtor.insolvency_on:
                day = format_date(self.env, debtor.insolvency_on)
                Hold.create(
                    {
                        "debtor_id": debtor.id,
                        "origin": "insolvency",
                        "date_from": min(debtor.insolvency_on, today),
                        "reason": self.env._("Insolvency proceedings opened on %s", day),
                    }
                )
