from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang


class RecoveryNotice(models.Model):
    """The placeholders that the wording of a level may use, as text in the reader's language."""

    _inherit = "recovery.notice"

    debtor_name = fields.Char(compute="_compute_wording")
    contact_name = fields.Char(compute="_compute_wording")
    amount_text = fields.Char(compute="_compute_wording")
    invoice_count_text = fields.Char(compute="_compute_wording")
    oldest_due_text = fields.Char(compute="_compute_wording")
    days_late_text = fields.Char(compute="_compute_wording")
    deadline_text = fields.Char(compute="_compute_wording")
    deadline_days_text = fields.Char(compute="_compute_wording")
    letter_date_text = fields.Char(compute="_compute_wording")
    company_name = fields.Char(compute="_compute_wording")
    collector_name = fields.Char(compute="_compute_wording")
    collector_phone = fields.Char(compute="_compute_wording")
    collector_email = fields.Char(compute="_compute_wording")
    debtor_phone = fields.Char(compute="_compute_wording")
    paid_on_time_text = fields.Char("Paid on time", compute="_compute_history_wording")
    paid_late_text = fields.Char("Paid late", compute="_compute_history_wording")

    @api.model
    def _get_placeholders(self):
        return (
            "debtor_name",
            "contact_name",
            "amount_text",
            "invoice_count_text",
            "oldest_due_text",
            "days_late_text",
            "deadline_text",
            "deadline_days_text",
            "letter_date_text",
            "company_name",
            "collector_name",
            "collector_phone",
            "collector_email",
            "debtor_phone",
            "paid_on_time_text",
            "paid_late_text",
        )

    @api.depends_context("lang")
    def _compute_wording(self):
        for notice in self:
            day = notice.issue_date or notice.date
            contact = notice.debtor_id._get_responsible()
            addressee = notice.addressee_id
            totals = [
                formatLang(self.env, total, currency_obj=currency)
                for currency, total, _credits in notice._get_currency_totals()
            ]
            late = (day - notice.oldest_due).days if notice.oldest_due else 0
            notice.debtor_name = notice.partner_id.name
            notice.contact_name = addressee.name if addressee and not addressee.is_company else notice.partner_id.name
            notice.amount_text = self._join(totals)
            notice.invoice_count_text = str(notice.line_count)
            notice.oldest_due_text = format_date(self.env, notice.oldest_due) if notice.oldest_due else ""
            notice.days_late_text = str(abs(late))
            notice.deadline_text = format_date(self.env, notice.deadline_date) if notice.deadline_date else ""
            notice.deadline_days_text = str(notice.level_id.deadline_days)
            notice.letter_date_text = self._format_day(day, "long")
            notice.company_name = notice.issuer_id.name
            notice.collector_name = contact.name
            notice.collector_phone = contact.partner_id.phone or notice.issuer_id.phone or ""
            notice.collector_email = contact.email or notice.issuer_id.email or ""
            notice.debtor_phone = addressee.phone or notice.partner_id.phone or ""

    def _compute_history_wording(self):
        """Count the instalments paid on time and late over two years, in one query per company and date."""
        for (company, day), notices in self.grouped(lambda n: (n.company_id, n.issue_date or n.date)).items():
            history = self.env["recovery.ledger"]._read_payment_history(company, notices.partner_id, day)
            for notice in notices:
                past = history.get(notice.partner_id.id)
                notice.paid_on_time_text = str(past.settled_24 - past.late_24 if past else 0)
                notice.paid_late_text = str(past.late_24 if past else 0)

    @api.model
    def _join(self, parts):
        """Return amounts of several currencies as one phrase: ``1 200,00 € and $ 300.00``."""
        if len(parts) < 2:
            return "".join(parts)
        return self.env._("%(first)s and %(last)s", first=", ".join(parts[:-1]), last=parts[-1])
