"""Compare two dumps of the same play, the first one put through the renames: ``compare.py OLD NEW``."""

import argparse
import difflib
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from names import Renames

TABLES = ("rows", "computed", "weeks")
#: When a database was made is no part of what is compared.
MOMENT = re.compile(r"(?<=mail\.message@)(\d+ \| date = ).*")


def read_dump(folder, renames=None):
    """Return ``{relative path: lines}`` of a dump, put through the renames."""
    found = {}
    for path in sorted(folder.rglob("*.txt")):
        name, text = str(path.relative_to(folder)), MOMENT.sub(r"\1…", path.read_text(encoding="utf-8"))
        if renames:
            name, text = renames.text(name), renames.text(text)
        lines = text.splitlines()
        found[name] = sorted(lines) if name.startswith(TABLES) else lines
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--plain", action="store_true", help="without the renames")
    options = parser.parse_args()
    old, new = read_dump(options.old, None if options.plain else Renames()), read_dump(options.new)
    different = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    for name in different:
        lines = difflib.unified_diff(old.get(name, []), new.get(name, []), f"old/{name}", f"new/{name}", "", "", 0, "")
        print("\n".join(lines))
    print(f"{len(old)} files before, {len(new)} after, {len(different)} differ")
    return 1 if different else 0


if __name__ == "__main__":
    raise SystemExit(main())
