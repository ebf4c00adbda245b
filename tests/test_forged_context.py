import hashlib
from unittest.mock import patch

from odoo import models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import freeze_time, tagged

from .common import RecoveryCommon
from .english import InEnglish

#: What a client may send: names that meant something here once, and what core reads on the way.
FORGED = {
    "recovery_limit_decided": True,
    "recovery_without_holds": ["manual"],
    "recovery_defaults": True,
    "recovery_with_figures": True,
    "recovery_strict_rules": True,
    "recovery_by_rule": True,
    "recovery_union": True,
    "recovery_automatic_mail": True,
    "recovery_texts": {1: ("Forged", "Forged")},
    "recovery_demo": True,
    "agreement": "plan",
    "install_mode": True,
    "module": "debt_recovery",
    "noupdate": True,
    "_force_unlink": True,
    "_import_current_module": "debt_recovery",
    "import_file": True,
    "from_ui": True,
    "tracking_disable": True,
    "mail_notrack": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_activity_quick_update": True,
    "mail_activity_automation_skip": True,
    "no_reset_password": True,
    "active_test": False,
    "bin_size": True,
    "prefetch_fields": False,
    "edit_translations": True,
    "tz": "Pacific/Kiritimati",
    "validate_analytic": False,
    "disable_abnormal_invoice_detection": True,
    "skip_account_move_synchronization": True,
    "skip_readonly_check": True,
    "check_move_validity": False,
    "move_reverse_cancel": True,
    "force_delete": True,
    "bypass_lock_check": True,
}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestForgedContext(InEnglish, RecoveryCommon):
    """Each door is tried with each key alone, and with all of them together: nothing changes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"account_use_credit_limit": True, "recovery_credit_control_invoices": True})
        cls.debtor = cls.debtor_of()
        cls.debtor_partner.credit_limit = 1000
        cls.stranger = cls.make_partner("Fleuriste")
        cls.clerk = cls.make_user("ines", "base.group_partner_manager", "account.group_account_invoice")
        cls.outsider = cls.make_user("sam", "base.group_user")
        cls.users = cls.clerk | cls.recovery_user | cls.recovery_manager
        cls.recovery_user.group_ids |= cls.env.ref("base.group_partner_manager")
        cls.recovery_manager.group_ids |= cls.env.ref("base.group_partner_manager")
        cls.make_invoice(amount=700, days_overdue=40)
        cls.make_invoice(cls.stranger, amount=500, days_overdue=40)
        cls.debtor_of(cls.stranger)
        cls.hold = cls.env["recovery.hold"].create(
            {"debtor_id": cls.debtor.id, "date_from": cls.today, "reason": "Litige"}
        )
        cls.draft = cls.make_invoice(amount=1200, post=False)
        cls.archived = cls.scenario.copy({"name": "Doux"})
        rule = {"name": "Tous", "scenario_id": cls.archived.id, "company_id": cls.company.id, "sequence": -1}
        cls.env["recovery.scenario.rule"].create({**rule, "active": False})
        third = cls.make_partner("Imprimeur")
        cls.make_invoice(third, amount=500, days_overdue=40)
        cls.notice = cls.make_campaign(debtors=cls.debtor_of(third)).notice_ids

    def events(self, kind, after):
        return self.env["recovery.event"].search([("kind", "=", kind), ("id", ">", after)])

    def last_event(self):
        return self.env["recovery.event"].search([], limit=1).id or 0

    # -- the doors: each tries what the key would have let through ---------------------------

    def door_a_limit_that_is_typed_is_told(self, forged):
        for partner, amount in ((self.debtor_partner, 90000), (self.stranger, 80000)):
            for user in self.users:
                last = self.last_event()
                partner.with_user(user).with_context(**forged).credit_limit = amount
                amount += 1
                self.assertEqual(self.events("limit", last).user_id, user)

    def door_a_limit_given_at_creation_is_told(self, forged):
        last = self.last_event()
        for door in ({"credit_limit": 70000}, {}):
            forged_too = forged if door else {**forged, "default_credit_limit": 70000}
            Partner = self.env["res.partner"].with_user(self.clerk).with_context(**forged_too)
            Partner.create({"name": "Nouveau", "is_company": True, **door})
        self.assertEqual(len(self.events("limit", last)), 2)

    def door_limits_go_by_request_where_they_do(self, forged):
        self.company.recovery_limit_by_request = True
        for user in self.clerk | self.recovery_user:
            Partner = self.env["res.partner"].with_user(user).with_context(**forged)
            with self.assertRaises(UserError):
                Partner.browse(self.debtor_partner.id).credit_limit = 90000
            with self.assertRaises(UserError):
                Partner.create({"name": "Nouveau", "credit_limit": 70000})
        self.assertEqual(self.debtor_partner.credit_limit, 1000)

    def door_a_suspended_debtor_is_not_reminded(self, forged):
        Campaign = self.env["recovery.campaign"].with_user(self.recovery_user).with_context(**forged)
        campaign = Campaign.create({"company_id": self.company.id, "date": self.today})
        campaign.action_propose()
        self.assertIn(self.stranger, campaign.notice_ids.partner_id)
        self.assertNotIn(self.debtor_partner, campaign.notice_ids.partner_id)

    def door_an_archived_rule_chooses_nobodys_scenario(self, forged):
        stranger = self.debtor_of(self.stranger).with_user(self.recovery_user).with_context(**forged)
        self.assertNotEqual(stranger.effective_scenario_id, self.archived)

    def door_what_is_set_up_is_told(self, forged):
        env = self.env["recovery.level"].with_user(self.recovery_manager).with_context(**forged).env
        control = self.env["recovery.credit.rule"].create(
            {"company_id": self.company.id, "test": "age", "mode": "warn"}
        )
        level = self.levels["reminder"].with_env(env)
        for change in (
            lambda: level.write({"min_amount": level.min_amount + 7}),
            lambda: level.update_field_translations("subject", {"fr_FR": "Autre objet"}),
            lambda: control.with_env(env).write({"mode": "none"}),
            lambda: env["recovery.credit.rule"].create(
                {"company_id": self.company.id, "test": "limit", "mode": "block"}
            ),
        ):
            last = self.last_event()
            change()
            self.assertEqual(self.events("configured", last).user_id, self.recovery_manager)

    def door_a_verdict_gives_no_figures_to_who_may_not_read_the_accounts(self, forged):
        self.env["recovery.credit.rule"].create({"company_id": self.company.id, "test": "limit", "mode": "block"})
        Move = self.env["account.move"].with_user(self.outsider).with_context(**forged)
        text = Move._build_credit_warning_message(self.draft.with_env(Move.env).sudo(), current_amount=1200)
        self.assertIn("exceeds", text)
        self.assertNotIn("Owed so far", text)

    def door_a_refused_invoice_is_not_posted(self, forged):
        self.env["recovery.credit.rule"].create({"company_id": self.company.id, "test": "limit", "mode": "block"})
        for user in self.users:
            with self.assertRaises(RedirectWarning):
                self.draft.with_user(user).with_context(**forged).write({"state": "posted"})
        with self.assertRaises(RedirectWarning):
            self.draft.with_user(self.clerk).with_context(**forged).action_post()
        self.assertEqual(self.draft.state, "draft")

    def door_an_invoice_beyond_the_limit_is_told(self, forged):
        last = self.last_event()
        self.draft.with_user(self.clerk).with_context(**forged).action_post()
        self.assertEqual(self.events("limit_exceeded", last).user_id, self.clerk)

    def door_what_must_stay_is_not_deleted(self, forged):
        kept = [self.hold, self.debtor.limit_request_ids, self.env["recovery.event"].search([], limit=1)]
        for records in kept:
            for env in (self.env(user=self.recovery_manager), self.env(su=True)):
                with self.assertRaises(UserError):
                    records.with_env(env).with_context(**forged).unlink()
            self.assertTrue(records.exists())

    def door_decisive_fields_are_tracked(self, forged):
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.debtor.with_user(self.recovery_manager).with_context(**forged).collector_id = self.recovery_user
        self.env.flush_all()
        self.env.cr.precommit.run()
        (value, *_others) = self.debtor.message_ids.sudo().tracking_value_ids
        self.assertEqual(value.field_id.name, "collector_id")
        self.assertFalse(self.debtor.assignment_rule_id)

    def door_what_the_debtor_writes_is_seen(self, forged):
        last = self.last_event()
        self.debtor.with_user(self.recovery_user).with_context(**forged).message_post(
            message_type="email", author_id=self.debtor_partner.id, subject="Re: Rappel", body="Je paie."
        )
        self.assertTrue(self.events("reply", last))
        replies = self.env.ref("debt_recovery.mail_activity_type_reply")
        self.assertIn(replies, self.debtor.activity_ids.activity_type_id)

    def door_a_question_reaches_who_answers_it(self, forged):
        Request = self.env["recovery.limit.request"].with_user(self.recovery_user).with_context(**forged)
        request = Request._ask(self.debtor, {"kind": "none", "reason": "Bilan"}, self.today)
        self.assertEqual(request.state, "asked")
        self.assertTrue(request.decision_id.sudo().activity_ids)

    def door_nobody_prints_words_of_its_own(self, forged):
        words = {"recovery_texts": {self.notice.id: ("Forged", "Forged")}} if "recovery_texts" in forged else {}
        with self.assertRaises(UserError):
            self.notice.with_user(self.recovery_user).with_context(**{**forged, **words})._get_correction()

    def door_a_digest_is_that_of_the_document(self, forged):
        document = self.env["ir.attachment"].create({"name": "x.pdf", "raw": b"%PDF-1.4 x"})
        self.env.invalidate_all()
        self.assertEqual(
            document.with_context(**forged)._recovery_digest(),
            hashlib.sha256(b"%PDF-1.4 x").hexdigest(),
        )

    # -- tried one by one ----------------------------------------------------------------------

    def try_all(self, contexts=None, doors=None):
        """Try each door with each context, undone each time; return how many tries were made."""
        doors = doors or [name for name in dir(self) if name.startswith("door_")]
        contexts = contexts or [{}, *({key: value} for key, value in FORGED.items()), FORGED]
        for door in doors:
            for forged in contexts:
                with self.subTest(door=door, context=forged), self.env.cr.savepoint() as savepoint:
                    try:
                        getattr(self, door)(forged)
                    finally:
                        savepoint.rollback()
        return len(doors) * len(contexts)

    def test_a_forged_context_changes_nothing(self):
        self.assertGreater(self.try_all(), 500)

    def test_a_planted_hole_is_found(self):
        Partner = type(self.env["res.partner"])
        closed = Partner.write

        def leaking(partners, vals):
            if partners.env.context.get("recovery_limit_decided"):
                return models.Model.write(partners, vals)
            return closed(partners, vals)

        with patch.object(Partner, "write", leaking), self.assertRaises(AssertionError):
            self.door_a_limit_that_is_typed_is_told({"recovery_limit_decided": True})
