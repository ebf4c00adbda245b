"""The directory of courts as a file tells it, in plain Python (no ORM).

Either a row per commune and kind of court, or a row per commune with a column per kind, as the ministry publishes it.
"""

from typing import NamedTuple

from ...common.tables import find_positions, get_cell
from .commune import normalize

COLUMNS = {
    "name": ("commune", "nom commune", "nom_commune", "libelle commune", "libellé commune", "ville", "city"),
    "insee": ("insee", "code insee", "code_insee", "codecommune", "code commune", "code_commune"),
    "zip": ("zip", "code postal", "code_postal", "cp", "postcode"),
    "kind": ("kind", "type", "nature", "kind of court", "type de juridiction"),
    "court": ("court", "juridiction", "tribunal", "nom", "nom juridiction"),
}
BY_KIND = {
    "commerce": ("commerce", "tc", "tribunal de commerce"),
    "tae": ("tae", "tribunal des activités économiques", "tribunal des activites economiques"),
    "judiciaire": ("judiciaire", "tj", "tribunal judiciaire", "tgi"),
    "proximite": ("proximite", "proximité", "tprox", "tprx", "tribunal de proximité", "chambre de proximité"),
    "jcp": ("jcp", "juge des contentieux de la protection"),
    "administratif": ("administratif", "ta", "tribunal administratif"),
    "chambre_commerciale_alsace": ("chambre_commerciale_alsace", "chambre commerciale"),
}
_KINDS = {normalize(alias): kind for kind, aliases in BY_KIND.items() for alias in aliases}
_NAMED = {"ACTIVITES ECONOMIQUES": "tae", "CHAMBRE COMMERCIALE": "chambre_commerciale_alsace"}


class Row(NamedTuple):
    """A commune with the court of one kind that serves it."""

    name: str
    zip: str
    insee: str
    kind: str
    court: str


def get_kind(word, court):
    """Return the kind that a title or a cell names, or that the court's own name tells; None if neither does."""
    named = normalize(court)
    return next((kind for sign, kind in _NAMED.items() if sign in named), None) or _KINDS.get(normalize(word))


def has_columns(titles):
    """Tell whether a row of titles is that of a directory."""
    found = find_positions(titles, COLUMNS)
    is_long = found["kind"] is not None and found["court"] is not None
    return (found["name"] is not None) and (is_long or bool(_find_kinds(titles, found)))


def read_rows(table):
    """Yield ``(number, Row or None)`` of each court that a table names, None where a row is not understood.

    :param table: rows, the titles first; their number is that of the file.
    """
    found = find_positions(table[0], COLUMNS)
    kinds = _find_kinds(table[0], found)
    for number, cells in enumerate(table[1:], 2):
        if not any(cell not in (None, "") for cell in cells):
            continue
        name, code = get_cell(cells, found["name"]), _pad(get_cell(cells, found["insee"]))
        place = (name, _pad(get_cell(cells, found["zip"])), code)
        if kinds:
            courts = [(kind, get_cell(cells, position)) for kind, position in kinds.items()]
        else:
            courts = [(get_cell(cells, found["kind"]), get_cell(cells, found["court"]))]
        for word, court in courts:
            if court or not kinds:
                kind = get_kind(word, court)
                yield number, Row(*place, kind, court) if name and court and kind else None


def _find_kinds(titles, found):
    """Return ``{kind: position}`` of the columns that hold the courts of one kind."""
    if found["kind"] is not None:
        return {}
    positions = find_positions(titles, BY_KIND)
    return {kind: position for kind, position in positions.items() if position is not None}


def _pad(code):
    """Return a code of five characters: spreadsheets drop the zero of the first departments."""
    code = code.removesuffix(".0")
    return code.zfill(5) if code.isdigit() and len(code) == 4 else code
