"""``make replica-test``: reports, dashboard, exposures and simulations are read on a streaming copy, and say so.

A second PostgreSQL gets the demonstration company, a third one follows it by streaming. A server of Odoo writes to the
one and reads from the other (``db_replica_host``). Each question is asked as a screen asks it; the logs of both tell
which of them read the journal items.
"""

import contextlib
import json
import shutil
import signal
import sys
import time
from dataclasses import replace

import psycopg2

from devenv import demo, server
from devenv.common import DATA, exclusive
from devenv.environment import prepare
from devenv.rpc import Session
from replica.standby import Primary, Standby

MONTHS = 12
COPY = "copy of the database"  # what is asked without a language is told in the program's
failures = []


def check(is_right, text):
    """Print whether something is as it should be."""
    print(f"{'ok    ' if is_right else 'WRONG '} {text}", flush=True)
    if not is_right:
        failures.append(text)


def query(cluster, database, text):
    """Return the rows of a statement, asked for outside of Odoo."""
    of = cluster.server
    connection = psycopg2.connect(host=of.host, port=of.port, user=of.user, password=of.password, dbname=database)
    with contextlib.closing(connection):
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(text)
            return cursor.fetchall() if cursor.description else []


class Reading:
    """A user in front of the screens, and the two servers behind them."""

    def __init__(self, session, primary, standby, database):
        self.session, self.primary, self.standby, self.database = session, primary, standby, database

    def follow(self):
        """Wait until the copy has all that was written."""
        ((place,),) = query(self.primary, self.database, "SELECT pg_current_wal_lsn()")
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            ((is_there,),) = query(self.standby, self.database, f"SELECT pg_last_wal_replay_lsn() >= '{place}'")
            if is_there:
                return
            time.sleep(0.1)
        raise RuntimeError("the copy does not follow")

    def ask(self, what, model, method, *args, may_write=False, **kwargs):
        """Ask a question, check who answered it, and return the answer."""
        self.follow()
        marks = self.primary.mark(), self.standby.mark()
        answer = self.session.call(model, method, *args, **kwargs)
        time.sleep(0.1)  # the logs
        here, there = self.primary.count_readings(marks[0]), self.standby.count_readings(marks[1])
        told = len(self.standby.read_statements(marks[1]))
        writings = self.primary.count_writings(marks[0])
        is_right = told and not here and (may_write or not writings)
        check(
            is_right,
            f"{what}: {told} statements on the copy, {there} of the journal items; of these {here} on the primary,"
            f" which wrote {writings} times",
        )
        return answer


def read_everything(reading, company_id):
    """Ask what the screens ask, one after the other."""
    frame = reading.ask("dashboard", "recovery.dashboard", "action_read_frame")
    check(COPY in frame["read_text"], f"the dashboard says: {frame['read_text']}")
    for name in frame["panels"]:
        reading.ask(f"dashboard, {name}", "recovery.dashboard", "action_read_panel", name, company_id, "all", MONTHS)
    balance = reading.ask("aged balance", "recovery.ageing.report", "action_read", {})
    check(COPY in balance["read_text"], f"the aged balance says: {balance['read_text']}")
    reading.ask("risk matrix", "recovery.debtor", "action_read_risk_matrix")
    for subject in ("sendings", "promises", "cases"):
        period = ("2020-01-01", time.strftime("%Y-%m-%d"))
        reading.ask(f"list of {subject}", "recovery.activity", "action_read", subject, *period)
    read_exposures(reading)
    simulate(reading, company_id)
    forecasts = reading.session.call("recovery.forecast", "search", [])
    if forecasts:
        names = {"read_text": {}, "amount": {}}
        row = reading.ask("forecast of receipts", "recovery.forecast", "web_read", forecasts[:1], names)[0]
        check(COPY in row["read_text"], f"the forecast says: {row['read_text']}")
    return balance


def read_exposures(reading):
    window = reading.session.call("recovery.exposure.report", "create", [{}])
    action = reading.ask("exposures", "recovery.exposure.report", "action_show", window, may_write=True)
    name = action.get("name") or json.dumps(action)
    check(COPY in json.dumps(action, ensure_ascii=False), f"the list of exposures says: {name}")


