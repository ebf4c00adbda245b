from collections import ChainMap
from datetime import timedelta

from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import config

from ..litigation.deadline.common import DeadlineCommon
from .test_api import ApiCommon

MOVES = {"date_from": "2026-01-01", "date_to": "2027-12-31"}
DOORS = {
    "read_notices": MOVES,
    "read_promises": MOVES,
    "read_cases": {},
    "read_deadlines": MOVES,
    "read_aged_balance": {"date": "2026-11-21", "detail": True, "group_by": ["status"]},
}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestReplica(ApiCommon, DeadlineCommon, HttpCase):
    """What only reads is read where nothing can be written, and is not asked a second time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late = cls.make_partner("Traiteur Colin")
        cls.make_invoice(cls.late, amount=310.0, days_overdue=10)
        cls.send_campaign()
        cls.debtor = cls.debtor_of(cls.late)
        cls.env["recovery.promise"]._give(cls.debtor, cls.today, 100, cls.today + timedelta(days=5))
        cls.record("order", cls.today)
        cls.recovery_user.password = cls.recovery_user.login

    def ask(self, model, method, *args, **kwargs):
        """Call a method as the screens do, and return its answer."""
        answer = self.opener.post(
            f"{self.base_url()}/web/dataset/call_kw/{model}/{method}",
            json={"params": {"model": model, "method": method, "args": args, "kwargs": kwargs}},
            timeout=60,
        ).json()
        self.assertNotIn("error", answer)
        return answer["result"]

    def test_the_doors_of_programs_write_nothing(self):
        program = self.program(self.recovery_user)
        for door, question in DOORS.items():
            with self.subTest(door=door), self.assertNoLogs("odoo.http", "WARNING"):
                self.assertTrue(getattr(self.env["recovery.api"], f"action_{door}")._readonly)
                answer = program.call(door, **question)
            self.assertTrue(answer["rows"])
            self.assertTrue(answer["read_at"])

    def test_the_screens_of_reports_write_nothing(self):
        self.authenticate(self.recovery_user.login, self.recovery_user.login)
        day = {"day": "2026-11-21", "known": True}
        questions = [
            ("recovery.ageing.report", "action_read", day),
            ("recovery.ageing.report", "action_read_items", day, self.late.id, []),
            ("recovery.ageing.report", "action_read_changes", day),
            ("recovery.dashboard", "action_read_frame"),
            ("recovery.debtor", "action_read_risk_matrix"),
        ]
        company = self.company.id
        frame = self.env["recovery.dashboard"].with_user(self.recovery_user).action_read_frame()
        questions += [("recovery.dashboard", "action_read_panel", name, company, "all", 3) for name in frame["panels"]]
        subjects = self.env["recovery.activity"]._get_subjects()
        questions += [("recovery.activity", "action_read", name, "2026-01-01", "2026-12-31") for name in subjects]
        for model, method, *args in questions:
            with self.subTest(model=model, method=method, args=args), self.assertNoLogs("odoo.http", "WARNING"):
                self.assertTrue(getattr(self.env[model], method)._readonly)
                self.ask(model, method, *args)

    def test_what_brings_figures_up_to_date_is_asked_where_it_may_write(self):
        self.assertFalse(hasattr(self.env["recovery.api"].action_read_worklist, "_readonly"))
        self.assertTrue(self.program(self.recovery_user).call("read_worklist", everybody=True)["rows"])

    def test_the_moment_is_now_where_the_books_are_written(self):
        moment, is_copy = self.env["recovery.ledger"]._read_moment()
        self.assertEqual((str(moment), is_copy), ("2026-11-21 10:00:00", False))

    def test_every_screen_that_reads_at_length_says_of_when_it_is(self):
        self.recovery_user.lang = "en_US"
        env = self.env(user=self.recovery_user.id)
        frame = env["recovery.dashboard"].action_read_frame()
        balance = env["recovery.ageing.report"].action_read({"day": "2026-11-21"})
        forecast = self.env["recovery.forecast"]._refresh(self.company, self.today).with_env(env)
        exposures = env["recovery.exposure.report"].create({"company_id": self.company.id}).action_show()
        for told in (frame["read_text"], balance["read_text"], forecast.read_text, exposures["name"]):
            with self.subTest(told=told):
                self.assertRegex(told, r"Read on 11/21/26, 11:00\sAM|Read on 11/21/2026 11:00")
                self.assertNotIn("copy", told)
        simulation = env["recovery.campaign"].create({"company_id": self.company.id, "mode": "simulation"})
        self.assertFalse(simulation.read_at)
        simulation.action_simulate()
        self.assertEqual(str(simulation.read_at), "2026-11-21 10:00:00")

    def listen(self, model, method):
        """Return a list that tells, of each call of an engine, whether nothing could be written there."""
        heard, original = [], getattr(self.env.registry[model], method)

        def call(engine, *args, **kwargs):
            heard.append(engine.env.cr.readonly)
            return original(engine, *args, **kwargs)

        self.patch(self.env.registry[model], method, call)
        return heard

    def test_what_a_button_reads_is_read_where_nothing_is_written(self):
        exposures, balances = (
            self.listen("recovery.exposure", "_read"),
            self.listen("recovery.ageing.report", "_get_data"),
        )
        env = self.env(user=self.recovery_user.id)
        window = env["recovery.exposure.report"].create({"company_id": self.company.id})
        balance = env["recovery.aged.balance"].create({"company_id": self.company.id})
        campaign = self.env["recovery.campaign"].create({"company_id": self.company.id, "mode": "simulation"})
        proposal = self.env["recovery.campaign"].create({"company_id": self.company.id})
        self.env.flush_all()

        def press():
            action = window.action_show()
            rows = self.env[action["res_model"]].search(action["domain"])
            total = balance._get_data()["totals"]["total"]
            with self.env["recovery.proposal"]._open_selection(campaign) as selection:
                simulates_elsewhere = selection.env.cr.readonly
            with self.env["recovery.proposal"]._open_selection(proposal) as selection:
                self.assertFalse(selection.env.cr.readonly, "what claims is read where it is written")
            return rows.mapped("total"), total, balance._get_xlsx()[:2], simulates_elsewhere

        alone = press()
        self.assertFalse(any(exposures + balances + [alone[-1]]))
        exposures.clear()
        balances.clear()
        self.patch(config, "options", ChainMap({"db_replica_host": "replica.example.com"}, config.options))
        elsewhere = press()
        self.assertTrue(all(exposures + balances + [elsewhere[-1]]))
        self.assertEqual(alone[:-1], elsewhere[:-1])
