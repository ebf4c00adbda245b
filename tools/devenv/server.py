"""Odoo servers on this machine: start, wait until they answer, stop."""

import contextlib
import json
import os
import signal
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from urllib.error import URLError

from .common import LOGS, RUN, DevError, command_of, free_port, port_is_free
from .database import Databases

START_TIMEOUT = 180
STOP_TIMEOUT = 15


@dataclass
class Running:
    """A server that was started."""

    pid: int
    port: int
    database: str
    process: subprocess.Popen | None = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def record(self):
        return RUN / f"odoo-{self.port}.json"

    def alive(self):
        """Tell whether it still runs, and is not another process of that number."""
        if self.process:
            return self.process.poll() is None
        return f"--http-port={self.port}" in command_of(self.pid)

    def wait_until_ready(self):
        """Wait for the login page; fail when the server stops or stays silent."""
        limit = time.monotonic() + START_TIMEOUT
        while time.monotonic() < limit:
            if not self.alive():
                raise DevError("the server stopped while starting, see above")
            with contextlib.suppress(URLError, OSError):
                with urllib.request.urlopen(f"{self.url}/web/login", timeout=60) as page:
                    if page.status == 200:
                        return
            time.sleep(0.3)
        raise DevError(f"{self.url}/web/login does not answer")

    def stop(self):
        """End the server, by force if it does not obey."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
            limit = time.monotonic() + STOP_TIMEOUT
            while self.alive() and time.monotonic() < limit:
                time.sleep(0.1)
            if self.alive():
                os.kill(self.pid, signal.SIGKILL)
        if self.process:
            self.process.wait()
        self.record.unlink(missing_ok=True)


def start(env, database, port=0, *, crons=0, detached=False, log_level="warn", conf=None):
    """Start a server for one database and return it once it answers.

    :param conf: another configuration file than the usual one.
    """
    port = port or free_port()
    if not port_is_free(port):
        raise DevError(f"port {port} is used by another program: choose one with PORT=")
    # Where the documents it prints get their styles from, and where links lead.
    Databases(env).set_parameter(database, "web.base.url", f"http://127.0.0.1:{port}")
    command = env.odoo(
        "server",
        f"--database={database}",
        f"--db-filter=^{database}$",
        f"--http-port={port}",
        f"--max-cron-threads={crons}",
        f"--log-level={log_level}",
    )
    log = LOGS / f"odoo-{port}.log"
    LOGS.mkdir(parents=True, exist_ok=True)
    RUN.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        stream = stack.enter_context(log.open("w")) if detached else None
        process = subprocess.Popen(
            command,
            env=env.variables(conf),
            cwd=RUN,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT if detached else None,
            start_new_session=True,
        )
    server = Running(process.pid, port, database, process)
    server.record.write_text(json.dumps({"pid": process.pid, "port": port, "database": database}))
    try:
        server.wait_until_ready()
    except BaseException as error:
        server.stop()
        if detached and isinstance(error, DevError):
            raise DevError(f"{error}\n{log.read_text()[-3000:]}") from None
        raise
    return server


@contextlib.contextmanager
def serving(env, database, **options):
    """Keep a server on a free port during a ``with`` block."""
    server = start(env, database, **options)
    try:
        yield server
    finally:
        server.stop()


def all_running():
    """Return the servers of this checkout that are alive, forgetting the others."""
    servers = []
    for record in sorted(RUN.glob("odoo-*.json")):
        server = Running(**json.loads(record.read_text()))
        if server.alive():
            servers.append(server)
        else:
            record.unlink(missing_ok=True)
    return servers
