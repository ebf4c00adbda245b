"""What the module knows of core's set-up: scheduled work, access, numbers, documents and parameters that are ours.

To change them is to change what the module does: the journal tells who did.
"""

from odoo import models

OURS = "recovery."
# Defaults of core that the module judges by.
CORE_DEFAULTS = {("res.partner", "credit_limit")}


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
    _traced_core = ("active", "interval_number", "interval_type", "nextcall", "priority", "user_id")

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


class IrDefault(models.Model):
    """What new records of ours begin with, for everybody, and the limit of who has none of his own."""

    _name = "ir.default"
    _inherit = ["ir.default", "recovery.traced.core"]
    _traced_core = ("field_id", "company_id", "condition", "json_value")

    def _recovery_is_ours(self):
        field = self.field_id
        is_ours = (field.model or "").startswith(OURS) or (field.name or "").startswith("recovery_")
        return not self.user_id and (is_ours or (field.model, field.name) in CORE_DEFAULTS)

    def _get_settings_title(self):
        field = self.sudo().field_id
        return self.env._(
            "Default of “%(field)s” (%(model)s)", field=field.field_description, model=field.model_id.name
        )


class ReportPaperformat(models.Model):
    _name = "report.paperformat"
    _inherit = ["report.paperformat", "recovery.traced.core"]
    _traced_core = (
        "name", "format", "orientation", "page_height", "page_width", "margin_top", "margin_bottom", "margin_left",
        "margin_right", "header_line", "header_spacing", "dpi",
    )  # fmt: skip


class MailActivityType(models.Model):
    _name = "mail.activity.type"
    _inherit = ["mail.activity.type", "recovery.traced.core"]
    _traced_core = (
        "name", "active", "summary", "delay_count", "delay_unit", "delay_from", "res_model", "default_user_id",
    )  # fmt: skip

    def _recovery_is_ours(self):
        return (self.res_model or "").startswith(OURS)


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
