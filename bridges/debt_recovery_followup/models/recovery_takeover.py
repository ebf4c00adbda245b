from odoo import api, models
from odoo.fields import Domain

from odoo.addons.debt_recovery.models.dunning.campaign.recovery_takeover import takes_over_from
from odoo.addons.debt_recovery.models.dunning.campaign.takeover import (
    Former,
    FormerMark,
    FormerPlan,
    FormerPolicy,
    FormerSilence,
    FormerStep,
)

#: Switches of a level there, and our channel.
CHANNELS = {"send_email": "email", "send_letter": "letter", "create_activity": "task", "manual_action": "task"}
POLICY = 1  # there is one ladder per company


class RecoveryTakeover(models.AbstractModel):
    """Read Odoo Enterprise's follow-up as its public documentation describes it: never tried on the real add-on.

    Fields come and go between its versions: one that is not there is left out, and said.
    """

    _inherit = "recovery.takeover"

    @api.model
    def _get_labels(self):
        label = self.env._("Odoo Enterprise's follow-up (unverified)")
        return {**super()._get_labels(), "account_followup": label}

    @takes_over_from("account_followup")
    @api.model
    def _read_account_followup(self, company, day):
        """Read the ladder of a company, the level of its instalments, and what was planned for its customers."""
        levels = self.env["account_followup.followup.line"].search([("company_id", "=", company.id)], order="delay")
        steps = tuple(
            FormerStep(level.id, level.name, level.delay, "due", self._read_followup_channels(level))
            for level in levels
        )
        partners = self.env["res.partner"].with_company(company)
        return Former(
            policies=(FormerPolicy(POLICY, self.env._("Follow-up"), steps),),
            default=POLICY,
            marks=tuple(self._read_followup_marks(company, day)),
            silences=tuple(self._read_followup_silences(company, partners)),
            plans=tuple(
                FormerPlan(partner.id, partner.followup_next_action_date, self.env._("Next follow-up"))
                for partner in self._find_followup(partners, "followup_next_action_date", "!=", False)
            ),
            collectors={
                partner.id: partner.followup_responsible_id.id
                for partner in self._find_followup(partners, "followup_responsible_id", "!=", False)
            },
            left=tuple(self._describe_followup_left()),
        )

    @api.model
    def _find_followup(self, records, name, operator, value):
        """Return the records of a condition on a field of there, none where this version has no such field."""
        field = records._fields.get(name)
        return records.search([(name, operator, value)]) if field else records.browse()

    @api.model
    def _read_followup_channels(self, level):
        ticked = [channel for name, channel in CHANNELS.items() if name in level._fields and level[name]]
        return tuple(dict.fromkeys(ticked)) or ("task",)

    @api.model
    def _read_followup_marks(self, company, day):
        """Return the level of each open instalment; without a day of its own it is as of today."""
        Line = self.env["account.move.line"]
        if "followup_line_id" not in Line._fields:
            return []
        lines = Line.search(
            Domain("company_id", "child_of", company.id)
            & Domain("followup_line_id", "!=", False)
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
        )
        name = next((name for name in ("last_followup_date", "followup_date") if name in Line._fields), None)
        return [FormerMark(line.id, line.followup_line_id.id, (name and line[name]) or day) for line in lines]

    @api.model
    def _read_followup_silences(self, company, partners):
        """Return who was followed by hand, and the invoices that were left out."""
        silences = [
            FormerSilence(partner.id, self.env._("Followed up manually before"))
            for partner in self._find_followup(partners, "followup_reminder_type", "=", "manual")
        ]
        lines = self._find_followup(self.env["account.move.line"], "no_followup", "=", True).filtered(
            lambda line: line.parent_state == "posted" and not line.reconciled and line.company_id.root_id == company
        )
        return silences + [
            FormerSilence(move.partner_id.id, self.env._("Previously excluded from follow-up"), move.id)
            for move in lines.move_id
        ]

    @api.model
    def _describe_followup_left(self):
        left = [
            self.env._("This migration was written from public documentation and never tested: check its figures."),
            self.env._("The wording of the levels: it is in mail templates. Choose our levels, or write your own."),
            self.env._("Text messages: there is no such channel here."),
        ]
        if "followup_line_id" not in self.env["account.move.line"]._fields:
            left.append(self.env._("The level of each instalment: this version does not keep it."))
        return left
