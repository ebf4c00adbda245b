from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import ormcache

from .roles import READERS

# What letters say of their sender and the law asks for: a company keeps it on its contact.
IDENTITY = ("name", "street", "street2", "zip", "city", "country_id", "vat", "company_registry")


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "recovery.traced.changes", "recovery.guarded"]
    _guarded_prefix = "recovery_"
    _moves = ("parent_id", "is_company", "company_registry", "vat")

    recovery_debtor_id = fields.Many2one(
        "recovery.debtor",
        string="Debtor",
        compute="_compute_recovery_debtor_id",
        groups=READERS,
    )

    recovery_closed_text = fields.Char(
        "Company in which recovery is followed",
        compute="_compute_recovery_closed_text",
        groups=READERS,
        help="Shown instead of the figures to somebody who works in a branch only.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_recovery_closed_text(self):
        company = self.env.company
        self.recovery_closed_text = False if company._recovery_is_open() else company._recovery_get_closed_text()

    @api.depends("commercial_partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_recovery_debtor_id(self):
        debtors = self.env["recovery.debtor"]._existing_for(self, self.env.company)
        by_partner = {debtor.partner_id: debtor for debtor in debtors}
        for partner in self:
            partner.recovery_debtor_id = by_partner.get(partner.commercial_partner_id)

    # ------------------------------------------------------------
    # Trace: who receives reminders, and who acts in litigation
    # ------------------------------------------------------------
    @api.model
    @ormcache()
    def _get_traced_fields(self):
        """Return our own fields that people write: all others are core's business."""
        typed = self._get_typed_fields()
        return [name for name, field in self._fields.items() if name in typed and field.store and field.column_type]

    def _log_settings(self, told, summary, details, company=None):
        """Write the entries where the contact's customer is followed; a court or a lawyer is shared."""
        for partner in told:
            debtors = self.env["recovery.debtor"].sudo().search([("partner_id", "=", partner.commercial_partner_id.id)])
            concerned = {debtor.company_id: debtor for debtor in debtors}
            for root in concerned or self._get_sharing_companies():
                self.env["recovery.event"]._log(
                    self._traced_kind, partner, summary, details.get, debtors=concerned.get(root, False), company=root
                )

    def _find_moved(self):
        """Return the debtors that these contacts are of; who never was one has no figures."""
        partners = self.sudo().commercial_partner_id
        return self.env["recovery.debtor"].sudo().search([("partner_id", "in", partners.ids)])._find_moved()

    def _recovery_postal_lines(self, sender, above=None):
        """Return the contact as an envelope shows it: names, street; the country only if it is not the sender's.

        An address without a country is written as those of the sender's.

        :param above: names that stand above the contact's own, by default that of its customer.
        """
        if not self:
            return []
        address_format, values = self._prepare_display_address(without_company=True)
        if self.country_id == sender.country_id:
            values["country_name"] = ""
        elif not self.country_id:
            address_format = sender.country_id.address_format or address_format
        above = [self.commercial_partner_id.name] if above is None else above
        lines = [*dict.fromkeys([*above, self.name]), *(address_format % values).splitlines()]
        return [" ".join(line.split()) for line in lines if line and line.strip()]

    def action_open_recovery_debtor(self):
        """Open the customer's follow-up in the current company, creating it if need be."""
        self.ensure_one()
        self.check_access("read")
        Debtor = self.env["recovery.debtor"]
        debtor = Debtor._existing_for(self, self.env.company)
        if not debtor and not Debtor.has_access("create"):
            raise UserError(self.env._("Nobody has followed up this customer yet."))
        debtor = debtor or Debtor._ensure_for(self.commercial_partner_id, self.env.company)
        return debtor._get_records_action(name=debtor.display_name)

    @contextmanager
    def _recovery_tell_identity(self, vals):
        """Tell the journal of a company whose legal identity is written, by whatever door."""
        names = [name for name in IDENTITY if name in vals]
        companies = self.env["res.company"].sudo()
        if names and self._is_traced():
            companies = companies.search([("partner_id", "in", self.ids)])

        def look():
            """Read the contacts: where a company is written, its own fields say the new value already."""
            values = companies.partner_id._read_settings(names)
            return {company: values[company.partner_id] for company in companies}

        before = look()
        yield
        if companies:
            companies._trace_difference(before, look())

    def write(self, vals):
        """Go on without a contact, a lawyer or a guarantor who is archived; tell who renames or moves a company."""
        with self._recovery_tell_identity(vals):
            result = super().write(vals)
        if not vals.get("active", True) and self.env.registry.ready:
            self.env["recovery.responsible"]._follow_contacts(self)
        return result

    def unlink(self):
        self.env["recovery.bulk"]._forget(self)
        return super().unlink()
