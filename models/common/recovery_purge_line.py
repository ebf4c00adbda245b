from odoo import api, fields, models


class RecoveryPurgeLine(models.Model):
    """What was erased of one record: which words, with the digest that proves them to whoever still has them."""

    _name = "recovery.purge.line"
    _description = "Erased text"
    _inherit = ["recovery.lasting"]
    _order = "id"
    _rec_name = "object_name"

    purge_id = fields.Many2one("recovery.purge", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="purge_id.company_id", store=True, precompute=True, index=True)
    debtor_id = fields.Many2one("recovery.debtor", readonly=True, index=True, ondelete="restrict")
    res_model = fields.Char("Record model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record ID", model_field="res_model", required=True, readonly=True, index=True)
    object_name = fields.Char("Record type", readonly=True)
    date = fields.Date("Its date", readonly=True)
    fields_text = fields.Char("What was erased", readonly=True)
    sha256 = fields.Char("SHA-256 of the text", required=True, readonly=True)
    files_sha256 = fields.Text("SHA-256 of the documents", readonly=True)

    @api.model
    def _explain_lasting(self):
        return self.env["recovery.purge"]._explain_lasting()
