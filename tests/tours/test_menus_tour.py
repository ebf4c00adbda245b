from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestMenusOnALaptop(RecoveryTourCase):
    # what is left of 1366 × 768 under the bars of the browser
    browser_size = "1366x640"

    def test_no_entry_is_cut_and_the_keys_reach_each(self):
        administrator = self.make_user("menus_tour", "base.group_system", "debt_recovery.group_recovery_manager")
        administrator.group_ids |= self.env.ref("account.group_account_manager")
        administrator.lang = "fr_FR"
        self.tour("recovery_menus", administrator, "/odoo/recovery-campaigns", timeout=120)

    def test_an_address_or_a_mail_shows_the_menu_of_the_application(self):
        self.make_portfolio()
        debtor = self.debtor_of(self.at_letter)
        for address in (
            "/odoo/recovery-worklist",
            "/odoo/recovery-worklist-cash",
            f"/odoo/recovery-worklist/{debtor.id}",
            f"/odoo/recovery.debtor/{debtor.id}",
            f"/mail/view?model=recovery.debtor&res_id={debtor.id}",
            "/odoo/recovery-overdue-debtors",
        ):
            with self.subTest(address=address):
                self.tour("recovery_menu_around", self.recovery_user, address)


@tagged("post_install", "-at_install")
class TestMenusOnAPhone(RecoveryTourCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_an_entry_is_reached_from_the_side(self):
        self.tour("recovery_menus_on_a_phone", self.recovery_user, "/odoo/recovery-worklist")
