from odoo import fields, models

from ...common.roles import SETTINGS


class ResCompany(models.Model):
    _inherit = "res.company"
    _moves = ("recovery_scenario_id",)
    _held_by = ("recovery_manager_id",)

    recovery_scenario_id = fields.Many2one(
        "recovery.scenario",
        string="Default reminder scenario",
        help="For debtors without a scenario of their own to whom no rule applies. Empty: the first scenario in "
        "the list.",
        groups=SETTINGS,
    )
    recovery_manager_id = fields.Many2one(
        "res.users",
        string="Recovery manager",
        domain="[('share', '=', False)]",
        help="Receives the copies that levels send to the manager.",
        groups=SETTINGS,
    )

    def _recovery_scenario_gaps(self):
        """Return, translated, what in the scenarios and rules of the company reminds nobody."""
        root = self._recovery_root()
        gaps = []
        default, chosen = self.env["recovery.scenario"]._get_default(root), root.recovery_scenario_id
        if not default:
            gaps.append(
                self.env._(
                    "No scenario with levels is available: no reminders are sent. Unarchive or create a scenario."
                )
            )
        elif chosen and chosen != default:
            gaps.append(
                self.env._(
                    "The default scenario “%(chosen)s” is archived or has no level: “%(used)s” is followed instead.",
                    chosen=chosen.name,
                    used=default.name,
                )
            )
        rules = self.env["recovery.scenario.rule"].sudo()._get_for(root)
        gaps += [
            self.env._("Rule “%(rule)s”: %(warning)s", rule=rule.name, warning=rule.warning)
            for rule in rules
            if rule.warning
        ]
        return gaps
