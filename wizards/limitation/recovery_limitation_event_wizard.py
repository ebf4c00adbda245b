from odoo import api, fields, models
from odoo.tools import format_date

from ...models.common.recovery_window import once


class RecoveryLimitationEventWizard(models.TransientModel):
    """Record what interrupted or suspended the limitation of a debtor's claims, with its proof."""

    _name = "recovery.limitation.event.wizard"
    _description = "Evidence for Limitation"
    _inherit = ["recovery.window"]

    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True)
    company_id = fields.Many2one(related="debtor_id.company_id")
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    move_id = fields.Many2one("account.move", readonly=True)
    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        compute="_compute_move_ids",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('commercial_partner_id', '=', partner_id), ('company_id', 'child_of', company_id),"
        " ('move_type', 'in', ('out_invoice', 'out_receipt')), ('state', '=', 'posted')]",
        help="Empty: everything the debtor owed on that day.",
    )
    line_ids = fields.Many2many(
        "account.move.line",
        string="Only these instalments",
        domain="[('move_id', 'in', move_ids), ('account_id.account_type', '=', 'asset_receivable')]",
        help="Empty: the invoices as a whole.",
    )
    cause_id = fields.Many2one(
        "recovery.limitation.cause", string="What happened", required=True, domain="[('effect', '!=', 'none')]"
    )
    effect = fields.Selection(related="cause_id.effect")
    lasts = fields.Boolean(related="cause_id.lasts")
    article = fields.Char(related="cause_id.article")
    confidence = fields.Selection(related="cause_id.confidence")
    cause_note = fields.Text(related="cause_id.note")
    date = fields.Date("On", required=True)
    date_until = fields.Date("Ended on", help="Empty: still in progress. The end can be recorded later.")
    attachment_ids = fields.Many2many("ir.attachment", string="Documents")
    note = fields.Text()

    @api.depends("move_id")
    def _compute_move_ids(self):
        for wizard in self:
            wizard.move_ids = wizard.move_id

    @once
    def action_confirm(self):
        """Record the evidence."""
        self.ensure_one()
        self.env["recovery.limitation.event"]._record(
            self.debtor_id,
            self.company_id._recovery_today(),
            self.cause_id,
            self.date,
            self.attachment_ids,
            moves=self.move_ids,
            lines=self.line_ids,
            note=self.note,
            date_until=self.date_until if self.lasts else None,
        )
        return self._say(
            self.env._(
                "%(cause)s of %(day)s recorded for %(debtor)s.",
                cause=self.cause_id.display_name,
                day=format_date(self.env, self.date),
                debtor=self.debtor_id.display_name,
            )
        )
