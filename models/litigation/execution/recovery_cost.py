from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RecoveryCost(models.Model):
    """What a title awarded of the costs of a case, and the fees of execution, are claimed once."""

    _inherit = "recovery.cost"
    _typed = ("title_id", "act_id")

    title_id = fields.Many2one(
        "recovery.title",
        string="Awarded by",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('case_id', '=', case_id), ('annulled_on', '=', False)]",
        help="What the debtor owes of it is a part of the dépens or of the article 700 of this title: it counts once.",
    )
    act_id = fields.Many2one(
        "recovery.execution.act",
        string="Act of execution",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('case_id', '=', case_id)]",
    )

    @api.constrains("title_id", "act_id", "case_id", "amount_owed", "recoverable", "state")
    def _check_title(self):
        for cost in self.filtered(lambda cost: cost.title_id or cost.act_id):
            if (cost.title_id.case_id | cost.act_id.case_id) - cost.case_id._get_family():
                raise ValidationError(self.env._("“%s”: its title and its act are of another case.", cost.name))
            heads = cost.title_id.head_ids.filtered(lambda head, cost=cost: head.kind == cost.recoverable)
            alike = cost.title_id.cost_ids.filtered(
                lambda row, cost=cost: row.recoverable == cost.recoverable and row.state != "cancelled"
            )
            entered, awarded = sum(alike.mapped("amount_owed")), sum(heads.mapped("amount"))
            if heads and cost.currency_id.compare_amounts(entered, awarded) > 0:
                raise ValidationError(
                    self.env._(
                        "“%(cost)s”: %(title)s awarded %(awarded)s, and %(entered)s of it would be entered.",
                        cost=cost.name,
                        title=cost.title_id.display_name,
                        awarded=cost._format_amount(awarded),
                        entered=cost._format_amount(entered),
                    )
                )
