from contextlib import contextmanager

from odoo import fields, models


class RecoveryProcedure(models.Model):
    """The events of a procedure open and close its deadlines; its court adds distance and local holidays."""

    _inherit = "recovery.procedure"
    _accompanied = {"court_id": "_follow_court"}

    deadline_ids = fields.One2many("recovery.deadline", "procedure_id", string="Procedural deadlines", readonly=True)

    def _hook_events_changed(self):
        result = super()._hook_events_changed()
        self.env["recovery.deadline"]._recompute(self)
        return result

    @contextmanager
    def _follow_court(self, vals):
        yield
        self.env["recovery.deadline"]._recompute(self)
