"""One million open instalments of 100 000 debtors: each step, by one process and by workers, and per instalment.

A way of working is a function that takes a :class:`run.Bench` on a copy of the ledger that is its own, and measures the
steps. It registers itself under the words that the table shows.

One process and the workers do the same works in the same ranges, see ``workers``: only who does them differs. The
workers are real ones: a server with the runner of OCA's job queue and ``--workers`` processes, on the same PostgreSQL.
"""

import contextlib
import os
import shutil
from pathlib import Path

from ledger import TODAY
from workers import Alone, Workers, work

import odoo
from odoo.modules.registry import Registry
from odoo.tools import SQL, config

SIZES = (100_000, 1_000_000)
SHARE_SENT = 100  # one notice is sent of so many instalments: 10 000 of a million
GOAL = 1.2  # what an instalment may cost more than at the smaller size
RATIO = 1.5  # how much sooner two workers must be done than one process
MEGABYTES = 400  # per process
QUEUE = "debt_recovery_queue"
WAYS = {}


def way(name, addons=()):
    """Register a way of working under the words that the table shows, and what it needs besides the add-on."""

    def register(function):
        WAYS[name] = (function, addons)
        return function

    return register


@way("one process")
def in_one_process(bench):
    """Do everything in this process: what is long in ranges, then what reads the whole ledger."""
    work(bench, Alone(bench))
    measure_readings(bench)


@way("workers", addons=(QUEUE,))
def by_workers(bench):
    """Leave the same works to the workers of the job queue.

    What reads the whole ledger for one person is not cut: it costs what it costs in one process.
    """
    bench.notes.insert(1, f"{bench.options.workers} of them")
    work(bench, Workers(bench, bench.options.workers))


# -- databases ----------------------------------------------------------------------


@contextlib.contextmanager
def copied(source, name, addons=()):
    """Give a copy of a database, with more add-ons, until it is left; nobody else may be at work on the source."""
    with _administering() as cr:
        cr.execute(SQL("DROP DATABASE IF EXISTS %s WITH (FORCE)", SQL.identifier(name)))
        cr.execute(
            SQL("CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy", SQL.identifier(name), SQL.identifier(source))
        )
    store = Path(config.filestore(name))
    shutil.rmtree(store, ignore_errors=True)  # of a bench that was interrupted
    if Path(config.filestore(source)).exists():
        # Odoo never changes a stored file, so that hard links are enough
        shutil.copytree(config.filestore(source), store, copy_function=os.link)
    try:
        yield Registry.new(name, update_module=True, install_modules=addons) if addons else Registry(name)
    finally:
        leave(name)
        with _administering() as cr:
            cr.execute(SQL("DROP DATABASE %s WITH (FORCE)", SQL.identifier(name)))
        shutil.rmtree(store, ignore_errors=True)


def leave(name):
    """Close what this process has open of a database, so that it can be copied."""
    Registry.delete(name)
    odoo.sql_db.close_db(name)


def leave_uncleaned(cr):
    """Keep PostgreSQL from cleaning the tables by itself: that comes when it comes, and would count for one way."""
    cr.execute("SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    for (table,) in cr.fetchall():
        cr.execute(SQL("ALTER TABLE %s SET (autovacuum_enabled = false)", SQL(table)))


@contextlib.contextmanager
def _administering():
    with contextlib.closing(odoo.sql_db.db_connect("postgres").cursor()) as cr:
        cr._cnx.autocommit = True
        yield cr
        cr._cnx.autocommit = False


# -- what reads everything ----------------------------------------------------------


def measure_readings(bench):
    """Measure what reads the whole ledger: the exposure of everybody, and the aged balance."""
    env, company = bench.env, bench.company
    env.invalidate_all()
    with bench.measured("exposure of everybody"):
        count = len(env["recovery.exposure"]._read(company, None, TODAY))
    bench.notes.append(f"{count} exposures")
    env.invalidate_all()
    options = {"company_ids": company.ids, "day": str(TODAY)}
    with bench.measured("aged balance"):
        parts = env["recovery.ageing.report"].action_read(options)["parts"]
    bench.notes.append(f"aged balance of {sum(len(part['rows']) for part in parts)} customers")


def compare_ways(found, built, invoices, count):
    """Print how much sooner the workers are done with each step than one process, and with all of them.

    :param dict found: the costs of each step, per way; ``built`` those of what came before.
    :param int count: how many workers there were.
    """
    if not {"one process", "workers"} <= found.keys():
        return
    alone, together = found["one process"], found["workers"]
    steps = [step for step in together if step in alone and step not in built]
    print(f"\n{invoices} open invoices, one process against {count} workers (goal with two: {RATIO} ×).")
    print("Not measured: the start of the server and of its workers. Load of the machine: " + _read_load())
    heads = ("seconds", "seconds", "sooner", "CPU s", "CPU s", "more CPU")
    print(f"  {'':44}{''.join(f'{head:>10}' for head in heads)}")
    sums = [sum(cost[step].seconds for step in steps) for cost in (alone, together)]
    work = [sum(cost[step].cpu for step in steps) for cost in (alone, together)]
    rows = [(step, alone[step].seconds, together[step].seconds, alone[step].cpu, together[step].cpu) for step in steps]
    for step, one, many, cpu, cpus in [*rows, ("all of it", *sums, *work)]:
        word = "within" if one / many >= RATIO else "BEYOND"
        print(
            f"  {step:44}{one:10.2f}{many:10.2f}{one / many:8.2f} ×{cpu:10.2f}{cpus:10.2f}{cpus / cpu:8.2f} ×  {word}",
            flush=True,
        )


def _read_load():
    """Return how busy the machine was in the last minutes: with one process some 1, with two workers some 2 to 3."""
    return ", ".join(f"{load:.1f}" for load in os.getloadavg())


def compare(results):
    """Print what an instalment costs at the larger sizes, against the first one.

    :param list results: ``(way, invoices, costs)``.
    """
    smallest = {}
    for name, invoices, costs in results:
        smallest.setdefault(name, (invoices, costs))
    for name, invoices, costs in results:
        base, before = smallest[name]
        if invoices == base:
            continue
        print(f"\nPer instalment at {invoices} against {base}, {name} (goal: within {GOAL} ×):")
        for step, cost in costs.items():
            twin = before.get(_get_twin(step, before))
            if not twin or not twin.cpu or step.startswith("building"):
                continue
            ratio = cost.cpu / twin.cpu * base / invoices
            print(f"  {step:44}{ratio:10.2f} × {'within' if ratio <= GOAL else 'BEYOND'}", flush=True)


def _get_twin(step, costs):
    """Return the step of the same sort in other costs: a sending bears its number in its name."""
    if not step.startswith("sending of"):
        return step
    return next((name for name in costs if name.startswith("sending of")), step)
