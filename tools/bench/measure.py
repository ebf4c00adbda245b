"""What a step costs: time, statements sent to PostgreSQL, and how far the memory rises."""

import gc
import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """The figures of one step; ``memory`` is the rise of the peak, ``peak`` all that the process held, in megabytes.

    ``cpu`` counts what Python, the PostgreSQL process and the printer worked, whoever else uses the
    machine: the ratio to the floor rests on it. ``server`` is PostgreSQL's part of it.
    ``queries`` is None where several processes sent them.
    """

    seconds: float
    cpu: float
    queries: int | None
    memory: float
    peak: float
    server: float = 0.0


def _read_status(name):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    raise LookupError(name)


def _read_server_time(pid):
    """Return the seconds that the PostgreSQL process of the connection has worked; 0 on another machine."""
    try:
        values = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK")


def _read_own_time():
    """Return the seconds that this process has worked, and what it had done for it: the printer is one of its own."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


@contextmanager
def measured(cr, costs, name, times=1):
    """Measure what happens inside, done so many times, and note it in ``costs`` under ``name``."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins again from here
    pid = cr._cnx.info.backend_pid
    server, own = _read_server_time(pid), _read_own_time()
    before, queries, start = _read_status("VmRSS"), cr.sql_log_count, time.perf_counter()
    yield
    seconds = time.perf_counter() - start
    server = _read_server_time(pid) - server
    cpu = _read_own_time() - own + server
    peak, queries = _read_status("VmHWM"), cr.sql_log_count - queries
    costs[name] = Cost(seconds / times, cpu / times, queries // times, max(peak - before, 0.0), peak, server / times)
