from datetime import timedelta

from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestSetupTour(RecoveryTourCase):
    """From a company of which nothing is known to its first campaign sent."""

    def test_an_administrator_goes_live(self):
        company = self.company
        company.partner_id.bank_ids.unlink()
        company.write(
            {
                **dict.fromkeys(("street", "zip", "city", "phone", "email", "company_registry"), False),
                **dict.fromkeys(("recovery_legal_form", "recovery_rcs_city", "recovery_signatory_name"), False),
                **dict.fromkeys(("recovery_signatory_title", "recovery_contact_id", "recovery_scenario_id"), False),
                "recovery_share_capital": 0,
            }
        )
        move = self.make_invoice(days_overdue=10)
        move.sudo().recovery_told_on = self.today - timedelta(days=30)  # told long before the first reminder
        admin = self.make_user("chef", "debt_recovery.group_recovery_manager")
        admin.write({"lang": "fr_FR", "tz": "Europe/Paris", "group_ids": [(4, self.env.ref("base.group_system").id)]})
        self.tour("recovery_setup", admin)
        self.assertFalse(company._recovery_identity_gaps())
        campaign = self.env["recovery.campaign"].search([("company_id", "=", company.id)], limit=1)
        self.assertEqual((campaign.state, campaign.notice_ids.state), ("sent", "sent"))
        self.assertTrue(company.recovery_simple)
