from datetime import timedelta

from odoo.tests import HttpCase, freeze_time, tagged

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
        frame = self.env["recovery.dashboard"].with_user(self.recovery_user).action_read_frame()
        self.assertNotIn("copy", frame["day"])
