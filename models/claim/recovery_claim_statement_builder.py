from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ..common.equivalent import convert_totals
from ..common.formatting import format_share
from ..legal.interest import semester_code


def format_number(env, number):
    """Return a number in the language of ``env``, with no more decimals than it has, three at most."""
    text = formatLang(env, float(number), digits=3)
    return text.rstrip("0").rstrip(".,") if "." in text or "," in text else text


def format_rate(env, number):
    """Return a yearly rate in the language of ``env``."""
    return format_share(env, number)


class RecoveryStatementBuilder(models.AbstractModel):
    """The making of statements: the figures of a claim become frozen lines, in the language of who reads them."""

    _name = "recovery.claim.statement.builder"
    _description = "Issue claim statements"

    @api.model
    def _prepare_all(self, company, requests, day, number=None):
        """Return the values of statements, in order, from two computations for all of them.

        :param list requests: of ``recovery_claim_statement.Request``.
        :param number: an empty string for drafts, that take none.
        """
        Claim = self.env["recovery.claim"]

        def compute(change):
            return Claim._compute_each(
                company, {i: (request.lines, change(request.options)) for i, request in enumerate(requests)}, day
            )

        claims = compute(lambda options: options)
        others = compute(lambda options: options._replace(interest_first=not options.interest_first))
        debtors = self.env["recovery.debtor"].union(*(request.debtor for request in requests))
        owed = self.env["recovery.ledger"]._read_payables(company, debtors.partner_id)
        return [
            self._prepare_vals(
                request.debtor,
                request.lines.sudo(),
                claims[index],
                others[index],
                request.source,
                addressee=request.addressee,
                lang=request.lang,
                number=number,
                owed=owed.get(request.debtor.partner_id.id, 0.0),
            )
            for index, request in enumerate(requests)
        ]

    @api.model
    def _prepare_vals(self, debtor, lines, claim, other, source, addressee=None, lang=None, number=None, owed=0.0):
        """Return the values of a statement of these two computations of one claim.

        :param other: the same claim with the other imputation, or the same object.
        :param addressee: who it is written to, the debtor's own contact by default; ``lang`` follows.
        :param number: an empty string for a draft, that takes none.
        :param owed: what we owe the debtor, which may set it off.
        """
        root = debtor.company_id
        addressee = addressee or debtor._get_addressee()
        lang = lang or debtor._get_language(addressee)
        localized = self.with_context(lang=lang)
        companies = lines.company_id
        totals = claim.get_totals()
        currencies = self.env["res.currency"].browse(total.currency_id for total in totals)
        amounts = dict(zip(currencies, (float(total.amount) for total in totals), strict=True))
        figures = {
            "totals": [_to_json(total) for total in totals],
            "other_totals": [_to_json(total) for total in other.get_totals()],
            "other_imputation": "interest_first" if other.options.interest_first else "principal_first",
            "items": [localized._freeze_item(item) for item in claim.items],
            "taken": localized._freeze_taken(claim),
            "sources": [*localized._list_sources(claim), *localized._tell_owed(root, owed)],
            "denominator": str(claim.denominator),
            "interest_until": str(claim.options.interest_until or ""),
        }
        if number is None:
            sequence = self.env["ir.sequence"].sudo().with_company(root)
            number = sequence.next_by_code("recovery.claim.statement", sequence_date=claim.day)
        return {
            "number": number,
            "date": claim.day,
            "issued_on": fields.Datetime.now(),
            "issued_by_id": self.env.user.id,
            "company_id": root.id,
            "issuer_id": companies.id if len(companies) == 1 else root.id,
            "debtor_id": debtor.id,
            "addressee_id": addressee.id,
            "lang": lang,
            "nature": debtor.nature,
            "imputation": "interest_first" if claim.options.interest_first else "principal_first",
            "received_on": claim.options.received_on,
            "judgment_on": claim.judgment_on,
            "res_model": source._name,
            "res_id": source.id,
            "source_name": source.display_name,
            "figures": figures,
            "figures_sha256": self.env["recovery.claim.statement"]._digest(figures),
            "amount": convert_totals(root, claim.day, amounts.items()),
            "amount_text": " + ".join(
                formatLang(localized.env, amount, currency_obj=currency) for currency, amount in amounts.items()
            ),
            "line_ids": [fields.Command.create(vals) for vals in localized._prepare_lines(claim)],
        }

    # ------------------------------------------------------------
    # Lines
    # ------------------------------------------------------------
    @api.model
    def _prepare_lines(self, claim):
        """Return the values of the lines, those of an instalment in the order of the calendar."""
        rows = []
        for rank, item in enumerate(claim.items, start=1):
            shared = {
                "item": rank,
                "move_line_id": item.line_id,
                "move_id": item.move_id,
                "move_name": item.move_name,
                "reference": item.reference,
                "invoice_date": item.invoice_date,
                "due_date": item.due,
                "currency_id": item.currency_id,
            }
            rows += [{**shared, **row} for row in self._prepare_item_lines(item, claim)]
        euro = {"currency_id": claim.euro_id}
        for spent in claim.costs:
            rows.append(
                {
                    **euro,
                    "kind": "cost",
                    "cost_id": spent.cost_id,
                    "move_name": spent.move_name,
                    "date_from": spent.day,
                    "name": spent.name,
                    "amount": float(spent.amount),
                }
            )
        for spent in claim.court_costs:
            rows.append(
                {
                    "kind": {"costs": "cost", "interest": "awarded_interest"}.get(spent.head, "awarded"),
                    "currency_id": spent.currency_id,
                    "date_from": spent.day,
                    "name": spent.name,
                    "amount": float(spent.amount),
                }
            )
        for paid in claim.costs_paid:
            if paid.head == "interest":
                kind, name = "paid_interest", self.env._("Payment on %s, applied to the interest awarded", paid.name)
            else:
                kind, name = "paid_first", self.env._("Payment on %s, applied to costs first", paid.name)
            rows.append(
                {
                    "kind": kind,
                    "currency_id": paid.currency_id,
                    "date_from": paid.day,
                    "move_name": paid.name,
                    "name": name,
                    "amount": -float(paid.amount),
                }
            )
        covered = sum(spent.amount for spent in claim.costs) - claim.costs_uncovered
        for name, amount in (
            (self.env._("Already covered by the fixed compensation"), covered),
            (self.env._("Already charged or waived"), claim.costs_uncovered - claim.complementary_costs),
        ):
            if amount:
                rows.append({**euro, "kind": "deduction", "name": name, "amount": -float(amount)})
        if claim.clause_fixed:
            name = self._get_clause_name(claim)
            rows.append({**euro, "kind": "clause", "name": name, "amount": float(claim.clause_fixed)})
        return [{**row, "sequence": sequence} for sequence, row in enumerate(rows, start=1)]

    @api.model
    def _prepare_item_lines(self, item, claim):
        yield {"kind": "principal", "name": self.env._("Principal"), "amount": float(item.principal)}
        # a payment is end-of-day: its interest stands before it
        steps = [(line.end, 0, number, line) for number, line in enumerate(item.account.lines)]
        steps += [(row.day, 1, number, row) for number, row in enumerate(item.account.imputations)]
        for day, is_movement, _number, step in sorted(steps, key=lambda step: step[:3]):
            if is_movement:
                yield {
                    "kind": "settled",
                    "name": self._get_settled_name(step.key),
                    "date_from": day,
                    "amount": -float(step.to_principal + step.to_interest),
                    "to_interest": float(step.to_interest),
                    "is_set_aside": step.key.is_set_aside,
                }
            else:
                yield {
                    "kind": "interest",
                    "name": self._get_interest_name(step, item),
                    "date_from": step.start,
                    "date_to": step.end,
                    "days": step.days,
                    "rate": float(step.rate),
                    "base": float(step.base),
                    "amount": float(step.amount),
                }
        if item.waived:
            yield {"kind": "waived", "name": self.env._("Interest waived"), "amount": -float(item.waived)}
        if item.indemnity:
            yield {
                "kind": "indemnity",
                "name": self.env._("Fixed compensation for recovery costs (%s)", item.indemnity_article),
                "currency_id": claim.euro_id,
                "amount": float(item.indemnity),
            }
        if item.clause:
            yield {
                "kind": "clause",
                "name": self._get_clause_name(claim),
                "base": float(item.account.principal_left),
                "amount": float(item.clause),
            }

    @api.model
    def _get_interest_name(self, line, item):
        """Return the basis of the rate, and what the base holds beside the principal."""
        name = self._get_source_name(line.source)
        if not line.capitalised:
            return name
        currency = self.env["res.currency"].browse(item.currency_id)
        return self.env._(
            "%(basis)s; base with %(amount)s of capitalised interest",
            basis=name,
            amount=formatLang(self.env, float(line.capitalised), digits=currency.decimal_places),
        )

    @api.model
    def _get_clause_name(self, claim):
        name = self.env._("Penalty clause (C. civ. 1231-5)")
        return f"{name}, {claim.clause_reference}" if claim.clause_reference else name

    @api.model
    def _get_settled_name(self, settled):
        if settled.is_set_aside:
            return self.env._("Set aside (dispute, promise or suspension): not claimed here")
        if settled.is_not_awarded:
            return self.env._("Not awarded by the title: no longer claimed")
        if settled.on_paper:
            if settled.reduces_price:
                return self.env._("Credit %s, not yet matched", settled.name)
            return self.env._("Payment %s, not yet matched", settled.name)
        return {
            "payment": self.env._("Payment"),
            "bank": self.env._("Payment (bank)"),
            "credit_note": self.env._("Credit note"),
            "exchange": self.env._("Exchange difference"),
        }.get(settled.kind, self.env._("Other entry"))

    # ------------------------------------------------------------
    # Where the rates come from
    # ------------------------------------------------------------
    @api.model
    def _get_source_name(self, source):
        """Return the short basis of a rate, as it stands beside each line."""
        values = {
            "rate": format_rate(self.env, source.reference) if source.reference is not None else "",
            "points": format_number(self.env, source.points) if source.points is not None else "",
            "semester": self._get_semester_name(source.semester) if source.semester else "",
        }
        texts = {
            "default": self.env._("ECB %(rate)s + %(points)s points, %(semester)s", **values),
            "public": self.env._("ECB %(rate)s + %(points)s points, frozen, %(semester)s", **values),
            "legal": self.env._("Legal interest, %(semester)s", **values),
            "judgment": self.env._("Legal interest, %(semester)s", **values),
            "contract": self.env._("Contractual rate"),
            "floor": self.env._("Legal minimum: %(points)s × %(rate)s, %(semester)s", **values),
        }
        if source.code == "judgment" and source.points is not None:
            return self.env._("Legal interest %(rate)s + %(points)s points, %(semester)s", **values)
        return texts[source.code]

    @api.model
    def _get_semester_name(self, semester):
        year, half = semester.split("-S")
        if half == "1":
            return self.env._("1st half-year of %s", year)
        return self.env._("2nd half-year of %s", year)

    @api.model
    def _list_sources(self, claim):
        """Return what the reader needs to check the rates: the texts, and where each published rate was read."""
        sources = {line.source for item in claim.items for line in item.account.lines}
        titles = [
            self.env._("Title: %s", name) for name in dict.fromkeys(ruling.name for ruling in claim.rulings.values())
        ]
        if claim.options.interest_first and claim.court_costs:
            titles.append(self._say_order(claim))
        if not sources:
            return titles
        points = {
            source.code: format_number(self.env, source.points) for source in sources if source.points is not None
        }
        codes = {source.code for source in sources}
        texts = {
            "": self.env._(
                "Base × rate × days ÷ %s, each line rounded to the cent; from the day after the due date to the "
                "last day included; interest still runs on the day of a payment; each day bears the rate of its "
                "half-year.",
                format_number(self.env, claim.denominator),
            ),
            "default": self.env._(
                "Default penalty rate between professionals: the ECB's main refinancing rate on the first day of "
                "each half-year, plus %s points, due from the day after the due date without any reminder (C. com. "
                "L441-10 II).",
                points.get("default"),
            ),
            "public": self.env._(
                "Interest payable by a public body: the ECB's main refinancing rate on the first day of the "
                "half-year in which interest starts, plus %s points, for the whole delay (CCP R2192-31).",
                points.get("public"),
            ),
            "legal": self.env._(
                "Legal interest from the receipt of the mise en demeure (C. civ. 1231-6 and 1344-1; CMF L313-2)."
            ),
            "judgment": self.env._("Legal interest after a judgment, and its increase (C. civ. 1231-7; CMF L313-3)."),
            "contract": self.env._("Contract rate."),
            "floor": self.env._(
                "The contract rate is below the legal minimum of %s times the legal rate (C. com. L441-10 II): the "
                "minimum is applied.",
                points.get("floor"),
            ),
        }
        found = [texts[code] for code in texts if not code or code in codes]
        if any(line.capitalised for item in claim.items for line in item.account.lines):
            found.append(
                self.env._(
                    "Interest due for a full year itself bears interest, from each anniversary of the day from "
                    "which it runs (C. civ. 1343-2)."
                )
            )
        wanted = {}
        for source in sources:
            if source.reference is not None:
                kind = "ecb_mro" if source.code in ("default", "public") else "legal_pro"
                wanted[source.semester, kind] = source
        for (semester, kind), source in sorted(wanted.items()):
            year, half = semester.split("-S")
            first_day = fields.Date.to_date(f"{year}-{'01' if half == '1' else '07'}-01")
            if kind == "ecb_mro":
                found.append(
                    self.env._(
                        "ECB rate in force on %(day)s: %(rate)s.",
                        day=format_date(self.env, first_day),
                        rate=format_rate(self.env, source.reference),
                    )
                )
            else:
                found.append(
                    self.env._(
                        "Legal interest rate of the %(semester)s (creditors other than individuals): %(rate)s.",
                        semester=self._get_semester_name(semester_code(first_day)),
                        rate=format_rate(self.env, source.reference),
                    )
                )
        return titles + found

    @api.model
    def _say_order(self, claim):
        """Return in which order money received pays what is claimed (C. civ. 1343-1)."""
        if any(not row.is_first for row in claim.court_costs) or any(total.last for total in claim.get_totals()):
            return self.env._(
                "Payments are applied to the costs owed, then to interest, then to principal; compensation, penalty "
                "clauses and other sums awarded come last."
            )
        return self.env._("Payments are applied to the costs owed, then to interest, then to principal.")

    @api.model
    def _tell_owed(self, root, owed):
        """Yield the sentence on what we owe the debtor, where we owe something."""
        if root.currency_id.compare_amounts(owed, 0.0) > 0:
            yield self.env._(
                "Bills of %s from the debtor are open in our accounts: reciprocal debts that are due may be set "
                "off (C. civ. 1347). Nothing has been deducted here.",
                formatLang(self.env, owed, currency_obj=root.currency_id),
            )

    @api.model
    def _freeze_item(self, item):
        """Return the whole account of an instalment as JSON values."""
        account = item.account
        return {
            "line_id": item.line_id,
            "move_id": item.move_id,
            "move_name": item.move_name,
            "due": str(item.due),
            "currency_id": item.currency_id,
            "nature": item.nature,
            "regime": item.regime,
            "flags": sorted(item.flags),
            "contract_rate": None if item.contract_rate is None else str(item.contract_rate),
            "insolvent_on": item.insolvent_on and str(item.insolvent_on),
            "principal": str(item.principal),
            "principal_left": str(account.principal_left),
            "interest": str(account.interest),
            "interest_left": str(item.interest_left),
            "waived": str(item.waived),
            "capitalised": str(account.capitalised),
            "indemnity": str(item.indemnity),
            "clause": str(item.clause),
        }

    @api.model
    def _freeze_taken(self, claim):
        """Return what was charged or waived apart as JSON values: one per invoice and head, no part of the total."""
        heads = {
            "interest": self.env._("Interest"),
            "indemnity": self.env._("Fixed compensation"),
            "cost": self.env._("Recovery costs"),
        }
        names = {item.move_id: item.move_name for item in claim.items}
        groups = defaultdict(list)
        for row in claim.taken:
            groups[row.name, row.charged, row.head, row.move_id, row.currency_id].append(row)
        return [
            {
                "name": name,
                "charged": charged,
                "head": heads.get(head, self.env._("Penalty clause")),
                "invoice": names.get(move_id, ""),
                "date_from": min((str(row.start) for row in rows if row.start), default=""),
                "date_to": max((str(row.end) for row in rows if row.start), default=""),
                "amount": str(sum(row.amount for row in rows)),
                "currency_id": currency_id,
            }
            for (name, charged, head, move_id, currency_id), rows in groups.items()
        ]


def _to_json(total):
    """Return a total as JSON values."""
    keys = (
        "principal",
        "settled",
        "principal_left",
        "interest",
        "interest_left",
        "indemnity",
        "costs",
        "clause",
        "other",
    )
    return {
        "currency_id": total.currency_id,
        **{key: str(getattr(total, key)) for key in keys},
        "amount": str(total.amount),
    }
