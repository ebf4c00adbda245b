import logging
from datetime import timedelta

from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain

REMINDED = 90  # days during which a reminder is remembered
SETTLED = 7  # days after a payment during which it is thanked for
_logger = logging.getLogger(__name__)


class RecoveryThanks(models.AbstractModel):
    """Thank who was reminded and paid everything, where their scenario says so: one e-mail, that solicits nobody."""

    _name = "recovery.thanks"
    _description = "Recovery: thank-you messages"

    @api.model
    def _run(self, company, day):
        """Write to those who settled everything by a payment these days; return how many that was."""
        scenarios = self.env["recovery.scenario"].sudo().search([("has_thanks", "=", True)])
        debtors = self._find(company._recovery_root(), day, scenarios) if scenarios else ()
        for debtor in debtors:
            self.env["recovery.dispatch"]._isolate(debtor, self._thank, self._leave)
        return len(debtors)

    @api.model
    def _find(self, company, day, scenarios):
        """Return the debtors to thank: all is settled, by money, since they were reminded, and nobody thanked them."""
        since = day - timedelta(days=REMINDED)
        debtors = (
            self.env["recovery.debtor"]
            .sudo()
            .search(
                Domain("company_id", "=", company.id)
                & Domain("amount_open", "=", 0)
                & Domain("last_notice_on", ">=", since)
            )
            .filtered(lambda debtor: debtor.effective_scenario_id in scenarios)
        )
        claimed = (
            self.env["recovery.notice.line"]
            .sudo()
            .search(
                Domain("debtor_id", "in", debtors.ids)
                & Domain("role", "=", "claimed")
                & Domain("notice_id.state", "=", "sent")
                & Domain("notice_id.issue_date", ">=", since)
                & Domain("move_line_id", "!=", False)
            )
        )
        if not claimed:
            return debtors.browse()
        rows = self.env["recovery.ledger"]._read_settlements(
            claimed.move_line_id, date_from=day - timedelta(days=SETTLED)
        )
        paid = {row.line_id for row in rows if row.is_money}
        thanked = (
            self.env["recovery.delivery"]
            .sudo()
            .search_fetch([("debtor_id", "in", debtors.ids), ("purpose", "=", "thanks")], ["debtor_id", "queued_on"])
        )
        last = {delivery.debtor_id: delivery.queued_on.date() for delivery in thanked.sorted("queued_on")}
        found = debtors.browse()
        for debtor, lines in claimed.grouped("debtor_id").items():
            told_on = max(lines.notice_id.mapped("issue_date"))
            is_new = debtor not in last or last[debtor] < told_on
            if is_new and not paid.isdisjoint(lines.move_line_id.ids) and not self._is_held(debtor):
                found |= debtor
        return found

    @api.model
    def _is_held(self, debtor):
        """Tell whether something holds of the debtor, or has no mailbox: nobody is thanked in the middle of a case."""
        addressee = debtor._get_addressee("reminder")
        has_mailbox = self.env["recovery.rendering"]._has_mailbox(addressee)
        return not has_mailbox or bool(debtor._get_standings().get(debtor))

    @api.model
    def _thank(self, debtor):
        """Write to one debtor, in the name of who follows it."""
        debtor.ensure_one()
        Window = self.env["recovery.free.reminder"].with_user(debtor._get_responsible())
        words = self.with_context(lang=debtor._get_language(debtor._get_addressee("reminder"))).env
        company = Markup('<t t-out="object.company_name"/>')
        paragraphs = (
            words._("Dear Sir or Madam,"),
            words._("We have received your payment, and your account with %s is now settled. Thank you.", company),
            words._("Yours faithfully,"),
        )
        window = Window.create(
            {
                "debtor_id": debtor.id,
                "channel": "email",
                "with_items": False,
                "subject": words._("Thank you for your payment"),
                "body": Markup("").join(Markup("<p>%s</p>") % paragraph for paragraph in paragraphs),
            }
        )
        window._send("thanks")

    @api.model
    def _leave(self, debtor, error):
        """Leave alone whom nobody can thank: no word of it is owed."""
        _logger.info("No thanks to debtor %s: %s", debtor.id, error)
