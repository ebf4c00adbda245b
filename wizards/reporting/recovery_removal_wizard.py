from odoo import api, fields, models
from odoo.fields import Domain

from ...models.common.roles import AUDITOR, MANAGER

FRESH = 1  # days: an older file does not tell what the removal takes away


class RecoveryRemovalWizard(models.TransientModel):
    _inherit = "recovery.removal.wizard"

    def action_print(self):
        """Ask first for the audit files, if this person may have them: what is taken along is made in the background.

        Who may have none takes the journal along, as before.
        """
        self.ensure_one()
        self._check_reader()
        companies = self._find_companies_of_files()
        missing = companies.filtered(lambda company: self._find_file(company).state != "done")
        if not missing:
            return super().action_print()
        for company in missing:
            if not self._find_file(company):
                first, last = self._get_file_period(company)
                self.env["recovery.audit.pack"]._ask(company, first, last)
        return self._say(
            self.env._("The audit file is made in the background. Open this window again once it is there."),
            then=self._get_list_action(),
            kind="info",
        )

    def _get_file_action(self):
        """Hand over the audit files that are made, else the journal."""
        companies = self._find_companies_of_files()
        return self._get_list_action() if companies else super()._get_file_action()

    @api.model
    def _get_list_action(self):
        return self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_audit_pack_action")

    @api.model
    def _find_companies_of_files(self):
        """Return the companies of which this person may ask for the audit file now."""
        user = self.env.user
        if not (user.has_group(MANAGER) or user.has_group(AUDITOR)):
            return self.env["res.company"]
        return self._get_companies().filtered(
            lambda company: company in user.company_ids and company._recovery_is_open()
        )

    @api.model
    def _get_file_period(self, company):
        """Return all the days that the journal tells of, until today."""
        today = company._recovery_today()
        first = (
            self.env["recovery.event"].sudo().search([("company_id", "=", company.id)], order="date, id", limit=1).date
        )
        return (company._recovery_local_datetime(first).date() if first else today), today

    @api.model
    def _find_file(self, company):
        """Return the file of all those days that was asked for lately, and did not fail."""
        first, last = self._get_file_period(company)
        since = fields.Datetime.subtract(fields.Datetime.now(), days=FRESH)
        domain = Domain("company_id", "=", company.id) & Domain("asked_on", ">=", since)
        domain &= Domain("date_from", "<=", first) & Domain("date_to", ">=", fields.Date.subtract(last, days=FRESH))
        return self.env["recovery.audit.pack"].search(
            domain & Domain("state", "in", ("queued", "building", "done")), limit=1
        )
