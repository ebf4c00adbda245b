from odoo import models


class BaseAutomation(models.Model):
    """What is told to another program, or done, when a record of ours changes: who changes that is told too."""

    _name = "base.automation"
    _inherit = ["base.automation", "recovery.traced.core"]
    _traced_core = (
        "name", "active", "model_id", "trigger", "record_getter", "trg_selection_field_id", "trg_field_ref",
        "trg_date_id", "trg_date_range", "trg_date_range_mode", "trg_date_range_type", "trg_date_calendar_id",
        "filter_pre_domain", "filter_domain", "on_change_field_ids", "trigger_field_ids",
    )  # fmt: skip

    def _recovery_is_ours(self):
        return (self.model_id.model or "").startswith("recovery.")
