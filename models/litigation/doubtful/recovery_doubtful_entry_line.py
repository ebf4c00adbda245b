from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class RecoveryDoubtfulEntryLine(models.Model):
    """What an entry does to one doubtful claim: how much of what, and why."""

    _name = "recovery.doubtful.entry.line"
    _description = "Movement of a doubtful claim"
    _inherit = ["recovery.guarded"]
    _order = "entry_id desc, id"
    _unlinked_first = True

    entry_id = fields.Many2one("recovery.doubtful.entry", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="entry_id.company_id", store=True, precompute=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(related="entry_id.state", store=True, index=True)
    day = fields.Date(related="entry_id.day", store=True)
    doubtful_id = fields.Many2one(
        "recovery.doubtful", string="Claim", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    debtor_id = fields.Many2one(related="doubtful_id.debtor_id")
    kind = fields.Selection(
        [
            ("transfer", "Transferred to 416"),
            ("depreciation", "Impairment"),
            ("loss", "Written off"),
            ("vat", "VAT reclaimed"),
            ("vat_lost", "VAT written off"),
            ("match", "Received"),
            ("recovery", "Recovered after the loss"),
            ("recovery_vat", "VAT payable again"),
            ("indemnity", "Insurance payout"),
            ("netting", "Set off"),
        ],
        string="Subject",
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(readonly=True, help="In the company's currency; a reversal of impairment is negative.")
    tax_id = fields.Many2one("account.tax", readonly=True, ondelete="restrict")
    line_id = fields.Many2one(
        "account.move.line", string="Credit", readonly=True, index="btree_not_null", ondelete="set null"
    )
    reason = fields.Char("Justification", readonly=True)
    is_deductible = fields.Boolean("Deductible", default=True, readonly=True)

    @api.model
    def _get_counted_domain(self, day):
        """Return the domain of the movements that counted on a day: posted until then, and not reversed yet."""
        return Domain("day", "<=", day) & (
            Domain("state", "=", "posted") | Domain("state", "=", "reversed") & Domain("entry_id.reversed_on", ">", day)
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(self.env._("An entry is cancelled or reversed, never deleted: the audit trail must be kept."))
