from odoo import api, fields, models
from odoo.exceptions import UserError

from ....models.common.recovery_window import once
from ....models.common.roles import require_manager


class RecoveryDoubtfulAdoptWizard(models.TransientModel):
    """Take over what stands on 416 and 491 already, line by line, without posting anything."""

    _name = "recovery.doubtful.adopt.wizard"
    _description = "Carry over doubtful receivables"
    _inherit = ["recovery.window"]

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company._recovery_root(), readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.One2many(
        "recovery.doubtful.adopt.wizard.line",
        "wizard_id",
        string="Lines of 416",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    ledger_depreciation = fields.Monetary("Balance of 491", compute="_compute_totals")
    depreciated = fields.Monetary("Carried over", compute="_compute_totals")
    gap = fields.Monetary("Not yet allocated line by line", compute="_compute_totals")
    outside_text = fields.Char("Outside the aged balance", compute="_compute_outside_text")

    @api.depends("company_id")
    def _compute_line_ids(self):
        for wizard in self:
            lines = self.env["recovery.doubtful"]._find_adoptable(wizard.company_id)
            wizard.line_ids = [
                fields.Command.clear(),
                *(fields.Command.create({"line_id": line.id, "selected": True}) for line in lines),
            ]

    @api.depends("line_ids.selected", "company_id")
    def _compute_outside_text(self):
        """Name the accounts that are no receivables: what stands there is in no aged balance and in no reminder."""
        for wizard in self:
            accounts = wizard.line_ids.filtered("selected").line_id.sudo().account_id
            outside = (accounts - wizard.company_id._recovery_accounts()).with_company(wizard.company_id)
            wizard.outside_text = ", ".join(sorted(filter(None, outside.mapped("code")))) or False

    @api.depends("line_ids.depreciated", "line_ids.selected", "company_id")
    def _compute_totals(self):
        for wizard in self:
            company = wizard.company_id
            account = company.sudo()._recovery_doubtful_book("depreciation")
            known = sum(
                self.env["recovery.doubtful"]
                .sudo()
                .search([("company_id", "=", company.id), ("state", "!=", "withdrawn")])
                .mapped("depreciated")
            )
            balances = self.env["recovery.ledger"]._read_account_balances(company, account, company._recovery_today())
            wizard.ledger_depreciation = -balances.get(account.id, 0.0)
            wizard.depreciated = known + sum(wizard.line_ids.filtered("selected").mapped("depreciated"))
            wizard.gap = wizard.ledger_depreciation - wizard.depreciated

    @once
    def action_confirm(self):
        """Follow the lines that are chosen."""
        self.ensure_one()
        require_manager(self.env)
        chosen = self.line_ids.filtered("selected")
        if not chosen:
            raise UserError(self.env._("Choose at least one line."))
        if self.currency_id.compare_amounts(self.gap, 0.0) < 0:
            raise UserError(self.env._("These impairments add up to more than the balance of 491."))
        claims = self.env["recovery.doubtful"]._adopt(
            [
                {"line": line.line_id, "depreciated": line.depreciated, "vat": line.vat, "tax": line.tax_id}
                for line in chosen
            ]
        )
        return self._say(self.env._("Carried over: %s.", self._describe_records(claims)))
