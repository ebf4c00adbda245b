"""Put every tracked file, and its name, through the renames: ``python3 tools/house/rename.py``.

``--check`` changes nothing, prints what still bears an old name and fails when something does. A second run changes
nothing. When the new name of a file is taken, nothing is done: move one of the two first.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from names import UNTOUCHED, Renames

ROOT = Path(__file__).resolve().parents[2]


def main():
    """Read the command line; rename, or tell what is to rename."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; fail when an old name is left")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout to work on")
    options = parser.parse_args()
    renames = Renames()
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=options.root, text=True)
    names = [name for name in filter(None, listed.split("\0")) if not name.startswith(UNTOUCHED)]
    targets = {name: target for name in names if (target := renames.path(name)) != name}
    taken = [name for name, target in targets.items() if target in names or list(targets.values()).count(target) > 1]
    if taken and not options.check:
        sys.exit("\n".join(f"{name}: {targets[name]} exists" for name in taken))
    found = len(targets)
    for name in names:
        file = options.root / name
        if file.is_file():
            found += _rename_content(renames, file, name, options.check)
        if name not in targets:
            continue
        if options.check:
            print(f"{name}: the file is to be {targets[name]}")
        else:
            (options.root / targets[name]).parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["git", "mv", name, targets[name]], cwd=options.root, check=True)
    print(f"{found} {'old names left' if options.check else 'files changed or renamed'}")
    return int(options.check and bool(found))


def _rename_content(renames, file, name, is_check):
    """Rename in one file; return how many lines bear an old name, or whether it changed."""
    try:
        source = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return 0
    renamed = renames.file(name, source)
    if renamed == source:
        return 0
    if not is_check:
        file.write_text(renamed, encoding="utf-8")
        return 1
    changed = 0
    for number, (old, new) in enumerate(zip(source.splitlines(), renamed.splitlines(), strict=True), 1):
        if old != new:
            changed += 1
            print(f"{name}:{number}: {old.strip()[:150]}")
    return changed


if __name__ == "__main__":
    sys.exit(main())
