from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ..common.marks import takes_reason
from ..common.roles import require_manager
from ..common.saying import say

_lt = LazyTranslate(__name__)


class RecoveryConfigurationChange(models.Model):
    """A file of the configuration that was taken over: what it changed, and how to take that back."""

    _name = "recovery.configuration.change"
    _description = "Imported configuration"
    _inherit = ["recovery.guarded"]
    _order = "id desc"
    _rec_name = "filename"
    _journal_words = {"added": _lt("Added"), "changed": _lt("Changed")}

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True, ondelete="restrict")
    taken_on = fields.Datetime("On", required=True, readonly=True)
    filename = fields.Char("File", required=True, readonly=True)
    sha256 = fields.Char("File SHA-256", required=True, readonly=True)
    added_count = fields.Integer("Added", readonly=True)
    changed_count = fields.Integer("Changed", readonly=True)
    changes = fields.Json(readonly=True)
    details = fields.Text("What it changed", readonly=True)
    state = fields.Selection(
        [("applied", "Applied"), ("undone", "Undone")], required=True, readonly=True, default="applied"
    )
    undone_on = fields.Datetime("Undone on", readonly=True)
    undone_by_id = fields.Many2one("res.users", string="Undone by", readonly=True, ondelete="restrict")
    undo_reason = fields.Char("Why it was undone", readonly=True)
    kept = fields.Text("What stays unchanged", readonly=True)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("The record of an import must be kept: undo it instead."))

    @api.model
    def _keep(self, company, filename, sha256, done, details):
        """Keep what a file changed, and tell the journal.

        :param list done: what :meth:`recovery.configuration._apply` returned.
        """
        change = self.sudo().create(
            {
                "company_id": company.id,
                "user_id": self.env.uid,
                "taken_on": fields.Datetime.now(),
                "filename": filename,
                "sha256": sha256,
                "added_count": sum(row["kind"] == "added" for row in done),
                "changed_count": sum(row["kind"] == "changed" for row in done),
                "changes": done,
                "details": details,
            }
        )
        self.env["recovery.event"]._log(
            "configured",
            change,
            self.env._("Configuration imported from “%s”", filename),
            {"sha256": sha256, "added": change.added_count, "changed": change.changed_count},
        )
        return change.with_env(self.env)

    def action_undo(self):
        """Ask why, then take back what the file changed."""
        self.ensure_one()
        return self.env["recovery.reason.wizard"]._open(self, "_undo", self.env._("Undo"))

    @takes_reason
    def _undo(self, reason):
        """Put the settings back as they were before the file; what was changed since stays, and is told."""
        require_manager(self.env)
        self.ensure_one()
        if self.state == "undone":
            raise UserError(self.env._("This has already been undone."))
        kept = self.env["recovery.configuration"]._undo(self.company_id, self.changes or [])
        self.sudo().write(
            {
                "state": "undone",
                "undone_on": fields.Datetime.now(),
                "undone_by_id": self.env.uid,
                "undo_reason": reason,
                "kept": "\n".join(kept),
            }
        )
        self.env["recovery.event"]._log(
            "configured",
            self,
            self.env._("Configuration imported from “%s”: undone", self.filename),
            {"reason": reason, "sha256": self.sha256},
        )
        return say(
            self.env, self.env._("Undone.") if not kept else "\n".join(kept), kind="warning" if kept else "success"
        )
