from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from ...common.legal.interest import MissingRate
from ..claim.figures import Options
from ..claim.recovery_statement import Request
from .recovery_demand_wording import VARIANTS


class RecoveryNotice(models.Model):
    """What a mise en demeure demands: the décompte of its claimed instalments, frozen when it leaves."""

    _inherit = "recovery.notice"

    statement_id = fields.Many2one(
        "recovery.statement", string="Décompte", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    amount_demanded = fields.Monetary(
        "Sum demanded",
        currency_field="company_currency_id",
        readonly=True,
        help="The total of the décompte in the company's currency, interest and indemnities included; for a "
        "guarantor, within what is guaranteed.",
    )
    variant = fields.Selection(VARIANTS, string="Written to", readonly=True)

    # ------------------------------------------------------------
    # Hooks
    # ------------------------------------------------------------
    def _is_demand(self):
        """Tell whether this notice is a mise en demeure."""
        self.ensure_one()
        return self.kind == "formal_notice"

    def _get_claimed_heads(self):
        """Return which of ``interest`` and ``indemnity`` are demanded beside the principal; hook.

        Costs and clauses follow the indemnity.
        """
        self.ensure_one()
        return frozenset({"interest", "indemnity"})

    def _is_claiming_fees(self):
        """Tell whether anything is demanded beside the principal."""
        return bool(self._get_claimed_heads())

    def _get_claim_options(self):
        """Return the :class:`figures.Options` of the décompte: principal first, as letters have it; hook."""
        self.ensure_one()
        return Options(principal_only=not self._is_claiming_fees())

    def _get_variant(self):
        """Return for whom the mise en demeure is written, as it left or as the debtor is now."""
        self.ensure_one()
        nature = self.debtor_id.nature
        return self.variant or (nature if nature in ("consumer", "public") else "professional")

    # ------------------------------------------------------------
    # The décompte
    # ------------------------------------------------------------
    def _freeze_demands(self, day):
        """Freeze and print the décomptes of mises en demeure about to leave, all of a company together.

        Two that leave at the same moment for one debtor, or a charge meanwhile, would ask for the same thing twice.
        """
        Statement = self.env["recovery.statement"]
        self.debtor_id.sudo()._take_turn()
        for company, notices in self.sudo().grouped("company_id").items():
            try:
                statements = Statement._issue_all(company, notices._prepare_demands(day), day)
            except UserError as error:
                if not isinstance(error.__cause__, MissingRate):
                    raise
                # interest stops only for those who lack a rate; all are still printed together
                until = {notice: notice._find_interest_until(day) for notice in notices}
                statements = Statement._issue_all(company, notices._prepare_demands(day, until), day)
            for notice, statement in zip(notices, statements, strict=True):
                notice.statement_id = statement
                notice.write({"variant": notice._get_variant(), "amount_demanded": notice._get_demanded_amount()})

    def _find_interest_until(self, day):
        """Return the eve of the semester whose rate this notice needs and nobody published yet, or None."""
        self.ensure_one()

        def compute(until):
            [request] = self._prepare_demands(day, {self: until})
            self.env["recovery.claim"]._compute(self.company_id, request.lines, day, request.options)
            return until

        return self._with_known_rates(compute)

    def _with_known_rates(self, work):
        """Do the work; once more with interest stopped on the eve when the latest semester has no rate yet.

        A mise en demeure does not wait for a publication: it says until when interest is
        counted. A rate that is missing in the past is an error for whoever keeps them.

        :param work: takes the last day of interest, or None.
        """
        try:
            return work(None)
        except UserError as error:
            missing = error.__cause__
            if not isinstance(missing, MissingRate):
                raise
            known = (
                self.env["recovery.rate"].sudo().search([("kind", "=", missing.kind)], order="date_from desc", limit=1)
            )
            if not known or known.date_from > missing.day:
                raise
            return work(missing.day - timedelta(days=1))

    def _prepare_demands(self, day, interest_until=None):
        """Return what the statements of these notices of one company are asked for, in order.

        What a hold sets aside of an instalment is not claimed: it is what the books leave
        of it beyond what the notice claims.

        :param dict interest_until: the last day of interest of the notices for which it stops.
        """
        stops, asked = interest_until or {}, self._read_asked()
        requests = {
            notice: Request(
                notice.debtor_id,
                notice._get_claimed_lines().move_line_id,
                notice._get_claim_options()._replace(interest_until=stops.get(notice), asked=asked[notice]),
                notice,
                notice.addressee_id or notice.debtor_id._get_addressee(),
                notice.lang,
            )
            for notice in self
        }
        unsure = [n for n in self if any(line.amount_credit for line in n._get_claimed_lines())]
        claims = unsure and self.env["recovery.claim"]._compute_each(
            self.company_id, {n: (requests[n].lines, requests[n].options) for n in unsure}, day
        )
        for notice in unsure:
            left = {item.line_id: item.account.principal_left for item in claims[notice].items}
            aside = tuple(
                (line.move_line_id.id, left[line.move_line_id.id] - asked)
                for line in notice._get_claimed_lines()
                if left.get(line.move_line_id.id, 0)
                > (asked := Decimal(f"{line.amount_due:.{line.currency_id.decimal_places}f}"))
            )
            options = requests[notice].options._replace(set_aside=aside)
            requests[notice] = requests[notice]._replace(options=options)
        return list(requests.values())

    def _get_demand_statement(self):
        """Return the frozen décompte, or the one that would be frozen today, unsaved and without a number.

        An example without books behind it, as the preview of a wording has, gives an empty one.
        """
        self.ensure_one()
        Statement = self.env["recovery.statement"].sudo()
        notice = self.sudo()
        if notice.statement_id or not notice._get_claimed_lines().move_line_id:
            return notice.statement_id
        day = notice.company_id._recovery_today()
        [vals] = notice._with_known_rates(
            lambda until: Statement._prepare_all(
                notice.company_id, notice._prepare_demands(day, {notice: until}), day, number=""
            )
        )
        return Statement.new(vals)

    def _get_demanded_totals(self):
        """Return ``[(currency, amount)]`` that the mise en demeure demands."""
        self.ensure_one()
        statement = self._get_demand_statement()
        if not statement:
            return [(currency, total) for currency, total, _credits in self._get_currency_totals()]
        Currency = self.env["res.currency"]
        return [(Currency.browse(row["currency_id"]), float(row["amount"])) for row in statement.figures["totals"]]

    def _get_demanded_amount(self):
        """Return the sum demanded in the company's currency, at the rates of the décompte's date."""
        return self._get_demand_statement().amount

    def _get_payable_totals(self):
        return self._get_demanded_totals() if self._is_demand() else super()._get_payable_totals()

    def action_view_statement(self):
        """Open the décompte that left with the mise en demeure."""
        self.ensure_one()
        return self.statement_id._get_records_action(name=self.env._("Statement of the claim"))

    # ------------------------------------------------------------
    # Placeholders
    # ------------------------------------------------------------
    demanded_text = fields.Char(compute="_compute_demand_wording")
    guarantee_text = fields.Char(compute="_compute_demand_wording")
    guarantee_reference_text = fields.Char(compute="_compute_demand_wording")
    guaranteed_notice_text = fields.Char(compute="_compute_demand_wording")

    @api.model
    def _get_placeholders(self):
        names = ("demanded_text", "guarantee_text", "guarantee_reference_text", "guaranteed_notice_text")
        return (*super()._get_placeholders(), *names)

    @api.depends_context("lang")
    def _compute_demand_wording(self):
        for notice in self:
            totals = notice._get_demanded_totals() if notice._is_demand() else notice._get_payable_totals()
            notice.demanded_text = self._join(
                [formatLang(self.env, amount, currency_obj=currency) for currency, amount in totals]
            )
            coverage, origin = notice.coverage_id.sudo(), notice.guaranteed_notice_id
            notice.guarantee_text = notice._describe_guarantee() if coverage else ""
            notice.guarantee_reference_text = coverage.reference or ""
            notice.guaranteed_notice_text = (
                self.env._(
                    "%(number)s of %(day)s", number=origin.number, day=self._format_day(origin.issue_date, "long")
                )
                if origin
                else ""
            )
