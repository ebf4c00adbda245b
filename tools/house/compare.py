"""Put an old register through the renames and print what still differs from a new one, grouped by kind.

    make house OLD=before.txt NEW=after.txt

What differs for a reason stands in ``differences.md``, one line each: ``- `kind | key` reason``; ``*`` in a key
stands for anything. Such facts are counted, not printed, and a line of that file that excuses nothing is named.
Kinds that begin with ``file`` say where the code stands, and ``method definitions`` how many classes share a
method: they are counted only (``--all`` prints them). It fails when anything else differs.
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from fnmatch import fnmatchcase
from pathlib import Path

from names import Renames

DIFFERENCES = Path(__file__).with_name("differences.md")
INFORMATION = ("file ", "method definitions")
#: What assertions.py reads.
TESTS = ("assertion |", "constant |", "tour |")
#: Lines of one text, in order: the number is not part of what is compared.
NUMBERED = ("arch",)
#: Lists that the register sorted.
TOGETHER = ("attribute together", "typed")


def read(path, renames=None):
    """Return ``{kind: [(key, fact)]}`` of a register, put through the renames."""
    facts = defaultdict(list)
    for line in Path(path).read_text(encoding="utf-8").split("\n"):
        if line:
            kind, key, fact = (renames.line(line) if renames else line).split(" | ", 2)
            if kind.startswith(NUMBERED):
                fact = fact[5:]
            fact = order(fact)
            if kind in TOGETHER and fact.startswith("["):
                fact = json.dumps(sorted(json.loads(fact), key=str), ensure_ascii=False)
            facts[kind].append((key, fact))
    return facts


def order(fact):
    """Return a fact with what the register sorted by its names in order again: a rename moves it."""
    head, equals, value = fact.rpartition(" = ") if not fact.startswith("[") else ("", "", fact)
    try:
        value = json.loads(value)
    except ValueError:
        return fact
    return f"{head}{equals}{json.dumps(_order(value, head), ensure_ascii=False)}"


def _order(value, head=""):
    if isinstance(value, dict):
        return {key: _order(item) for key, item in sorted(value.items())}
    if isinstance(value, list):
        items = [_order(item) for item in value]
        return sorted(items, key=str) if head.startswith("depends") or "<set>" in items else items
    return value


def read_reasons():
    """Return the patterns of differences.md."""
    return re.findall(r"^- `([^`]+)`", DIFFERENCES.read_text(encoding="utf-8"), re.MULTILINE)


def subtract(facts, others):
    """Return the facts that the others have not, each as often as it is missing there."""
    left = defaultdict(int)
    for fact in others:
        left[fact] += 1
    missing = []
    for fact in facts:
        if left[fact]:
            left[fact] -= 1
        else:
            missing.append(fact)
    return missing


def main():
    """Read the command line, print the differences; fail when one has no reason."""
    parser = argparse.ArgumentParser(prog="make house", description=__doc__.splitlines()[0])
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--all", action="store_true", help="print what only informs, too")
    parser.add_argument("--plain", action="store_true", help="without the renames")
    options = parser.parse_args()
    old, new = read(options.old, None if options.plain else Renames()), read(options.new)
    reasons, used, unexplained = read_reasons(), set(), 0
    for kind in sorted({*old, *new}):
        gone, come = subtract(old[kind], new[kind]), subtract(new[kind], old[kind])
        informs = kind.startswith(INFORMATION)
        shown, excused = [], 0
        for sign, facts in (("-", gone), ("+", come)):
            for key, fact in facts:
                found = [reason for reason in reasons if fnmatchcase(f"{kind} | {key}", reason)]
                used.update(found)
                if found:
                    excused += 1
                else:
                    shown.append((key, sign, fact))
        if not shown and not excused:
            continue
        print(f"\n{kind}: {len(old[kind])} facts, then {len(new[kind])}; {len(shown)} differ, {excused} for a reason")
        if informs and not options.all:
            continue
        unexplained += 0 if informs else len(shown)
        for key, sign, fact in sorted(shown, key=lambda item: (item[0], item[1] == "+")):
            print(f"  {sign} {key} | {fact}")
    for reason in reasons:
        if reason not in used and not reason.startswith(TESTS):
            print(f"\nexcuses nothing any more: {reason}")
    before, after = (sum(len(facts) for facts in register.values()) for register in (old, new))
    print(f"\n{before} facts before, {after} after; {unexplained} differ without a reason")
    return int(bool(unexplained))


if __name__ == "__main__":
    sys.exit(main())
