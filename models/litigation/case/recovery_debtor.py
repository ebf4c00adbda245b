from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...common.formatting import list_phrases
from ...common.insolvency import ACTION, get_birth
from ...common.saying import complete
from ...common.standing import HANDED_OVER
from ...dunning.scenario.ladder import HANDOVER


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"

    case_ids = fields.One2many("recovery.case", "debtor_id", string="Cases")
    case_count = fields.Integer("Number of cases", compute="_compute_case_count")
    case_text = fields.Char(
        "In litigation", compute="_compute_case_text", help="Its open cases, at which step, and until when."
    )
    case_text_apart = fields.Char(
        compute="_compute_case_text",
        help="Those that no longer suspend anything, and so are not covered by a suspension.",
    )
    open_case_count = fields.Integer("Open cases", compute="_compute_case_count", search="_search_open_case_count")

    @api.depends("case_ids.is_open")
    def _compute_case_count(self):
        counts = defaultdict(lambda: [0, 0])
        for debtor, is_open, count in self.env["recovery.case"]._read_group(
            [("debtor_id", "in", self.ids)], ["debtor_id", "is_open"], ["__count"]
        ):
            counts[debtor.id][0] += count
            counts[debtor.id][1] += count if is_open else 0
        for debtor in self:
            debtor.case_count, debtor.open_case_count = counts[debtor._origin.id]

    @api.depends("case_ids.is_open", "case_ids.stage_id", "case_ids.next_deadline", "case_ids.amount_now")
    @api.depends_context("lang")
    def _compute_case_text(self):
        cases = self.env["recovery.case"].search([("debtor_id", "in", self.ids), ("is_open", "=", True)])
        by_debtor = cases.grouped("debtor_id")
        for debtor in self:
            own = by_debtor.get(debtor._origin, cases.browse())
            paid = own.filtered(lambda case: case.amount_now <= 0)
            debtor.case_text = list_phrases(self.env, (case._describe_position() for case in own)) or False
            debtor.case_text_apart = list_phrases(self.env, (case._describe_position() for case in paid)) or False

    @api.model
    def _search_open_case_count(self, operator, value):
        """Answer only "has some" and "has none": nobody needs the exact number in a filter."""
        if (operator, value) == (">", 0):
            return Domain("case_ids", "any", Domain("is_open", "=", True))
        if operator == "in" and set(value) == {0}:
            return Domain("case_ids", "not any", Domain("is_open", "=", True))
        return NotImplemented

    def _read_standings(self, day):
        """Leave out the handovers that a case answered."""
        standings = super()._read_standings(day)
        for debtor, rows in standings.items():
            if any(row.kind == "case" for row in rows):
                standings[debtor] = [row for row in rows if row.kind != HANDED_OVER]
        return standings

    def _answer_proposals(self):
        """Close the tasks that asked for a case, once it claims all that they were about, by whatever door it came."""
        Notice = self.env["recovery.notice"].sudo()
        asking = Notice.search(
            Domain("debtor_id", "in", self.ids)
            & Domain("state", "=", "sent")
            & (Domain("kind", "=", HANDOVER) | Domain("proposed_on", "!=", False))
        )
        unpaid = {
            notice: notice._get_claimed_lines().move_line_id.filtered(lambda line: line.recovery_is_open)
            for notice in asking
        }
        lines = self.env["account.move.line"].union(*unpaid.values())
        claimed = self.env["recovery.case.line"]._get_running(lines).line_id
        answered = asking.filtered(lambda notice: not unpaid[notice] - claimed)
        waiting = (asking - answered).filtered("proposed_on")
        Notice._close_expiry_tasks(answered.filtered("proposed_on").debtor_id - waiting.debtor_id)
        handovers = answered.filtered(lambda notice: notice.kind == HANDOVER)
        asked = handovers.delivery_ids.filtered(lambda delivery: delivery.state == "to_do")
        (asked.activity_id | self._find_answered_hand_backs())._action_done(feedback=self.env._("Case opened"))

    def _find_answered_hand_backs(self):
        """Return the tasks that closed cases left behind, where a new case claims what they left unpaid."""
        tasks = self.env["mail.activity"].sudo()
        for debtor in self.sudo():
            closed = debtor.case_ids.filtered(lambda case: not case.is_open)
            if closed and not closed._get_unpaid_claims():
                tasks |= debtor.activity_search(["debt_recovery.mail_activity_type_handover"])
        of_campaigns = self.env["recovery.delivery"].sudo().search([("activity_id", "in", tasks.ids)])
        return tasks - of_campaigns.activity_id

    def action_open_case(self):
        """Open a case per debtor on what is overdue and not suspended, and show the cases."""
        self.check_access("read")
        cases, spared = self.env["recovery.case"], self.browse()
        for company, debtors in self.grouped("company_id").items():
            day = company._recovery_today()
            claimable = debtors._get_claimable_lines(day)
            for debtor in debtors:
                if claimable[debtor]:
                    notice = debtor._find_expired_notice(claimable[debtor], day)
                    cases += cases._open_for(debtor, claimable[debtor], day, notice=notice)
                else:
                    spared += debtor
        if not cases:
            raise UserError(
                self.env._(
                    "Nothing to claim from %s: what is overdue is paid, suspended or already in a case.",
                    ", ".join(spared.mapped("display_name")[:10]),
                )
            )
        action = cases._get_records_action(name=self.env._("Cases opened"))
        if not spared:
            return action
        message = self.env._(
            "Nothing to claim from %s: paid, suspended or already in a case.",
            ", ".join(spared.mapped("display_name")[:10]),
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "warning", "message": message, "sticky": True, "next": complete(action)},
        }

    def action_view_cases(self):
        """Open the debtor's cases, the only one directly."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_case_action")
        action["domain"] = [("debtor_id", "=", self.id)]
        action["context"] = {}
        if self.case_count == 1:
            action.update(views=[(False, "form")], view_mode="form", res_id=self.case_ids.id)
        return action

    def _find_expired_notice(self, lines, day):
        """Return the last mise en demeure that has expired and claims some of these instalments, if there is one."""
        self.ensure_one()
        claiming = (
            self.env["recovery.notice.line"]
            .sudo()
            .search(
                Domain("move_line_id", "in", lines.ids)
                & Domain("role", "=", "claimed")
                & Domain("notice_id.kind", "=", "formal_notice")
                & Domain("notice_id.state", "=", "sent")
                & Domain("notice_id.debtor_id", "=", self.id)
            )
        )
        notices = claiming.notice_id.filtered(lambda notice: notice._may_go_to_court() and not notice.case_ids)
        return notices.sorted("id")[-1:].with_env(self.env)

    def _close_litigation_tasks(self, cases):
        """Close the tasks that proposed litigation, once nothing more waits for it: whatever the door.

        A mise en demeure that has expired on something else keeps its task, and so does a campaign that handed over
        something else.

        :param cases: what was opened or decided: the trace of the tasks names them.
        """
        Notice = self.env["recovery.notice"].sudo()
        told = Notice.search(
            Domain("debtor_id", "in", self.ids)
            & Domain("proposed_on", "!=", False)
            & Domain("state", "=", "sent")
            & Domain("case_ids", "=", False)
        )
        waiting = told.filtered(lambda notice: notice._get_unclaimed_lines())
        Notice._close_expiry_tasks(self - waiting.debtor_id)
        left = (
            self.env["recovery.case.line"]
            .sudo()
            .search(
                Domain("case_id.debtor_id", "in", self.ids)
                & Domain("left_state", "=", "to_decide")
                & Domain("amount_now", ">", 0)
            )
        )
        over = (self - left.case_id.debtor_id).sudo()
        tasks = over.activity_search(["debt_recovery.mail_activity_type_handover"])
        handed_over = Domain("activity_id", "in", tasks.ids) & Domain("state", "=", "to_do")
        tasks -= self.env["recovery.delivery"].sudo().search(handed_over).activity_id
        tasks.action_feedback(feedback=self.env._("Case: %s", ", ".join(cases.mapped("display_name"))))

    def _get_claimable_lines(self, day):
        """Return what could go to court, per debtor: overdue, neither suspended nor excluded, not in a case.

        All debtors are of one company.

        :return: dict of ``account.move.line`` records per debtor, oldest due date first.
        """
        lines = dict.fromkeys(self, self.env["account.move.line"])
        if not self:
            return lines
        by_partner = {debtor.partner_id.id: debtor for debtor in self}
        items = [item for item in self._read_uncovered_items(day) if item.due < day and not item.no_followup]
        held = self._get_held_scopes(day)
        judgments = {scope[1]: scope[2] for scope in held if scope[0] == "born"}
        candidates = lines[self[0]].browse(item.line_id for item in items)
        claimed = self.env["recovery.case.line"]._get_running(candidates).line_id.ids
        claimed = {*claimed, *self.env["recovery.case.line"]._get_given_up(candidates).line_id.ids}
        for item in items:
            debtor = by_partner[item.partner_id]
            scopes = {("debtor", debtor.id), ("move", item.move_id), ("line", item.line_id)}
            judgment = judgments.get(debtor.id)
            if judgment and get_birth(item.delivery_date, item.invoice_date, item.date).day < judgment:
                continue  # it is declared in the proceedings, not sued for
            if item.line_id not in claimed and not scopes & held:
                lines[debtor] += candidates.browse(item.line_id)
        return lines

    def _read_uncovered_items(self, day):
        """Return the debts of the open items that no open credit nor payment on its way covers entirely."""
        Ledger = self.env["recovery.ledger"]
        items = Ledger._read_items(self.company_id, partners=self.partner_id)
        pending = Ledger._read_pending_payments(self.company_id, partners=self.partner_id)
        shares, _left = Ledger._allocate(items, pending, day)
        currencies = {c.id: c for c in self.env["res.currency"].browse({item.currency_id for item in items})}
        return [
            item
            for item in items
            if item.residual > 0
            and currencies[item.currency_id].compare_amounts(
                item.residual, sum(share.amount for share in shares.get(item.line_id, ()))
            )
            > 0
        ]

    def _get_held_scopes(self, day):
        """Return what is wholly suspended on that day, as (kind of scope, id); a part of an amount is not.

        Nor is what a closed case left: a new case may claim it. Proceedings hold what was born before their judgment:
        ``("born", debtor id, judgment)``, unless an action for a title goes on.
        """
        Hold = self.env["recovery.hold"]
        holds = Hold.search(Domain("debtor_id", "in", self.ids) & Hold._get_running_domain(day))
        states = self.env["recovery.insolvency"]._get_state(holds.filtered("born_before").debtor_id, day)
        scopes = set()
        for hold in holds.filtered(lambda hold: not hold.amount and hold.origin != "left"):
            if hold.line_id:
                scopes.add(("line", hold.line_id.id))
            elif hold.move_id:
                scopes.add(("move", hold.move_id.id))
            elif hold.born_before:
                state = states.get(hold.debtor_id)
                if state and state.stops(ACTION):
                    scopes.add(("born", hold.debtor_id.id, hold.born_before))
            else:
                scopes.add(("debtor", hold.debtor_id.id))
        return scopes
