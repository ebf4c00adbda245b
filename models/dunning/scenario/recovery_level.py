from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...common.bounds import COUNT
from ...common.calendar import shift
from .ladder import COURTESY, FORMAL_NOTICE, Step

SHORTEST = 8  # days to pay that are usual at least
LONGEST = 365
CHANNELS = ("email", "letter", "registered", "call", "task")


class RecoveryLevel(models.Model):
    """One step of a scenario: when it comes and by which way; campaigns add in which words."""

    _name = "recovery.level"
    _description = "Reminder level"
    _inherit = ["recovery.traced.settings", "recovery.held", "recovery.doubted"]
    _is_kept = False
    _held_by = ("signer_id",)
    _order = "scenario_id, sequence, id"
    _moves = (
        "scenario_id", "sequence", "kind", "basis", "delay", "day_type", "min_interval", "min_amount", "min_share",
        *(f"channel_{channel}" for channel in CHANNELS),
    )  # fmt: skip
    _carried_key = ("scenario_id", "name")
    _carried_not = ("signer_id", "copy_partner_ids")
    _typed = (
        "name",
        "sequence",
        "kind",
        "basis",
        "delay",
        "day_type",
        "min_interval",
        "min_amount",
        "min_share",
        "channel_email",
        "channel_letter",
        "channel_registered",
        "channel_call",
        "channel_task",
        "attach_account_statement",
        "attach_invoices",
        "signer",
        "signer_id",
        "copy_salesperson",
        "copy_manager",
        "copy_partner_ids",
        "copy_above",
        "approval_required",
        "deadline_days",
        "postal_days",
    )
    _typed_once = ("scenario_id",)

    name = fields.Char(required=True, translate=True)
    scenario_id = fields.Many2one("recovery.scenario", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="scenario_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("courtesy", "Courtesy reminder"),
            ("reminder", "Reminder"),
            ("call", "Call"),
            ("final", "Final notice"),
            ("formal_notice", "Mise en demeure"),
            ("handover", "Handover to litigation"),
        ],
        required=True,
        default="reminder",
        help="A courtesy reminder announces what is about to fall due and claims nothing. A mise en demeure claims "
        "only the instalments at its level. A handover is not sent to anybody: it proposes a case to the "
        "collector.",
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
    delay = fields.Integer(
        "Delay (days)",
        aggregator=None,
        bounds=(-COUNT, COUNT),
        default=1,
        help="Negative: before the due date; zero: on the day itself. Only for a courtesy reminder: an instalment "
        "is late from the day after its due date.",
    )
    day_type = fields.Selection(
        [("calendar", "calendar days"), ("business", "business days")],
        string="Kind of days",
        required=True,
        default="calendar",
        help="Business days exclude weekends and French public holidays, including those of Alsace-Moselle where "
        "the company has that option. The deadline of a mise en demeure always counts in calendar days.",
    )
    min_interval = fields.Integer(
        "Days since the last contact",
        default=1,
        help="Never sooner than this after the instalment's last reminder, nor after a call, a visit or a manual "
        "message to the debtor.",
    )
    min_amount = fields.Monetary(
        "Minimum amount", currency_field="currency_id", help="Below this total the debtor is left alone at this level."
    )
    min_share = fields.Float(
        "Minimum share of the balance",
        digits=(5, 2),
        bounds=(0, 100),
        help="As a percentage: below this share of the debtor's total debt, the level leaves the instalments alone.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    channel_email = fields.Boolean("E-mail")
    channel_letter = fields.Boolean("Letter")
    channel_registered = fields.Boolean("Registered letter")
    channel_call = fields.Boolean("Phone call")
    channel_task = fields.Boolean("Task")
    channels_text = fields.Char("Channels", compute="_compute_channels_text")
    attach_account_statement = fields.Boolean(
        "Attach the statement", help="The statement of account as a PDF, attached to the e-mail."
    )
    attach_invoices = fields.Boolean(
        "Attach the invoices", help="The PDF of each invoice claimed, attached to the e-mail."
    )
    signer = fields.Selection(
        [("company", "The company's signatory"), ("collector", "The debtor's collector"), ("user", "This person")],
        string="Signed by",
        required=True,
        default="company",
        help="A debtor without a collector gets the company's signatory.",
    )
    signer_id = fields.Many2one("res.users", string="Signatory", domain="[('share', '=', False)]")
    copy_salesperson = fields.Boolean("Copy to the salesperson", help="The one on the customer's form.")
    copy_manager = fields.Boolean("Copy to the recovery manager", help="The one in the settings of the company.")
    copy_partner_ids = fields.Many2many(
        "res.partner",
        string="Copy to",
        help="People in your company, or advisers: never a third party who must not know about the debt.",
    )
    copy_above = fields.Monetary(
        "Copies from this amount", currency_field="currency_id", help="Zero: whatever the amount claimed."
    )
    approval_required = fields.Boolean(
        "Manager's approval", help="Notices at this level are sent only after a recovery manager has approved them."
    )
    deadline_days = fields.Integer(
        "Days to pay",
        default=15,
        help="The law requires a reasonable time (C. civ. 1231) and gives no figure: 8 or 15 days are usual.",
    )
    postal_days = fields.Integer(
        "Days for postage", default=3, help="Added to the deadline printed in the letter, for postage."
    )
    _interval_check = models.Constraint(
        "CHECK(min_interval >= 0)", "The days since the last contact cannot be negative."
    )
    _share_check = models.Constraint(
        "CHECK(COALESCE(min_share, 0) >= 0 AND COALESCE(min_share, 0) <= 100)",
        "The minimum share of the balance is between 0 and 100%.",
    )
    _deadline_check = models.Constraint(
        "CHECK(deadline_days >= 0 AND postal_days >= 0)", "The days to pay and the days of post cannot be negative."
    )

    @api.depends("scenario_id.company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for level in self:
            level.currency_id = (level.company_id or self.env.company).currency_id

    @api.depends("channel_email", "channel_letter", "channel_registered", "channel_call", "channel_task")
    def _compute_channels_text(self):
        labels = dict(self.env["recovery.delivery"]._fields["channel"]._description_selection(self.env))
        for level in self:
            level.channels_text = ", ".join(labels[channel] for channel in level._get_channels())

    @api.depends("name", "scenario_id.name")
    @api.depends_context("lang", "recovery_with_scenario")
    def _compute_display_name(self):
        """Say of which scenario it is where one chooses among those of all: two scenarios have a “Reminder 1” each."""
        for level in self:
            name = level.name or ""
            if self.env.context.get("recovery_with_scenario") and level.scenario_id:
                name = f"{name} – {level.scenario_id.display_name}"
            level.display_name = name

    @api.constrains("basis", "delay", "kind")
    def _check_basis(self):
        for level in self:
            if level.basis != "due" and level.delay < 0:
                raise ValidationError(self.env._("Only a delay counted from the due date can be negative."))
            if level.kind == COURTESY and (level.basis != "due" or level.delay > 0):
                raise ValidationError(
                    self.env._(
                        "Level %s: a courtesy reminder announces what is about to fall due. It is timed from the "
                        "due date, on it or before, never after.",
                        level.name,
                    )
                )
            if level.kind == "formal_notice" and level.basis == "due" and level.delay <= 0:
                raise ValidationError(self.env._("A mise en demeure comes after the due date, never before."))
            if level.kind != COURTESY and level.basis == "due" and level.delay <= 0:
                raise ValidationError(
                    self.env._(
                        "Level %s: only a courtesy reminder may come by the due date. Nothing is claimed before the "
                        "day after it.",
                        level.name,
                    )
                )

    @api.constrains("channel_email", "channel_letter", "channel_registered", "channel_call", "channel_task", "kind")
    def _check_channels(self):
        for level in self:
            if not level._get_channels():
                raise ValidationError(
                    self.env._(
                        "Level %s has no channel: tick at least one, otherwise it would not remind anybody.", level.name
                    )
                )

    @api.constrains("kind", "deadline_days", "channel_email", "channel_letter", "channel_registered")
    def _check_formal_notice(self):
        for level in self.filtered(lambda level: level.kind == FORMAL_NOTICE):
            if level.deadline_days < 1:
                raise ValidationError(
                    self.env._(
                        "Level %s: a mise en demeure allows time to pay (C. civ. 1231). Enter the days to pay: 8 "
                        "or 15 are usual.",
                        level.name,
                    )
                )
            if not (level.channel_email or level.channel_letter or level.channel_registered):
                raise ValidationError(
                    self.env._(
                        "Level %s: a mise en demeure is in writing (C. civ. 1344). Tick Registered letter, or Letter.",
                        level.name,
                    )
                )

    @api.depends("kind", "basis", "delay", "deadline_days", *(f"channel_{channel}" for channel in CHANNELS))
    def _compute_doubt_text(self):
        return super()._compute_doubt_text()

    def _get_doubts(self):
        """Return what is strange in the level by itself."""
        doubts = super()._get_doubts()
        if self.kind == FORMAL_NOTICE:
            if not self.channel_letter and not self.channel_registered:
                doubts.append(
                    self.env._(
                        "A mise en demeure by e-mail alone is hard to prove, and nobody knows when it was "
                        "presented: tick Registered letter too."
                    )
                )
            if 0 < self.deadline_days < SHORTEST:
                doubts.append(
                    self.env._("A judge may find %s days to pay too short: 8 or 15 are usual.", self.deadline_days)
                )
        if self.kind == "call" and not self.channel_call and not self.channel_task:
            doubts.append(self.env._("It is a call, but no phone call is requested: tick Phone call."))
        if self.delay > LONGEST:
            doubts.append(self.env._("It comes after more than a year: check its delay."))
        return doubts

    @api.constrains("signer", "signer_id")
    def _check_signer(self):
        for level in self:
            if level.signer == "user" and not level.signer_id:
                raise ValidationError(self.env._("Level %s: say who signs.", level.name))

    # ------------------------------------------------------------
    # Who signs
    # ------------------------------------------------------------
    def _get_left_here(self):
        """Leave "this person" here with the person."""
        left = super()._get_left_here()
        return left | {"signer"} if "signer_id" in left and self.signer == "user" else left

    def _get_able(self, name):
        """Ask for no role: a director signs, and does no tasks."""
        self.ensure_one()
        return self.env["recovery.responsible"]._get_able(self[name], self._get_held_company(), role=None)

    def _get_heir(self, name):
        """Return who is told: the company's signatory signs."""
        self.ensure_one()
        return self.env["recovery.responsible"]._find(self.company_id or self.env.company)

    def _pass_on(self, name, leaver, heir):
        self.filtered(lambda level: level.signer == "user").write({"signer": "company"})
        self.write({name: False})

    @api.model
    def _describe_held(self, name):
        return self.env._("Levels now signed by the company's signatory")

    @api.model
    def _is_left_blank(self, name):
        return True

    def _get_settings_title(self):
        return f"{self.scenario_id.display_name}, {self.name}"

    def _get_channels(self):
        """Return the ticked channels, as values of ``recovery.delivery.channel``."""
        self.ensure_one()
        return [channel for channel in CHANNELS if self[f"channel_{channel}"]]

    def _as_step(self, position, company, restraints):
        """Return the level as the pure ladder reads it."""
        self.ensure_one()
        return Step(
            self.id,
            self.kind,
            self.basis,
            self.delay,
            self.min_interval,
            self.min_amount,
            position,
            self.day_type == "business",
            company.recovery_alsace_moselle,
            self.min_share,
            restraints,
        )

    def _get_deadline(self, issue_date):
        """Return the date printed in a mise en demeure: issue, days to pay and days of post.

        A contractual deadline never rolls to a working day.
        """
        self.ensure_one()
        return shift(issue_date, days=self.deadline_days + self.postal_days)
