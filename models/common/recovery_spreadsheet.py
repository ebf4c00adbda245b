import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .own_values import without_defaults
from .recovery_queued import WAITING
from .roles import require_reader
from .saying import say

KEPT = timedelta(days=30)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RecoverySpreadsheet(models.Model):
    """A long spreadsheet of a report that is made in the background, for who asked for it alone.

    What was chosen in the window of the report is kept; the window is filled in anew, in the name of who asked, when
    the spreadsheet is made. It is forgotten after a month: made again it would tell other figures anyway.
    """

    _name = "recovery.spreadsheet"
    _description = "Large export"
    _inherit = ["recovery.queued"]
    _work_kind, _work_cron, _counted = "spreadsheet", "debt_recovery.ir_cron_build_spreadsheets", "file_count"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    res_model = fields.Char("Report", required=True, readonly=True)
    choices = fields.Json("Selection", readonly=True)
    file_count = fields.Integer("Files to generate", readonly=True)
    archive_id = fields.Many2one(string="Spreadsheet")
    archive_sha256 = fields.Char("SHA-256 of the spreadsheet")

    # ------------------------------------------------------------
    # Asking for it
    # ------------------------------------------------------------
    @api.model
    @api.private
    def _ask(self, window):
        """Put the spreadsheet of a window in the queue, unless it waits there already, and say so."""
        self._check_asker()
        choices = self._read_choices(window)
        mine = Domain("user_id", "=", self.env.uid) & Domain("res_model", "=", window._name)
        waiting = self.sudo().search(mine & Domain("state", "in", WAITING))
        record = waiting.filtered(lambda record: record.choices == choices)[:1]
        if not record:
            record = (
                without_defaults(self)
                .sudo()
                .create(
                    {
                        "name": window.display_name,
                        "company_id": window.company_id.id,
                        "user_id": self.env.uid,
                        "asked_on": fields.Datetime.now(),
                        "res_model": window._name,
                        "choices": choices,
                        "file_count": 1,
                    }
                )
            )
        record._enter_queue()
        sentence = self.env._(
            "It is large: it is being prepared in the background, and you will be notified when it is ready."
        )
        return say(self.env, sentence, record.with_env(self.env)._get_records_action(), kind="info")

    @api.model
    def _read_choices(self, window):
        """Return what was chosen in a window, as it is given to fill in another one."""
        names = [
            name
            for name, field in window._fields.items()
            if field.store and field.copy and name not in models.MAGIC_COLUMNS
            if not (field.compute and field.readonly)
        ]
        (row,) = window.read(names, load="")
        row.pop("id")
        for name in names:
            if window._fields[name].type == "many2many":
                row[name] = [[6, 0, row[name]]]
        return json.loads(json.dumps(row, default=str))

    @api.model
    def _check_asker(self):
        require_reader(self.env)

    # ------------------------------------------------------------
    # Making it
    # ------------------------------------------------------------
    def _build(self, follow=None):
        """Fill in the window again, in the name of who asked, and keep its spreadsheet."""
        self.ensure_one()
        worker = self._as_asker()
        if self.res_model not in worker.env:
            raise UserError(self.env._("This report is no longer installed."))
        with self.env.cr.savepoint():
            window = worker.env[self.res_model].create(self.choices)
            content = window._get_xlsx()
            window._log_printed("XLSX")
            self._store(window._get_xlsx_filename(), content)

    def _store(self, name, content):
        file = without_defaults(self.env["ir.attachment"].sudo()).create(
            {"name": name, "raw": content, "mimetype": XLSX, "res_model": self._name, "res_id": self.id}
        )
        self.sudo().write(
            {
                "state": "done",
                "error": False,
                "built_on": fields.Datetime.now(),
                "done_count": 1,
                "archive_id": file.id,
                "archive_sha256": file._recovery_digest(),
            }
        )

    def _hook_ended(self):
        """Tell who asked for it, wherever they are now."""
        for record in self.filtered(lambda record: record.state in ("done", "failed")):
            speaker = record.with_context(lang=record.user_id.lang)
            if record.state == "done":
                message = speaker.env._("%s is ready: you will find it under Large Exports.", record.name)
            else:
                message = speaker.env._("%s failed: see why under Large Exports.", record.name)
            kind = "success" if record.state == "done" else "warning"
            record.user_id._bus_send("simple_notification", {"type": kind, "message": message, "sticky": True})

    def action_download(self):
        """Download the spreadsheet."""
        return self._download()

    @api.autovacuum
    def _gc_spreadsheets(self):
        """Forget spreadsheets after their time; their files go with them, as core has it."""
        over = Domain("asked_on", "<", fields.Datetime.now() - KEPT) & Domain("state", "not in", WAITING)
        self.sudo().search(over, limit=1000).unlink()
