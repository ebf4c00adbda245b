from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _get_fk_on(self, table):
        """Merge also what points at the table without a foreign key."""
        columns = self.env["recovery.bulk"]._get_loose_columns(table)
        return super()._get_fk_on(table) + [(Model._table, field.name) for Model, field in columns]
