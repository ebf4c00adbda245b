from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.common.recovery_window import once
from ...models.common.roles import require_user


class RecoveryCallWizard(models.TransientModel):
    """A call: the script and the advice beside it, and what comes out of it."""

    _name = "recovery.call.wizard"
    _description = "Call"
    _inherit = ["recovery.window"]

    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True)
    company_id = fields.Many2one(related="debtor_id.company_id")
    company_currency_id = fields.Many2one(related="debtor_id.company_currency_id")
    delivery_id = fields.Many2one(
        "recovery.delivery",
        string="Asked for by",
        compute="_compute_delivery_id",
        store=True,
        readonly=False,
        help="The campaign call completed by this one.",
    )
    phone = fields.Char("Telephone", compute="_compute_phone", store=True, readonly=False)
    contact_name = fields.Char("Contact", compute="_compute_contact_name")
    script = fields.Html(compute="_compute_script")
    tips = fields.Html("Advice", compute="_compute_script")
    has_script_open = fields.Boolean(
        "Script shown",
        default=lambda self: self._default_has_script_open(),
        help="Open for the first call a user makes; folded afterwards.",
    )
    last_contact_text = fields.Char("Last contact", compute="_compute_last_texts")
    last_promise_text = fields.Char("Last promise", compute="_compute_last_texts")
    amount_overdue = fields.Monetary(related="debtor_id.amount_overdue", currency_field="company_currency_id")
    amount_open = fields.Monetary(related="debtor_id.amount_open", currency_field="company_currency_id")
    open_line_ids = fields.Many2many(related="debtor_id.open_line_ids")
    is_inbound = fields.Boolean(
        "The debtor called", help="An incoming call is in the history, but does not count as a contact made."
    )
    result_id = fields.Many2one("recovery.call.result", domain="[('company_id', 'in', (False, company_id))]")
    next_step = fields.Selection(related="result_id.next_step", string="Next step")
    cause_id = fields.Many2one(
        "recovery.delay.cause", domain="[('company_id', 'in', (False, company_id))]", string="Reason for late payment"
    )
    spoken_to = fields.Char("Spoken to", compute="_compute_spoken_to", store=True, readonly=False)
    next_date = fields.Date("Next date", compute="_compute_next_date", store=True, readonly=False)
    note = fields.Text("What was said")

    @api.depends("debtor_id")
    def _compute_delivery_id(self):
        for wizard in self:
            wizard.delivery_id = self.env["recovery.contact"]._get_pending_calls(wizard.debtor_id)[:1]

    def _get_contact(self):
        self.ensure_one()
        return self._get_asked_call().addressee_id or self.debtor_id._get_addressee("call")

    def _get_asked_call(self):
        """Return the campaign's call, unless it names a contact who is archived: the next one is called."""
        return self.delivery_id.sudo().filtered(lambda delivery: not delivery._has_archived_addressee())

    @api.depends("debtor_id", "delivery_id")
    def _compute_phone(self):
        for wizard in self:
            asked = wizard._get_asked_call()
            wizard.phone = asked.address or wizard._get_contact().phone or wizard.debtor_id.phone

    @api.depends("debtor_id", "delivery_id")
    def _compute_contact_name(self):
        for wizard in self:
            wizard.contact_name = wizard._get_contact().name

    @api.depends("debtor_id", "delivery_id")
    def _compute_spoken_to(self):
        for wizard in self:
            contact = wizard._get_contact()
            wizard.spoken_to = contact.name if contact and not contact.is_company else False

    @api.model
    def _default_has_script_open(self):
        """Show the script to who has never logged a call."""
        made = [("channel", "=", "call"), ("user_id", "=", self.env.uid), ("state", "=", "done")]
        return not self.env["recovery.delivery"].search_count(made, limit=1)

    @api.depends("debtor_id")
    @api.depends_context("lang")
    def _compute_last_texts(self):
        for wizard in self:
            debtor = wizard.debtor_id
            wizard.last_contact_text = debtor and debtor._describe_last_contact()
            wizard.last_promise_text = debtor and debtor._describe_last_promise()

    @api.depends("debtor_id", "delivery_id")
    def _compute_script(self):
        for wizard in self:
            debtor = wizard.debtor_id
            day = debtor.company_id._recovery_today()
            wizard.script = debtor and Markup(debtor._get_call_script(wizard.delivery_id, day))
            wizard.tips = Markup("").join(
                Markup("<h5>%s</h5>%s") % (escape(tip.name), tip.body or "")
                for tip in self.env["recovery.call.tip"]._get_for(debtor)
            )

    @api.depends("result_id")
    def _compute_next_date(self):
        for wizard in self:
            company = wizard.debtor_id.company_id or self.env.company
            wizard.next_date = wizard.result_id._get_next_date(company._recovery_today(), company)

    @once
    def action_confirm(self):
        """Log the call and open what its result calls for."""
        self.ensure_one()
        require_user(self.env)
        if not self.result_id:
            raise UserError(self.env._("Say how the call ended: the result opens the next step."))
        debtor = self.debtor_id
        day = debtor.company_id._recovery_today()
        if self.next_date and self.next_date < day:
            raise UserError(self.env._("The next date is in the past."))
        contact = self.env["recovery.contact"]
        if not self.is_inbound:
            contact._check_pending(self.delivery_id.sudo())
        delivery = contact._record(
            debtor,
            "call",
            {
                "address": self.phone,
                "subject": self.result_id.name if not self.delivery_id or self.is_inbound else self.delivery_id.subject,
                "result_id": self.result_id.id,
                "cause_id": self.cause_id.id,
                "spoken_to": self.spoken_to,
                "feedback": self.note or self.result_id.name,
                "next_date": self.next_date,
                "is_inbound": self.is_inbound,
            },
            day,
        )
        action = debtor._get_next_step_action(self.next_step, delivery)
        return self._say(self.env._("Call logged: %s.", delivery.display_name), then=action)
