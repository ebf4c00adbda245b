import threading
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from uuid import uuid4

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name

TODAY = date(2026, 11, 21)


class AtOnceCase(BaseCase):
    """Two users, or two servers, really at once: several connections, transactions that are committed.

    Its company stays in the database, which is a throw-away copy: what was validated is
    never deleted, that is the point.
    """

    customers = 3

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            france = env.ref("base.fr")  # its invoices are posted today: they enter the ladder at once
            vals = {"country_id": france.id, "recovery_entry_days": 0}
            company = env["res.company"].create({"name": f"Deux à la fois {uuid4().hex}", **vals})
            env["account.chart.template"].try_loading("fr", company, install_demo=False)
            company.recovery_entry_days = 0
            env = env(context={"allowed_company_ids": company.ids})
            env.ref("base.user_root").company_ids |= company
            cls.make_late_customers(env, company)
            cls.company_id = company.id

    @classmethod
    def make_late_customers(cls, env, company):
        """Create customers with an invoice each, ten days late."""
        partners = env["res.partner"].create(
            [{"name": f"Ensemble {i}", "is_company": True, "email": f"e{i}@example.com"} for i in range(cls.customers)]
        )
        moves = env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "company_id": company.id,
                    "partner_id": partner.id,
                    "invoice_date": TODAY - timedelta(days=40),
                    "invoice_date_due": TODAY - timedelta(days=10),
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create({"name": "x", "price_unit": 100, "tax_ids": [Command.clear()]})
                    ],
                }
                for partner in partners
            ]
        )
        moves.action_post()

    def transaction(self, work):
        """Run ``work(env)`` as a request does: its own connection, core's retries, a commit."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"allowed_company_ids": [self.company_id]})
            return retrying(lambda: work(env), env)

    def together(self, *works):
        """Run the works in as many threads that start at the same moment; return what they returned."""
        barrier, results = threading.Barrier(len(works)), [None] * len(works)

        def run(position, work):
            def started(env):
                env["recovery.campaign"].search_count([])  # the snapshot is taken before the others act
                with suppress(threading.BrokenBarrierError):  # a retry comes alone
                    barrier.wait(timeout=2)
                return work(env)

            try:
                results[position] = self.transaction(started)
            except Exception as error:
                results[position] = error

        threads = [threading.Thread(target=run, args=item) for item in enumerate(works)]
        with self.free_registry():
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=60)
        return results

    @contextmanager
    def free_registry(self):
        """Let other threads use the registry, which Odoo's own test runner keeps locked."""
        lock, held = Registry._lock, 0
        while lock._is_owned():
            lock.release()
            held += 1
        try:
            yield
        finally:
            for _turn in range(held):
                lock.acquire()

    def propose(self, env):
        run = env["recovery.campaign"].create({"company_id": self.company_id, "date": TODAY})
        run._propose()
        return run.id
