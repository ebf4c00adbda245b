"""Kinds of parties and of courts, and which court serves where another has none, in plain Python (no ORM)."""

from decimal import Decimal
from typing import NamedTuple

from ...legal import conditions
from .commune import normalize

PARTIES = [
    ("court", "Court"),
    ("lawyer", "Lawyer (avocat)"),
    ("bailiff", "Commissaire de justice"),
    ("registry", "Registry (greffe)"),
    ("trustee", "Insolvency trustee (mandataire judiciaire)"),
    ("agency", "Collection agency"),
    ("foreign_agency", "Foreign collection agency"),
    ("insurer", "Credit insurer"),
    ("conciliator", "Conciliator or mediator"),
]
COURTS = list(conditions.COURTS.items())
#: Which courts hear what is brought before a kind of court, the first that the directory knows for a commune.
SERVED_BY = {
    "commerce": ("tae", "chambre_commerciale_alsace", "commerce"),
    "tae": ("tae", "chambre_commerciale_alsace", "commerce"),
    "chambre_commerciale_alsace": ("chambre_commerciale_alsace", "tae", "commerce"),
    "proximite": ("proximite", "judiciaire"),
    "jcp": ("jcp", "proximite", "judiciaire"),
    "judiciaire": ("judiciaire",),
    "administratif": ("administratif",),
}
#: What the name of a court tells of its kind, the more precise first.
_NAMED = {
    "ACTIVITES ECONOMIQUES": "tae",
    "CHAMBRE COMMERCIALE": "chambre_commerciale_alsace",
    "TRIBUNAL DE COMMERCE": "commerce",
    "CONTENTIEUX DE LA PROTECTION": "jcp",
    "TRIBUNAL DE PROXIMITE": "proximite",
    "CHAMBRE DE PROXIMITE": "proximite",
    "TRIBUNAL JUDICIAIRE": "judiciaire",
    "TRIBUNAL ADMINISTRATIF": "administratif",
}


def guess_kind(name: str | None) -> str | None:
    """Return the kind of court that its name tells, or None."""
    told = normalize(name)
    return next((kind for sign, kind in _NAMED.items() if sign in told), None)


class Forum(NamedTuple):
    """One answer to "before which court?".

    ``court`` is a ``res.partner`` or None where the directory names none; ``kind`` is a key of :data:`COURTS`. An
    answer that must be asked for first has no court, and its reason is the question.
    """

    court: object
    kind: str | None
    reason: str
    options: list

    @property
    def is_question(self):
        return isinstance(self.reason, Question)


class Question(str):
    """What must be known first: the reason of an answer that is none yet."""


class Contribution(NamedTuple):
    """What a claimant pays to a court for being heard, and why; no amount where it is not known."""

    amount: Decimal | None
    reason: str
