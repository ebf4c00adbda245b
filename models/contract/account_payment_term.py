from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ..common.roles import READERS
from .payment_limit import judge

DAYS_TRIED = 366


class AccountPaymentTerm(models.Model):
    _inherit = "account.payment.term"

    recovery_term_warning = fields.Char(compute="_compute_recovery_term_warning", groups=READERS)

    @api.depends("line_ids.nb_days", "line_ids.delay_type", "line_ids.days_next_month", "company_id")
    @api.depends_context("company", "lang")
    def _compute_recovery_term_warning(self):
        company = self.env.company
        for term in self:
            term.recovery_term_warning = term._get_recovery_term_warning(term.company_id or company)

    def _get_recovery_term_warning(self, company, has_clause=False):
        """Return what is wrong with these terms for French professionals, or ``""``.

        Tried on every invoice date of the coming year, because the end of a month moves the due date.
        """
        self.ensure_one()
        if company.account_fiscal_country_id.code != "FR" or not self.line_ids:
            return ""
        today = company._recovery_today()
        rules = self.env["recovery.payment.term.rule"]._get_rules(company, today)
        rows = rules._as_rows()
        worst = None
        for offset in range(DAYS_TRIED):
            start = today + timedelta(days=offset)
            due = max(line._get_due_date(start) for line in self.line_ids)
            verdict = judge(rows, start, due, has_clause)
            rank = (verdict.state == "over", verdict.state == "clause", verdict.excess)
            if verdict.state != "ok" and (worst is None or rank > worst[0]):
                worst = (rank, verdict, start, due)
        return self._describe_recovery_verdict(worst[1], rules, worst[2], worst[3]) if worst else ""

    @api.model
    def _describe_recovery_verdict(self, verdict, rules, start, due):
        """Return the sentence that tells a legal maximum exceeded, or a clause needed."""
        rule = rules.browse(verdict.rule.key)
        values = {
            "rule": rule.name,
            "article": rule.article,
            "start": format_date(self.env, start),
            "due": format_date(self.env, due),
            "latest": format_date(self.env, verdict.latest),
            "days": verdict.excess,
        }
        if verdict.state == "clause":
            return self.env._(
                "Between professionals these terms are lawful only if the contract stipulates “%(rule)s” "
                "(%(article)s): an invoice of %(start)s would be due on %(due)s.",
                **values,
            )
        return self.env._(
            "Beyond the legal maximum between professionals (%(rule)s, %(article)s): an invoice of %(start)s would "
            "be due on %(due)s, the latest allowed being %(latest)s. Excess in days: %(days)s.",
            **values,
        )
