"""Very many rows at once: what Python's search for cycles costs meanwhile."""

import gc
from contextlib import contextmanager


@contextmanager
def undisturbed():
    """Make rows without a search for cycles: they have none, and each search goes through all that the process holds.

    As core does while it loads its models; whatever happens inside, the searching goes on afterwards.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
