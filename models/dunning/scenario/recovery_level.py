from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

CHANNELS = ("email", "letter", "registered", "call", "task")


class RecoveryLevel(models.Model):
    """One step of a scenario: when it comes, by which way, and in which words."""

    _name = "recovery.level"
    _description = "Reminder level"
    _inherit = ["mail.render.mixin"]
    _order = "policy_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    policy_id = fields.Many2one("recovery.policy", string="Scenario", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("courtesy", "Courtesy"),
            ("reminder", "Reminder"),
            ("call", "Call"),
            ("final", "Final notice"),
            ("formal_notice", "Mise en demeure"),
            ("handover", "Handover to litigation"),
        ],
        required=True,
        default="reminder",
        help="A mise en demeure claims only the instalments that are at its level. A handover writes to nobody: "
        "it proposes a case to the collector.",
    )
    basis = fields.Selection(
        [
            ("due", "after the due date"),
            ("previous", "after the previous level"),
            ("deadline", "after the deadline of the mise en demeure"),
        ],
        string="Counted",
        required=True,
        default="due",
    )
    delay = fields.Integer("Days", help="Negative: before the due date.")
    min_interval = fields.Integer(
        "Days since the last contact", default=1, help="Never sooner than this after the instalment's last reminder."
    )
    min_amount = fields.Monetary(
        "Minimum amount", currency_field="currency_id", help="Below this total the debtor is left alone at this level."
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    channel_email = fields.Boolean("E-mail")
    channel_letter = fields.Boolean("Letter")
    channel_registered = fields.Boolean("Registered letter")
    channel_call = fields.Boolean("Phone call")
    channel_task = fields.Boolean("Task")
    channels_text = fields.Char("Channels", compute="_compute_channels_text")
    attach_statement = fields.Boolean("Attach the statement", help="The account as a PDF, attached to the e-mail.")
    approval_required = fields.Boolean(
        "Manager's approval", help="Notices of this level leave only after a recovery manager has agreed."
    )
    deadline_days = fields.Integer(
        "Days to pay",
        default=15,
        help="The law asks for a reasonable time (C. civ. 1231) and gives no figure: 8 or 15 days are usual.",
    )
    postal_days = fields.Integer(
        "Days of post", default=3, help="Added to the deadline printed in the letter, for its journey."
    )
    subject = fields.Char(translate=True, help="Subject of the e-mail and of the letter.")
    body = fields.Html(
        "Opening",
        translate=True,
        sanitize="email_outgoing",
        render_engine="qweb",
        help="What stands above the table of invoices. For a call: the script.",
    )
    closing = fields.Html(
        translate=True, sanitize="email_outgoing", render_engine="qweb", help="What stands below the table."
    )

    _interval_check = models.Constraint(
        "CHECK(min_interval >= 0)", "The days since the last contact cannot be negative."
    )
    _deadline_check = models.Constraint(
        "CHECK(deadline_days >= 0 AND postal_days >= 0)", "The days to pay and the days of post cannot be negative."
    )

    @api.depends("policy_id.company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for level in self:
            level.currency_id = (level.company_id or self.env.company).currency_id

    @api.depends("channel_email", "channel_letter", "channel_registered", "channel_call", "channel_task")
    def _compute_channels_text(self):
        labels = dict(self.env["recovery.delivery"]._fields["channel"]._description_selection(self.env))
        for level in self:
            level.channels_text = ", ".join(labels[channel] for channel in level._get_channels())

    def _compute_render_model(self):
        self.render_model = "recovery.notice"

    @api.constrains("basis", "delay", "kind")
    def _check_basis(self):
        for level in self:
            if level.basis != "due" and level.delay < 0:
                raise ValidationError(self.env._("Only a delay counted from the due date can be negative."))
            if level.kind == "formal_notice" and level.basis == "due" and level.delay <= 0:
                raise ValidationError(self.env._("A mise en demeure comes after the due date, never before."))

    @api.constrains(
        "channel_email", "channel_letter", "channel_registered", "channel_call", "channel_task", "kind", "subject"
    )
    def _check_channels(self):
        for level in self:
            if not level._get_channels():
                raise ValidationError(
                    self.env._("Level %s has no channel: tick at least one, or it would remind nobody.", level.name)
                )
            if not level.subject:
                raise ValidationError(self.env._("Level %s needs a subject.", level.name))

    @api.constrains("subject", "body", "closing")
    def _check_placeholders(self):
        """Refuse any placeholder outside the closed list, for administrators too: a letter must not fail to print."""
        allowed = self.env["recovery.notice"].mail_allowed_qweb_expressions()
        for level in self:
            unsafe = self._has_unsafe_expression_template_inline_template(level.subject, "recovery.notice") or any(
                self._has_unsafe_expression_template_qweb(level[field], "recovery.notice")
                for field in ("body", "closing")
            )
            if unsafe:
                raise ValidationError(
                    self.env._(
                        "The wording of %(level)s uses a placeholder that does not exist. These do: %(list)s",
                        level=level.name,
                        list=", ".join(allowed),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.env["recovery.notice"].sudo().search_count([("level_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._("This level was already used in notices: archive its scenario and build another one.")
            )

    def _get_channels(self):
        """Return the ticked channels, as values of ``recovery.delivery.channel``."""
        self.ensure_one()
        return [channel for channel in CHANNELS if self[f"channel_{channel}"]]

    def _get_deadline(self, issue_date):
        """Return the date printed in a mise en demeure: issue, days to pay and days of post.

        A contractual deadline never rolls to a working day.
        """
        self.ensure_one()
        return issue_date + timedelta(days=self.deadline_days + self.postal_days)
