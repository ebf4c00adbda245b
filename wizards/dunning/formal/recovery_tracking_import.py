import base64

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from ....models.common.recovery_window import once
from ....models.common.roles import require_user
from ....models.dunning.formal.tracking import normalize_number, read_tracking_file


class RecoveryTrackingImport(models.TransientModel):
    """Enter the carrier's tracking of many registered letters from a file."""

    _name = "recovery.tracking.import"
    _description = "Import Tracking"
    _inherit = ["recovery.window"]

    file = fields.Binary(
        attachment=False,
        help="CSV with three columns: number, event, date; or the list of registered letters, exported and filled in.",
    )
    filename = fields.Char()
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company.root_id)
    done_count = fields.Integer("Entered", readonly=True)
    same_count = fields.Integer("Already known", readonly=True)
    refused_text = fields.Text("Refused", readonly=True)

    @once
    def action_import(self):
        """Enter what is understood, and list each line that is not with its reason."""
        self.ensure_one()
        require_user(self.env)
        if not self.file:
            raise UserError(self.env._("Choose the file to import."))
        try:
            rows = read_tracking_file(base64.b64decode(self.file))
        except ValueError as error:
            raise UserError(
                self.env._(
                    "The file needs three columns: number, event and date, or those of the list of registered letters. "
                    "Nothing was imported."
                )
            ) from error
        letters = self._get_letters(rows)
        done, same, refused = 0, 0, []
        for row in rows:
            reason = self._get_refusal(row, letters)
            letter = letters.get(row.number)
            if not reason and self._is_known(letter, row):
                same += 1
                continue
            if not reason:
                try:
                    with self.env.cr.savepoint():
                        letter._record_tracking(row.event, row.day)
                    done += 1
                except ValidationError as error:
                    reason = error.args[0]
            if reason:
                refused.append(self.env._("Line %(line)s: %(reason)s", line=row.position, reason=reason))
        self.write({"done_count": done, "same_count": same, "refused_text": "\n".join(refused)})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Tracking"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"imported": True},
        }

    def _get_letters(self, rows):
        """Return the letters of the company by tracking number."""
        letters = self.env["recovery.registered.letter"].search(
            [("company_id", "=", self.company_id.root_id.id), ("number_key", "in", [row.number for row in rows])]
        )
        return {normalize_number(letter.number): letter for letter in letters}

    def _get_refusal(self, row, letters):
        if row.error == "event":
            return self.env._("event not understood")
        if row.error == "date":
            return self.env._("date not understood")
        if row.error or row.number not in letters:
            return self.env._("no registered letter has the number %s", row.number or "–")
        return None

    def _is_known(self, letter, row):
        """Tell whether a line changes nothing: a second presentation never moves the first one."""
        if row.event == "posted":
            return letter.posted_on == row.day
        if row.event == "presented":
            is_before_outcome = not letter.outcome_on or row.day <= letter.outcome_on
            return bool(letter.presented_on) and letter.presented_on <= row.day and is_before_outcome
        return (letter.outcome, letter.outcome_on) == (row.event, row.day)
