"""The long works in ranges, as the program cuts them: by one process, or by real workers of OCA's job queue.

Both do the same ranges of the same ledger, each committed, and are measured alike: this process, all those of a server,
and all of PostgreSQL. What starts once in a server's life is not measured: the server, and each worker's registry.
"""

import os
import time
from contextlib import contextmanager

from ledger import TODAY
from measure import Cost, forget_peak, read_memory, read_own_time, read_processes, read_whole_server_time

from devenv.job_server import kill_session, start_job_server

START = 180  # seconds in which a server must have begun to work
LONGEST = 4 * 3600  # seconds of a step
PAUSE = 0.1  # between two looks


class Alone:
    """This process does the ranges one after the other, as the scheduled job does where nobody else works."""

    def __init__(self, bench):
        self.bench = bench

    def __enter__(self):
        self._load_words()
        return self

    def __exit__(self, *_error):
        """Leave nothing behind."""

    def _load_words(self, hand=lambda works: works):
        """Have the words of the company's language read, which a process does once in its life.

        :param hand: gives them to whoever reads them.
        """
        company = self.bench.company
        works = company._recovery_speak(self.bench.env["recovery.work"])
        hand(works)._explain_kept(())

    @contextmanager
    def measured(self, name):
        """Measure what is done until what is inside has waited for it."""
        bench = self.bench
        bench.cr.commit()
        bench.env.invalidate_all()
        for pid in self._find_processes():
            forget_peak(pid)
        base = max(map(read_memory, self._find_processes()))
        server, own, start = self._read_postgres(), self._read_python(), time.perf_counter()
        yield
        seconds = time.perf_counter() - start
        server, own = self._read_postgres() - server, self._read_python() - own
        peak = max(read_memory(pid, "VmHWM") for pid in self._find_processes())
        bench.costs[name] = Cost(seconds, own + server, None, max(peak - base, 0.0), peak, server)

    def wait_for_work(self, work):
        """Do a long work, and fail unless all of it was done."""
        works = self.bench.env(context={})["recovery.work"]
        while work.state == "running":
            works._cron_run(work.res_model)
            self.bench.env.invalidate_all()
        self._check(work)

    def describe(self):
        """Tell who did the ranges."""
        return "ranges done by this process"

    def _check(self, work):
        if work.state != "done":
            reasons = set(work.range_ids.filtered("reason").mapped("reason"))
            raise RuntimeError(f"the work ended as “{work.state}”: {reasons}")

    # -- processes ----------------------------------------------------------------------

    def _find_processes(self):
        """Return the processes whose memory counts."""
        return [os.getpid()]

    def _read_python(self):
        return read_own_time()

    def _read_postgres(self):
        return read_whole_server_time(self.bench.cr._cnx.info.backend_pid)


class Workers(Alone):
    """A server with so many workers on the bench's database, from when it is entered until it is left."""

    def __init__(self, bench, count):
        super().__init__(bench)
        self.count = count
        self.server = None

    def __enter__(self):
        database = self.bench.cr.dbname
        self.server = start_job_server({**os.environ}, database, "bench-workers.log", self.count, LONGEST)
        limit = time.monotonic() + START
        while len(self._find_processes()) < self.count + 2:  # with the first one and the runner
            if self.server.poll() is not None or time.monotonic() > limit:
                raise RuntimeError("the server with the workers did not start: see .dev/logs/bench-workers.log")
            time.sleep(PAUSE)
        self._warm_up()
        return self

    def _warm_up(self):
        """Let each worker load what it loads once in its life: the add-ons, and their words."""
        for number in range(4 * self.count):
            self._load_words(lambda works, number=number: works.with_delay(channel="root.recovery", priority=number))
        self.bench.env.flush_all()
        self.bench.cr.commit()
        self.wait_for("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM queue_job WHERE state != 'done')")

    def __exit__(self, *_error):
        kill_session(self.server)

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
        self.wait_for("SELECT 1 FROM recovery_work WHERE id = %s AND state != 'running'", work.id)
        self._check(work)

    def describe(self):
        """Tell how many processes have done a range."""
        self.bench.cr.execute(
            "SELECT COUNT(DISTINCT worker_pid) FROM queue_job WHERE state = 'done' AND method_name = '_work_off'"
        )
        return f"ranges done by {self.bench.cr.fetchone()[0]} processes"

    # -- processes ----------------------------------------------------------------------

    def _find_processes(self):
        """Return the processes of the server: those of its session."""
        return [row.pid for row in read_processes() if row.session == self.server.pid]

    def _read_python(self):
        """Return the seconds that this process, which began the work, and those of the server have worked."""
        return read_own_time() + sum(row.worked for row in read_processes() if row.session == self.server.pid)


def work(bench, hands):
    """Propose, validate, bring figures up to date and send by these hands, :class:`Alone` or :class:`Workers`."""
    with hands:
        _propose(bench, hands)
        _validate(bench, hands)
        _refresh(bench, hands)
        _send(bench, hands)
        bench.notes.append(hands.describe())


def _propose(bench, hands):
    campaign = bench.campaign = bench.make_campaign()
    with hands.measured("proposal"):
        campaign._begin_proposal()
        hands.wait_for_work(_find_work(bench))
    lines = bench.env["recovery.notice.line"].search_count([("notice_id.campaign_id", "=", campaign.id)])
    bench.notes.append(f"{campaign.notice_count} notices, {lines} lines")


def _validate(bench, hands):
    with hands.measured("validation"):
        bench.campaign._leave_to_job("validation")
        hands.wait_for_work(_find_work(bench))


def _refresh(bench, hands):
    """Have the figures of everybody worked out, and then what rests on them, which ends the work."""
    env, company = bench.env, bench.company
    company.recovery_worklist_date = TODAY
    with hands.measured("worklist figures"):
        env["recovery.work"]._launch(env["recovery.worklist"], "figures", company, TODAY)
        hands.wait_for_work(_find_work(bench))


def _send(bench, hands):
    """Send as many mails as the other way did; the other notices are left aside, as a manager leaves some out."""
    bench.env["recovery.level"].sudo().search([]).write({"attach_account_statement": False})
    bench.env.flush_all()
    bench.cr.execute(
        "UPDATE recovery_notice SET state = 'excluded' WHERE campaign_id = %s AND state = 'validated' AND id NOT IN"
        " (SELECT id FROM recovery_notice WHERE campaign_id = %s AND state = 'validated' ORDER BY id LIMIT %s)",
        [bench.campaign.id, bench.campaign.id, bench.options.send],
    )
    bench.env.invalidate_all()
    with hands.measured(f"sending of {bench.options.send} mails"):
        bench.campaign._leave_to_job("sending")
        hands.wait_for_work(_find_work(bench))
    sent = bench.campaign.sent_count
    mails = bench.env["recovery.delivery"].search_count(
        [("campaign_id", "=", bench.campaign.id), ("mail_id", "!=", False)]
    )
    bench.notes.append(f"{sent} notices sent, {mails} mails queued")


def _find_work(bench):
    """Return the work that was begun last, and let whoever does it see it."""
    work = bench.env["recovery.work"].search([], order="id desc", limit=1)
    bench.env.flush_all()
    bench.cr.commit()
    return work
