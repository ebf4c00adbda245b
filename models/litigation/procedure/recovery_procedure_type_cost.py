from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...common.bounds import AMOUNT
from ...common.formatting import format_share


class RecoveryProcedureTypeCost(models.Model):
    """What a procedure costs, as a range with its source and its days of validity: tariffs change, sources differ."""

    _name = "recovery.procedure.type.cost"
    _description = "Procedure cost"
    _inherit = ["recovery.legal.source", "recovery.traced.settings"]
    _order = "type_id, sequence, id"
    _carried_key = ("type_id", "name", "valid_from")
    _typed = (
        "sequence", "name", "kind", "basis", "is_known", "amount_min", "amount_max", "percent_min", "percent_max",
        "recoverable", "for_claims", "claim_above", "claim_up_to", "article", "note", "valid_from", "valid_to",
    )  # fmt: skip
    _typed_once = ("type_id",)

    type_id = fields.Many2one("recovery.procedure.type", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="type_id.company_id", store=True, precompute=True, index="btree_not_null")
    sequence = fields.Integer(default=10)
    name = fields.Char("What is paid", required=True, translate=True)
    kind = fields.Selection(
        [
            ("registry", "Greffe"),
            ("bailiff", "Commissaire de justice"),
            ("lawyer", "Lawyer"),
            ("tax", "Contribution or tax"),
            ("agency", "Collection agency"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
        string="Paid to",
    )
    basis = fields.Selection(
        [
            ("fixed", "An amount"),
            ("claim", "Percentage of the amount claimed"),
            ("recovered", "Percentage of the amount recovered"),
        ],
        required=True,
        default="fixed",
    )
    is_known = fields.Boolean("Figure known", default=True, help="Unticked: payable, but no source says how much.")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount_min = fields.Monetary("From", help="In euros, the lowest given by the sources.")
    amount_max = fields.Monetary("To", help="In euros, the highest given by the sources.")
    percent_min = fields.Float("From (%)", bounds=(0, 100))
    percent_max = fields.Float("To (%)", bounds=(0, 100))
    recoverable = fields.Selection(
        [
            ("costs", "Dépens: payable by the losing party"),
            ("art_700", "Article 700: as the judge decides"),
            ("ours", "Borne by us"),
            ("debtor", "Payable by the debtor"),
        ],
        required=True,
        default="ours",
        string="Who bears it",
    )
    for_claims = fields.Selection(
        [("any", "Any"), ("commercial", "Commercial claims"), ("civil", "Civil partnership (société civile)")],
        required=True,
        default="any",
        string="For",
    )
    claim_above = fields.Monetary("For claims above", help="Zero: whatever the claim.")
    claim_up_to = fields.Monetary("For claims up to", help="Zero: no limit.")
    article = fields.Char()
    confidence = fields.Selection(default="secondary")
    note = fields.Text(translate=True)
    valid_from = fields.Date("In force from", help="Empty: as far back as is relevant.")
    valid_to = fields.Date("In force until", help="Empty: still in force.")

    _range_in_order = models.Constraint(
        "CHECK (COALESCE(amount_min, 0) <= COALESCE(amount_max, 0)"
        " AND COALESCE(percent_min, 0) <= COALESCE(percent_max, 0))",
        "A range goes from the lowest to the highest figure.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to)",
        "A cost cannot end before it begins.",
    )

    @api.depends_context("lang")
    def _compute_currency_id(self):
        self.currency_id = self.env.ref("base.EUR")

    def _get_settings_title(self):
        return self.env._("%(type)s, cost “%(name)s”", type=self.type_id.name, name=self.name)

    def _filter_for(self, amount, day):
        """Return the costs in force on a day for a claim of that amount in euros; None if it is not known."""
        return self.filtered(
            lambda cost: (
                cost._is_in_force(day)
                and (amount is None or amount > cost.claim_above or not cost.claim_above)
                and (amount is None or amount <= cost.claim_up_to or not cost.claim_up_to)
            )
        )

    def _get_range(self, amount):
        """Return ``(lowest, highest)`` in euros, None where the figure is not known before the end.

        :param amount: what is claimed, in euros; None if it is not known.
        """
        self.ensure_one()
        if not self.is_known or self.basis == "recovered":
            return None
        if self.basis == "fixed":
            return self.amount_min, self.amount_max
        if amount is None:
            return None
        ceiling = self.amount_max or AMOUNT
        return min(amount * self.percent_min / 100, ceiling), min(amount * self.percent_max / 100, ceiling)

    def _get_range_in_words(self):
        """Return the range as people read it, with where it comes from."""
        self.ensure_one()
        if not self.is_known:
            return self.env._("%s: figure not known", self.name)
        if self.basis == "fixed":
            ends = [
                formatLang(self.env, end, currency_obj=self.currency_id) for end in (self.amount_min, self.amount_max)
            ]
        else:
            ends = [format_share(self.env, end, digits=1) for end in (self.percent_min, self.percent_max)]
        figure = ends[0] if ends[0] == ends[1] else self.env._("%(low)s to %(high)s", low=ends[0], high=ends[1])
        if self.basis == "claim":
            figure = self.env._("%s of the amount claimed", figure)
        elif self.basis == "recovered":
            figure = self.env._("%s of the amount recovered", figure)
        return self.env._("%(name)s: %(figure)s (%(origin)s)", name=self.name, figure=figure, origin=self._get_origin())

    def _get_origin(self):
        """Return the source of the figure and since when it is in force."""
        self.ensure_one()
        if not self.valid_from:
            return self.source
        return self.env._("%(origin)s, since %(day)s", origin=self.source, day=format_date(self.env, self.valid_from))