def simulate(reading, company_id):
    day = time.strftime("%Y-%m-%d")
    campaign = reading.session.call(
        "recovery.campaign", "create", [{"mode": "simulation", "date": day, "company_id": company_id}]
    )
    reading.ask("simulation", "recovery.campaign", "action_simulate", campaign, may_write=True)
    row = reading.session.call("recovery.campaign", "read", campaign, ["read_at", "verdict_count", "state"])[0]
    check(
        row["state"] == "proposed" and row["verdict_count"] and row["read_at"],
        f"the simulation has {row['verdict_count']} verdicts and was read on {row['read_at']}",
    )


def hold_back(reading, balance):
    """Keep the copy behind: the answer is that of before, and says of when it is."""
    reading.follow()
    query(reading.standby, reading.database, "SELECT pg_wal_replay_pause()")
    partners = reading.session.call("res.partner", "search", [["parent_id", "=", False]], limit=1)
    invoice = {"move_type": "out_invoice", "partner_id": partners[0], "invoice_date": time.strftime("%Y-%m-%d")}
    invoice["invoice_line_ids"] = [[0, 0, {"name": "x", "price_unit": 1234.0, "tax_ids": [[6, 0, []]]}]]
    move = reading.session.call("account.move", "create", [invoice])
    reading.session.call("account.move", "action_post", move)
    before = reading.session.call("recovery.ageing.report", "action_read", {})
    query(reading.standby, reading.database, "SELECT pg_wal_replay_resume()")
    reading.follow()
    after = reading.session.call("recovery.ageing.report", "action_read", {})
    totals = [answer["parts"][0]["totals"]["total"] for answer in (balance, before, after)]
    check(totals[0] == totals[1], f"a copy that is held back tells what it knows: {totals[1]}, {before['read_at']}")
    check(
        round(totals[2] - totals[0], 2) == 1234.0 and after["read_at"] > before["read_at"],
        f"once it follows, the new invoice is there: {totals[2]}, {after['read_at']}",
    )
    return totals[2]


def lose_copy(reading, total):
    """Stop the copy: the same questions are answered where people work."""
    reading.standby.stop("immediate")
    balance = reading.session.call("recovery.ageing.report", "action_read", {})
    check(balance["parts"][0]["totals"]["total"] == total, "without the copy, the primary answers the same")
    check(COPY not in balance["read_text"], f"and says so: {balance['read_text']}")
    window = reading.session.call("recovery.exposure.report", "create", [{}])
    action = reading.session.call("recovery.exposure.report", "action_show", window)
    check(COPY not in json.dumps(action, ensure_ascii=False), f"exposures too: {action.get('name')}")
    reading.standby.start()


def main():
    signal.signal(signal.SIGTERM, lambda *_arguments: sys.exit(1))  # its servers end with it
    env = prepare()
    with exclusive():
        origin = demo.ensure(env)
    database = "debt_recovery_replica"
    with contextlib.ExitStack() as stack:
        primary = stack.enter_context(Primary())
        primary.copy(env.server, origin, database)
        standby = stack.enter_context(Standby(primary))
        store = DATA / "filestore"
        shutil.rmtree(store / database, ignore_errors=True)
        stack.callback(shutil.rmtree, store / database, ignore_errors=True)
        if (store / origin).exists():
            shutil.copytree(store / origin, store / database)
        there = replace(env, server=primary.server)
        copy = {"db_replica_host": standby.server.host, "db_replica_port": standby.server.port}
        conf = there.write_conf(f"{database}.conf", **copy)
        stack.callback(conf.unlink, missing_ok=True)
        running = stack.enter_context(server.serving(there, database, detached=True, conf=conf))
        session = Session(running.url, database, "marc", "marc")
        ((count,),) = query(primary, database, "SELECT COUNT(*) FROM pg_stat_replication WHERE state = 'streaming'")
        check(count == 1, "the copy follows by streaming")
        reading = Reading(session, primary, standby, database)
        frame = session.call("recovery.dashboard", "action_read_frame")
        balance = read_everything(reading, frame["company_id"])
        lose_copy(reading, hold_back(reading, balance))
    print(f"{len(failures)} things wrong" if failures else "everything is read on the copy, and says of when it is")
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
