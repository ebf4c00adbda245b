from odoo import fields, models


class RecoveryAgeingDifference(models.TransientModel):
    """One reason for which a balance is now otherwise than it was issued."""

    _name = "recovery.ageing.difference"
    _description = "Difference with the balance as issued"
    _inherit = ["recovery.window"]
    _order = "name, id"

    snapshot_id = fields.Many2one("recovery.ageing.snapshot", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    name = fields.Char("Entry")
    partner_id = fields.Many2one("res.partner", "Customer")
    reason = fields.Selection(
        [
            ("posted", "Posted since"),
            ("matched", "Matched since"),
            ("unmatched", "Unmatched since"),
            ("withdrawn", "Withdrawn since"),
            ("moved", "Other customer, account or due date"),
            ("status", "Other status"),
            ("unknown", "Not explained by what is on record"),
        ],
    )
    other = fields.Char("With")
    moment = fields.Datetime("On")
    is_begun = fields.Boolean(
        "Started before",
        help="It had started when the balance was issued and ended afterwards: what was recorded then was not "
        "visible yet, although it bears an earlier time.",
    )
    amount = fields.Monetary("Difference", currency_field="company_currency_id")
    amount_before = fields.Monetary("As issued", currency_field="company_currency_id", aggregator=None)
    amount_after = fields.Monetary("As reported now", currency_field="company_currency_id", aggregator=None)
