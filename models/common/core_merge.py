"""What the module knows of core's merge of customers: it moves rows by itself, below the ORM."""

import psycopg2

from odoo import models
from odoo.exceptions import ConcurrencyError


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Unite the debtors first: core would delete the rows that clash with the kept customer's."""
        self._unite_recovery_debtors(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _unite_recovery_debtors(self, src_partners, dst_partner):
        Debtor = self.env["recovery.debtor"].sudo()
        kept_partner = dst_partner.commercial_partner_id
        for debtor in Debtor.search([("partner_id", "in", src_partners.ids)]):
            kept = Debtor.search([("partner_id", "=", kept_partner.id), ("company_id", "=", debtor.company_id.id)])
            summary = self.env._(
                "%(old)s was merged into %(new)s", old=debtor.display_name, new=kept_partner.display_name
            )
            if kept:
                kept._take_over(debtor)
                debtor._hook_before_union(kept)
                self._update_foreign_keys_generic("recovery.debtor", debtor, kept)
                self._update_reference_fields_generic("recovery.debtor", debtor, kept)
                self.env.invalidate_all()
                try:
                    debtor.unlink()
                except psycopg2.errors.IntegrityError as error:
                    # somebody wrote about this debtor meanwhile, unseen from here: core starts the merge again
                    raise ConcurrencyError(str(error)) from error
            else:
                kept = debtor
                debtor.partner_id = kept_partner
            self.env["recovery.event"]._log("merged", kept, summary)
        Debtor.search([("partner_id", "=", kept_partner.id)])._hook_after_union()

    def _get_fk_on(self, table):
        """Merge also what points at the table without a foreign key."""
        columns = self.env["recovery.bulk"]._get_loose_columns(table)
        return super()._get_fk_on(table) + [(Model._table, field.name) for Model, field in columns]
