"""Plugin for pytest: which programs the time of the tests goes to. ``make test MEASURE=1`` prints it.

Python is the process that runs the tests and serves their requests. wkhtmltopdf is timed
call by call. PostgreSQL's backends and Chromium are other processes: a thread looks at
them twice a second, so that what one does in its last half-second is not counted.
"""

import os
import resource
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

PAUSE = 0.5
TICKS = os.sysconf("SC_CLK_TCK")
COLUMNS = ("python", "postgresql", "wkhtmltopdf", "chromium")

#: What each worker found, as the process that started them hears of it.
_found = []


class Watch:
    """Seconds of processor of each program since it was started, and how often wkhtmltopdf was called."""

    def __init__(self, database):
        self.database = database
        self.began = time.monotonic()
        self.seconds = Counter()
        self.printing = Counter()
        self.waited = 0.0
        self._seen = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="measuring", daemon=True)
        self._thread.start()

    def _look(self):
        while not self._over.wait(PAUSE):
            self._seen |= dict(self._read())

    def _read(self):
        """Yield the program and the seconds of each process of ours: backends of the database, browsers."""
        parents, names, used = {}, {}, {}
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError, ValueError):
                name, _, rest = folder.joinpath("stat").read_text().partition("(")[2].rpartition(")")
                fields = rest.split()
                pid = int(folder.name)
                parents[pid], names[pid] = int(fields[1]), name
                used[pid] = (int(fields[11]) + int(fields[12])) / TICKS
        for pid, name in names.items():
            if name == "postgres" and self._is_backend(pid):
                yield pid, ("postgresql", used[pid])
            elif name.startswith("chrom") and self._is_below(pid, parents):
                yield pid, ("chromium", used[pid])

    def _is_backend(self, pid):
        with suppress(OSError):
            return f" {self.database} ".encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
        return False

    def _is_below(self, pid, parents):
        while pid := parents.get(pid):
            if pid == os.getpid():
                return True
        return False

    def count_calls(self):
        """Time every call of wkhtmltopdf, and count those of each class."""
        from odoo.modules import module

        from odoo.addons.base.models import ir_actions_report

        original = ir_actions_report._run_wkhtmltopdf

        def timed(arguments):
            began, before = time.monotonic(), _seconds(resource.RUSAGE_CHILDREN)
            try:
                return original(arguments)
            finally:
                self.printing[type(module.current_test).__name__] += 1
                self.waited += time.monotonic() - began
                self.seconds["wkhtmltopdf"] += _seconds(resource.RUSAGE_CHILDREN) - before

        ir_actions_report._run_wkhtmltopdf = timed

    def close(self):
        """Return what was found."""
        self._over.set()
        self._thread.join()
        for program, seconds in self._seen.values():
            self.seconds[program] += seconds
        self.seconds["python"] = _seconds(resource.RUSAGE_SELF)
        return {
            **{column: round(self.seconds[column], 1) for column in COLUMNS},
            "printing": dict(self.printing),
            "waited": round(self.waited, 1),
            "wall": round(time.monotonic() - self.began, 1),
        }


def _seconds(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


@pytest.fixture(scope="session", autouse=True)
def watch(request, load_http):
    """Measure from the first test to the last."""
    from odoo.tests.common import get_db_name

    watch = Watch(get_db_name())
    watch.count_calls()
    yield
    found = watch.close()
    if hasattr(request.config, "workeroutput"):
        request.config.workeroutput["measured"] = found
    else:
        _found.append(found)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Keep what a worker found."""
    if found := getattr(node, "workeroutput", {}).get("measured"):
        _found.append(found)


def pytest_terminal_summary(terminalreporter):
    """Print a line per worker."""
    terminalreporter.section("seconds of processor")
    terminalreporter.write_line("".join(f"{column:>13}" for column in (*COLUMNS, "all", "wall")))
    for found in _found:
        values = [found[column] for column in COLUMNS]
        cells = "".join(f"{value:13.1f}" for value in (*values, sum(values), found["wall"]))
        calls = sum(found["printing"].values())
        terminalreporter.write_line(f"{cells}   wkhtmltopdf: {calls} calls, {found['waited']} s")
    printing = sum((Counter(found["printing"]) for found in _found), Counter())
    terminalreporter.write_line(" ".join(f"{name}={calls}" for name, calls in printing.most_common()))
