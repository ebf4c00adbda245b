from odoo import fields, models


class RecoveryLossProof(models.Model):
    """What proves that a claim is lost, and from which day its VAT comes back (CGI 272-1): data, with their source."""

    _name = "recovery.loss.proof"
    _description = "Proof of a loss"
    _inherit = ["recovery.legal.source"]
    _order = "sequence, id"
    _carried_key = ("code",)
    _typed = ("sequence", "code", "name", "article", "gives_vat", "needs_document", "note", "active")
    _typed_once = ("company_id",)

    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    article = fields.Char("Text of law")
    gives_vat = fields.Boolean(
        "VAT is recoverable", help="From the day of the proof. Without it, the loss is booked and its VAT waits."
    )
    needs_document = fields.Boolean("A document is kept", default=True)
    note = fields.Text("Which day counts, and points to note", translate=True)
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(code, COALESCE(company_id, 0))", "There is already a proof with that code.")

    def _get_settings_title(self):
        return self.env._("Proof of a loss “%s”", self.name)
