"""One million open instalments of 100 000 debtors: each step beside the floor, and per instalment against a tenth.

A way of working is a function that takes a :class:`run.Bench` whose ledger is committed, and measures the steps. It
registers itself under the words that the table shows; what it leaves open in the bench's transaction is undone before
the next one, so that a way that commits comes last.

The workers are real ones: a server with the runner of OCA's job queue and ``--workers`` processes, on the same
PostgreSQL.
"""

from ledger import TODAY
from steps import STEPS
from workers import work

SIZES = (100_000, 1_000_000)
SHARE_SENT = 100  # one notice is sent of so many instalments: 10 000 of a million
GOAL = 1.2  # what an instalment may cost more than at the smaller size
RATIO = 1.5  # how much sooner two workers must be done than one process
MEGABYTES = 400  # per process
WAYS = {}


def way(name):
    """Register a way of working under the words that the table shows."""

    def register(function):
        WAYS[name] = function
        return function

    return register


@way("one process")
def in_one_process(bench):
    """Do everything in this process, in one transaction."""
    bench.options.send = bench.invoices // SHARE_SENT
    for name in ("floor", "proposal", "validate", "worklist"):
        STEPS[name][0](bench)
    with bench.measured("end of the night"):
        bench.env["recovery.worklist"]._end_night(bench.company, TODAY)
        bench.env.flush_all()
    measure_readings(bench)
    STEPS["send"][0](bench)  # last: the figures and the balance are those of a campaign that has not left


@way("workers")
def by_workers(bench):
    """Leave the same works to the workers of the job queue, range by range, each committed.

    What reads the whole ledger for one person is not cut: it costs what it costs in one process.
    """
    bench.options.send = bench.invoices // SHARE_SENT
    bench.notes.insert(1, f"{bench.options.workers} of them")
    work(bench, bench.options.workers)


def measure_readings(bench):
    """Measure what reads the whole ledger: the exposure of everybody, and the aged balance."""
    env, company = bench.env, bench.company
    env.invalidate_all()
    with bench.measured("exposure of everybody"):
        exposures = env["recovery.exposure"]._read(company, None, TODAY)
    bench.notes.append(f"{len(exposures)} exposures")
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
    alone, together = found["one process"], found["workers"]
    steps = [step for step in together if step in alone and step not in built]
    print(f"\n{invoices} open invoices, one process against {count} workers (goal with two: {RATIO} ×):")
    print(f"  {'':44}{'seconds':>10}{'seconds':>10}{'sooner':>10}{'CPU s':>10}{'CPU s':>10}")
    sums = [sum(cost[step].seconds for step in steps) for cost in (alone, together)]
    work = [sum(cost[step].cpu for step in steps) for cost in (alone, together)]
    rows = [(step, alone[step].seconds, together[step].seconds, alone[step].cpu, together[step].cpu) for step in steps]
    for step, one, many, cpu, cpus in [*rows, ("all of it", *sums, *work)]:
        word = "within" if one / many >= RATIO else "BEYOND"
        print(f"  {step:44}{one:10.2f}{many:10.2f}{one / many:8.2f} ×{cpu:10.2f}{cpus:10.2f}  {word}", flush=True)


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
