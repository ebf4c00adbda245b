"""The seal of the journal: what an entry's digest is made of, how entries are chained, what a check finds.

The digest is of the words that an entry froze, and of the keys that never move; a seal is of the seal before it, of the
number and of that digest. A text that was lawfully blanked leaves its digest behind, so that the chain holds.
"""

import hashlib
import json
from typing import NamedTuple

START = "debt_recovery journal 1"
#: What a check finds, in the order of gravity.
CODES = (
    "changed",
    "blanked",
    "moved",
    "missing",
    "doubled",
    "broken",
    "shortened",
    "rewritten",
    "inserted",
    "foreign",
    "seal_changed",
    "note_missing",
    "emptied",
)


class Entry(NamedTuple):
    """One entry of the journal as the database holds it now.

    :param number: its place in the chain, 0 while it is not sealed.
    :param content: what :func:`digest_content` gives for what stands there now.
    :param kept: the digest that was kept when it was sealed.
    :param is_blanked: its text was taken away, as the law asks.
    :param debtor: the debtor that it points at now; ``first_debtor`` the one when it was written.
    :param is_stamped: the program wrote it: rows that somebody adds beneath it have no author and time of creation.
    """

    id: int
    number: int
    content: str
    kept: str
    seal: str
    date: object
    is_blanked: bool = False
    debtor: int = 0
    first_debtor: int = 0
    is_stamped: bool = True


class Head(NamedTuple):
    """The end of the chain at some moment: whoever holds it can tell later whether the chain was made anew.

    :param first: the first entry of a sealing, which goes to ``number``; 0 where the head only left.
    :param digest: what was kept of the note itself; empty where the head comes from elsewhere.
    :param addressee: to whom it left, as the note and the journal tell.
    """

    number: int
    seal: str
    moment: object = None
    first: int = 0
    digest: str = ""
    addressee: str = ""


class Found(NamedTuple):
    """One thing that is wrong: see :data:`CODES`.

    :param number: the entry, or the first of them; ``last`` the last one where it is a range.
    :param head: the note by which it was found, or that of the sealing to which the entry belonged.
    """

    code: str
    number: int = 0
    entry: int = 0
    head: Head | None = None
    last: int = 0


def digest(text):
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest_content(*values):
    """Return the digest of what an entry says: texts, numbers, dates and plain JSON."""
    return digest(json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str))


def get_start(company):
    """Return the seal that stands before the first entry of a company."""
    return digest(f"{START}\n{company}")


def chain(before, number, content):
    """Return the seal of an entry: of the one before it, its number and its content."""
    return digest(f"{before}\n{number}\n{content}")


def digest_head(company, first, number, seal, moment):
    """Return the digest of a note of where the chain stood, so that the note itself cannot be changed."""
    return digest_content(company, first, number, seal, moment)


