from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty


class RecoveryWriting(models.AbstractModel):
    """The common part of the windows that write to somebody: to whom, by which way, in which language.

    The window adds its words: ``subject`` and ``body``.
    """

    _name = "recovery.writing"
    _description = "Recovery: window that writes to somebody"
    _inherit = ["recovery.window"]

    debtor_id = fields.Many2one("recovery.debtor")
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Customer")
    family_id = fields.Many2one("res.partner", string="Contacts of the addressee", compute="_compute_family_id")
    addressee_id = fields.Many2one(
        "res.partner",
        required=True,
        compute="_compute_addressee_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'child_of', family_id)]",
    )
    channel = fields.Selection(
        [("email", "E-mail"), ("letter", "Letter")],
        required=True,
        compute="_compute_channel",
        store=True,
        readonly=False,
        precompute=True,
    )
    lang = fields.Char("Language", compute="_compute_lang")

    @api.depends("partner_id")
    def _compute_family_id(self):
        """Say among whose contacts the addressee is; hook."""
        for window in self:
            window.family_id = window.partner_id

    @api.depends("debtor_id")
    def _compute_addressee_id(self):
        """Say to whom it goes until somebody chooses; hook."""
        for window in self:
            window.addressee_id = window.debtor_id._get_addressee()

    @api.depends("addressee_id")
    def _compute_channel(self):
        has_mailbox = self.env["recovery.rendering"]._has_mailbox
        for window in self:
            window.channel = "email" if has_mailbox(window.addressee_id) else "letter"

    @api.depends("addressee_id", "debtor_id")
    def _compute_lang(self):
        for window in self:
            window.lang = window.debtor_id._get_language(window.addressee_id) if window.debtor_id else self.env.lang

    def _find_address_gap(self):
        """Return what the addressee lacks for this way, in words; empty where it arrives."""
        self.ensure_one()
        addressee = self.addressee_id
        if not addressee:
            return ""
        if self.channel == "email":
            return "" if addressee.email_normalized else self.env._("The addressee has no e-mail address.")
        if addressee.street and addressee.city:
            return ""
        return self.env._("The addressee has no complete postal address.")

    def _check_contents(self):
        """Refuse to write nothing, to nowhere, or to somebody whom this is no business of."""
        self.ensure_one()
        addressee, name = self.addressee_id, self.addressee_id.display_name
        if not (self.subject or "").strip() or is_html_empty(self.body):
            raise UserError(self.env._("Write a subject and a text."))
        if addressee.commercial_partner_id not in self._get_families():
            raise UserError(self._describe_stranger())
        if not addressee.active and addressee != self.partner_id:
            raise UserError(self.env._("%s is archived: choose another addressee.", name))
        if self._find_address_gap():
            if self.channel == "email":
                raise UserError(self.env._("%s has no e-mail address: enter it first.", name))
            raise UserError(self.env._("%s has no postal address: enter it first.", name))

    def _get_families(self):
        """Return the customers and others whose contacts may be written to; hook."""
        return self.partner_id.commercial_partner_id

    def _describe_stranger(self):
        """Return why this addressee may not be written to; hook."""
        return self.env._(
            "%s is not one of the debtor's contacts: a debt is not disclosed to anybody else.",
            self.addressee_id.display_name,
        )

    def _describe_written(self):
        """Return what becomes of the e-mail or of the letter, in a sentence."""
        name = self.addressee_id.display_name
        if self.channel == "email":
            return self.env._("The e-mail to %s is in the mail queue.", name)
        return self.env._("The letter to %s is ready to print.", name)
