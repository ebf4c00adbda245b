"""What long readings need of Python itself."""

import gc
from contextlib import contextmanager


@contextmanager
def no_cycle_search():
    """Suspend the search for cycles of objects while very many plain rows are made, which have none.

    Core's ``odoo.tools.gc.disabling_gc`` does not resume it after an error.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
