"""Show that tests changed by the renames only, between a revision and the working tree: ``make assertions BASE=REV``.

For each test (its class and its name, wherever the file moved) and each helper of the tests, the statements that
assert something are compared once both sides went through the renames and lost their layout: calls of ``assert…``
and ``check…``, ``fail``, ``with self.assert…`` with its block, plain ``assert``, tables, and what a loop with an
assertion goes through. So are the constants of modules and classes, and the steps of the tours.

What was added is counted; what is gone or differs is printed and makes it fail, unless ``differences.md`` gives the
reason (``- `assertion | Class::method` reason``; ``constant |`` and ``tour |`` likewise).
"""

import argparse
import ast
import subprocess
import sys
from collections import Counter, defaultdict
from fnmatch import fnmatchcase
from pathlib import Path

from compare import read_reasons, subtract
from names import Renames

ROOT = Path(__file__).resolve().parents[2]
ASSERTING = ("assert", "check", "fail")


class Tests:
    """What the tests of one version assert."""

    def __init__(self, files, renames):
        self.assertions = defaultdict(list)
        self.bodies = defaultdict(list)
        self.constants = defaultdict(list)
        self.tours = defaultdict(list)
        self.count = 0
        self.written = 0
        for path, source in files.items():
            if path.endswith(".js"):
                lines = renames.file(path, source).splitlines()
                self.tours[Path(renames.path(path)).name] += [line.strip() for line in lines if line.strip()]
            else:
                self._read(ast.parse(renames.python(source, Path(path).name)))

    def _read(self, tree):
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    self._note(inner, f"{node.name}::")
            else:
                self._note(node, "")

    def _note(self, node, prefix):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            key = f"{prefix}{node.name}"
            self.count += bool(prefix) and node.name.startswith("test_")
            self.bodies[key].append(ast.unparse(node))
            found = list(find_assertions(node))
            self.assertions[key] += found
            self.written += len(found)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                self.constants[f"{prefix}{ast.unparse(target)}"].append(ast.unparse(node))


def find_assertions(function):
    """Yield what a test asserts, on one line each: calls, refused blocks, tables, and what its loops go through."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert) or _is_asserting(node):
            yield ast.unparse(node)
        elif isinstance(node, ast.With) and any(map(_is_asserting, _walk(*node.items))):
            yield ast.unparse(node)
        elif isinstance(node, ast.For) and any(map(_is_asserting, _walk(*node.body))):
            yield f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}"
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.List | ast.Dict | ast.Tuple | ast.Set):
            yield ast.unparse(node)


def _walk(*nodes):
    return (inner for node in nodes for inner in ast.walk(node))


def _is_asserting(node):
    if not isinstance(node, ast.Call):
        return False
    return getattr(node.func, "attr", getattr(node.func, "id", "")).lstrip("_").startswith(ASSERTING)


def is_test_file(path):
    return "tests/" in f"/{path}" and path.endswith((".py", ".js")) and not path.startswith("tools/")


def read_revision(revision):
    """Return ``{path: source}`` of the tests at a revision."""
    listed = _git("ls-tree", "-r", "-z", "--name-only", revision).split("\0")
    return {path: _git("show", f"{revision}:{path}") for path in listed if is_test_file(path)}


def read_tree():
    """Return ``{path: source}`` of the tests as they are, those that git does not know yet included."""
    listed = _git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return {
        path: (ROOT / path).read_text(encoding="utf-8")
        for path in set(listed)
        if is_test_file(path) and (ROOT / path).is_file()
    }


def _git(*arguments):
    return subprocess.check_output(["git", *arguments], cwd=ROOT, text=True)


def report(kind, old, new, reasons):
    """Print what one kind lost; return how many places did without a reason, and how many facts were added."""
    unexplained, added = 0, 0
    for key in sorted({*old, *new}):
        gone, come = subtract(old.get(key, []), new.get(key, [])), subtract(new.get(key, []), old.get(key, []))
        if not gone:
            added += len(come)
            continue
        if any(fnmatchcase(f"{kind} | {key}", reason) for reason in reasons):
            continue
        unexplained += 1
        print(f"\n{kind} | {key}{'' if key in new else ' (gone)'}")
        for sign, facts in (("-", gone), ("+", come)):
            for fact, times in Counter(facts).items():
                print(f"  {sign} {fact}{f'  ({times} times)' if times > 1 else ''}")
    return unexplained, added


def main():
    """Read the command line and compare the tests of two versions."""
    parser = argparse.ArgumentParser(prog="make assertions", description=__doc__.splitlines()[0])
    parser.add_argument("base", help="the revision to compare with")
    parser.add_argument("--bodies", action="store_true", help="name the tests whose other statements differ, too")
    options = parser.parse_args()
    renames, reasons = Renames(), read_reasons()
    old, new = Tests(read_revision(options.base), renames), Tests(read_tree(), renames)
    unexplained, added = 0, 0
    for kind, before, after in (
        ("assertion", old.assertions, new.assertions),
        ("constant", old.constants, new.constants),
        ("tour", old.tours, new.tours),
    ):
        lost, more = report(kind, before, after, reasons)
        unexplained, added = unexplained + lost, added + more
    bodies = [key for key in old.bodies if sorted(old.bodies[key]) != sorted(new.bodies.get(key, []))]
    if options.bodies:
        print("\nother statements differ in:", *sorted(bodies), sep="\n  ")
    print(
        f"\n{old.count} tests before, {new.count} after; {old.written} assertions, then {new.written} ({added} lines"
        f" added); {len(bodies)} tests and helpers differ in some statement; {unexplained} without a reason"
    )
    return int(bool(unexplained))


if __name__ == "__main__":
    sys.exit(main())
