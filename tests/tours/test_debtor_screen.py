from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestDebtorScreen(RecoveryTourCase):
    """What is done most on a debtor, in as few clicks as were promised."""

    browser_size = "1366x640"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_portfolio()
        cls.at_letter.phone = "+33 4 78 11 22 33"
        cls.debtor = cls.debtor_of(cls.at_letter)

    def test_an_invoice_is_suspended_in_three_clicks(self):
        self.tour("recovery_suspend_an_invoice", self.recovery_user, "/odoo/recovery-worklist")
        hold = self.env["recovery.hold"].search([("debtor_id", "=", self.debtor.id)])
        self.assertEqual((hold.move_id, hold.reason), (self.letter_invoice, "Avoir à venir"))

    def test_it_says_why_nobody_was_reminded(self):
        self.tour("recovery_why_not_reminded", self.recovery_user, "/odoo/recovery-worklist")

    def test_a_letter_is_printed_and_posted_in_three_clicks(self):
        campaign = self.send_campaign(self.today, self.debtor)
        self.assertEqual(self.debtor.letter_state, "to_print")
        self.tour("recovery_print_and_post", self.recovery_user, f"/odoo/recovery-worklist/{self.debtor.id}")
        letters = campaign.notice_ids.delivery_ids.filtered(lambda delivery: delivery.channel == "letter")
        self.assertEqual(letters.mapped("state"), ["posted"])

    def test_the_first_invoice_stands_above_the_fold(self):
        self.tour("recovery_debtor_above_the_fold", self.recovery_auditor, f"/odoo/recovery-worklist/{self.debtor.id}")


@tagged("post_install", "-at_install")
class TestDebtorScreenOnAPhone(RecoveryTourCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_what_matters_fits_the_width(self):
        self.make_portfolio()
        self.at_letter.phone = "+33 4 78 11 22 33"
        debtor = self.debtor_of(self.at_letter)
        self.tour("recovery_debtor_on_a_phone", self.recovery_user, f"/odoo/recovery-worklist/{debtor.id}")
