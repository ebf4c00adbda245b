from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import float_round
from odoo.tools.misc import formatLang

from ...claim.figures import ZERO, Asked, Options
from ...claim.recovery_claim import to_decimal
from ...claim.recovery_statement import Request
from ...legal.interest import MissingRate
from .recovery_demand_wording import VARIANTS

ONE_PAGE = 12  # invoices up to which the letter stands on one page
ROOMY = 2  # invoices up to which the letter can breathe
SHORT = 5  # invoices up to which there is room to quote the texts in a larger type
ONE_LINE = 34  # characters of a number and its references that stand on one line of the table


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
    # Placeholders
    # ------------------------------------------------------------
    demanded_text = fields.Char(compute="_compute_demand_wording")
    guarantee_text = fields.Char(compute="_compute_demand_wording")
    guarantee_reference_text = fields.Char(compute="_compute_demand_wording")
    guaranteed_notice_text = fields.Char(compute="_compute_demand_wording")
    contract_terms_id = fields.Many2one(
        "recovery.contract.terms", string="Contract terms", compute="_compute_contract_terms_id"
    )
    legal_text_ids = fields.Many2many("recovery.legal.text", string="Texts quoted", compute="_compute_legal_text_ids")

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
            lambda until: (
                self.env["recovery.statement.builder"]
                .sudo()
                ._prepare_all(notice.company_id, notice._prepare_demands(day, {notice: until}), day, number="")
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

    # ------------------------------------------------------------
    # What other letters in force ask for already
    # ------------------------------------------------------------
    def _read_asked(self):
        """Return ``{notice: figures.Asked}``, in a number of queries that does not grow with the notices."""
        others = self.sudo().search(
            Domain("debtor_id", "in", self.debtor_id.ids)
            & Domain("kind", "=", "formal_notice")
            & Domain("state", "=", "sent")
            & Domain("statement_id", "!=", False)
            & Domain("guaranteed_notice_id", "=", False)
        )
        by_debtor = others.grouped("debtor_id")
        return {notice: notice._find_asked(by_debtor.get(notice.debtor_id, others.browse())) for notice in self}

    def _find_asked(self, others):
        """Return what these other notices ask for that this one leaves out.

        One whose instalments are all claimed here again is repeated, not added to; so is
        the indemnity that it set beside one of them.
        """
        self.ensure_one()
        own = self._get_claimed_lines().move_line_id
        others -= self | self.guaranteed_notice_id
        rows = others.filtered(lambda notice: notice._get_claimed_lines().move_line_id - own).statement_id.line_ids

        def amount_of(kind):
            return sum((to_decimal(row.amount, row.currency_id) for row in rows if row.kind == kind), ZERO)

        return Asked(
            indemnities=tuple(
                (row.move_id.id, to_decimal(row.amount, row.currency_id))
                for row in rows
                if row.kind == "indemnity" and row.move_line_id not in own
            ),
            costs=frozenset(rows.cost_id.ids),
            covered=min(-amount_of("deduction"), amount_of("indemnity")),
        )

    # ------------------------------------------------------------
    # What the letter prints, out of its frozen décompte
    # ------------------------------------------------------------
    @api.depends("company_id", "partner_id", "date", "debtor_id.nature", "line_ids.role", "line_ids.invoice_date")
    def _compute_contract_terms_id(self):
        """Find the terms that all the invoices claimed are under; none is quoted where they differ."""
        Terms = self.env["recovery.contract.terms"]
        for company, notices in self.grouped("company_id").items():
            get_terms = Terms._read_terms(company, notices.partner_id.commercial_partner_id)
            for notice in notices:
                claimed = notice.line_ids.filtered(lambda line: line.role == "claimed")
                days = {line.invoice_date or line.move_line_id.date or notice.date for line in claimed}
                found = {get_terms(notice.partner_id.commercial_partner_id.id, day) for day in days}
                terms = found.pop() if len(found) == 1 else Terms
                notice.contract_terms_id = terms if terms._binds(notice.debtor_id.nature) else False

    @api.depends("contract_terms_id", "variant", "issue_date", "date")
    def _compute_legal_text_ids(self):
        Text = self.env["recovery.legal.text"]
        for criteria, notices in self.grouped(lambda notice: notice._get_text_criteria()).items():
            notices.legal_text_ids = Text._get_texts(*criteria)

    def _get_text_criteria(self):
        """Return what the choice of the articles rests on: the reader, the day, a clause, the late fees demanded."""
        terms, heads = self.sudo().contract_terms_id, self._get_claimed_heads()
        has_clause = bool(terms) and terms.clause_kind != "none" and "indemnity" in heads
        return self._get_variant(), self.issue_date or self.date, has_clause, heads

    def _get_demand_values(self):
        """Return the values of the letter, in the context's language.

        Before sending, the figures are those of today and ``is_draft`` says so.
        """
        self.ensure_one()
        statement = self._get_demand_statement().with_context(lang=self.env.lang)
        values = self._get_document_values()
        variant = self._get_variant()
        terms = self.sudo().contract_terms_id
        groups = [self._prepare_demand_group(statement, group) for group in statement._group_by_currency()]
        count = sum(len(group["rows"]) for group in groups)
        flags = {flag for item in statement.figures["items"] for flag in item["flags"]}
        return values | {
            "statement": statement,
            "is_draft": not self.statement_id,
            "is_roomy": count <= ROOMY,
            "is_short": count <= SHORT,
            "is_long": count > ONE_PAGE,
            "variant": variant,
            "groups": groups,
            "number": statement._format_amount,
            "euro": self.env.ref("base.EUR"),
            "total_of": lambda group: self.env._("Total (%s)", group["currency"].name),
            "texts": self._get_demand_texts(variant),
            "sentences": self._get_demand_sentences(statement, groups, values, terms, flags),
            "has_foreign": any(group["currency"] != self.company_currency_id for group in groups),
            "registered_number": ", ".join(filter(None, self.letter_ids.mapped("number"))),
        }

    def _prepare_demand_group(self, statement, group):
        """Return a currency's rows and totals, with what is said of its interest."""
        currency = group["currency"]
        euro = self.env.ref("base.EUR")
        indemnities = {line.item: line.amount for line in statement.line_ids if line.kind == "indemnity"}
        rows = [
            {
                **item,
                "indemnity": indemnities.get(item["first"].item, 0.0),
                "is_long": len(f"{item['first'].move_name} {item['first'].reference or ''}") > ONE_LINE,
            }
            for item in group["items"]
        ]
        lines = statement.line_ids.filtered(lambda line: line.kind == "interest" and line.currency_id == currency)
        aside = statement.line_ids.filtered(lambda line: line.is_set_aside and line.currency_id == currency)
        return group | {
            "rows": rows,
            "rates": list(dict.fromkeys(lines.sorted("date_from").mapped("rate"))),
            "daily": self._get_daily_interest(statement, group),
            "set_aside": currency.round(-sum(aside.mapped("amount"))),
            "row_indemnity": euro.round(sum(row["indemnity"] for row in rows)),
            "costs": currency.round(group["cost"] + group["deduction"]),
        }

    def _get_daily_interest(self, statement, group):
        """Return what each further day adds at the rates of the décompte's date, rounded to the cent."""
        denominator = float(statement.figures["denominator"])
        capitalised = {item["line_id"]: float(item["capitalised"]) for item in statement.figures["items"]}
        total = 0.0
        for item in group["items"]:
            line = item["lines"].filtered(lambda line: line.kind == "interest").sorted("date_to")[-1:]
            if line and line.date_to == statement.date:
                base = item["principal_left"] + capitalised.get(item["first"].move_line_id.id, 0.0)
                total += base * line.rate / 100 / denominator
        return float_round(total, precision_rounding=group["currency"].rounding)

    def _get_demand_texts(self, variant):
        """Return the articles that the letter quotes."""
        texts = self.sudo().legal_text_ids
        if variant == "guarantor" and self.coverage_id.kind != "surety":
            texts = texts.filtered(lambda text: not text.code.startswith("22"))  # a bank guarantee is no suretyship
        return texts.with_context(lang=self.env.lang)

    def _get_demand_sentences(self, statement, groups, values, terms, flags):
        """Return the sentences that carry figures, whole for whoever translates them."""
        day, money = values["date"], values["money"]
        long_day = day(statement.date, "long")
        deadline = {
            "sum": self.demanded_text,
            "days": self.level_id.deadline_days,
            "day": day(values["deadline"], "long"),
        }
        return {
            "demand": self.env._(
                "we hereby give you formal notice (mise en demeure) to pay us the sum of %(sum)s within %(days)s days "
                "of the first presentation of this letter, and at the latest on %(day)s",
                **deadline,
            ),
            "due": self.env._("TOTAL DUE on %s", long_day),
            "interest": lambda group: self._describe_rates(group, statement._get_interest_until()),
            "daily": self._describe_running(statement, groups, values),
            "no_interest": self.env._(
                "No interest is counted on this day: interest at the legal rate runs from the receipt of this letter "
                "(C. civ. 1231-6 and 1344-1)."
            )
            if "no_receipt" in flags
            else "",
            "clause": self._describe_clause(terms, money),
            "set_aside": self._describe_set_aside(groups, money),
            "terms": self._describe_terms(terms, day),
            "enclosed": self._describe_enclosure(statement),
            "guarantee": self.env._(
                "Your commitment is limited to %(limit)s: the sum demanded from you is %(sum)s.",
                limit=self.guarantee_text,
                sum=self.demanded_text,
            )
            if self.guaranteed_notice_id
            else "",
        }

    def _describe_set_aside(self, groups, money):
        """Return what stands in the column of payments without having been paid."""
        amounts = [money(group["set_aside"], group["currency"]) for group in groups if group["set_aside"]]
        if not amounts:
            return ""
        return self.env._(
            "In the column “Paid or credited”, %s are only set aside (dispute, promise or agreement) and are not "
            "claimed here.",
            self._join(amounts),
        )

    def _describe_enclosure(self, statement):
        """Return what is enclosed with the letter."""
        if not statement.number:
            return self.env._("Enclosed: statement of the claim (décompte).")
        return self.env._("Enclosed: statement of the claim (décompte) %s.", statement.number)

    def _describe_running(self, statement, groups, values):
        """Return what goes on running after the décompte."""
        until = statement._get_interest_until()
        if until and any(group["rates"] for group in groups):
            return self.env._(
                "Interest from %s on remains due: it will be counted at the rate of that time.",
                values["date"](until + timedelta(days=1), "long"),
            )
        return "" if self.guaranteed_notice_id else self._describe_daily(groups, values["money"])

    def _describe_rates(self, group, until=None):
        """Return the name of the interest of a currency, with its yearly rates in the order of time.

        :param until: its last day, when the rate of what follows was not known.
        """
        rates = ", ".join(f"{formatLang(self.env, rate, digits=2)}\N{NO-BREAK SPACE}%" for rate in group["rates"])
        if until:
            day = self._format_day(until)
            return self.env._("Interest up to %(day)s (yearly rate: %(rates)s)", day=day, rates=rates)
        if len(group["rates"]) > 1:
            return self.env._("Interest to this day (yearly rates: %s)", rates)
        return self.env._("Interest to this day (yearly rate: %s)", rates)

    def _describe_daily(self, groups, money):
        """Return what one more day of delay costs."""
        amounts = [money(group["daily"], group["currency"]) for group in groups if group["daily"]]
        if not amounts:
            return ""
        return self.env._(
            "Interest goes on running: %s per further day until payment, at the rates of this day.",
            self._join(amounts),
        )

    def _describe_clause(self, terms, money):
        """Return what the contract's penalty clause adds if the deadline passes (C. civ. 1231-5)."""
        if not terms or terms.clause_kind == "none" or "indemnity" not in self._get_claimed_heads():
            return ""
        if terms.clause_kind == "percent":
            amount = f"{formatLang(self.env, terms.clause_percent, digits=2)}\N{NO-BREAK SPACE}%"
            return self.env._(
                "Failing payment within this time, the contract's penalty clause (%s of the principal, C. civ. "
                "1231-5) will be due as well.",
                amount,
            )
        return self.env._(
            "Failing payment within this time, the contract's penalty clause (%s, C. civ. 1231-5) will be due as well.",
            money(terms.clause_amount, terms.currency_id),
        )

    def _describe_terms(self, terms, day):
        """Return which general terms of sale the invoices are under."""
        if not terms or not terms.cgv_version:
            return ""
        if terms.cgv_accepted_on:
            return self.env._(
                "General terms of sale: %(version)s, accepted on %(day)s.",
                version=terms.cgv_version,
                day=day(terms.cgv_accepted_on),
            )
        return self.env._("General terms of sale: %s.", terms.cgv_version)
