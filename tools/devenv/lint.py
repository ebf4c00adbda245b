"""``make lint``: style of the Python code, Odoo's conventions, XML, README, translations."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

from . import i18n, python_env, readme
from .common import ROOT, say


def run_checks(env):
    """Run every check, also after one has failed; return 0 when all are content."""
    with ThreadPoolExecutor() as beside:
        # pylint takes one core for a minute: the databases that translations are compared in use the other
        exports = beside.submit(i18n.export, env) if i18n.exists() else None
        return _run_checks(env, exports)


def _run_checks(env, exports):
    checks = {
        "ruff check": lambda: _tool("ruff", "check", "."),
        "ruff format": lambda: _tool("ruff", "format", "--check", "."),
        "pylint-odoo": lambda: _tool("pylint", "--rcfile=.pylintrc", "."),
        "XML": _check_xml,
        "README": readme.check,
    }
    if exports:
        checks["translations"] = lambda: i18n.check(env, exports.result())
    failed = []
    for name, check in checks.items():
        say(f"lint: {name}")
        if check():
            failed.append(name)
    say(f"lint: failed: {', '.join(failed)}" if failed else "lint: all is well")
    return int(bool(failed))


def _tool(name, *arguments):
    program = python_env.VENV / "bin" / name
    return subprocess.run([program, *arguments], check=False, cwd=ROOT).returncode


def _check_xml():
    """Return 1 when a file is not well-formed XML."""
    broken = 0
    for path in sorted(ROOT.rglob("*.xml")):
        if path.relative_to(ROOT).parts[0].startswith("."):
            continue
        try:
            ElementTree.parse(path)
        except ElementTree.ParseError as error:
            print(f"{path.relative_to(ROOT)}: {error}")
            broken = 1
    return broken
