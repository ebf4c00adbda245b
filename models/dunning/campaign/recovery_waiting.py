from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import split_every

from ...common.recovery_delivery import PENDING_STATES, SENT_STATES
from ...ledger.allocation import in_company_currency
from ..scenario.ladder import COURTESY, HANDOVER
from .verdict import BLOCKING, HOLD

#: Notices that wait before anything of them leaves.
PREPARED = ("draft", "blocked", "to_approve", "validated", "failed")
WRITTEN = ("email", "letter", "registered")
#: What keeps an instalment out whatever its scenario says.
KEPT_OUT = {code for code in BLOCKING if code != "no_scenario"}
BATCH = 200


class RecoveryWaiting(models.AbstractModel):
    """Keep what waits for a person, or in the mail queue, as the books have it: its amount, or its withdrawal.

    Drafts, what waits for an approval, calls to make, tasks, letters to print and mails that have not left: the
    books and the suspensions are looked at, never the scenario's calendar, which validation and sending look at.
    """

    _name = "recovery.waiting"
    _description = "Recovery: pending items"

    @api.model
    def _refresh(self, company, day, partners=None):
        """Bring what waits up to date.

        :param partners: commercial partners whose books moved; None for everybody.
        """
        notices = self._find_waiting(company, partners)
        for ids in split_every(BATCH, notices.ids):
            self._follow(notices.browse(ids), day)

    @api.model
    def _find_waiting(self, company, partners=None):
        """Return the notices that are prepared, or of which something has not left yet."""
        scope = Domain("company_id", "=", company.root_id.id)
        if partners is not None:
            scope &= Domain("debtor_id.partner_id", "in", partners.ids)
        pending = Domain("state", "in", PENDING_STATES) & Domain("notice_id", "!=", False)
        pending &= Domain("purpose", "!=", "correction")
        deliveries = self.env["recovery.delivery"].sudo().search_fetch(scope & pending, ["notice_id"])
        waiting = Domain("state", "in", PREPARED) | Domain("id", "in", deliveries.notice_id.ids)
        return self.env["recovery.notice"].sudo().search(scope & waiting)

    @api.model
    def _follow(self, notices, day):
        """Look at the books of these notices again, each apart if they fail together: one never stops the others."""
        self.env["recovery.dispatch"]._isolate(
            notices, lambda batch: self._compare(batch, day), lambda notice, error: self._fail(notice, error)
        )

    @api.model
    def _fail(self, notice, error):
        reason = self.env["recovery.dispatch"]._describe_error(error)
        self.env["recovery.event"]._log(
            "failed", notice, self.env._("Not updated from the accounts: %s", reason[:200]), {"error": reason}
        )

    @api.model
    def _compare(self, notices, day):
        """Write what the books changed of notices that wait, and withdraw those that ask for nothing any more."""
        notices = notices.sudo().filtered(lambda notice: notice.state in PREPARED or notice.state == "sent")
        over, changed = defaultdict(notices.browse), notices.browse()
        for company, group in notices.grouped("company_id").items():
            verdicts, _left = self.env["recovery.selection"]._evaluate(
                company, day, group.debtor_id.partner_id, without=group
            )
            by_line = {verdict.item.line_id: verdict for verdict in verdicts}
            for notice in group:
                left, subject = self._find_departures(notice, by_line, day), notice._get_subject_lines()
                if subject and not subject - subject.browse(left):
                    over[", ".join(sorted({left[line.id] for line in subject}))] |= notice
                elif self._update_lines(notice, left, by_line):
                    changed |= notice
        for reason, group in over.items():
            self._withdraw(group, reason)
        self._tell_change(changed)

    @api.model
    def _find_departures(self, notice, verdict_by_line, day):
        """Return ``{line id: why it leaves}`` of what the notice no longer claims nor announces."""
        dispatch = self.env["recovery.dispatch"]
        left = {}
        for line in notice._get_own_lines():
            verdict = verdict_by_line.get(line.move_line_id.id)
            if not verdict:
                left[line.id] = dispatch._describe_vanished(line)
            elif kept_out := self._get_kept_out(notice, verdict):
                left[line.id] = dispatch._describe_code(verdict._replace(code=kept_out))
            elif line.level_kind != COURTESY and line.role == "claimed" and verdict.item.due >= day:
                left[line.id] = dispatch._describe_due(line, verdict)
        return left

    @api.model
    def _get_kept_out(self, notice, verdict):
        """Return the code that keeps an instalment out.

        A handover waits for nothing but the money. What is validated meets a suspension when it is sent: that one may
        be over by then.
        """
        is_above_holds = notice.kind == HANDOVER or notice.state == "validated"
        for code in verdict.get_reasons():
            is_hold = code.startswith(HOLD)
            if (code in KEPT_OUT or is_hold) and not (is_hold and is_above_holds):
                return code
        return None

    @api.model
    def _update_lines(self, notice, left, verdict_by_line):
        """Write the amounts of now, and tell whether any of them changed."""
        dispatch = self.env["recovery.dispatch"]
        Line = self.env["recovery.notice.line"].sudo()
        by_reason = defaultdict(list)
        for line_id, reason in left.items():
            by_reason[reason].append(line_id)
        is_changed = bool(left)
        for line in notice._get_own_lines() - Line.browse(left):
            verdict = self._ask_despite_hold(verdict_by_line[line.move_line_id.id], line.currency_id)
            same = not line.currency_id.compare_amounts(verdict.net, line.amount_due)
            if not same or verdict.item.due != line.due_date:
                is_changed |= bool(dispatch._update_line(line, verdict))
        for reason, ids in by_reason.items():
            Line.browse(ids).write({"role": "information", "engaged": False, "departure": reason})
        return is_changed

    @api.model
    def _ask_despite_hold(self, verdict, currency):
        """Return the verdict on what stays in a notice although all of it is suspended, with what the books ask."""
        if verdict.net:
            return verdict
        net = currency.round(verdict.item.residual - verdict.credit)
        return verdict._replace(net=net, net_company=in_company_currency(verdict.item, net), held=0.0)

    @api.model
    def _tell_change(self, notices):
        """Write the new totals; say them again to whoever calls, and hold back a writing that says the old ones."""
        for notice in notices:
            before = notice._get_subject_amount()
            self.env["recovery.dispatch"]._update_notice(notice, notice._get_own_lines())
            pending = notice.delivery_ids.filtered(lambda delivery: delivery.state in PENDING_STATES)
            if written := pending.filtered(lambda delivery: delivery.channel in WRITTEN):
                reason = self._describe_change(notice, before)
                if self._hold_back(notice, written, reason):
                    continue
            if notice.state == "to_approve":
                notice.decision_id._follow_figures(notice._get_trace(), notice._get_subject_amount())
            self._rewrite_tasks(notice, pending - written)
        self.env["recovery.verdict"]._follow(notices)

    @api.model
    def _describe_change(self, notice, before):
        """Return what moved before a writing left.

        :param before: the amount that it says.
        """
        now, currency = notice._get_subject_amount(), notice.company_currency_id
        if not currency.compare_amounts(before, now):
            return self.env._("A due date changed before it was sent. The next campaign will claim it.")
        return self.env._(
            "The amount changed before it was sent: %(before)s, now %(now)s. The next campaign will claim it.",
            before=currency.format(before),
            now=currency.format(now),
        )

    @api.model
    def _hold_back(self, notice, written, reason):
        """Withdraw what is written and has not left, never rewriting it; tell whether the whole notice went with it."""
        if written == notice.delivery_ids.filtered(lambda delivery: delivery.state != "cancelled"):
            self._withdraw(notice, reason)
            return True
        written._withdraw(reason)
        return False

    @api.model
    def _hold_back_all(self, deliveries, reason):
        """Withdraw letters and mails of notices that have not left, for one reason, all at once."""
        others = deliveries.notice_id.delivery_ids.filtered(lambda delivery: delivery.state != "cancelled") - deliveries
        partly = deliveries.filtered(lambda delivery: delivery.notice_id in others.notice_id)
        partly._withdraw(reason)
        self._withdraw((deliveries - partly).notice_id, reason)

    @api.model
    def _rewrite_tasks(self, notice, deliveries):
        """Give the script of a call or a task the amounts of now."""
        tasks = deliveries.filtered("activity_id")
        if not tasks:
            return
        rendering = self.env["recovery.rendering"]
        subject, body, closing = rendering._render_wording(notice)[notice]
        notice.write({"subject": subject, "body": body, "closing": closing})
        tasks.write({"subject": subject})
        tasks.activity_id.sudo().write({"summary": subject, "note": rendering._render_script(notice)})

    @api.model
    def _withdraw(self, notices, reason):
        """Take back what waits; a notice of which nothing left gives its instalments their former level back."""
        pending = notices.delivery_ids.filtered(lambda delivery: delivery.state in PENDING_STATES)
        pending._withdraw(reason)
        over = notices.filtered(
            lambda notice: not any(delivery.state in (*SENT_STATES, "bounced") for delivery in notice.delivery_ids)
        )
        if not over:
            return
        over._get_own_lines().write({"role": "information", "engaged": False, "departure": reason})
        over.write({"state": "obsolete", "state_reason": reason})
        over.decision_id._withdraw_question()
        over._hook_withdrawn(reason)
        self.env["recovery.event"]._log(
            "cancelled", over, lambda n: self.env._("Notice withdrawn: %s", reason), over._get_traces().get
        )
        over.debtor_id._refresh_last_contact()
        over.campaign_id._update_state()
