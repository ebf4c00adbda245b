from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ...common.aside import Aside
from ...common.calendar import shift
from ...common.marks import takes_reason
from ...common.retention import CASES, Retained
from ...common.sentence import word
from .recovery_case_stage import BEHIND_GATE

_lt = LazyTranslate(__name__)

# Claims pass from one case to another: their picture goes with them.
TAKEN_OVER = Aside("claims pass to another case")
# Instalments whose matching was undone in this transaction.
UNDONE = "debt_recovery.undone"


class RecoveryCaseLine(models.Model):
    """One instalment claimed in a case: frozen as it was then, with what became of it since.

    Nobody edits a claim: it enters a case and leaves it, both with a trace, and its
    suspension of reminders follows.
    """

    _name = "recovery.case.line"
    _description = "Claimed instalment"
    _retained = Retained(
        CASES,
        "case_id.closed_on",
        ("removal_reason", "left_reason"),
        domain=(("case_id.is_open", "=", False),),
        stays=("move_name",),
    )
    _inherit = ["recovery.guarded"]
    _order = "removed_on desc, due_date, id"
    _rec_name = "move_name"
    _unlinked_first = True
    _typed_once = ("case_id", "line_id")

    case_id = fields.Many2one("recovery.case", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True, index=True)
    debtor_id = fields.Many2one(related="case_id.debtor_id")
    line_id = fields.Many2one(
        "account.move.line",
        string="Instalment",
        index="btree_not_null",
        ondelete="set null",
        domain="[('company_id', 'child_of', company_id), ('parent_state', '=', 'posted'),"
        " ('account_id.account_type', '=', 'asset_receivable'), ('recovery_is_open', '=', True), ('balance', '>', 0),"
        " ('partner_id', 'child_of', partner_id), ('recovery_case_line_ids', 'not any', [('is_running', '=', True)])]",
    )
    partner_id = fields.Many2one(related="case_id.partner_id")
    move_id = fields.Many2one(
        "account.move", string="Entry", readonly=True, index="btree_not_null", ondelete="set null"
    )
    move_name = fields.Char("Invoice", readonly=True)
    invoice_date = fields.Date("Invoice date", readonly=True)
    due_date = fields.Date("Due date", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company currency")
    amount_total = fields.Monetary("Instalment amount", readonly=True, help="Before any payment.")
    amount_opening = fields.Monetary("At opening", readonly=True, help="Open when the instalment joined the case.")
    amount_opening_company = fields.Monetary(
        "At opening (company currency)", currency_field="company_currency_id", readonly=True
    )
    received_before = fields.Monetary(
        "Received before", readonly=True, help="Money received on it before it joined the case."
    )
    received_before_company = fields.Monetary(
        "Received before (company currency)", currency_field="company_currency_id", readonly=True
    )
    amount_now = fields.Monetary("Still open", compute="_compute_amounts", store=True)
    amount_now_company = fields.Monetary(
        "Still open (company currency)", currency_field="company_currency_id", compute="_compute_amounts", store=True
    )
    received = fields.Monetary(
        compute="_compute_amounts", store=True, help="Payments and bank lines matched since it joined the case."
    )
    received_company = fields.Monetary(
        "Received (company currency)", currency_field="company_currency_id", compute="_compute_amounts", store=True
    )
    days_late = fields.Integer("Days late", compute="_compute_days_late")
    added_on = fields.Date("Claimed on", readonly=True)
    removed_on = fields.Date("Removed on", readonly=True)
    removal_reason = fields.Char("Why it was removed", readonly=True)
    is_running = fields.Boolean("Claimed", compute="_compute_is_running", store=True, precompute=True)
    is_final = fields.Boolean(
        readonly=True, help="A later case claims the same instalment: what is received from then on counts there."
    )

    is_past_gate = fields.Boolean(
        "Passed the checks",
        readonly=True,
        help="It went to court with its case, or joined it there: whatever joins a case before a judge passes the "
        "same checks.",
    )
    left_state = fields.Selection(
        [("to_decide", "To decide"), ("resumed", "Back in dunning"), ("given_up", "Given up")],
        string="Decision taken",
        readonly=True,
        index="btree_not_null",
        help="Of what a closed case leaves unpaid.",
    )
    left_reason = fields.Char("Reason for the decision", readonly=True)
    case_closed_on = fields.Date(related="case_id.closed_on", string="Case closed on")
    case_close_reason = fields.Char(related="case_id.close_reason", string="Why the case was closed")

    _one_open_case = models.UniqueIndex(
        "(line_id) WHERE is_running IS TRUE", "This instalment is already claimed in an open case."
    )

    @api.depends("removed_on", "case_id.is_open")
    def _compute_is_running(self):
        for claim in self:
            claim.is_running = claim.case_id.is_open and not claim.removed_on

    @api.depends("line_id.recovery_residual", "line_id.recovery_residual_company")
    def _compute_amounts(self):
        """Read the ledger anew; what left the case, or the books, keeps its last figures."""
        live = self.filtered(lambda claim: claim.line_id and not claim.is_final and not claim.removed_on)
        received = self._read_received(live.line_id)
        for claim in self - live:
            claim.amount_now = claim.amount_now
            claim.amount_now_company = claim.amount_now_company
            claim.received = claim.received
            claim.received_company = claim.received_company
        for claim in live:
            money, money_company = received[claim.line_id.id]
            claim.amount_now = claim.line_id.recovery_residual
            claim.amount_now_company = claim.line_id.recovery_residual_company
            claim.received = money - claim.received_before
            claim.received_company = money_company - claim.received_before_company

    @api.depends("due_date", "company_id", "amount_now")
    def _compute_days_late(self):
        for claim in self:
            today = (claim.company_id or self.env.company)._recovery_today()
            is_owed = claim.due_date and claim.amount_now > 0
            claim.days_late = max((today - claim.due_date).days, 0) if is_owed else 0

    @api.onchange("line_id")
    def _onchange_line_id(self):
        """Show what would be claimed before it is saved; :meth:`create` reads it again."""
        if self.line_id and not self._origin:
            self.update(self._prepare_frozen_vals(self.line_id._origin, 0.0, 0.0))

    # ------------------------------------------------------------
    # Entering and leaving a case
    # ------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        """Read the figures in the books, whatever a screen sends of them."""
        if not self.env.su:
            typed = self._get_typed_fields(creating=True)
            vals_list = [{name: value for name, value in vals.items() if name in typed} for vals in vals_list]
        cases = self.env["recovery.case"].browse(vals.get("case_id") for vals in vals_list)
        known = self.sudo().search([("case_id", "in", cases.ids)]).case_id
        claims = super().create(vals_list)
        older = self.sudo().search([("line_id", "in", claims.line_id.ids), ("id", "not in", claims.ids)])
        older.flush_recordset()
        older.write({"is_final": True})
        self._take_back_left(claims, older)
        unpaid = claims.filtered(lambda claim: claim.line_id and claim.line_id.recovery_is_open)
        for day, entered in unpaid.grouped("added_on").items():
            entered._suspend_reminders(day)
        added = claims.filtered(lambda claim: claim.case_id in known)
        added._trace_change(self.env._("added"))
        for case, entered in added.grouped("case_id").items():
            case._check_gate_of(entered)
        return claims

    @api.model
    def _prepare_creation(self, vals_list):
        """Take the picture of each instalment as it enters its case, once it may be claimed there."""
        vals_list = super()._prepare_creation(vals_list)
        if TAKEN_OVER.heard and self.env.su:
            return vals_list
        lines = self.env["account.move.line"].browse(vals.get("line_id") for vals in vals_list if vals.get("line_id"))
        if not all(vals.get("case_id") for vals in vals_list):
            raise UserError(self.env._("An instalment is claimed in a case: add it there."))
        cases = self.env["recovery.case"].browse(vals["case_id"] for vals in vals_list)
        for case in cases:
            own = [vals for vals in vals_list if vals["case_id"] == case.id]
            today = case.company_id._recovery_today()
            days = [fields.Date.to_date(vals["added_on"]) for vals in own if vals.get("added_on")]
            day = today if case.is_taken_over else min([today, *days])
            self._check_claimable(case.debtor_id, lines.browse(filter(None, (v.get("line_id") for v in own))), day)
            if not case.is_open:
                raise UserError(self.env._("%s is closed: reopen it before you add to it.", case.name))
        received = self._read_received(lines)
        prepared = []
        for vals, case in zip(vals_list, cases, strict=True):
            line = lines.browse(vals["line_id"])
            added_on = fields.Date.to_date(vals.get("added_on")) or case.company_id._recovery_today()
            frozen = self._prepare_frozen_vals(line, *received[line.id])
            if case.is_taken_over:
                frozen |= self._prepare_past_vals(line, added_on)
            is_past_gate = case.kind in BEHIND_GATE
            prepared.append({"case_id": case.id, "added_on": added_on, "is_past_gate": is_past_gate, **frozen})
        return prepared

    @api.model
    def _prepare_past_vals(self, line, day):
        """Return what was open on an instalment at the beginning of a day that is past, and what had been received."""
        opening, opening_company, money, money_company = line.amount_currency, line.balance, 0.0, 0.0
        for settlement in self.env["recovery.ledger"]._read_settlements(line, date_to=shift(day, days=-1)):
            opening -= settlement.amount
            opening_company -= settlement.amount_company
            if settlement.is_money:
                money += settlement.amount
                money_company += settlement.amount_company
        return {
            "amount_opening": line.currency_id.round(opening),
            "amount_opening_company": line.company_currency_id.round(opening_company),
            "received_before": money,
            "received_before_company": money_company,
        }

    def _prepare_moved(self, case):
        """Return the values of this claim in another case: the picture that was taken of it when it entered the first.

        :param case: where it goes; empty where the case itself is made with it.
        """
        self.ensure_one()
        names = (
            *("line_id", "move_id", "move_name", "invoice_date", "due_date", "currency_id", "amount_total", "added_on"),
            *("amount_opening", "amount_opening_company", "received_before", "received_before_company"),
        )
        vals = {name: self._fields[name].convert_to_write(self[name], self) for name in names}
        return {**vals, "case_id": case.id, "is_past_gate": self.is_past_gate or case.kind in BEHIND_GATE}

    @api.model
    def _explain_kept(self, names):
        return self.env._("A claim cannot be edited: remove it from the case with a reason.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(self.env._("A claim is removed with a reason, never deleted: the audit trail must be kept."))

    def action_remove(self):
        """Ask for a reason, then take the instalments out of their case."""
        return self.env["recovery.reason.wizard"]._open(self, "_remove", self.env._("Remove from the case"))

    @takes_reason
    def _remove(self, reason):
        """Take instalments out of their open case: the reminders may go on.

        A case without a claim is no case: the last one leaves by closing it.
        """
        self.case_id.check_access("write")
        running = self.filtered("is_running")
        for case, claims in running.grouped("case_id").items():
            if not case.line_ids.filtered("is_running") - claims:
                raise UserError(
                    self.env._("This is everything that %s claims: close the case instead of emptying it.", case.name)
                )
            day = case.company_id._recovery_today()
            claims.flush_recordset()
            claims.sudo().write({"removed_on": day, "removal_reason": reason})
            holds = case._get_running_holds().filtered(lambda hold, claims=claims: hold.line_id in claims.line_id)
            holds._release(day, reason)
            claims._trace_change(self.env._("removed"), reason)

    # ------------------------------------------------------------
    # What a closed case leaves unpaid
    # ------------------------------------------------------------
    def _leave(self, day, undone=False):
        """Say of what a closed case leaves unpaid that somebody has to decide: no reminder leaves until then.

        :param undone: it was paid when the case was closed, and its payment was undone since.
        """
        self.sudo().write({"left_state": "to_decide", "left_reason": False})
        self.env["recovery.hold"].sudo().create(
            [
                {
                    "debtor_id": claim.case_id.debtor_id.id,
                    "origin": "left",
                    "case_id": claim.case_id.id,
                    "move_id": claim.move_id.id,
                    "line_id": claim.line_id.id,
                    "date_from": day,
                    "reason": word(self.env, claim._say_left(undone)),
                }
                for claim in self
                if claim.line_id
            ]
        )

    def _say_left(self, undone):
        values = {"case": self.case_id.name, "stage": self.case_id.stage_id.name}
        if undone:
            return _lt(
                "Paid when case %(case)s was closed as “%(stage)s”, but not any more: somebody must decide", **values
            )
        return _lt("Left unpaid by case %(case)s, closed as “%(stage)s”: somebody must decide", **values)

    @api.model
    def _look_again(self, lines):
        """Look at the end of the transaction whether closed cases called paid what is no more.

        What is undone may be matched again at once: an invoice that is reversed, a claim that is written off.
        """
        data = self.env.cr.precommit.data
        if UNDONE not in data:
            data[UNDONE] = set()
            self.env.cr.precommit.add(self._come_back)
        data[UNDONE].update(lines.ids)

    @api.model
    def _come_back(self):
        """Ask what becomes of what was paid when its case was closed, and is no more: its payment was undone."""
        undone = self.env.cr.precommit.data.pop(UNDONE, ())
        lines = self.env["account.move.line"].sudo().browse(undone).exists()
        claims = self.sudo().search(
            Domain("line_id", "in", (lines | lines.recovery_origin_line_id).ids)
            & Domain("line_id.parent_state", "=", "posted")
            & Domain("case_id.is_open", "=", False)
            & Domain("left_state", "=", False)
        )
        for case, group in claims.grouped("case_id").items():
            if unpaid := group & case._get_unpaid_claims():
                case._hand_back(unpaid, case.company_id._recovery_today(), undone=True)

    @api.model
    def _take_back_left(self, claims, older):
        """Forget that closed cases left what another case claims now."""
        left = older.filtered("left_state")
        if not left:
            return
        holds = left.case_id.left_hold_ids.filtered(lambda hold: hold.line_id in left.line_id)
        reason = self.env._("Claimed again in %s", ", ".join(sorted(set(claims.case_id.mapped("name")))))
        left.write({"left_state": False})
        for company, group in holds.grouped("company_id").items():
            group._release(company._recovery_today(), reason)

    def action_view_case(self):
        """Open the case that claims it, or that left it."""
        self.ensure_one()
        return self.case_id._get_records_action(name=self.case_id.display_name)

    def action_resume(self):
        """Ask for a reason, then let the reminders of what closed cases left go on."""
        return self.env["recovery.reason.wizard"]._open(self, "_resume", self.env._("Follow up again"))

    @takes_reason
    def _resume(self, reason):
        self._decide_left("resumed", reason)
        holds = self.case_id.left_hold_ids.filtered(lambda hold: hold.line_id in self.line_id)
        for company, group in holds.grouped("company_id").items():
            group._release(company._recovery_today(), reason)

    def action_give_up(self):
        """Ask for a reason, then say of what closed cases left that it is given up."""
        return self.env["recovery.reason.wizard"]._open(self, "_give_up", self.env._("Waive the rest"))

    @takes_reason
    def _give_up(self, reason):
        """Give up what closed cases left: it stays out of the reminders until the books write it off."""
        self.env["recovery.case"]._check_may_lose("lost")
        self._decide_left("given_up", reason)

    def _decide_left(self, state, reason):
        self.case_id.check_access("write")
        left = self.filtered(lambda claim: claim.left_state in ("to_decide", "given_up") and not claim.case_id.is_open)
        if not left:
            raise UserError(self.env._("There is nothing to decide here: no closed case left it unpaid."))
        left.sudo().write({"left_state": state, "left_reason": reason})
        states = dict(self._fields["left_state"]._description_selection(self.env))
        for case, claims in left.grouped("case_id").items():
            invoices = ", ".join(sorted(set(filter(None, claims.mapped("move_name")))))
            self.env["recovery.event"]._log(
                "case_left",
                case,
                self.env._("%(invoices)s: %(decision)s", invoices=invoices, decision=states[state].lower()),
                {"reason": reason, "invoices": invoices},
            )
        left.debtor_id._close_litigation_tasks(left.case_id)

    def action_open_case_again(self):
        """Open a new case on what closed cases left unpaid, one per customer, and show them."""
        cases = self.env["recovery.case"]
        left = self.filtered(lambda claim: claim.left_state and claim.line_id and claim.line_id.recovery_is_open)
        for debtor, claims in left.grouped(lambda claim: claim.case_id.debtor_id).items():
            cases += cases._open_for(debtor, claims.line_id, debtor.company_id._recovery_today())
        if not cases:
            raise UserError(self.env._("There is nothing to decide here: no closed case left it unpaid."))
        return cases._get_records_action(name=self.env._("Cases opened"))

    def _suspend_reminders(self, day):
        """Take these instalments out of the reminders from that day on."""
        self.env["recovery.hold"].sudo().create(
            [
                {
                    "debtor_id": claim.case_id.debtor_id.id,
                    "origin": "case",
                    "case_id": claim.case_id.id,
                    "move_id": claim.move_id.id,
                    "line_id": claim.line_id.id,
                    "date_from": day,
                    "reason": word(self.env, _lt("In case %s", claim.case_id.name)),
                }
                for claim in self
            ]
        )
        self.case_id.debtor_id._answer_proposals()

    def _trace_change(self, change, reason=None):
        for claim in self:
            summary = self.env._(
                "%(invoice)s %(change)s: %(amount)s",
                invoice=claim.move_name,
                change=change,
                amount=claim.case_id._format_amount(claim.amount_now_company),
            )
            self.env["recovery.event"]._log(
                "case_line", claim.case_id, summary, {"reason": reason, **claim.case_id._get_trace()}
            )
            claim.case_id.message_post(
                body=f"{summary} – {reason}" if reason else summary, subtype_xmlid="mail.mt_note"
            )

    # ------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------
    @api.model
    def _get_running(self, lines):
        """Return the claims of open cases on these instalments, whoever may read them."""
        return self.sudo().search([("line_id", "in", lines.ids), ("is_running", "=", True)])

    @api.model
    def _find_claimable(self, debtor, day):
        """Return what may be claimed from a debtor on that day, suspended or not, the oldest due date first."""
        lines = self.env["recovery.claim"]._find_lines(debtor.company_id, day, debtor.partner_id)
        return (lines - self._get_running(lines).line_id).with_env(self.env)

    @api.model
    def _get_given_up(self, lines):
        """Return the claims of closed cases on these instalments of which somebody has given up the rest."""
        return self.sudo().search([("line_id", "in", lines.ids), ("left_state", "=", "given_up")])

    @api.model
    def _check_claimable(self, debtor, lines, day):
        """Refuse what cannot be claimed from that debtor on that day, and say which invoice and why."""
        if not lines:
            raise UserError(self.env._("There is nothing to claim: choose at least one unpaid instalment."))
        running = self._get_running(lines)
        if running:
            raise UserError(
                self.env._(
                    "%(invoice)s is already claimed in %(case)s.",
                    invoice=running[0].move_name,
                    case=running[0].case_id.display_name,
                )
            )
        for line in lines:
            refusal = self._get_refusal(debtor, line, day)
            if refusal:
                raise UserError(
                    self.env._(
                        "%(invoice)s: %(refusal)s", invoice=line.move_id.name or line.display_name, refusal=refusal
                    )
                )

    @api.model
    def _get_refusal(self, debtor, line, day):
        """Return why an instalment cannot be claimed from that debtor on that day, or None."""
        if line.partner_id.commercial_partner_id != debtor.partner_id:
            return self.env._("it is not owed by %s.", debtor.display_name)
        if line.company_id.root_id != debtor.company_id:
            return self.env._("it belongs to another company.")
        if line.parent_state != "posted" or line.account_id.account_type != "asset_receivable":
            return self.env._("it is not a posted customer invoice.")
        if line.recovery_residual < 0:
            return self.env._("it is a credit, not a debt.")
        if not line.recovery_is_open or line.currency_id.is_zero(line.recovery_residual):
            return self.env._("it is already paid.")
        if self.env["recovery.claim"]._is_to_come(debtor, line, day):
            due = format_date(self.env, line.date_maturity or line.date)
            return self.env._("it is not late: it falls due on %s.", due)
        return None

    @api.model
    def _prepare_frozen_vals(self, line, received, received_company):
        """Return the picture of an instalment as it enters a case."""
        return {
            "line_id": line.id,
            "move_id": line.move_id.id,
            "move_name": line.move_id.name,
            "invoice_date": line.move_id.invoice_date or line.date,
            "due_date": line.date_maturity or line.date,
            "currency_id": line.currency_id.id,
            "amount_total": line.amount_currency,
            "amount_opening": line.recovery_residual,
            "amount_opening_company": line.recovery_residual_company,
            "received_before": received,
            "received_before_company": received_company,
        }

    @api.model
    def _read_received(self, lines):
        """Return the money received so far per instalment, in its currency and in the company's."""
        received = defaultdict(lambda: [0.0, 0.0])
        for settlement in self.env["recovery.ledger"]._read_settlements(lines):
            if settlement.is_money:
                received[settlement.line_id][0] += settlement.amount
                received[settlement.line_id][1] += settlement.amount_company
        return received
