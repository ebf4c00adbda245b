from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...common.loose_many2one import LooseMany2one
from ...common.sentence import Sentence
from .recovery_notice import TAKEN_OUT
from .recovery_notice_line import OWN_ROLES
from .verdict import ANNOUNCED, DUE, TIME_BARRED

DAYS_KEPT = 90
SIMULATION_DAYS_KEPT = 7
FOLLOWED = ("code", "proposed_code", "reasons", "detail", "amount_claimed", "amount_announced", "amount_excluded")


class RecoveryVerdict(models.Model):
    """The verdict on an instalment: why a campaign reminds it, or not; one row each, thrown away after some months.

    What is not due, and has no step before its due date, is counted by the campaign only.
    """

    _name = "recovery.verdict"
    _description = "Verdict on an instalment"
    _inherit = ["recovery.guarded"]
    _order = "amount_company desc, id"
    _rec_name = "move_name"
    _log_access = False

    campaign_id = LooseMany2one(
        "recovery.campaign", string="Campaign", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="campaign_id.company_id")
    partner_id = LooseMany2one("res.partner", string="Customer", readonly=True, index="btree_not_null")
    debtor_id = LooseMany2one("recovery.debtor", readonly=True)
    collector_id = fields.Many2one(related="debtor_id.collector_id")
    move_line_id = LooseMany2one(
        "account.move.line", string="Instalment", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    move_name = fields.Char("Invoice", readonly=True)
    due_date = fields.Date("Due date", readonly=True)
    days_late = fields.Integer("Days late", readonly=True, aggregator="max")
    currency_id = LooseMany2one("res.currency", readonly=True)
    company_currency_id = fields.Many2one(related="campaign_id.currency_id", string="Company currency")
    amount_residual = fields.Monetary("Open in the accounts", readonly=True, aggregator=None)
    amount_credit = fields.Monetary("Credits and payments set against it", readonly=True, aggregator=None)
    amount_held = fields.Monetary("Suspended", readonly=True, aggregator=None)
    amount_net = fields.Monetary("May be claimed", readonly=True, aggregator=None)
    amount_company = fields.Monetary("Open", currency_field="company_currency_id", readonly=True)
    amount_claimed = fields.Monetary("Claimed", currency_field="company_currency_id", readonly=True)
    amount_announced = fields.Monetary(
        "Announced",
        currency_field="company_currency_id",
        readonly=True,
        help="Of what is not claimed: it falls due later, and a notice says so.",
    )
    amount_excluded = fields.Monetary("Not claimed", currency_field="company_currency_id", readonly=True)
    code = fields.Selection(selection="_selection_code", string="Verdict", readonly=True)
    proposed_code = fields.Char(
        readonly=True, help="The verdict of the proposal, where something has happened to it since."
    )
    reasons = fields.Char("Codes of all the reasons", readonly=True)
    reasons_text = fields.Char("All the reasons", compute="_compute_reasons_text")
    detail = Sentence(readonly=True)
    possible_on = fields.Date("Possible on", readonly=True, help="First day on which the next level may be reached.")
    level_id = LooseMany2one("recovery.level", string="Next level", readonly=True)
    reached_level_id = LooseMany2one("recovery.level", string="Level reached", readonly=True)
    notice_id = LooseMany2one("recovery.notice", readonly=True)
    notice_status = fields.Selection(related="notice_id.status", string="State of the notice")

    # A campaign is one company's and one day's: its id leads where company and date would, in a third of their bytes,
    # and the rows of old campaigns are thrown away by it. What is left out, and why, is read by code.
    _run_code_idx = models.Index("(campaign_id, code)")

    @api.model
    def _selection_code(self):
        return list(self.env["recovery.selection"]._get_code_labels().items())

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_reasons_text(self):
        labels = self.env["recovery.selection"]._get_code_labels()
        for verdict in self:
            codes = (verdict.reasons or "").split(",")
            verdict.reasons_text = ", ".join(labels.get(code, code) for code in codes if code)

    @api.model
    def _follow(self, notices):
        """Say of each instalment of these notices what became of it since the proposal: claimed, or why no more."""
        notices = notices.sudo()
        lines = {(line.notice_id.id, line.move_line_id.id): line for line in notices.line_ids if line.role != "credit"}
        verdicts = self.sudo().search(
            Domain("campaign_id", "in", notices.campaign_id.ids)
            & Domain("move_line_id", "in", notices.line_ids.move_line_id.ids)
            & Domain("notice_id", "in", notices.ids)
        )
        rows = []
        for verdict in verdicts:
            line = lines.get((verdict.notice_id.id, verdict.move_line_id.id))
            values = verdict._get_followed(line) if line else None
            if values and values != tuple(verdict[name] for name in FOLLOWED):
                rows.append(
                    (verdict.id, *(value or (None if isinstance(value, str | bool) else 0.0) for value in values))
                )
        self.env["recovery.bulk"]._update(self._name, FOLLOWED, rows)

    @api.model
    def _find_taken_back(self, lines):
        """Return ``{line: line of the notice before}`` of notices' lines whose level before counts no more.

        That level is the one at which the proposal found the instalment.
        """
        if not lines:
            return {}
        same = Domain("move_line_id", "in", lines.move_line_id.ids)
        proposed = self.sudo().search_fetch(
            same & Domain("notice_id", "in", lines.notice_id.ids), ["notice_id", "move_line_id", "reached_level_id"]
        )
        reached = {(verdict.notice_id, verdict.move_line_id): verdict.reached_level_id for verdict in proposed}
        gone = lines.sudo().search(
            same
            & Domain("id", "not in", lines.ids)
            & Domain("claimed_on", "!=", False)
            & Domain("engaged", "=", False)
            & Domain("notice_id.state", "in", TAKEN_OUT),
            order="id",
        )
        last = {(line.move_line_id, line.level_id): line for line in gone}
        before = {
            line: last.get((line.move_line_id, reached.get((line.notice_id, line.move_line_id)))) for line in lines
        }
        return {line: found for line, found in before.items() if found}

    def _get_followed(self, line):
        """Return the :data:`FOLLOWED` values of what a notice's line has become."""
        self.ensure_one()
        proposed = self.proposed_code or self.code
        notice = self.notice_id
        code, detail, claimed, announced = proposed, False, 0.0, 0.0
        if notice.state in TAKEN_OUT:
            code, detail = notice.state, line.departure or notice.state_reason
        elif line.role not in OWN_ROLES:
            code, detail = "obsolete", line.departure
        elif line.role == "claimed":
            code, claimed = DUE, line.amount_due_company
        else:
            code, announced = ANNOUNCED, line.amount_due_company
        reasons = [code, *(kept for kept in (self.reasons or "").split(",") if kept == TIME_BARRED)]
        if code == proposed and TIME_BARRED in reasons:
            detail = self.detail
        return code, proposed, ",".join(reasons), detail, claimed, announced, round(self.amount_company - claimed, 6)

    @api.model
    def _read_moves(self, campaigns):
        """Return ``{campaign: [(proposed code, code now, count, amount open)]}`` of what changed since the proposal."""
        moves = {}
        for campaign, proposed, code, *figures in self._read_group(
            Domain("campaign_id", "in", campaigns.ids) & Domain("proposed_code", "!=", False),
            ["campaign_id", "proposed_code", "code"],
            ["__count", "amount_company:sum"],
        ):
            if code != proposed:
                moves.setdefault(campaign, []).append((proposed, code, *figures))
        return moves

    def action_open_invoice(self):
        """Open the invoice."""
        self.ensure_one()
        return self.move_line_id.move_id._get_records_action(name=self.move_name)

    @api.autovacuum
    def _gc_old_rows(self):
        """Throw away the rows of old campaigns; their notices and totals stay."""
        for company in self.env["res.company"].sudo().search([("parent_id", "=", False)]):
            today = company._recovery_today()
            of_company = Domain("campaign_id.company_id", "=", company.id)
            old = Domain("campaign_id.proposed_on", "<", today - timedelta(days=DAYS_KEPT))
            old |= Domain("campaign_id.mode", "=", "simulation") & Domain(
                "campaign_id.proposed_on", "<", today - timedelta(days=SIMULATION_DAYS_KEPT)
            )
            self.env["recovery.bulk"]._delete(self._name, of_company & old)
