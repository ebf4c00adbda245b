from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ....models.common.calendar import shift
from ....models.common.given import require_period
from ....models.common.recovery_xlsx_mixin import Column
from ....models.common.saying import entitle

#: In which role a provider is paid, by what it is paid for.
ROLES_BY_KIND = {"lawyer": ("lawyer",), "bailiff": ("bailiff",), "agency": ("agency", "foreign_agency")}
FIGURES = ("case_count", "open_count", "days", "amount_opening", "amount_received", "share", "cost", "net")


class Result(NamedTuple):
    """What came of the cases of one provider; ``days`` is the mean of those that are closed, None without one."""

    case_count: int
    open_count: int
    days: float | None
    amount_opening: float
    amount_received: float
    cost: float

    @property
    def share(self):
        return 100 * self.amount_received / self.amount_opening if self.amount_opening else 0.0

    @property
    def net(self):
        return self.amount_received - self.cost


class RecoveryProviderReport(models.TransientModel):
    """What came of the cases that each lawyer, commissaire or agency had: how many, how long, at what cost."""

    _name = "recovery.provider.report"
    _description = "Provider Results"
    _inherit = ["recovery.report.window"]

    date_from = fields.Date(
        "Cases opened from",
        required=True,
        default=lambda self: shift(self.env.company._recovery_today(), months=-24),
    )
    date_to = fields.Date("Until", required=True, default=lambda self: self.env.company._recovery_today())
    role = fields.Selection(
        [
            ("lawyer", "Lawyers"),
            ("bailiff", "Commissaires de justice"),
            ("agency", "Collection agencies"),
            ("foreign_agency", "Foreign collection agencies"),
        ],
        string="Acting as",
        help="Empty: all of them.",
    )

    @api.depends("date_from", "date_to")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._(
                "Provider results %(first)s %(last)s", first=wizard.date_from or "", last=wizard.date_to or ""
            )

    def _get_rows(self):
        """Return ``(partner, role, result)`` of each provider who acts in a case, the most cases first."""
        self.ensure_one()
        self._check_reader()
        require_period(self.env, self.date_from, self.date_to)
        roles = list(dict(self._fields["role"].selection))
        groups = (
            self.env["recovery.case.party"]
            .sudo()
            ._read_group(
                Domain("company_id", "=", self.company_id.root_id.id)
                & Domain("role", "in", roles)
                & Domain("case_id.opened_on", ">=", self.date_from)
                & Domain("case_id.opened_on", "<=", self.date_to),
                ["partner_id", "role"],
                ["case_id:recordset"],
            )
        )
        costs = self._read_costs(groups)
        rows = [
            (partner, role, self._sum_up(cases, costs[partner.id, role]))
            for partner, role, cases in groups
            if self.role in (False, role)
        ]
        return sorted(rows, key=lambda row: (-row[2].case_count, row[0].id))

    @api.model
    def _read_costs(self, groups):
        """Return ``{(provider id, role): {case id: what was engaged or paid to it}}``, in one query.

        A cost of a provider that acts in two roles in one case is of the role that its kind tells, else of the first:
        each euro once.
        """
        cases = self.env["recovery.case"].sudo().union(*(cases for _partner, _role, cases in groups))
        roles = defaultdict(set)
        for partner, role, own in groups:
            for case_id in own.ids:
                roles[partner.id, case_id].add(role)
        found = defaultdict(lambda: defaultdict(float))
        for partner, case, kind, amount in (
            self.env["recovery.cost"]
            .sudo()
            ._read_group(
                Domain("case_id", "in", cases.ids) & Domain("state", "in", ("engaged", "paid")),
                ["partner_id", "case_id", "kind"],
                ["amount:sum"],
            )
        ):
            own = roles.get((partner.id, case.id))
            if own:
                told = next((role for role in ROLES_BY_KIND.get(kind, ()) if role in own), None)
                role = told or next(role for role in dict(self._fields["role"].selection) if role in own)
                found[partner.id, role][case.id] += amount
        return found

    @api.model
    def _sum_up(self, cases, costs):
        closed = cases.filtered("closed_on")
        days = [(case.closed_on - case.opened_on).days for case in closed]
        return Result(
            len(cases),
            len(cases.filtered("is_open")),
            sum(days) / len(days) if days else None,
            sum(cases.mapped("amount_opening")),
            sum(cases.mapped("amount_received")),
            sum(costs.get(case.id, 0.0) for case in cases),
        )

    def action_show(self):
        """Open the list."""
        self.env["recovery.bulk"]._insert(
            "recovery.provider.line",
            ["wizard_id", "company_id", "partner_id", "role", *FIGURES],
            [
                (
                    self.id,
                    self.company_id.root_id.id,
                    partner.id,
                    role,
                    *(getattr(result, name) or 0 for name in FIGURES),
                )
                for partner, role, result in self._get_rows()
            ],
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_provider_line_action")
        return entitle(action, self._get_title(), domain=[("wizard_id", "=", self.id)])

    def _get_title(self):
        return self.env._(
            "Provider results, cases opened from %(first)s to %(last)s",
            first=format_date(self.env, self.date_from),
            last=format_date(self.env, self.date_to),
        )

    def _fill_book(self, book):
        """Write the rows of the screen. Costs alone are added up: two providers act in one case, its money is one."""
        roles = dict(self._fields["role"]._description_selection(self.env))
        columns = [
            Column(self.env._("Provider"), width=38),
            Column(self.env._("Acting as"), width=28),
            Column(self.env._("Cases"), "integer", 10),
            Column(self.env._("Open cases"), "integer", 10),
            Column(self.env._("Days, closed cases"), "integer", 12),
            Column(self.env._("At opening"), "amount", 15),
            Column(self.env._("Received"), "amount", 15),
            Column(self.env._("Received (%)"), "rate", 10),
            Column(self.env._("Paid to the provider"), "amount", 15, total=True),
            Column(self.env._("Received, net of costs"), "amount", 15),
        ]
        rows = self._get_rows()
        book.add_sheet(
            self.env._("Providers"),
            self._get_title(),
            [self._get_edition_text()],
            columns,
            (
                (
                    partner.display_name,
                    roles.get(role, role),
                    result.case_count,
                    result.open_count,
                    None if result.days is None else round(result.days),
                    result.amount_opening,
                    result.amount_received,
                    round(result.share, 2),
                    result.cost,
                    result.net,
                )
                for partner, role, result in rows
            ),
            (sum(result.cost for _partner, _role, result in rows),),
        )
