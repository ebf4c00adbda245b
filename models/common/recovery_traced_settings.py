from odoo import api, models
from odoo.fields import Domain


class RecoveryTracedSettings(models.AbstractModel):
    """Settings told to the journal from their birth to their deletion.

    A record without a company, or of a model that has none, is shared: the journal of each root company that has
    debtors, and of the one in which the change is made, gets its entry.
    """

    _name = "recovery.traced.settings"
    _description = "Recovery: settings whose changes are kept"
    _inherit = ["recovery.guarded", "recovery.traced.changes"]

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if records._is_traced():
            after = records._read_settings(records._get_traced_fields())
            records._trace(
                lambda record: self.env._("Added: %s", record._get_settings_title()),
                {record: {label: new for label, new in after[record].items() if new} for record in records},
            )
        return records

    def unlink(self):
        if self._is_traced():
            values = self._read_settings(self._get_traced_fields())
            self._trace(
                lambda record: self.env._("Deleted: %s", record._get_settings_title()),
                {record: {label: old for label, old in values[record].items() if old} for record in self},
            )
        return super().unlink()

    def action_view_changes(self):
        """Open what the journal tells of these settings."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_event_action")
        domain = Domain.OR(
            Domain("res_model", "=", records._name) & Domain("res_id", "in", records.ids)
            for records in self._get_settings_parts()
        )
        return dict(action, name=self.env._("Changes"), domain=domain, context={}, path=False)

    def _get_settings_parts(self):
        """Return the records that make these settings, one recordset per model."""
        return [self]

    def _trace(self, summary, details):
        """Write the entries of the records that have details, for every company concerned."""
        told = self.browse(record.id for record, values in details.items() if values)
        events = self.env["recovery.event"]
        shared = told.filtered(lambda record: not record.company_id) if "company_id" in told._fields else told
        events._log("configured", told - shared, summary, details.get, debtors=False)
        for company in self._get_sharing_companies() if shared else ():
            events._log("configured", shared, summary, details.get, debtors=False, company=company)

    @api.model
    def _get_sharing_companies(self):
        """Return the root companies that shared settings concern."""
        groups = self.env["recovery.debtor"].sudo()._read_group([], ["company_id"])
        return self.env["res.company"].union(self.env.company._recovery_root(), *(company for (company,) in groups))
