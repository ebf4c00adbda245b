from contextlib import contextmanager
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..common.roles import require_manager, require_user
from .recovery_scenario import MODES

OWN_FIELDS = {"late_interest_mode", "late_indemnity_mode", "late_fee_reason"}
WAIVER_KEY = "late_fee_waiver_allowed"


class LateFeeMode(NamedTuple):
    """The treatment of one debtor's late fees: ``show``, ``charge`` or ``waive``, head by head.

    ``origin`` is ``debtor`` (decided on the debtor), ``scenario`` (its scenario), ``law`` (waiving
    is forbidden) or ``default`` (no scenario: shown).
    """

    interest: str = "show"
    indemnity: str = "show"
    origin: str = "default"

    @property
    def waived(self):
        """The heads that are neither shown nor claimed."""
        return frozenset(head for head in ("interest", "indemnity") if getattr(self, head) == "waive")

    def may_charge(self, head):
        """Tell whether a document may charge this head; costs and clauses follow the indemnity."""
        return (self.interest if head == "interest" else self.indemnity) == "charge"


class RecoveryDebtor(models.Model):
    """The treatment of a debtor's late fees: by its scenario, or as a manager decided for it."""

    _inherit = "recovery.debtor"
    _typed = ("late_interest_mode", "late_indemnity_mode", "late_fee_reason")
    _accompanied = dict.fromkeys(OWN_FIELDS, "_change_late_fees")

    late_interest_mode = fields.Selection(
        MODES, string="Interest for this debtor", tracking=True, help="Empty: as per its scenario."
    )
    late_indemnity_mode = fields.Selection(
        MODES, string="Compensation for this debtor", tracking=True, help="Empty: as per its scenario."
    )
    late_fee_reason = fields.Char("Why these late fees", tracking=True, help="Kept in the journal with the choice.")
    effective_interest_mode = fields.Selection(MODES, string="Late-payment interest", compute="_compute_late_fee_mode")
    effective_indemnity_mode = fields.Selection(
        MODES, string="Fixed compensation and costs", compute="_compute_late_fee_mode"
    )
    late_fee_origin_text = fields.Char("Decided by", compute="_compute_late_fee_mode")
    charge_ids = fields.One2many("recovery.charge", "debtor_id", string="Charges of late fees", readonly=True)
    waiver_ids = fields.One2many("recovery.waiver", "debtor_id", string="Waivers", readonly=True)

    @api.depends("late_interest_mode", "late_indemnity_mode", "scenario_id", "nature", "company_id")
    @api.depends_context("lang")
    def _compute_late_fee_mode(self):
        for company, debtors in self.grouped("company_id").items():
            modes = debtors._get_late_fee_modes(company._recovery_today()) if company else {}
            for debtor in debtors:
                mode = modes.get(debtor, LateFeeMode())
                debtor.effective_interest_mode = mode.interest
                debtor.effective_indemnity_mode = mode.indemnity
                debtor.late_fee_origin_text = debtor._get_late_fee_origin_text(mode.origin)

    def _get_late_fee_origin_text(self, origin):
        """Return in a few words who decided of the late fees."""
        return {
            "debtor": self.env._("A manager, for this debtor"),
            "scenario": self.env._("The scenario “%s”", self.sudo().effective_scenario_id.name),
            "law": self.env._("The law: waiving is forbidden, they are shown"),
            "default": self.env._("No scenario: they are shown"),
        }[origin]

    def _get_late_fee_modes(self, day):
        """Return ``{debtor: LateFeeMode}``; the number of queries does not depend on the number of debtors."""
        Scenario = self.env["recovery.scenario"].sudo()
        allowed = self.env["recovery.legal.parameter"]._get(WAIVER_KEY, day) if self else True
        modes = {}
        for company, debtors in self.sudo().grouped("company_id").items():
            choices = Scenario._choose(company, debtors.partner_id, day=day, debtors=debtors)
            for debtor in debtors:
                scenario = Scenario.browse(choices[debtor.partner_id.id].scenario_id)
                mode = LateFeeMode()
                if scenario:
                    mode = LateFeeMode(scenario.late_interest_mode, scenario.late_indemnity_mode, "scenario")
                if debtor.late_interest_mode or debtor.late_indemnity_mode:
                    mode = LateFeeMode(
                        debtor.late_interest_mode or mode.interest,
                        debtor.late_indemnity_mode or mode.indemnity,
                        "debtor",
                    )
                if mode.waived and not allowed and debtor.nature != "consumer":
                    mode = LateFeeMode(
                        *("show" if value == "waive" else value for value in mode[:2]),
                        "law",
                    )
                modes[debtor.with_env(self.env)] = mode
        return modes

    # ------------------------------------------------------------
    # Decided by a manager, with a reason
    # ------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(OWN_FIELDS & vals.keys() for vals in vals_list):
            require_manager(self.env)
        return super().create(vals_list)

    @contextmanager
    def _change_late_fees(self, _vals):
        if not self.env.su:
            require_manager(self.env)
        before = {debtor: debtor._describe_late_fees() for debtor in self}
        yield
        changed = self.filtered(lambda debtor: debtor._describe_late_fees() != before[debtor])
        self.env["recovery.event"]._log(
            "late_fee_mode",
            changed,
            lambda debtor: self.env._("Late fees: %s", debtor._describe_late_fees()),
            lambda debtor: {"before": before[debtor], "reason": debtor.late_fee_reason},
        )

    def _describe_late_fees(self):
        """Return what was decided for this debtor as words."""
        words = dict(self._fields["late_interest_mode"]._description_selection(self.env))
        by_scenario = self.env._("as per the scenario")
        return self.env._(
            "interest: %(interest)s; compensation and costs: %(indemnity)s",
            interest=words.get(self.late_interest_mode, by_scenario),
            indemnity=words.get(self.late_indemnity_mode, by_scenario),
        )

    @api.constrains("late_interest_mode", "late_indemnity_mode", "late_fee_reason")
    def _check_late_fee_reason(self):
        for debtor in self:
            if (debtor.late_interest_mode or debtor.late_indemnity_mode) and not debtor.late_fee_reason:
                raise ValidationError(
                    self.env._(
                        "Say why the late fees of %s are not treated as per its scenario: the reason is kept in "
                        "the journal.",
                        debtor.display_name,
                    )
                )

    def action_charge_late_fees(self):
        """Open the window that charges the late fees of these debtors."""
        return self._open_late_fees("charge", self.env._("Charge late fees"))

    def action_waive_late_fees(self):
        """Open the window that waives late fees of one debtor."""
        self.ensure_one()
        return self._open_late_fees("waive", self.env._("Waive late fees"))

    def _open_late_fees(self, purpose, title):
        require_user(self.env)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "recovery.late.fee.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_purpose": purpose,
                "default_debtor_ids": [fields.Command.set(self.ids)],
                "dialog_size": "extra-large",
            },
        }
