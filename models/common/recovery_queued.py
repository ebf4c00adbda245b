import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from .saying import say

_logger = logging.getLogger(__name__)

ATTEMPTS = 3
SHOWN = 20  # changes that are named one by one
WAITING = ("queued", "building")


class RecoveryQueued(models.AbstractModel):
    """An archive with its manifest that is made in the background, and kept as it was made.

    What waits is made one after the other by a scheduled job, each committed with its progress; one that fails keeps
    its reason and stops no other, one that kills its worker is given up after some times.
    """

    _name = "recovery.queued"
    _description = "Recovery: made in the background"
    _inherit = ["recovery.guarded"]
    _order = "id desc"
    _digested = {"archive_id": "archive_sha256"}

    _job = None  # XML id of the scheduled job that makes what waits
    _counted = None  # field that holds how many parts there are to do
    _step = 1  # parts between two notes of the progress

    name = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [
            ("queued", "In the queue"),
            ("building", "Being made"),
            ("done", "Ready"),
            ("failed", "Not made"),
            ("cancelled", "Given up"),
        ],
        required=True,
        readonly=True,
        default="queued",
        index=True,
    )
    user_id = fields.Many2one("res.users", string="Asked by", required=True, readonly=True, ondelete="restrict")
    asked_on = fields.Datetime(required=True, readonly=True)
    built_on = fields.Datetime("Ready on", readonly=True)
    attempt_count = fields.Integer("Attempts", readonly=True)
    done_count = fields.Integer("Files done", readonly=True)
    progress = fields.Float("Progress (%)", compute="_compute_progress")
    manifest = fields.Json(readonly=True)
    manifest_sha256 = fields.Char("SHA-256 of the manifest", readonly=True)
    archive_id = fields.Many2one("ir.attachment", string="Archive (zip)", readonly=True, ondelete="restrict")
    archive_sha256 = fields.Char("SHA-256 of the archive", readonly=True)
    changes_text = fields.Text("Since the file before", readonly=True)
    error = fields.Text(readonly=True)

    @api.depends(lambda self: (*filter(None, [self._counted]), "done_count", "state"))
    def _compute_progress(self):
        for record in self:
            count = record[record._counted]
            done = record.done_count / count if count else 0
            record.progress = 100 if record.state == "done" else 100 * min(done, 1)

    # ------------------------------------------------------------
    # The job
    # ------------------------------------------------------------
    @api.model
    def _wake_job(self):
        """Let the scheduled job look soon at what waits."""
        self.env.ref(self._job).sudo()._trigger()

    @api.model
    def _cron_build(self):
        """Make what waits in the queue, one after the other, each committed with its progress."""
        cron = self.env["ir.cron"]
        waiting = self.sudo().search([("state", "in", WAITING)], order="id")
        for left, record in zip(reversed(range(len(waiting))), waiting, strict=True):
            if not record.try_lock_for_update(allow_referencing=True):
                continue
            record.company_id._recovery_speak(record)._build_safely()
            if not cron._commit_progress(1, remaining=left):
                break

    def _build_safely(self):
        """Make it, and keep the reason if it cannot be made: the next ones go on."""
        self.ensure_one()
        if self.attempt_count >= ATTEMPTS:
            reason = self.env._("It was interrupted %s times: ask for less at once.", self.attempt_count)
            self.write({"state": "failed", "error": reason})
            self._hook_ended()
            return
        self.write({"state": "building", "attempt_count": self.attempt_count + 1, "done_count": 0})
        self.env["ir.cron"]._commit_progress()
        try:
            self._build(self._note_progress)
        except UserError as error:
            self.write({"state": "failed", "error": str(error)})
        except Exception as error:
            _logger.exception("%s could not be made", self)
            self.write({"state": "failed", "error": str(error)[:500]})
        self._hook_ended()

    def _build(self, follow=None):
        """Make it now and keep it; nothing else is written before the end. Each model says how.

        :param follow: called with the number of parts done and, where that is known then only, with their number.
        """
        raise NotImplementedError

    def _hook_ended(self):
        """Let others go on that wait for it, made or not; hook."""

    def _note_progress(self, done, count=None):
        """Let people see how far it is: nothing else is written before the end."""
        if done % self._step:
            return
        self.write({"done_count": done} if count is None else {"done_count": done, self._counted: count})
        self.env["ir.cron"]._commit_progress()

    @api.model
    def _tell_changes(self, sentences, unchanged):
        """Return what differs from the one before as one text: the first changes, and how many more.

        :param sentences: one per change.
        :param unchanged: what is said if there is none.
        """
        told = sentences[:SHOWN]
        if len(sentences) > SHOWN:
            told.append(self.env._("%s changes more", len(sentences) - SHOWN))
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
            raise UserError(self.env._("Only what failed or was given up is tried again."))
        again.sudo().write({"state": "queued", "error": False, "done_count": 0, "attempt_count": 0})
        self._wake_job()
        return say(self.env, self.env._("It is in the queue again."))

    def action_give_up(self):
        """Take them out of the queue."""
        self._check_asker()
        self.check_access("read")
        queued = self.filtered(lambda record: record.state == "queued")
        if not queued:
            raise UserError(self.env._("Only what waits in the queue is given up."))
        queued.lock_for_update()
        queued.sudo().write({"state": "cancelled"})
        return say(self.env, self.env._("Taken out of the queue."))

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
            raise UserError(self.env._("%s is not made.", self.display_name))
