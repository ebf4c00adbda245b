from odoo import api, models


class RecoveryTracedCore(models.AbstractModel):
    """Records of core that decide what the module does: who changes ours is told to the journal.

    Ours are those that the module brought, and those that are about one of its models; all others are core's business.
    """

    _name = "recovery.traced.core"
    _description = "Recovery: core setup whose changes are tracked"
    _inherit = ["recovery.traced.changes"]

    _traced_core = ()  # the fields that count

    @api.model
    def _get_traced_fields(self):
        return [name for name in self._traced_core if name in self._fields]

    @api.model_create_multi
    def create(self, vals_list):
        """Tell what is added that concerns the module."""
        records = super().create(vals_list)
        if self._recovery_tells_births() and records._is_traced() and (ours := records._recovery_find_ours()):
            ours._recovery_tell_whole(lambda record: self.env._("Added: %s", record._get_settings_title()))
        return records

    @api.model
    def _recovery_tells_births(self):
        """Tell whether a new record changes something by itself; hook."""
        return True

    def unlink(self):
        """Tell what goes that concerned the module."""
        if self._is_traced() and (ours := self._recovery_find_ours()):
            ours._recovery_tell_whole(lambda record: self.env._("Deleted: %s", record._get_settings_title()))
        return super().unlink()

    def _find_traced(self):
        return self._recovery_find_ours()

    def _trace(self, summary, details):
        """Write the entries in the journal of each company that the module serves."""
        told = self.browse(record.id for record, values in details.items() if values)
        for company in self._get_sharing_companies() if told else ():
            self._log_settings(told, summary, details, company=company)

    @api.model
    def _get_traced_debtor(self, record):
        return False

    def _recovery_tell_whole(self, summary):
        values = self._read_settings(self._get_traced_fields())
        self._trace(
            summary, {record: {label: str(said) for label, said in values[record].items() if said} for record in self}
        )

    def _recovery_find_ours(self):
        """Return those of these records that are ours."""
        ids = set(self._recovery_find_brought([("res_id", "in", self.ids)]))
        return self.filtered(lambda record: record.id in ids or record.sudo()._recovery_is_ours())

    @api.model
    def _recovery_find_brought(self, domain):
        """Return the ids of the records of this model that the module brought."""
        ours = [("module", "=", "debt_recovery"), ("model", "=", self._name)]
        return self.env["ir.model.data"].sudo().search(ours + domain, order="res_id").mapped("res_id")

    @api.model
    def _get_worded(self):
        return self.browse(self._recovery_find_brought([])).exists()

    def _recovery_is_ours(self):
        """Tell whether the record, read with elevated rights, is about the module; hook."""
        return False

    def _get_settings_title(self):
        title = self.env["ir.model"].sudo()._get(self._name).name
        return self.env._("%(kind)s “%(name)s”", kind=title, name=self.sudo().display_name)
