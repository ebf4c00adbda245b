from odoo.tests import tagged

from .common import DoubtfulCommon

WINDOWS = (
    "recovery_insolvency_action",
    *("recovery_title_action", "recovery_execution_act_action", "recovery_insolvency_declaration_action"),
    *("recovery_insolvency_payment_action", "recovery_exhibit_action", "recovery_bundle_action"),
    "recovery_doubtful_closing_action",
    *("recovery_case_document_action", "recovery_doubtful_action", "recovery_doubtful_entry_action"),
)


@tagged("post_install", "-at_install")
class TestCards(DoubtfulCommon):
    """On a telephone, where lists are cut, what is followed in litigation is read as cards."""

    def test_each_window_has_cards(self):
        for name in WINDOWS:
            with self.subTest(window=name):
                action = self.env.ref(f"debt_recovery.{name}")
                self.assertIn("kanban", action.view_mode.split(","))
                for user in (self.recovery_user, self.recovery_auditor):
                    arch = self.env[action.res_model].with_user(user).get_view(view_type="kanban")["arch"]
                    self.assertIn('t-name="card"', arch)
                    self.assertIn("label_selection", arch, "where it stands")

    def test_the_card_of_an_invoice_tells_that_it_is_doubtful(self):
        Move = self.env["account.move"]
        for user in (self.recovery_user, self.recovery_auditor):
            self.assertIn("recovery_doubtful_state", Move.with_user(user).get_view(view_type="kanban")["arch"])

    def test_a_limit_to_declare_says_its_day(self):
        arch = self.env["recovery.insolvency.declaration"].get_view(view_type="list")["arch"]
        self.assertIn('name="declare_until"', arch)
        self.assertNotIn("remaining_days", arch)
