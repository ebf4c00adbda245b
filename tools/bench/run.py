"""Measure the engine on a large ledger: ``make bench``.

``make bench ARGS="--sizes 1000 10000 --steps floor proposal --seed 7"``

``make bench ARGS="--million"`` does what a large group does, on 100 000 and 1 000 000 instalments (see ``million``):
in one process, and by the workers of OCA's job queue. ``--sizes``, ``--ways`` and ``--workers`` choose less of it.

Each size is built in a company of its own, in a database that is made for the bench.
The ratios are to the SQL floor: one statement that gives each overdue instalment its
level and inserts it, into a bare table of eleven columns (“x floor”) and into the table of
the notices' lines (“x table”). Both are measured in the same run, on the same machine, for
the same ledger.
"""

import argparse
import cProfile
import os
import pstats
from contextlib import contextmanager

from ledger import TODAY, Ledger
from lxml import etree
from measure import measured
from million import MEGABYTES, SHARE_SENT, SIZES, WAYS, compare, compare_ways, copied, leave, leave_uncleaned
from steps import FLOORS, GOALS, STEPS, names

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config
from odoo.tools.safe_eval import safe_eval


class Bench:
    """One size: its company, its campaign, and what each step cost."""

    def __init__(self, env, options, invoices, company=None):
        self.options = options
        self.invoices = invoices
        self.costs = {}
        self.notes = []
        self.campaign = None
        self.ledger = Ledger(env, options.seed)
        if company:
            self.company = company
        else:
            with measured(env.cr, self.costs, "building of the ledger"):
                self.company = self.ledger.build(invoices)
        self.env = env(context={"allowed_company_ids": self.company.ids})
        self.cr = env.cr

    def measured(self, name, times=1):
        """Measure a step (see :func:`measure.measured`)."""
        return measured(self.cr, self.costs, name, times)

    @contextmanager
    def undone(self):
        """Forget what happens inside."""
        self.env.flush_all()
        self.cr.execute("SAVEPOINT bench")
        yield
        self.cr.execute("ROLLBACK TO SAVEPOINT bench")
        self.env.invalidate_all()

    def make_campaign(self, **vals):
        """Return a new campaign of the company, on the bench's day."""
        return self.env["recovery.campaign"].create({"company_id": self.company.id, "date": TODAY, **vals})

    def evaluate(self, domain):
        """Return a window's domain as a browser would send it."""
        return safe_eval(domain or "[]", {"uid": self.env.uid, "context_today": lambda: TODAY})

    def read_specification(self, action_xmlid, mode):
        """Return what the web client asks for when it shows that view."""
        action = self.env.ref(action_xmlid)
        Model = self.env[action.res_model]
        chosen = action.view_ids.filtered(lambda view: view.view_mode == mode).view_id[:1]
        views = Model.get_views([(chosen.id, mode)])
        return self._specify(views["views"][mode]["arch"], Model)

    def _specify(self, arch, Model):
        specification = {}

        def walk(node, Model, specification):
            for child in node:
                if child.tag == "field":
                    field = Model._fields[child.get("name")]
                    entry = specification.setdefault(child.get("name"), {})
                    if field.type == "many2one":
                        entry.setdefault("fields", {"display_name": {}})
                    elif field.type in ("one2many", "many2many"):
                        lines = entry.setdefault("fields", {})
                        for view in child:
                            walk(view, self.env[field.comodel_name], lines)
                        entry["limit"] = 40
                else:
                    walk(child, Model, specification)

        walk(etree.fromstring(arch), Model, specification)
        return specification

    def show(self):
        """Print the table of this size."""
        print(f"\n{self.invoices} open invoices: {', '.join(self.notes)}")
        heads = ("seconds", "CPU s", "of it SQL", "queries", "memory", "peak", "x floor", "x table")
        print(f"  {'':44}{''.join(f'{head:>10}' for head in heads)}  goal")
        floors = [self.costs.get(name) for name in FLOORS]
        for name, cost in self.costs.items():
            ratios = []
            if all(floors) and name != "building of the ledger":
                ratios = [cost.cpu / base.cpu if base.cpu else 0.0 for base in floors]
            print(
                f"  {name:44}{cost.seconds:10.2f}{cost.cpu:10.2f}{cost.server:10.2f}"
                f"{'' if cost.queries is None else cost.queries:>10}{cost.memory:7.0f} MB"
                f"{cost.peak:7.0f} MB{''.join(f'{ratio:10.1f}' for ratio in ratios)}{self._judge(name, ratios)}",
                flush=True,
            )

    def _judge(self, name, ratios):
        """Return whether a step keeps within its goal, in words, beside each floor."""
        if name not in GOALS or not ratios:
            return ""
        goal = GOALS[name]
        words = ["within" if ratio <= goal else "BEYOND" for ratio in ratios]
        return f"  {goal} x: {words[0]} the bare floor, {words[1]} that of the notices' table"


