import logging
from datetime import timedelta
from typing import NamedTuple

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import mute_logger

from .roles import require_user

_logger = logging.getLogger(__name__)
CRON = "debt_recovery.ir_cron_do_works"
ATTEMPTS = 5
ROUNDS = 5  # how often what others were at work on is tried again
PATIENCE = timedelta(minutes=2)


class Part(NamedTuple):
    """A range to be: its lane, its customers (commercial partners) and how many units of work it counts."""

    lane: str
    partner_ids: list
    count: int


class RecoveryWork(models.Model):
    """A long work cut into ranges of debtors, each done once, in a transaction of its own.

    Progress, failures, retry and cancelling are here, whoever starts the ranges: the scheduled job takes them one after
    the other, and an add-on may give them to workers (``recovery.work.range._start``). What a range does, its owner
    says: a ``recovery.ranged``.
    """

    _name = "recovery.work"
    _description = "Long work"
    _inherit = ["recovery.guarded"]
    _order = "id desc"
    _rec_name = "kind"

    kind = fields.Selection(
        [
            ("proposal", "Proposal"),
            ("validation", "Validation"),
            ("sending", "Sending"),
            ("figures", "Worklist figures"),
            ("scores", "Scores"),
            ("limitation", "Watch over prescription"),
            ("deadlines", "Watch over deadlines"),
            ("seal", "Seal of the journal"),
        ],
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    res_model = fields.Char("Object type", required=True, readonly=True)
    res_id = fields.Many2oneReference("Object id", model_field="res_model", readonly=True)
    object_name = fields.Char("About", compute="_compute_object_name")
    day = fields.Date(required=True, readonly=True, help="The day for which the work is done.")
    user_id = fields.Many2one("res.users", string="Launched by", readonly=True, ondelete="set null")
    state = fields.Selection(
        [
            ("running", "Under way"),
            ("done", "Done"),
            ("incomplete", "Something failed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="running",
        readonly=True,
        index=True,
    )
    started_on = fields.Datetime(required=True, readonly=True)
    ended_on = fields.Datetime(readonly=True)
    round = fields.Integer("Times begun again", readonly=True)
    range_ids = fields.One2many("recovery.work.range", "work_id", string="Ranges", readonly=True)
    failed_range_ids = fields.One2many(
        "recovery.work.range", "work_id", string="Failed ranges", domain=[("state", "=", "failed")], readonly=True
    )
    range_count = fields.Integer("Number of ranges", compute="_compute_progress")
    done_range_count = fields.Integer("Ranges done", compute="_compute_progress")
    failed_range_count = fields.Integer("Ranges failed", compute="_compute_progress")
    total_count = fields.Integer("To do in all", compute="_compute_progress")
    done_count = fields.Integer("Already done", compute="_compute_progress")
    progress = fields.Float("Done so far (%)", compute="_compute_progress")
    progress_text = fields.Char("How far it is", compute="_compute_progress")
    remaining_text = fields.Char("Remaining time", compute="_compute_progress")

    _running_uniq = models.UniqueIndex(
        "(company_id, kind, res_model, COALESCE(res_id, 0)) WHERE state = 'running'",
        "This work is under way already.",
    )
    _owner_idx = models.Index("(res_model, res_id)")

    @api.depends("res_model", "res_id", "kind")
    @api.depends_context("lang")
    def _compute_object_name(self):
        for work in self:
            work.object_name = work._is_known() and work._get_owner()._get_work_label(work)

    @api.depends("state", "started_on", "ended_on", "range_ids.state")
    @api.depends_context("lang")
    def _compute_progress(self):
        groups = self.env["recovery.work.range"]._read_group(
            [("work_id", "in", self.ids)], ["work_id", "state"], ["__count", "count:sum", "done_on:max"]
        )
        found = {}
        for work, state, *figures in groups:
            found.setdefault(work.id, {})[state] = figures
        for work in self:
            figures = found.get(work.id, {})
            ranges = {state: count for state, (count, _units, _last) in figures.items()}
            units = {state: count for state, (_ranges, count, _last) in figures.items()}
            work.range_count, work.total_count = sum(ranges.values()), sum(units.values())
            work.done_range_count, work.failed_range_count = ranges.get("done", 0), ranges.get("failed", 0)
            work.done_count = units.get("done", 0)
            work.progress = 100.0 * work.done_count / work.total_count if work.total_count else 0.0
            work.progress_text = self.env._(
                "%(done)s of %(total)s done, ranges left: %(left)s",
                done=work.done_count,
                total=work.total_count,
                left=ranges.get("waiting", 0),
            )
            last = figures.get("done", (0, 0, None))[2]
            work.remaining_text = work._describe_remaining(last, units.get("waiting", 0))

    def _describe_remaining(self, last, waiting):
        """Return how long the rest takes at the pace held until the last range that was done, in words.

        :param last: when a range was done last, None for never.
        :param int waiting: how many units are left.
        """
        if self.state != "running" or not waiting:
            return False
        if not last or not self.done_count:
            return self.env._("Not known yet")
        seconds = max((last - self.started_on).total_seconds(), 1.0) * waiting / self.done_count
        if seconds < 60:
            return self.env._("less than a minute")
        minutes = round(seconds / 60)
        if minutes < 90:
            return self.env._("about %s min", minutes)
        return self.env._("about %s h", round(minutes / 60))

    @api.model
    def _explain_kept(self, names):
        return self.env._("The program keeps how far it is: use the buttons to try again or to cancel.")

    # ------------------------------------------------------------
    # Beginning
    # ------------------------------------------------------------
    @api.model
    def _launch(self, owner, kind, company, day, user=None):
        """Begin a long work of an owner, unless it is under way already: then return that one.

        :param owner: a record of a ``recovery.ranged``, or the model of an engine.
        :return: the work; empty when somebody else has begun it this very moment, or when there is nothing to do.
        """
        company = company._recovery_root()
        works = self.sudo()
        if running := works._find(owner, kind, company):
            return running
        work = works.new({"kind": kind, "company_id": company.id, "day": day, "res_model": owner._name})
        parts = owner._find_ranges(work)
        if not parts:
            return works.browse()
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                work = works.create(
                    {
                        "kind": kind,
                        "company_id": company.id,
                        "res_model": owner._name,
                        "res_id": owner.id if owner else False,
                        "day": day,
                        "user_id": (user or self.env.user).id,
                        "started_on": fields.Datetime.now(),
                    }
                )
                work.flush_recordset()
        except psycopg2.errors.UniqueViolation:
            _logger.info("The %s of %s has been begun by somebody else", kind, owner)
            return works.browse()
        work._add(parts)._start()
        return work

    @api.model
    def _find(self, owner, kind=None, company=None, states=("running",)):
        """Return the works of an owner in these states."""
        domain = Domain("res_model", "=", owner._name) & Domain("state", "in", states)
        domain &= Domain("res_id", "in", owner.ids or [False])
        if kind:
            domain &= Domain("kind", "=", kind)
        if company:
            domain &= Domain("company_id", "=", company.id)
        return self.sudo().search(domain)

    @api.model
    def _has_workers(self):
        """Tell whether others than the scheduled job start ranges, so that short works are worth one; hook."""
        return False

    def _add(self, parts, **vals):
        """Add ranges to the work, and return them."""
        self.ensure_one()
        first = self.range_count + 1
        return self.env["recovery.work.range"].create(
            [
                {
                    "work_id": self.id,
                    "number": number,
                    "lane": part.lane,
                    "partner_ids": part.partner_ids,
                    "count": part.count,
                    **vals,
                }
                for number, part in enumerate(parts, first)
            ]
        )

    def _get_owner(self):
        """Return the record, or the model, whose work it is."""
        self.ensure_one()
        if not self._is_known():
            raise UserError(self.env._("Whose work this was is not installed any more."))
        owner = self.env[self.res_model].sudo()
        return owner.browse(self.res_id).exists() if self.res_id else owner

    def _is_known(self):
        """Tell whether the model whose work it is is there."""
        return self.res_model in self.env and issubclass(
            self.env.registry[self.res_model], self.env.registry["recovery.ranged"]
        )

    # ------------------------------------------------------------
    # Going on
    # ------------------------------------------------------------
    @api.model
    def _cron_run(self):
        """Have what waits done: whatever was begun, and what a worker that is no more left behind."""
        waiting = self.env["recovery.work.range"].search(
            [("state", "=", "waiting"), ("work_id.state", "in", ("running", "cancelled"))], order="work_id, id"
        )
        waiting._go_on()
        self._end_each(self.search([("state", "=", "running")], order="id"))

    @api.model
    def _end_each(self, works):
        """End those of these works of which nothing waits any more, each committed."""
        for work in works:
            work._end_safely()

    def _end_safely(self):
        """End the work if it is over, again once another worker on the same one has done so."""
        self.ensure_one()
        work = self.company_id._recovery_speak(self)
        for attempt in range(ATTEMPTS):
            try:
                work._end()
                self.env.flush_all()
                break
            except psycopg2.OperationalError:
                if attempt == ATTEMPTS - 1:
                    raise
                self.env.cr.rollback()
        self.env["ir.cron"]._commit_progress()

    def _end(self):
        """Draw the conclusions, if nothing waits: whoever comes second finds that it is done."""
        self.ensure_one()
        self.invalidate_recordset()
        if not self.exists() or self.state not in ("running", "cancelled"):
            return
        owner = self._get_owner()
        if self.state == "cancelled":
            owner._stop_work(self)
            return
        if self._count("waiting"):
            return
        has_failed = self._count("failed")
        if not has_failed and (left := owner._find_ranges(self)):
            self._begin_again(left)
            return
        self.write({"state": "incomplete" if has_failed else "done", "ended_on": fields.Datetime.now()})
        owner._finish_work(self)

    def _count(self, state):
        """Tell whether some range of the work is in this state."""
        domain = [("work_id", "=", self.id), ("state", "=", state)]
        return self.env["recovery.work.range"].search_count(domain, limit=1)

    def _begin_again(self, left):
        """Add what is left once all ranges were done: others were at work on it, or it came since.

        :param left: list of :class:`Part`.
        """
        if self.round < ROUNDS:
            self.round += 1
            self._add(left)._start(PATIENCE)
            return
        reason = self.env._("Somebody else was at work on these customers each time: try again later.")
        self._add(left, state="failed", reason=reason)
        self.write({"state": "incomplete", "ended_on": fields.Datetime.now()})

    def _close_early(self):
        """End works whose owner has nothing left to do: the ranges that wait are done without being started."""
        running = self.filtered(lambda work: work.state == "running")
        running.range_ids.filtered(lambda part: part.state == "waiting").try_lock_for_update().write(
            {"state": "done", "done_on": fields.Datetime.now()}
        )
        running.write({"state": "done", "ended_on": fields.Datetime.now()})

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------
    def action_retry(self):
        """Do the ranges that failed again."""
        works = self._check_may_work()
        failed = works.range_ids.filtered(lambda part: part.state == "failed")
        if not failed:
            raise UserError(self.env._("No range failed: there is nothing to try again."))
        failed._retry()
        return True

    def action_cancel(self):
        """Stop at the next range: what was done stays done."""
        works = self._check_may_work()
        for work in works:
            if work.state not in ("running", "incomplete"):
                raise UserError(self.env._("This work is over already."))
        works._cancel()
        return True

    def _cancel(self):
        """Have nothing more started of these works; a range that is being done ends as it is."""
        self.write({"state": "cancelled", "ended_on": fields.Datetime.now()})
        waiting = self.range_ids.filtered(lambda part: part.state in ("waiting", "failed"))
        waiting.try_lock_for_update().write({"state": "cancelled"})
        for work in self:
            work._get_owner()._stop_work(work)

    def _check_may_work(self):
        """Return the works with elevated rights, once the role and the access, to their owners too, are checked."""
        require_user(self.env)
        self.check_access("read")
        for work in self:
            if owner := work._get_owner():
                owner.with_env(self.env).check_access("write")
        return self.sudo()

    def action_open_document(self):
        """Open what the work is about."""
        self.ensure_one()
        self.check_access("read")
        owner = self._get_owner().with_env(self.env)
        if not owner:
            raise UserError(self.env._("This work is the program's own: there is nothing to open."))
        owner.check_access("read")
        return owner._get_records_action()

    @api.autovacuum
    def _gc_works(self):
        """Forget works that ended long ago: what they did has its own traces."""
        before = fields.Datetime.now() - timedelta(days=90)
        self.sudo().search([("state", "in", ("done", "cancelled")), ("ended_on", "<", before)], limit=1000).unlink()
