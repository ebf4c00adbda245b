from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.common.recovery_window import once
from ...models.common.roles import require_user


class RecoveryContactWizard(models.TransientModel):
    """Log a letter, an e-mail, a visit or what the debtor said, outside the scenario."""

    _name = "recovery.contact.wizard"
    _description = "Log a contact"
    _inherit = ["recovery.window"]

    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True)
    company_id = fields.Many2one(related="debtor_id.company_id")
    channel = fields.Selection(
        [
            ("email", "E-mail"),
            ("letter", "Letter"),
            ("registered", "Registered letter"),
            ("visit", "Visit"),
            ("call", "Phone call"),
        ],
        required=True,
        default="letter",
    )
    is_inbound = fields.Boolean("From the debtor", help="They wrote or called: it does not count as a contact made.")
    date = fields.Date("On", required=True, compute="_compute_date", store=True, readonly=False, precompute=True)
    addressee_id = fields.Many2one(
        "res.partner",
        string="With",
        compute="_compute_addressee_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'child_of', partner_id)]",
    )
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    subject = fields.Char()
    result_id = fields.Many2one("recovery.call.result", domain="[('company_id', 'in', (False, company_id))]")
    next_step = fields.Selection(related="result_id.next_step", string="Next step")
    cause_id = fields.Many2one(
        "recovery.delay.cause", string="Reason for late payment", domain="[('company_id', 'in', (False, company_id))]"
    )
    next_date = fields.Date("Next date", compute="_compute_next_date", store=True, readonly=False)
    note = fields.Text("What was written or said")
    document = fields.Binary(attachment=False)
    document_name = fields.Char()

    @api.depends("debtor_id")
    def _compute_date(self):
        for wizard in self:
            debtor = wizard.debtor_id
            wizard.date = (debtor.company_id or self.env.company)._recovery_today()

    @api.depends("debtor_id")
    def _compute_addressee_id(self):
        for wizard in self:
            wizard.addressee_id = wizard.debtor_id._get_addressee()

    @api.depends("result_id")
    def _compute_next_date(self):
        for wizard in self:
            company = wizard.debtor_id.company_id or self.env.company
            wizard.next_date = wizard.result_id._get_next_date(company._recovery_today(), company)

    @once
    def action_confirm(self):
        """Log the contact and open what its result calls for."""
        self.ensure_one()
        require_user(self.env)
        debtor = self.debtor_id
        day = debtor.company_id._recovery_today()
        if self.date > day:
            raise UserError(self.env._("A contact is logged once it has taken place: choose today or an earlier date."))
        if not (self.subject or self.note or self.result_id):
            raise UserError(self.env._("Say what the contact was about: a subject, a result or a few words."))
        delivery = self.env["recovery.contact"]._record(
            debtor,
            self.channel,
            {
                "moment": self._get_moment(day),
                "addressee_id": self.addressee_id.id,
                "address": self._get_address(),
                "subject": self.subject or self.result_id.name,
                "result_id": self.result_id.id,
                "cause_id": self.cause_id.id,
                "feedback": self.note,
                "next_date": self.next_date,
                "is_inbound": self.is_inbound,
            },
            day,
            attachment=self._create_attachment(),
        )
        action = debtor._get_next_step_action(self.next_step, delivery)
        return self._say(self.env._("Contact logged: %s.", delivery.display_name), then=action)

    def _get_moment(self, day):
        """Return now, or noon of the earlier day, in UTC."""
        if self.date == day:
            return fields.Datetime.now()
        return self.company_id._recovery_noon(self.date)

    def _get_address(self):
        partner = self.addressee_id
        if self.channel == "email":
            return partner.email
        if self.channel == "call":
            return partner.phone
        return self.env["recovery.delivery"]._get_address(partner, "letter")

    def _create_attachment(self):
        """Keep the document as it was given, out of the reach of later changes."""
        if not self.document:
            return None
        return (
            self.env["ir.attachment"]
            .sudo()
            .create({"name": self.document_name or self.env._("Document"), "datas": self.document})
        )
