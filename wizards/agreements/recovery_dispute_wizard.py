from odoo import api, fields, models

from ...models.common.calendar import shift
from ...models.common.recovery_window import once
from ...models.common.roles import USER


class RecoveryDisputeWizard(models.TransientModel):
    """Record a dispute: which invoice, how much of it, why, who answers and by when."""

    _name = "recovery.dispute.wizard"
    _description = "Dispute"
    _inherit = ["recovery.agreement.wizard"]

    available_move_ids = fields.Many2many("account.move", compute="_compute_available_move_ids")
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        required=True,
        compute="_compute_move_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'in', available_move_ids)]",
    )
    line_id = fields.Many2one(
        "account.move.line",
        string="Instalment",
        domain="[('id', 'in', instalment_ids)]",
        help="Empty: the whole invoice.",
    )
    instalment_ids = fields.Many2many("account.move.line", compute="_compute_owed", string="Open instalments")
    instalment_count = fields.Integer("Instalment count", compute="_compute_owed")
    owed = fields.Monetary("Open on it", compute="_compute_owed")
    amount = fields.Monetary(
        "Disputed amount",
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="The rest of the invoice is still claimed.",
    )
    reason_id = fields.Many2one("recovery.dispute.reason", required=True)
    help_text = fields.Text(related="reason_id.help_text")
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        required=True,
        default=lambda self: self.env.user,
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref(USER).ids),
            ("share", "=", False),
        ],
    )
    date_due = fields.Date(
        "To be answered by", compute="_compute_date_due", store=True, readonly=False, precompute=True, required=True
    )
    description = fields.Text()
    attachment_ids = fields.Many2many("ir.attachment", string="Documents")

    @api.depends("debtor_id")
    def _compute_available_move_ids(self):
        for wizard in self:
            wizard.available_move_ids = self.env["account.move"].search(
                [
                    ("commercial_partner_id", "=", wizard.debtor_id.partner_id.id),
                    ("company_id", "child_of", wizard.company_id.id),
                    ("move_type", "in", ("out_invoice", "out_receipt")),
                    ("state", "=", "posted"),
                    # a line of sales is never reconciled: only what the customer owes tells whether it is open
                    ("line_ids", "any", [("account_type", "=", "asset_receivable"), ("recovery_is_open", "=", True)]),
                ],
                order="invoice_date_due, id",
            )

    @api.depends("debtor_id")
    def _compute_move_id(self):
        for wizard in self:
            wizard.move_id = wizard.move_id or wizard.available_move_ids._origin[:1]

    @api.depends("debtor_id", "move_id")
    def _compute_currency_id(self):
        for wizard in self:
            wizard.currency_id = wizard.move_id.currency_id or wizard.company_id.currency_id

    @api.depends("move_id", "line_id")
    def _compute_owed(self):
        for wizard in self:
            lines = wizard.move_id.line_ids._origin.filtered(
                lambda line: line.account_id.account_type == "asset_receivable" and line.recovery_residual > 0
            )
            wizard.instalment_ids = [fields.Command.set(lines.ids)]
            wizard.instalment_count = len(lines)
            wizard.owed = wizard.line_id.recovery_residual or sum(lines.mapped("recovery_residual"))

    @api.depends("owed")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.owed

    @api.depends("debtor_id")
    def _compute_date_due(self):
        for wizard in self:
            if wizard.debtor_id and not wizard.date_due:
                company = wizard.company_id
                wizard.date_due = shift(company._recovery_today(), days=company.recovery_dispute_days)

    @once
    def action_confirm(self):
        """Open the dispute: what is disputed leaves the reminders."""
        self.ensure_one()
        dispute = self.env["recovery.dispute"]._open(
            self.debtor_id,
            self.company_id._recovery_today(),
            self.move_id,
            self.reason_id,
            line=self.line_id,
            amount=self.amount,
            user=self.user_id,
            date_due=self.date_due,
            description=self.description,
        )
        if self.attachment_ids:
            self.attachment_ids.write({"res_model": dispute._name, "res_id": dispute.id})
            dispute.attachment_ids = self.attachment_ids
        return self._say(
            self.env._(
                "%(dispute)s opened: %(amount)s of %(invoice)s is excluded from reminders until it is answered.",
                dispute=dispute.display_name,
                amount=self.currency_id.format(self.amount),
                invoice=self.move_id.name,
            )
        )
