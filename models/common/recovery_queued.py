import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .recovery_work import Part
from .saying import say

_logger = logging.getLogger(__name__)

ATTEMPTS = 3
SHOWN = 20  # changes that are named one by one
WAITING = ("queued", "building")
OPEN = ("running", "incomplete")


class Overtaken(Exception):  # noqa: N818 - nothing went wrong
    """Somebody else makes it now, or it was given up: whoever is at it stops."""


class RecoveryQueued(models.AbstractModel):
    """An archive with its manifest that is made in the background, and kept as it was made.

    Each is a long work of one range, done by steps: a scheduled job of the model, or a worker, makes it and commits how
    far it is. One that fails keeps its reason and stops no other, one that kills its worker is given up after some
    times. It is kept once: whoever begins it notes that it does, and whoever began before finds that at its next step
    and stops; what is kept and that it is made are written together.
    """

    _name = "recovery.queued"
    _description = "Recovery: background processing"
    _inherit = ["recovery.guarded", "recovery.ranged"]
    _order = "id desc"
    _has_steps = True
    _digested = {"archive_id": "archive_sha256"}

    _work_kind = None  # the kind of its long work; ``_work_cron`` makes what waits
    _counted = None  # field that holds how many parts there are to do
    _step = 1  # parts between two notes of the progress

    name = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("building", "In preparation"),
            ("done", "Ready"),
            ("failed", "Not prepared"),
            ("cancelled", "Given up"),
        ],
        required=True,
        readonly=True,
        default="queued",
        index=True,
    )
    user_id = fields.Many2one("res.users", string="Requested by", required=True, readonly=True, ondelete="restrict")
    asked_on = fields.Datetime("Requested on", required=True, readonly=True)
    built_on = fields.Datetime("Ready on", readonly=True)
    attempt_count = fields.Integer("Attempts", readonly=True)
    done_count = fields.Integer("Files done", readonly=True)
    progress = fields.Float("Progress (%)", compute="_compute_progress")
    remaining_text = fields.Char("Remaining time", compute="_compute_remaining_text")
    manifest = fields.Json(readonly=True)
    manifest_sha256 = fields.Char("SHA-256 of the manifest", readonly=True)
    archive_id = fields.Many2one("ir.attachment", string="Archive (zip)", readonly=True, ondelete="restrict")
    archive_sha256 = fields.Char("SHA-256 of the archive", readonly=True)
    changes_text = fields.Text("Since the previous file", readonly=True)
    error = fields.Text(readonly=True)

    @api.depends(lambda self: (*filter(None, [self._counted]), "done_count", "state"))
    def _compute_progress(self):
        for record in self:
            count = record[record._counted]
            done = record.done_count / count if count else 0
            record.progress = 100 if record.state == "done" else 100 * min(done, 1)

    @api.depends("state", "done_count")
    @api.depends_context("lang")
    def _compute_remaining_text(self):
        for record in self:
            waits = record.state in WAITING
            record.remaining_text = waits and self.env["recovery.work"]._find(record)[:1].remaining_text

    def unlink(self):
        if self:
            self.env["recovery.work"]._find(self, states=("done", "cancelled", *OPEN)).unlink()
        return super().unlink()

    # ------------------------------------------------------------
    # Its long work
    # ------------------------------------------------------------
    def _enter_queue(self):
        """Begin the long work that makes each of these; what an earlier one left open is over."""
        Work = self.env["recovery.work"]
        for record in self.sudo():
            Work._find(record, states=("incomplete",)).write({"state": "cancelled"})
            company = record.company_id
            Work._launch(record, self._work_kind, company, company._recovery_today(), record.user_id)

    @api.model
    def _cron_build(self):
        """Make what waits in the queue, one after the other, each committed with its progress."""
        waiting = self.sudo().search([("state", "in", WAITING)], order="id")
        (waiting - self._find_at_work(waiting))._enter_queue()
        self.env["ir.cron"]._commit_progress()
        self.env["recovery.work"].sudo()._cron_run(self._name)

    @api.model
    def _find_at_work(self, records):
        """Return those of these records whose long work is open."""
        works = self.env["recovery.work"]._find(records, states=OPEN) if records else self.env["recovery.work"]
        return records.browse(works.mapped("res_id"))

    def _find_ranges(self, work):
        return [] if work.id else [Part("print", [], 1)]

    def _do_range(self, work, part):
        """Make it if it waits; return why it could not be made."""
        if self.state in WAITING:
            self.company_id._recovery_speak(self)._build_safely()
        return self.error

    def _get_outcome(self):
        self.invalidate_recordset(["state"])
        return None if self.state in WAITING else self.state

    def _count_steps(self, work):
        return (self.done_count, self[self._counted]) if self.state in WAITING else None

    def _stop_work(self, work):
        self.filtered(lambda record: record.state in WAITING)._give_up()

    def _give_up(self):
        """Have these made no more, and let others go on that wait for them."""
        self.write({"state": "cancelled"})
        for record in self:
            record._hook_ended()

    def _reopen_work(self, work):
        self.filtered(lambda record: record.state == "failed")._requeue()

    def _requeue(self):
        self.write({"state": "queued", "error": False, "done_count": 0, "attempt_count": 0})

    def _check_may_work_on(self):
        self._check_asker()
        self.check_access("read")

    @api.model
    def _get_work_label(self, work):
        return self.name

    def _build_safely(self):
        """Make it, and keep the reason if it cannot be made: the next ones go on."""
        self.ensure_one()
        if self.attempt_count >= ATTEMPTS:
            reason = self.env._("It was interrupted %s times: request less at a time.", self.attempt_count)
            self.write({"state": "failed", "error": reason})
            self._hook_ended()
            return
        mine = self.attempt_count + 1
        self.write({"state": "building", "attempt_count": mine, "done_count": 0})
        self.env["ir.cron"]._commit_progress()
        try:
            self._build(lambda *progress: self._note_progress(mine, *progress))
            self.env.flush_all()
        except Overtaken:
            return
        except psycopg2.OperationalError:
            self.env.cr.rollback()
            if self._is_overtaken(mine):
                return
            raise
        except UserError as error:
            self.write({"state": "failed", "error": str(error)})
        except Exception as error:
            _logger.exception("%s could not be made", self)
            self.write({"state": "failed", "error": str(error)[:500]})
        self._hook_ended()

    def _as_asker(self):
        """Return the record with the rights and in the language of who asked for it, once they may still have it."""
        user, company = self.user_id, self.company_id
        if not user.active or company not in user.company_ids:
            raise AccessError(self.env._("This belongs to a company in which you do not work."))
        family = company | user.company_ids.filtered(lambda one: one.root_id == company.root_id)
        lang = user.lang or company.partner_id.lang
        worker = self.with_env(
            self.env(user=user.id, su=False, context={"lang": lang, "allowed_company_ids": family.ids})
        )
        worker._check_asker()
        worker.check_access("read")
        return worker

    def _is_overtaken(self, mine):
        """Tell whether somebody else has begun it since, or whether it was given up.

        :param int mine: the number of the attempt that asks.
        """
        self.invalidate_recordset(["state", "attempt_count"])
        return not self.exists() or self.state != "building" or self.attempt_count != mine

    def _build(self, follow=None):
        """Make it now and keep it; nothing else is written before the end. Each model says how.

        :param follow: called with the number of parts done and, where that is known then only, with their number.
        """
        raise NotImplementedError

    def _hook_ended(self):
        """Let others go on that wait for it, made or not; hook."""

    def _note_progress(self, mine, done, count=None):
        """Let people see how far it is: nothing else is written before the end.

        :param int mine: the number of the attempt that is made.
        :raises Overtaken: there is no more need to go on.
        """
        if done % self._step:
            return
        self.write({"done_count": done} if count is None else {"done_count": done, self._counted: count})
        self.env["ir.cron"]._commit_progress()
        if self._is_overtaken(mine):
            raise Overtaken

    @api.model
    def _tell_changes(self, sentences, unchanged):
        """Return what differs from the one before as one text: the first changes, and how many more.

        :param sentences: one per change.
        :param unchanged: what is said if there is none.
        """
        told = sentences[:SHOWN]
        if len(sentences) > SHOWN:
            told.append(self.env._("Further changes: %s", len(sentences) - SHOWN))
        return "\n".join(told) or unchanged

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------
    @api.model
    def _check_asker(self):
        """Refuse whoever may not ask for one; each model says who may."""
        raise NotImplementedError

    def action_retry(self):
        """Put what failed or was given up back in the queue: it is made in the name of who asked first."""
        self._check_asker()
        self.check_access("read")
        again = self.filtered(lambda record: record.state in ("failed", "cancelled"))
        if not again:
            raise UserError(self.env._("Only what failed or was cancelled can be tried again."))
        again.sudo()._requeue()
        again._enter_queue()
        return say(self.env, self.env._("It has been queued again."))

    def action_give_up(self):
        """Take them out of the queue; one that is being made stops at its next step."""
        self._check_asker()
        self.check_access("read")
        waiting = self.filtered(lambda record: record.state in WAITING).sudo()
        if not waiting:
            raise UserError(self.env._("Only what is waiting in the queue can be cancelled."))
        waiting.lock_for_update()
        waiting._give_up()
        self.env["recovery.work"]._find(waiting, states=OPEN)._cancel()
        return say(self.env, self.env._("Removed from the queue."))

    def _download(self, name="archive_id"):
        """Return what downloads one of its documents."""
        self.ensure_one()
        self.check_access("read")
        self._check_done()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self[name].id}?download=true",
            "target": "download",
        }

    def _check_done(self):
        if self.state != "done":
            raise UserError(self.env._("%s is not ready.", self.display_name))
