from markupsafe import Markup

from odoo import api, models
from odoo.tools import formatLang

from .recovery_credit_check import Request


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "recovery.credit.document"]

    @api.depends("state", "move_type", "partner_id", "company_id", "currency_id", "amount_total", "invoice_line_ids")
    def _compute_credit_is_refused(self):
        chosen = self.filtered(lambda move: move.state == "draft" and move._recovery_is_refusal_chosen())
        (self - chosen).credit_is_refused = False
        (self - chosen).credit_override_status = False
        return super(AccountMove, chosen)._compute_credit_is_refused()

    # ------------------------------------------------------------
    # What the document says of itself
    # ------------------------------------------------------------
    def _recovery_gives_credit(self):
        """Tell whether confirming gives credit: an invoice of a customer, but neither of a deposit nor of late fees."""
        self.ensure_one()
        return (
            self.state == "draft"
            and self.move_type == "out_invoice"
            and not self.sudo().recovery_is_penalty
            and bool(self.partner_id)
            and not self.sudo()._is_downpayment()
        )

    def _recovery_is_refusal_chosen(self):
        return self.company_id._recovery_root().recovery_control_invoices

    def _recovery_get_credit_request(self):
        self.ensure_one()
        total = "total_amount_currency" if self.currency_id == self.company_currency_id else "total_amount"
        return self._recovery_make_credit_request(
            self, (self.tax_totals or {}).get(total, 0.0), self._get_partner_credit_warning_exclude_amount()
        )

    @api.model
    def _recovery_make_credit_request(self, record, amount, among_orders):
        """Return the :class:`Request` of an invoice or an order, saved or being typed."""
        partner = record._recovery_get_credit_partner()
        stored = record._origin.sudo()
        is_among_drafts = (
            stored._name == self._name
            and stored.state == "draft"
            and stored.is_sale_document()
            and stored.commercial_partner_id == partner._origin
        )
        return Request(
            partner,
            amount=amount,
            among_drafts=stored.amount_total_signed if is_among_drafts else 0.0,
            among_orders=among_orders,
        )

    # ------------------------------------------------------------
    # Core's banner
    # ------------------------------------------------------------
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_partner_credit_warning(self):
        result = super()._compute_partner_credit_warning()
        self._recovery_warn_in_branches()
        return result

    def _build_credit_warning_message(self, record, current_amount=0.0, exclude_current=False, exclude_amount=0.0):
        """Say the verdict of the credit control in the banner of an invoice or a quotation.

        Replaces core's text: the limit and the debt are those of the document's company,
        whichever company the user works in. Only text comes out, so that somebody who may
        not read the accounts can read it.
        """
        company = record.company_id or self.env.company
        if record._name == self._name and record.sudo().recovery_is_penalty:
            return ""
        request = self._recovery_make_credit_request(record, current_amount, exclude_amount)
        (verdict,) = self.env["recovery.credit.check"]._check(company, [request], company._recovery_today())
        return verdict.text

    # ------------------------------------------------------------
    # Confirmed by a person
    # ------------------------------------------------------------
    def action_post(self):
        """Refuse or warn when a person confirms an invoice against the credit control.

        Core's own mark tells a person on the form from a job, an import or a payment.
        """
        if self.env.context.get("disable_abnormal_invoice_detection", True):
            return super().action_post()
        return self._recovery_confirm_under_control(super().action_post)

    def action_validate_moves_with_confirmation(self):
        """Refuse as on the form when a person confirms several invoices in the list."""
        return self._recovery_confirm_under_control(super().action_validate_moves_with_confirmation)

    def _recovery_confirm_under_control(self, confirm):
        """Run ``confirm`` unless it is refused, and say afterwards what the control warned of.

        :param confirm: what posts ``self``; its action, if any, goes before the warning.
        """
        verdicts = self._recovery_refuse_credit()
        action = confirm()
        verdict = verdicts.get(self) if len(self) == 1 else None
        if not verdict or not verdict.text or self.state != "posted":
            return action
        self._recovery_note_control(verdict)
        if action and action.get("type") != "ir.actions.act_window_close":
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": verdict.text,
                "className": "o_recovery_lines",
                "sticky": True,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _recovery_note_control(self, verdict):
        """Keep in the journal, and in the debtor's thread if there is one, what the invoice was confirmed despite."""
        debtor = self.env["recovery.debtor"].sudo()._existing_for(self.partner_id, self.company_id)
        amount = formatLang(self.env, self.amount_total_signed, currency_obj=self.company_currency_id)
        if "limit" in verdict.tests:
            summary = self.env._("%(invoice)s was confirmed beyond the credit limit", invoice=self.name)
        else:
            summary = self.env._("%(invoice)s was confirmed despite the credit control", invoice=self.name)
        self.env["recovery.event"]._log(
            "limit_exceeded",
            self,
            summary,
            {"invoice": self.name, "amount": amount, "warning": verdict.text},
            debtors=debtor,
        )
        if debtor:
            debtor.message_post(
                body=Markup("%s<br/>%s") % (summary, Markup("<br/>").join(verdict.text.splitlines())),
                subtype_xmlid="mail.mt_note",
            )
            self.env["recovery.credit.watch"]._run(
                self.company_id, self.company_id._recovery_today(), debtor.partner_id
            )
