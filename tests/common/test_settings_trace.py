from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..english import InEnglish
from .common import RecoveryCommon
from .tracing import Tracing


@tagged("post_install", "-at_install")
class TestSettingsTrace(Tracing, InEnglish, RecoveryCommon):
    """Who changed what in the scenarios, levels and rules, and when."""

    def setUp(self):
        super().setUp()
        self.debtor_of()
        self.as_manager = self.env["recovery.scenario"].with_user(self.recovery_manager).env
        self.mark()

    def events(self, company=None):
        domain = [
            ("id", ">", self.last),
            ("kind", "=", "configured"),
            ("company_id", "=", (company or self.company).id),
        ]
        return self.env["recovery.event"].with_user(self.recovery_auditor).search(domain, order="id")

    def test_a_level_changed_says_who_what_before_and_after(self):
        level = self.levels["reminder"].with_env(self.as_manager)
        level.write({"min_amount": 25, "kind": "final", "approval_required": True, "delay": level.delay})
        event = self.events()
        self.assertEqual((event.author_name, event.res_model, event.res_id), ("Marc", "recovery.level", level.id))
        self.assertIn(f"{self.scenario.name}, {level.name}", event.summary)
        self.assertEqual(event.details["Kind"], "Reminder → Final notice")
        self.assertEqual(event.details["Manager's approval"], "no → yes")
        self.assertRegex(event.details["Minimum amount"], r"0\.00.€ → 25\.00.€|€.0\.00 → €.25\.00")
        self.assertNotIn("Days", event.details, "what did not change is not told")
        self.assertIn("Kind: Reminder → Final notice", event.details_text)

    def test_what_the_module_brings_is_not_told(self):
        shipped = self.env["ir.model.data"].search([("module", "=", "debt_recovery"), ("model", "=", "recovery.level")])
        self.assertTrue(shipped)
        told = self.env["recovery.event"].search([("kind", "=", "configured"), ("create_uid", "=", SUPERUSER_ID)])
        self.assertFalse(told.filtered(lambda event: event.res_model == "recovery.level"))
        self.env["recovery.level"].browse(shipped[0].res_id).sudo().with_context(install_mode=True).sequence += 1
        self.assertTrue(self.events(), "nobody installs anything now")

    def test_nothing_changed_nothing_told(self):
        level = self.levels["reminder"].with_env(self.as_manager)
        level.write({"delay": level.delay, "body": level.body})
        self.assertFalse(self.events())

    def test_links_and_wording_are_told_in_words(self):
        level = self.levels["reminder"].with_env(self.as_manager)
        level.write({"signer": "user", "signer_id": self.recovery_user.id, "body": "<p>Bonjour,<br/>payez.</p>"})
        details = self.events().details
        self.assertEqual(details["Signatory"], "– → Claire")
        self.assertTrue(details["Opening"].endswith("→ Bonjour,\npayez."))

    def test_wording_in_another_language(self):
        level = self.levels["reminder"].with_env(self.as_manager)
        level.update_field_translations("subject", {"fr_FR": "Votre facture"})
        (text,) = self.events().details.values()
        self.assertIn("→ Votre facture", text)
        self.assertIn("(fr_FR)", next(iter(self.events().details)))

    def test_a_scenario_and_its_rules_from_birth_to_death(self):
        scenario = self.as_manager["recovery.scenario"].create(
            {
                "name": "Doux",
                "cap_contacts": 2,
                "level_ids": [(0, 0, {"name": "Un", "subject": "S", "delay": 5, "channel_email": True})],
            }
        )
        rule = self.as_manager["recovery.scenario.rule"].create(
            {"name": "Lyon", "scenario_id": scenario.id, "country_ids": [(4, self.env.ref("base.be").id)]}
        )
        rule.sequence = 3
        scenario.active = False
        rule.unlink()
        scenario.unlink()
        told = self.events().mapped("summary")
        for start in ("Added: Doux", "Added: Doux, Un", "Added: Lyon", "Deleted: Lyon", "Deleted: Doux, Un"):
            self.assertTrue(any(text.startswith(start) for text in told), (start, told))
        details = [event.details for event in self.events()]
        self.assertTrue(any(values.get("Sequence") == "10 → 3" for values in details))
        self.assertTrue(any(values.get("Active") == "yes → no" for values in details))
        self.assertTrue(any(values.get("Countries") == "Belgium" for values in details))

    def test_a_shared_scenario_is_told_to_every_company_with_debtors(self):
        other, idle = self.env["res.company"].create([{"name": "Autre"}, {"name": "Sans débiteur"}])
        self.env["recovery.debtor"]._ensure_for(self.make_partner("Client"), other)
        self.scenario.with_env(self.as_manager).cap_contacts = 9
        self.assertEqual(len(self.events()), 1)
        everybody = self.read_told(("kind", "=", "configured"))
        self.assertLessEqual(self.company | other, everybody.company_id)
        self.assertNotIn(idle, everybody.company_id)
        own = self.scenario.copy({"company_id": self.company.id})
        self.mark()
        own.with_env(self.as_manager).cap_contacts = 4
        everybody = self.read_told(("kind", "=", "configured"))
        self.assertEqual(everybody.company_id, self.company)

    def test_changing_a_level_never_rewrites_what_was_sent(self):
        self.make_invoice(days_overdue=10)
        notice = self.send_campaign().notice_ids
        before = notice.read(["subject", "body", "closing", "kind", "amount", "deadline_date"])
        mail = notice.delivery_ids.mail_id
        html = mail.body_html
        self.levels["reminder"].with_env(self.as_manager).write(
            {"subject": "Autre", "body": "<p>Autre</p>", "delay": 3}
        )
        self.env.invalidate_all()
        self.assertEqual(notice.read(["subject", "body", "closing", "kind", "amount", "deadline_date"]), before)
        self.assertEqual(mail.body_html, html)
        self.assertTrue(self.events())

    def test_the_scenario_opens_its_changes_and_nobody_rewrites_them(self):
        self.levels["reminder"].with_env(self.as_manager).delay = 4
        self.scenario.with_env(self.as_manager).cap_days = 8
        action = self.scenario.with_user(self.recovery_auditor).action_view_changes()
        found = self.env["recovery.event"].with_user(self.recovery_auditor).search(action["domain"])
        self.assertGreaterEqual(found, self.events())
        with self.assertRaises(UserError):
            self.events().with_user(self.recovery_manager).write({"summary": "rien"})

    def test_the_cost_follows_the_changes(self):
        rules = self.as_manager["recovery.scenario.rule"].create(
            [{"name": f"R {n}", "scenario_id": self.scenario.id} for n in range(20)]
        )
        self.env.flush_all()
        rules[0].mapped("scenario_id")
        before = self.cr.sql_log_count
        rules.write({"abroad": True})
        self.env.flush_all()
        self.assertLess(self.cr.sql_log_count - before, 20)
