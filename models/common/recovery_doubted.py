from odoo import api, fields, models


class RecoveryDoubted(models.AbstractModel):
    """Settings that may be strange without being wrong: the screen says what is, and how to mend it; nothing is held.

    What cannot be meant is refused by constraints; what may be meant is a doubt.
    """

    _name = "recovery.doubted"
    _description = "Recovery: settings reporting their inconsistencies"

    doubt_text = fields.Text("Needs a look", compute="_compute_doubt_text")

    @api.depends_context("lang")
    def _compute_doubt_text(self):
        for record in self:
            record.doubt_text = "\n".join(record._get_doubts()) or False

    def _get_doubts(self):
        """Return sentences, each with what is strange and how to mend it: a hook."""
        self.ensure_one()
        return []
