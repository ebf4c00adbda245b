"""Plugin for pytest: a skipped test counts as failed unless its reason stands in it.

Runs inside the virtual environment. A skip is accepted when a test of this checkout
says why, with a decorator, ``self.skipTest(…)`` or ``pytest.skip(…)``. A skip decided
elsewhere, in Odoo's harness because there is no browser or no chart of accounts for
instance, hides that nothing was tested: it becomes a failure.
"""

import inspect
import os
import sys
import unittest
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_TESTS = (ROOT / ".dev" / "odoo", ROOT / ".dev" / "venv", ROOT / "tools")
#: What pytest and unittest say when no reason was given.
NO_REASON = {"", "unconditional skip", "<Skipped instance>"}

#: Reason -> whether our own code gave it, for the skips raised so far.
_raised = {}


def _is_ours(filename):
    path = Path(os.path.realpath(filename))
    return path.is_relative_to(ROOT) and not any(map(path.is_relative_to, NOT_TESTS))


def _remember_origin(exception_class):
    """Make *exception_class* note which code raises it."""
    original = exception_class.__init__

    def __init__(self, *args, **kwargs):
        original(self, *args, **kwargs)
        frame = sys._getframe(1)
        if frame.f_globals.get("__name__") == "_pytest.unittest":
            return  # only passes on what unittest caught
        while frame and frame.f_globals.get("__name__", "").startswith(
            ("unittest", "_pytest", "pytest", "odoo.tests.case", __name__)
        ):
            frame = frame.f_back
        ours = bool(frame) and _is_ours(frame.f_code.co_filename)
        _raised[str(args[0]) if args else ""] = ours

    exception_class.__init__ = __init__


def pytest_configure(config):
    """Watch the two exceptions that mean *skip*."""
    _remember_origin(unittest.SkipTest)
    _remember_origin(pytest.skip.Exception)


def _decorated_by_us(item):
    """Tell whether a decorator written in this checkout skips *item*."""
    if any(item.iter_markers(name="skip")) or any(item.iter_markers(name="skipif")):
        return _is_ours(item.path)
    for skipped in (getattr(item, "obj", None), getattr(item, "cls", None)):
        if getattr(skipped, "__unittest_skip__", False):
            return _is_ours(inspect.getsourcefile(inspect.unwrap(skipped)) or "")
    return False


def _refuse(report, accepted):
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
    reason = str(reason).removeprefix("Skipped: ").strip()
    if reason in NO_REASON or not (accepted or _raised.get(reason)):
        report.outcome = "failed"
        report.longrepr = f"skipped without a reason stated in the test: {reason!r}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Check every skipped test."""
    report = (yield).get_result()
    if report.skipped and not hasattr(report, "wasxfail"):
        _refuse(report, _decorated_by_us(item))


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector):
    """Check every file skipped as a whole."""
    report = (yield).get_result()
    if report.outcome == "skipped":
        _refuse(report, accepted=False)
