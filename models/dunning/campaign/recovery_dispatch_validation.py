import logging
from collections import defaultdict

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.misc import split_every

from .verdict import DUE

_logger = logging.getLogger(__name__)
BATCH = 500


class RecoveryDispatch(models.AbstractModel):
    """Engage notices: the last look at the books, and the claim that nobody else can make again."""

    _inherit = "recovery.dispatch"

    @api.model
    def _validate(self, notices, day):
        """Engage proposed notices after a last look at the books.

        One that fails never stops the others: it is listed with its reason, and can be
        tried again.

        :param day: today, in the company.
        :raises UserError: somebody else is working on all of these debtors right now.
        """
        if not notices:
            return
        notices = notices.sudo()
        debtor_ids = set(notices.debtor_id.try_lock_for_update(allow_referencing=True).ids)
        mine = notices.filtered(lambda notice: notice.debtor_id.id in debtor_ids)
        if not mine:
            raise UserError(self.env._("Somebody else is validating notices for these debtors: try again in a moment."))
        for ids in split_every(BATCH, mine.ids):
            self._isolate(mine.browse(ids), lambda batch: self._engage(batch, day), self._fail_validation)
            self._forget_cache(mine)

    @api.model
    def _isolate(self, records, work, fail):
        """Do the work on all the records in a savepoint; if it fails as a whole, on each one alone.

        :param work: takes records.
        :param fail: takes the one record that failed and its error.
        """
        if not records:
            return
        try:
            with self.env.cr.savepoint():
                work(records)
            return
        except psycopg2.OperationalError:
            raise  # a concurrent update: core starts the transaction again
        except Exception:
            _logger.warning("%s records of %s failed together: one by one", len(records), records._name, exc_info=True)
        for record in records:
            try:
                with self.env.cr.savepoint():
                    work(record)
            except psycopg2.OperationalError:
                raise
            except Exception as error:
                _logger.warning("%s failed", record, exc_info=True)
                fail(record, error)

    @api.model
    def _forget_cache(self, records):
        """Give back the memory of a batch that is done, when there are more to come."""
        if len(records) > BATCH:
            self.env.flush_all()
            self.env.invalidate_all()

    @api.model
    def _fail_validation(self, notice, error):
        notice.write({"state": "failed", "state_reason": self._describe_error(error)})
        self.env["recovery.event"]._log(
            "failed", notice, self.env._("Not validated: %s", self._describe_error(error)[:200])
        )

    @api.model
    def _describe_error(self, error):
        """Return what a person can read of an error; of a refusal by an index, the sentence that goes with it."""
        if isinstance(error, psycopg2.errors.UniqueViolation):
            return self.env._("This instalment was already claimed at this level, or this notice already sent.")
        return " ".join(str(error).split())[:500] or type(error).__name__

    @api.model
    def _engage(self, notices, day):
        alive = self._refresh(notices, day)
        waiting = alive.filtered(lambda notice: self._needs_approval(notice))
        alive._get_own_lines().write({"engaged": True, "claimed_on": day})
        (alive - waiting).write({"state": "validated", "state_reason": False})
        waiting.write({"state": "to_approve"})
        alive.debtor_id.write({"last_notice_on": day})
        self.env.flush_all()  # the unique index speaks now, not at the end of the request
        for notice in waiting:
            notice.decision_id = self.env["recovery.decision"]._ask(
                "level",
                notice,
                self.env._(
                    "%(level)s for %(debtor)s", level=notice.level_id.name, debtor=notice.debtor_id.display_name
                ),
                notice._get_trace(),
                notice._get_subject_amount(),
                debtor=notice.debtor_id,
            )
        self.env["recovery.event"]._log(
            "validated", alive, lambda n: self.env._("Notice validated: %s", n.level_id.name), lambda n: n._get_trace()
        )

    @api.model
    def _needs_approval(self, notice):
        return notice.level_id.approval_required and not self.env.user.has_group("debt_recovery.group_recovery_manager")

    # ------------------------------------------------------------
    # The last look at the books
    # ------------------------------------------------------------
    @api.model
    def _refresh(self, notices, day, with_rest=False):
        """Bring notices up to the books of today: what was paid, credited, held or claimed since leaves them.

        :param with_rest: also freeze the rest of the account, as a notice that is issued shows it.
        :return: the notices that still claim something, or announce something if they are courtesies.
        """
        alive = notices.browse()
        for (company, date), group in notices.grouped(lambda n: (n.company_id, n.date)).items():
            batches = [
                *self.env["recovery.selection"]._evaluate_in_batches(
                    company, max(date, day), group.debtor_id.partner_id, without=group, strict=True
                )
            ]
            verdicts = [verdict for batch in batches for verdict in batch.verdicts]
            by_line = {verdict.item.line_id: verdict for verdict in verdicts}
            kept = self._compare(group.sudo(), by_line)
            if with_rest:
                by_partner = defaultdict(list)
                for verdict in verdicts:
                    by_partner[verdict.item.partner_id].append(verdict)
                kept._freeze_rest(by_partner, day)
                kept._freeze_credits([credit for batch in batches for credit in batch.credits])
            alive |= kept.with_env(notices.env)
        return alive

    @api.model
    def _compare(self, notices, verdict_by_line):
        """Write what changed since the proposal, all notices at once; return those that keep what they are about.

        What is announced never keeps a claim alive that has nothing left to claim: its
        courtesy comes by itself, later.
        """
        labels = self.env["recovery.selection"]._get_code_labels()
        Line = self.env["recovery.notice.line"].sudo()
        left_ids, alive_ids, over = [], [], defaultdict(list)
        notices.line_ids.move_line_id.fetch(["company_id"])  # at once: each notice looks at whose its own are
        for notice in notices:
            reasons, kept = set(), Line
            own, subject = notice._get_own_lines(), notice._get_subject_lines()
            for line in own:
                verdict = verdict_by_line.get(line.move_line_id.id)
                if verdict and verdict.code == DUE and verdict.step.level_id == line.level_id.id:
                    kept |= line
                    self._update_line(line, verdict)
                else:
                    left_ids.append(line.id)
                    if line in subject:
                        reasons.add(self._describe_departure(verdict, labels))
            if kept & subject:
                alive_ids.append(notice.id)
                self._update_notice(notice, kept)
            else:
                left_ids += kept.ids
                over[", ".join(sorted(reasons))].append(notice.id)
        if left_ids:
            Line.browse(left_ids).write({"role": "information", "engaged": False})
        for reason, ids in over.items():
            notices.browse(ids).write({"state": "obsolete", "state_reason": reason})
        return notices.browse(alive_ids)

    @api.model
    def _describe_departure(self, verdict, labels):
        """Return why an instalment leaves a notice that was proposed."""
        if not verdict:
            return self.env._("Settled meanwhile")
        return self.env._("At another level meanwhile") if verdict.code == DUE else labels[verdict.code]

    @api.model
    def _update_line(self, line, verdict):
        present = line.amount_due, line.amount_residual, line.due_date
        if (verdict.net, verdict.item.residual, verdict.item.due) != present:
            line.write(
                {
                    "due_date": verdict.item.due,
                    "amount_residual": verdict.item.residual,
                    "amount_credit": verdict.credit + verdict.held,
                    "amount_due": verdict.net,
                    "amount_due_company": verdict.net_company,
                }
            )

    @api.model
    def _update_notice(self, notice, kept):
        """Write the totals of what is still claimed or announced, if they changed."""
        claimed = kept.filtered(lambda line: line.role == "claimed")
        subject = claimed or kept
        top = max(subject, key=lambda line: line.level_rank)
        round_amount = notice.company_currency_id.round
        issuers = subject.move_line_id.company_id
        vals = {
            "issuer_id": issuers.id if len(issuers) == 1 else notice.company_id.id,
            "amount": round_amount(sum(claimed.mapped("amount_due_company"))),
            "amount_announced": round_amount(sum((kept - claimed).mapped("amount_due_company"))),
            "oldest_due": min(subject.mapped("due_date")),
            "line_count": len(subject),
            "level_id": top.level_id.id,
            "kind": top.level_kind,
        }
        present = {name: notice[name].id if name in ("issuer_id", "level_id") else notice[name] for name in vals}
        if vals != present:
            notice.write(vals)
