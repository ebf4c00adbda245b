from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from ....models.common.formatting import list_phrases
from ....models.common.given import require_reason
from ....models.common.recovery_window import once
from ....models.common.roles import require_user
from ....models.litigation.case.recovery_case import ENDS

KINDS = ("settled", "lost", "abandoned")


class RecoveryCaseCloseWizard(models.TransientModel):
    """Say how cases ended: the same questions, whether somebody drags a card or presses a button."""

    _name = "recovery.case.close.wizard"
    _description = "Close cases"
    _inherit = ["recovery.window"]

    case_ids = fields.Many2many("recovery.case", string="Cases", required=True, readonly=True)
    stage_id = fields.Many2one("recovery.case.stage", readonly=True)
    kind = fields.Selection(
        selection="_selection_kind",
        string="How it is closed",
        required=True,
        compute="_compute_kind",
        compute_sudo=False,  # who asks may not say all of it
        store=True,
        readonly=False,
        precompute=True,
    )
    unpaid_text = fields.Char("Still open", compute="_compute_unpaid")
    is_unpaid = fields.Boolean(compute="_compute_unpaid")
    otherwise_text = fields.Char("Settled otherwise", compute="_compute_unpaid")
    settled_how = fields.Selection(
        selection=lambda self: self._list_ends("settled"),
        string="How it was settled",
        compute="_compute_how",
        store=True,
        readonly=False,
        precompute=True,
    )
    lost_how = fields.Selection(
        selection=lambda self: self._list_ends("lost"), string="Why nothing more can be recovered", default="no_assets"
    )
    abandoned_how = fields.Selection(
        selection=lambda self: self._list_ends("abandoned"), string="Why we are not going further", default="uneconomic"
    )
    settlement_id = fields.Many2one(
        "recovery.settlement",
        domain="[('id', 'in', possible_settlement_ids)]",
        help="It was honoured: what it covers may stay open, for the reason given in it.",
    )
    possible_settlement_ids = fields.Many2many("recovery.settlement", compute="_compute_possible_settlement_ids")
    reason = fields.Char(help="In your own words: kept on the case and in the journal.")

    @api.model
    def _selection_kind(self):
        """Leave out what only a manager decides."""
        labels = dict(self.env["recovery.case.stage"]._fields["kind"]._description_selection(self.env))
        may_lose = self.env["recovery.case"]._may_decide()
        return [(kind, labels[kind]) for kind in KINDS if kind != "lost" or may_lose]

    @api.model
    def _list_ends(self, kind):
        labels = dict(self.env["recovery.case"]._fields["close_how"]._description_selection(self.env))
        return [(end, labels[end]) for end in ENDS[kind]]

    @api.depends("stage_id")
    def _compute_kind(self):
        for window in self:
            possible = dict(window._selection_kind())
            if window.stage_id.kind in possible:
                window.kind = window.stage_id.kind
            elif not window.kind:
                given_up = "lost" if "lost" in possible else "abandoned"
                window.kind = given_up if window.is_unpaid else "settled"

    @api.depends("case_ids")
    @api.depends_context("lang")
    def _compute_unpaid(self):
        """Say what stays open and what was not received, per company: two of them never add up."""
        for window in self:
            unpaid, otherwise = [], []
            for company, cases in window.case_ids._origin.grouped("company_id").items():
                currency = company.currency_id
                left = sum(cases._get_unpaid_claims().mapped("amount_now_company"))
                other = sum(cases.mapped("amount_other"))
                if currency.compare_amounts(left, 0.0) > 0:
                    unpaid.append(formatLang(self.env, left, currency_obj=currency))
                if currency.compare_amounts(other, 0.0) > 0:
                    otherwise.append(formatLang(self.env, other, currency_obj=currency))
            window.unpaid_text = list_phrases(self.env, unpaid)
            window.is_unpaid = bool(unpaid)
            window.otherwise_text = list_phrases(self.env, otherwise)

    @api.depends("case_ids", "settlement_id")
    def _compute_how(self):
        for window in self:
            if window.settlement_id:
                window.settled_how = "settlement"
            else:
                window.settled_how = "credited" if window.otherwise_text else "paid"

    @api.depends("case_ids")
    def _compute_possible_settlement_ids(self):
        for window in self:
            window.possible_settlement_ids = window.case_ids._origin._get_settlements()

    @once
    def action_confirm(self):
        """Close the cases."""
        self.ensure_one()
        require_user(self.env)
        reason = require_reason(self.env, self.reason)
        if closed := self.case_ids.filtered(lambda case: not case.is_open and case.kind == self.kind)[:1]:
            raise UserError(self.env._("%s is already closed.", closed.display_name))
        how = self[f"{self.kind}_how"]
        if self.kind == "settled":
            self._check_how(how)
        settlement = self.settlement_id if self.kind == "settled" else None
        stage = self.stage_id if self.stage_id.kind == self.kind else None
        self.case_ids._close(self.kind, reason, how, settlement, stage)
        self._hook_closed()
        return self._say(
            self.env._(
                "%(kind)s: %(cases)s.",
                kind=dict(self._selection_kind())[self.kind],
                cases=self._describe_records(self.case_ids),
            )
        )

    def _hook_closed(self):
        """Do what goes with the closing; hook of the rooms that book what is lost."""

    def _check_how(self, how):
        """Refuse an answer that the books contradict: what was not received was not paid."""
        if how == "paid" and self.otherwise_text:
            raise UserError(
                self.env._(
                    "%s was settled other than by payment: it was not paid in full. Mention the settlement, or the "
                    "credit note or write-off, in your reason.",
                    self.otherwise_text,
                )
            )
        if how == "settlement" and not self.settlement_id:
            raise UserError(self.env._("Choose the settlement that ended it."))
