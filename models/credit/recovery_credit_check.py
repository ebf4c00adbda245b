from functools import partial
from typing import NamedTuple

from odoo import api, models
from odoo.tools import format_date, formatLang

from ..common.insolvency import PAYMENT
from ..common.marks import get_marked, mark
from ..common.roles import AUDITOR, USER
from .exposure import Exposure
from .recovery_credit_rule import Rule

ACCOUNT_READERS = (
    "account.group_account_invoice",
    "account.group_account_readonly",
    USER,
    AUDITOR,
)

# One test of the credit control, by its value of ``recovery.credit.rule.test``: a :class:`Case` and a :class:`Rule`
# give the reason, or ``""`` when all is well. Reasons are read in the order of the methods, room by room.
judges = partial(mark, "judge")


class Request(NamedTuple):
    """A document by which credit is given: ``amount`` in the company's currency.

    ``among_drafts`` and ``among_orders`` say what of it the exposure counts already, ``draft_ids`` which draft
    invoices it is.
    """

    partner: models.BaseModel
    amount: float = 0.0
    among_drafts: float = 0.0
    among_orders: float = 0.0
    draft_ids: tuple = ()

    def after(self, earlier):
        """Return this request together with those made before it, for the same customer."""
        return self._replace(**{name: getattr(self, name) + getattr(earlier, name) for name in self._fields[1:]})


class Case(NamedTuple):
    """All that a test of the credit control may look at.

    ``customers`` are all those judged at once: what a test reads of them, it reads once
    and keeps in ``known``.
    """

    company: models.BaseModel
    partner: models.BaseModel
    debtor: models.BaseModel
    exposure: Exposure
    request: Request
    day: object
    shows_figures: bool
    shows_limit: bool
    customers: models.BaseModel
    known: dict


class Verdict(NamedTuple):
    """What the credit control says of a document: ``mode`` is none, warn or block."""

    mode: str = "none"
    text: str = ""
    tests: tuple = ()


