from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.debt_recovery.tests.common import RecoveryCommon
from odoo.addons.debt_recovery.tests.tours.common import RecoveryTourCase


class FormerCommon(RecoveryCommon):
    """A company that reminded with OCA's credit control."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy, cls.silent = cls.make_policies()
        cls.company.sudo().credit_policy_id = cls.policy
        cls.late = cls.make_invoice(days_overdue=60)
        cls.quiet_partner = cls.make_partner("Ménagé")
        cls.quiet = cls.make_invoice(cls.quiet_partner, days_overdue=60)
        cls.quiet_partner.sudo().credit_policy_id = cls.silent
        cls.debtor_partner.sudo().write(
            {
                "payment_responsible_id": cls.recovery_user.id,
                "payment_next_action": "Rappeler la comptable",
                "payment_next_action_date": cls.today + timedelta(days=4),
            }
        )

    @classmethod
    def make_policies(cls):
        account = cls.company_data["default_account_receivable"]
        template = (
            cls.env["mail.template"]
            .sudo()
            .create({"name": "Relance", "model_id": cls.env["ir.model"]._get_id("credit.control.communication")})
        )
        words = {"email_template_id": template.id, "custom_text": "x"}
        steps = (
            ("Rappel", "net_days", 10, "email", "<p>Sauf erreur de notre part…</p>"),
            ("Fin de mois", "end_of_month", 30, "email", "<p>Nous revenons vers vous.</p>"),
            ("Dernier avis", "previous_date", 10, "letter", "<p>Dernier avis.</p>"),
        )
        policy = (
            cls.env["credit.control.policy"]
            .sudo()
            .create(
                {
                    "name": "Trois fois",
                    "account_ids": [Command.set(account.ids)],
                    "level_ids": [
                        Command.create(
                            {
                                **words,
                                "name": name,
                                "level": number,
                                "computation_mode": mode,
                                "delay_days": delay,
                                "channel": channel,
                                "custom_mail_text": text,
                            }
                        )
                        for number, (name, mode, delay, channel, text) in enumerate(steps, start=1)
                    ],
                }
            )
        )
        silent = (
            cls.env["credit.control.policy"]
            .sudo()
            .create({"name": "Ne pas relancer", "do_nothing": True, "account_ids": [Command.set(account.ids)]})
        )
        return policy, silent

    def remind_there(self, day, count=1, state="sent"):
        """Let the other add-on remind what is late, as its own run does."""
        for number in range(count):
            run = (
                self.env["credit.control.run"]
                .sudo()
                .create(
                    {
                        "date": day + timedelta(days=40 * number),
                        "policy_ids": [Command.set((self.policy | self.silent).ids)],
                        "company_id": self.company.id,
                    }
                )
            )
            run.with_context(lang="en_US").generate_credit_lines()
            run.line_ids.write({"state": state, "date_sent": run.date})
            self.env.flush_all()  # its next run reads below the ORM


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestTakeover(FormerCommon):
    """It goes on where it stood there."""

    def open(self):
        action = self.env["recovery.takeover.wizard"].with_user(self.recovery_manager).action_open()
        return self.env["recovery.takeover.wizard"].with_user(self.recovery_manager).browse(action["res_id"])

    def test_the_ladder_stands_here_and_the_next_campaign_goes_on(self):
        self.remind_there(self.today - timedelta(days=45))
        deliveries = self.env["recovery.delivery"].search_count([])
        wizard = self.open()
        self.assertEqual(wizard.step_ids.mapped("name"), ["Rappel", "Fin de mois", "Dernier avis"])
        self.assertEqual(wizard.step_ids.mapped("kind"), ["reminder", "reminder", "final"])
        self.assertIn("Fin de mois", str(wizard.preview))
        wizard.step_ids[2].kind = "formal_notice"
        wizard.action_confirm()
        scenario = self.company.recovery_scenario_id
        self.assertEqual(scenario.name, "Trois fois")
        self.assertEqual(scenario.level_ids.mapped("delay"), [10, 30, 10])
        self.assertEqual(scenario.level_ids.mapped("basis"), ["due", "due", "previous"])
        self.assertTrue(scenario.level_ids[2].channel_registered)
        self.assertIn("Sauf erreur", str(scenario.level_ids[0].body))
        notice = self.env["recovery.notice"].search([("state", "=", "resumed")])
        self.assertEqual((notice.level_id, notice.date), (scenario.level_ids[0], self.today - timedelta(days=45)))
        self.assertEqual(self.env["recovery.delivery"].search_count([]), deliveries, "nothing is sent")
        campaign = self.make_campaign()
        self.assertEqual(campaign.notice_ids.level_id, scenario.level_ids[1])
        self.assertEqual(campaign.notice_ids.debtor_id, self.debtor_of())

    def test_who_was_not_reminded_is_suspended_and_what_was_planned_is_a_task(self):
        self.open().action_confirm()
        quiet = self.debtor_of(self.quiet_partner)
        hold = self.env["recovery.hold"].search([("debtor_id", "=", quiet.id)])
        self.assertIn("Ne pas relancer", hold.reason)
        debtor = self.debtor_of()
        self.assertEqual(debtor.collector_id, self.recovery_user)
        task = debtor.activity_ids.filtered(lambda task: task.summary == "Rappeler la comptable")
        self.assertEqual((task.user_id, task.date_deadline), (self.recovery_user, self.today + timedelta(days=4)))

    def test_it_is_done_once_and_traced(self):
        self.open().action_confirm()
        self.assertIn("OCA", self.env["recovery.event"].search([("kind", "=", "configured")], limit=1).summary)
        with self.assertRaises(UserError):
            self.open()

    def test_lines_not_sent_count_for_nothing_and_are_said(self):
        self.remind_there(self.today - timedelta(days=45), state="to_be_sent")
        wizard = self.open()
        self.assertIn("1", str(wizard.preview))
        wizard.action_confirm()
        self.assertFalse(self.env["recovery.notice"].search([("state", "=", "resumed")]))

    def test_the_furthest_level_counts_and_paid_invoices_do_not(self):
        paid = self.make_invoice(self.make_partner("Payé"), days_overdue=60)
        self.remind_there(self.today - timedelta(days=45), count=2)
        self.pay(paid)
        self.open().action_confirm()
        notice = self.env["recovery.notice"].search([("state", "=", "resumed")])
        self.assertEqual(notice.line_ids.move_id, self.late)
        self.assertEqual(notice.level_id.name, "Fin de mois")

    def test_a_level_of_ours_may_stand_for_theirs(self):
        self.remind_there(self.today - timedelta(days=45))
        wizard = self.open()
        for step, name in zip(wizard.step_ids, ("reminder", "call", "final"), strict=True):
            step.level_id = self.levels[name]
        scenarios = self.env["recovery.scenario"].search_count([])
        wizard.action_confirm()
        self.assertEqual(self.env["recovery.scenario"].search_count([]), scenarios)
        notice = self.env["recovery.notice"].search([("state", "=", "resumed")])
        self.assertEqual(notice.level_id, self.levels["reminder"])

    def test_only_managers_take_over(self):
        with self.assertRaises(AccessError):
            self.env["recovery.takeover.wizard"].with_user(self.recovery_user).action_open()


@tagged("post_install", "-at_install")
class TestTakeoverTour(FormerCommon, RecoveryTourCase):
    def test_a_manager_reads_what_will_be_done_and_does_it(self):
        self.remind_there(self.today - timedelta(days=45))
        url = "/odoo/action-debt_recovery.recovery_takeover_action"
        self.tour("recovery_takeover", self.recovery_manager, url)
        self.assertTrue(self.company.sudo().recovery_taken_over)
        self.assertEqual(self.company.recovery_scenario_id.name, "Trois fois")
