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

    def test_each_figure_opens_its_list(self):
        self.make_debts()
        lenoir = self.debtor_of(self.env["res.partner"].search([("name", "=", "Garage Lenoir")]))
        self.env["recovery.promise"].with_user(self.recovery_user)._give(lenoir, self.today, 100, self.day(-2))
        move = self.env["account.move"].search([("partner_id.name", "=", "Traiteur Colin")])
        reason = self.env["recovery.dispute.reason"].search([], limit=1)
        Dispute = self.env["recovery.dispute"].with_user(self.recovery_user)
        Dispute._open(self.debtor_of(move.partner_id), self.today, move, reason)
        late = self.env["account.move"].search([("amount_total", "=", 1850.5)])
        case = self.env["recovery.case"]._open_for(lenoir, self.receivable_of(late), self.today)
        self.env["recovery.deadline"].create({"case_id": case.id, "name": "Conclusions", "date": self.day(-2)})
        self.tour("recovery_dashboard_figures", self.recovery_manager, f"{WEB_CLIENT}/recovery-dashboard")

    def test_key_figures_targets_and_payment_delays(self):
        self.make_debts()
        for ago in (45, 80):
            self.make_invoice(self.make_partner(f"Client {ago}"), 900.0, date=self.day(ago), due=self.day(ago - 30))
        self.env["recovery.kpi.engine"]._rebuild(self.company, self.today, 6)
        self.tour("recovery_key_figures", self.recovery_manager)

    def test_a_company_without_books(self):
        self.tour("recovery_dashboard_empty", self.recovery_user, f"{WEB_CLIENT}/recovery-dashboard")
