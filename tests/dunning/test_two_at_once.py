import threading
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from uuid import uuid4

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged

TODAY = date(2026, 11, 21)


@tagged("post_install", "-at_install")
class TestTwoAtOnce(BaseCase):
    """Two users really at once: two connections, two transactions, committed.

    Its company stays in the database, which is a throw-away copy: what was validated is
    never deleted, that is the point.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            company = env["res.company"].create(
                {"name": f"Deux à la fois {uuid4().hex}", "country_id": env.ref("base.fr").id}
            )
            env["account.chart.template"].try_loading("fr", company, install_demo=False)
            env = env(context={"allowed_company_ids": company.ids})
            env.ref("base.user_root").company_ids |= company
            partners = env["res.partner"].create(
                [{"name": f"Ensemble {i}", "is_company": True, "email": f"e{i}@example.com"} for i in range(3)]
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
            cls.company_id = company.id

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
                env["recovery.run"].search_count([])  # the snapshot is taken before the others act
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
        run = env["recovery.run"].create({"company_id": self.company_id, "date": TODAY})
        run._propose()
        return run.id

    def test_a_level_is_claimed_and_sent_once(self):
        first, second = self.transaction(self.propose), self.transaction(self.propose)
        self.together(
            lambda env: env["recovery.run"].browse(first)._validate(TODAY),
            lambda env: env["recovery.run"].browse(second)._validate(TODAY),
        )
        for run_id in (first, second):  # whoever was told to try again does
            self.transaction(lambda env, run_id=run_id: env["recovery.run"].browse(run_id)._validate(TODAY))

        def states(env):
            notices = env["recovery.notice"].search([("company_id", "=", self.company_id)])
            return sorted(notices.mapped("state"))

        self.assertEqual(self.transaction(states), ["obsolete"] * 3 + ["validated"] * 3)

        def send(env):
            for run in env["recovery.run"].browse([first, second]).filtered(lambda run: run.state == "validated"):
                run._send(TODAY)

        with self.subTest("two people press Send at once, and once more"):
            self.transaction(lambda env: env["recovery.level"].search([]).write({"attach_statement": False}))
            self.together(send, send)
            self.transaction(send)

        def deliveries(env):
            found = env["recovery.delivery"].search([("company_id", "=", self.company_id)])
            mails = env["mail.mail"].search([("id", "in", found.mail_id.ids)])
            return len(found), len(mails), sorted(found.debtor_id.mapped("display_name"))

        count, mails, names = self.transaction(deliveries)
        self.assertEqual((count, mails), (3, 3))
        self.assertEqual(names, ["Ensemble 0", "Ensemble 1", "Ensemble 2"])

    def test_a_debtor_needed_by_two_is_created_once(self):
        partner_id = self.transaction(
            lambda env: env["res.partner"].create({"name": "Créé à deux", "is_company": True}).id
        )

        def ensure(env):
            return (
                env["recovery.debtor"]
                ._ensure_for(env["res.partner"].browse(partner_id), env["res.company"].browse(self.company_id))
                .id
            )

        results = self.together(ensure, ensure)
        self.assertEqual(len(set(results)), 1)
        self.assertIsInstance(results[0], int)

    def test_two_workers_make_one_automatic_campaign(self):
        day = TODAY + timedelta(days=1)

        def automatic(env):
            company = env["res.company"].browse(self.company_id)
            return env["recovery.run"]._run_automatically(company, day).id

        self.transaction(lambda env: env["res.company"].browse(self.company_id).write({"recovery_auto_max_notices": 0}))
        results = self.together(automatic, automatic)
        results.append(self.transaction(automatic))
        self.assertFalse([result for result in results if isinstance(result, Exception)], results)
        self.assertEqual(len([result for result in results if result]), 1, results)

        def count(env):
            return env["recovery.run"].search_count(
                [("company_id", "=", self.company_id), ("date", "=", day), ("mode", "=", "automatic")]
            )

        self.assertEqual(self.transaction(count), 1)
