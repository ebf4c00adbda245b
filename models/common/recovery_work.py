import logging
from datetime import timedelta
from typing import NamedTuple

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import mute_logger

_logger = logging.getLogger(__name__)
CRON = "debt_recovery.ir_cron_do_works"
ATTEMPTS = 5
ROUNDS = 5  # how often what others were at work on is tried again
PATIENCE = timedelta(minutes=2)
# How many ranges of one kind of work wait for a worker at most; each that ends hands the next one out.
AHEAD = 32
AHEAD_PARAMETER = "debt_recovery.ranges_ahead"
SHOWN = 10  # ranges that are named one by one
LATE = timedelta(minutes=10)  # a range that takes longer may be one whose host is lost


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
    _description = "Background job"
    _inherit = ["recovery.guarded"]
    _order = "id desc"
    _rec_name = "kind"
    _setting_parameters = (AHEAD_PARAMETER,)

    kind = fields.Selection(
        [
            ("proposal", "Proposal"),
            ("validation", "Validation"),
            ("sending", "Sending"),
            ("figures", "Worklist figures"),
            ("scores", "Scores"),
            ("limitation", "Limitation monitoring"),
            ("deadlines", "Deadline monitoring"),
            ("seal", "Journal sealing"),
            ("bundle", "Case bundle"),
            ("audit", "Audit file"),
            ("spreadsheet", "Large export"),
        ],
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    res_model = fields.Char("Record model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record ID", model_field="res_model", readonly=True)
    object_name = fields.Char("About", compute="_compute_object_name")
    day = fields.Date(required=True, readonly=True, help="The day for which the job is run.")
    user_id = fields.Many2one("res.users", string="Sent by", readonly=True, ondelete="set null")
    state = fields.Selection(
        [
            ("running", "In progress"),
            ("done", "Done"),
            ("incomplete", "Errors occurred"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="running",
        readonly=True,
        index=True,
    )
    started_on = fields.Datetime("Started on", required=True, readonly=True)
    ended_on = fields.Datetime("Ended on", readonly=True)
    round = fields.Integer("Times restarted", readonly=True)
    range_ids = fields.One2many("recovery.work.range", "work_id", string="Batches", readonly=True)
    failed_range_ids = fields.One2many(
        "recovery.work.range", "work_id", string="Failed batches", domain=[("state", "=", "failed")], readonly=True
    )
    range_count = fields.Integer("Number of batches", compute="_compute_progress")
    done_range_count = fields.Integer("Batches done", compute="_compute_progress")
    failed_range_count = fields.Integer("Batches failed", compute="_compute_progress")
    total_count = fields.Integer("Total to do", compute="_compute_progress")
    done_count = fields.Integer("Already done", compute="_compute_progress")
    progress = fields.Float("Done so far (%)", compute="_compute_progress")
    progress_text = fields.Char("Progress", compute="_compute_progress")
    remaining_text = fields.Char("Remaining time", compute="_compute_progress")
    late_text = fields.Char("What may be lost", compute="_compute_late_text")

    _running_uniq = models.UniqueIndex(
        "(company_id, kind, res_model, COALESCE(res_id, 0)) WHERE state = 'running'",
        "This job is already in progress.",
    )
    _owner_idx = models.Index("(res_model, res_id)")

    @api.depends("res_model", "res_id", "kind")
    @api.depends_context("lang")
    def _compute_object_name(self):
        for work in self:
            work.object_name = work._is_known() and work._get_owner()._get_work_label(work)

    @api.depends("res_model", "res_id", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        names = dict(self._fields["kind"]._description_selection(self.env))
        for work in self:
            work.display_name = " – ".join(filter(None, [names.get(work.kind), work.object_name]))

    @api.depends("state", "started_on", "ended_on", "range_ids.state")
    @api.depends_context("lang")
    def _compute_progress(self):
        groups = self.env["recovery.work.range"]._read_group(
            [("work_id", "in", self.ids)],
            ["work_id", "state"],
            ["__count", "count:sum", "done_on:max", "begun_on:min"],
        )
        found = {}
        for work, state, *figures in groups:
            found.setdefault(work.id, {})[state] = figures
        for work in self:
            figures = found.get(work.id, {})
            ranges = {state: count for state, (count, *_more) in figures.items()}
            units = {state: units for state, (_count, units, *_more) in figures.items()}
            work.range_count, work.total_count = sum(ranges.values()), sum(units.values())
            work.done_range_count, work.failed_range_count = ranges.get("done", 0), ranges.get("failed", 0)
            work.done_count = units.get("done", 0)
            work.progress = 100.0 * work.done_count / work.total_count if work.total_count else 0.0
            work.progress_text = self.env._(
                "%(done)s of %(total)s done, batches left: %(left)s",
                done=work.done_count,
                total=work.total_count,
                left=ranges.get("waiting", 0),
            )
            last = figures.get("done", (0, 0, None))[2]
            work.remaining_text = work._describe_remaining(work.started_on, last, units.get("waiting", 0))
            if ranges.get("waiting") and (steps := work._count_steps()):
                work._tell_steps(*steps, figures["waiting"][3])

    def _count_steps(self):
        """Return how far the one range is that is done by steps, see ``recovery.ranged._count_steps``."""
        self.ensure_one()
        return self._get_owner()._count_steps(self) if self.res_id and self._is_known() else None

    def _tell_steps(self, done, total, begun):
        """Tell how far a work is whose one range is done by steps.

        :param begun: when it was begun, None for not yet.
        """
        self.total_count, self.done_count = max(total, done, 1), done
        self.progress = 100.0 * done / self.total_count
        self.progress_text = self.env._("%(done)s of %(total)s done", done=done, total=self.total_count)
        left = self.total_count - done
        self.remaining_text = self._describe_remaining(begun, begun and fields.Datetime.now(), left)

    def _describe_remaining(self, begun, last, waiting):
        """Return how long the rest takes at the pace held until the last unit that was done, in words.

        :param begun: when the first unit was begun.
        :param last: when one was done last, None for never.
        :param int waiting: how many units are left.
        """
        if self.state != "running" or not waiting:
            return False
        if not last or not self.done_count:
            return self.env._("Not known yet")
        seconds = max((last - begun).total_seconds(), 1.0) * waiting / self.done_count
        if seconds < 60:
            return self.env._("less than a minute")
        minutes = round(seconds / 60)
        if minutes < 90:
            return self.env._("about %s min", minutes)
        return self.env._("about %s h", round(minutes / 60))

    @api.depends("state", "range_ids.begun_on", "range_ids.state")
    @api.depends_context("lang")
    def _compute_late_text(self):
        """Name the ranges that were begun long ago and have not ended: whoever does one may be no more."""
        late = Domain("work_id", "in", self.ids) & Domain("state", "=", "waiting")
        late &= Domain("begun_on", "<", fields.Datetime.now() - LATE)
        found = self.env["recovery.work.range"].search(late, order="number, id").grouped("work_id")
        for work in self:
            ranges = found.get(work)
            if not ranges or work.state not in ("running", "cancelled") or work._is_done_by_steps():
                work.late_text = False
                continue
            numbers = ", ".join(map(str, ranges[:SHOWN].mapped("number")))
            work.late_text = self.env._(
                "Started more than %(minutes)s minutes ago and not finished, batch: %(numbers)s. A server may "
                "have been lost: as soon as the database notices, the next run of the scheduled job does them "
                "again. Nothing is lost, nothing is done twice.",
                minutes=int(LATE.total_seconds() // 60),
                numbers=numbers if len(ranges) <= SHOWN else f"{numbers}…",
            )

    @api.model
    def _explain_kept(self, names):
        return self.env._("The program keeps track of progress: use the buttons to try again or to cancel.")

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
        work._add(parts)
        work._hand_out()
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

    def _hand_out(self, wait=None):
        """Have the next ranges started: of each kind so many at once at most, and each that ends has others started.

        So a work of thousands of ranges is launched in no more time than one of some dozens. Whoever is killed
        between the end of a range and this leaves what waits to the next one, and to the scheduled job.

        :param wait: how long to wait before, a ``timedelta``.
        """
        Range, most = self.env["recovery.work.range"], self._get_most_ahead()
        for work in self:
            waiting = Domain("work_id", "=", work.id) & Domain("state", "=", "waiting")
            groups = Range._read_group(waiting, ["lane", "is_handed_out"], ["__count"])
            ahead = {lane: count for lane, is_handed_out, count in groups if is_handed_out}
            for lane in [lane for lane, is_handed_out, _count in groups if not is_handed_out]:
                room = most - ahead.get(lane, 0)
                if room <= 0:
                    continue
                of_lane = waiting & Domain("lane", "=", lane) & Domain("is_handed_out", "=", False)
                ranges = Range.search(of_lane, order="number, id", limit=room).try_lock_for_update()
                ranges.is_handed_out = True
                ranges._start(wait)

    @api.model
    def _get_most_ahead(self):
        """Return how many ranges of a kind wait for a worker at most: more than all workers together."""
        text = self.env["ir.config_parameter"].sudo().get_param(AHEAD_PARAMETER) or ""
        return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:9]) else AHEAD

    def _get_owner(self):
        """Return the record, or the model, whose work it is."""
        self.ensure_one()
        if not self._is_known():
            raise UserError(self.env._("The feature this job belonged to is no longer installed."))
        owner = self.env[self.res_model].sudo()
        return owner.browse(self.res_id).exists() if self.res_id else owner

    def _is_known(self):
        """Tell whether the model whose work it is is there."""
        return self.res_model in self.env and issubclass(
            self.env.registry[self.res_model], self.env.registry["recovery.ranged"]
        )

    def _is_done_by_steps(self):
        """Tell whether what does the one range of the work commits on its way."""
        self.ensure_one()
        return self._is_known() and self.env[self.res_model]._has_steps

    def _get_cron(self):
        """Return the scheduled job that does the work where nobody else does."""
        self.ensure_one()
        name = self._is_known() and self.env[self.res_model]._work_cron
        return self.env.ref(name or CRON).sudo()

    # ------------------------------------------------------------
    # Going on
    # ------------------------------------------------------------
    @api.model
    def _cron_run(self, owner=None):
        """Have what waits done: whatever was begun, and what a worker that is no more left behind.

        :param owner: the model whose works are done; by default all those that have no scheduled job of their own.
        """
        whose = Domain("res_model", "=", owner) if owner else Domain("res_model", "not in", self._get_apart())
        works = self.search(whose & Domain("state", "in", ("running", "cancelled")), order="id")
        waiting = Domain("work_id", "in", works.ids) & Domain("state", "=", "waiting")
        self.env["recovery.work.range"].search(waiting, order="work_id, number, id")._go_on()
        self._end_each(self.search(whose & Domain("state", "=", "running"), order="id"))

    @api.model
    def _get_apart(self):
        """Return the names of the models whose works have a scheduled job of their own."""
        ranged = self.env.registry["recovery.ranged"]
        return [name for name, Model in self.env.registry.items() if issubclass(Model, ranged) and Model._work_cron]

    @api.model
    def _end_each(self, works):
        """End those of these works of which nothing waits any more, each committed."""
        for work in works:
            work._end_safely()

    def _end_safely(self):
        """Have the next ranges started, or end the work if it is over; again if somebody else was about to."""
        self.ensure_one()
        work = self.company_id._recovery_speak(self)
        for attempt in range(ATTEMPTS):
            try:
                if self._has_workers() and self.exists():
                    self._hand_out()
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
            self._add(left)
            self._hand_out(PATIENCE)
            return
        reason = self.env._("Somebody else was working on these customers each time: try again later.")
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
            raise UserError(self.env._("No batch failed: there is nothing to try again."))
        failed._retry()
        return True

    def action_cancel(self):
        """Stop at the next range: what was done stays done."""
        works = self._check_may_work()
        for work in works:
            if work.state not in ("running", "incomplete"):
                raise UserError(self.env._("This job is already finished."))
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
        self.check_access("read")
        for work in self:
            work._get_owner().with_env(self.env)._check_may_work_on()
        return self.sudo()

    def action_open_document(self):
        """Open what the work is about."""
        self.ensure_one()
        self.check_access("read")
        owner = self._get_owner().with_env(self.env)
        if not owner:
            raise UserError(self.env._("This job is internal to the program: there is nothing to open."))
        owner.check_access("read")
        return owner._get_records_action()

    @api.autovacuum
    def _gc_works(self):
        """Forget works that ended long ago: what they did has its own traces."""
        before = fields.Datetime.now() - timedelta(days=90)
        self.sudo().search([("state", "in", ("done", "cancelled")), ("ended_on", "<", before)], limit=1000).unlink()
