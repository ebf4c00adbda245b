"""Count the files through which four stories pass: ``make walks``, ``make walks ARGS=--files`` or ``ARGS=--calls``.

A story is told through the buttons that people press. What is counted are the calls into
the module's own Python files: how many files, how often the next call is in another file
than the one before, and how many calls.
"""

import argparse
import sys
from collections import Counter
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from names import FIELDS
from stage import Stage, opened

from odoo.exceptions import RedirectWarning
from odoo.modules.module import get_module_path

TODAY = date(2026, 11, 23)


class Trace:
    """The calls of the module's named functions, step by step; a generator counts each time it goes on."""

    def __init__(self):
        self.root = str(Path(get_module_path("debt_recovery"))) + "/"
        self.steps = {}
        self.names = Counter()
        self._known = {}

    @contextmanager
    def step(self, name):
        """Record what is called meanwhile."""
        path = self.steps.setdefault(name, [])
        known, names, root = self._known, self.names, self.root

        def look(frame, event, _argument):
            if event != "call" or frame.f_code.co_name.startswith("<"):
                return
            file = frame.f_code.co_filename
            if file not in known:
                known[file] = file.removeprefix(root) if file.startswith(root) else None
            if known[file]:
                path.append(known[file])
                names[known[file], frame.f_code.co_name] += 1

        sys.setprofile(look)
        try:
            yield
        finally:
            sys.setprofile(None)

    def show(self, title, with_files, with_calls):
        """Print the figures of the story, then of its steps."""
        whole = [file for path in self.steps.values() for file in path]
        print(f"{title:44}{_figures(whole)}")
        for name, path in self.steps.items():
            print(f"  {name:42}{_figures(path)}")
        for file, calls in sorted(Counter(whole).items()) if with_files or with_calls else ():
            print(f"    {calls:6}  {file}")
            for (place, name), times in sorted(self.names.items()) if with_calls else ():
                if place == file:
                    print(f"            {times:6}  {name}")
        print(flush=True)


def _figures(path):
    changes = sum(left != right for left, right in zip(path, path[1:], strict=False))
    return f"{len(set(path)):6} files {changes:6} changes of file {len(path):6} calls"


