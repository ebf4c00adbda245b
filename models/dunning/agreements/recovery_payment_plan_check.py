import logging
from datetime import timedelta

import psycopg2

from odoo import api, models
from odoo.fields import Domain

from .plan_schedule import PlanDate, fill, missing_on

_logger = logging.getLogger(__name__)


class RecoveryPaymentPlan(models.Model):
    """What the books make of a plan: its dates filled, the plan fulfilled or broken, with notice."""

    _inherit = "recovery.payment.plan"

    @api.model
    def _check(self, company, day, partners=None):
        """Fill the dates of the running plans with the money received since, set-based, and judge them.

        Where the books moved, plans fulfilled lately are looked at too: the bank may take a
        payment back.
        """
        plans = self.search(self._get_domain(company, ["running"], partners))
        if partners is not None:
            recent = self._get_domain(company, ["fulfilled"], partners) + [("ended_on", ">=", day - timedelta(days=60))]
            plans |= self.search(recent)
        plans = plans.try_lock_for_update()
        if not plans:
            return
        plans.invalidate_recordset(["state"])
        missing = plans._fill_dates(day)
        late = plans.filtered(lambda plan: missing[plan] > 0)
        paper = late.line_ids._read_paper(day)
        broken = late.filtered(
            lambda plan: plan.currency_id.compare_amounts(sum(paper[line] for line in plan.line_ids), missing[plan]) < 0
        )
        open_again = plans.filtered(lambda plan: plan.state == "fulfilled" and plan.amount_remaining > 0)
        done = (plans - broken).filtered(lambda plan: plan.state == "running" and plan.amount_remaining <= 0)
        replaced = open_again - open_again._run_again(day)
        done._finish(day)
        (broken - replaced)._break(day)
        (plans - broken - done - replaced)._remind(day)

    def _fill_dates(self, day):
        """Store what was received on each date; return per plan what is missing from dates late for too long."""
        since = self.line_ids._read_since()
        missing = {}
        for plan in self:
            places = plan.currency_id.decimal_places
            money, reduction = [], 0.0
            for line in plan.line_ids:
                pieces, settled_otherwise = since[line]
                money += pieces
                reduction += settled_otherwise
            rows = plan.line_date_ids.filtered(lambda row: row.kind != "interest")
            dates = [PlanDate(row.id, row.due, row.amount) for row in rows]
            filled, _surplus = fill(dates, money, round(reduction, places), places)
            for row in rows:
                plan._store_date(row, filled[row.id].amount, filled[row.id].received, filled[row.id].paid_on)
            for row in plan.line_date_ids - rows:
                plan._fill_interest(row)
            missing[plan] = missing_on(dates, filled, day, plan.days_late, places)
            next_date = min((row.due for row in plan.line_date_ids if row.remaining > 0), default=False)
            if plan.next_date != next_date:
                plan.next_date = next_date
        return missing

    def _fill_interest(self, row):
        """Read what was paid of the document that charges the agreed interest."""
        lines = row.move_id.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        money = [found for found in self.env["recovery.ledger"]._read_settlements(lines) if found.is_money]
        received = min(sum(found.amount for found in money), row.amount)
        complete = row.move_id and not row.currency_id.compare_amounts(received, row.amount)
        self._store_date(row, row.amount, received, money[-1].date if complete else None)

    def _store_date(self, row, amount, received, paid_on):
        vals = {
            "reduction": row.currency_id.round(row.amount - amount),
            "received": row.currency_id.round(received),
            "paid_on": paid_on or False,
        }
        if any(row[name] != value for name, value in vals.items()):
            row.write(vals)

    # ------------------------------------------------------------
    # Ends
    # ------------------------------------------------------------
    def _end(self, state, day, reason):
        """End plans without alarm: fulfilled or cancelled."""
        self.write({"state": state, "ended_on": day, "state_reason": reason})
        self._resume(day, reason)
        kind = "plan_fulfilled" if state == "fulfilled" else "plan_cancelled"
        label = self.env._("Payment plan fulfilled") if state == "fulfilled" else self.env._("Payment plan cancelled")
        self._trace(
            kind,
            lambda plan: self.env._("%(label)s: %(plan)s", label=label, plan=plan.name),
            lambda plan: {**plan._get_trace(), "reason": reason},
        )

    def _finish(self, day):
        paid = self.filtered(lambda plan: plan.amount_received > 0)
        if paid:
            paid._end("fulfilled", day, self.env._("All its dates were paid"))
        if self - paid:
            (self - paid)._end("cancelled", day, self.env._("Credited since: nothing remains to be received"))

    def _run_again(self, day):
        """Put back in force plans whose money was taken back, the last made first.

        One whose instalments another agreement in force covers by now is cancelled: that one replaces it.

        :return: the plans in force again.
        """
        again = self.browse()
        for plan in self.sorted("id", reverse=True):
            bound = self.env["recovery.agreement.line"]._search_bound(plan.line_ids.line_id.ids)[:1]
            if bound:
                replacing = bound.plan_id or bound.settlement_id
                plan._end("cancelled", day, self.env._("Its money was taken back; replaced by %s", replacing.name))
                continue
            plan.write({"state": "running", "ended_on": False, "state_reason": False})
            plan._suspend(day, self.env._("Payment plan %s", plan.name))
            plan._trace("plan_signed", lambda p: self.env._("Payment plan %s in force again", p.name))
            again |= plan
        return again

    def _break(self, day, reason=None):
        """End plans as broken: reminders go on, the collector is told and, if so agreed, the debtor."""
        if not self:
            return
        self.write({"state": "broken", "broken_on": day, "ended_on": day, "state_reason": reason})
        self._resume(day, self.env._("Payment plan broken"))
        self._trace(
            "plan_broken",
            lambda plan: plan._get_broken_summary(),
            lambda plan: {**plan._get_trace(), "reason": reason},
        )
        for plan in self:
            plan._alert("mail_activity_type_plan", day, plan._get_broken_summary(), plan.note)
        self._tell_debtor(day)

    # ------------------------------------------------------------
    # Writing to the debtor
    # ------------------------------------------------------------
    def _tell_debtor(self, day):
        """Send the notice of breach, at most once per plan, by mail or letter; a failure stops nobody else."""
        for plan in self.filtered(lambda plan: plan.breach_notice != "none"):
            if self.env["recovery.delivery"].search_count([("plan_id", "=", plan.id), ("plan_date_id", "=", False)]):
                continue
            plan._try_to_send(plan._send_breach_notice)

    def _try_to_send(self, send):
        """Call ``send``: what fails is told in the journal and stops nobody else."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                send()
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            _logger.warning("A letter of plan %s could not be sent", self.id, exc_info=True)
            self.env["recovery.event"]._log("failed", self, lambda p, e=error: str(e)[:200])

    def _send_breach_notice(self):
        self.ensure_one()
        by_mail = self.breach_notice == "email" and self.addressee_id.email_normalized
        by_post = "registered" if self.breach_notice == "registered" else "letter"
        delivery = self._create_delivery("email" if by_mail else by_post)
        sender = self.env["recovery.sender"].sudo()
        if by_mail:
            html = self._render_mail("debt_recovery.mail_plan_breach")
            sender._queue_mails(
                [
                    {
                        "delivery": delivery,
                        "subject": delivery.subject,
                        "body": html,
                        "html": html,
                        "attachments": self.env["ir.attachment"],
                    }
                ]
            )
        else:
            document = sender._create_documents(
                [(self, self._get_file_name(delivery.subject), self._render_report("action_report_plan_breach"))]
            )
            body = self._render_mail("debt_recovery.mail_plan_breach")
            sender._store_letters([{"delivery": delivery, "document": document, "body": body}])

    def _remind(self, day):
        """Remind the debtors of a date that comes soon, at most once per date."""
        for plan in self.filtered(lambda plan: plan.state == "running" and plan.remind_days):
            last = day + timedelta(days=plan.remind_days)
            rows = plan.line_date_ids.filtered(lambda row, last=last: row.remaining > 0 and day <= row.due <= last)
            told = self.env["recovery.delivery"].search(Domain("plan_date_id", "in", rows.ids)).plan_date_id
            for row in rows - told:
                if plan.addressee_id.email_normalized:
                    plan._try_to_send(lambda plan=plan, row=row: plan._send_reminder(row))

    def _send_reminder(self, row):
        self.ensure_one()
        delivery = self._create_delivery("email", row)
        html = self._render_mail("debt_recovery.mail_plan_reminder", row)
        self.env["recovery.sender"].sudo()._queue_mails(
            [
                {
                    "delivery": delivery,
                    "subject": delivery.subject,
                    "body": html,
                    "html": html,
                    "attachments": self.env["ir.attachment"],
                }
            ]
        )

    def _create_delivery(self, channel, row=None):
        """Create the trace of a mail or letter: its unique index is what prevents a second one."""
        self.ensure_one()
        partner = self.addressee_id
        env = self.with_context(lang=self.lang).env
        if row:
            subject = env._("Payment plan %(name)s: next date %(date)s", name=self.name, date=self._say_date(row.due))
        else:
            subject = env._("Payment plan %s: terms not kept", self.name)
        return self.env["recovery.delivery"].create(
            {
                "company_id": self.company_id.id,
                "debtor_id": self.debtor_id.id,
                "plan_id": self.id,
                "plan_date_id": row.id if row else False,
                "addressee_id": partner.id,
                "address": partner.email_formatted
                if channel == "email"
                else ", ".join(line for line in partner._display_address().splitlines() if line.strip()),
                "subject": subject,
                "channel": channel,
                "state": "queued" if channel == "email" else "to_print",
                "user_id": self.env.user.id,
                "queued_on": self.env.cr.now(),
            }
        )
