from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    recovery_payment_qr = fields.Boolean(
        "QR code to pay",
        help="A SEPA code (EPC) on letters and e-mails: the customer's bank application reads it and fills in the "
        "transfer. Only for a claim in euros alone and an IBAN.",
    )
