from odoo.tests import tagged

from .common import WEB_CLIENT, RecoveryTourCase


@tagged("post_install", "-at_install")
class TestDashboardTour(RecoveryTourCase):
    """The dashboard in the browser: panels, figures that open lists, switches, and nothing to show."""

    def make_debts(self):
        lenoir, colin = self.make_partner("Garage Lenoir"), self.make_partner("Traiteur Colin")
        self.make_invoice(lenoir, 1850.5, days_overdue=100)
        self.make_invoice(colin, 310.0, days_overdue=10)
        self.pay(self.make_invoice(lenoir, 200.0, days_overdue=60), date=self.day(40))
        self.debtor_of(lenoir).collector_id = self.recovery_user
        self.debtor_of(colin).collector_id = self.recovery_manager
        self.env["recovery.worklist"]._refresh(self.company, self.today)
        self.env["recovery.kpi.engine"]._rebuild(self.company, self.today, 6)
        self.env["recovery.forecast"]._refresh(self.company, self.today)
        self.env["recovery.scoring"]._compute(self.company, self.today)

    def test_a_manager_looks_at_it_first(self):
        self.make_debts()
        self.tour("recovery_dashboard", self.recovery_manager)

    def test_a_company_without_books(self):
        self.tour("recovery_dashboard_empty", self.recovery_user, f"{WEB_CLIENT}/recovery-dashboard")
