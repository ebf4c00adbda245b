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