class Check:
    """A reading of a company's chain from its first entry to its last, in any number of helpings.

    Entries are handed over in the order of their numbers, then those that are not sealed yet.
    """

    def __init__(
        self, company, heads=(), told=None, blanked=frozenset(), unions=frozenset(), debtors=None, tolerance=None
    ):
        """Prepare the reading.

        :param heads: the :class:`Head` that were noted, those that left the house included.
        :param told: those of which the journal itself tells that they left; each of them has its note, and each
            entry the note of its sealing. None: no note is missed.
        :param blanked: the numbers whose blanking the journal itself tells.
        :param unions: the debtors into which the journal says that another one was merged.
        :param debtors: ids of the debtors that exist: an entry leaves one that is still there for nobody.
        :param tolerance: how much older than the seal before it an entry may be.
        """
        self.company = company
        self.heads, self.told = {}, told
        for head in [*heads, *(told or ())]:
            self.heads.setdefault(head.number, []).append(head)
        self.blanked, self.unions, self.debtors = blanked, unions, debtors
        self.tolerance = tolerance
        self.seal = get_start(company)
        self.number = 0
        self.unsealed = 0
        self.found = []
        self.sealed_at = {number: min(self._get_moments(group)) for number, group in self.heads.items()}
        self.last_moment = None

    @staticmethod
    def _get_moments(heads):
        moments = [head.moment for head in heads if head.moment]
        return moments or [None]

    def take(self, entries):
        """Read some more entries."""
        for entry in entries:
            self._read_content(entry)
            if entry.number:
                self._read_link(entry)
            else:
                self.unsealed += 1
                self._read_age(entry)

    def _find(self, code, entry=None, number=0, head=None, last=0):
        self.found.append(Found(code, number or (entry.number if entry else 0), entry.id if entry else 0, head, last))

    def _read_content(self, entry):
        if entry.is_blanked:
            if entry.number not in self.blanked:
                self._find("blanked", entry)
        elif entry.number and entry.content != entry.kept:
            self._find("changed", entry)
        if not entry.is_stamped:
            self._find("foreign", entry)
        if entry.debtor != entry.first_debtor:
            was_united = self.debtors is None or (
                entry.first_debtor and entry.first_debtor not in self.debtors and entry.debtor in self.unions
            )
            if not was_united:
                self._find("moved", entry)

    def _read_link(self, entry):
        if entry.number <= self.number:
            self._find("doubled", entry)
            return
        is_whole = entry.number == self.number + 1
        if not is_whole:
            number = self.number + 1
            self._find("missing", number=number, last=entry.number - 1, head=self._get_sealing(number))
        if is_whole and entry.seal != chain(self.seal, entry.number, entry.kept):
            self._find("broken", entry)
        self._read_age(entry)
        self.seal, self.number = entry.seal, entry.number
        for seal in dict.fromkeys(head.seal for head in self.heads.get(entry.number, ())):
            if seal != entry.seal:
                self._find("rewritten", entry, head=self._get_first(entry.number, seal))
        self.last_moment = self.sealed_at.get(entry.number) or self.last_moment

    def _read_age(self, entry):
        """Find an entry that is much older than what was sealed before it: it was not there then."""
        if self.tolerance and self.last_moment and entry.date + self.tolerance < self.last_moment:
            self._find("inserted", entry)

    def _get_sealing(self, number):
        """Return the note of the sealing to which an entry belonged, or None."""
        notes = (head for heads in self.heads.values() for head in heads if head.first)
        return next((note for note in notes if note.first <= number <= note.number), None)

    def _get_first(self, number, seal=None):
        """Return the note that says first where the chain stood."""
        notes = [head for head in self.heads[number] if seal in (None, head.seal)]
        return min(notes, key=lambda head: (head.moment is None, head.moment or 0))

    def finish(self):
        """Return all that was found, once the last entry was read."""
        for number in self.heads:
            if number > self.number:
                self._find("shortened", number=number, head=self._get_first(number))
        self._read_notes()
        order = {code: rank for rank, code in enumerate(CODES)}
        return sorted(self.found, key=lambda found: (order[found.code], found.number, found.entry))

    def _read_notes(self):
        """Find the notes that were changed, and those that are gone: of a sealing, or of a head that left."""
        notes = [head for heads in self.heads.values() for head in heads if head.digest]
        for head in notes:
            if head.digest != digest_head(self.company, head.first, head.number, head.seal, head.moment):
                self._find("seal_changed", number=head.number, head=head)
        if self.told is not None:
            self._miss_notes(notes)

    def _miss_notes(self, notes):
        end = 0
        for note in sorted((note for note in notes if note.first), key=lambda note: note.first):
            if note.first > end + 1:
                self._find("note_missing", number=end + 1, last=note.first - 1)
            end = max(end, note.number)
        if end < self.number:
            self._find("note_missing", number=end + 1, last=self.number)
        kept = {(note.number, note.seal, note.addressee) for note in notes if not note.first}
        for head in self.told:
            if (head.number, head.seal, head.addressee) not in kept:
                self._find("note_missing", number=head.number, last=head.number, head=head)


def parse_head(text):
    """Return the :class:`Head` that somebody typed or pasted, or None: a number, then 64 hexadecimal characters."""
    words = "".join(char if char.isalnum() else " " for char in text or "").split()
    digests = [word.lower() for word in words if len(word) == 64 and set(word.lower()) <= set("0123456789abcdef")]
    numbers = [int(word) for word in words if word.isdecimal() and len(word) < 12]
    return Head(numbers[0], digests[0]) if len(digests) == 1 and numbers else None


def describe_ranges(numbers):
    """Return numbers as people write them: ``3, 5-8``."""
    parts, numbers = [], sorted(set(numbers))
    start = previous = None
    for number in [*numbers, None]:
        if previous is not None and number == previous + 1:
            previous = number
            continue
        if previous is not None:
            parts.append(str(start) if start == previous else f"{start}-{previous}")
        start = previous = number
    return ", ".join(parts)


def read_ranges(text):
    """Return the numbers of a text that :func:`describe_ranges` made."""
    numbers = set()
    for part in (text or "").replace(" ", "").split(","):
        first, _dash, last = part.partition("-")
        if first.isdecimal():
            numbers.update(range(int(first), int(last if last.isdecimal() else first) + 1))
    return frozenset(numbers)
