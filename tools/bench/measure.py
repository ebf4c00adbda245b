"""What a step costs: time, statements sent to PostgreSQL, and how far the memory rises."""

import gc
import time
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """The figures of one step; ``memory`` is the rise of the peak, in megabytes."""

    seconds: float
    queries: int
    memory: float


def _read_status(name):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    raise LookupError(name)


@contextmanager
def measured(cr, costs, name):
    """Measure what happens inside, and note it in ``costs`` under ``name``."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins again from here
    before, queries, start = _read_status("VmRSS"), cr.sql_log_count, time.perf_counter()
    yield
    costs[name] = Cost(
        time.perf_counter() - start, cr.sql_log_count - queries, max(_read_status("VmHWM") - before, 0.0)
    )
