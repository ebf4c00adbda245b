"""How long what is said of a person is kept, in plain Python (no ORM)."""

from typing import NamedTuple

CONTACTS, CASES = "contacts", "cases"


class Retained(NamedTuple):
    """What a model declares of the personal words that it keeps.

    :param kind: which rule says how long, see ``recovery.retention.rule``.
    :param day: the field from whose day on it is kept: without a value, it is kept.
    :param texts: fields whose words go; each room declares its own in ``_retained_texts``.
    :param files: fields whose document goes, its SHA-256 stays; ``_retained_files`` for a room.
    :param domain: which rows are concerned; what left the house in the course of business is none.
    :param events: kinds of the journal's entries on these rows whose words go too.
    """

    kind: str
    day: str
    texts: tuple = ()
    files: tuple = ()
    domain: tuple = ()
    events: tuple = ()
