from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...models.common.elsewhere import reading_elsewhere
from ...models.common.recovery_xlsx_mixin import Column
from ...models.common.saying import entitle

FIGURES = (
    "overdue",
    "not_due",
    "orders",
    "draft",
    "credit",
    "total",
    "limit",
    "cover",
    "own_risk",
)


class RecoveryExposureReport(models.TransientModel):
    """The customers' exposures of today or of a past day: a list to sort, and its spreadsheet."""

    _name = "recovery.exposure.report"
    _description = "Customer Exposure"
    _inherit = ["recovery.report.window"]

    day = fields.Date(
        "As of",
        required=True,
        default=lambda self: self.env.company._recovery_today(),
        help="A past date is rebuilt from the entries and their reconciliations.",
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="Customers",
        domain="['|', ('is_company', '=', True), ('parent_id', '=', False)]",
        help="Empty: all of them.",
    )
    is_past = fields.Boolean(compute="_compute_is_past")
    changed_since = fields.Integer("Changed since", compute="_compute_is_past")

    @api.depends("company_id", "day")
    def _compute_is_past(self):
        for wizard in self:
            today = wizard.company_id._recovery_today() if wizard.company_id else None
            wizard.is_past = bool(today and wizard.day and wizard.day < today)
            may_read = wizard.is_past and wizard.company_id._recovery_is_open()
            wizard.changed_since = (
                self.env["recovery.ledger"]._count_changed_since(wizard.company_id, wizard.day) if may_read else 0
            )

    @api.depends("day")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._(
                "Customer exposure %(company)s %(day)s",
                company=wizard.company_id._recovery_root().name,
                day=wizard.day or "",
            )

    def _get_rows(self):
        """Return ``(partner, group's parent, exposure)`` of each customer, the largest exposure first."""
        self.ensure_one()
        self._check_reader()
        if self.day > self.company_id._recovery_today():
            raise UserError(self.env._("The exposure at a future date is not known."))
        engine = self.env["recovery.exposure"]
        exposures = self._read_exposures()
        customers = self.env["res.partner"].browse(exposures).sudo()
        groups = engine._map_groups(customers)
        rows = [
            (partner, self._get_top(groups[partner.id], partner), exposures[partner.id])
            for partner in customers
            if any(exposures[partner.id][:5])
        ]
        return sorted(rows, key=lambda row: (-row[2].total, row[0].id))

    def _read_exposures(self):
        """Return the exposures by partner id: what takes long, and is read elsewhere where the server has a replica."""
        partners = self.partner_ids.commercial_partner_id._origin or None
        as_of = self.day if self.is_past else None
        with reading_elsewhere(self.env["recovery.exposure"]) as engine:
            company, partners = (records and records.with_env(engine.env) for records in (self.company_id, partners))
            return engine._read(company, partners, self.day, as_of=as_of)

    def _say_moment(self):
        """Return up to when the books were written that are read, in words."""
        with reading_elsewhere(self.env["recovery.ledger"]) as ledger:
            return ledger._say_moment(self.company_id.with_env(ledger.env))

    @api.model
    def _get_top(self, group, partner):
        """Return the company above all others of a group."""
        return next((member for member in group if not member.parent_id), partner) if len(group) > 1 else partner

    @api.model
    def _get_figures(self, exposure):
        return [getattr(exposure, name) or 0.0 for name in FIGURES]

    def action_show(self):
        """Open the list."""
        day, told = self.day, self._say_moment()  # before: what is read is at least of that moment
        rows = self._get_rows()
        self.env["recovery.bulk"]._insert(
            "recovery.exposure.line",
            [
                *("wizard_id", "company_id", "partner_id", "group_id", "oldest_due", "days_late"),
                *("has_limit", "usage", *("limit_amount" if name == "limit" else name for name in FIGURES)),
            ],
            [
                (
                    self.id,
                    self.company_id.root_id.id,
                    partner.id,
                    top.id,
                    exposure.oldest_due,
                    (day - exposure.oldest_due).days if exposure.oldest_due else 0,
                    exposure.limit is not None,
                    exposure.usage,
                    *self._get_figures(exposure),
                )
                for partner, top, exposure in rows
            ],
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_exposure_line_action")
        return entitle(
            action,
            self.env._("Customer exposure on %(day)s. %(read)s", day=format_date(self.env, day), read=told),
            domain=[("wizard_id", "=", self.id)],
        )

    # ------------------------------------------------------------
    # Spreadsheet
    # ------------------------------------------------------------
    def _fill_book(self, book):
        rows = self._get_rows()
        partners = [] if self.is_past else [row[0] for row in rows]  # who is in a case is known of today only
        cases = self.env["recovery.exposure.line"]._read_case_texts(self.company_id, partners)
        columns = [
            Column(self.env._("Customer"), width=38),
            Column(self.env._("Group"), width=28),
            Column(self.env._("Overdue"), "amount", 15, total=True),
            Column(self.env._("Not yet due"), "amount", 15, total=True),
            Column(self.env._("Orders to invoice"), "amount", 15, total=True),
            Column(self.env._("Draft invoices"), "amount", 15, total=True),
            Column(self.env._("Credits to match"), "amount", 15, total=True),
            Column(self.env._("Exposure"), "amount", 16, total=True),
            Column(self.env._("Credit limit"), "amount", 15),
            Column(self.env._("Covered"), "amount", 15, total=True),
            Column(self.env._("Own risk"), "amount", 16, total=True),
            Column(self.env._("Oldest due date"), "date", 12),
            Column(self.env._("In litigation"), width=48),
        ]
        sums = [sum(values) for values in zip(*(self._get_figures(row[2]) for row in rows), strict=True)]
        totals = dict(zip(FIGURES, sums or [0.0] * len(FIGURES), strict=True))
        book.add_sheet(
            self.env._("Exposure"),
            self.env._("Customer Exposure"),
            self._get_subtitles(),
            columns,
            (
                (
                    partner.display_name,
                    top.display_name if top != partner else None,
                    *(getattr(exposure, name) or None for name in FIGURES[:6]),
                    exposure.limit,
                    exposure.cover or None,
                    exposure.own_risk,
                    exposure.oldest_due,
                    cases.get(partner.id),
                )
                for partner, top, exposure in rows
            ),
            tuple(totals[name] for name in FIGURES if name != "limit"),
        )

    def _get_subtitles(self):
        subtitles = [
            self.env._(
                "%(company)s, as of %(day)s, in %(currency)s",
                company=self.company_id._recovery_root().name,
                day=format_date(self.env, self.day),
                currency=self.company_id._recovery_root().currency_id.name,
            ),
            f"{self._get_edition_text()}. {self._say_moment()}.",
        ]
        if self.is_past:
            subtitles.append(
                self.env._(
                    "Rebuilt from the entries. Journal items recorded or matched since with an earlier date: "
                    "%(count)s. Orders, drafts and limits at that date are not known.",
                    count=self.changed_since,
                )
            )
        return subtitles
