from odoo import api, fields, models

from ...common.roles import BOOKKEEPERS


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    recovery_settles_line_id = fields.Many2one(
        "account.move.line",
        string="Settles",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=BOOKKEEPERS,
        help="What this line is matched with once its entry on doubtful receivables is posted.",
    )

    # by which a change of any line finds its claims at once, not line by line
    recovery_doubtful_ids = fields.One2many(
        "recovery.doubtful", "line_id", string="Doubtful claims", readonly=True, groups=BOOKKEEPERS
    )

    @api.model
    def _explain_kept(self, names):
        if "recovery_settles_line_id" in names:
            return self.env._("The entry on doubtful receivables sets this itself.")
        return super()._explain_kept(names)

    def _recovery_is_more_than(self, settled):
        """Tell whether a line is more than what is open of the one that it settles, in the currency of both."""
        self.ensure_one()
        if self.currency_id == settled.currency_id:
            mine, theirs = self.amount_currency, settled.amount_residual_currency
        else:
            mine, theirs = self.balance, settled.amount_residual
        currency = self.currency_id if self.currency_id == settled.currency_id else self.company_currency_id
        return currency.compare_amounts(abs(mine), abs(theirs)) > 0
