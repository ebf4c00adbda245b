"""What a rule of law asks of a claim and of its parties: facts from a closed list, compared without any expression.

A fact is true, false, a choice, a number, or not known, and what is not known never opens a door: it is asked.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any, NamedTuple

YES, NO, UNKNOWN = "yes", "no", "unknown"
BOOL, CHOICE, AMOUNT, DAYS, COUNT, CODE = "bool", "choice", "amount", "days", "count", "code"
NUMBERS = (AMOUNT, DAYS, COUNT)


class Fact(NamedTuple):
    """What may be known of a case.

    :param label: what people read, in English; the model that offers it translates it.
    :param kind: ``BOOL``, ``CHOICE``, ``AMOUNT`` (euros), ``DAYS``, ``COUNT``, or ``CODE`` (a code that data give).
    :param choices: ``{code: label}`` of a choice.
    """

    label: str
    kind: str = BOOL
    choices: Mapping[str, str] = {}


COURTS = {
    "commerce": "Tribunal de commerce",
    "tae": "Tribunal des activités économiques",
    "judiciaire": "Tribunal judiciaire",
    "proximite": "Chambre de proximité",
    "jcp": "Juge des contentieux de la protection",
    "administratif": "Tribunal administratif",
    "chambre_commerciale_alsace": "Commercial chamber of the tribunal judiciaire (Alsace-Moselle)",
}

FACTS = {
    # The parties
    "creditor_merchant": Fact("The creditor is a merchant (commerçant)"),
    "creditor_artisan": Fact("The creditor is a craftsman (artisan)"),
    "creditor_headcount": Fact("Creditor's headcount", COUNT),
    "debtor_merchant": Fact("The debtor is a merchant (commerçant)"),
    "debtor_artisan": Fact("The debtor is a craftsman (artisan)"),
    "debtor_consumer": Fact("The debtor is a consumer"),
    "debtor_public": Fact("The debtor is a public body"),
    "debtor_activity": Fact(
        "Debtor's activity",
        CHOICE,
        {
            "commercial": "Commercial",
            "craft": "Craft trade",
            "farming": "Farming",
            "liberal": "Liberal profession",
            "association": "Association",
            "civil_company": "Civil company",
            "none": "None",
        },
    ),
    "debtor_place": Fact(
        "Where the debtor is established",
        CHOICE,
        {
            "france": "Metropolitan France",
            "overseas": "Overseas France",
            "eu": "Another EU Member State",
            "denmark": "Denmark",
            "third": "Outside the EU",
        },
    ),
    "debtor_address_known": Fact("The debtor's address is known"),
    "debtor_insolvent": Fact("Insolvency proceedings are open against the debtor"),
    "debtor_lawyer": Fact("The debtor has a lawyer"),
    "debtor_agrees": Fact("The debtor agrees the amount"),
    "between_merchants": Fact("Both parties are merchants"),
    "cross_border": Fact("The parties are in two countries"),
    "alsace_moselle": Fact("The debtor is in Alsace-Moselle"),
    # The claim
    "amount": Fact("Amount claimed, interest and compensation included", AMOUNT),
    "principal": Fact("Principal claimed", AMOUNT),
    "matter": Fact(
        "Origin of the claim",
        CHOICE,
        {
            "contract": "Contract",
            "bill": "Bill of exchange, promissory note or assignment (Dailly)",
            "cheque": "Unpaid cheque",
            "statute": "Articles of association",
            "rent": "Rent",
            "consumer_credit": "Consumer credit",
            "tort": "Liability other than in contract",
        },
    ),
    "commercial": Fact("The claim is commercial"),
    "invoiced": Fact("The claim was invoiced"),
    "contested": Fact(
        "What the debtor disputes", CHOICE, {"no": "Nothing", "partly": "Part of it", "seriously": "Seriously"}
    ),
    "claim_certain": Fact("The claim is certain"),
    "claim_liquid": Fact("The amount of the claim is determined"),
    "claim_due": Fact("The claim is due"),
    "time_barred": Fact("The claim is time-barred at its original date"),
    "written_proof": Fact("There is written proof"),
    "assignable": Fact("The claim can be assigned"),
    "insured": Fact("The claim is insured"),
    "days_late": Fact("Days since the oldest due date", DAYS),
    "days_to_limitation": Fact("Days left before the claim becomes time-barred", DAYS),
    # What was done, and what presses
    "formal_notice_expired": Fact("A mise en demeure has expired"),
    "amicable_attempt": Fact("An attempt at amicable settlement under CPC 750-1 has failed"),
    "amicable_exempt": Fact("A ground exempts from the attempt at amicable settlement"),
    "bad_faith": Fact("The debtor is acting in bad faith"),
    "urgency": Fact("The matter is urgent"),
    "recovery_threatened": Fact("Circumstances threaten the recovery"),
    "title_held": Fact("An enforceable title is held"),
    "cheque_certificate": Fact("The bank has certified that the cheque is unpaid"),
    # The procedure and its court
    "procedure": Fact("Procedure", CODE),
    "court_kind": Fact("Court", CHOICE, COURTS),
    "jurisdiction_clause": Fact("A clause designates the court"),
    "performed_elsewhere": Fact("Delivered or performed elsewhere than at the debtor's registered office"),
}

#: ``{operator: (label, kinds of facts)}``; what is compared with several codes separates them by commas.
OPERATORS = {
    "is": ("is", (BOOL, CHOICE, CODE)),
    "is_not": ("is not", (BOOL, CHOICE, CODE)),
    "in": ("is one of", (CHOICE, CODE)),
    "not_in": ("is none of", (CHOICE, CODE)),
    "at_most": ("is at most", NUMBERS),
    "below": ("is below", NUMBERS),
    "at_least": ("is at least", NUMBERS),
    "above": ("is above", NUMBERS),
}
_COMPARE = {
    "is": lambda held, asked: held == asked[0],
    "is_not": lambda held, asked: held != asked[0],
    "in": lambda held, asked: held in asked,
    "not_in": lambda held, asked: held not in asked,
    "at_most": lambda held, asked: held <= asked[0],
    "below": lambda held, asked: held < asked[0],
    "at_least": lambda held, asked: held >= asked[0],
    "above": lambda held, asked: held > asked[0],
}


class Row(NamedTuple):
    """One condition.

    :param value: what the fact is compared with: true or false, one code or several, a number; None if a legal
        figure that it rests on has no value: nobody knows then.
    :param reason: why it is asked, in words.
    :param is_advice: it is wise, the law does not ask it: it closes nothing.
    :param alternative: of the conditions with the same number one is enough; 0 stands alone.
    """

    fact: str
    operator: str
    value: Any
    reason: str = ""
    is_advice: bool = False
    alternative: int = 0
    source: Any = None


class Reason(NamedTuple):
    """What became of one condition: ``verdict`` is ``YES``, ``NO`` or ``UNKNOWN``."""

    row: Row
    verdict: str

    @property
    def text(self):
        return self.row.reason


class Answer(NamedTuple):
    """``open`` is ``YES`` only if every condition of the law is known to hold; ``reasons`` are in their order."""

    open: str
    reasons: tuple[Reason, ...]

    def get_reasons(self, *verdicts, is_advice=None):
        """Return the reasons with these verdicts."""
        return [
            reason
            for reason in self.reasons
            if reason.verdict in verdicts and (is_advice is None or reason.row.is_advice == is_advice)
        ]


def read_value(fact: str, value: Any) -> tuple:
    """Return what a fact is compared with, as a tuple of values of its kind.

    :raises ValueError: it is none.
    """
    kind = FACTS[fact].kind
    if kind in NUMBERS:
        return (_read_number(value),)
    if isinstance(value, bool):
        value = "true" if value else "false"
    codes = tuple(code.strip() for code in str(value or "").split(",") if code.strip())
    if kind == BOOL:
        codes = tuple({"true": True, "false": False}.get(code) for code in codes)
    elif kind == CHOICE:
        codes = tuple(code if code in FACTS[fact].choices else None for code in codes)
    if not codes or None in codes:
        raise ValueError(value)
    return codes


def _read_number(value):
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise ValueError(value) from error
    if not number.is_finite():
        raise ValueError(value)
    return number


def is_comparable(fact: str, operator: str, value: Any) -> bool:
    """Tell whether a condition can be judged at all."""
    if fact not in FACTS or operator not in OPERATORS or FACTS[fact].kind not in OPERATORS[operator][1]:
        return False
    try:
        asked = read_value(fact, value)
    except ValueError:
        return False
    return operator in ("in", "not_in") or len(asked) == 1


def find_strange(facts: Mapping[str, Any]) -> list[str]:
    """Return the facts that are not on the list, or have a value that they cannot have."""
    return [key for key, value in facts.items() if key not in FACTS or not _is_fact(key, value)]


def _is_fact(key, value):
    kind = FACTS[key].kind
    if value is None or value == UNKNOWN:
        return True
    if kind == BOOL:
        return isinstance(value, bool)
    if kind == CHOICE:
        return value in FACTS[key].choices
    if kind == CODE:
        return isinstance(value, str) and bool(value)
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool) and isfinite(value)


def complete(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts with those that follow from others, where nobody has said otherwise."""
    known = {key: value for key, value in facts.items() if value is not None and value != UNKNOWN}
    held = {**dict.fromkeys(FACTS), **known}
    place, merchants = held["debtor_place"], (held["creditor_merchant"], held["debtor_merchant"])
    guessed = {
        "cross_border": None if place is None else place not in ("france", "overseas"),
        "debtor_place": "france" if held["cross_border"] is False else None,
        "between_merchants": False if False in merchants else True if None not in merchants else None,
    }
    return {**{key: value for key, value in guessed.items() if value is not None}, **known}


