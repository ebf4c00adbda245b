from datetime import date, timedelta

from odoo.tests import tagged

from ..litigation.doubtful.common import DoubtfulCommon
from ..litigation.procedure.common import ProcedureCommon


class Figures:
    """Reads what was kept of the key figures."""

    def rebuild(self, months=4):
        self.env.flush_all()
        self.env["recovery.kpi.engine"]._rebuild(self.company, self.today, months)
        self.env.invalidate_all()

    def get(self, code, dimension="all", month=date(2026, 11, 1), **kwargs):
        domain = [("kpi_id.code", "=", code), ("dimension", "=", dimension), ("month", "=", month)]
        return self.env["recovery.kpi.value"].search(
            [("company_id", "=", self.company.id), *domain, *((name, "=", value) for name, value in kwargs.items())]
        )

    def rows_of(self, value):
        """Return the rows behind a figure, which foot with it."""
        parts = self.env["recovery.kpi.engine"]._read_parts(value)
        self.assertAlmostEqual(sum(part.part for part in parts), value.numerator, 2)
        if not value.kpi_id._is_plain():
            self.assertAlmostEqual(sum(part.whole for part in parts), value.denominator, 2)
        return parts


@tagged("post_install", "-at_install")
class TestKeyFiguresOfCases(Figures, ProcedureCommon):
    """What procedures and cases lasted, cost and brought, by type, by collector and by provider."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor.collector_id = cls.recovery_user

    def end_procedures(self):
        """End one procedure with a title that brought 350 for a cost of 70, and give a second one up."""
        won = self.begin()
        won.sudo().opened_on = date(2026, 9, 7)
        steps = ("request_filed", "order_given", "order_served"), ((9, 7), (9, 14), (9, 25))
        self.record_all(won, *((code, date(2026, *on)) for code, on in zip(*steps, strict=True)))
        self.record(won, "executable", date(2026, 11, 20))
        self.assertEqual(won.state, "ended")
        lost = self.begin("interim_payment")
        lost._abandon("Too expensive")
        Cost = self.env["recovery.cost"]
        for procedure, amount, state in ((won, 70.0, "paid"), (won, 500.0, "planned"), (lost, 30.0, "engaged")):
            Cost.create(
                {
                    "case_id": self.case.id,
                    "procedure_id": procedure.id,
                    "name": "Frais",
                    "kind": "bailiff",
                    "amount": amount,
                    "state": state,
                }
            )
        self.pay(self.old, 350.0)
        return won, lost

    def test_procedures_are_counted_in_the_month_in_which_they_end(self):
        won, lost = self.end_procedures()
        self.rebuild()
        for code, (part, whole, value) in {
            "procedure_days": (74, 2, 37),
            "procedure_success": (1, 2, 50.0),
            "procedure_title": (1, 2, 50.0),
            "procedure_recovered": (700.0, 2800.0, 25.0),
            "procedure_cost": (100.0, 700.0, 14.29),
        }.items():
            with self.subTest(code=code):
                figure = self.get(code)
                self.assertEqual((figure.numerator, figure.denominator, figure.value), (part, whole, value))
                self.assertEqual({row.record for row in self.rows_of(figure)}, {won, lost})
                own = self.get(code, "collector", user_id=self.recovery_user.id)
                self.assertEqual(own.value, value)
        one = self.get("procedure_success", "procedure", label=self.said(won.type_id))
        self.assertEqual((one.value, [row.record for row in self.rows_of(one)]), (100.0, [won]))
        self.assertFalse(self.get("procedure_days", month=date(2026, 10, 1)))

    def test_closed_cases_are_counted_by_provider_too(self):
        lawyer = self.make_partner("Cabinet Roux", recovery_party_kind="lawyer")
        mandate = self.env["recovery.mandate"].create(
            {"partner_id": lawyer.id, "kind": "lawyer", "company_id": self.company.id}
        )
        self.env["recovery.case.party"].create(
            {"case_id": self.case.id, "partner_id": lawyer.id, "role": "lawyer", "mandate_id": mandate.id}
        )
        self.case.sudo().opened_on = self.today - timedelta(days=60)
        self.env["recovery.cost"].create(
            {"case_id": self.case.id, "name": "Honoraires", "kind": "lawyer", "amount": 140.0, "state": "paid"}
        )
        self.pay(self.old, 1000.0)
        self.pay(self.recent, 400.0)
        self.case._close("settled", "Paid", "paid")
        self.rebuild()
        for scope in ({"dimension": "all"}, {"dimension": "provider", "label": "Cabinet Roux"}):
            for code, value in {
                "case_days": 60,
                "case_recovered": 100,
                "case_success": 100,
                "case_cost": 10,
            }.items():
                with self.subTest(code=code, scope=scope):
                    figure = self.get(code, **scope)
                    self.assertEqual(figure.value, value)
                    self.assertEqual([row.record for row in self.rows_of(figure)], [self.case])

    def test_disputes_are_counted_by_reason_and_by_age(self):
        move = self.make_invoice(self.make_partner("Traiteur Colin"), 800.0, days_overdue=40)
        reason = self.env["recovery.dispute.reason"].search([], limit=1)
        debtor = self.debtor_of(move.partner_id)
        opened = self.today - timedelta(days=20)
        dispute = self.env["recovery.dispute"].with_user(self.recovery_user)._open(debtor, opened, move, reason)
        self.rebuild()
        for scope in (
            {"dimension": "all"},
            {"dimension": "reason", "label": self.said(reason)},
            {"dimension": "age", "label": self.said_age("30")},
        ):
            with self.subTest(scope=scope):
                figure = self.get("disputed_amount", **scope)
                self.assertEqual((figure.value, figure.kpi_id.unit), (800, "amount"))
                self.assertEqual([row.record for row in self.rows_of(figure)], [dispute.sudo()])
        self.assertEqual(self.get("dispute_age", "reason").value, 20)
        self.assertEqual(self.get("disputed_amount", "all", date(2026, 10, 1)).value, 0)

    def said(self, record):
        """Return the name of a record in the language of the company: labels are kept in it, whoever looks."""
        return record.with_context(lang=self.company.partner_id.lang).name

    def said_age(self, code):
        Dispute = self.env["recovery.dispute"].with_context(lang=self.company.partner_id.lang)
        return dict(Dispute._fields["age"]._description_selection(Dispute.env))[code]

    def test_labels_are_in_the_language_of_the_company(self):
        self.end_procedures()
        for lang in ("fr_FR", "en_US"):
            self.company.partner_id.lang = lang
            self.rebuild()
            label = self.said(self.type_of("payment_order_commerce"))
            self.assertTrue(self.get("procedure_success", "procedure", label=label), lang)


@tagged("post_install", "-at_install")
class TestKeyFiguresOfLosses(Figures, DoubtfulCommon):
    """What is irrecoverable: of the company by its accounts, of a portfolio by what was written off as doubtful."""

    def test_losses_count_for_the_collector_of_the_customer_too(self):
        self.debtor.collector_id = self.recovery_user
        invoice = self.bill(1000.0, days_overdue=100)
        claim = self.transfer(invoice)
        self.lose(claim, amount=400.0)
        self.env["account.move"].create(
            {
                "date": self.today,
                "line_ids": [
                    (0, 0, {"account_id": self.find_account("6541").id, "debit": 60.0}),
                    (0, 0, {"account_id": self.find_account("471").id, "credit": 60.0}),
                ],
            }
        ).action_post()
        self.rebuild()
        whole = self.get("irrecoverable")
        self.assertEqual((whole.numerator, whole.denominator, whole.value), (460.0, 1000.0, 46.0))
        rows = {row.partner_id: row.part for row in self.rows_of(whole)}
        self.assertEqual(rows, {self.customer.id: 400.0, None: 60.0})
        own = self.get("irrecoverable", "collector", user_id=self.recovery_user.id)
        self.assertEqual((own.numerator, own.value), (400.0, 40.0))
        self.assertEqual([row.partner_id for row in self.rows_of(own)], [self.customer.id])

    def find_account(self, code):
        return self.env["account.account"].search(
            [("code", "=like", f"{code}%"), ("company_ids", "in", self.company.id)], limit=1
        )

    def test_money_that_comes_on_the_doubtful_account_counts_once_for_the_invoice(self):
        invoice = self.bill(1000.0, days_overdue=20)
        claim = self.transfer(invoice, day=self.today - timedelta(days=10))
        self.as_accountant(claim._receive(self.receive(300.0), self.today, 300.0))
        self.rebuild()
        self.assertEqual(self.get("cash_tied").value, 700.0)
        figure = self.get("recovery_rate")
        self.assertEqual((figure.numerator, figure.denominator), (300.0, 1000.0))
        self.assertEqual(self.get("days_late").value, 20)
        self.rows_of(figure)