class RecoveryCreditCheck(models.AbstractModel):
    """Say whether credit may be given: on orders it refuses, on invoices it warns.

    Runs with elevated rights whoever confirms, and hands out nothing but the verdict and
    its text: somebody who may not read the accounts reads the reason without the figures
    behind it.
    """

    _name = "recovery.credit.check"
    _description = "Recovery: credit control"

    @api.model
    def _get_score_tests(self):
        """Return the tests that rest on a score alone: for a natural person they only warn (RGPD art. 22)."""
        return {"class"}

    @api.model
    def _check(self, company, requests, day, with_figures=False):
        """Return the :class:`Verdict` on each request; several of one customer add up.

        The number of queries does not depend on the number of requests.

        :param list requests: :class:`Request`, all of one company.
        :param with_figures: give the figures behind the reasons, for who may read them and not for the user.
        """
        partners = self.env["res.partner"].union(*(request.partner for request in requests))._origin.sudo()
        if not partners:
            return [Verdict() for _request in requests]
        debtors = self.env["recovery.exposure"]._get_debtors_with_terms(company, partners)
        rules = self.env["recovery.credit.rule"]._get_rules(company, debtors)
        uses_limits = (company._recovery_root() | company).filtered("account_use_credit_limit")
        states = self._read_insolvencies(debtors, day)
        if not any(
            rule.mode != "none" and (test != "limit" or uses_limits) and (test != "insolvency" or states)
            for own in rules.values()
            for test, rule in own.items()
        ):
            return [Verdict() for _request in requests]
        exposures = self.env["recovery.exposure"]._read(company, partners, day, debtors=debtors, with_covers=False)
        by_partner = {debtor.partner_id.id: debtor for debtor in debtors}
        partners = partners.with_company(company)
        shows_figures = with_figures or self._may_read_figures(company)
        shows_limit = shows_figures or self._may_read_limit(company)
        ledger = self.env["recovery.ledger"]
        earlier, methods = {}, get_marked(self, "judge")
        known = {
            "drafts of orders": ledger._read_drafts_of_orders(company, partners),
            "elsewhere": ledger._read_elsewhere(company, partners),
            "insolvencies": states,
        }
        verdicts = []
        for request in requests:
            partner_id = request.partner._origin.id
            if partner_id not in exposures:
                verdicts.append(Verdict())
                continue
            debtor = by_partner.get(partner_id, self.env["recovery.debtor"].sudo())
            together = request.after(earlier[partner_id]) if partner_id in earlier else request
            earlier[partner_id] = together
            case = Case(
                company,
                partners.browse(partner_id).with_prefetch(partners.ids),
                debtor,
                exposures[partner_id],
                together,
                day,
                shows_figures,
                shows_limit,
                partners,
                known,
            )
            verdict = self._judge(case, rules.get(debtor.id or None, rules[None]), methods)
            verdicts.append(verdict if self._may_read_reason(case) else self._hide_reason(case, verdict))
        return verdicts

    @api.model
    def _read_insolvencies(self, debtors, day):
        """Return ``{debtor: insolvency.State}`` of those under public proceedings that stop payments."""
        states = self.env["recovery.insolvency"]._get_state(debtors.filtered("insolvency_on"), day)
        return {debtor: state for debtor, state in states.items() if state and state.stops(PAYMENT)}

    @api.model
    def _may_read_figures(self, company):
        """Tell whether the user may read the figures behind a reason."""
        return self._may_read_limit(company) and any(self.env.user.has_group(group) for group in ACCOUNT_READERS)

    @api.model
    def _may_read_limit(self, company):
        """Tell whether the reader may see the limit and its dates: they belong to the root company."""
        return company.with_env(self.env)._recovery_is_open()

    @api.model
    def _may_read_reason(self, case):
        """Tell whether the reason is for the user: salespeople read that of their own customers, and of nobody's."""
        salesperson = case.partner.user_id
        if case.shows_figures or not salesperson or salesperson == self.env.user or self.env.su:
            return True
        return any(self.env.user.has_group(group) for group in ACCOUNT_READERS)

    @api.model
    def _hide_reason(self, case, verdict):
        """Return a verdict without its reason: a refusal only says whom to ask."""
        if verdict.mode != "block":
            return verdict._replace(text="")
        return verdict._replace(
            text=self.env._(
                "No credit is available to this customer at present: ask %(salesperson)s, who looks after it, or the "
                "credit department.",
                salesperson=case.partner.user_id.name,
            )
        )

    @api.model
    def _judge(self, case, rules, methods):
        """Run the tests that are on and put their reasons together, in the order of the methods."""
        modes, reasons, tests = set(), [], []
        for test, name in methods.items():
            rule = rules.get(test, Rule())
            if rule.mode == "none":
                continue
            reason = getattr(self, name)(case, rule)
            if not reason:
                continue
            is_automatic = test in self._get_score_tests() and not case.partner.is_company
            modes.add("warn" if is_automatic else rule.mode)
            reasons.append(reason)
            tests.append(test)
        if not reasons:
            return Verdict()
        mode = "block" if "block" in modes else "warn"
        if mode == "block":
            reasons.append(
                self.env._(
                    "Offer prepayment, a deposit, a shorter payment term or a guarantee; or request an override."
                )
            )
        return Verdict(mode, "\n".join(reasons), tuple(tests))

    # ------------------------------------------------------------
    # The tests
    # ------------------------------------------------------------
    @api.model
    def _money(self, case, value):
        return formatLang(self.env, value, currency_obj=case.company.currency_id)

    @judges("limit")
    @api.model
    def _test_limit(self, case, rule):
        """Decide as core does, strictly above the limit: the books, orders still to come and this document.

        The rows are those of the gauge. A draft counts when it comes from a confirmed order; the other drafts are
        only told, and late fees do not count.
        """
        exposure, request = case.exposure, case.request
        limit = exposure.limit
        if limit is None:
            return ""
        currency = case.company.currency_id
        orders = exposure.orders - request.among_orders
        by_draft = case.known["drafts of orders"].get(case.partner.id, {})
        ordered = sum(amount for move_id, amount in by_draft.items() if move_id not in request.draft_ids)
        elsewhere = case.known["elsewhere"].get(case.partner.id, 0.0)
        owed = exposure.posted + elsewhere + ordered + orders
        total = owed + request.amount
        if currency.compare_amounts(total, limit) <= 0:
            return ""
        lines = [self._get_limit_sentence(case, limit, total)]
        if not case.shows_figures:
            return lines[0]
        parts = [
            (self.env._("overdue"), exposure.overdue),
            (self.env._("not yet due"), exposure.not_due),
            (self.env._("credits to match"), exposure.credit),
            (self.env._("on other accounts"), elsewhere),
            (self.env._("orders still to come"), orders),
            (self.env._("draft invoices of orders"), ordered),
        ]
        details = ", ".join(
            f"{label} {self._money(case, value)}" for label, value in parts if not currency.is_zero(value)
        )
        if details:
            lines.append(
                self.env._("Owed so far: %(amount)s (%(details)s).", amount=self._money(case, owed), details=details)
            )
        else:
            lines.append(self.env._("Nothing owed so far."))
        if request.amount:
            lines.append(
                self.env._(
                    "With this document of %(amount)s: %(total)s.",
                    amount=self._money(case, request.amount),
                    total=self._money(case, total),
                )
            )
        drafts = exposure.draft - request.among_drafts - ordered
        if currency.compare_amounts(drafts, 0.0) > 0:
            lines.append(
                self.env._("Other draft invoices, not counted yet: %(amount)s.", amount=self._money(case, drafts))
            )
        return "\n".join(lines)

    @api.model
    def _get_limit_sentence(self, case, limit, total):
        """Return how the limit is gone beyond, in one sentence."""
        origin = case.exposure.limit_origin
        if origin == "zero":
            return self.env._("No credit is given to %(customer)s.", customer=case.partner.name)
        if origin == "expired" and not limit:
            if not case.shows_limit:
                return self.env._(
                    "The credit limit of %(customer)s expired: no credit until it is renewed.",
                    customer=case.partner.name,
                )
            return self.env._(
                "The credit limit of %(customer)s expired on %(date)s: no credit until it is renewed.",
                customer=case.partner.name,
                date=format_date(self.env, case.exposure.limit_detail.valid_until),
            )
        if not case.shows_limit:
            return self.env._("%(customer)s exceeds its credit limit.", customer=case.partner.name)
        return self.env._(
            "%(customer)s exceeds its credit limit of %(limit)s by %(excess)s.",
            customer=case.partner.name,
            limit=self._money(case, limit),
            excess=self._money(case, total - limit),
        )

    @judges("overdue")
    @api.model
    def _test_overdue(self, case, rule):
        """Compare what is overdue, less the credits not matched yet, with what is tolerated."""
        overdue = case.exposure.overdue + case.exposure.credit
        if case.company.currency_id.compare_amounts(overdue, rule.amount) <= 0:
            return ""
        if not case.shows_figures:
            return self.env._("%(customer)s has overdue instalments.", customer=case.partner.name)
        return self.env._(
            "%(customer)s owes %(amount)s overdue (tolerated: %(tolerated)s).",
            customer=case.partner.name,
            amount=self._money(case, overdue),
            tolerated=self._money(case, rule.amount),
        )

    @judges("age")
    @api.model
    def _test_age(self, case, rule):
        """Compare the age of the oldest unpaid instalment with what is tolerated."""
        oldest = case.exposure.oldest_due
        if not oldest or (case.day - oldest).days <= rule.days:
            return ""
        if not case.shows_figures:
            return self.env._(
                "%(customer)s has an instalment that has been overdue for too long.", customer=case.partner.name
            )
        return self.env._(
            "%(customer)s: the oldest unpaid instalment fell due on %(date)s, %(days)s days ago "
            "(tolerated: %(tolerated)s).",
            customer=case.partner.name,
            date=format_date(self.env, oldest),
            days=(case.day - oldest).days,
            tolerated=rule.days,
        )

    @judges("class")
    @api.model
    def _test_class(self, case, rule):
        """Compare the risk class with the first one that is not accepted."""
        risk_class = case.debtor._get_risk_class()
        if not risk_class or not rule.risk_class or risk_class < rule.risk_class:
            return ""
        if not case.shows_figures:
            return self.env._("The risk of %(customer)s is high.", customer=case.partner.name)
        return self.env._(
            "%(customer)s is in risk class %(class)s.", **{"customer": case.partner.name, "class": risk_class}
        )

    @judges("insolvency")
    @api.model
    def _test_insolvency(self, case, rule):
        """Propose prepayment to a customer under proceedings: what is delivered since is paid when due, if at all."""
        state = case.known["insolvencies"].get(case.debtor)
        if not state:
            return ""
        return self.env._(
            "%(customer)s has been under insolvency proceedings since the judgment of %(date)s: sell on prepayment, or "
            "have the order confirmed by the administrator.",
            customer=case.partner.name,
            date=format_date(self.env, state.judgment_on),
        )

    @judges("review")
    @api.model
    def _test_review(self, case, rule):
        """Test whether the limit should have been reviewed."""
        review = case.debtor.limit_review_date
        if not review or review >= case.day:
            return ""
        if not case.shows_limit:
            return self.env._("The credit limit of %(customer)s should have been reviewed.", customer=case.partner.name)
        return self.env._(
            "The credit limit of %(customer)s should have been reviewed on %(date)s.",
            customer=case.partner.name,
            date=format_date(self.env, review),
        )
