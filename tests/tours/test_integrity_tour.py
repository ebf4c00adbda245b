from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestIntegrityTour(RecoveryTourCase):
    """What is kept, checked on the screen in French; and the question that a removal asks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_portfolio()
        cls.send_campaign(cls.today, cls.debtor_of(cls.at_reminder))

    def test_an_auditor_finds_what_was_changed(self):
        journal = self.env["recovery.event"].with_context(lang="fr_FR")
        event = journal._log("contact", self.debtor_of(self.at_reminder), "Appel")
        self.env["recovery.journal"]._hand_out(self.company, "shown", "Commissaire")
        self.env.flush_all()
        self.env.cr.execute("UPDATE recovery_event SET summary = 'Appel modifié' WHERE id = %s", event.ids)
        self.env.invalidate_all()
        self.tour("recovery_integrity", self.recovery_auditor, timeout=120)
        checked = self.env["recovery.event"].search([("kind", "=", "journal_checked")], limit=1)
        self.assertEqual((checked.user_id, checked.details["found"]), (self.recovery_auditor, 1))

    def test_a_removal_asks_why(self):
        administrator = self.make_user("anne", "base.group_system")
        administrator.lang = "fr_FR"
        module = self.env["ir.module.module"].search([("name", "=", "debt_recovery")])
        self.tour("recovery_removal", administrator, url=f"/odoo/apps/{module.id}", timeout=120)
        removal = self.env["recovery.removal"].search([], limit=1)
        self.assertEqual((removal.reason, removal.user_id), ("Autre logiciel", administrator))
        self.assertEqual(module.state, "installed")
