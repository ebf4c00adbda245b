"""What the module knows of core's set-up: scheduled work, access, numbers, documents and parameters that are ours.

To change them is to change what the module does: the journal tells who did.
"""

import hashlib
from urllib.parse import urlsplit

from odoo import models

from .recovery_traced_changes import Said

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
    _traced_core = (
        "name", "state", "code", "model_id", "group_ids", "parent_id", "sequence", "crud_model_id", "link_field_id",
        "update_path", "update_m2m_operation", "update_boolean_value", "value", "html_value", "evaluation_type",
        "sequence_id", "resource_ref", "selection_value", "webhook_url", "webhook_field_ids", "template_id",
        "partner_ids", "followers_type", "followers_partner_field_name", "mail_post_method", "mail_post_autofollow",
        "activity_type_id", "activity_summary", "activity_note", "activity_date_deadline_range",
        "activity_date_deadline_range_type", "activity_user_type", "activity_user_id", "activity_user_field_name",
    )  # fmt: skip

    def _recovery_is_ours(self):
        return (self.model_id.model or "").startswith(OURS)

    def _say_setting(self, name):
        """Return where data are sent without what may be a secret there: its digest tells one from another."""
        if name != "webhook_url" or not self.webhook_url:
            return super()._say_setting(name)
        parts, key = urlsplit(self.webhook_url), hashlib.sha256(self.webhook_url.encode()).hexdigest()
        return Said(self.env._("%(host)s (SHA-256 %(digest)s)", host=parts.hostname or "–", digest=key), key)


class IrActionsActWindow(models.Model):
    """Which records a window of ours shows, and how."""

    _name = "ir.actions.act_window"
    _inherit = ["ir.actions.act_window", "recovery.traced.core"]
    _traced_core = (
        "name", "res_model", "domain", "context", "view_mode", "view_id", "search_view_id", "limit", "group_ids",
        "binding_model_id",
    )  # fmt: skip

    def _recovery_is_ours(self):
        return (self.res_model or "").startswith(OURS)


class IrUiMenu(models.Model):
    """Who finds a window of ours, and where."""

    _name = "ir.ui.menu"
    _inherit = ["ir.ui.menu", "recovery.traced.core"]
    _traced_core = ("name", "active", "parent_id", "action", "group_ids")

    def _recovery_is_ours(self):
        action = self.action
        return bool(action) and action._name == "ir.actions.act_window" and action._recovery_is_ours()


class IrFilters(models.Model):
    """What everybody sees first in a window of ours; a filter of one's own concerns nobody else."""

    _name = "ir.filters"
    _inherit = ["ir.filters", "recovery.traced.core"]
    _traced_core = ("name", "active", "model_id", "domain", "context", "sort", "is_default", "user_ids", "action_id")

    def _recovery_is_ours(self):
        return self.is_default and not self.user_ids and (self.model_id or "").startswith(OURS)


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
        "margin_right", "header_line", "header_spacing", "disable_shrinking", "dpi", "css_margins",
    )  # fmt: skip


class MailActivityType(models.Model):
    _name = "mail.activity.type"
    _inherit = ["mail.activity.type", "recovery.traced.core"]
    _traced_core = (
        "name", "active", "summary", "delay_count", "delay_unit", "delay_from", "res_model", "default_user_id",
        "default_note", "category", "chaining_type", "triggered_next_type_id", "suggested_next_type_ids",
        "previous_type_ids", "mail_template_ids",
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
    _traced_core = ("name", "active", "inherit_id", "mode", "priority", "arch_db", "group_ids")

    def _recovery_is_ours(self):
        """Tell whether it is a document of ours, or changes one; the screens of our models count too."""
        roots = self
        while roots.inherit_id:
            roots = roots.inherit_id
        return (roots.key or "").startswith("debt_recovery.") or (roots.model or "").startswith(OURS)
