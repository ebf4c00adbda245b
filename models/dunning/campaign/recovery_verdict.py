from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...ledger.loose_many2one import LooseMany2one

DAYS_KEPT = 90
SIMULATION_DAYS_KEPT = 7
NAMES = (
    "run_id partner_id debtor_id move_line_id move_name due_date days_late currency_id amount_residual amount_credit"
    " amount_held amount_net amount_company amount_claimed amount_excluded code reasons detail possible_on level_id"
    " reached_level_id notice_id"
).split()


class RecoveryVerdict(models.Model):
    """Why an instalment is reminded by a campaign, or not: one row each, thrown away after some months.

    What is not due, and has no step before its due date, is counted by the campaign only.
    """

    _name = "recovery.verdict"
    _description = "Verdict on an instalment"
    _order = "amount_company desc, id"
    _rec_name = "move_name"
    _log_access = False

    run_id = LooseMany2one("recovery.run", string="Campaign", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="run_id.company_id")
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
    company_currency_id = fields.Many2one(related="run_id.currency_id", string="Company currency")
    amount_residual = fields.Monetary("Open in the books", readonly=True, aggregator=None)
    amount_credit = fields.Monetary("Credits and payments set against it", readonly=True, aggregator=None)
    amount_held = fields.Monetary("Suspended", readonly=True, aggregator=None)
    amount_net = fields.Monetary("May be claimed", readonly=True, aggregator=None)
    amount_company = fields.Monetary("Open", currency_field="company_currency_id", readonly=True)
    amount_claimed = fields.Monetary("Claimed", currency_field="company_currency_id", readonly=True)
    amount_excluded = fields.Monetary("Not claimed", currency_field="company_currency_id", readonly=True)
    code = fields.Selection(selection="_selection_code", string="Verdict", readonly=True)
    reasons = fields.Char("Codes of all the reasons", readonly=True)
    reasons_text = fields.Char("All the reasons", compute="_compute_reasons_text")
    detail = fields.Char(readonly=True)
    possible_on = fields.Date("Possible on", readonly=True, help="First day on which the next level may be taken.")
    level_id = LooseMany2one("recovery.level", string="Level to come", readonly=True)
    reached_level_id = LooseMany2one("recovery.level", string="Level reached", readonly=True)
    notice_id = LooseMany2one("recovery.notice", readonly=True)

    _run_code_idx = models.Index("(run_id, code)")

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
    def _write_rows(self, run, verdicts, claimed, notice_by_line):
        """Keep the verdicts of a campaign.

        :param verdicts: :class:`verdict.Verdict` rows.
        :param set claimed: journal items that a notice claims, or would in a simulation.
        :param dict notice_by_line: notice id per journal item claimed.
        """
        partners = self.env["res.partner"].browse({v.item.partner_id for v in verdicts if v.item.partner_id})
        debtors = self.env["recovery.debtor"].sudo()._existing_for(partners, run.company_id)
        debtor_ids = {debtor.partner_id.id: debtor.id for debtor in debtors}
        self.env["recovery.bulk"]._insert(
            self._name,
            NAMES,
            [
                self._prepare_row(run, verdict, verdict.item.line_id in claimed, debtor_ids, notice_by_line)
                for verdict in verdicts
                if not verdict.is_counted_only
            ],
            with_ids=False,
        )

    @api.model
    def _prepare_row(self, run, verdict, is_claimed, debtor_ids, notice_by_line):
        item = verdict.item
        amount = verdict.net_company if is_claimed else 0.0
        return (
            run.id,
            item.partner_id,
            debtor_ids.get(item.partner_id),
            item.line_id,
            item.move_name,
            item.due,
            (run.date - item.due).days,
            item.currency_id,
            item.residual,
            verdict.credit,
            verdict.held,
            verdict.net,
            item.residual_company,
            round(amount, 6),
            round(item.residual_company - amount, 6),
            verdict.code,
            ",".join(verdict.get_reasons()),
            verdict.detail,
            verdict.when,
            verdict.step and verdict.step.level_id,
            verdict.reached and verdict.reached.level_id,
            notice_by_line.get(item.line_id),
        )

    def action_open_invoice(self):
        """Open the invoice."""
        self.ensure_one()
        return self.move_line_id.move_id._get_records_action(name=self.move_name)

    @api.autovacuum
    def _gc_old_rows(self):
        """Throw away the rows of old campaigns; their notices and totals stay."""
        for company in self.env["res.company"].sudo().search([("parent_id", "=", False)]):
            today = company._recovery_today()
            of_company = Domain("run_id.company_id", "=", company.id)
            old = Domain("run_id.proposed_on", "<", today - timedelta(days=DAYS_KEPT))
            old |= Domain("run_id.mode", "=", "simulation") & Domain(
                "run_id.proposed_on", "<", today - timedelta(days=SIMULATION_DAYS_KEPT)
            )
            self.env["recovery.bulk"]._delete(self._name, of_company & old)
