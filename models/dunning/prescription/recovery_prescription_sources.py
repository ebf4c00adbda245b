from odoo import api, models
from odoo.fields import Domain

from .recovery_prescription import Evidence


class RecoveryPrescription(models.AbstractModel):
    """Where the evidence comes from: what people recorded, and the payment plans signed."""

    _inherit = "recovery.prescription"

    @api.model
    def _prescription_events(self, lines, day):
        found = super()._prescription_events(lines, day)
        return [*found, *self._read_recorded(lines, day), *self._read_plans(lines, day)]

    @api.model
    def _read_recorded(self, lines, day):
        """Return what people recorded, on these instalments, their invoices or the whole account."""
        partners = lines.partner_id.commercial_partner_id
        events = (
            self.env["recovery.prescription.event"]
            .sudo()
            .search(
                Domain("debtor_id.partner_id", "in", partners.ids)
                & Domain("company_id", "in", lines.company_id.root_id.ids)
                & Domain("cancelled_on", "=", False)
                & Domain("date", "<=", day)
            )
        )
        by_debtor = events.grouped(lambda event: (event.debtor_id.partner_id, event.company_id))
        found = []
        for line in lines if events else ():
            for event in by_debtor.get((line.partner_id.commercial_partner_id, line.company_id.root_id), ()):
                if event.line_ids and line not in event.line_ids:
                    continue
                if event.move_ids and not event.line_ids and line.move_id not in event.move_ids:
                    continue
                found.append(
                    Evidence(
                        line.id,
                        event.cause_id,
                        event.date,
                        event.date_until or None,
                        event.state == "void",
                        event.display_name,
                        event._name,
                        event.id,
                        tuple(event.attachment_ids.ids),
                    )
                )
        return found

    @api.model
    def _read_plans(self, lines, day):
        """Return the plans by whose signature the debtor acknowledged the debt (C. civ. 2240)."""
        cause = self.env.ref("debt_recovery.recovery_prescription_cause_plan", raise_if_not_found=False)
        if not cause or not cause.sudo().active:
            return []
        covered = self.env["recovery.payment.plan"]._find_acknowledgements(lines, day)
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
