from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .formatting import say_of
from .insolvency import CLOSED, CLOSINGS, CONVERTED, KINDS, PLAN_CHANGED, PLANNED, Step
from .marks import takes_reason
from .retention import CASES, Retained


class RecoveryInsolvencyStep(models.Model):
    """What followed in insolvency proceedings, on the day that a person gives, with its documents.

    It is annulled with a reason, never deleted.
    """

    _name = "recovery.insolvency.step"
    _description = "Event in insolvency proceedings"
    _retained = Retained(CASES, "insolvency_id.closed_on", ("note", "annul_reason"), ("attachment_ids",))
    _inherit = ["recovery.guarded"]
    _order = "date, id"
    _check_company_auto = True
    _unlinked_first = True
    _moves = ("date", "what", "kind", "closing", "annulled_on")

    insolvency_id = fields.Many2one(
        "recovery.insolvency",
        string="Insolvency proceedings",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    debtor_id = fields.Many2one(related="insolvency_id.debtor_id", store=True, precompute=True, index=True)
    company_id = fields.Many2one(related="insolvency_id.company_id", store=True, precompute=True, index=True)
    what = fields.Selection(
        [
            (CONVERTED, "Converted"),
            (PLANNED, "Plan adopted"),
            (PLAN_CHANGED, "Plan changed"),
            (CLOSED, "Closed"),
        ],
        string="What happened",
        required=True,
        readonly=True,
    )
    date = fields.Date("On", required=True, readonly=True)
    kind = fields.Selection(KINDS, string="Converted into", readonly=True)
    closing = fields.Selection(CLOSINGS, string="How", readonly=True)
    note = fields.Text(readonly=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Documents", readonly=True, bypass_search_access=True)
    user_id = fields.Many2one("res.users", string="Recorded by", required=True, readonly=True)
    annulled_on = fields.Date("Voided on", readonly=True)
    annul_reason = fields.Char("Why it was voided", readonly=True)

    @api.depends("what", "kind", "closing", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        names = {
            name: dict(self._fields[name]._description_selection(self.env)) for name in ("what", "kind", "closing")
        }
        for step in self:
            detail = names["kind"].get(step.kind) or names["closing"].get(step.closing)
            words = names["what"].get(step.what) or detail or ""
            if detail and step.what:
                words = say_of(self.env, words, detail)
            day = format_date(self.env, step.date) if step.date else ""
            step.display_name = self.env._("%(event)s on %(day)s", event=words, day=day)

    def _as_steps(self):
        """Return the steps as :mod:`insolvency` reads them."""
        return [Step(step._origin.id or 0, step.what, step.date, step.kind or step.closing or "") for step in self]

    def action_annul(self):
        """Ask why, then annul what was recorded."""
        return self.env["recovery.reason.wizard"]._open(self, "_annul", self.env._("Void this event"))

    @takes_reason
    def _annul(self, reason):
        """Annul the last thing recorded in proceedings: what rested on it goes with it."""
        for step in self.filtered(lambda row: not row.annulled_on):
            proceedings = step.insolvency_id
            proceedings._check_may_record(proceedings.is_confidential)
            proceedings.check_access("write")
            alive = proceedings.step_ids.filtered(lambda row: not row.annulled_on).sorted(lambda r: (r.date, r.id))
            if alive[-1:] != step:
                raise UserError(self.env._("A later event has been recorded: void that first."))
            name = step.display_name
            step.sudo().write({"annulled_on": step.company_id._recovery_today(), "annul_reason": reason})
            proceedings._trace(lambda row, name=name: row.env._("Voided: %s", name), {"reason": reason})
            proceedings._follow()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(
            self.env._("What was recorded is voided with a reason, never deleted: the audit trail must be kept.")
        )
