from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import float_round
from odoo.tools.misc import formatLang

ONE_PAGE = 12  # invoices up to which the letter stands on one page
ROOMY = 2  # invoices up to which the letter can breathe
SHORT = 5  # invoices up to which there is room to quote the texts in a larger type
ONE_LINE = 34  # characters of a number and its references that stand on one line of the table


class RecoveryNotice(models.Model):
    """What the letter of a mise en demeure prints, out of its frozen décompte."""

    _inherit = "recovery.notice"

    contract_terms_id = fields.Many2one(
        "recovery.contract.terms", string="Contract terms", compute="_compute_contract_terms_id"
    )
    legal_text_ids = fields.Many2many("recovery.legal.text", string="Texts quoted", compute="_compute_legal_text_ids")

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
