from odoo import api, fields, models

from ...models.common.recovery_window import once


class RecoveryLimitationChoiceWizard(models.TransientModel):
    """Correct the kind, the start or the length of a limitation, with a reason."""

    _name = "recovery.limitation.choice.wizard"
    _description = "Correct the limitation"
    _inherit = ["recovery.window"]

    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True)
    company_id = fields.Many2one(related="debtor_id.company_id")
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    nature = fields.Selection(related="debtor_id.nature")
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        domain="[('commercial_partner_id', '=', partner_id), ('company_id', 'child_of', company_id),"
        " ('move_type', 'in', ('out_invoice', 'out_receipt')), ('state', '=', 'posted')]",
        help="Empty: all the claims against the debtor.",
    )
    kind_id = fields.Many2one(
        "recovery.limitation.kind",
        string="Limitation period",
        compute="_compute_current",
        store=True,
        readonly=False,
        help="Empty: the kind given by the debtor's nature.",
    )
    period_text = fields.Char(related="kind_id.period_text")
    kind_note = fields.Text(related="kind_id.note")
    start_on = fields.Date(
        "Runs from",
        compute="_compute_current",
        store=True,
        readonly=False,
        help="Empty: the performance or the due date, depending on the kind.",
    )
    contract_months = fields.Integer(
        "Months agreed in the contract",
        compute="_compute_current",
        store=True,
        readonly=False,
        help="One to ten years between professionals (C. civ. 2254), never with a consumer. Zero: the statutory "
        "length.",
    )
    reason = fields.Char(required=True)

    @api.depends("debtor_id", "move_id")
    def _compute_current(self):
        """Show what is in force."""
        for wizard in self:
            choice = self.env["recovery.limitation.choice"].search(
                [
                    ("debtor_id", "=", wizard.debtor_id.id),
                    ("move_id", "=", wizard.move_id.id),
                    ("is_current", "=", True),
                ],
                limit=1,
            )
            wizard.kind_id = choice.kind_id
            wizard.start_on = choice.start_on
            wizard.contract_months = choice.contract_months

    @once
    def action_confirm(self):
        """Record the correction."""
        self.ensure_one()
        self.env["recovery.limitation.choice"]._decide(
            self.debtor_id,
            self.company_id._recovery_today(),
            self.reason,
            move=self.move_id,
            kind=self.kind_id,
            start_on=self.start_on if self.move_id else None,
            contract_months=self.contract_months,
        )
        return self._say(
            self.env._("Limitation of %s corrected.", self._describe_records(self.move_id or self.debtor_id))
        )
