from markupsafe import Markup

from odoo import models
from odoo.tools import formatLang


class AccountMove(models.Model):
    _inherit = "account.move"

    def _build_credit_warning_message(self, record, current_amount=0.0, exclude_current=False, exclude_amount=0.0):
        """Say the figures in the banner of an invoice or a quotation.

        Replaces core's text: shown in the same cases, but the limit and the debt are
        those of the document's company, whichever company the user works in. Only text
        comes out, so that somebody who may not read the accounts can read it.
        """
        company = record.company_id or self.env.company
        partner = record.sudo().partner_id.commercial_partner_id
        stored = record._origin.sudo()
        is_among_drafts = (
            stored._name == self._name
            and stored.state == "draft"
            and stored.is_sale_document()
            and stored.commercial_partner_id == partner._origin
        )
        return self.env["recovery.exposure"]._get_limit_warning(
            company,
            partner,
            amount=current_amount,
            among_drafts=stored.amount_total_signed if is_among_drafts else 0.0,
            among_orders=exclude_amount,
        )

    def action_post(self):
        """Warn with the figures when a person confirms one invoice that goes beyond the limit.

        Core's own mark tells a person on the form from a job, an import or a payment.
        """
        if self.env.context.get("disable_abnormal_invoice_detection", True):
            return super().action_post()
        return self._recovery_warn_beyond_limit(super().action_post)

    def _recovery_warn_beyond_limit(self, confirm):
        """Run ``confirm`` and say afterwards, without stopping anything, that the limit is exceeded.

        :param confirm: what posts ``self``; its action, if any, goes before the warning.
        """
        message = self.sudo().partner_credit_warning if len(self) == 1 else ""
        action = confirm()
        if not message or self.state != "posted":
            return action
        self._recovery_note_limit_exceeded(message)
        if action and action.get("type") != "ir.actions.act_window_close":
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": message,
                "className": "o_recovery_lines",
                "sticky": True,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _recovery_note_limit_exceeded(self, message):
        """Keep in the journal, and in the debtor's thread if there is one, that the limit was exceeded."""
        debtor = self.env["recovery.debtor"].sudo()._existing_for(self.partner_id, self.company_id)
        amount = formatLang(self.env, self.amount_total_signed, currency_obj=self.company_currency_id)
        self.env["recovery.event"]._log(
            "limit_exceeded",
            self,
            self.env._("%(invoice)s confirmed beyond the credit limit", invoice=self.name),
            {"invoice": self.name, "amount": amount, "warning": message},
            debtors=debtor,
        )
        if debtor:
            debtor.message_post(
                body=Markup("%s<br/>%s")
                % (
                    self.env._("%(invoice)s was confirmed beyond the credit limit.", invoice=self.name),
                    Markup("<br/>").join(message.splitlines()),
                ),
                subtype_xmlid="mail.mt_note",
            )
