from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..common.calendar import shift
from .cover import Cover


class RecoveryCoverage(models.Model):
    """What pays when the customer does not: insurance, guarantee, deposit, caution, retention of title."""

    _name = "recovery.coverage"
    _description = "Guarantee or credit insurance"
    _inherit = ["recovery.guarded", "mail.thread", "mail.activity.mixin"]
    _order = "date_until, id"
    _check_company_auto = True
    _typed = (
        "kind", "provider_id", "reference", "amount", "share", "date_from", "date_until",
        "declare_days", "declared_on", "document_ids", "note",
    )  # fmt: skip
    _typed_once = ("debtor_id",)

    debtor_id = fields.Many2one(
        "recovery.debtor", required=True, index=True, ondelete="restrict", check_company=True, tracking=True
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [
            ("insurance", "Credit insurance"),
            ("bank", "Bank guarantee"),
            ("deposit", "Deposit"),
            ("surety", "Surety (caution)"),
            ("retention", "Retention of title"),
        ],
        required=True,
        default="insurance",
        tracking=True,
    )
    provider_id = fields.Many2one("res.partner", "Insurer or guarantor", tracking=True)
    provider_gap = fields.Char(
        "Guarantor to replace", compute="_compute_provider_gap", help="No letter is sent to an archived contact."
    )
    reference = fields.Char("Policy or deed number", tracking=True)
    amount = fields.Monetary(
        required=True, tracking=True, help="Amount covered: for an insurer, the approved amount (agrément)."
    )
    share = fields.Float(
        "Insured share (%)",
        bounds=(0, 100),
        default=100.0,
        tracking=True,
        help="The share of the loss that is paid: an insurer often pays 90%.",
    )
    date_from = fields.Date("Valid from", required=True, default=lambda self: self.env.company._recovery_today())
    date_until = fields.Date("Valid until", tracking=True, help="Empty: no end date.")
    declare_days = fields.Integer(
        "Days to declare",
        help="The insurer must be notified of an unpaid instalment within this number of days of its due date, or "
        "it pays nothing. 0: no such obligation.",
    )
    declared_on = fields.Date(
        "Non-payment declared on", tracking=True, help="Stops the alert for debts overdue until then."
    )
    declare_by = fields.Date("To declare before", compute="_compute_declare_by")
    document_ids = fields.Many2many("ir.attachment", string="Documents", bypass_search_access=True)
    note = fields.Text()
    state = fields.Selection(
        [("future", "Not yet in force"), ("running", "In force"), ("expiring", "Expires soon"), ("expired", "Expired")],
        compute="_compute_state",
        search="_search_state",
    )
    alerts = fields.Json("Alerts already raised", readonly=True, copy=False)

    _share_is_percentage = models.Constraint(
        "CHECK (share > 0 AND share <= 100)", "The insured share is a percentage between 0 and 100."
    )
    _amount_positive = models.Constraint("CHECK (amount >= 0)", "What is covered cannot be negative.")

    @api.constrains("date_from", "date_until")
    def _check_dates(self):
        for coverage in self:
            if coverage.date_until and coverage.date_until < coverage.date_from:
                raise ValidationError(self.env._("A guarantee cannot end before it begins."))

    @api.depends("provider_id.active")
    @api.depends_context("lang")
    def _compute_provider_gap(self):
        for coverage in self:
            provider = coverage.provider_id
            coverage.provider_gap = bool(provider and not provider.active) and self.env._(
                "%s is archived: no letters are sent there. Unarchive the contact, or enter the current guarantor.",
                provider.display_name,
            )

    @api.depends("kind", "provider_id", "reference")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for coverage in self:
            parts = (kinds.get(coverage.kind), coverage.provider_id.name, coverage.reference)
            coverage.display_name = " – ".join(filter(None, parts))

    @api.depends("date_from", "date_until", "company_id")
    def _compute_state(self):
        for coverage in self:
            day = (coverage.company_id or self.env.company)._recovery_today()
            coverage.state = coverage._get_state(day) if coverage.date_from else "running"

    def _get_state(self, day):
        self.ensure_one()
        if self.date_from > day:
            return "future"
        if not self.date_until:
            return "running"
        if self.date_until < day:
            return "expired"
        notice = (self.company_id or self.env.company)._recovery_root().recovery_cover_notice_days
        return "expiring" if self.date_until <= shift(day, days=notice) else "running"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented

        def get_domain(company, day):
            soon = shift(day, days=company.recovery_cover_notice_days)
            begun = Domain("date_from", "<=", day)
            domains = {
                "future": Domain("date_from", ">", day),
                "expired": begun & Domain("date_until", "<", day),
                "expiring": begun & Domain("date_until", ">=", day) & Domain("date_until", "<=", soon),
                "running": begun & (Domain("date_until", "=", False) | Domain("date_until", ">", soon)),
            }
            return Domain.OR(domains[state] for state in value if state in domains)

        return self.env["res.company"]._recovery_search_own_day(get_domain)

    @api.depends("declare_days", "declared_on", "debtor_id")
    def _compute_declare_by(self):
        for company, coverages in self.grouped("company_id").items():
            if not company:
                coverages.declare_by = False
                continue
            rows = self.env["recovery.ledger"]._read_balances(
                company, company._recovery_today(), coverages.debtor_id.partner_id
            )
            oldest = {row.partner_id: row.oldest_due for row in rows}
            for coverage in coverages:
                coverage.declare_by = coverage._get_declare_by(oldest.get(coverage.debtor_id.partner_id.id))

    def _get_declare_by(self, oldest_due):
        """Return the last day to tell the insurer of the oldest unpaid instalment, if it was not told yet."""
        self.ensure_one()
        if not self.declare_days or not oldest_due or (self.declared_on and self.declared_on > oldest_due):
            return False
        return shift(oldest_due, days=self.declare_days)

    @api.model
    def _get_running_domain(self, day):
        """Return the domain of what covers on that day."""
        return Domain("date_from", "<=", day) & (Domain("date_until", "=", False) | Domain("date_until", ">=", day))

    @api.model
    def _get_company_domain(self, company, partners=None):
        """Return the domain of a company's guarantees, of these customers or of all."""
        domain = Domain("company_id", "=", company.root_id.id)
        return domain if partners is None else domain & Domain("debtor_id.partner_id", "in", partners.ids)

    @api.model
    def _read_covers(self, company, partners, day):
        """Return the covers in force on that day, per commercial partner id."""
        domain = self._get_running_domain(day) & self._get_company_domain(company, partners)
        covers = defaultdict(list)
        for coverage in self.sudo().search_fetch(domain, ["debtor_id", "amount", "share", "kind"]):
            covers[coverage.debtor_id.partner_id.id].append(Cover(coverage.amount, coverage.share, coverage.kind))
        return dict(covers)

    @api.model_create_multi
    def create(self, vals_list):
        coverages = super().create(vals_list)
        self.env["recovery.event"]._log(
            "cover", coverages, lambda c: self.env._("%(cover)s added", cover=c.display_name)
        )
        return coverages

    def write(self, vals):
        result = super().write(vals)
        if {"amount", "share", "date_from", "date_until", "kind", "declared_on"} & vals.keys():
            self.env["recovery.event"]._log(
                "cover", self, lambda c: self.env._("%(cover)s changed", cover=c.display_name), self._get_figures
            )
        return result

    def _get_figures(self, coverage):
        return {
            "amount": coverage.amount,
            "until": coverage.date_until.isoformat() if coverage.date_until else None,
        }

    def unlink(self):
        self.env["recovery.event"]._log("cover", self, lambda c: self.env._("%(cover)s deleted", cover=c.display_name))
        return super().unlink()
