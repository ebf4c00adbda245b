from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ..common.formatting import say_percent
from ..common.roles import require_user
from ..common.saying import entitle, say
from .kpi import DAYS_AFTER

MONTHS = 24  # that a rebuilding goes back
LONGEST = 120  # days within which money may be put down to an action
AFTER = ("reminder_paid", "formal_paid")  # figures of what came within some days after an action
UNITS = [("days", "Days"), ("percent", "%"), ("amount", "Amount")]


class RecoveryKpi(models.Model):
    """A key figure: what it is called, how it is reckoned and which way is better."""

    _name = "recovery.kpi"
    _description = "Key figure"
    _inherit = ["recovery.traced.settings"]
    _order = "sequence, id"
    _carried_key = ("code",)
    _typed = ("sequence", "active", "target_ids", "days_after")

    name = fields.Char(required=True, readonly=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    unit = fields.Selection(UNITS, required=True, readonly=True, default="days")
    is_lower_better = fields.Boolean("Lower is better", readonly=True)
    formula = fields.Text(required=True, readonly=True, translate=True)
    default_target = fields.Float(
        "Usual target", readonly=True, help="The target set by the guides of the profession. Zero: they give none."
    )
    days_after = fields.Integer(
        "Days allowed for payment",
        default=DAYS_AFTER,
        bounds=(1, LONGEST),
        help="Money received within this number of days of the action is attributed to it. Recalculate the months "
        "after changing it.",
    )
    is_after = fields.Boolean(compute="_compute_is_after")
    target_ids = fields.One2many("recovery.kpi.target", "kpi_id", string="Targets")

    _code_uniq = models.UniqueIndex("(code)", "There is already a key figure with this code.")

    @api.depends("code")
    def _compute_is_after(self):
        for kpi in self:
            kpi.is_after = kpi.code in AFTER

    @api.model
    def _get_by_code(self):
        """Return the key figures by their code, archived ones included."""
        return {kpi.code: kpi for kpi in self.with_context(active_test=False).search([])}

    def _get_targets(self, company, day):
        """Return what the company aims at on a day: ``{key figure id: value}``, without those that have no target."""
        targets = {kpi.id: kpi.default_target for kpi in self if kpi.default_target}
        own = (
            self.env["recovery.kpi.target"]
            .sudo()
            .search(
                [("company_id", "=", company.id), ("kpi_id", "in", self.ids), ("date_from", "<=", day)],
                order="date_from",
            )
        )
        targets.update((target.kpi_id.id, target.value) for target in own)
        return targets

    def _is_plain(self):
        """Tell whether nothing is divided: an amount, or days that are counted one after the other."""
        return self.unit == "amount" or self.code == "dso_exhaustion"

    def _is_reached(self, value, target):
        """Tell whether a value is on the right side of a target; without a target it is on none."""
        if target is None:
            return False
        return value <= target if self.is_lower_better else value >= target

    def _tell(self, value, company):
        """Return a value in words: days, a percentage, an amount."""
        if self.unit == "amount":
            currency = company.currency_id
            return formatLang(self.env, currency.round(value), currency_obj=currency, rounding_unit="units")
        number = formatLang(self.env, value, digits=1)
        return say_percent(self.env, number) if self.unit == "percent" else self.env._("%s days", number)

    def action_rebuild(self):
        """Make all the months of the current company again."""
        require_user(self.env)
        self.env.company._recovery_check_open()
        company = self.env.company._recovery_root()
        self.env["recovery.kpi.engine"]._rebuild(company, company._recovery_today(), MONTHS)
        return say(self.env, self.env._("The key figures of the last %s months were recalculated.", MONTHS))

    def action_open_values(self):
        """Open the months of the key figure."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_kpi_value_action_months")
        return entitle(action, self.name, domain=[("kpi_id", "=", self.id)])
