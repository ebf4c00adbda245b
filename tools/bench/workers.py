"""The long works done by real workers of OCA's job queue, and what they cost."""

import os
import time
from contextlib import contextmanager
from pathlib import Path

from ledger import TODAY
from measure import Cost

from odoo.tools import config

from devenv.job_server import kill_session, start_job_server

START = 180  # seconds in which a server must have begun to work
LONGEST = 4 * 3600  # seconds of a step
PAUSE = 0.1  # between two looks


class Workers:
    """A server with so many workers on the bench's database, from when it is entered until it is left."""

    def __init__(self, bench, count):
        self.bench, self.count = bench, count
        self.server = None

    def __enter__(self):
        database = config["db_name"][0]
        self.server = start_job_server({**os.environ}, database, "bench-workers.log", self.count, LONGEST)
        limit = time.monotonic() + START
        while len(self._find_processes()) < self.count + 2:  # with the first one and the runner
            if self.server.poll() is not None or time.monotonic() > limit:
                raise RuntimeError("the server with the workers did not start: see .dev/logs/bench-workers.log")
            time.sleep(PAUSE)
        self._warm_up()
        return self

    def _warm_up(self):
        """Let each worker load what it loads once in its life: the add-ons."""
        for number in range(4 * self.count):
            self.bench.company.with_delay(channel="root.recovery", priority=number)._recovery_today()
        self.bench.env.flush_all()
        self.bench.cr.commit()
        self.wait_for("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM queue_job WHERE state != 'done')")

    def __exit__(self, *_error):
        kill_session(self.server)

    @contextmanager
    def measured(self, name):
        """Measure what the workers do until what is inside has waited for them.

        The processor counts all of PostgreSQL, this process, which began the work, and all of the server's: Python.
        """
        bench = self.bench
        bench.cr.commit()
        for pid in self._find_processes():
            Path(f"/proc/{pid}/clear_refs").write_text("5")
        base = max(map(self._read_memory, self._find_processes()))
        server, own, start = self._read_postgres(), self._read_python(), time.perf_counter()
        yield
        seconds = time.perf_counter() - start
        server, own = self._read_postgres() - server, self._read_python() - own
        peak = max(self._read_memory(pid, "VmHWM") for pid in self._find_processes())
        bench.costs[name] = Cost(seconds, own + server, None, max(peak - base, 0.0), peak, server)

    def wait_for(self, query, *params):
        """Wait until a query returns a row, and return it."""
        limit = time.monotonic() + LONGEST
        cr = self.bench.cr
        while time.monotonic() < limit:
            cr.commit()  # each look is a new picture
            cr.execute(query, params)
            if row := cr.fetchone():
                cr.commit()
                self.bench.env.invalidate_all()
                return row
            if self.server.poll() is not None:
                raise RuntimeError("the server with the workers ended: see .dev/logs/bench-workers.log")
            time.sleep(PAUSE)
        raise RuntimeError("the workers did not end")

    def wait_for_work(self, work):
        """Wait until a long work is over, and fail unless all of it was done."""
        work_id = work.id
        (state,) = self.wait_for("SELECT state FROM recovery_work WHERE id = %s AND state != 'running'", work_id)
        if state != "done":
            reasons = set(work.range_ids.filtered("reason").mapped("reason"))
            raise RuntimeError(f"the work ended as “{state}”: {reasons}")

    def count_busy(self):
        """Return how many processes have done a range."""
        self.bench.cr.execute(
            "SELECT COUNT(DISTINCT worker_pid) FROM queue_job WHERE state = 'done' AND method_name = '_work_off'"
        )
        return self.bench.cr.fetchone()[0]

    # -- processes ----------------------------------------------------------------------

    def _find_processes(self):
        """Return the processes of the server: those of its session."""
        return [pid for pid, _parent, session, _time in _read_processes() if session == self.server.pid]

    def _read_python(self):
        """Return the seconds that this process and those of the server have worked, with those they have ended."""
        own = {pid: seconds for pid, _parent, session, seconds in _read_processes() if session == self.server.pid}
        return time.process_time() + sum(own.values())

    def _read_postgres(self):
        """Return the seconds that all of PostgreSQL has worked; 0 on another machine."""
        backend = self.bench.cr._cnx.info.backend_pid
        rows = _read_processes()
        parents = {pid: parent for pid, parent, _session, _time in rows}
        first = parents.get(backend)
        return sum(seconds for pid, parent, _session, seconds in rows if first and first in (pid, parent))

    def _read_memory(self, pid, name="VmRSS"):
        """Return what a process holds, or held at most, in megabytes; 0 once it is gone."""
        try:
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        except OSError:
            return 0.0
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), 0.0)


