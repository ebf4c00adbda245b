"""A server of Odoo with the runner of OCA's job queue and workers of its own."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from .common import LOGS, RUN, free_port

PROGRAM = Path(__file__).with_name("odoo_file.py")
#: As many ranges side by side as there are workers; a letter takes a whole core.
CHANNELS = "root:{0},root.recovery:{0},root.recovery.print:1,root.recovery.send:{0}"


def start_job_server(variables, database, log, workers=2, seconds=600):
    """Start a server and return its process, the first of a session of its own.

    :param dict variables: environment, ``ODOO_RC`` included.
    :param str log: name of a file below ``.dev/logs``.
    :param int workers: processes; 0 for threads in one.
    :param int seconds: how long one job may take.
    """
    port = free_port()
    LOGS.mkdir(parents=True, exist_ok=True)
    RUN.mkdir(parents=True, exist_ok=True)
    command = [
        *(sys.executable, str(PROGRAM), "server", f"--database={database}", f"--db-filter=^{database}$"),
        *(f"--http-port={port}", f"--gevent-port={free_port()}", "--load=base,rpc,web,queue_job"),
        *(f"--workers={workers}", "--max-cron-threads=0", "--log-level=warn"),
        *(f"--limit-time-real={seconds}", f"--limit-time-cpu={seconds}"),
    ]
    variables = {
        "ODOO_QUEUE_JOB_CHANNELS": CHANNELS.format(workers or 2),
        **variables,
        "ODOO_QUEUE_JOB_PORT": str(port),
        "ODOO_QUEUE_JOB_HOST": "127.0.0.1",
        "PYTHONSAFEPATH": "1",  # the folder of the program is no place to import from
    }
    with (LOGS / log).open("w") as stream:
        return subprocess.Popen(
            command,
            env=variables,
            cwd=RUN,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def kill_session(server):
    """End a server and all that it started, without asking."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()
