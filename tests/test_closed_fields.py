from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import RecoveryCommon
from .english import InEnglish


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestClosedFields(InEnglish, RecoveryCommon):
    """A client may send any context and any values: what the module keeps stays as the module says it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(days_overdue=20)
        cls.debtor = cls.debtor_of()
        cls.Hold = cls.env["recovery.hold"].with_user(cls.recovery_user)
        cls.Campaign = cls.env["recovery.campaign"].with_user(cls.recovery_user)
        cls.hold_vals = {"debtor_id": cls.debtor.id, "date_from": cls.today, "reason": "Salon"}

    def assertRefused(self, words, act):
        with self.assertRaisesRegex(AccessError, words), self.env.cr.savepoint():
            act()

    def test_a_clerk_forges_no_suspension(self):
        for vals, label in (
            ({"origin": "plan"}, "Origin"),
            ({"released_on": self.today}, "Released on"),
            ({"user_id": self.recovery_manager.id}, "Author"),
        ):
            with self.subTest(vals=vals):
                self.assertRefused(
                    f"(?i)Not entered manually: {label}.*until when and why, nothing more",
                    lambda vals=vals: self.Hold.create({**self.hold_vals, **vals}),
                )
        forged = self.Hold.with_context(
            default_origin="plan",
            default_released_on=str(self.today),
            default_user_id=self.recovery_manager.id,
        )
        hold = forged.create(self.hold_vals)
        self.assertRecordValues(hold, [{"origin": "manual", "released_on": False, "user_id": self.recovery_user.id}])
        self.assertTrue(hold.is_running)

    def test_what_a_clerk_may_type_still_counts_in_a_context(self):
        hold = self.Hold.with_context(default_reason="Salon").create(
            {"debtor_id": self.debtor.id, "date_from": self.today}
        )
        self.assertEqual(hold.reason, "Salon")

    def test_nobody_s_own_defaults_reach_what_the_module_keeps(self):
        defaults = self.env["ir.default"].with_user(self.recovery_user)
        defaults.set("recovery.hold", "origin", "plan", user_id=True)
        defaults.set("recovery.campaign", "state", "sent", user_id=True)
        self.assertEqual(self.Hold.create(self.hold_vals).origin, "manual")
        self.assertEqual(self.Campaign.create({"date": self.today}).state, "draft")

    def test_a_clerk_forges_no_campaign(self):
        campaign = self.Campaign.with_context(
            default_state="sent", default_user_id=self.recovery_manager.id, default_amount_open=5
        ).create({"date": self.today})
        self.assertRecordValues(campaign, [{"state": "draft", "user_id": self.recovery_user.id, "amount_open": 0}])
        for act in (
            lambda: self.Campaign.create({"date": self.today, "state": "sent"}),
            lambda: campaign.write({"user_id": self.recovery_manager.id}),
            lambda: campaign.copy({"state": "sent"}),
            lambda: campaign.web_save({"state": "sent"}, {}),
        ):
            self.assertRefused("Not entered manually.*only through its buttons", act)
        for forged in (
            lambda: self.Campaign.create({"mode": "automatic"}),
            lambda: self.Campaign.with_context(default_mode="automatic").create({}),
        ):
            self.assertRefused("scheduled job only", forged)
        imported = self.Campaign.load(["date", "state"], [[str(self.today), "Sent"]])
        self.assertFalse(imported["ids"])
        self.assertIn("only through its buttons", imported["messages"][0]["message"])

    def test_the_copy_of_a_sent_campaign_begins_anew(self):
        campaign = self.send_campaign()
        self.assertEqual(campaign.state, "sent")
        copy = campaign.with_user(self.recovery_user).copy()
        self.assertRecordValues(copy, [{"state": "draft", "summary": False, "user_id": self.recovery_user.id}])

    def test_a_default_meant_for_the_parent_does_not_reach_its_lines(self):
        plan = self.env["recovery.payment.plan"]._make(
            self.debtor, self.today, lambda amount, _currency: [("part", self.today + timedelta(days=9), amount)]
        )
        mine = plan.with_user(self.recovery_user).with_context(default_received=600, default_paid_on=str(self.today))
        mine.write({"line_date_ids": [Command.create({"due": self.today + timedelta(days=20), "amount": 10})]})
        self.assertEqual(plan.line_date_ids.mapped("received"), [0, 0])
        self.assertFalse(any(plan.line_date_ids.mapped("paid_on")))
        other = self.debtor_of(self.make_partner("Autre"))
        self.assertRefused(
            "set once", lambda: plan.line_date_ids[0].with_user(self.recovery_user).write({"plan_id": plan.id})
        )
        self.assertRefused(
            "Not entered manually", lambda: self.debtor.with_user(self.recovery_user).write({"partner_id": other.id})
        )

    def test_what_the_module_makes_takes_nothing_from_the_context(self):
        campaign = self.make_campaign()
        forged = campaign.with_user(self.recovery_user).with_context(
            default_state="sent", default_email_to="espion@example.com", default_engaged=False, default_active=False
        )
        forged.action_validate()
        forged.action_send()
        deliveries = campaign.notice_ids.delivery_ids
        self.assertEqual(set(deliveries.mapped("state")), {"queued"})
        self.assertEqual(deliveries.sudo().mail_id.mapped("state"), ["outgoing"])
        self.assertFalse(any(deliveries.sudo().mail_id.mapped("email_to")))
        case = (
            self.env["recovery.case"]
            .with_user(self.recovery_user)
            .with_context(default_closed_on="2026-01-01", default_amount=1, default_name="Faux")
            ._open_for(self.debtor, self.receivable_of(self.make_invoice(days_overdue=90)), self.today)
        )
        self.assertFalse(case.closed_on)
        self.assertNotEqual(case.name, "Faux")
        self.assertEqual(case.create_uid, self.recovery_user)
        self.assertEqual(case.hold_ids.mapped("amount"), [0])

    def test_our_marks_on_core_s_records_are_closed_alike(self):
        invoicer = self.make_user("paul", "debt_recovery.group_recovery_user", "base.group_partner_manager")
        Move = self.env["account.move"].with_user(invoicer)
        vals = {"move_type": "out_invoice", "partner_id": self.debtor_partner.id}
        move = Move.with_context(default_recovery_is_penalty=True).create(vals)
        self.assertFalse(move.recovery_is_penalty)
        self.assertRefused("late fees mark", lambda: Move.create({**vals, "recovery_is_penalty": True}))
        self.assertRefused("late fees mark", lambda: move.write({"recovery_charge_id": 1}))
        task = self.debtor.with_user(invoicer).activity_schedule("mail.mail_activity_data_todo")
        self.assertRefused("Escalated to the manager", lambda: task.write({"recovery_escalated_on": self.today}))
        partner = self.debtor_partner.with_user(invoicer)
        partner.recovery_kind_from = "final"
        self.assertEqual(self.debtor_partner.sudo().recovery_kind_from, "final")
