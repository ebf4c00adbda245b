from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import float_round

from ...claim.figures import ZERO, Asked
from ...claim.recovery_claim import to_decimal
from ...claim.recovery_claim_statement import Request
from ...common.formatting import format_share
from ...common.page_fit import DENSE, DENSE_ROW, Piece, Style, make_table
from ...legal.interest import MissingRate

ONE_PAGE = 12  # invoices up to which the letter stands on one page
QUOTED = Style(1.05, 0.0)  # how the articles of the foot are led
BESIDE = {"scale": 0.92, "width": 0.345}  # where to pay, beside the sums
ONE_LINE = 34  # characters of a number and its references that stand on one line of the table


class RecoveryFormalLetter(models.AbstractModel):
    """The letter of a mise en demeure: what it asks for, the décompte frozen when it leaves, what it prints."""

    _name = "recovery.formal.letter"
    _description = "Mise en demeure letter"

    # ------------------------------------------------------------
    # The décompte
    # ------------------------------------------------------------
    @api.model
    def _freeze(self, notices, day):
        """Freeze and print the décomptes of mises en demeure about to leave, all of a company together.

        Two that leave at the same moment for one debtor, or a charge meanwhile, would ask for the same thing twice.
        """
        Statement = self.env["recovery.claim.statement"]
        notices.debtor_id.sudo()._serialize_transactions()
        for company, group in notices.sudo().grouped("company_id").items():
            try:
                statements = Statement._issue_all(company, self._prepare_requests(group, day), day)
            except UserError as error:
                if not isinstance(error.__cause__, MissingRate):
                    raise
                # interest stops only for those who lack a rate; all are still printed together
                until = {notice: self._find_interest_until(notice, day) for notice in group}
                statements = Statement._issue_all(company, self._prepare_requests(group, day, until), day)
            for notice, statement in zip(group, statements, strict=True):
                notice.claim_statement_id = statement
                notice.write({"variant": notice._get_variant(), "amount_demanded": notice._get_demanded_amount()})

    @api.model
    def _find_interest_until(self, notice, day):
        """Return the eve of the semester whose rate a notice needs and nobody published yet, or None."""

        def compute(until):
            [request] = self._prepare_requests(notice, day, {notice: until})
            notice.env["recovery.claim"]._compute(notice.company_id, request.lines, day, request.options)
            return until

        return self._with_known_rates(compute)

    @api.model
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

    @api.model
    def _prepare_requests(self, notices, day, interest_until=None):
        """Return what the statements of these notices of one company are asked for, in order.

        :param dict interest_until: the last day of interest of the notices for which it stops.
        """
        stops, asked = interest_until or {}, self._read_asked(notices)
        requests = {
            notice: Request(
                notice.debtor_id,
                notice._get_claimed_lines().move_line_id,
                notice._get_claim_options()._replace(interest_until=stops.get(notice), asked=asked[notice]),
                notice,
                notice.addressee_id or notice.debtor_id._get_addressee(),
                notice.lang,
            )
            for notice in notices
        }
        unsure = [n for n in notices if any(line.amount_credit for line in n._get_claimed_lines())]
        claims = unsure and notices.env["recovery.claim"]._compute_each(
            notices.company_id, {n: (requests[n].lines, requests[n].options) for n in unsure}, day
        )
        for notice in unsure:
            options = requests[notice].options._replace(set_aside=self._find_set_aside(notice, claims[notice]))
            requests[notice] = requests[notice]._replace(options=options)
        return list(requests.values())

    @api.model
    def _find_set_aside(self, notice, claim):
        """Return ``((journal item id, amount), …)`` of what a hold sets aside of the instalments, and is not claimed.

        It is what the books leave of them beyond what the notice claims.
        """
        left = {item.line_id: item.account.principal_left for item in claim.items}
        rows = [
            (line.move_line_id.id, left.get(line.move_line_id.id, ZERO) - to_decimal(line.amount_due, line.currency_id))
            for line in notice._get_claimed_lines()
        ]
        return tuple((line_id, amount) for line_id, amount in rows if amount > 0)

    @api.model
    def _get_statement(self, notice):
        """Return the frozen décompte of a notice, or the one that would be frozen today, unsaved and without a number.

        An example without books behind it, as the preview of a wording has, gives an empty one.
        """
        Builder = self.env["recovery.claim.statement.builder"].sudo()
        notice = notice.sudo()
        if notice.claim_statement_id or not notice._get_claimed_lines().move_line_id:
            return notice.claim_statement_id
        day = notice.company_id._recovery_today()
        [vals] = self._with_known_rates(
            lambda until: Builder._prepare_all(
                notice.company_id, self._prepare_requests(notice, day, {notice: until}), day, number=""
            )
        )
        return self.env["recovery.claim.statement"].sudo().new(vals)

    # ------------------------------------------------------------
    # What other letters in force ask for already
    # ------------------------------------------------------------
    @api.model
    def _read_asked(self, notices):
        """Return ``{notice: figures.Asked}``, in a number of queries that does not grow with the notices."""
        others = notices.sudo().search(
            Domain("debtor_id", "in", notices.debtor_id.ids)
            & Domain("kind", "=", "formal_notice")
            & Domain("state", "=", "sent")
            & Domain("claim_statement_id", "!=", False)
            & Domain("guaranteed_notice_id", "=", False)
        )
        by_debtor = others.grouped("debtor_id")
        return {
            notice: self._find_asked(notice, by_debtor.get(notice.debtor_id, others.browse())) for notice in notices
        }

    @api.model
    def _find_asked(self, notice, others):
        """Return what these other notices ask for that this one leaves out.

        One whose instalments are all claimed here again is repeated, not added to; so is
        the indemnity that it set beside one of them.
        """
        own = notice._get_claimed_lines().move_line_id
        others -= notice | notice.guaranteed_notice_id
        rows = others.filtered(lambda other: other._get_claimed_lines().move_line_id - own).claim_statement_id.line_ids

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
    @api.model
    def _get_values(self, notice):
        """Return the values of the letter, in the context's language.

        Before sending, the figures are those of today and ``is_draft`` says so.
        """
        statement = self._get_statement(notice).with_context(lang=self.env.lang)
        values = notice._get_document_values()
        variant = notice._get_variant()
        terms = notice.sudo().contract_terms_id
        groups = [self._prepare_group(statement, group) for group in statement._group_by_currency()]
        count = sum(len(group["rows"]) for group in groups)
        flags = {flag for item in statement.figures["items"] for flag in item["flags"]}
        values |= {
            "wording": notice._get_preview_wording(),
            "statement": statement,
            "is_draft": not notice.claim_statement_id,
            "is_long": count > ONE_PAGE,
            "variant": variant,
            "groups": groups,
            "number": statement._format_amount,
            "euro": self.env.ref("base.EUR"),
            "total_of": lambda group: self.env._("Total (%s)", group["currency"].name),
            "texts": self._get_texts(notice, variant),
            "sentences": self._get_sentences(notice, statement, groups, values, terms, flags),
            "equivalent": statement._say_equivalent(),
            "registered_number": ", ".join(filter(None, notice.letter_ids.mapped("number"))),
        }
        return values | {"size": notice._set_letter(self._list_pieces(notice, values), DENSE)}

    @api.model
    def _list_pieces(self, notice, values):
        """Return what stands on the letter, as it counts on the page."""
        sentences, groups = values["sentences"], values["groups"]
        demand = " ".join(sentences[name] for name in ("demand", "daily", "no_interest", "clause"))
        heads = ("principal_left", "interest_left", "indemnity", "costs", "clause")
        sums = sum(
            1.3 * (1 + sum(bool(group[head]) for head in heads))
            + 1.3 * len(group["interest_lines"] | group["awarded_lines"])
            + 1.2
            for group in groups
        )
        return [
            Piece(height=4.6 if values["is_draft"] else 1.9),  # title and date
            *map(Piece, values["wording"]),
            *(
                make_table(len(rows), scale=0.92, more=sum(row["is_long"] for row in rows), style=DENSE_ROW)
                for rows in (group["rows"] for group in groups)
                if rows
            ),
            Piece(self._say_bank(values), height=(5.0 if values["qr"] else 0.5) * bool(values["bank"]), **BESIDE),
            Piece(height=max(sums - (9.5 if values["qr"] else 5.5) * bool(values["bank"]), 0.0), scale=0.92),
            *map(Piece, (sentences["set_aside"], values["equivalent"], sentences["guarantee"])),
            Piece(f"Consequently, {demand}"),
            Piece(height=6.5),  # the signature
            *notice._list_rest_pieces(values),
            Piece(
                " ".join(f"{text.article}: {text.wording}" for text in values["texts"]),
                height=0.6,
                scale=0.68,
                width=1.12,  # letters that small are narrower
                style=QUOTED,
            ),
        ]

    @api.model
    def _say_bank(self, values):
        """Return words about as long as those that say where to pay."""
        bank = values["bank"]
        names = (bank.acc_holder_name or values["company"].name, bank.acc_number, bank.bank_bic, values["reference"])
        return f"Règlement par virement, bénéficiaire, IBAN, BIC, en rappelant {' '.join(filter(None, names))}" * bool(
            bank
        )

    @api.model
    def _prepare_group(self, statement, group):
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

    @api.model
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

    @api.model
    def _get_texts(self, notice, variant):
        """Return the articles that the letter quotes."""
        texts = notice.sudo().legal_text_ids
        if variant == "guarantor" and notice.coverage_id.kind != "surety":
            texts = texts.filtered(lambda text: not text.code.startswith("22"))  # a bank guarantee is no suretyship
        return texts.with_context(lang=self.env.lang)

    @api.model
    def _get_sentences(self, notice, statement, groups, values, terms, flags):
        """Return the sentences that carry figures, whole for whoever translates them."""
        day, money = values["date"], values["money"]
        long_day = day(statement.date, "long")
        deadline = {
            "sum": notice.demanded_text,
            "days": notice.level_id.deadline_days,
            "day": day(values["deadline"], "long"),
        }
        return {
            "demand": self.env._(
                "we hereby give you formal notice (mise en demeure) to pay us the sum of %(sum)s within %(days)s "
                "days of the first presentation of this letter, and no later than %(day)s",
                **deadline,
            ),
            "due": self.env._("TOTAL DUE on %s", long_day),
            "interest": lambda group: self._describe_rates(notice, group, statement._get_interest_until()),
            "daily": self._describe_running(notice, statement, groups, values),
            "no_interest": self.env._(
                "No interest is included as of today: interest at the legal rate runs from receipt of this letter "
                "(C. civ. 1231-6 and 1344-1)."
            )
            if "no_receipt" in flags
            else "",
            "clause": self._describe_clause(notice, terms, money),
            "set_aside": self._describe_set_aside(notice, groups, money),
            "terms": self._describe_terms(terms, day),
            "enclosed": self._describe_enclosure(statement),
            "guarantee": self.env._(
                "Your commitment is limited to %(limit)s: the amount demanded from you is %(sum)s.",
                limit=notice.guarantee_text,
                sum=notice.demanded_text,
            )
            if notice.guaranteed_notice_id
            else "",
        }

    @api.model
    def _describe_set_aside(self, notice, groups, money):
        """Return what stands in the column of payments without having been paid."""
        amounts = [money(group["set_aside"], group["currency"]) for group in groups if group["set_aside"]]
        if not amounts:
            return ""
        return self.env._(
            "In the “Paid or credited” column, %s are only set aside (dispute, promise or agreement) and are not "
            "claimed here.",
            notice._join(amounts),
        )

    @api.model
    def _describe_enclosure(self, statement):
        """Return what is enclosed with the letter."""
        if not statement.number:
            return self.env._("Enclosed: claim statement (décompte).")
        return self.env._("Enclosed: claim statement (décompte) %s.", statement.number)

    @api.model
    def _describe_running(self, notice, statement, groups, values):
        """Return what goes on running after the décompte."""
        until = statement._get_interest_until()
        if until and any(group["rates"] for group in groups):
            return self.env._(
                "Interest from %s remains due: it will be calculated at the rate then in force.",
                values["date"](until + timedelta(days=1), "long"),
            )
        return "" if notice.guaranteed_notice_id else self._describe_daily(notice, groups, values["money"])

    @api.model
    def _describe_rates(self, notice, group, until=None):
        """Return the name of the interest of a currency, with its yearly rates in the order of time.

        :param until: its last day, when the rate of what follows was not known.
        """
        rates = ", ".join(format_share(self.env, rate) for rate in group["rates"])
        if until:
            day = notice._format_day(until)
            return self.env._("Interest up to %(day)s (annual rate: %(rates)s)", day=day, rates=rates)
        if len(group["rates"]) > 1:
            return self.env._("Interest to date (annual rates: %s)", rates)
        return self.env._("Interest to date (annual rate: %s)", rates)

    @api.model
    def _describe_daily(self, notice, groups, money):
        """Return what one more day of delay costs."""
        amounts = [money(group["daily"], group["currency"]) for group in groups if group["daily"]]
        if not amounts:
            return ""
        return self.env._(
            "Interest continues to accrue: %s per additional day until payment, at the rates in force today.",
            notice._join(amounts),
        )

    @api.model
    def _describe_clause(self, notice, terms, money):
        """Return what the contract's penalty clause adds if the deadline passes (C. civ. 1231-5)."""
        if not terms or terms.clause_kind == "none" or "indemnity" not in notice._get_claimed_heads():
            return ""
        if terms.clause_kind == "percent":
            amount = format_share(self.env, terms.clause_percent)
            return self.env._(
                "Failing payment within this time, the contract's penalty clause (%s of the principal, C. civ. "
                "1231-5) will also become payable.",
                amount,
            )
        return self.env._(
            "Failing payment within this time, the contract's penalty clause (%s, C. civ. 1231-5) will also become "
            "payable.",
            money(terms.clause_amount, terms.currency_id),
        )

    @api.model
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