def read_options():
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", help="open invoices; by default 1000 10000 100000")
    parser.add_argument("--steps", nargs="+", choices=names(), default=[n for n, (_f, d) in STEPS.items() if d])
    parser.add_argument("--all", action="store_true", help="every step, the slow ones too")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--send", type=int, default=500, help="how many notices are sent; 0 for all of them")
    parser.add_argument("--letters", type=int, default=200, help="how many letters are printed at once")
    parser.add_argument("--million", action="store_true", help="a million instalments; with --sizes, so many")
    parser.add_argument("--workers", type=int, default=2, help="with --million: processes of the job queue")
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(WAYS), help="with --million: who works")
    parser.add_argument(
        "--profile", metavar="STEP", nargs="+", default=[], choices=names(), help="print where these spend their time"
    )
    return parser.parse_args()


def parse_config():
    """Read where the database of the bench is."""
    config.parse_config(["-c", os.environ["ODOO_RC"], "--log-level=warn", "--no-http"])
    odoo.modules.module.initialize_sys_path()


def main():
    """Build and measure each size in turn."""
    options = read_options()
    if options.million:
        return run_million(options)
    steps = [name for name in STEPS if options.all or name in options.steps]
    parse_config()
    registry = Registry(config["db_name"][0])
    for invoices in options.sizes or (1000, 10_000, 100_000):
        with registry.cursor() as cr:
            bench = Bench(api.Environment(cr, SUPERUSER_ID, {}), options, invoices)
            cr.commit()  # the database is made for the bench: its statistics become those of a server
            is_analyzed = False
            for name in steps:
                if name != "stale" and not is_analyzed:
                    bench.ledger.analyze()
                    cr.commit()
                    is_analyzed = True
                if name in options.profile:
                    profile = cProfile.Profile()
                    profile.runcall(STEPS[name][0], bench)
                    stats = pstats.Stats(profile)
                    stats.sort_stats("tottime").print_stats(25)
                    stats.sort_stats("cumulative").print_stats("debt_recovery|odoo/orm", 50)
                else:
                    STEPS[name][0](bench)
            bench.show()
            cr.rollback()
    return None


def run_million(options):
    """Build each large ledger, work on a copy of it in each way, and drop all that was made."""
    parse_config()
    name, results = config["db_name"][0], []
    for invoices in options.sizes or SIZES:
        options.send = invoices // SHARE_SENT
        with copied(name, f"{name}_{invoices}") as registry:
            with registry.cursor() as cr:
                bench = Bench(api.Environment(cr, SUPERUSER_ID, {}), options, invoices)
                cr.commit()
                bench.ledger.analyze()
                leave_uncleaned(cr)
                cr.commit()
                built, company_id, found = bench.costs, bench.company.id, {}
            leave(registry.db_name)
            for way, (work, addons) in WAYS.items():
                if way not in options.ways:
                    continue
                with copied(registry.db_name, f"{registry.db_name}_way", addons) as own, own.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    bench = Bench(env, options, invoices, env["res.company"].browse(company_id))
                    bench.costs, bench.notes = dict(built), [way]
                    work(bench)
                    bench.show()
                    cr.rollback()
                found[way] = bench.costs
                peak = max(cost.peak for step, cost in bench.costs.items() if step not in built)
                word = "within" if peak <= MEGABYTES else "BEYOND"
                print(f"  {peak:.0f} MB at most in one process ({word} {MEGABYTES} MB)", flush=True)
                results.append((way, invoices, bench.costs))
            compare_ways(found, built, invoices, options.workers)
    compare(results)


if __name__ == "__main__":
    main()
