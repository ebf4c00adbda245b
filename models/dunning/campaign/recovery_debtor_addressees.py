from odoo import api, models

from .addressee import pick_contact


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"

    @api.model
    def _map_addressees(self, kind_by_debtor):
        """Return first the contact of type Recovery whose range covers the level's kind."""
        addressees = super()._map_addressees(kind_by_debtor)
        debtors = self.union(*kind_by_debtor)
        contacts = self._read_contacts(debtors.partner_id, "recovery", debtors.company_id)
        if not contacts:
            return addressees
        for debtor, kind in kind_by_debtor.items():
            seen = contacts.get(debtor.partner_id, self.env["res.partner"]).filtered(
                lambda contact, debtor=debtor: not contact.company_id or contact.company_id.root_id == debtor.company_id
            )
            found = pick_contact({contact.id: contact._get_recovery_range() for contact in seen}, kind)
            if found:
                addressees[debtor] = self.env["res.partner"].browse(found)
        return addressees
