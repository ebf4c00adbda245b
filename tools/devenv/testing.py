"""``make test``: the tests of the add-on with pytest-odoo, on a fresh database."""

import os
import re
import shlex
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from . import python_env, removal
from .common import ADDONS, DEV, ROOT, RUN, DevError, exclusive, free_port, say
from .database import PREFIX, Databases
from .suites import MAIN, SUITES

NOTHING_COLLECTED = 5


@dataclass(frozen=True)
class Request:
    """What was typed: which tests, with which options of pytest, by how many processes."""

    #: A file, ``file::Class::test`` or an expression for ``pytest -k``.
    target: str = ""
    #: More options for pytest, as typed in a shell.
    arguments: str = ""
    #: Processes side by side, each with a database; by default one per core for all tests, one for some.
    jobs: int = 0
    #: Whether to print which programs the time goes to.
    measured: bool = False

    @property
    def path(self):
        return _find(self.target.partition("::")[0]) if self.target else None

    @property
    def workers(self):
        return self.jobs or (1 if self.target else len(os.sched_getaffinity(0)))


def run_tests(env, request):
    """Run all tests, or those of the request; return the code to exit with."""
    suites = [suite for suite in SUITES if _concerns(suite, request.path, request.target)]
    if not suites:
        raise DevError("there are no tests to run" + (f" in {request.path}" if request.path else ""))
    if not request.target:
        return _run_all(env, request)
    codes = [_run_suite(env, suite, request) for suite in suites]
    if not request.path and any(code != NOTHING_COLLECTED for code in codes):
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
    if " " in text:  # an expression, maybe longer than a path may be
        return None
    for base in (Path.cwd(), ROOT):
        path = Path(os.path.abspath(base / text))
        if path.exists() and path.is_relative_to(ROOT):
            return path
    return None


def _run_all(env, request):
    """Run the tests of the add-on; then those of the bridges while it is uninstalled from where it was used."""
    with ThreadPoolExecutor() as beside, _databases(env, MAIN, request.workers) as names:
        codes = [_pytest(env, MAIN, request, names)]
        alone = replace(request, jobs=1)
        left = [beside.submit(_run_suite, env, suite, alone, hidden=True) for suite in SUITES if suite is not MAIN]
        if not codes[0]:
            used = removal.find_used(Databases(env), names)
            left += [beside.submit(removal.check, env, name) for name in used]
        codes += [work.result() for work in left]
    return next((code for code in codes if code), 0)


def _run_suite(env, suite, request, hidden=False):
    """Run the tests of one add-on; *hidden*, their output comes at the end."""
    with _databases(env, suite, request.workers) as names:
        return _pytest(env, suite, request, names, hidden)


@contextmanager
def _databases(env, suite, count):
    """Make a database per worker, with its configuration; pytest itself gets that of the first."""
    databases = Databases(env)
    run = f"{suite.addon}-{os.getpid()}"
    workers = [f"gw{number}" for number in range(count)] if count > 1 else [""]
    names = [f"{PREFIX}run_{suite.addon}_{worker}_{os.getpid()}".replace("__", "_") for worker in workers]
    try:
        with exclusive():
            _drop_leftovers(databases)
            template = databases.furnished_template(suite)
            for name in names:
                databases.clone(template, name)
        env.write_conf(f"test-{run}.conf", db_name=names[0], http_port=free_port())
        for worker, name in zip(workers, names, strict=True):
            if worker:
                env.write_conf(f"test-{run}-{worker}.conf", db_name=name, http_port=free_port())
        yield names
    finally:
        for conf in DEV.glob(f"test-{run}*.conf"):
            conf.unlink()
        for name in names:
            databases.drop(name)


def _pytest(env, suite, request, names, hidden=False):
    # pytest-odoo names the add-on after the folder above "tests": it must see the
    # path below .dev/addons, whatever the checkout is called.
    linked = ADDONS / suite.addon
    command = [python_env.PYTHON, "-m", "pytest", "-c", DEV / "pytest.ini"]
    command += [f"--rootdir={linked}", "--odoo-http", "--odoo-log-level=warn"]
    command += ["-p", "devenv.strict_skips", "-p", "devenv.pytest_setup"]
    if len(names) > 1:
        command += ["-n", len(names), "--max-worker-restart=0", "-p", "devenv.pytest_longest"]
    if request.measured:
        command += ["-p", "devenv.pytest_measure"]
    command += shlex.split(request.arguments)
    if path := request.path:
        selection = request.target.partition("::")[1:]
        inside = linked / path.relative_to(suite.folder)
        command.append(f"{inside}{''.join(selection)}")
    else:
        command += [linked / "tests", *(["-k", request.target] if request.target else [])]
    (DEV / "pytest.ini").write_text(PYTEST_INI)
    RUN.mkdir(exist_ok=True)
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True} if hidden else {}
    variables = env.variables(DEV / f"test-{suite.addon}-{os.getpid()}.conf")
    done = subprocess.run([str(part) for part in command], check=False, env=variables, cwd=RUN, **output)
    if hidden:
        print(done.stdout, end="", flush=True)
    if done.returncode == NOTHING_COLLECTED:
        say("no test was run: this counts as a failure")
    return done.returncode


def _drop_leftovers(databases):
    """Drop the databases of test runs that were killed."""
    for name in databases.names():
        owner = name.rpartition("_")[2]
        if name.startswith(f"{PREFIX}run_") and not Path(f"/proc/{owner}").exists():
            databases.drop(name)
            for conf in DEV.glob(f"test-*-{owner}*.conf"):
                conf.unlink(missing_ok=True)


PYTEST_INI = f"""\
[pytest]
cache_dir = {DEV / "pytest_cache"}
addopts = -ra --durations=25 --durations-min=1
filterwarnings =
    ignore::DeprecationWarning
    ignore::PendingDeprecationWarning
"""
