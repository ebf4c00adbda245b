from odoo import fields, models


class RecoveryFileItemType(models.Model):
    """One thing to have checked before credit is given, and for which natures of customer."""

    _name = "recovery.file.item.type"
    _description = "Item of the credit file"
    _inherit = ["recovery.traced.settings"]
    _order = "sequence, id"
    _carried_key = ("name",)
    _typed = (
        "name", "sequence", "active", "company_id", "check", "for_merchant", "for_professional", "for_consumer",
        "for_public", "validity_months", "needs_document", "description",
    )  # fmt: skip

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", ondelete="cascade", help="Empty: every company.")
    check = fields.Selection(
        [
            ("none", "By a person"),
            ("siren", "SIREN or SIRET with a valid key"),
            ("terms", "Contract terms in force, acceptance proved"),
            ("figures", "Headcount or turnover entered"),
        ],
        "Checked",
        required=True,
        default="none",
        help="What the system can check itself needs no manual tick.",
    )
    for_merchant = fields.Boolean("Merchants", default=True)
    for_professional = fields.Boolean("Professionals", default=True)
    for_consumer = fields.Boolean("Consumers")
    for_public = fields.Boolean("Public bodies")
    validity_months = fields.Integer("Valid for (months)", help="0: no expiry.")
    needs_document = fields.Boolean("Document needed")
    description = fields.Text(translate=True)

    _validity_positive = models.Constraint("CHECK (validity_months >= 0)", "A validity cannot be negative.")

    def _get_required(self, nature):
        """Return the types among ``self`` that a customer of that nature needs."""
        return self.filtered(f"for_{nature}") if nature else self.browse()
