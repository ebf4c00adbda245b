"""``make test``: the tests of the add-on with pytest-odoo, on a fresh database."""

import os
import re
import shlex
import subprocess
from pathlib import Path

from . import python_env, removal
from .common import ADDONS, DEV, ROOT, RUN, DevError, exclusive, free_port, say
from .database import PREFIX, Databases
from .suites import MAIN, SUITES

NOTHING_COLLECTED = 5


def run_tests(env, target="", arguments=""):
    """Run all tests, or those *target* names; return the code to exit with.

    :param target: a file, ``file::Class::test`` or an expression for ``pytest -k``
    :param arguments: more options for pytest, as typed in a shell
    """
    path = _find(target.partition("::")[0]) if target else None
    suites = [suite for suite in SUITES if _concerns(suite, path, target)]
    if not suites:
        raise DevError("there are no tests to run" + (f" in {path}" if path else ""))
    codes = [_run_suite(env, suite, path, target, arguments) for suite in suites]
    if target and not path and any(code != NOTHING_COLLECTED for code in codes):
        codes = [code for code in codes if code != NOTHING_COLLECTED]
    return next((code for code in codes if code), 0)


def _concerns(suite, path, target):
    """Tell whether a suite may hold tests of *target*; an expression is looked for as words, to spare a database."""
    if path:
        return path.is_relative_to(suite.tests)
    words = set(re.findall(r"\w+", target)) - {"and", "or", "not"}
    if not words or suite is MAIN:
        return suite.tests.exists()
    return any(word in file.name or word in file.read_text() for file in suite.tests.rglob("*.py") for word in words)


def _find(text):
    """Return the path *text* names, from here or from the checkout, if it is one."""
    for base in (Path.cwd(), ROOT):
        path = Path(os.path.abspath(base / text))
        if path.exists() and path.is_relative_to(ROOT):
            return path
    return None


def _run_suite(env, suite, path, target, arguments):
    databases = Databases(env)
    name = f"{PREFIX}run_{suite.addon}_{os.getpid()}"
    with exclusive():
        _drop_leftovers(databases)
        databases.clone(databases.test_template(suite), name)
    conf = env.write_conf(f"test-{os.getpid()}.conf", db_name=name, http_port=free_port())
    try:
        code = _pytest(env, conf, suite, path, target, arguments)
        if not code and not target and suite is MAIN:
            code = removal.check(env, name)
        return code
    finally:
        conf.unlink(missing_ok=True)
        databases.drop(name)


def _pytest(env, conf, suite, path, target, arguments):
    # pytest-odoo names the add-on after the folder above "tests": it must see the
    # path below .dev/addons, whatever the checkout is called.
    linked = ADDONS / suite.addon
    command = [python_env.PYTHON, "-m", "pytest", "-c", DEV / "pytest.ini"]
    command += [f"--rootdir={linked}", "--odoo-http", "--odoo-log-level=warn"]
    command += ["-p", "devenv.strict_skips", "-p", "devenv.pytest_setup"]
    command += shlex.split(arguments)
    if path:
        selection = target.partition("::")[1:]
        inside = linked / path.relative_to(suite.folder)
        command.append(f"{inside}{''.join(selection)}")
    else:
        command += [linked / "tests", *(["-k", target] if target else [])]
    (DEV / "pytest.ini").write_text(PYTEST_INI)
    RUN.mkdir(exist_ok=True)
    done = subprocess.run([str(part) for part in command], check=False, env=env.variables(conf), cwd=RUN)
    if done.returncode == NOTHING_COLLECTED:
        say("no test was run: this counts as a failure")
    return done.returncode


def _drop_leftovers(databases):
    """Drop the databases of test runs that were killed."""
    for name in databases.names():
        owner = name.rpartition("_")[2]
        if name.startswith(f"{PREFIX}run_") and not Path(f"/proc/{owner}").exists():
            databases.drop(name)
            (DEV / f"test-{owner}.conf").unlink(missing_ok=True)


PYTEST_INI = f"""\
[pytest]
cache_dir = {DEV / "pytest_cache"}
addopts = -ra --durations=10 --durations-min=2
filterwarnings =
    ignore::DeprecationWarning
    ignore::PendingDeprecationWarning
"""
