"""Names of communes as people and directories write them, in plain Python (no ORM)."""

import re
import unicodedata
from typing import NamedTuple

_NOISE = re.compile(r"\bCEDEX\b.*$|\b\d+ ?(?:ER|E|EME|ND|RD)?(?: ARR(?:ONDISSEMENT|DT)?)?\b|\bARRONDISSEMENT\b")
_SHORT = {"ST": "SAINT", "STE": "SAINTE"}


class Commune(NamedTuple):
    """A place as an address tells it; ``insee`` settles which one where it is known."""

    name: str = ""
    zip: str = ""
    insee: str = ""

    def is_same(self, other):
        """Tell whether two addresses are in one commune, as far as names and departments tell."""
        if self.insee and other.insee:
            return self.insee == other.insee
        same_place = not (self.zip and other.zip) or get_department(self.zip) == get_department(other.zip)
        return normalize(self.name) == normalize(other.name) and same_place


def normalize(name: str | None) -> str:
    """Return a commune's name to compare: capitals without accents, hyphens, CEDEX nor arrondissement."""
    text = unicodedata.normalize("NFD", (name or "").upper())
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = text.replace("Œ", "OE").replace("Æ", "AE")
    text = re.sub(r"[^A-Z0-9]+", " ", text)
    words = _NOISE.sub(" ", text).split()
    return " ".join(_SHORT.get(word, word) for word in words)


def get_department(code: str | None) -> str:
    """Return the department of a postcode or an INSEE code: two characters, three overseas."""
    code = (code or "").strip().upper()
    return code[:3] if code[:2] in ("97", "98") else code[:2]
