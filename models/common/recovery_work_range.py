import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

from .recovery_work import ATTEMPTS

_logger = logging.getLogger(__name__)
DEATHS = 10


class RecoveryWorkRange(models.Model):
    """Some customers of a long work: done once, whole, in a transaction of its own.

    Whoever starts it locks it first. Asked for twice, by two workers or after a crash, the second time finds it done.
    """

    _name = "recovery.work.range"
    _description = "Batch of a background job"
    _inherit = ["recovery.guarded"]
    _order = "work_id desc, number, id"
    _rec_name = "number"

    work_id = fields.Many2one("recovery.work", "Job", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="work_id.company_id", store=True, index=True)
    number = fields.Integer("Batch", readonly=True)
    lane = fields.Selection(
        [("work", "Calculation"), ("print", "Letters and files to generate"), ("send", "E-mails and calls")],
        string="Type of job",
        required=True,
        default="work",
        readonly=True,
        help="Processing cost: printing a letter takes as long as several e-mails.",
    )
    partner_ids = fields.Json("Customers", readonly=True, help="Ids of commercial partners.")
    count = fields.Integer("To do", readonly=True)
    state = fields.Selection(
        [("waiting", "Waiting"), ("done", "Done"), ("failed", "Failed"), ("cancelled", "Cancelled")],
        required=True,
        default="waiting",
        readonly=True,
    )
    is_handed_out = fields.Boolean("Assigned to a worker", readonly=True)
    begun_on = fields.Datetime("Last started on", readonly=True)
    attempts = fields.Integer("Times tried", readonly=True)
    reason = fields.Char("Why it failed", readonly=True)
    done_on = fields.Datetime("Done on", readonly=True)
    result = fields.Json(readonly=True, help="Its result, until the end of the job.")

    _waiting_idx = models.Index("(work_id, id) WHERE state = 'waiting'")

    @api.model
    def _explain_kept(self, names):
        return self.env["recovery.work"]._explain_kept(names)

    def _get_partners(self):
        """Return the customers of the range who are still there."""
        self.ensure_one()
        return self.env["res.partner"].sudo().browse(self.partner_ids or []).exists()

    # ------------------------------------------------------------
    # Who starts a range
    # ------------------------------------------------------------
    def _start(self, wait=None):
        """Have these ranges done soon: hook of whoever has workers for that. Here the scheduled job takes them.

        :param wait: how long to wait before, a ``timedelta``.
        """
        for cron in {work._get_cron() for work in self.work_id}:
            cron._trigger(fields.Datetime.now() + wait if wait else None)

    def _go_on(self):
        """Do what waits, one range after the other, until the time of the scheduled job is over; hook."""
        for left, part in zip(reversed(range(len(self))), self, strict=True):
            part._work_off()
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                return  # out of time: core starts the job again for the rest

    # ------------------------------------------------------------
    # One range
    # ------------------------------------------------------------
    def _work_off(self):
        """Do one range, unless somebody else does or did, and end its work with the last one: each committed."""
        self.ensure_one()
        part = self.company_id._recovery_speak(self)
        part._count_attempt()
        self.env["ir.cron"]._commit_progress()
        part._do_safely()
        self.env["ir.cron"]._commit_progress()
        self.work_id._end_safely()
        self.env.invalidate_all()  # memory follows the range, not the work

    def _count_attempt(self):
        """Count the attempt before it is made: a range whose doers die of it is not begun for ever."""
        try:
            if not self.exists() or self.try_lock_for_update() != self or self.state != "waiting":
                return
            self.write({"attempts": self.attempts + 1, "begun_on": fields.Datetime.now()})
            if self.attempts > DEATHS:
                self._fail(UserError(self.env._("Interrupted %s times: the worker process dies running it.", DEATHS)))
            self.env.flush_all()
        except psycopg2.OperationalError:
            self.env.cr.rollback()  # somebody else is at work on it

    def _do_safely(self):
        """Do the range, again if somebody else wrote to the same rows meanwhile; note why it failed."""
        for _attempt in range(ATTEMPTS):
            try:
                self._do()
                self.env.flush_all()
                return
            except psycopg2.OperationalError as error:
                failure = error
                self.env.cr.rollback()
        self._fail(failure)

    def _do(self):
        """Do the range under lock, if it is still to be done."""
        if not self.exists() or self.try_lock_for_update() != self:
            return
        self.invalidate_recordset()
        work = self.work_id
        work.invalidate_recordset(["state"])
        if self.state != "waiting":
            return
        if work.state not in ("running", "incomplete"):
            self.state = "cancelled" if work.state == "cancelled" else "done"
            return
        owner = work._get_owner()
        if work.res_id and not owner:
            self.state = "cancelled"
            return
        if owner._has_steps:
            self._do_by_steps(owner)
            return
        if self.partner_ids:
            self.env["recovery.bulk"]._expect_some_of_many()
        try:
            with self.env.cr.savepoint():
                result = owner._do_range(work, self)
                self.env.flush_all()
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            self.env.invalidate_all()
            self._fail(error)
            return
        self._note_done(result)

    def _do_by_steps(self, owner):
        """Do a range that commits on its way, so that its lock does not last: its owner knows whether it is done."""
        reason = owner._do_range(self.work_id, self)
        self.env["ir.cron"]._commit_progress()
        self.invalidate_recordset()
        if not self.exists() or self.state != "waiting":
            return
        match owner._get_outcome():
            case "done":
                self._note_done()
            case "failed":
                self._fail(UserError(reason or ""))
            case "cancelled":
                self.state = "cancelled"

    def _note_done(self, result=None):
        self.write({"state": "done", "done_on": fields.Datetime.now(), "reason": False, "result": result})

    def _fail(self, error):
        """Note why the range failed: the others go on."""
        _logger.error("Range %s of work %s failed: the others go on", self.number, self.work_id.id, exc_info=error)
        reason = " ".join(str(error).split())[:500] or type(error).__name__
        self.write({"state": "failed", "reason": reason})

    def _retry(self):
        """Have failed ranges done again."""
        self.write({"state": "waiting", "reason": False, "attempts": 0, "begun_on": False, "is_handed_out": False})
        works = self.work_id
        works.filtered(lambda work: work.state != "running").write({"state": "running", "ended_on": False})
        for work in works:
            work._get_owner()._reopen_work(work)
        works._hand_out()

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------
    def action_retry(self):
        """Do this range again."""
        self.work_id._check_may_work()
        parts = self.sudo().filtered(lambda part: part.state == "failed")
        parts._retry()
        return True
