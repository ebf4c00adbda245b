from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from ..scenario.ladder import FORMAL_NOTICE, HANDOVER, next_outcome, rank_steps
from .verdict import DUE, Verdict


class RecoverySelection(models.AbstractModel):
    """Decide, set-based, which instalment takes which step on a day, and say why for each."""

    _name = "recovery.selection"
    _description = "Recovery: selection of what to claim"

    # ------------------------------------------------------------
    # Verdicts
    # ------------------------------------------------------------
    @api.model
    def _evaluate(self, company, day, partners=None, without=None):
        """Return the verdict on every open instalment, and what is left of the open credits.

        The number of queries does not depend on the number of customers.

        :param company: its root and branches are read.
        :param day: the day on which delays are counted; credits dated after it wait.
        :param partners: commercial partners; None for all.
        :param without: notices that do not count as history (they are looked at again).
        :return: ``(verdicts, left)``: list of :class:`verdict.Verdict` for the debts,
            and ``{("line", id): amount}`` of unused credits.
        """
        company = company.root_id
        ledger = self.env["recovery.ledger"]
        items = ledger._read_items(company, day=day, partners=partners)
        payments = ledger._read_pending_payments(company, partners)
        shares, left = ledger._allocate(items, payments, day)
        debtors = self._get_debtors(company, partners)
        by_partner = {debtor.partner_id.id: debtor for debtor in debtors}
        reached = self.env["recovery.notice.line"]._read_reached(
            company, debtors if partners is not None else None, without
        )
        holds = self._get_holds(company, day, debtors if partners is not None else None)
        steps_of = self._get_steps_by_partner(company, by_partner, items, shares, day)
        digits = {c.id: c.decimal_places for c in self.env["res.currency"].with_context(active_test=False).search([])}
        verdicts = [
            self._judge(
                item,
                day,
                steps_of(item.partner_id),
                shares.get(item.line_id, ()),
                reached.get(item.line_id),
                holds,
                digits,
            )
            for item in items
            if item.residual > 0
        ]
        return self._restrain(company, day, verdicts), left

    @api.model
    def _judge(self, item, day, steps, shares, reached, holds, digits):
        places = digits[item.currency_id]
        credit = round(sum(share.amount for share in shares), places)
        held, detail = holds(item)
        held = min(held, item.residual) if held is not None else 0.0
        net = round(max(item.residual - credit - held, 0.0), places)
        net_company = item.residual_company * net / item.residual
        outcome = next_outcome(steps, item.due, reached, day) if steps else None
        if item.partner_id is None:
            code = "no_partner"
        elif item.no_followup:
            code = "no_followup"
        elif item.payment_state == "blocked":
            code = "blocked"
        elif held and not net and round(item.residual - credit, places) > 0:
            code = "hold"
        elif not steps:
            code = "no_policy"
        elif outcome.code != DUE:
            code = outcome.code
        elif not net:
            code = "in_payment" if any(share.key[0] == "payment" for share in shares) else "covered"
        else:
            code = DUE
        return Verdict(
            item,
            code,
            outcome and outcome.step,
            outcome and outcome.when,
            reached,
            credit,
            tuple(shares),
            held,
            net,
            net_company,
            detail if code == "hold" else None,
        )

    @api.model
    def _get_debtors(self, company, partners):
        domain = Domain("company_id", "=", company.id)
        if partners is not None:
            domain &= Domain("partner_id", "in", partners.ids)
        return self.env["recovery.debtor"].sudo().search_fetch(domain, ["partner_id", "policy_id"])

    @api.model
    def _get_holds(self, company, day, debtors):
        """Return a function from an open item to ``(amount held, reason)``; the amount is infinite for all of it."""
        Hold = self.env["recovery.hold"].sudo()
        domain = Hold._get_running_domain(day) & Domain("company_id", "=", company.id)
        if debtors is not None:
            domain &= Domain("debtor_id", "in", debtors.ids)
        by_partner, by_move, by_line = defaultdict(list), defaultdict(list), defaultdict(list)
        for hold in Hold.search(domain):
            if hold.line_id:
                by_line[hold.line_id.id].append(hold)
            elif hold.move_id:
                by_move[hold.move_id.id].append(hold)
            else:
                by_partner[hold.debtor_id.partner_id.id].append(hold)

        def held(item):
            holds = by_line.get(item.line_id, []) + by_move.get(item.move_id, []) + by_partner.get(item.partner_id, [])
            if not holds:
                return None, None
            amount = sum(hold.amount or float("inf") for hold in holds)
            return amount, ", ".join(hold.reason for hold in holds)

        return held

    # ------------------------------------------------------------
    # Proposal
    # ------------------------------------------------------------
    @api.model
    def _propose(self, run, partners=None):
        """Write the proposed notices of a campaign, one per debtor.

        A handover writes to nobody, so it stands in a notice of its own.

        :return: ``{code: [count, amount in company currency]}`` over all instalments.
        """
        company = run.company_id
        verdicts, left = self._evaluate(company, run.date, partners)
        summary = defaultdict(lambda: [0, 0.0])
        by_partner, chosen = defaultdict(list), []
        for verdict in verdicts:
            summary[verdict.code][0] += 1
            summary[verdict.code][1] += verdict.item.residual_company
            by_partner[verdict.item.partner_id].append(verdict)
        for partner_id, partner_verdicts in by_partner.items():
            for claimed in self._group_claims([v for v in partner_verdicts if v.code == DUE]):
                line_ids = {v.item.line_id for v in claimed}
                rest = [v for v in partner_verdicts if v.item.line_id not in line_ids]
                chosen.append((partner_id, claimed, rest))
        self._write_notices(run, chosen, left)
        currency = company.currency_id
        return {code: [count, currency.round(amount)] for code, (count, amount) in summary.items()}

    @api.model
    def _group_claims(self, due):
        """Return the groups of verdicts that make one notice each, its highest step's claims.

        A mise en demeure claims only the instalments at its level: the others wait for a
        later campaign, and appear as information.
        """
        handover = [verdict for verdict in due if verdict.step.kind == HANDOVER]
        formal = [verdict for verdict in due if verdict.step.kind == FORMAL_NOTICE]
        others = [verdict for verdict in due if verdict.step.kind not in (HANDOVER, FORMAL_NOTICE)]
        return [group for group in (handover, formal or others) if group]

    @api.model
    def _write_notices(self, run, chosen, left):
        company = run.company_id
        partners = self.env["res.partner"].browse(dict.fromkeys(partner_id for partner_id, *_ in chosen))
        debtors = self.env["recovery.debtor"].sudo()._ensure_for(partners, company)
        debtor_by_partner = {debtor.partner_id.id: debtor for debtor in debtors}
        levels = (
            self.env["recovery.level"].sudo().browse({v.step.level_id for _p, claimed, _r in chosen for v in claimed})
        )
        level_by_id = {level.id: level for level in levels}
        rows = []
        for partner_id, claimed, rest in chosen:
            debtor = debtor_by_partner[partner_id]
            level = level_by_id[self._get_top_verdict(claimed).step.level_id]
            addressee = debtor._get_addressee(level.kind)
            rows.append(
                (
                    run.id,
                    company.id,
                    self._get_top_verdict(claimed).item.company_id,
                    debtor.id,
                    debtor.partner_id.id,
                    addressee.id,
                    debtor._get_language(addressee),
                    level.id,
                    level.kind,
                    run.date,
                    "draft",
                    *self._get_amounts(company, claimed, rest),
                )
            )
        names = "run_id company_id issuer_id debtor_id partner_id addressee_id lang level_id kind date state"
        names += " amount amount_information oldest_due line_count"
        notice_ids = self.env["recovery.bulk"]._insert("recovery.notice", names.split(), rows)
        ranks = self._get_ranks(levels.policy_id)
        line_rows = []
        credit_items = self._get_credit_items(company, left, run.date, partners)
        for notice_id, (partner_id, claimed, rest) in zip(notice_ids, chosen, strict=True):
            base = (notice_id, debtor_by_partner[partner_id].id, company.id)
            line_rows += [(*base, *self._prepare_line(v, "claimed", run.date, ranks)) for v in claimed]
            line_rows += [(*base, *self._prepare_line(v, "information", run.date, ranks)) for v in rest]
            line_rows += [
                (*base, *self._prepare_credit(item, amount)) for item, amount in credit_items.get(partner_id, ())
            ]
        self.env["recovery.bulk"]._insert("recovery.notice.line", self._get_line_fields(), line_rows)

    @api.model
    def _get_top_verdict(self, claimed):
        return max(claimed, key=lambda verdict: verdict.step.position)

    @api.model
    def _get_amounts(self, company, claimed, rest):
        """Return (claimed, rest of the account, oldest due date, count) in company currency."""
        currency = company.currency_id
        return (
            currency.round(sum(currency.round(verdict.net_company) for verdict in claimed)),
            currency.round(sum(currency.round(verdict.net_company) for verdict in rest)),
            min(verdict.item.due for verdict in claimed),
            len(claimed),
        )

    @api.model
    def _get_ranks(self, policies):
        ranks = {}
        for steps in policies._get_steps().values():
            ranks |= {step.level_id: rank for step, rank in zip(steps, rank_steps(steps), strict=True)}
        return ranks

    @api.model
    def _get_credit_items(self, company, left, day, partners):
        """Return the unused credits per commercial partner, for the letter's reader to see."""
        line_ids = {key[1] for key, amount in left.items() if key[0] == "line" and amount > 0}
        found = defaultdict(list)
        if line_ids:
            for item in self.env["recovery.ledger"]._read_items(company, day=day, partners=partners):
                if item.line_id in line_ids:
                    found[item.partner_id].append((item, left["line", item.line_id]))
        return found

    @api.model
    def _get_line_fields(self):
        return (
            "notice_id debtor_id company_id move_line_id move_id role level_id level_kind level_rank engaged"
            " currency_id move_name move_ref invoice_date due_date days_late"
            " amount_total amount_residual amount_credit amount_due amount_due_company"
        ).split()

    @api.model
    def _prepare_line(self, verdict, role, day, ranks):
        item, claimed = verdict.item, role == "claimed"
        return (
            item.line_id,
            item.move_id,
            role,
            verdict.step.level_id if claimed else None,
            verdict.step.kind if claimed else None,
            ranks.get(verdict.step.level_id, 0) if claimed else None,
            False,
            item.currency_id,
            item.move_name,
            item.ref,
            item.invoice_date or item.date,
            item.due,
            (day - item.due).days,
            item.amount,
            item.residual,
            round(verdict.credit + verdict.held, 6),
            verdict.net,
            round(verdict.net_company, 6),
        )

    @api.model
    def _prepare_credit(self, item, amount):
        return (
            item.line_id,
            item.move_id,
            "credit",
            None,
            None,
            None,
            False,
            item.currency_id,
            item.move_name,
            item.ref,
            item.invoice_date or item.date,
            item.due,
            0,
            item.amount,
            item.residual,
            0.0,
            -amount,
            round(item.residual_company * amount / -item.residual, 6),
        )

    @api.model
    def _get_code_labels(self):
        """Return the verdicts' names, for screens and documents."""
        return {
            "due": self.env._("Reminded"),
            "not_due": self.env._("Not due yet"),
            "waiting": self.env._("Before the next level's day"),
            "recent": self.env._("Reminded a short while ago"),
            "deadline_running": self.env._("Deadline of the mise en demeure running"),
            "ladder_end": self.env._("Last level reached"),
            "below_minimum": self.env._("Below the level's minimum"),
            "no_partner": self.env._("Entry without a customer"),
            "no_policy": self.env._("No scenario"),
            "no_followup": self.env._("Marked “No Follow-Up” in the accounts"),
            "blocked": self.env._("Invoice blocked in the accounts"),
            "hold": self.env._("Reminders suspended"),
            "in_payment": self.env._("Payment on its way"),
            "covered": self.env._("Covered by a credit"),
        }
