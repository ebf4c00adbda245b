"""Thousands of tries in one transaction, each undone: what generated tests try with."""

from contextlib import contextmanager
from unittest.mock import patch

from psycopg2.extensions import TRANSACTION_STATUS_INERROR

from odoo.sql_db import Cursor
from odoo.tools import mute_logger

# Who works where, and what the server knows of itself: no try is about these.
KNOWN = {"res.users", "res.groups", "res.company", "res.lang", "ir.model", "ir.rule"}


class Trying:
    """Tries of which those alone that write are undone: most are refused before they do, and cost nothing."""

    @contextmanager
    def trying(self):
        """Undo each try of the block that writes, when it calls :meth:`undo_if_touched`."""
        self.env.flush_all()
        self.point = point = self.env.cr.savepoint(flush=False)
        self.has_written = False
        execute = Cursor.execute

        def listen(cr, query, *args, **kwargs):
            if cr is self.env.cr and not str(getattr(query, "code", query)).lstrip().upper().startswith("SELECT"):
                self.has_written = True
            return execute(cr, query, *args, **kwargs)

        try:
            with mute_logger("odoo.sql_db"), patch.object(Cursor, "execute", listen):
                yield
        finally:
            self.undo()
            self.point = None
            point.close(rollback=True)

    def undo_if_touched(self):
        """Undo what the last try wrote, or left to write."""
        if self.is_touched():
            self.undo()

    def undo(self):
        self.env.cr.clear()
        self.point.rollback()
        self.env.invalidate_all(flush=False)
        self.has_written = False

    def is_touched(self):
        pending = (self.env.transaction.field_dirty, self.env.transaction.tocompute)
        has_failed = self.env.cr._cnx.get_transaction_status() == TRANSACTION_STATUS_INERROR
        return self.has_written or has_failed or any(any(ids.values()) for ids in pending)

    def forget(self):
        """Empty the cache but of who works where: nobody's reading rests on what another one read."""
        for field in list(self.env.transaction.field_data):
            if field.model_name not in KNOWN:
                field._invalidate_cache(self.env)
