"""What the module knows of core's set-up: scheduled work, access, numbers, documents and parameters that are ours.

To change them is to change what the module does: the journal tells who did.
"""

from odoo import models

OURS = "recovery."


class IrModelAccess(models.Model):
    _name = "ir.model.access"
    _inherit = ["ir.model.access", "recovery.traced.core"]
    _traced_core = (
        "name", "active", "model_id", "group_id", "perm_read", "perm_write", "perm_create", "perm_unlink",
    )  # fmt: skip

    def _recovery_is_ours(self):
        return (self.model_id.model or "").startswith(OURS)


class IrCron(models.Model):
    _name = "ir.cron"
    _inherit = ["ir.cron", "recovery.traced.core"]
    _traced_core = ("active", "interval_number", "interval_type", "user_id")

    def _recovery_is_ours(self):
        return (self.model_id.model or "").startswith(OURS)


class IrActionsServer(models.Model):
    _name = "ir.actions.server"
    _inherit = ["ir.actions.server", "recovery.traced.core"]
    _traced_core = ("name", "state", "code", "model_id", "group_ids")

    def _recovery_is_ours(self):
        return (self.model_id.model or "").startswith(OURS)


class IrSequenceDateRange(models.Model):
    _name = "ir.sequence.date_range"
    _inherit = ["ir.sequence.date_range", "recovery.traced.core"]
    _traced_core = ("date_from", "date_to", "number_next")

    def _recovery_tells_births(self):
        """Each year opens by itself."""
        return False

    def _recovery_is_ours(self):
        return (self.sequence_id.code or "").startswith(OURS)

    def _get_settings_title(self):
        return self.env._(
            "Numbers of “%(name)s” from %(day)s", name=self.sudo().sequence_id.name, day=self.sudo().date_from
        )


class IrConfigParameter(models.Model):
    _name = "ir.config_parameter"
    _inherit = ["ir.config_parameter", "recovery.traced.core"]
    _traced_core = ("key", "value")

    def _recovery_is_ours(self):
        return self.key in self.env["recovery.event"]._get_parameters()


class IrUiView(models.Model):
    _name = "ir.ui.view"
    _inherit = ["ir.ui.view", "recovery.traced.core"]
    _traced_core = ("name", "active", "inherit_id", "priority", "arch_db")

    def _recovery_is_ours(self):
        """Tell whether it is a document of ours, or changes one; the screens of our models count too."""
        roots = self
        while roots.inherit_id:
            roots = roots.inherit_id
        return (roots.key or "").startswith("debt_recovery.") or (roots.model or "").startswith(OURS)
