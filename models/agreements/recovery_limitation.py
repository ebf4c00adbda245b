from odoo import api, models

from ..limitation.recovery_limitation import Evidence


class RecoveryLimitation(models.AbstractModel):
    """The payment plans signed here are evidence by themselves."""

    _inherit = "recovery.limitation"

    @api.model
    def _limitation_events(self, lines, day):
        return [*super()._limitation_events(lines, day), *self._read_plans(lines, day)]

    @api.model
    def _read_plans(self, lines, day):
        """Return the plans by whose signature the debtor acknowledged the debt (C. civ. 2240)."""
        cause = self.env.ref("debt_recovery.recovery_limitation_cause_plan", raise_if_not_found=False)
        if not cause or not cause.sudo().active:
            return []
        covered = self._find_acknowledgements(lines, day)
        return [
            Evidence(
                row.line_id.id,
                cause.sudo(),
                row.plan_id.signed_on,
                text=self.env._("Payment plan %s", row.plan_id.name),
                model=row.plan_id._name,
                res_id=row.plan_id.id,
                document_ids=tuple(row.plan_id.signed_document_id.ids),
            )
            for row in covered
        ]

    @api.model
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
