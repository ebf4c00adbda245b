from odoo import api, fields, models

from ....models.common.recovery_window import once
from ....models.common.roles import require_user


class RecoverySetOffWizard(models.TransientModel):
    """Propose to set what we owe a customer off against what it owes us: a draft, never made by itself."""

    _name = "recovery.set.off.wizard"
    _description = "Set-off"
    _inherit = ["recovery.window"]

    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True)
    company_id = fields.Many2one(related="debtor_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    day = fields.Date("Date of the entry", required=True, default=lambda self: self.env.company._recovery_today())
    owed_to_us = fields.Monetary("The customer owes, due", compute="_compute_figures")
    owed_by_us = fields.Monetary("We owe, due", compute="_compute_figures")
    judgment_on = fields.Date("Opening judgment", compute="_compute_figures")
    obstacle = fields.Char("Why nothing can be set off", compute="_compute_figures")
    amount = fields.Monetary(compute="_compute_amount", store=True, readonly=False)
    is_connected = fields.Boolean(
        "The debts are connected",
        help="They come from one contract, or from contracts that form a whole (C. com. L622-7): only such debts "
        "are set off once insolvency proceedings are opened.",
    )
    is_declared = fields.Boolean("Our claim was declared", compute="_compute_is_declared", store=True, readonly=False)

    @api.depends("debtor_id", "day", "is_connected")
    def _compute_figures(self):
        for wizard in self:
            engine, debtor = self.env["recovery.set.off"], wizard.debtor_id._origin
            state = engine._get_proceedings(debtor, wizard.day) if debtor and wizard.day else None
            wizard.judgment_on = state.judgment_on if state else False
            ours, theirs = engine._find(debtor, wizard.day) if debtor and wizard.day else ((), ())
            wizard.owed_to_us = sum(line.amount_residual for line in ours)
            wizard.owed_by_us = -sum(line.amount_residual for line in theirs)
            wizard.obstacle = engine._describe_obstacle(debtor, wizard.day) if debtor and wizard.day else False

    @api.depends("debtor_id", "day")
    def _compute_amount(self):
        engine = self.env["recovery.set.off"]
        for wizard in self:
            debtor = wizard.debtor_id._origin
            wizard.amount = engine._get_most(*engine._find(debtor, wizard.day)) if debtor and wizard.day else 0.0

    @api.depends("debtor_id", "day")
    def _compute_is_declared(self):
        """Propose what the file says: the declaration of the debtor's proceedings."""
        for wizard in self:
            engine, debtor = self.env["recovery.set.off"], wizard.debtor_id._origin
            state = engine._get_proceedings(debtor, wizard.day) if debtor and wizard.day else None
            earlier = engine._find_earlier(engine._find(debtor, wizard.day)[0], state) if state else None
            wizard.is_declared = bool(earlier) and engine._find_declared(earlier, state) == earlier

    @once
    def action_confirm(self):
        """Make the draft entry and open it."""
        self.ensure_one()
        require_user(self.env)
        entries = self.env["recovery.set.off"]._propose(
            self.debtor_id, self.day, self.amount, self.is_connected, self.is_declared
        )
        return entries._get_records_action(name=self.env._("Set-off"))
