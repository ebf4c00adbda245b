from collections import defaultdict

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import formatLang
from odoo.tools.translate import LazyTranslate

from .recovery_credit_check import Request

_lt = LazyTranslate(__name__)


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "recovery.credit.document"]
    _journal_words = {"warning": _lt("Warning")}

    @api.depends("state", "move_type", "partner_id", "company_id", "currency_id", "amount_total", "invoice_line_ids")
    def _compute_credit_is_refused(self):
        chosen = self.filtered(lambda move: move.state == "draft" and move._recovery_is_refusal_chosen())
        (self - chosen).credit_is_refused = False
        (self - chosen).credit_override_status = False
        return super(AccountMove, chosen)._compute_credit_is_refused()

    # ------------------------------------------------------------
    # What the document says of itself
    # ------------------------------------------------------------
    def _recovery_is_to_confirm(self):
        self.ensure_one()
        return self.state != "posted"

    def _recovery_gives_credit(self):
        """Tell whether this document gives credit: a customer invoice, neither of a deposit nor of late fees."""
        self.ensure_one()
        return (
            self.move_type == "out_invoice"
            and not self.sudo().recovery_is_penalty
            and bool(self.partner_id)
            and not self.sudo()._is_downpayment()
        )

    def _recovery_is_refusal_chosen(self):
        return self.company_id._recovery_root().recovery_credit_control_invoices

    def _recovery_get_credit_request(self):
        self.ensure_one()
        total = "total_amount_currency" if self.currency_id == self.company_currency_id else "total_amount"
        return self._recovery_make_credit_request(self, (self.tax_totals or {}).get(total, 0.0))

    @api.model
    def _recovery_make_credit_request(self, record, amount):
        """Return the :class:`Request` of an invoice or an order, saved or being typed.

        What a draft takes from its order is among the drafts, and no longer to come of the order.
        """
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
            draft_ids=tuple(stored.ids) if is_among_drafts else (),
        )

    # ------------------------------------------------------------
    # Core's banner
    # ------------------------------------------------------------
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_partner_credit_warning(self):
        result = super()._compute_partner_credit_warning()
        self._recovery_warn_in_branches()
        self._recovery_warn_of_judgment()
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
        request = self._recovery_make_credit_request(record, current_amount)
        (verdict,) = self.env["recovery.credit.check"]._check(company, [request], company._recovery_today())
        return verdict.text

    # ------------------------------------------------------------
    # Confirmed by a person
    # ------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        """Have invoices begin as drafts: core refuses only the state that is written, not one that a default gives."""
        moves = super().create(vals_list)
        if not self.env.su and any(move.state == "posted" and move.move_type == "out_invoice" for move in moves):
            raise UserError(self.env._("An invoice is created as a draft, then confirmed."))
        return moves

    def write(self, vals):
        """Refuse what a person posts against the credit control, or keep that it was warned of.

        Every way to post comes through here: buttons, lists, imports, calls from outside. What
        core runs as superuser (a job, an online payment) is nobody's decision to give credit.
        """
        if self.env.su or vals.get("state") != "posted":
            return super().write(vals)
        others = {name: value for name, value in vals.items() if name not in ("state", "posted_before")}
        if others:  # what is posted is the invoice as it becomes
            super().write(others)
        verdicts = self._recovery_refuse_credit()
        result = super().write({name: value for name, value in vals.items() if name not in others})
        self._recovery_note_control(verdicts)
        return result

    def action_post(self):
        """Show a person who confirms an invoice on its form what the credit control warned of.

        Core's own mark of the form decides of nothing else.
        """
        if self.env.context.get("disable_abnormal_invoice_detection", True):
            return super().action_post()
        return self._recovery_show_warning(super().action_post)

    def action_validate_moves_with_confirmation(self):
        """Show the warning as on the form when a person confirms an invoice in the list."""
        return self._recovery_show_warning(super().action_validate_moves_with_confirmation)

    def _recovery_show_warning(self, confirm):
        """Run ``confirm`` and show what the control warned of.

        :param confirm: what posts ``self``; its action, if any, goes before the warning.
        """
        verdict = self._recovery_get_credit_verdicts().get(self) if len(self) == 1 else None
        action = confirm()
        if not verdict or not verdict.text or self.state != "posted":
            return action
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

    def _recovery_note_control(self, verdicts):
        """Keep in the journal, and in the threads of the debtors there are, what invoices were posted despite."""
        told = self.filtered(lambda move: move in verdicts and verdicts[move].text)
        for company, moves in told.grouped("company_id").items():
            debtors = self.env["recovery.debtor"].sudo()._existing_for(moves.partner_id, company)
            by_partner = {debtor.partner_id: debtor for debtor in debtors}
            self.env["recovery.event"]._log(
                "limit_exceeded",
                moves,
                lambda move: move._recovery_describe_control(verdicts[move]),
                lambda move: {
                    "invoice": move.name,
                    "amount": formatLang(self.env, move.amount_total_signed, currency_obj=move.company_currency_id),
                    "warning": verdicts[move].text,
                },
                debtors=lambda move, known=by_partner: known.get(move.commercial_partner_id),
            )
            if debtors:
                self._recovery_tell_threads(moves, by_partner, verdicts)
                day = company._recovery_today()
                self.env["recovery.credit.watch"]._run(company, day, debtors.partner_id)

    def _recovery_describe_control(self, verdict):
        self.ensure_one()
        if "limit" in verdict.tests:
            return self.env._("%(invoice)s was confirmed beyond the credit limit", invoice=self.name)
        return self.env._("%(invoice)s was confirmed despite the credit control", invoice=self.name)

    def _recovery_tell_threads(self, moves, debtor_by_partner, verdicts):
        """Write one note per debtor about its invoices, all at once."""
        bodies = defaultdict(list)
        for move in moves:
            if debtor := debtor_by_partner.get(move.commercial_partner_id):
                summary = move._recovery_describe_control(verdicts[move])
                bodies[debtor.id] += [summary, *verdicts[move].text.splitlines()]
        debtors = self.env["recovery.debtor"].sudo().browse(bodies)
        debtors._message_log_batch({id_: Markup("<br/>").join(lines) for id_, lines in bodies.items()})
