"""Paths and small helpers shared by the modules of the development environment."""

import contextlib
import fcntl
import hashlib
import os
import shlex
import socket
import subprocess
import sys
from pathlib import Path

MODULE = "debt_recovery"
ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tools"
DEV = ROOT / ".dev"
BIN = DEV / "bin"
ADDONS = DEV / "addons"
DATA = DEV / "data"
LOGS = DEV / "logs"
RUN = DEV / "run"


class DevError(Exception):
    """A failure the user can act on; shown without a traceback."""


def say(message):
    """Print a progress line at once, apart from the output of the programs called."""
    print(f"[dev] {message}", file=sys.stderr, flush=True)


def run(command, *, log=None, check=True, **kwargs):
    """Run *command*; with *log*, its output goes to that file and is shown on failure.

    :param log: name of a file below ``.dev/logs``
    """
    command = [str(part) for part in command]
    if log is None:
        result = subprocess.run(command, check=False, **kwargs)
        tail = ""
    else:
        LOGS.mkdir(parents=True, exist_ok=True)
        path = LOGS / log
        with path.open("w+", errors="replace") as stream:
            result = subprocess.run(command, check=False, stdout=stream, stderr=subprocess.STDOUT, **kwargs)
            stream.seek(0)
            tail = "".join(stream.readlines()[-40:])
    if check and result.returncode:
        where = f"\n{tail}(whole output: {LOGS / log})" if log else ""
        raise DevError(f"command failed ({result.returncode}): {shlex.join(command)}{where}")
    return result


def output(command, **kwargs):
    """Return what *command* prints, stripped; fail when it fails."""
    result = subprocess.run(
        [str(part) for part in command],
        check=False,
        text=True,
        capture_output=True,
        **kwargs,
    )
    if result.returncode:
        raise DevError(
            f"command failed ({result.returncode}): {shlex.join(map(str, command))}\n"
            f"{result.stdout}{result.stderr}".rstrip()
        )
    return result.stdout.strip()


def digest(*parts):
    """Return a short hash of texts and of the contents of files (``Path``)."""
    result = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else str(part).encode()
        result.update(len(content).to_bytes(8, "big") + content)
    return result.hexdigest()[:12]


class Stamp:
    """A file remembering for which inputs a step was last completed."""

    def __init__(self, name):
        self.path = DEV / "stamps" / name

    def read(self):
        try:
            return self.path.read_text()
        except FileNotFoundError:
            return ""

    def write(self, value):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(value)

    def clear(self):
        self.path.unlink(missing_ok=True)


#: Descriptor of the lock while this process holds it. A program that changes a
#: database gets it too: should this script be killed, the lock lasts until that ends.
held_lock = []


@contextlib.contextmanager
def exclusive():
    """Let one process at a time prepare the environment of this checkout."""
    DEV.mkdir(exist_ok=True)
    with (DEV / "lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another command of this checkout …")
            fcntl.flock(stream, fcntl.LOCK_EX)
        held_lock.append(stream.fileno())
        try:
            yield
        finally:
            held_lock.clear()


def write_private(path, text):
    """Write *text* to a file that only its owner can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)


def port_is_free(port):
    """Tell whether nothing listens on *port* of the loopback interface."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port():
    """Return a TCP port of the loopback interface that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def command_of(pid):
    """Return the command line of a live process, or an empty string."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ")
    except OSError:
        return ""
