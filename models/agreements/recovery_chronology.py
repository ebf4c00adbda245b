from odoo import api, models
from odoo.tools import format_date

from ..common.recovery_chronology import offers_pieces


class RecoveryChronology(models.AbstractModel):
    """Promises, plans, settlements and disputes are pieces of a file, with what was signed or written of them."""

    _inherit = "recovery.chronology"

    @api.model
    def _get_invoices_of(self, record):
        record = record.sudo()
        if record._name == "recovery.delivery" and record.plan_id:
            record = record.plan_id
        if record._name in ("recovery.promise", "recovery.payment.plan", "recovery.settlement"):
            return self._get_invoices(record.line_ids.line_id)
        if record._name == "recovery.dispute":
            return record.move_id | self._get_invoices(record.line_id)
        return super()._get_invoices_of(record)

    @offers_pieces("promises")
    @api.model
    def _offer_promises(self, scope):
        """Offer the promises that were given, in the words in which they were noted."""
        promises = self.env["recovery.promise"].search(
            [("debtor_id", "=", scope.debtor.id), ("state", "!=", "cancelled")]
        )
        states = dict(promises._fields["state"]._description_selection(self.env))
        rows = []
        for promise in promises:
            title = self.env._(
                "Promise of payment of %(amount)s for %(day)s",
                amount=promise.currency_id.format(promise.amount),
                day=format_date(self.env, promise.date),
            )
            details = " · ".join(filter(None, [promise.given_by_id.name, states[promise.state], promise.note]))
            files = self.env["ir.attachment"]
            rows += self._offer_files(
                "promise", title, promise.given_on, promise, files, details, promise.create_uid.name or ""
            )
        return rows

    @offers_pieces("plans")
    @api.model
    def _offer_plans(self, scope):
        """Offer the payment plans, signed copy first."""
        plans = self.env["recovery.payment.plan"].search(
            [("debtor_id", "=", scope.debtor.id), ("document_id", "!=", False)]
        )
        rows = []
        for plan in plans:
            file = plan.signed_document_id or plan.document_id
            day = plan.signed_on or plan.proposed_on
            digest = plan.signed_sha256 if plan.signed_document_id else plan.sha256
            if day:
                title = self.env._("Payment plan %s", plan.name)
                rows += self._offer_files("plan", title, day, plan, file, sha256=digest)
        return rows

    @offers_pieces("settlements")
    @api.model
    def _offer_settlements(self, scope):
        """Offer the settlements signed, and what the debtor wrote of a dispute."""
        rows = []
        settlements = self.env["recovery.settlement"].search(
            [("debtor_id", "=", scope.debtor.id), ("signed_on", "!=", False), ("attachment_ids", "!=", False)]
        )
        for settlement in settlements:
            title = self.env._("Settlement %s", settlement.name)
            rows += self._offer_files("plan", title, settlement.signed_on, settlement, settlement.attachment_ids)
        disputes = self.env["recovery.dispute"].search(
            [("debtor_id", "=", scope.debtor.id), ("attachment_ids", "!=", False)]
        )
        for dispute in disputes:
            title = self.env._("Dispute %s", dispute.display_name)
            day = scope.debtor.company_id._recovery_local_datetime(dispute.create_date).date()
            rows += self._offer_files("reply", title, day, dispute, dispute.attachment_ids)
        return rows
