from odoo import api, fields, models
from odoo.exceptions import UserError

FIELDS = ("value_id", "company_id", "partner_id", "name", "res_model", "res_id", "part", "whole")


class RecoveryKpiPart(models.TransientModel):
    """One row behind a key figure: what it brings to what is divided, and to what it is divided by."""

    _name = "recovery.kpi.part"
    _description = "Row behind a key figure"
    _inherit = ["recovery.window"]
    _order = "id"

    value_id = fields.Many2one("recovery.kpi.value", string="Key figure", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True)
    partner_id = fields.Many2one("res.partner", string="Customer")
    name = fields.Char("Subject")
    res_model = fields.Char()
    res_id = fields.Integer()
    part = fields.Float("Numerator", digits=(16, 2), help="What is divided.")
    whole = fields.Float("Denominator", digits=(16, 2), help="What it is divided by.")

    @api.model
    def _make(self, value):
        """Return the rows behind a figure, those that weigh most first."""
        parts = self.env["recovery.kpi.engine"]._read_parts(value)
        if value.kpi_id.code != "dso_exhaustion":  # its rows are months, the last one first
            parts.sort(key=lambda part: -abs(part.part) - abs(part.whole) / 1e6)
        nobody = self.env._("Without customer")
        rows = [
            (
                *(value.id, value.company_id.id, part.partner_id),
                part.label or (part.record.display_name if part.record else None if part.partner_id else nobody),
                *((part.record._name, part.record.id) if part.record else (None, None)),
                *(part.part, part.whole),
            )
            for part in parts
        ]
        return self.browse(self.env["recovery.bulk"]._insert(self._name, FIELDS, rows))

    def action_show(self):
        """Open what the row tells of: the record, else the customer's debts."""
        self.ensure_one()
        self.check_access("read")
        if self.res_model:
            record = self.env[self.res_model].browse(self.res_id)
            record = record["notice_id"] if "notice_id" in record._fields else record  # an instalment has no screen
            return record._get_records_action(target="current")
        if not self.partner_id:
            raise UserError(self.env._("This row has no record of its own."))
        debtor = self.env["recovery.debtor"].search(
            [("company_id", "=", self.company_id.id), ("partner_id", "=", self.partner_id.id)], limit=1
        )
        return (debtor or self.partner_id)._get_records_action(target="current")
