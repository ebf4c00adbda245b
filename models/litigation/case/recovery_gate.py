from collections import defaultdict
from functools import partial
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...common.aside import Aside
from ...common.insolvency import ACTION
from ...common.marks import get_marked, mark
from ...common.recovery_delivery import SENT_STATES

GREEN, ORANGE, RED = "green", "orange", "red"
# One check, by its code: cases of one company and a day give ``{case: Finding}``.
checks_gate = partial(mark, "gate")
NEAR_LIMIT = 3  # months
# What enters a case that has passed the checks is looked at alone: these claims.
LOOKED_AT = Aside("only these claims are checked before litigation")


class Finding(NamedTuple):
    """What a check found of a case.

    :param cure: the name of a button of the case that leads to what puts it in order.
    """

    state: str
    reason: str
    cure: str = ""


class RecoveryGate(models.AbstractModel):
    """Say what stands against taking a case to court: each check green, orange or red, with its reason and its cure.

    A registry: each room marks its own checks with :data:`checks_gate` and names them in :meth:`_get_labels`. What is
    not known is orange, never green. The number of queries does not grow with the cases.
    """

    _name = "recovery.gate"
    _description = "Recovery: checks before litigation"

    @api.model
    def _get_labels(self):
        """Return ``{code: name}`` of the checks, in the order in which they are shown; hook."""
        return {
            "certain": self.env._("The claim is certain"),
            "liquid": self.env._("The amount of the claim is determined"),
            "due": self.env._("The claim is due"),
            "limitation": self.env._("The claim is not time-barred"),
            "amicable": self.env._("Amicable steps were taken"),
            "formal_notice": self.env._("A mise en demeure has expired"),
            "settlement": self.env._("Amicable settlement was considered"),
            "documents": self.env._("The documents are complete"),
            "parties": self.env._("The debtor is identified"),
            "solvency": self.env._("Creditworthiness was checked"),
            "set_off": self.env._("We owe the debtor nothing"),
        }

    @api.model
    def _check(self, cases, day):
        """Return ``{case: [(code, name, Finding)]}`` of cases of one company on a day.

        What is kept in words is in the language of who looks.
        """
        labels = self._get_labels()
        found = {case: [] for case in cases}
        checks = get_marked(self, "gate")
        for code in sorted(checks, key=lambda code: list(labels).index(code) if code in labels else len(labels)):
            findings = getattr(self, checks[code])(cases, day)
            for case in cases:
                finding = findings.get(case) or Finding(ORANGE, self.env._("Unknown."))
                found[case].append((code, labels.get(code, code), finding))
        return found

    # ------------------------------------------------------------
    # The claim
    # ------------------------------------------------------------
    @checks_gate("certain")
    @api.model
    def _check_certain(self, cases, day):
        """Look at what is contested: what people know of it, and the disputes that are open."""
        disputes = (
            self.env["recovery.dispute"]
            .sudo()
            .search(Domain("state", "=", "open") & Domain("move_id", "in", self._get_claims(cases).move_id.ids))
        )
        disputed = disputes.grouped("move_id")
        found = {}
        for case in cases:
            claims = self._get_claims(case).grouped("move_id")
            moves = [move for move in claims if move in disputed]
            if case.contested == "seriously":
                reason = case.contested_reason or self.env._("The debtor raises a serious dispute.")
                found[case] = Finding(RED, reason, "action_say_contested")
            elif moves:
                is_whole = any(
                    move.currency_id.compare_amounts(
                        sum(disputed[move].mapped("amount")), sum(claims[move].mapped("amount_now"))
                    )
                    >= 0
                    for move in moves
                )
                names = ", ".join(sorted(move.name for move in moves))
                text = self.env._("A dispute is open on %s.", names)
                found[case] = Finding(RED if is_whole else ORANGE, text, "action_view_debtor")
            elif case.contested == "partly":
                reason = case.contested_reason or self.env._("Part of it is disputed.")
                found[case] = Finding(ORANGE, reason, "action_say_contested")
            elif case.contested == "unknown":
                text = self.env._("Nobody has said whether it is disputed.")
                found[case] = Finding(ORANGE, text, "action_say_contested")
            else:
                found[case] = Finding(GREEN, self.env._("Nothing is contested."))
        return found

    @checks_gate("liquid")
    @api.model
    def _check_liquid(self, cases, day):
        """Look at what is open, and at what the customer has to its credit that is matched with nothing."""
        found = {}
        for case in cases:
            open_now = self._get_amount(case)
            if open_now <= 0:
                text = self.env._("Nothing is open any more.")
                found[case] = Finding(RED, text, "action_view_moves")
            elif case.amount_credit > 0:
                text = self.env._(
                    "%s of credit notes or payments is not matched with anything yet.",
                    case._format_amount(case.amount_credit),
                )
                found[case] = Finding(ORANGE, text, "action_view_debtor")
            else:
                amount = case._format_amount(open_now)
                found[case] = Finding(GREEN, self.env._("%s is open in the accounts.", amount))
        return found

    @checks_gate("due")
    @api.model
    def _check_due(self, cases, day):
        """Look for what is not due yet, and for time that was granted."""
        lines = self._get_claims(cases).line_id
        lines.fetch(["date", "date_maturity"])  # at once: each case would read its own
        granted = (
            self.env["recovery.agreement.line"]
            .sudo()
            .search(Domain("line_id", "in", lines.ids) & Domain("is_running", "=", True))
        )
        is_granted = set(granted.line_id.ids)
        is_to_come = self.env["recovery.claim"]._is_to_come
        found = {}
        for case in cases:
            own = self._get_claims(case).line_id
            early = own.filtered(lambda line, case=case: is_to_come(case.debtor_id, line, day))
            if early:
                text = self.env._("Not due yet: %s.", self._name_moves(early))
                found[case] = Finding(RED, text, "action_view_moves")
            elif own.filtered(lambda line: line.id in is_granted):
                text = self.env._("A promise, a plan or a settlement gives the debtor time.")
                found[case] = Finding(RED, text, "action_view_debtor")
            elif own:
                oldest = format_date(self.env, self._get_oldest_due(case))
                found[case] = Finding(GREEN, self.env._("Due since %s.", oldest))
        return found

    @checks_gate("limitation")
    @api.model
    def _check_limitation(self, cases, day):
        """Look at the original limits: the ones that count before a judge."""
        limits = self.env["recovery.limitation"]._read_line_limits(self._get_claims(cases).line_id)
        near = fields.Date.add(day, months=NEAR_LIMIT)
        found = {}
        for case in cases:
            own = self._get_claims(case).line_id
            known = [limits[line.id] for line in own if line.id in limits]
            barred = own.filtered(lambda line: line.id in limits and limits[line.id] < day)
            if barred:
                text = self.env._("Time-barred at the original date: %s.", self._name_moves(barred))
                found[case] = Finding(RED, text, "action_view_debtor")
            elif known:
                first = min(known)
                text = self.env._("The first claim is time-barred after %s.", format_date(self.env, first))
                found[case] = Finding(ORANGE if first <= near else GREEN, text)
        return found

    # ------------------------------------------------------------
    # What was done before
    # ------------------------------------------------------------
    @checks_gate("amicable")
    @api.model
    def _check_amicable(self, cases, day):
        """Count what reached the debtor since the oldest claim fell due."""
        counts = defaultdict(list)
        deliveries = (
            self.env["recovery.delivery"]
            .sudo()
            .search_fetch(
                Domain("debtor_id", "in", cases.debtor_id.ids)
                & Domain("state", "in", SENT_STATES)
                & Domain("channel", "!=", "task")
                & Domain("is_inbound", "=", False),
                ["debtor_id", "done_on", "queued_on"],
            )
        )
        for delivery in deliveries:
            counts[delivery.debtor_id].append((delivery.done_on or delivery.queued_on).date())
        found = {}
        for case in cases:
            oldest = self._get_oldest_due(case)
            count = sum(1 for when in counts[case.debtor_id] if not oldest or when >= oldest)
            text = self.env._("Contacts since the oldest due date: %s.", count)
            state = GREEN if count > 1 else ORANGE if count else RED
            found[case] = Finding(state, text, "" if state == GREEN else "action_view_debtor")
        return found

    @checks_gate("formal_notice")
    @api.model
    def _check_formal_notice(self, cases, day):
        """Look for a mise en demeure on each claim, sent and expired."""
        by_case = self._read_formal_notices(cases)
        found = {}
        for case in cases:
            until = defaultdict(list)
            for notice in by_case[case]:
                if expiry := notice._get_expiry():
                    for line in notice.line_ids.filtered(lambda line: line.role == "claimed"):
                        until[line.move_line_id].append(expiry)
            own = self._get_claims(case).line_id
            without = own.filtered(lambda line, until=until: not until[line])
            running = own.filtered(lambda line, until=until: until[line] and min(until[line]) >= day)
            if without:
                text = self.env._("Without a mise en demeure: %s.", self._name_moves(without))
                found[case] = Finding(RED, text, "action_view_debtor")
            elif running:
                last = max(min(until[line]) for line in running)
                text = self.env._("The debtor has until %s.", format_date(self.env, last))
                found[case] = Finding(RED, text, "action_view_debtor")
            elif own:
                last = max(min(until[line]) for line in own)
                text = self.env._("Expired on %s.", format_date(self.env, last))
                found[case] = Finding(GREEN, text)
        return found

    @api.model
    def _read_formal_notices(self, cases):
        """Return ``{case: mises en demeure that were sent and claim something of it}``, in a few queries."""
        by_line = defaultdict(self.env["recovery.notice"].browse)
        lines = (
            self.env["recovery.notice.line"]
            .sudo()
            .search(
                Domain("move_line_id", "in", self._get_claims(cases).line_id.ids)
                & Domain("role", "=", "claimed")
                & Domain("notice_id.kind", "=", "formal_notice")
                & Domain("notice_id.state", "=", "sent")
                & Domain("notice_id.guaranteed_notice_id", "=", False)
            )
        )
        for line in lines:
            by_line[line.move_line_id.id] |= line.notice_id
        empty = self.env["recovery.notice"].sudo()
        return {
            case: empty.union(*(by_line[line.id] for line in self._get_claims(case).line_id if line.id in by_line))
            for case in cases
        }

    @checks_gate("settlement")
    @api.model
    def _check_settlement(self, cases, day):
        """Look for what was tried to agree: talks, a settlement, a payment plan."""
        tried = defaultdict(set)
        domain = Domain("debtor_id", "in", cases.debtor_id.ids) & Domain("state", "!=", "draft")
        for model in ("recovery.settlement", "recovery.payment.plan"):
            for record in self.env[model].sudo().search_fetch(domain, ["debtor_id"]):
                tried[record.debtor_id].add(record.display_name)
        found = {}
        for case in cases:
            names = sorted(tried[case.debtor_id])
            if names:
                found[case] = Finding(GREEN, self.env._("Tried: %s.", ", ".join(names[:3])))
            elif case.amicable_attempt == "yes":
                found[case] = Finding(GREEN, self.env._("A conciliation or mediation has failed."))
            else:
                text = self.env._("Nothing shows that it was offered.")
                found[case] = Finding(ORANGE, text, "action_offer_settlement")
        return found

    # ------------------------------------------------------------
    # What will be shown to the judge
    # ------------------------------------------------------------
    @checks_gate("documents")
    @api.model
    def _check_documents(self, cases, day):
        """Look for a proof of the order and of the delivery of each invoice."""
        moves = self._get_claims(cases).move_id
        proven = self.env["recovery.proof"]._read_kinds(moves)
        bills = set(moves.filtered(lambda move: move.is_sale_document(include_receipts=True)).ids)
        found = {}
        for case in cases:
            own = self._get_claims(case).move_id.filtered(lambda move: move.id in bills)
            bare = own.filtered(lambda move: not proven.get(move.id))
            partly = own.filtered(lambda move: proven.get(move.id) and len(proven[move.id]) < 2)
            if not own:
                text = self.env._("It claims no invoice: the documents are for you to judge.")
                found[case] = Finding(ORANGE, text)
            elif bare:
                text = self.env._("Neither order nor delivery is proved: %s.", self._name_bills(bare))
                found[case] = Finding(RED, text, "action_add_proof")
            elif partly:
                text = self.env._("The order or the delivery is not proved: %s.", self._name_bills(partly))
                found[case] = Finding(ORANGE, text, "action_add_proof")
            else:
                found[case] = Finding(GREEN, self.env._("Order and delivery of each invoice are proved."))
        return found

    @checks_gate("parties")
    @api.model
    def _check_parties(self, cases, day):
        """Look at what an act must name: the nature of the debtor, its address."""
        found = {}
        for case in cases:
            debtor, partner = case.debtor_id, case.partner_id
            if not (partner.street and partner.city):
                found[case] = Finding(RED, self.env._("The debtor's address is not complete."), "action_view_debtor")
            elif not debtor.nature_confirmed:
                text = self.env._("Nobody has checked the nature of the debtor: the court depends on it.")
                found[case] = Finding(ORANGE, text, "action_view_debtor")
            else:
                found[case] = Finding(GREEN, self.env._("Nature checked, address complete."))
        return found

    @checks_gate("solvency")
    @api.model
    def _check_solvency(self, cases, day):
        """Look at when somebody last looked at whether the debtor can pay at all."""
        last = self._read_solvency(cases.debtor_id)
        states = self.env["recovery.insolvency"]._get_state(cases.debtor_id, day)
        found = {}
        for case in cases:
            debtor = case.debtor_id
            kept = case.company_id.sudo().recovery_gate_solvency_days
            state = states[debtor]
            if state and state.stops(ACTION):
                text = self.env._("A judgment opened insolvency proceedings: declare the claim instead.")
                found[case] = Finding(RED, text, "action_view_debtor")
            elif not last.get(debtor):
                text = self.env._("Nothing on record: no score, no document, no signal.")
                found[case] = Finding(ORANGE, text, "action_view_debtor")
            else:
                text = self.env._("Last checked on %s.", format_date(self.env, last[debtor]))
                is_old = (day - last[debtor]).days > kept
                found[case] = Finding(ORANGE if is_old else GREEN, text, "action_view_debtor" if is_old else "")
        return found

    @api.model
    def _read_solvency(self, debtors):
        """Return ``{debtor: the last day on which its solvency was looked at}``."""
        last = {}
        for model, date_field in (
            ("recovery.external.score", "date"),
            ("recovery.file.item", "date"),
            ("recovery.risk.signal", "date"),
        ):
            groups = (
                self.env[model]
                .sudo()
                ._read_group([("debtor_id", "in", debtors.ids)], ["debtor_id"], [f"{date_field}:max"])
            )
            for debtor, when in groups:
                if when and (debtor not in last or when > last[debtor]):
                    last[debtor] = when
        return last

    @checks_gate("set_off")
    @api.model
    def _check_set_off(self, cases, day):
        """Look for what we owe the customer: reciprocal debts that are due set each other off (C. civ. 1347)."""
        found = {}
        for company, group in cases.grouped("company_id").items():
            owed = self.env["recovery.ledger"]._read_payables(company, group.partner_id)
            for case in group:
                amount = owed.get(case.partner_id.id, 0.0)
                if case.company_currency_id.compare_amounts(amount, 0.0) > 0:
                    text = self.env._("We owe the debtor %s: it may set this off.", case._format_amount(amount))
                    state = RED if case.company_currency_id.compare_amounts(amount, case.amount_now) >= 0 else ORANGE
                    found[case] = Finding(state, text, "action_view_payables")
                else:
                    found[case] = Finding(GREEN, self.env._("No bill of the debtor is open."))
        return found

    # ------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------
    @api.model
    def _get_claims(self, cases):
        """Return what the cases claim that is still open: of what is looked at alone, nothing else."""
        claims = cases.line_ids if LOOKED_AT.heard is False else cases.line_ids & LOOKED_AT.heard
        return claims.filtered(
            lambda claim: not claim.removed_on and claim.currency_id.compare_amounts(claim.amount_now, 0.0) > 0
        )

    @api.model
    def _is_part(self, case):
        """Tell whether only a part of what a case claims is looked at."""
        claimed = case.line_ids.filtered(lambda claim: not claim.removed_on)
        return LOOKED_AT.heard is not False and bool(claimed - LOOKED_AT.heard)

    @api.model
    def _get_amount(self, case):
        """Return what is open on what is looked at, in the company's currency."""
        if not self._is_part(case):
            return case.amount_now
        return sum(self._get_claims(case).mapped("amount_now_company"))

    @api.model
    def _get_oldest_due(self, case):
        """Return since when what is looked at is due."""
        if not self._is_part(case):
            return case.oldest_due
        return min(filter(None, self._get_claims(case).mapped("due_date")), default=False)

    @api.model
    def _name_moves(self, lines):
        return self._name_bills(lines.sudo().move_id)

    @api.model
    def _name_bills(self, moves):
        names = sorted(set(filter(None, moves.sudo().mapped("name"))))
        return ", ".join(names[:5]) + (self.env._(" and %s more", len(names) - 5) if len(names) > 5 else "")
