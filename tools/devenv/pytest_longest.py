"""Plugin for pytest-xdist: whole classes to one worker, the longest first, so that all workers end together.

What a class took the last time is kept in pytest's cache. One that was never measured
counts by the number of its tests; those that need a browser come before the others.
"""

from collections import Counter

import pytest
from xdist.scheduler import LoadScopeScheduling

KEY = "debt_recovery/seconds"
#: What a test takes as long as nobody has measured it.
USUAL, IN_A_BROWSER = 1, 15

_seconds = Counter()


class LongestFirst(LoadScopeScheduling):
    """Hand out classes by what they took the last time."""

    def _assign_work_unit(self, node):
        """Give the longest class that is left."""
        known = self.config.cache.get(KEY, {})
        scope = max(self.workqueue, key=lambda scope: _estimate(scope, self.workqueue[scope], known))
        self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)


def _estimate(scope, tests, known):
    each = IN_A_BROWSER if "/tours/" in scope else USUAL
    return known.get(scope, each * len(tests))


def pytest_xdist_make_scheduler(config, log):
    """Use the order of this file."""
    return LongestFirst(config, log)


def pytest_runtest_logreport(report):
    """Add up what each class takes."""
    _seconds[report.nodeid.rpartition("::")[0]] += report.duration


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """Keep it for the next time."""
    if not hasattr(session.config, "workerinput"):
        known = session.config.cache.get(KEY, {})
        session.config.cache.set(KEY, known | {scope: round(total, 1) for scope, total in _seconds.items()})
