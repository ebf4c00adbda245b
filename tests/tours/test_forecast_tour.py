from datetime import timedelta

from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestForecastTour(RecoveryTourCase):
    """The forecast of receipts in the browser: weeks with their band, the trial beside it, the cash released."""

    def make_past(self):
        """Give three customers seven months of invoices, each paid as late as it is used to."""
        for name, late in (("Garage Lenoir", 6), ("Traiteur Colin", 21), ("Imprimerie Vial", 40)):
            partner = self.make_partner(name)
            for number in range(42):
                due = self.day(5 * number - 20)
                move = self.make_invoice(partner, 400.0 + 7 * number, date=due - timedelta(days=30), due=due)
                if due + timedelta(days=late) <= self.today:
                    self.pay(move, date=due + timedelta(days=late))

    def test_weeks_trial_and_cash_released(self):
        self.make_past()
        self.env["recovery.kpi.engine"]._rebuild(self.company, self.today, 12)
        self.env["recovery.forecast"]._refresh(self.company, self.today, with_trial=True)
        self.tour("recovery_forecast", self.recovery_manager)
