from odoo import api, fields, models

from ...common.insolvency import ACTION, DECLARATION, EXECUTION
from ...common.roles import require_user
from .recovery_insolvency_declaration import ESTATES


class RecoveryCase(models.Model):
    """Which estate of the debtor a case can reach, and the declarations that it carries."""

    _inherit = "recovery.case"
    _typed = ("estate",)

    estate = fields.Selection(
        ESTATES,
        string="Assets within reach",
        required=True,
        default="whole",
        tracking=True,
        help="A sole trader has two estates (C. com. L526-22): say which one answers for the claim.",
    )
    is_sole_trader = fields.Boolean(
        "Debtor is a sole trader", compute="_compute_is_sole_trader", help="An individual, not a company, who trades."
    )
    declaration_ids = fields.One2many(
        "recovery.insolvency.declaration", "case_id", string="Declarations", readonly=True
    )

    @api.depends("partner_id.is_company", "debtor_id.nature")
    def _compute_is_sole_trader(self):
        for case in self:
            case.is_sole_trader = case.debtor_id._is_sole_trader()

    def _get_next_step(self):
        """Where proceedings stop what the case would do for earlier claims, what is next is to declare them."""
        step = super()._get_next_step()
        if not self.is_open or self.amount_now <= 0 or not self.debtor_id.insolvency_on:
            return step
        day = self.company_id._recovery_today()
        state = self.env["recovery.insolvency"]._get_state(self.debtor_id, day)[self.debtor_id]
        if not state or not (state.stops(ACTION) or state.stops(EXECUTION)) or not self._claims_earlier(state):
            return step
        if self._find_pressing_deadline():
            return step
        declaration = self.declaration_ids.filtered(lambda row: row.insolvency_id.id == state.id)[:1]
        if not declaration and state.stops(DECLARATION):
            return self.env._("Declare the claim in the proceedings"), "action_declare_claim"
        if declaration.state in ("to_prepare", "prepared"):
            return self.env._("Declare the claim in the proceedings"), "action_declare_claim"
        if self._get_running_procedures():
            return step
        return self.env._("Follow the insolvency proceedings"), "action_view_insolvency"

    def _claims_earlier(self, state):
        """Tell whether something that is still claimed was born before the judgment."""
        lines = self.line_ids.filtered("is_running").line_id
        births = self.env["recovery.claim"]._get_births(lines)
        return any(births[line.id].day < state.judgment_on for line in lines)

    def _get_insolvency(self):
        """Return the proceedings in force against the debtor."""
        self.ensure_one()
        return self.debtor_id._get_proceedings().with_env(self.env)

    def action_declare_claim(self):
        """Open the declaration of what the case claims, prepared from the books."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        return self._get_insolvency().action_declare()

    def action_view_insolvency(self):
        """Open the proceedings in force against the debtor."""
        self.ensure_one()
        self.check_access("read")
        proceedings = self._get_insolvency()
        return proceedings._get_records_action(name=proceedings.display_name)
