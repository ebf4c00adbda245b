from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ....models.common.recovery_window import once
from ....models.common.roles import require_manager
from ....models.dunning.campaign.recovery_takeover import Choice

SHOWN = 8  # names in a list


class RecoveryTakeoverWizard(models.TransientModel):
    """Show what another follow-up add-on knew and what would become of it here, then take it over, once."""

    _name = "recovery.takeover.wizard"
    _description = "Migrate from another follow-up add-on"
    _inherit = ["recovery.window"]

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company.root_id
    )
    source = fields.Char("From", readonly=True)
    source_label = fields.Char("Add-on", compute="_compute_source_label")
    is_default = fields.Boolean(
        "Default scenario too",
        default=True,
        help="What customers without a policy of their own followed there becomes the default scenario here.",
    )
    step_ids = fields.One2many("recovery.takeover.wizard.step", "wizard_id", string="Levels")
    preview = fields.Html("What will be done", compute="_compute_preview", sanitize=False)

    @api.depends("source")
    @api.depends_context("lang")
    def _compute_source_label(self):
        labels = self.env["recovery.takeover"]._get_sources()
        for wizard in self:
            wizard.source_label = labels.get(wizard.source, wizard.source)

    @api.depends("source", "company_id", "is_default")
    @api.depends_context("lang")
    def _compute_preview(self):
        for wizard in self:
            values = {"paragraphs": wizard._describe(), "left": wizard._describe_left()} if wizard.source else {}
            wizard.preview = self.env["ir.qweb"]._render("debt_recovery.recovery_takeover_preview", values)

    def _read_former(self):
        """Return what the add-on knew, as of today."""
        self.ensure_one()
        company = self.company_id._recovery_root()
        return self.env["recovery.takeover"]._read(self.source, company, company._recovery_today())

    def _describe(self):
        """Return what will be done, a sentence each."""
        former, engine = self._read_former(), self.env["recovery.takeover"]
        company = self.company_id._recovery_root()
        marks, _others = engine._sort_marks(former, company, company._recovery_today())
        default = next((policy.name for policy in former.policies if policy.key == former.default), None)
        able = engine._get_able_users(former, company)
        sentences = [
            self.env._("Customers with a scenario of their own: %s.", len(former.followed)),
            self.env._("Open instalments set at the level they had reached, without sending anything: %s.", len(marks)),
            self.env._(
                "Reminders suspended for customers or invoices that were not reminded there: %s.",
                len(former.silences),
            ),
            self.env._("Tasks created from what was planned: %s.", len(former.plans)),
            self.env._(
                "Customers assigned to a collector: %s.",
                sum(user_id in able.ids for user_id in former.collectors.values()),
            ),
        ]
        if default and self.is_default:
            sentences.append(self.env._("The default scenario of the company becomes “%s”.", default))
        return sentences

    def _describe_left(self):
        """Return what is not taken over, a sentence each."""
        former, engine = self._read_former(), self.env["recovery.takeover"]
        company = self.company_id._recovery_root()
        _marks, others = engine._sort_marks(former, company, company._recovery_today())
        left = list(former.left)
        if others:
            left.append(
                self.env._("Instalments paid since, already reminded here or not late on that day: %s.", others)
            )
        able = engine._get_able_users(former, company)
        strangers = self.env["res.users"].sudo().browse(set(former.collectors.values())).exists() - able
        if strangers:
            left.append(
                self.env._(
                    "Responsible for customers there but without a role here: %s.",
                    ", ".join(strangers[:SHOWN].mapped("name")),
                )
            )
        rounded = [step.name for policy in former.policies for step in policy.steps if step.is_month_end]
        if rounded:
            left.append(
                self.env._(
                    "These waited for the end of the month and will now come right after their delay; lengthen it "
                    "if necessary: %s.",
                    ", ".join(rounded[:SHOWN]),
                )
            )
        return left

    # ------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------
    @api.model
    def action_open(self):
        """Open the window for the add-on that is here; with several, for the first that was not taken over."""
        require_manager(self.env)
        company = self.env.company._recovery_root()
        company._recovery_check_open()
        engine = self.env["recovery.takeover"]
        sources = engine._get_sources()
        if not sources:
            raise UserError(
                self.env._(
                    "No other follow-up add-on that can be migrated is installed in this database. Those of OCA "
                    "(account_credit_control) and Odoo Enterprise (account_followup) are supported, each by its "
                    "bridge. Levels reached elsewhere are carried over from the debtors: Actions, Carry Over Past "
                    "Levels."
                )
            )
        done = company.sudo().recovery_taken_over or {}
        source = next((key for key in sources if key not in done), next(iter(sources)))
        engine._check_first(source, company)
        wizard = self.create({"company_id": company.id})
        wizard._fill(source)
        return wizard._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Migrate from another follow-up add-on"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _fill(self, source):
        """List the steps of there, each with the level that it becomes."""
        self.sudo().source = source
        engine = self.env["recovery.takeover"]
        rows = []
        for policy in self._read_former().policies:
            for step in policy.steps:
                vals = engine._prepare_level(policy, step)
                rows.append(
                    {
                        "policy_name": policy.name,
                        "former_key": step.key,
                        "channels": ",".join(step.channels),
                        **{name: vals[name] for name in ("name", "kind", "basis", "delay")},
                    }
                )
        self.sudo().step_ids = [Command.clear(), *map(Command.create, rows)]

    @once
    def action_confirm(self):
        """Take it over, and open the levels reached."""
        self.ensure_one()
        require_manager(self.env)
        self.company_id._recovery_check_open()
        company = self.company_id._recovery_root()
        former, engine = self._read_former(), self.env["recovery.takeover"]
        rows = {row.former_key: row for row in self.step_ids}
        choices = {}
        for policy in former.policies:
            for step in policy.steps:
                row, vals = rows.get(step.key), engine._prepare_level(policy, step)
                if not row:
                    raise UserError(
                        self.env._(
                            "“%s” was changed there in the meantime: close this window and open it again.", policy.name
                        )
                    )
                choices[step.key] = Choice(row.level_id, {**vals, **row._prepare_level()})
        notices = engine._apply(self.source, company, company._recovery_today(), choices, self.is_default)
        if notices:
            return notices._get_records_action(name=self.env._("Levels carried over"))
        return self._say(
            self.env._(
                "Migrated on %s. No open instalment had reached a level.",
                format_date(self.env, fields.Date.context_today(self)),
            )
        )
