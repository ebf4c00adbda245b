import hashlib
import json
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import mute_logger

KEPT = timedelta(days=30)


class RecoveryApiAnswer(models.Model):
    """What a program was answered to a question that it gave a key: asked again, it gets that, and nothing is done.

    The row stands before the work is done and is committed with it: of two questions with one key at the same moment
    the second waits for the first, then reads its answer. A key is its user's; nobody reads these rows.
    """

    _name = "recovery.api.answer"
    _description = "Answer to another program"
    _inherit = ["recovery.guarded"]
    _rec_name = "request_key"

    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="cascade")
    request_key = fields.Char("Request key", required=True, readonly=True)
    question_sha256 = fields.Char("Request SHA-256", required=True, readonly=True)
    answer = fields.Json(readonly=True)

    _key_uniq = models.UniqueIndex("(user_id, request_key)", "This key has already been sent.")

    @api.model
    def _do_once(self, key, question, work):
        """Return the answer to a question of this user, and do the work only the first time.

        :param str key: chosen by the program.
        :param dict question: what was sent with it, plain values.
        :param work: called without an argument, returns the answer.
        :raises UserError: the key came with another question.
        """
        answers = self.sudo()
        text = json.dumps(question, sort_keys=True, default=str)
        mine = {"user_id": self.env.uid, "request_key": key}
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        if known := answers.search([(name, "=", value) for name, value in mine.items()]):
            return known._repeat(sha256)
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                row = answers.create({**mine, "question_sha256": sha256})
                row.flush_recordset()
        except psycopg2.errors.UniqueViolation as error:
            raise ConcurrencyError("The same key was sent at the same moment") from error  # core asks again
        row.answer = work()
        return row.answer

    def _repeat(self, sha256):
        """Return what was answered, to the same question only."""
        if self.question_sha256 != sha256:
            raise UserError(
                self.env._(
                    "“request_key”: this key was already used for another request; send a new key with a new request."
                )
            )
        if not self.answer:
            raise UserError(
                self.env._(
                    "“request_key”: the requested action was started but did not finish; read what there is of it."
                )
            )
        return self.answer

    @api.autovacuum
    def _gc_answers(self):
        """Forget answers after their time: whoever asks again that late is answered anew."""
        before = fields.Datetime.now() - KEPT
        self.sudo().search([("create_date", "<", before)], limit=10000).unlink()
