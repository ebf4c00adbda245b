from odoo import api, fields, models
from odoo.tools import format_date

from ...models.common.given import require_reason
from ...models.common.recovery_purge import Chosen
from ...models.common.recovery_window import once
from ...models.common.retention import CASES, CONTACTS
from ...models.common.roles import require_manager

SHOWN = 200  # records that the window names one by one


class RecoveryPurgeWizard(models.TransientModel):
    """Choose what should be erased, look at it, then erase it: a manager gives the reason."""

    _name = "recovery.purge.wizard"
    _description = "Erase After Retention Period"
    _inherit = ["recovery.window"]

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company._recovery_root())
    kind = fields.Selection(
        [
            (CONTACTS, "Calls, visits, e-mails, promises and disputes"),
            (CASES, "Closed cases, proceedings and plans"),
        ],
        string="Only",
        help="Empty: everything whose retention period has ended.",
    )
    debtor_ids = fields.Many2many(
        "recovery.debtor", string="Customers", domain="[('company_id', '=', company_id)]", help="Empty: all of them."
    )
    reason = fields.Char("Why now?")
    preview = fields.Html("What is erased", compute="_compute_due", sanitize=False)
    due_count = fields.Integer("Records", compute="_compute_due")

    @api.depends("company_id", "kind", "debtor_ids")
    @api.depends_context("lang")
    def _compute_due(self):
        for wizard in self:
            company = wizard.company_id
            due = wizard._find_due() if company and company._recovery_is_open() else {}
            wizard.due_count = sum(len(rows.records) for rows in due.values())
            kept = {debtor: why for rows in due.values() for debtor, why in rows.kept.items()}
            rows = wizard._list_due(due)[:SHOWN]
            stays = [(debtor.display_name, why) for debtor, why in list(kept.items())[:SHOWN]]
            wizard.preview = self.env["ir.qweb"]._render(
                "debt_recovery.recovery_purge_preview",
                {
                    "rows": rows,
                    "more": self._count_more(rows, wizard.due_count),
                    "kept": stays,
                    "kept_more": self._count_more(stays, len(kept)),
                },
            )

    @api.model
    def _count_more(self, rows, count):
        more = count - len(rows)
        return self.env._("and %s more", more) if more > 0 else ""

    def _find_due(self):
        """Return what the choice of the window comes to."""
        require_manager(self.env)
        self.company_id._recovery_check_open()
        company = self.company_id
        return self.env["recovery.purge"]._find_due(company, company._recovery_today(), chosen=self._get_chosen())

    def _get_chosen(self):
        debtors = self.debtor_ids._origin
        debtors.check_access("read")
        return Chosen((self.kind,) if self.kind else (), debtors or None)

    @api.model
    def _list_due(self, due):
        """Return ``(kind of record, customer, day, what goes)`` of each record."""
        purge, rows = self.env["recovery.purge"], []
        retained = purge._get_retained()
        for name, found in due.items():
            title = self.env["ir.model"].sudo()._get(name).name
            for record in found.records[:SHOWN]:
                if name == "mail.message":
                    owner = self.env[record.model].sudo().browse(record.res_id)
                    debtor, day = purge._get_debtors(owner), record.date.date()
                    words = self.env._("Subject, text and documents")
                else:
                    debtor, day = purge._get_debtors(record), purge._get_day(record, retained[name].day)
                    words = purge._describe_words(record, retained[name])
                rows.append((title, debtor.display_name or "", format_date(self.env, day), words))
        return rows

    @once
    def action_confirm(self):
        """Erase what the window shows."""
        require_manager(self.env)
        reason = require_reason(self.env, self.reason)
        company = self.company_id
        purge = self.env["recovery.purge"]._run(company, company._recovery_today(), reason, chosen=self._get_chosen())
        if not purge:
            return self._say(self.env._("There is nothing to erase."), kind="info")
        return self._say(self.env._("%s records were erased; their digests are kept.", purge.record_count))
