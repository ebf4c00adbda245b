"""Asides: what one of our methods tells the overrides that its own call runs through.

Any client can send any context, so nothing in it may grant, spare or silence. An aside lives in
the process and is said by code alone, for the length of a block.
"""

from contextlib import contextmanager
from contextvars import ContextVar


class Aside:
    """One thing that may be said; ``heard`` is what is being said now, False most of the time."""

    def __init__(self, name):
        self._said = ContextVar(name, default=False)

    @property
    def heard(self):
        return self._said.get()

    @contextmanager
    def say(self, what=True):
        token = self._said.set(what)
        try:
            yield
        finally:
            self._said.reset(token)
