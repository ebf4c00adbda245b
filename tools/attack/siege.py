"""The attack itself: a campaign, real servers of the job queue, and what is done to them."""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psycopg2

from devenv.common import DATA, DEV, DevError
from devenv.job_server import kill_session, start_job_server

from .cluster import Cluster

NAME = "debt_recovery_attack"
DRIVER = Path(__file__).with_name("driver.py")
STEPS = ("propose", "validate", "send", "file")
MOST = {"file": 2}  # what dies in one step: a file whose makers died three times is given up


class Attack:
    """A copy of a database on a second PostgreSQL, two workers of the job queue, and a driver beside them."""

    def __init__(self, env, database, out=None):
        self.env, self.origin, self.out = env, database, out
        self.done = []  # what was done to them
        self.servers = {}  # process: workers
        self.started = 0

    def __enter__(self):
        self.stack = contextlib.ExitStack()
        try:
            self._set_up()
        except BaseException:
            self.stack.close()
            raise
        return self

    def __exit__(self, *_error):
        self.stack.close()

    def _set_up(self):
        self.name = f"{NAME}_{os.getpid()}"
        self.cluster = self.stack.enter_context(Cluster())
        self.cluster.copy(self.env.server, self.origin, self.name)
        store = DATA / "filestore"
        self.stack.callback(shutil.rmtree, store / self.name, ignore_errors=True)
        if (store / self.origin).exists():
            shutil.copytree(store / self.origin, store / self.name, copy_function=os.link)
        there = replace(self.env, server=self.cluster.server)
        self.conf = there.write_conf(f"{self.name}.conf", db_name=self.name)
        self.stack.callback(self.conf.unlink, missing_ok=True)
        self.variables = self.env.variables(self.conf)
        self.stack.callback(self._stop_all)
        self.driver = subprocess.Popen(
            [sys.executable, str(DRIVER), str(self.conf), self.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=self.variables,
            cwd=DEV,
        )
        self.stack.callback(self.driver.kill)
        self._answer()
        self.ask("company")

    # -- the driver ---------------------------------------------------------------

    def ask(self, *command):
        self.driver.stdin.write(" ".join(map(str, command)) + "\n")
        self.driver.stdin.flush()
        return self._answer()

    def _answer(self):
        line = self.driver.stdout.readline()
        if not line:
            raise DevError("the driver ended")
        answer = json.loads(line)
        if isinstance(answer, dict) and "error" in answer:
            raise DevError(answer["error"])
        return answer

    # -- the servers --------------------------------------------------------------

    def start_server(self, workers=2):
        """Start a server with its runner: with workers of its own, or threads (0)."""
        self.started += 1
        server = start_job_server(self.variables, self.name, f"attack-{self.started}.log", workers)
        self.servers[server] = workers
        return server

    def _supervise(self):
        """Start again the servers that ended, as whoever supervises them does: core's ends when PostgreSQL goes."""
        for server in [server for server in self.servers if server.poll() is not None]:
            kill_session(server)  # the workers that it left
            self.start_server(self.servers.pop(server))

    def _stop_all(self):
        for server in self.servers:
            kill_session(server)

    # -- what is done to them -----------------------------------------------------

    def query(self, text):
        """Return the rows of a query, none while PostgreSQL is away."""
        server = self.cluster.server
        try:
            connection = psycopg2.connect(
                host=server.host, port=server.port, user=server.user, password=server.password, dbname=self.name
            )
        except psycopg2.OperationalError:
            return []
        with contextlib.closing(connection):
            connection.autocommit = True
            with connection.cursor() as cursor:
                try:
                    cursor.execute(text)
                    return cursor.fetchall() if cursor.description else []
                except psycopg2.OperationalError:
                    return []

    def kill_worker(self):
        """Kill a worker that is doing a range."""
        rows = self.query(
            "SELECT worker_pid FROM queue_job WHERE state = 'started' AND worker_pid IS NOT NULL ORDER BY random()"
        )
        return self._kill("worker", [pid for (pid,) in rows if pid != self.driver.pid][:1])

    def kill_runner(self):
        """Kill the process that hands the jobs out; its server makes another one."""
        rows = self.query(
            "SELECT split_part(a.application_name, '-', 2) FROM pg_stat_activity a"
            " JOIN pg_locks l ON l.pid = a.pid WHERE l.locktype = 'advisory' AND l.granted"
        )
        return self._kill("runner", [int(pid) for (pid,) in rows if pid.isdigit()][:1])

    def _kill(self, what, pids):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.done.append(what)
        return bool(pids)

    def kill_host(self):
        """Kill a whole server at once, master, workers and runner, for good: there is another one."""
        server = next(iter(self.servers))
        kill_session(server)
        del self.servers[server]
        self.done.append("host")
        return True

    def lose_host(self):
        """Kill a whole server at once; it is started again."""
        kill_session(next(iter(self.servers)))
        self.done.append("host")
        return True

    def crash_postgres(self, pause=1.0):
        self.cluster.stop("immediate")
        time.sleep(pause)
        self.cluster.start()
        self.done.append("postgres")
        return True

    # -- a step of the campaign ----------------------------------------------------

    def step(self, name, actions=(), seconds=400):
        """Have a step done while things are done to whoever does it; return how long it took.

        :param actions: functions, each called once, as soon as there is something to interrupt, until it returns true.
        """
        started, actions = time.monotonic(), list(actions)
        self.ask(name)
        while time.monotonic() - started < seconds:
            self._supervise()
            self.query("NOTIFY queue_job, 'look'")  # else its runner looks for dead jobs once a minute only
            if actions and self._is_under_way() and actions[0]():
                actions.pop(0)
            if not self._is_open():
                break
            time.sleep(0.4)
        self.left = actions
        return time.monotonic() - started

    def _is_under_way(self):
        return bool(self.query("SELECT 1 FROM recovery_work_range WHERE state = 'waiting' LIMIT 1"))

    def _is_open(self):
        rows = self.query("SELECT state FROM recovery_work ORDER BY id DESC LIMIT 1")
        return not rows or rows[0][0] == "running"

    def say(self, text):
        if self.out:
            print(text, file=self.out, flush=True)


def attack_often(env, database, kills=20, customers=120, seed=None, out=sys.stdout):
    """Kill workers, runners, hosts and PostgreSQL until that many died; return the figures of each campaign."""
    chance, campaigns = random.Random(seed), []
    with Attack(env, database, out) as attack:
        attack.start_server()
        ways = [attack.kill_worker] * 5 + [attack.kill_runner] * 2 + [attack.lose_host, attack.crash_postgres]
        while len(attack.done) < kills:
            attack.ask("customers", customers)
            for step in STEPS:
                wanted = min(kills - len(attack.done), MOST.get(step, 4))
                seconds = attack.step(step, chance.choices(ways, k=wanted), seconds=600)
                attack.say(
                    f"{step}: {seconds:.0f} s, killed so far: {len(attack.done)} ({', '.join(attack.done[-4:])})"
                )
            figures = {**attack.ask("look"), "customers": customers, **attack.ask("state")}
            figures["file"] = attack.ask("look_at_file")
            campaigns.append(figures)
            attack.say(json.dumps(figures))
        return {"killed": attack.done, "campaigns": campaigns}
