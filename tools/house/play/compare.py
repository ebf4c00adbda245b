"""Compare two dumps of the same play, the first one with its names changed: ``compare.py OLD NEW --renames FILE``.

A line of the file of renames reads ``old new``, for example ``recovery.run recovery.campaign``
or ``debt_recovery.recovery_run_action debt_recovery.recovery_campaign_action``; ``model.field``
renames the field of that model only: ``recovery.debtor.policy_id recovery.debtor.scenario_id``.
Empty lines and what follows ``#`` do not count. Names are whole words, made of letters,
digits, underscores and dots.
"""

import argparse
import difflib
import re
from pathlib import Path

WORD = re.compile(r"[A-Za-z_][\w.]*\w")
CELL = re.compile(r"(?P<label>\S.*?) \| (?P<field>\w+) = ", re.DOTALL)


def read_renames(path):
    """Return ``{old: new}``."""
    lines = (line.partition("#")[0].split() for line in path.read_text().splitlines())
    return {line[0]: line[1] for line in lines if len(line) >= 2}


def read_dump(folder):
    """Return ``{relative path: text}``."""
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.txt"))}


def apply_renames(files, renames):
    """Return a dump with its names changed, cells in order again."""
    result = {}
    for name, text in files.items():
        folder, _slash, file = name.rpartition("/")
        model = file.removesuffix(".txt")
        is_table = folder in ("rows", "computed", "weeks")
        lines = []
        for line in text.splitlines():
            cell = CELL.match(line) if is_table else None
            if cell:
                owner = "recovery.debtor" if folder == "weeks" else model
                new = renames.get(f"{owner}.{cell['field']}")
                field = new.rpartition(".")[2] if new else cell["field"]
                line = f"{_rename(cell['label'], renames)} | {field} = {_rename(line[cell.end() :], renames)}"
            else:
                line = _rename(line, renames)
            lines.append(line)
        path = f"{folder}/{renames.get(model, model)}.txt" if folder else name
        result[path] = sorted(lines) if is_table else lines
    return result


def _rename(text, renames):
    return WORD.sub(lambda word: renames.get(word[0], word[0]), text)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--renames", type=Path)
    options = parser.parse_args()
    renames = read_renames(options.renames) if options.renames else {}
    old, new = apply_renames(read_dump(options.old), renames), apply_renames(read_dump(options.new), {})
    different = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    for name in different:
        lines = difflib.unified_diff(old.get(name, []), new.get(name, []), f"old/{name}", f"new/{name}", "", "", 0, "")
        print("\n".join(lines))
    print(f"{len(old)} files before, {len(new)} after, {len(different)} differ")
    return 1 if different else 0


if __name__ == "__main__":
    raise SystemExit(main())
