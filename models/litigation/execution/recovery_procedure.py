from odoo import fields, models


class RecoveryProcedure(models.Model):
    """A procedure gives titles: the event that gives one records it, and takes it along when it is annulled."""

    _inherit = "recovery.procedure"

    title_ids = fields.One2many("recovery.title", "procedure_id", string="Titles", readonly=True)

    def _hook_events_changed(self):
        result = super()._hook_events_changed()
        self.env["recovery.title"]._follow_events(self)
        return result
