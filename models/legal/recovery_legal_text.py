from odoo import api, fields, models
from odoo.fields import Domain


class RecoveryLegalText(models.Model):
    """An article that letters quote, with its source and its days of validity.

    The wording is data: what the law changes is changed here, by a new row from the day
    of the change, and letters already sent keep what they quoted.
    """

    _name = "recovery.legal.text"
    _description = "Legal text quoted"
    _inherit = ["mail.thread", "recovery.legal.source"]
    _order = "sequence, id"
    _rec_name = "article"
    _carried_key = ("code", "valid_from")
    _typed = (
        "sequence", "active", "code", "article", "name", "wording", "valid_from", "valid_to",
        "for_professional", "for_consumer", "for_public", "for_guarantor", "only_with_clause", "only_with",
    )  # fmt: skip

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    code = fields.Char(required=True, index=True, help="The same for successive versions of one article.")
    article = fields.Char(required=True, translate=True, tracking=True)
    name = fields.Char("What it says", required=True, translate=True)
    wording = fields.Text(
        required=True,
        translate=True,
        tracking=True,
        help="In French, the words of the law; in another language, a translation for information.",
    )
    valid_from = fields.Date("In force from", tracking=True, help="Empty: as far back as is relevant.")
    valid_to = fields.Date("In force until", tracking=True, help="Empty: still in force.")
    confidence = fields.Selection(default="memory", tracking=True)
    for_professional = fields.Boolean("To professionals")
    for_consumer = fields.Boolean("To consumers")
    for_public = fields.Boolean("To public bodies")
    for_guarantor = fields.Boolean("To guarantors")
    only_with_clause = fields.Boolean(
        "Only with a penalty clause", help="Quoted where the contract terms have a penalty clause (clause pénale)."
    )
    only_with = fields.Selection(
        [
            ("late_fee", "Interest or fixed compensation"),
            ("interest", "Late-payment interest"),
            ("indemnity", "Fixed compensation"),
        ],
        string="Only with",
        help="Not quoted to a debtor from whom these are not demanded, because they are generally waived.",
    )

    _dates_in_order = models.Constraint(
        "CHECK (valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to)",
        "A text cannot end before it begins.",
    )

    @api.model
    def _get_texts(self, reader, day, with_clause=False, heads=("interest", "indemnity")):
        """Return the texts in force that day to quote to such a reader, in their order.

        :param str reader: the end of one of the ``for_…`` fields.
        :param heads: which of ``interest`` and ``indemnity`` are demanded of that reader.
        """
        domain = Domain(f"for_{reader}", "=", True)
        domain &= Domain("valid_from", "=", False) | Domain("valid_from", "<=", day)
        domain &= Domain("valid_to", "=", False) | Domain("valid_to", ">=", day)
        if not with_clause:
            domain &= Domain("only_with_clause", "=", False)
        domain &= Domain("only_with", "in", [False, *heads, *(["late_fee"] if heads else [])])
        return self.sudo().with_context(active_test=True).search(domain)
