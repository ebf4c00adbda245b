from odoo import api, fields, models

from ....models.common.bounds import COUNT


class RecoveryTakeoverWizardStep(models.TransientModel):
    """One step of another add-on, and the level that it becomes: a new one as typed here, or one that exists."""

    _name = "recovery.takeover.wizard.step"
    _description = "Step to migrate"
    _inherit = ["recovery.window"]
    _order = "id"

    wizard_id = fields.Many2one("recovery.takeover.wizard", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="wizard_id.company_id")
    policy_name = fields.Char("Followed there", readonly=True)
    former_key = fields.Integer(readonly=True)
    channels = fields.Char("Codes of channels", readonly=True)
    channels_text = fields.Char("Channels", compute="_compute_channels_text")
    name = fields.Char("Level", required=True)
    kind = fields.Selection(selection="_selection_kind", required=True, default="reminder")
    basis = fields.Selection(selection="_selection_basis", string="Counted", required=True, default="due")
    delay = fields.Integer("Delay (days)", bounds=(-COUNT, COUNT))
    level_id = fields.Many2one(
        "recovery.level",
        string="Use this level instead",
        domain="[('company_id', 'in', (False, company_id)), ('scenario_id.active', '=', True)]",
        help="An existing level: no new one is then created for this step.",
    )

    @api.model
    def _selection_kind(self):
        return self.env["recovery.level"]._fields["kind"]._description_selection(self.env)

    @api.model
    def _selection_basis(self):
        return self.env["recovery.level"]._fields["basis"]._description_selection(self.env)

    @api.depends("channels", "kind")
    @api.depends_context("lang")
    def _compute_channels_text(self):
        labels = dict(self.env["recovery.delivery"]._fields["channel"]._description_selection(self.env))
        for step in self:
            step.channels_text = ", ".join(labels[channel] for channel in step._get_channels() if channel in labels)

    def _get_channels(self):
        """Return the channels of the level: a mise en demeure leaves by registered letter, a handover is a task."""
        self.ensure_one()
        if self.kind in ("formal_notice", "handover"):
            return ["registered" if self.kind == "formal_notice" else "task"]
        return list(filter(None, (self.channels or "").split(",")))

    def _prepare_level(self):
        """Return what was typed of the new level."""
        self.ensure_one()
        channels = {f"channel_{name}": False for name in ("email", "letter", "registered", "call", "task")}
        return {
            **{name: self[name] for name in ("name", "kind", "basis", "delay")},
            "subject": self.name,
            **channels,
            **{f"channel_{channel}": True for channel in self._get_channels()},
        }
