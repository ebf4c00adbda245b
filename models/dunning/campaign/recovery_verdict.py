from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...common.loose_many2one import LooseMany2one

DAYS_KEPT = 90
SIMULATION_DAYS_KEPT = 7


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
    due_date = fields.Date(readonly=True)
    days_late = fields.Integer(readonly=True, aggregator="max")
    currency_id = LooseMany2one("res.currency", readonly=True)
    company_currency_id = fields.Many2one(related="campaign_id.currency_id", string="Company currency")
    amount_residual = fields.Monetary("Open in the books", readonly=True, aggregator=None)
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
    reasons = fields.Char("Codes of all the reasons", readonly=True)
    reasons_text = fields.Char("All the reasons", compute="_compute_reasons_text")
    detail = fields.Char(readonly=True)
    possible_on = fields.Date("Possible on", readonly=True, help="First day on which the next level may be taken.")
    level_id = LooseMany2one("recovery.level", string="Level to come", readonly=True)
    reached_level_id = LooseMany2one("recovery.level", string="Level reached", readonly=True)
    notice_id = LooseMany2one("recovery.notice", readonly=True)

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
