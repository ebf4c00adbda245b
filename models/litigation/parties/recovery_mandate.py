from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ...common.attachments import adopt
from .courts import PARTIES
from .fee_grid import find_overlap, get_fees

_lt = LazyTranslate(__name__)

AGENCIES = ("agency", "foreign_agency")  # who recovers for others without a legal profession (CPCE R124-1)


class RecoveryMandate(models.Model):
    """What a provider was asked to do for us: for how long, within what scope and at what price.

    The provider is a lawyer, a commissaire de justice, an agency here or abroad. Its cases, and what came of them,
    are told by the rooms to the right.
    """

    _name = "recovery.mandate"
    _description = "Mandate"
    _inherit = ["recovery.guarded", "mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, id desc"
    _check_company_auto = True
    _typed = (
        "partner_id", "kind", "scope", "scope_note", "reference", "date_from", "date_until", "capacity",
        "silent_days", "insured_until", "fee_ids", "attachment_ids", "note", "active",
    )  # fmt: skip
    _typed_once = ("company_id",)
    _journal_words = {"scope": _lt("Scope")}

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Provider",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('recovery_party_kind', '!=', False)]",
        tracking=True,
    )
    kind = fields.Selection(
        PARTIES,
        string="Acts as",
        compute="_compute_kind",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
    )
    scope = fields.Selection(
        [
            ("all", "Amicable and judicial"),
            ("amicable", "Amicable recovery"),
            ("judicial", "Proceedings"),
            ("enforcement", "Enforcement"),
            ("insolvency", "Insolvency proceedings"),
            ("advice", "Recommendation only"),
        ],
        required=True,
        default="all",
        tracking=True,
    )
    scope_note = fields.Text("Limits", help="Amounts, territory, acts that require our prior approval.")
    reference = fields.Char(
        "Their reference", tracking=True, help="Number of the agreement or of our account with them."
    )
    date_from = fields.Date(
        "Runs from", required=True, default=lambda self: self.env.company._recovery_today(), tracking=True
    )
    date_until = fields.Date("Runs until", tracking=True, help="Empty: until terminated by either party.")
    capacity = fields.Integer("Maximum open cases", help="How many open cases the provider takes. 0: no limit.")
    silent_days = fields.Integer(
        "Chase after (days)",
        default=lambda self: self.env.company._recovery_root().recovery_silence_days,
        help="Without a reply for this long, somebody is asked to chase the provider. 0: never.",
    )
    insured_until = fields.Date(
        "Insured until",
        help="Professional liability cover of an agency: its agreement states it (CPCE R124-2 and R124-3).",
    )
    fee_ids = fields.One2many("recovery.mandate.fee", "mandate_id", string="Fee scale", copy=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Signed agreement", bypass_search_access=True)
    note = fields.Text()
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [("future", "Not yet in force"), ("running", "In force"), ("expired", "Ended")],
        compute="_compute_state",
        search="_search_state",
    )
    warning = fields.Char("What is missing", compute="_compute_warning")

    _dates_ordered = models.Constraint(
        "CHECK (date_until IS NULL OR date_until >= date_from)", "A mandate cannot end before it begins."
    )

    @api.depends("partner_id")
    def _compute_kind(self):
        for mandate in self:
            mandate.kind = mandate.partner_id.sudo().recovery_party_kind or mandate.kind or "lawyer"

    @api.depends("partner_id.name", "reference")
    def _compute_display_name(self):
        for mandate in self:
            mandate.display_name = " – ".join(filter(None, (mandate.partner_id.name, mandate.reference)))

    @api.depends("date_from", "date_until", "company_id")
    def _compute_state(self):
        for mandate in self:
            day = (mandate.company_id or self.env.company)._recovery_today()
            mandate.state = mandate._get_state(day)

    def _get_state(self, day):
        self.ensure_one()
        if self.date_from and self.date_from > day:
            return "future"
        return "expired" if self.date_until and self.date_until < day else "running"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented

        def get_domain(company, day):
            over = Domain("date_until", "!=", False) & Domain("date_until", "<", day)
            begun = Domain("date_from", "<=", day)
            domains = {"future": ~begun, "expired": begun & over, "running": self._get_running_domain(day)}
            return Domain.OR(domains[state] for state in value if state in domains)

        return self.env["res.company"]._recovery_search_own_day(get_domain)

    @api.depends("kind", "attachment_ids", "insured_until", "date_from", "date_until", "company_id")
    @api.depends_context("lang")
    def _compute_warning(self):
        for mandate in self:
            mandate.warning = " ".join(mandate._list_gaps()) or False

    def _list_gaps(self):
        """Return what an agency's mandate lacks, in words: without it the agency may not recover for others."""
        self.ensure_one()
        gaps = []
        if self.kind in AGENCIES:
            day = (self.company_id or self.env.company)._recovery_today()
            if not self.attachment_ids:
                gaps.append(
                    self.env._(
                        "An agency recovers only under a written agreement stating what is owed, what it is paid "
                        "and that it is insured (CPCE R124-3): attach it."
                    )
                )
            if self.kind == "agency" and (not self.insured_until or self.insured_until < day):
                gaps.append(self.env._("Its insurance is not known, or has expired (CPCE R124-2)."))
        return gaps

    @api.constrains("company_id")
    def _check_company_is_root(self):
        for mandate in self:
            if mandate.company_id != mandate.company_id._recovery_root():
                raise ValidationError(self.env._("A mandate is given by the head company, including for its branches."))

    @api.constrains("fee_ids")
    def _check_fees(self):
        for mandate in self:
            if found := find_overlap(mandate._get_fee_rows()):
                raise ValidationError(
                    self.env._(
                        "%(mandate)s: the bands “%(first)s” and “%(second)s” cover the same amounts.",
                        mandate=mandate.display_name,
                        first=found[0].name,
                        second=found[1].name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        mandates = super().create(vals_list)
        adopt(mandates, by=self.env.user)
        self.env["recovery.event"]._log(
            "mandate",
            mandates,
            lambda mandate: self.env._("Mandate given to %s", mandate.display_name),
            lambda mandate: mandate._get_trace(),
        )
        return mandates

    def write(self, vals):
        result = super().write(vals)
        if "attachment_ids" in vals:
            adopt(self, by=self.env.user)
        if {"partner_id", "scope", "date_from", "date_until", "fee_ids", "active", "capacity"} & vals.keys():
            self.env["recovery.event"]._log(
                "mandate",
                self,
                lambda mandate: self.env._("Mandate of %s changed", mandate.display_name),
                lambda mandate: mandate._get_trace(),
            )
        return result

    def _get_trace(self):
        """Return what the journal keeps of a mandate."""
        self.ensure_one()
        return {
            "scope": dict(self._fields["scope"]._description_selection(self.env)).get(self.scope),
            "date": self.date_from and str(self.date_from),
            "until": self.date_until.isoformat() if self.date_until else None,
        }

    @api.model
    def _get_running_domain(self, day):
        """Return the domain of the mandates in force on that day."""
        return Domain("date_from", "<=", day) & (Domain("date_until", "=", False) | Domain("date_until", ">=", day))

    @api.model
    def _find(self, company, partner, day):
        """Return the mandate of a provider that is in force on that day; the latest of several."""
        domain = Domain("company_id", "=", company.root_id.id) & self._get_running_domain(day)
        return self.search(domain & Domain("partner_id", "=", partner.id), limit=1)

    # ------------------------------------------------------------
    # Fees
    # ------------------------------------------------------------
    def _get_fee_rows(self):
        """Return the grid as plain figures."""
        return [fee._as_row() for fee in self.fee_ids]

    def _estimate(self, recovered, acts=1):
        """Return what the provider asks for recovering that much, as :class:`fee_grid.Fee`, without tax.

        :param recovered: a float, in the company's currency.
        """
        self.ensure_one()
        return get_fees(self._get_fee_rows(), Decimal(str(recovered)), acts)
