from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models import ir_actions_report

from ...common import RecoveryCommon
from ...english import InEnglish


@tagged("post_install", "-at_install")
class TestPrintedWhole(InEnglish, RecoveryCommon):
    """A document that was not rendered whole is never kept: what leaves cannot be made again."""

    prints_documents = True

    def test_a_letter_without_its_style_sheet_is_refused_and_leaves_once_it_can_be_printed(self):
        self.debtor_partner.email = False
        self.make_invoice(days_overdue=10)
        campaign = self.make_campaign(debtors=self.debtor_of())
        campaign._validate(self.today)
        notice = campaign.notice_ids
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("report.url", "http://127.0.0.1:9")
        with mute_logger("odoo.addons.debt_recovery.models.dunning.campaign.recovery_dispatch"):
            campaign._send(self.today)
        self.assertEqual(notice.state, "failed")
        self.assertFalse(notice.document_id or notice.delivery_ids)
        self.assertIn("not rendered completely", notice.state_reason)
        parameters.set_param("report.url", HttpCase.base_url())
        notice.action_retry()
        self.assertEqual((notice.state, bool(notice.document_id)), ("sent", True))

    def test_what_the_printer_complains_of_is_a_refusal_too(self):
        self.debtor_partner.email = False
        self.make_invoice(days_overdue=10)
        campaign = self.make_campaign(debtors=self.debtor_of())
        campaign._validate(self.today)
        run = ir_actions_report._run_wkhtmltopdf

        def complain(args):
            process = run(args)
            process.returncode, process.stderr = 1, "Exit with code 1 due to network error: ContentNotFoundError"
            return process

        with (
            patch.object(ir_actions_report, "_run_wkhtmltopdf", complain),
            mute_logger("odoo.addons.debt_recovery.models.dunning.campaign.recovery_dispatch"),
        ):
            campaign._send(self.today)
        self.assertEqual(campaign.notice_ids.state, "failed")
        self.assertIn("ContentNotFoundError", campaign.notice_ids.state_reason)