def _read_processes():
    """Return ``(pid, parent, session, seconds worked, with those of ended children)`` of every process."""
    rows, tick = [], os.sysconf("SC_CLK_TCK")
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            values = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        rows.append((int(folder.name), int(values[1]), int(values[3]), sum(map(int, values[11:15])) / tick))
    return rows


def work(bench, count):
    """Propose, validate, bring figures up to date and send with so many workers; return the :class:`Workers`."""
    with Workers(bench, count) as workers:
        _propose(bench, workers)
        _validate(bench, workers)
        _refresh(bench, workers)
        _send(bench, workers)
        bench.notes.append(f"ranges done by {workers.count_busy()} processes")


def _propose(bench, workers):
    campaign = bench.campaign = bench.make_campaign()
    with workers.measured("proposal"):
        campaign._begin_proposal()
        workers.wait_for_work(_find_work(bench))
    lines = bench.env["recovery.notice.line"].search_count([("notice_id.campaign_id", "=", campaign.id)])
    bench.notes.append(f"{campaign.notice_count} notices, {lines} lines")


def _validate(bench, workers):
    with workers.measured("validation"):
        bench.campaign._leave_to_job("validation")
        workers.wait_for_work(_find_work(bench))


def _refresh(bench, workers):
    """Have the figures of everybody worked out, and then what rests on them: that is not cut."""
    env, company = bench.env, bench.company
    with workers.measured("worklist figures"):
        company.recovery_worklist_date = TODAY
        work = env["recovery.work"]._launch(env["recovery.worklist"], "figures", company, TODAY)
        is_done = "NOT EXISTS (SELECT 1 FROM recovery_work_range WHERE work_id = %s AND state = 'waiting')"
        workers.wait_for(f"SELECT 1 WHERE {is_done}", work.id)
    with workers.measured("end of the night"):
        workers.wait_for_work(work)


def _send(bench, workers):
    """Send as many mails as the other way did; the other notices are left aside, as a manager leaves some out."""
    bench.env["recovery.level"].sudo().search([]).write({"attach_account_statement": False})
    bench.env.flush_all()
    bench.cr.execute(
        "UPDATE recovery_notice SET state = 'excluded' WHERE campaign_id = %s AND state = 'validated' AND id NOT IN"
        " (SELECT id FROM recovery_notice WHERE campaign_id = %s AND state = 'validated' ORDER BY id LIMIT %s)",
        [bench.campaign.id, bench.campaign.id, bench.options.send],
    )
    bench.env.invalidate_all()
    with workers.measured(f"sending of {bench.options.send} mails"):
        bench.campaign._leave_to_job("sending")
        workers.wait_for_work(_find_work(bench))
    sent = bench.campaign.sent_count
    mails = bench.env["recovery.delivery"].search_count(
        [("campaign_id", "=", bench.campaign.id), ("mail_id", "!=", False)]
    )
    bench.notes.append(f"{sent} notices sent, {mails} mails queued")


def _find_work(bench):
    """Return the work that was begun last, and let the workers see it."""
    work = bench.env["recovery.work"].search([], order="id desc", limit=1)
    bench.env.flush_all()
    bench.cr.commit()
    return work
