from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.common.recovery_window import once
from ...models.common.roles import require_manager


class RecoveryPurgeWizard(models.TransientModel):
    """Look at what should be erased, then erase it: a manager gives the reason."""

    _name = "recovery.purge.wizard"
    _description = "Erase after the time of retention"
    _inherit = ["recovery.window"]

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company._recovery_root())
    reason = fields.Char("Why now?")
    due_text = fields.Text("What goes", compute="_compute_due")
    kept_text = fields.Text("What stays all the same", compute="_compute_due")
    due_count = fields.Integer("Records", compute="_compute_due")

    @api.depends("company_id")
    def _compute_due(self):
        for wizard in self:
            due = self._find_due(wizard.company_id) if wizard.company_id else {}
            title = self.env["ir.model"].sudo()
            wizard.due_count = sum(len(rows.records) for rows in due.values())
            wizard.due_text = "\n".join(
                self.env._("%(kind)s: %(count)s", kind=title._get(name).name, count=len(rows.records))
                for name, rows in due.items()
                if rows.records
            )
            kept = {debtor: why for rows in due.values() for debtor, why in rows.kept.items()}
            wizard.kept_text = "\n".join(
                self.env._("%(customer)s: %(why)s", customer=debtor.display_name, why=why)
                for debtor, why in list(kept.items())[:50]
            )

    def _find_due(self, company):
        require_manager(self.env)
        company._recovery_check_open()
        return self.env["recovery.purge"]._find_due(company, company._recovery_today())

    @once
    def action_confirm(self):
        """Erase what the list says."""
        require_manager(self.env)
        if not (self.reason or "").strip():
            raise UserError(self.env._("Give a reason: it stays in the journal."))
        company = self.company_id
        purge = self.env["recovery.purge"]._run(company, company._recovery_today(), self.reason.strip())
        if not purge:
            return self._say(self.env._("There is nothing to erase."), kind="info")
        return self._say(self.env._("%s records were erased; their digests are kept.", purge.record_count))
