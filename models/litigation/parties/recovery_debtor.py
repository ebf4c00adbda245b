from odoo import fields, models


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"
    _typed = ("counsel_id", "artisan", "activity")
    _traced = ("counsel_id", "artisan", "activity")

    activity = fields.Selection(
        [
            ("commercial", "Commercial"),
            ("craft", "Craft trade"),
            ("farming", "Farming"),
            ("liberal", "Liberal profession"),
            ("association", "Association"),
            ("civil_company", "Civil company"),
            ("none", "None"),
        ],
        string="Line of business",
        tracking=True,
        help="Some procedures and courts are reserved for certain activities. Empty: not known; farming is "
        "inferred from the contact's industry, crafts from the register of crafts.",
    )
    artisan = fields.Selection(
        [("yes", "Yes"), ("no", "No")],
        tracking=True,
        help="Registered as a craft business: since 2022 the commercial court also hears craftsmen. Empty: not known.",
    )
    counsel_id = fields.Many2one(
        "res.partner",
        string="Debtor's counsel",
        tracking=True,
        index="btree_not_null",
        check_company=True,
        domain="[('recovery_party_kind', '=', 'lawyer')]",
        ondelete="restrict",
        help="The debtor's lawyer: letters about the dispute are then addressed to them.",
    )
