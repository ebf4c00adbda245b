"""One million open instalments of 100 000 debtors: each step beside the floor, and per instalment against a tenth.

A way of working is a function that takes a :class:`run.Bench` whose ledger is committed, and measures the steps. It
registers itself under the words that the table shows; what it leaves open in the bench's transaction is undone before
the next one, so that a way that commits comes last.
"""

from ledger import TODAY
from steps import STEPS

SIZES = (100_000, 1_000_000)
SHARE_SENT = 100  # one notice is sent of so many instalments: 10 000 of a million
GOAL = 1.2  # what an instalment may cost more than at the smaller size
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
    measure_readings(bench)
    STEPS["send"][0](bench)  # last: the figures and the balance are those of a campaign that has not left


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