def judge(rows: Iterable[Row], facts: Mapping[str, Any]) -> Answer:
    """Say whether all conditions hold: what is not known is never a yes, and one no is enough.

    Of alternatives, only those that decide are among the reasons.
    """
    known = complete(facts)
    reasons = [Reason(row, _judge_row(row, known)) for row in rows]
    groups = {}
    for reason in reasons:
        if reason.row.alternative:
            groups.setdefault((reason.row.is_advice, reason.row.alternative), set()).add(reason.verdict)
    best = {key: next(verdict for verdict in (YES, UNKNOWN, NO) if verdict in found) for key, found in groups.items()}
    decisive = tuple(
        reason
        for reason in reasons
        if reason.verdict == best.get((reason.row.is_advice, reason.row.alternative), reason.verdict)
    )
    verdicts = {reason.verdict for reason in decisive if not reason.row.is_advice}
    return Answer(next((verdict for verdict in (NO, UNKNOWN) if verdict in verdicts), YES), decisive)


def _judge_row(row, known):
    if row.value is None or not is_comparable(row.fact, row.operator, row.value):
        return UNKNOWN
    held = known.get(row.fact)
    if held is None or not _is_fact(row.fact, held):
        return UNKNOWN
    if FACTS[row.fact].kind in NUMBERS:
        held = Decimal(str(held))
    return YES if _COMPARE[row.operator](held, read_value(row.fact, row.value)) else NO