class Walks:
    """The four stories."""

    def __init__(self, stage):
        self.stage = stage

    def propose(self, trace, debtor):
        """Propose, validate and send a campaign for that debtor as a manager does; return its notices."""
        stage = self.stage
        campaign = stage.model("campaign", "marc").create(
            {"company_id": stage.company.id, "date": TODAY, "debtor_ids": debtor.ids}
        )
        for name in ("propose", "validate", "send"):
            with trace.step(name):
                getattr(campaign, f"action_{name}")()
                stage.env.flush_all()
            stage.env.invalidate_all()
        notices = campaign.notice_ids
        assert notices.mapped("state") == ["sent"], (notices.mapped("state"), notices.mapped("blocker_text"))
        return campaign.notice_ids

    def make_debtor(self, name, kinds, days_overdue):
        stage = self.stage
        partner = stage.make_partner(name)
        debtor = stage.debtor_of(partner)
        debtor.write({"nature": "merchant", "nature_confirmed": True})
        stage.set_scenario(debtor, kinds)
        return debtor, stage.make_invoice(partner, 1000.0, TODAY - timedelta(days=days_overdue))

    def letter(self, trace):
        """An overdue instalment becomes a letter."""
        debtor, _invoice = self.make_debtor("Boulangerie Dupont", ("final",), 40)
        self.propose(trace, debtor)

    def promise(self, trace):
        """A matched payment keeps a promise."""
        stage = self.stage
        debtor, invoice = self.make_debtor("Boulangerie Dupont", ("final",), 40)
        worklist = stage.model("debtor", "claire")
        worklist.action_refresh_worklist()
        window = stage.model("promise wizard", "claire").create({"debtor_id": debtor.id})
        window.action_confirm()
        stage.env.flush_all()
        stage.env.invalidate_all()
        with trace.step("post"):
            stage.pay(invoice)
            stage.env.flush_all()
        stage.env.invalidate_all()
        with trace.step("open worklist"):
            worklist.action_open_worklist()
            worklist.action_refresh_worklist()
            stage.env.flush_all()
        promise = stage.model("promise").search([("debtor_id", "=", debtor.id)])
        assert promise.state == "kept", promise.state

    def formal_notice(self, trace):
        """A mise en demeure is posted, delivered, expires unpaid and becomes a case."""
        stage = self.stage
        debtor, _invoice = self.make_debtor("Menuiserie Aubert", ("formal_notice", "handover"), 200)
        notice = self.propose(trace, debtor)
        letter = notice.sudo().letter_ids.with_env(stage.as_user("claire"))
        letter.number = "1A12345678901"
        stage.env.flush_all()
        with trace.step("posted"):
            notice.sudo()[FIELDS["notice.campaign"]].with_env(stage.as_user("claire")).action_mark_posted()
            stage.env.flush_all()
        stage.env.invalidate_all()
        stage.move_to(TODAY + timedelta(days=2))
        with trace.step("tracking"):
            letter.action_record_delivered()
            stage.env.flush_all()
        stage.env.invalidate_all()
        stage.move_to(TODAY + timedelta(days=40))
        with trace.step("expiry"):
            stage.call(stage.model("notice"), "follow expired", stage.company, stage.today)
            stage.env.flush_all()
        stage.env.invalidate_all()
        with trace.step("open case"):
            notice.action_open_case()
            stage.env.flush_all()
        assert notice[FIELDS["notice.cases"]]

    def limit(self, trace):
        """A limit is asked for and granted, and an invoice beyond it is refused."""
        stage = self.stage
        partner = stage.make_partner("Fleuriste Rose")
        debtor = stage.debtor_of(partner)
        stage.company.write(
            {"account_use_credit_limit": True, FIELDS["company.control"]: True, FIELDS["company.free limit"]: 100}
        )
        stage.model("rule").create({"company_id": stage.company.id, "test": "limit", "mode": "block"})
        stage.env.flush_all()
        stage.env.invalidate_all()
        with trace.step("asked"):
            window = stage.model("limit wizard", "claire").create(
                {"debtor_id": debtor.id, "kind": "amount", "amount": 500.0, "reason": "Bilan 2025"}
            )
            window.action_confirm()
            stage.env.flush_all()
        stage.env.invalidate_all()
        request = stage.model("limit request", "marc").search([("debtor_id", "=", debtor.id)])
        with trace.step("granted"):
            action = request.decision_id.action_grant()
            stage.follow(action, "marc", reason="Bilan solide").action_confirm()
            stage.env.flush_all()
        assert request.state == "granted"
        invoice = stage.make_invoice(partner, 2000.0, TODAY, post=False, login="claire")
        stage.env.flush_all()
        stage.env.invalidate_all()
        refused = False
        with trace.step("invoice refused"):
            try:
                invoice.action_post()
            except RedirectWarning:
                refused = True
        assert refused


STORIES = {
    "1 overdue instalment -> letter sent": Walks.letter,
    "2 payment matched -> promise kept": Walks.promise,
    "3 mise en demeure -> case": Walks.formal_notice,
    "4 limit asked -> invoice refused": Walks.limit,
}


def main():
    parser = argparse.ArgumentParser(prog="make walks ARGS=…", description=__doc__)
    parser.add_argument("--files", action="store_true", help="list the files of each story with their calls")
    parser.add_argument("--calls", action="store_true", help="list also which functions are called in each file")
    options = parser.parse_args()
    with opened(TODAY) as (env, clock):
        stage = Stage(env, clock)
        for title, story in STORIES.items():
            env.flush_all()
            trace = Trace()
            stage.move_to(TODAY)
            env.cr.execute("SAVEPOINT story")
            story(Walks(stage), trace)
            env.cr.execute("ROLLBACK TO SAVEPOINT story")
            env.invalidate_all()
            env.registry.clear_all_caches()
            trace.show(title, options.files, options.calls)


if __name__ == "__main__":
    main()
