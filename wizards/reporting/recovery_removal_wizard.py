from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...models.common.recovery_window import once
from ...models.common.roles import AUDITOR, MANAGER

FRESH = 1  # days: an older file does not tell what the removal takes away


class RecoveryRemovalWizard(models.TransientModel):
    _inherit = "recovery.removal.wizard"

    has_packs = fields.Boolean(compute="_compute_has_packs")

    @api.depends("create_date")
    def _compute_has_packs(self):
        self.has_packs = bool(self._find_companies_of_packs())

    @once
    def action_pack(self):
        """Ask for the audit files of all that the journals tell of, and open their list: they are taken from there."""
        self._check_reader()
        companies = self._find_companies_of_packs()
        if not companies:
            raise AccessError(self.env._("Only a recovery manager or an auditor may request an audit file."))
        files = self.env["recovery.audit.pack"].union(*(self._ensure_pack(company) for company in companies))
        is_made = all(file.state == "done" for file in files)
        return self._say(
            self.env._("The audit file is ready: download it before removing the module.")
            if is_made
            else self.env._(
                "The audit file is being prepared in the background: download it before removing the module."
            ),
            then=self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_audit_pack_action"),
        )

    @api.model
    def _find_companies_of_packs(self):
        """Return the companies of which this person may ask for the audit file now."""
        user = self.env.user
        if not (user.has_group(MANAGER) or user.has_group(AUDITOR)):
            return self.env["res.company"]
        return self._get_companies().filtered(
            lambda company: company in user.company_ids and company.with_env(self.env)._recovery_is_open()
        )

    @api.model
    def _ensure_pack(self, company):
        """Return the audit file of all days that a journal tells of: one asked for lately, else a new one."""
        first = self.env["recovery.event"].sudo().search([("company_id", "=", company.id)], order="date, id", limit=1)
        today = company._recovery_today()
        start = company._recovery_local_datetime(first.date).date() if first else today
        since = fields.Datetime.subtract(fields.Datetime.now(), days=FRESH)
        found = self.env["recovery.audit.pack"].search(
            Domain("company_id", "=", company.id)
            & Domain("asked_on", ">=", since)
            & Domain("date_from", "<=", start)
            & Domain("date_to", ">=", fields.Date.subtract(today, days=FRESH))
            & Domain("state", "in", ("queued", "building", "done")),
            limit=1,
        )
        return found or self.env["recovery.audit.pack"]._ask(company.with_env(self.env), start, today)
