from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from ....models.common.recovery_window import once
from ....models.common.roles import require_user


class RecoveryDoubtfulWizard(models.TransientModel):
    """Propose that unpaid instalments pass to the doubtful receivables: a draft that somebody validates."""

    _name = "recovery.doubtful.wizard"
    _description = "Transfer to doubtful receivables"
    _inherit = ["recovery.window"]

    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    line_ids = fields.Many2many("account.move.line", string="Instalments")
    day = fields.Date("Date of the entry", required=True, default=lambda self: self.env.company._recovery_today())
    reason = fields.Char("Why they are doubtful", required=True)
    total_text = fields.Char("Total", compute="_compute_total_text")

    @api.model
    def default_get(self, fields_list):
        """Take what is unpaid of the debtors, cases, claims or invoices from which the window was opened."""
        values = super().default_get(fields_list)
        if "line_ids" in fields_list and not values.get("line_ids"):
            values["line_ids"] = [fields.Command.set(self._find_lines().ids)]
        return values

    @api.model
    def _find_lines(self):
        lines = self.env["account.move.line"]
        for debtor in self._get_active_records("recovery.debtor"):
            debtor.check_access("read")
            day = debtor.company_id._recovery_today()
            lines += self.env["recovery.claim"]._find_lines(debtor.company_id, day, debtor.partner_id).sudo(False)
        claims = self._get_active_records("recovery.case").line_ids.filtered("is_running")
        lines |= (claims | self._get_active_records("recovery.case.line")).line_id
        lines |= self._get_active_records("account.move").line_ids
        receivable = lines.sudo().filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and line.parent_state == "posted"
                and not line.reconciled
                and line.amount_residual > 0
                and line.account_id != line.company_id._recovery_find_doubtful_account()
            )
        )
        return receivable.with_env(self.env)

    @api.depends("line_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.line_ids.company_id.root_id[:1] or self.env.company._recovery_root()

    @api.depends("line_ids")
    def _compute_total_text(self):
        for wizard in self:
            amount = sum(wizard.line_ids.sudo().mapped("amount_residual"))
            wizard.total_text = formatLang(self.env, amount, currency_obj=wizard.company_id.currency_id)

    @once
    def action_confirm(self):
        """Make the draft entries and open them."""
        self.ensure_one()
        require_user(self.env)
        if len(self.line_ids.company_id.root_id) > 1:
            raise UserError(self.env._("Choose the instalments of one company at a time."))
        entries = self.env["recovery.doubtful"]._propose(self.line_ids, self.day, self.reason)
        return entries._get_records_action(name=self.env._("Transfer to Doubtful"))
