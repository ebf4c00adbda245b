from odoo import api, fields, models

from ....models.common.recovery_window import once


class RecoveryProcedureEventWizard(models.TransientModel):
    """Record what happened in a procedure, or give what was recorded its right date."""

    _name = "recovery.procedure.event.wizard"
    _description = "Event in a procedure"
    _inherit = ["recovery.window"]

    procedure_id = fields.Many2one("recovery.procedure", required=True, readonly=True)
    event_id = fields.Many2one("recovery.procedure.event", string="To correct", readonly=True)
    company_id = fields.Many2one(related="procedure_id.company_id")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    possible_kind_ids = fields.Many2many(related="procedure_id.possible_kind_ids")
    kind_id = fields.Many2one(
        "recovery.procedure.event.kind",
        string="What happened",
        compute="_compute_kind_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', possible_kind_ids)]",
    )
    article = fields.Char(related="kind_id.article")
    kind_note = fields.Text(related="kind_id.note")
    limitation_cause_id = fields.Many2one(related="kind_id.limitation_cause_id")
    asks_amount = fields.Boolean(related="kind_id.asks_amount")
    asks_document = fields.Boolean(related="kind_id.asks_document")
    date = fields.Date("On", compute="_compute_date", store=True, readonly=False, required=True)
    amount = fields.Monetary(
        "Granted",
        currency_field="company_currency_id",
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="What was claimed, to begin with: change it if less was granted.",
    )
    amount_claimed = fields.Monetary(related="procedure_id.amount_claimed", currency_field="company_currency_id")
    attachment_ids = fields.Many2many("ir.attachment", string="Documents")
    note = fields.Text()
    reason = fields.Char("Why it is corrected")

    @api.depends("event_id")
    def _compute_kind_id(self):
        for wizard in self:
            wizard.kind_id = wizard.event_id.kind_id or wizard.kind_id

    @api.depends("event_id")
    def _compute_date(self):
        for wizard in self:
            wizard.date = wizard.event_id.date or wizard.date

    @api.depends("event_id", "kind_id")
    def _compute_amount(self):
        """Open on what was claimed, as what is told to be granted mostly is; what was typed stays."""
        for wizard in self:
            if wizard.event_id:
                wizard.amount = wizard.event_id.amount
            elif wizard.kind_id.asks_amount:
                wizard.amount = wizard.amount or wizard.procedure_id.amount_claimed
            else:
                wizard.amount = 0.0

    @once
    def action_confirm(self):
        """Record it, or correct it."""
        self.ensure_one()
        day = self.company_id._recovery_today()
        if self.event_id:
            self.event_id._correct(self.date, day, self.reason, self.amount)
            sentence = self.env._("Corrected: %s.", self.event_id.display_name)
        else:
            event = self.env["recovery.procedure.event"]._record(
                self.procedure_id,
                self.kind_id,
                self.date,
                day,
                amount=self.amount,
                note=self.note,
                attachments=self.attachment_ids,
            )
            sentence = self.env._("Recorded: %s.", event.display_name)
        return self._say(sentence)
