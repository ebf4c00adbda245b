from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .recovery_title_head import COSTS


class RecoveryCost(models.Model):
    """What a title awarded of the costs of a case, and the fees of execution, are claimed once."""

    _inherit = "recovery.cost"
    _typed = ("title_id", "act_id", "is_beside_titles")

    title_id = fields.Many2one(
        "recovery.title",
        string="Awarded by",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('case_id', '=', case_id), ('annulled_on', '=', False)]",
        help="What the debtor owes of it is part of the dépens or article 700 award of this title: it counts once.",
    )
    is_beside_titles = fields.Boolean(
        "In addition to what titles awarded",
        help="The debtor owes it under another decision, or by law: it is not part of the dépens or article 700 "
        "award of a title, and is claimed in addition.",
    )
    twin_text = fields.Text("Possibly in a title", compute="_compute_twin_text")
    act_id = fields.Many2one(
        "recovery.execution.act",
        string="Enforcement measure",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('case_id', '=', case_id)]",
    )

    # ------------------------------------------------------------
    # Costs and heads of titles: each euro once
    # ------------------------------------------------------------
    def _is_loose(self):
        """Tell whether it may be a part of what a title awarded, as far as anybody has said."""
        self.ensure_one()
        return bool(
            self.amount_owed
            and self.recoverable in COSTS
            and self.state != "cancelled"
            and not self.title_id
            and not self.is_beside_titles
        )

    def _find_twins(self):
        """Return the titles of its case that awarded a sum under the same head."""
        self.ensure_one()
        titles = self.case_id._get_family().title_ids if self.case_id else self.title_id.browse()
        return titles.filtered(
            lambda title: (
                not title.annulled_on
                and any(head.kind == self.recoverable and head.amount > 0 for head in title.head_ids)
            )
        )

    @api.depends(
        "amount_owed", "recoverable", "state", "title_id", "is_beside_titles", "case_id.title_ids.annulled_on",
        "case_id.title_ids.head_ids.kind", "case_id.title_ids.head_ids.amount",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_twin_text(self):
        for cost in self:
            cost.twin_text = cost._ask_twins()

    def _ask_twins(self):
        """Ask of costs whether they are a part of what a title awarded, naming both; nothing if nobody needs to say."""
        heads = dict(self.title_id.head_ids._fields["kind"]._description_selection(self.env))
        asked = []
        for cost in self.filtered(lambda cost: cost._is_loose()):
            for title in cost._find_twins():
                awarded = sum(title.head_ids.filtered(lambda head: head.kind == cost.recoverable).mapped("amount"))  # noqa: B023
                asked.append(
                    self.env._(
                        "“%(cost)s” (%(owed)s) and “%(head)s” of %(title)s (%(awarded)s): is it the same money? "
                        "Until somebody says, it is claimed once. Choose this title under “Awarded by”, or tick "
                        "“In addition to what titles awarded”.",
                        cost=cost.name or "",
                        owed=cost._format_amount(cost.amount_owed),
                        head=heads[cost.recoverable],
                        title=title.display_name,
                        awarded=cost._format_amount(awarded),
                    )
                )
        return "\n".join(asked) or False

    @api.constrains("title_id", "is_beside_titles")
    def _check_beside_titles(self):
        for cost in self:
            if cost.title_id and cost.is_beside_titles:
                raise ValidationError(
                    self.env._(
                        "“%s”: either a title awarded it, or it is in addition to what titles awarded, not both.",
                        cost.name,
                    )
                )

    @api.constrains("title_id", "act_id", "case_id", "amount_owed", "recoverable", "state")
    def _check_title(self):
        for cost in self.filtered(lambda cost: cost.title_id or cost.act_id):
            if (cost.title_id.case_id | cost.act_id.case_id) - cost.case_id._get_family():
                raise ValidationError(
                    self.env._("“%s”: its title and its enforcement measure belong to another case.", cost.name)
                )
            heads = cost.title_id.head_ids.filtered(lambda head, cost=cost: head.kind == cost.recoverable)
            alike = cost.title_id.cost_ids.filtered(
                lambda row, cost=cost: row.recoverable == cost.recoverable and row.state != "cancelled"
            )
            entered, awarded = sum(alike.mapped("amount_owed")), sum(heads.mapped("amount"))
            if heads and cost.currency_id.compare_amounts(entered, awarded) > 0:
                raise ValidationError(
                    self.env._(
                        "“%(cost)s”: %(title)s awarded %(awarded)s, but %(entered)s of it would be entered.",
                        cost=cost.name,
                        title=cost.title_id.display_name,
                        awarded=cost._format_amount(awarded),
                        entered=cost._format_amount(entered),
                    )
                )
