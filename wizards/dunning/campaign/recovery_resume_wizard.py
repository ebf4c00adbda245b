from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ....models.common.given import require_reason
from ....models.common.recovery_window import once
from ....models.common.roles import require_manager


class RecoveryResumeWizard(models.TransientModel):
    """Reprise: say at which level instalments were already reminded before this module, without sending anything."""

    _name = "recovery.resume.wizard"
    _description = "Carry Over Past Levels"
    _inherit = ["recovery.window"]

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company.root_id
    )
    debtor_ids = fields.Many2many("recovery.debtor", string="Debtors", help="Empty: every debtor of the company.")
    level_id = fields.Many2one(
        "recovery.level",
        string="Level reached",
        domain="[('company_id', 'in', (False, company_id)), ('scenario_id.active', '=', True)]",
        help="Applied to every instalment below; each one may then have its own.",
    )
    date = fields.Date("Reached on", help="The day the last reminder was sent, from which the next delay is counted.")
    min_days = fields.Integer("Late by at least (days)", default=1)
    max_days = fields.Integer("Late by at most (days)", help="Zero: no limit.")
    reason = fields.Char(help="It is kept in the journal, for every debtor.")
    line_ids = fields.One2many("recovery.resume.wizard.line", "wizard_id", string="Instalments")
    line_count = fields.Integer("Line count", compute="_compute_line_count")

    @api.depends("line_ids")
    def _compute_line_count(self):
        for wizard in self:
            wizard.line_count = len(wizard.line_ids)

    @api.model
    def _open(self, debtors):
        """Return the action that opens the wizard for these debtors, or for all."""
        require_manager(self.env)
        company = debtors.company_id or self.env.company.root_id
        company.ensure_one()
        company._recovery_check_open()
        wizard = self.create({"company_id": company.id, "debtor_ids": [Command.set(debtors.ids)]})
        return wizard._reopen()

    def _reopen(self):
        return self._get_dialog(self.env._("Carry over past levels"))

    def action_list(self):
        """List the late instalments of the filter that no notice has claimed yet, at the level and date above."""
        self.ensure_one()
        require_manager(self.env)
        self.company_id._recovery_check_open()
        day = self.company_id._recovery_today()
        partners = self.debtor_ids.partner_id if self.debtor_ids else None
        items = self.env["recovery.ledger"]._read_items(self.company_id, day=day, partners=partners)
        reached = self.env["recovery.notice.line"]._read_reached(
            self.company_id, self.debtor_ids if self.debtor_ids else None
        )
        chosen = [
            item
            for item in items
            if item.residual > 0
            and item.partner_id
            and item.line_id not in reached
            and (day - item.due).days >= self.min_days
            and (not self.max_days or (day - item.due).days <= self.max_days)
        ]
        self.line_ids = [
            Command.clear(),
            *(
                Command.create({"move_line_id": item.line_id, "level_id": self.level_id.id, "date": self.date})
                for item in chosen
            ),
        ]
        return self._reopen()

    @once
    def action_confirm(self):
        """Write the past levels; what has none is left alone."""
        self.ensure_one()
        require_manager(self.env)
        self.company_id._recovery_check_open()
        reason = require_reason(self.env, self.reason)
        lines = self.line_ids.filtered("level_id")
        if not lines:
            raise UserError(self.env._("List the instalments, and set the level of at least one of them."))
        if lines.filtered(lambda line: not line.date or line.date > self.company_id._recovery_today()):
            raise ValidationError(
                self.env._("Each level carried over needs the date it was reached, not in the future.")
            )
        rows = [(line.move_line_id, line.level_id, line.date) for line in lines]
        notices = self.env["recovery.notice"]._resume(self.company_id, rows, reason)
        return notices._get_records_action(name=self.env._("Levels carried over"))
