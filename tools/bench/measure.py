"""What a step costs: time, statements sent to PostgreSQL, and how far the memory rises."""

import ctypes
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


class Process(NamedTuple):
    """A process: ``worked`` is in seconds, with those of the children that it has seen end."""

    pid: int
    parent: int
    session: int
    worked: float


def read_processes():
    """Return every :class:`Process` of the machine."""
    rows, tick = [], os.sysconf("SC_CLK_TCK")
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            values = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        rows.append(Process(int(folder.name), int(values[1]), int(values[3]), sum(map(int, values[11:15])) / tick))
    return rows


def read_memory(pid, name="VmRSS"):
    """Return what a process holds, or with ``VmHWM`` held at most, in megabytes; 0 once it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:")), 0.0)


def forget_peak(pid):
    """Let the most that a process held begin again from what it holds."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _read_server_time(pid):
    """Return the seconds that the PostgreSQL process of the connection has worked; 0 on another machine."""
    try:
        values = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK")


def read_whole_server_time(pid):
    """Return the seconds that all of PostgreSQL has worked, whose process ``pid`` is one; 0 on another machine."""
    rows = read_processes()
    first = next((row.parent for row in rows if row.pid == pid), None)
    return sum(row.worked for row in rows if first and first in (row.pid, row.parent))


def read_own_time():
    """Return the seconds that this process has worked, and what it had done for it: the printer is one of its own."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def give_back():
    """Give what is free of this process's memory back, so that a step's peak is not what earlier ones had needed."""
    gc.collect()
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):  # of the GNU library
        trim(0)


@contextmanager
def measured(cr, costs, name, times=1):
    """Measure what happens inside, done so many times, and note it in ``costs`` under ``name``."""
    give_back()
    own_pid = os.getpid()
    forget_peak(own_pid)
    pid = cr._cnx.info.backend_pid
    server, own = _read_server_time(pid), read_own_time()
    before, queries, start = read_memory(own_pid), cr.sql_log_count, time.perf_counter()
    yield
    seconds = time.perf_counter() - start
    server = _read_server_time(pid) - server
    cpu = read_own_time() - own + server
    peak, queries = read_memory(own_pid, "VmHWM"), cr.sql_log_count - queries
    costs[name] = Cost(seconds / times, cpu / times, queries // times, max(peak - before, 0.0), peak, server / times)
