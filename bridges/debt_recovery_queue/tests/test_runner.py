from odoo.tests import BaseCase, get_db_name, tagged

from attack.siege import Attack
from devenv.environment import prepare

CUSTOMERS = 36


@tagged("post_install", "-at_install")
class TestRunner(BaseCase):
    """A campaign done by real workers, which die in the middle: nothing twice, nothing lost.

    They work on a copy of the database on a second PostgreSQL, which dies too.
    """

    def assertWhole(self, attack, customers=CUSTOMERS):
        figures = attack.ask("look")
        self.assertEqual(figures["doubles"], dict.fromkeys(figures["doubles"], 0), figures)
        self.assertEqual((figures["state"], figures["notices"], figures["states"]), ("sent", customers, ["sent"]))
        works = attack.ask("state")
        self.assertEqual(works["works"], dict.fromkeys(("proposal", "validation", "sending"), "done"), works)
        self.assertEqual(figures["summary"]["due"], [customers, 100.0 * customers], "the proposal's figures add up")
        return figures

    def test_a_campaign_survives_the_death_of_whoever_does_it(self):
        with Attack(prepare(), get_db_name()) as attack:
            attack.ask("customers", CUSTOMERS)
            attack.start_server()
            attack.start_server(workers=0)
            with self.subTest("two runners, and a worker killed while it proposes"):
                attack.step("propose", [attack.kill_worker])
                self.assertEqual(attack.ask("state")["campaign"], "proposed")
            with self.subTest("every range asked for twice, and PostgreSQL stopped and started again"):
                attack.step("validate", [lambda: attack.ask("twice") is not None, attack.crash_postgres])
                self.assertEqual(attack.ask("state")["campaign"], "validated")
            with self.subTest("the runner killed, then its whole host: the other one goes on"):
                attack.step("send", [attack.kill_runner, attack.kill_host])
            self.assertEqual(attack.left, [], f"everything was done to them: {attack.done}")
            self.assertWhole(attack)
            with self.subTest("a worker killed while it makes an audit file: one is kept"):
                begun = "SELECT 1 FROM recovery_audit_pack WHERE state = 'building'"  # not only handed to a worker
                attack.step("file", [lambda: bool(attack.query(begun)) and attack.kill_worker()])
                self.assertEqual(attack.left, [])
                told = attack.ask("look_at_file")
                self.assertEqual((told["file"], told["works"]), ("done", {"audit": "done"}), told)
                self.assertEqual(told["kept"], dict.fromkeys(told["kept"], 1), told)
                self.assertGreater(told["attempts"], 1)
