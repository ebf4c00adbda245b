"""A PostgreSQL that follows another one, as a replica does."""

import secrets
from dataclasses import replace

from attack.cluster import Cluster
from devenv.common import run

#: Of the server that is followed: what it writes can be sent, and every statement is told.
PRIMARY = {
    "wal_level": "replica",
    "max_wal_senders": "5",
    "log_min_messages": "warning",
    "log_statement": "all",
    "log_line_prefix": "",
}
READINGS = ("FROM account_move_line", 'FROM "account_move_line"')


class Primary(Cluster):
    """The server on which people work."""

    def __init__(self):
        super().__init__(**PRIMARY)

    def mark(self):
        """Return a place in the log."""
        return len(self.log.read_text())

    def read_statements(self, since):
        """Return the statements that were told since a place in the log."""
        return self.log.read_text()[since:].split("LOG:  ")[1:]

    def count_readings(self, since):
        """Return how many statements read the journal items since then."""
        return sum(
            any(words in " ".join(text.split()) for words in READINGS)
            for text in self.read_statements(since)
            if text.startswith(("statement:", "execute"))
        )

    def count_writings(self, since):
        """Return how many statements wrote rows since then."""
        words = ("INSERT INTO", "UPDATE ", "DELETE FROM")
        return sum(text.partition(": ")[2].lstrip().startswith(words) for text in self.read_statements(since))


class Standby(Primary):
    """A copy of a server that follows it by streaming, made by ``pg_basebackup``."""

    def __init__(self, primary):
        super().__init__()
        self.primary = primary

    def _make(self, password_file):
        server = self.primary.server
        # -R writes primary_conninfo and standby.signal; the copy asks for a slot of its own
        command = [self._program("pg_basebackup"), "-D", self.data, "-R", "-X", "stream", "-c", "fast"]
        command += ["-C", "-S", f"copy_{secrets.token_hex(4)}", "-h", server.host, "-p", server.port]
        command = [*self.wrapper.prefix, *command, "-U", server.user]
        options = {**self.wrapper.options, "env": server.environment()}
        run(command, log="replica-basebackup.log", cwd="/", **options)

    def __enter__(self):
        super().__enter__()
        # its roles are those of the server that it copies
        self.server = replace(self.server, password=self.primary.server.password)
        return self
