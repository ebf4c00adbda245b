from odoo import fields, models

DOCUMENT = "recovery.case.letter"


class RecoveryCaseWording(models.Model):
    """Words with which one writes to a debtor, or to the debtor's counsel, from a case: outside the reminders."""

    _name = "recovery.case.wording"
    _description = "Wording of a letter from a case"
    _inherit = ["recovery.traced.settings", "recovery.wording"]
    _order = "sequence, id"
    _carried_key = ("name",)
    _typed = ("name", "sequence", "company_id", "addressee", "subject", "body", "active")

    name = fields.Char("Used for", required=True, translate=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        domain="[('parent_id', '=', False)]",
        help="Empty: every company may use it.",
    )
    addressee = fields.Selection(
        [("any", "Debtor or counsel"), ("debtor", "The debtor"), ("counsel", "The debtor's counsel")],
        string="Written to",
        required=True,
        default="any",
    )
    subject = fields.Char(required=True, translate=True, filled_for=DOCUMENT)
    body = fields.Html(required=True, translate=True, sanitize="email_outgoing", filled_for=DOCUMENT)
    active = fields.Boolean(default=True)
