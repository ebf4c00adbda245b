"""A second PostgreSQL server in a temporary folder, that may be stopped without asking and started again."""

import secrets
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from devenv import postgres
from devenv.common import DevError, free_port, output, run, write_private

#: What a commit promises is kept when the server is stopped in the middle; the machine itself does not fail here.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "fsync": "off",
    "synchronous_commit": "on",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "log_min_messages": "fatal",
}


class Cluster:
    """Made when entered, gone when left.

    :param settings: of PostgreSQL, beside and instead of :data:`SETTINGS`.
    """

    def __init__(self, **settings):
        self.settings = {**SETTINGS, **settings}

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="debt-recovery-attack-"))
        self.data, self.log = self.folder / "data", self.folder / "server.log"
        self.port, password = free_port(), secrets.token_urlsafe(16)
        file = self.folder / "password"
        write_private(file, password)
        self.wrapper = postgres._wrapper(owned=(self.folder, file))
        self._make(file)
        self.server = postgres.Server("127.0.0.1", str(self.port), postgres.ROLE, password, "postgres", managed=True)
        self.start()
        return self

    def _make(self, password_file):
        settings = [f"--set={name}={value}" for name, value in self.settings.items()]
        command = [self._program("initdb"), "-D", self.data, "-U", postgres.ROLE, "-A", "scram-sha-256"]
        self._run([*command, f"--pwfile={password_file}", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", *settings])

    def __exit__(self, *_error):
        try:
            self.stop("immediate")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        options = f"-p {self.port} -c max_locks_per_transaction=256"
        self._run([self._program("pg_ctl"), "start", "-w", "-D", self.data, "-l", self.log, "-o", options])
        limit = time.monotonic() + 60
        while subprocess.run(
            [self._program("pg_isready"), "-q"], check=False, env=self.server.environment()
        ).returncode:
            if time.monotonic() > limit:
                raise DevError(f"the second PostgreSQL does not answer: {self.log.read_text()[-2000:]}")
            time.sleep(0.2)

    def stop(self, mode):
        self._run([self._program("pg_ctl"), "stop", "-D", self.data, "-m", mode])

    def copy(self, origin, database, name):
        """Copy a *database* of another server into this one."""
        dump = self.folder / "dump"
        output([self._program("pg_dump"), "-Fc", "-Z0", "-f", dump, "-d", database], env=origin.environment())
        environment = self.server.environment()
        output([self._program("createdb"), "-T", "template0", "--lc-collate=C", name], env=environment)
        output([self._program("pg_restore"), "-j", "2", "--no-comments", "-d", name, dump], env=environment)
        dump.unlink()

    def _program(self, name):
        return postgres.programs() / name

    def _run(self, command):
        command = [*self.wrapper.prefix, *command]
        run(command, log="attack-postgres.log", cwd="/", stdin=subprocess.DEVNULL, **self.wrapper.options)
