from odoo import fields, models


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"
    _typed = ("counsel_id", "artisan", "activity")
    _traced = ("counsel_id", "artisan", "activity")

    activity = fields.Selection(
        [
            ("commercial", "Commercial"),
            ("craft", "Craft"),
            ("farming", "Farming"),
            ("liberal", "Liberal profession"),
            ("association", "Association"),
            ("civil_company", "Civil company"),
            ("none", "None"),
        ],
        string="What the debtor does",
        tracking=True,
        help="Some procedures and courts are for some activities only. Empty: not known; farming is read in the "
        "industry of the contact, crafts in the register of crafts.",
    )
    artisan = fields.Selection(
        [("yes", "Yes"), ("no", "No")],
        tracking=True,
        help="Entered in the register of crafts: since 2022 the commercial court hears artisans too. Empty: not known.",
    )
    counsel_id = fields.Many2one(
        "res.partner",
        string="Debtor's counsel",
        tracking=True,
        index="btree_not_null",
        check_company=True,
        domain="[('recovery_party_kind', '=', 'lawyer')]",
        ondelete="restrict",
        help="The lawyer whom the debtor has named: what concerns the dispute is written to this lawyer from then on.",
    )
