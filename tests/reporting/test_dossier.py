import json
from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, tagged

from ..common import RecoveryCommon
from ..english import InEnglish


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestDossier(InEnglish, RecoveryCommon, HttpCase):
    """Who asks what is held on him gets all of it, and nothing of anybody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor = cls.debtor_of()
        cls.debtor.note = "<p>Paie toujours en retard</p>"
        cls.invoice = cls.make_invoice(days_overdue=40)
        cls.send_campaign()
        cls.env["recovery.promise"]._give(cls.debtor, cls.today, 10, cls.today + timedelta(days=3))
        cls.other = cls.debtor_of(cls.make_partner("Quelqu'un d'autre"))
        cls.make_invoice(cls.other.partner_id, days_overdue=40)
        cls.env["recovery.promise"]._give(cls.other, cls.today, 77, cls.today + timedelta(days=3))

    def window(self, user=None):
        Window = self.env["recovery.debtor.dossier"].with_user(user or self.recovery_manager)
        return Window.create({"debtor_id": self.debtor.id, "reason": "Demande d'accès"})

    def test_all_that_points_at_the_debtor_is_there_and_nothing_else(self):
        data = json.loads(self.window()._get_json())
        text = json.dumps(data, ensure_ascii=False)
        for words in ("Boulangerie Dupont", self.invoice.name, "Paie toujours en retard", "Demande d'accès"):
            self.assertIn(words, text)
        self.assertNotIn("Quelqu'un d'autre", text)
        self.assertNotIn("77.00", text)
        models = {part["model"] for part in data["parts"]}
        self.assertLessEqual(
            {"res.partner", "recovery.debtor", "account.move", "recovery.notice", "recovery.notice.line"}, models
        )
        self.assertLessEqual({"recovery.delivery", "recovery.promise", "recovery.event"}, models)

    def test_every_model_about_a_debtor_is_looked_at(self):
        seen = {
            name for name, _records in self.env["recovery.dossier"]._find_records(self.debtor, self.debtor.partner_id)
        }
        self.assertIn("recovery.notice", seen)
        self.assertIn("recovery.hold", seen)

    def test_paper_has_what_json_has(self):
        window = self.window()
        data = json.loads(window._get_json())
        self.assertEqual(len(window._get_tables()), len(data["parts"]))
        rows = sum(len(record["values"]) for part in data["parts"] for record in part["records"])
        self.assertEqual(sum(len(table.rows) for table in window._get_tables()), rows)
        self.assertTrue(window._get_xlsx())

    def test_the_journal_keeps_who_handed_it_out(self):
        self.window().action_list()
        event = self.env["recovery.event"].search([("kind", "=", "exported")], limit=1)
        self.assertEqual((event.user_id, event.debtor_id), (self.recovery_manager, self.debtor))
        self.assertEqual(event.details["reason"], "Demande d'accès")

    def test_it_is_downloaded_by_who_asked_alone(self):
        window = self.window(self.recovery_auditor)
        stranger = self.make_user("paul", "account.group_account_invoice")
        for user in (self.recovery_manager, stranger):
            with self.assertRaises(AccessError):
                window.with_user(user)._get_json()
