"""The file in which a configuration goes from one database to another, and what two of them differ by (no ORM)."""

import json
from typing import Any, NamedTuple

FORMAT = "debt_recovery.configuration"
VERSION = 1
BASE = "en_US"  # the language in which core keeps what a text is translated from
LARGEST = 32 * 2**20  # bytes
ADDED, CHANGED, MISSING, UNKNOWN, CLOSED = "added", "changed", "missing", "unknown", "closed"
_HEAD = {"module": str, "currency": str, "languages": list, "company": dict, "settings": dict}
_ROW = {"ref": str, "title": str, "own": bool, "values": dict, "left": list}


class BadFile(ValueError):
    """A file is none of ours; ``kind`` says why: json, format, version, size or shape, ``where`` in the file."""

    def __init__(self, kind, where=""):
        super().__init__(f"{kind} {where}".strip())
        self.kind = kind
        self.where = str(where)


class Change(NamedTuple):
    """What one record differs by: per field, what stands here and what the file says.

    ``row`` is the row of the file; of what the file lacks, the one that stands here.
    """

    kind: str
    model: str
    row: dict
    fields: dict[str, tuple[Any, Any]]


def write(content: dict) -> bytes:
    """Return the file of a configuration, the same for the same configuration."""
    head = {"format": FORMAT, "version": VERSION}
    return json.dumps({**head, **content}, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def read(data: bytes) -> dict:
    """Return the configuration of a file.

    :raises BadFile: it is none, or not one that can be read here.
    """
    if len(data) > LARGEST:
        raise BadFile("size")
    try:
        content = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadFile("json") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise BadFile("format")
    if not _is_a(content.get("version"), int) or content["version"] > VERSION or content["version"] < 1:
        raise BadFile("version", content.get("version"))
    _check(content, _HEAD, "")
    for model, rows in content["settings"].items():
        if not isinstance(rows, list):
            raise BadFile("shape", model)
        for place, row in enumerate(rows, 1):
            _check(row, _ROW, f"{model} {place}")
        refs = [row["ref"] for row in rows]
        if len(set(refs)) < len(refs):
            raise BadFile("shape", model)
    return content


def _refuse(constant):
    raise ValueError(constant)


def _is_a(value, kind):
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _check(value, shape, where):
    if not isinstance(value, dict):
        raise BadFile("shape", where)
    for name, kind in shape.items():
        if not _is_a(value.get(name), kind):
            raise BadFile("shape", f"{where} {name}".strip())


def compare(here: dict, there: dict, languages: set) -> list[Change]:
    """Return what a file would change: ``there`` is the file's content, ``here`` what stands in this database.

    :param languages: those in which texts are compared.
    """
    changes = []
    for model, rows in there["settings"].items():
        known = {row["ref"]: row for row in here["settings"].get(model, ())}
        for row in rows:
            own = known.pop(row["ref"], None)
            if own is None:
                fields = {name: (None, value) for name, value in row["values"].items()}
                changes.append(Change(ADDED, model, row, fields))
            elif fields := _compare_values(own["values"], row["values"], languages):
                changes.append(Change(CHANGED, model, row, fields))
        changes += [Change(MISSING, model, row, {}) for row in known.values()]
    if fields := _compare_values(here["company"], there["company"], languages):
        row = {"ref": "company", "title": "", "own": True, "values": there["company"], "left": []}
        changes.append(Change(CHANGED, "res.company", row, fields))
    return changes


def _compare_values(here, there, languages):
    return {
        name: (here[name], value)
        for name, value in there.items()
        if name in here and not is_same(here[name], value, languages)
    }


def is_same(here: Any, there: Any, languages: set) -> bool:
    """Tell whether two values of a field say the same in these languages."""
    if isinstance(here, dict) and isinstance(there, dict):
        common = (here.keys() & there.keys() & languages) or {BASE}
        return all((here.get(lang) or "") == (there.get(lang) or "") for lang in common)
    if isinstance(here, list) and isinstance(there, list):
        return sorted(map(str, here)) == sorted(map(str, there))
    if isinstance(here, bool) or isinstance(there, bool):
        return bool(here) == bool(there)
    return (here or None) == (there or None)


def merge(here: Any, there: Any, languages: set) -> Any:
    """Return the value to write: a text keeps what it says here in the languages that the file has not."""
    if isinstance(here, dict) and isinstance(there, dict):
        return {**here, **{lang: text for lang, text in there.items() if lang in languages}}
    return there


def shorten(here: str, there: str, longest: int) -> tuple[str, str]:
    """Return two texts cut to so many characters each, around where they begin to differ: else both look alike."""
    if max(len(here), len(there)) <= longest:
        return here, there
    place = next((n for n, (one, other) in enumerate(zip(here, there, strict=False)) if one != other), None)
    place = min(len(here), len(there)) if place is None else place
    start = 0
    if place > longest // 2:
        start = place - longest // 4
        start += (here[start:place] + " ").index(" ") + 1  # from a whole word on
        start = min(start, place)
    return _cut(here, start, longest), _cut(there, start, longest)


def _cut(text, start, longest):
    if len(text) <= start:
        return text and f"…{text[-longest // 4 :]}"
    return f"{'…' if start else ''}{text[start : start + longest]}{'…' if len(text) > start + longest else ''}"
