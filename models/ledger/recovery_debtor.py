from odoo import api, models


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"

    @api.model
    def _ensure_for(self, partners, company):
        """Return the debtors of these customers in the company's root, creating the missing ones.

        Two users who need the same debtor at once get the same one: the second insert is
        refused by the unique index and core retries its transaction.

        :param partners: any contacts; their commercial entities count.
        :return: debtors, in the order of the commercial partners.
        """
        partners = partners.commercial_partner_id
        company = company._recovery_root()
        by_partner = {debtor.partner_id.id: debtor.id for debtor in self._existing_for(partners, company)}
        missing = partners.filtered(lambda partner: partner.id not in by_partner)
        if missing:
            self.check_access("create")  # the rows are inserted below the access checks
            if not self.env.su:
                company.with_env(self.env)._recovery_check_open()
            self.env["recovery.bulk"]._insert(
                self._name,
                ["partner_id", "company_id", "display_name", "nature"],
                [(p.id, company.id, p.name or str(p.id), self._guess_nature(p)) for p in missing],
                ignore_conflicts=True,
            )
            by_partner |= {debtor.partner_id.id: debtor.id for debtor in self._existing_for(missing, company)}
        return self.browse(by_partner[partner.id] for partner in partners if partner.id in by_partner)

    def _take_turn(self):
        """Make whoever does the same for these debtors at this moment start again on what this transaction leaves.

        Nothing changes: they are only written to, so that PostgreSQL sends back whoever read the books before and
        comes after.
        """
        self.env["recovery.bulk"]._update(self._name, ["nature"], [(debtor.id, debtor.nature) for debtor in self])
