"""Long readings that write nothing leave the database on which people work to them: a replica answers.

Core sends what is ``@api.readonly`` there by itself. A button that keeps what it has read, the verdicts of a simulation
or the list behind a window, is not: it writes. Its reading, which takes the time, goes there through this.
"""

from contextlib import contextmanager

from odoo.tools import config


def has_replica():
    """Tell whether the server has a replica, or plays having one (``--dev=replica``)."""
    return bool(config["db_replica_host"] or "replica" in config["dev_mode"])


@contextmanager
def reading_elsewhere(records):
    """Yield the same records where nothing can be written: on the replica, if the server has one.

    What this transaction has written is not seen there. No record that is read inside may be used after.
    """
    env = records.env
    if env.cr.readonly or not has_replica():
        yield records
        return
    with env.registry.cursor(readonly=True) as cr:
        yield records.with_env(env(cr=cr))
