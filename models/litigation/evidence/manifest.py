"""The manifest of a bundle, without the ORM: what is in it, with digests, and what made it.

Everything in the bundle derives from it, dates included: two equal manifests make two equal files.
"""

import hashlib
import json
from typing import NamedTuple

FORMAT = 1
SPARE_DAY = "2000-01-01"


class Piece(NamedTuple):
    """One piece: ``day`` is the ISO date of the document, ``added`` that of its filing in the case.

    ``problem`` is the code of why its pages cannot be shown, empty if they can; it then stands in the archive alone.
    """

    number: int
    kind: str
    title: str
    day: str
    added: str
    name: str
    sha256: str
    size: int
    pages: int
    problem: str = ""
    origin: str = ""


class Change(NamedTuple):
    """One difference between two manifests: ``what`` is a code, ``subject`` a piece's number, a heading or a tool."""

    what: str
    subject: str
    before: str = ""
    after: str = ""


def digest(content):
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def build(headings, words, notes, pieces, libraries):
    """Return the manifest of pieces in their order.

    :param headings: ``[(name, text)]`` of the cover and of the list, as they are printed.
    :param dict words: what else is printed, by its name in :class:`paper.Words`.
    :param notes: sentences under the list.
    :param dict libraries: ``{tool: version}`` of what makes the files.
    """
    return {
        "format": FORMAT,
        "day": get_day(pieces),
        "headings": [list(pair) for pair in headings],
        "words": dict(words),
        "notes": list(notes),
        "libraries": dict(sorted(libraries.items())),
        "pieces": [piece._asdict() for piece in sorted(pieces, key=lambda piece: piece.number)],
    }


def get_day(pieces):
    """Return the ISO date of the bundle: that on which its last piece was added, never that of its making."""
    return max((piece.added for piece in pieces if piece.added), default=SPARE_DAY)


def serialise(manifest):
    """Return the manifest as bytes, always the same for the same content."""
    return (json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def get_pieces(manifest):
    """Return the :class:`Piece` of a manifest."""
    return [Piece(**row) for row in manifest["pieces"]]


def compare(old, new):
    """Return the :class:`Change` between two manifests, empty if they make the same files."""
    changes = []
    before, after = ({piece.number: piece for piece in get_pieces(manifest)} for manifest in (old, new))
    for number in sorted(before.keys() | after.keys()):
        was, now = before.get(number), after.get(number)
        if was is None:
            changes.append(Change("added", str(number), "", now.title))
        elif now is None:
            changes.append(Change("removed", str(number), was.title, ""))
        elif was != now:
            changes += _compare_piece(was, now)
    was, now = (_get_printed(manifest) for manifest in (old, new))
    changes += [
        Change("printed", key, str(was.get(key, "")), str(now.get(key, "")))
        for key in dict.fromkeys([*was, *now])
        if was.get(key) != now.get(key)
    ]
    for tool in sorted(old["libraries"].keys() | new["libraries"].keys()):
        if (was := old["libraries"].get(tool, "")) != (now := new["libraries"].get(tool, "")):
            changes.append(Change("library", tool, was, now))
    if old["format"] != new["format"]:
        changes.append(Change("library", "format", str(old["format"]), str(new["format"])))
    return changes


def _get_printed(manifest):
    """Return what is printed beside the pieces, by the name of each heading or word."""
    words = {f"({name})": word for name, word in manifest["words"].items()}
    notes = {"(notes)": " ".join(manifest["notes"])}
    return {**{name: text for name, text in manifest["headings"]}, **words, **notes, "(day)": manifest["day"]}


def _compare_piece(was, now):
    number = str(now.number)
    if was.sha256 != now.sha256:
        return [Change("content", number, was.sha256, now.sha256)]
    pairs = [("title", was.title, now.title), ("day", was.day, now.day), ("problem", was.problem, now.problem)]
    changes = [Change(what, number, one, other) for what, one, other in pairs if one != other]
    return changes or [Change("details", number)]
