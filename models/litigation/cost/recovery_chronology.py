from odoo import api, models
from odoo.fields import Domain

from ...common.recovery_chronology import Told, at_noon, tells_chronology


class RecoveryChronology(models.AbstractModel):
    _inherit = "recovery.chronology"

    @api.model
    def _get_kinds(self):
        return super()._get_kinds() | {"cost": (self.env._("Cost"), "fa-calculator")}

    @tells_chronology("costs")
    @api.model
    def _tell_costs(self, scope):
        """Tell what was engaged and paid for the cases, and what of it the debtor owes since when."""
        Cost = self.env["recovery.cost"]
        if scope.subject._name != "recovery.case":
            return []
        states = dict(Cost._fields["state"]._description_selection(self.env))
        rows = []
        for cost in Cost.search(Domain("case_id", "in", scope.subject.ids) & Domain("state", "!=", "cancelled")):
            details = [states[cost.state], cost.partner_id.name, cost.note]
            rows.append(
                Told(
                    at_noon(cost.date),
                    "cost",
                    cost._describe(),
                    cost.create_uid.name,
                    " · ".join(filter(None, details)),
                    has_time=False,
                    record=cost,
                    file=cost.attachment_ids[:1],
                    tone="muted" if cost.state == "planned" else "info",
                )
            )
            if cost.amount_owed:
                rows.append(
                    Told(
                        at_noon(cost.owed_on),
                        "cost",
                        f"{cost._describe_owed()}: {cost._format_amount(cost.amount_owed)}",
                        cost.write_uid.name,
                        has_time=False,
                        record=cost,
                        tone="success",
                    )
                )
        return rows
