from unittest.mock import patch

from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestClaim(RecoveryTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_portfolio()
        # the printer would ask the server that waits for it
        cls.startClassPatcher(
            patch.object(
                cls.env.registry["recovery.printing"],
                "_prepare_streams",
                lambda engine, report, ids: dict.fromkeys(ids, b"%PDF-1.4"),
            )
        )

    def test_statements_from_the_debtor_and_from_its_case(self):
        debtor = self.debtor_of(self.at_letter)
        self.tour("recovery_claim", self.recovery_user, f"/odoo/recovery-worklist/{debtor.id}", timeout=180)
        statements = self.env["recovery.claim.statement"].search([("debtor_id", "=", debtor.id)], order="id")
        self.assertEqual(statements.mapped("res_model"), ["recovery.debtor", "recovery.case"])
        self.assertEqual(statements.line_ids.move_id, self.letter_invoice)
