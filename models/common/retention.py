"""How long what is said of a person is kept, in plain Python (no ORM)."""

from typing import NamedTuple

CONTACTS, CASES = "contacts", "cases"
SHEET = "erased.txt"  # what stands in the place of a document that must not be missing


class Retained(NamedTuple):
    """What a model declares of the personal words that it keeps: each of its texts and documents goes, or stays.

    :param kind: which rule says how long, see ``recovery.retention.rule``.
    :param day: the field from whose day on it is kept: without a value, it is kept.
    :param texts: fields whose words go; each room declares its own in ``_retained_texts``.
    :param files: fields whose document goes, its SHA-256 stays; ``_retained_files`` for a room.
    :param domain: which rows are concerned; what left the house in the course of business is none.
    :param stays: fields that say nothing of a person: numbers, digests, names of invoices, codes; ``_retained_stays``.
    :param debtor: whose words they are: a legal hold on that debtor keeps them; empty where nobody knows.
    """

    kind: str
    day: str
    texts: tuple = ()
    files: tuple = ()
    domain: tuple = ()
    stays: tuple = ()
    debtor: str = "debtor_id"
