from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestAutomatic(RecoveryCommon):
    """Campaigns that make themselves, and the levels of before the module."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"recovery_auto": True, "recovery_auto_max_notices": 10, "recovery_auto_max_amount": 5000})
        cls.begin_ledger()

    def run_automatically(self, day=None):
        return self.env["recovery.campaign"]._run_automatically(self.company, day or self.today)

    def test_below_the_ceilings_it_leaves_once(self):
        self.make_invoice(days_overdue=10)
        campaign = self.run_automatically()
        self.assertEqual((campaign.mode, campaign.state, campaign.notice_ids.state), ("automatic", "sent", "sent"))
        self.assertEqual(len(campaign.notice_ids.delivery_ids), 1)
        self.assertFalse(self.run_automatically(), "the scheduled job that runs twice makes nothing more")
        with self.assertRaises(UserError):
            campaign.unlink()

    def test_a_company_that_fails_keeps_no_other_from_its_campaign(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        (self.company | other).write({"recovery_auto": True, "recovery_auto_hour": 0})
        Campaign, done = type(self.env["recovery.campaign"]), []

        def make(campaign, company, day):
            done.append(company)
            campaign.env["recovery.debtor"]._ensure_for(self.debtor_partner, company)
            if company == self.company:
                raise ValueError("Séquence absente")

        with (
            patch.object(Campaign, "_run_automatically", make),
            patch.object(type(self.company), "_recovery_wants_campaign", lambda company, now: company.recovery_auto),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1),
            self.assertLogs("odoo.addons.debt_recovery.models.common.res_company", "ERROR"),
        ):
            self.env["recovery.campaign"]._cron_automatic()
        self.assertLessEqual({self.company, other}, set(done))
        debtors = self.env["recovery.debtor"].search([("partner_id", "=", self.debtor_partner.id)])
        self.assertEqual(debtors.company_id, other, "what the one that failed had written is gone")

    def test_above_a_ceiling_a_manager_decides(self):
        for field, value in (("recovery_auto_max_amount", 900), ("recovery_auto_max_notices", 0)):
            with self.subTest(field=field):
                self.company.write({"recovery_auto_max_notices": 10, "recovery_auto_max_amount": 5000, field: value})
                partner = self.make_partner(f"Plafond {value}")
                self.make_invoice(partner, days_overdue=10)
                campaign = self.run_automatically(self.today + timedelta(days=value))
                self.assertEqual((campaign.state, set(campaign.notice_ids.mapped("state"))), ("to_approve", {"draft"}))
                decision = campaign.decision_id
                self.assertEqual((decision.kind, decision.state), ("campaign", "asked"))
                with self.assertRaises(UserError):
                    campaign._send(self.today)
                with self.assertRaises(AccessError):
                    decision.with_user(self.recovery_user)._grant("moi")
                decision.with_user(self.recovery_manager)._refuse("Trop tôt")
                self.assertEqual(
                    (campaign.state, set(campaign.notice_ids.mapped("state"))), ("cancelled", {"cancelled"})
                )

    def test_a_campaign_paid_before_the_manager_agrees_ends(self):
        self.company.recovery_auto_max_amount = 900
        invoice = self.make_invoice(days_overdue=10)
        campaign = self.run_automatically()
        self.pay(invoice)
        campaign.decision_id.with_user(self.recovery_manager)._grant("Accord")
        self.assertEqual((campaign.state, campaign.notice_ids.state), ("sent", "obsolete"))

    def test_a_manager_who_agrees_lets_it_leave(self):
        self.company.recovery_auto_max_notices = 0
        self.make_invoice(days_overdue=10)
        campaign = self.run_automatically()
        campaign.decision_id.with_user(self.recovery_manager)._grant("D'accord")
        self.assertEqual((campaign.state, campaign.notice_ids.state), ("sent", "sent"))

    def test_levels_that_need_approval_still_wait(self):
        self.levels["reminder"].approval_required = True
        self.make_invoice(days_overdue=10)
        campaign = self.run_automatically()
        self.assertEqual(campaign.notice_ids.state, "to_approve")
        self.assertFalse(campaign.notice_ids.delivery_ids)

    def test_nobody_to_remind_closes_the_campaign(self):
        campaign = self.run_automatically()
        self.assertEqual((campaign.state, campaign.notice_count), ("sent", 0))

    def test_the_day_and_the_hour(self):
        wants = self.company._recovery_wants_campaign
        friday, saturday = datetime(2026, 11, 20, 10), datetime(2026, 11, 21, 10)
        self.assertTrue(wants(friday))
        self.assertFalse(wants(saturday))
        self.assertFalse(wants(friday.replace(hour=8)))
        self.assertFalse(wants(datetime(2026, 11, 11, 10)), "Armistice")
        self.company.recovery_auto_weekday = "0"
        self.assertFalse(wants(friday))
        self.assertTrue(wants(datetime(2026, 11, 23, 10)))
        self.company.recovery_auto = False
        self.assertFalse(wants(datetime(2026, 11, 23, 10)))

    def test_settings_say_that_nobody_is_reminded(self):
        self.company.recovery_auto = False
        self.assertTrue(self.env["res.config.settings"].create({}).recovery_auto_text)
        self.company.recovery_auto = True
        self.assertFalse(self.env["res.config.settings"].create({}).recovery_auto_text)
        self.env.ref("debt_recovery.ir_cron_automatic_campaign").active = False
        self.assertTrue(self.env["res.config.settings"].create({}).recovery_auto_text)

    def test_reprise_goes_on_from_the_level_taken_over(self):
        invoice = self.make_invoice(days_overdue=60)
        self.debtor_partner.phone = "+33 1 02 03 04 05"
        wizard = self.env["recovery.resume.wizard"].create(
            {
                "company_id": self.company.id,
                "debtor_ids": [Command.set(self.debtor_of().ids)],
                "level_id": self.levels["final"].id,
                "date": self.today - timedelta(days=20),
            }
        )
        wizard.action_list()
        self.assertEqual(wizard.line_ids.move_line_id, self.receivable_of(invoice))
        with self.assertRaises(UserError):
            wizard.action_confirm()
        wizard.reason = "Ancien logiciel"
        deliveries = self.env["recovery.delivery"].search_count([])
        wizard.action_confirm()
        notice = self.env["recovery.notice"].search([("state", "=", "resumed")])
        self.assertEqual((notice.level_id, notice.state_reason), (self.levels["final"], "Ancien logiciel"))
        self.assertEqual(self.env["recovery.delivery"].search_count([]), deliveries)
        self.assertFalse(self.debtor_of().last_notice_on, "nothing left the house")
        self.assertTrue(self.env["recovery.event"].search([("kind", "=", "resumed")], limit=1))
        campaign = self.make_campaign()
        self.assertEqual(campaign.notice_ids.level_id, self.levels["formal_notice"])
        wizard.action_list()
        self.assertFalse(wizard.line_ids, "what has a level is not taken over again")
        notice._cancel("Mauvais fichier")
        campaign.action_propose()
        self.assertEqual(campaign.notice_ids.level_id, self.levels["reminder"])

    def test_reprise_of_a_mise_en_demeure_keeps_its_deadline(self):
        invoice = self.make_invoice(days_overdue=90)
        line, level = self.receivable_of(invoice), self.levels["formal_notice"]
        day = self.today - timedelta(days=40)
        notice = self.env["recovery.notice"]._resume(self.company, [(line, level, day)], "Reprise")
        self.assertEqual(notice.deadline_date, level._get_deadline(day))
        self.assertEqual(self.make_campaign().notice_ids.level_id, self.levels["handover"])

    def test_only_managers_take_over(self):
        with self.assertRaises(AccessError):
            self.debtor_of().with_user(self.recovery_user).action_resume()
        self.assertEqual(
            self.debtor_of().with_user(self.recovery_manager).action_resume()["res_model"], "recovery.resume.wizard"
        )
