from contextlib import contextmanager

from odoo import models


class RecoveryCase(models.Model):
    """The owner of a case and its closing say in whose calendar its deadlines stand."""

    _inherit = "recovery.case"
    _accompanied = {"user_id": "_follow_calendars", "stage_id": "_follow_calendars"}

    @contextmanager
    def _follow_calendars(self, _vals):
        yield
        self.deadline_ids._follow_in_calendars()
