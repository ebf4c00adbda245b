from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_round

from ....models.common.recovery_window import once
from ....models.common.roles import require_user


class RecoveryCostWizard(models.TransientModel):
    """Add one cost to each of several cases: the same amount each, or a vendor bill's line shared by them."""

    _name = "recovery.cost.wizard"
    _description = "Add a Cost"
    _inherit = ["recovery.window"]

    case_ids = fields.Many2many("recovery.case", string="Cases", required=True, readonly=True)
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(selection="_selection_kind", string="Paid for", required=True, default="other")
    name = fields.Char("What it is", required=True)
    date = fields.Date(required=True, compute="_compute_date", store=True, readonly=False, precompute=True)
    state = fields.Selection(
        [("planned", "Planned"), ("engaged", "Incurred"), ("paid", "Paid")], required=True, default="engaged"
    )
    amount = fields.Monetary("Excluding tax")
    is_shared = fields.Boolean(
        "Shared", help="The amount is split equally between the cases; otherwise each bears all of it."
    )
    tax_id = fields.Many2one(
        "account.tax",
        domain="[('type_tax_use', '=', 'purchase'), ('company_id', 'parent_of', company_id)]",
    )
    recoverable = fields.Selection(
        selection="_selection_recoverable", string="Who bears it", required=True, default="ours"
    )
    partner_id = fields.Many2one("res.partner", string="Provider", domain="[('recovery_party_kind', '!=', False)]")

    @api.model
    def default_get(self, fields_list):
        """Take the cases of the list from which the window was opened."""
        defaults = super().default_get(fields_list)
        if "case_ids" in fields_list and not defaults.get("case_ids"):
            cases = self._get_active_records("recovery.case")
            if cases:
                defaults["case_ids"] = [fields.Command.set(cases.ids)]
        return defaults

    @api.model
    def _selection_kind(self):
        return self.env["recovery.cost"]._fields["kind"]._description_selection(self.env)

    @api.model
    def _selection_recoverable(self):
        return self.env["recovery.cost"]._fields["recoverable"]._description_selection(self.env)

    @api.depends("case_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.case_ids.company_id[:1]

    @api.depends("case_ids")
    def _compute_date(self):
        for wizard in self:
            company = wizard.case_ids.company_id[:1] or self.env.company
            wizard.date = wizard.date or company._recovery_today()

    @once
    def action_confirm(self):
        """Add the cost to each case."""
        self.ensure_one()
        require_user(self.env)
        cases = self.case_ids
        cases.check_access("write")
        if not cases:
            raise UserError(self.env._("Choose at least one case."))
        if len(cases.company_id) > 1:
            raise UserError(self.env._("These cases belong to several companies: add the cost company by company."))
        self.env["recovery.cost"].create(
            [
                {
                    "case_id": case.id,
                    "kind": self.kind,
                    "name": self.name,
                    "date": self.date,
                    "state": self.state,
                    "amount": amount,
                    "tax_id": self.tax_id.id,
                    "recoverable": self.recoverable,
                    "partner_id": self.partner_id.id,
                }
                for case, amount in zip(cases, self._share(len(cases)), strict=True)
            ]
        )
        return self._say(
            self.env._("“%(cost)s” added: %(cases)s.", cost=self.name, cases=self._describe_records(cases))
        )

    def _share(self, count):
        """Return what each case bears, to the cent: the first one bears what cannot be shared."""
        if not self.is_shared:
            return [self.amount] * count
        currency = self.currency_id
        part = float_round(self.amount / count, precision_rounding=currency.rounding, rounding_method="DOWN")
        return [currency.round(self.amount - part * (count - 1)), *([part] * (count - 1))]
