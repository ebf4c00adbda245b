from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang
from odoo.tools.translate import LazyTranslate

from ..common.roles import STAFF
from .recovery_credit_check import Request

_lt = LazyTranslate(__name__)


class RecoveryCreditDocument(models.AbstractModel):
    """What an invoice and an order share: the verdict of the credit control, and the override.

    The document says what credit it gives (``_recovery_get_credit_request``) and when it
    gives none (``_recovery_gives_credit``); the rest is the same for both.
    """

    _name = "recovery.credit.document"
    _description = "Recovery: documents under credit control"
    _inherit = ["recovery.decided"]
    _journal_words = {
        "covered": _lt("Covered"),
        "exposure": _lt("Exposure"),
        "limit before": _lt("Previous limit"),
        "overdue": _lt("Overdue"),
        "verdict": _lt("Credit Control"),
    }

    credit_is_refused = fields.Boolean(compute="_compute_credit_is_refused", compute_sudo=False, groups=STAFF)
    credit_override_status = fields.Char(
        "Override", compute="_compute_credit_is_refused", compute_sudo=False, groups=STAFF
    )

    def _compute_credit_is_refused(self):
        """Compute the answer that Confirm would get, and how far a request for an override is."""
        verdicts = self.filtered(lambda document: document.state != "cancel")._recovery_get_credit_verdicts()
        for document in self:
            verdict = verdicts.get(document)
            is_blocked = bool(verdict) and verdict.mode == "block"
            decision = document._recovery_get_override() if is_blocked else None
            document.credit_override_status = document._recovery_get_override_status(decision) if decision else False
            document.credit_is_refused = is_blocked and not document._recovery_find_grant()

    # ------------------------------------------------------------
    # Said by the document
    # ------------------------------------------------------------
    def _recovery_get_credit_partner(self):
        """Return the commercial partner that will owe the money."""
        return self.sudo().partner_id.commercial_partner_id

    def _recovery_get_credit_request(self):
        """Return the :class:`Request` of one document: whom it gives credit, and how much."""
        self.ensure_one()
        return Request(self._recovery_get_credit_partner())

    def _recovery_get_override_amount(self):
        """Return the amount that an override must allow: all that the document gives on credit."""
        self.ensure_one()
        return self._recovery_get_credit_request().amount

    def _recovery_is_to_confirm(self):
        """Tell whether the document may still be confirmed, from outside one that is cancelled too."""
        self.ensure_one()
        return False

    def _recovery_gives_credit(self):
        """Tell whether the document, once confirmed, gives credit that may be refused."""
        self.ensure_one()
        return False

    def _recovery_is_refusal_chosen(self):
        """Tell whether a refusal stops this kind of document in its company."""
        self.ensure_one()
        return True

    # ------------------------------------------------------------
    # Asked before confirming
    # ------------------------------------------------------------
    def _recovery_get_credit_verdicts(self, confirmed=False):
        """Return the verdict of the credit control per document that gives credit.

        :param confirmed: judge documents that were confirmed at their creation, not those that wait for it.
        """
        verdicts = {}
        documents = self.filtered(
            lambda document: document._recovery_is_to_confirm() != confirmed and document._recovery_gives_credit()
        )
        for company, group in documents.grouped("company_id").items():
            company = company or self.env.company
            requests = [document._recovery_get_credit_request() for document in group]
            found = self.env["recovery.credit.check"]._check(company, requests, company._recovery_today())
            verdicts.update(zip(group, found, strict=True))
        return verdicts

    def _recovery_warn_in_branches(self):
        """Show the verdict on documents of branches whose root uses credit limits: core asks the branch's own."""
        documents = self.filtered(
            lambda document: (
                document.state != "cancel"
                and not document.company_id.sudo().account_use_credit_limit
                and document.company_id._recovery_root().account_use_credit_limit
            )
        )
        for document, verdict in documents._recovery_get_credit_verdicts().items():
            document.partner_credit_warning = verdict.text

    def _recovery_warn_of_judgment(self):
        """Show the verdict on documents of customers under insolvency proceedings, whoever uses credit limits."""
        documents = self.filtered(lambda document: not document.partner_credit_warning and document.state != "cancel")
        partners = documents._recovery_find_insolvent()
        documents = documents.filtered(lambda document: document._recovery_get_credit_partner()._origin in partners)
        for document, verdict in documents._recovery_get_credit_verdicts().items():
            if "insolvency" in verdict.tests:
                document.partner_credit_warning = verdict.text

    def _recovery_find_insolvent(self):
        """Return the commercial partners of documents against whom proceedings are in force, as everybody may read."""
        partners = self.env["res.partner"].union(*(document._recovery_get_credit_partner() for document in self))
        domain = Domain("partner_id", "in", partners._origin.ids) & Domain("insolvency_on", "!=", False)
        return self.env["recovery.debtor"].sudo().search(domain).partner_id if partners else partners

    def _recovery_refuse_credit(self, confirmed=False):
        """Stop a person who confirms, unless the credit may be given or an override was granted.

        :param confirmed: as in :meth:`_recovery_get_credit_verdicts`.
        :return: the verdicts, for those that only warn.
        """
        verdicts = self._recovery_get_credit_verdicts(confirmed)
        for document, verdict in verdicts.items():
            if (
                verdict.mode == "block"
                and document._recovery_is_refusal_chosen()
                and not document._recovery_find_grant()
            ):
                raise RedirectWarning(
                    verdict.text,
                    self.env.ref("debt_recovery.recovery_override_wizard_action").id,
                    self.env._("Request an override"),
                    {"default_res_model": document._name, "default_res_id": document.id},
                )
        return verdicts

    # ------------------------------------------------------------
    # Override
    # ------------------------------------------------------------
    def _recovery_find_grant(self):
        """Return the override that holds today for the amount as it is now."""
        self.ensure_one()
        company = self.company_id or self.env.company
        request = self._recovery_get_credit_request()
        return self.env["recovery.decision"]._find_grant(
            "credit",
            self._origin,
            self._recovery_get_override_amount(),
            company._recovery_today(),
            request.partner._origin,
        )

    def _recovery_get_override(self):
        """Return the last override asked for on this document and its customer."""
        self.ensure_one()
        domain = Domain("kind", "=", "credit")
        domain &= Domain("res_model", "=", self._name) & Domain("res_id", "=", self._origin.id)
        of_customer = Domain("debtor_id.partner_id", "=", self._recovery_get_credit_partner()._origin.id)
        domain &= of_customer | Domain("debtor_id", "=", False)
        return self.env["recovery.decision"].sudo().search(domain, limit=1)

    @api.model
    def _recovery_get_override_status(self, decision):
        money = formatLang(self.env, decision.amount_max, currency_obj=decision.currency_id)
        if decision.state == "asked":
            return self.env._("Override requested by %(user)s: waiting for an answer.", user=decision.asked_by_id.name)
        if decision.state == "refused":
            return self.env._("Override refused: %(reason)s", reason=decision.answer_reason)
        if decision.state == "granted":
            until = decision.valid_until
            if until and until < decision.company_id._recovery_today():
                return self.env._("The override expired on %(date)s.", date=format_date(self.env, until))
            return self.env._(
                "Override granted up to %(amount)s until %(date)s.",
                amount=money,
                date=format_date(self.env, until) if until else "–",
            )
        return ""

    def action_ask_credit_override(self):
        """Open the request for an override of the refusal."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_override_wizard_action")
        return dict(action, context={"default_res_model": self._name, "default_res_id": self.id})

    def _recovery_ask_override(self, reason):
        """Ask a manager to allow this document despite the refusal.

        :return: the decision.
        """
        self.ensure_one()
        self.check_access("write")
        verdict = self._recovery_get_credit_verdicts().get(self)
        if not verdict or verdict.mode != "block":
            raise UserError(self.env._("Nothing is refused here: confirm it."))
        company = self.company_id
        amount = company.currency_id.round(self._recovery_get_override_amount())
        partner = self._recovery_get_credit_partner()
        exposure = self.env["recovery.exposure"]._read(company, partner, company._recovery_today())[partner.id]

        def money(value):
            return formatLang(self.env, value, currency_obj=company.currency_id)

        (full,) = self.env["recovery.credit.check"]._check(
            company, [self._recovery_get_credit_request()], company._recovery_today(), with_figures=True
        )
        debtor = self.env["recovery.debtor"].sudo()._ensure_for(partner, company)
        decision = (
            self.env["recovery.decision"]
            .sudo()
            ._ask(
                "credit",
                self,
                self.env._(
                    "%(customer)s: %(document)s for %(amount)s",
                    customer=partner.display_name,
                    document=self.display_name,
                    amount=money(amount),
                ),
                {
                    "amount": money(amount),
                    "exposure": money(exposure.total),
                    "overdue": money(exposure.overdue),
                    "limit before": money(exposure.limit) if exposure.limit is not None else "",
                    "covered": money(exposure.cover) if exposure.cover else "",
                    "verdict": full.text,
                },
                amount=amount,
                reason=reason,
                debtor=debtor,
                valid_days=company._recovery_root().recovery_override_days,
            )
        )
        self.sudo().message_post(
            body=self.env._("Override of the credit control requested: %(reason)s", reason=reason),
            subtype_xmlid="mail.mt_note",
        )
        return decision

    def _on_decision(self, decision):
        """Tell on the document, and to who asked, what was answered."""
        for document in self.sudo():
            document.message_post(
                body=document._recovery_get_override_status(decision),
                partner_ids=decision.asked_by_id.partner_id.ids,
                subtype_xmlid="mail.mt_note",
            )
