from odoo.tests import tagged

from .common import DeadlineCommon


@tagged("post_install", "-at_install")
class TestPeopleLeft(DeadlineCommon):
    """Whoever answered for a case, a procedure or a deadline leaves: the next in line goes on, and is told once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sophie = cls.make_user("sophie", "debt_recovery.group_recovery_user")
        cls.record("order", cls.today)
        cls.row = cls.procedure.deadline_ids.filtered(lambda row: row.state == "running")[:1]

    def told(self, user):
        return self.env["mail.activity"].sudo().search([("user_id", "=", user.id), ("res_model", "=", False)])

    def test_the_substitute_goes_on_with_the_case_its_procedure_and_its_deadlines(self):
        self.case.user_id = self.sophie
        self.procedure.user_id = self.sophie
        self.assertEqual(self.row.user_id, self.sophie)
        self.sophie.action_archive()
        self.assertEqual((self.case.user_id, self.case.substitute_id), (self.substitute, self.env["res.users"]))
        self.assertEqual((self.procedure.user_id, self.row.user_id), (self.substitute, self.substitute))
        self.assertIn(self.case.display_name, self.told(self.substitute).note)

    def test_without_a_substitute_who_follows_the_debtor_goes_on(self):
        self.case.write({"user_id": self.sophie.id, "substitute_id": False})
        self.case.debtor_id.collector_id = self.recovery_manager
        self.sophie.action_archive()
        self.assertEqual(self.case.user_id, self.recovery_manager)

    def test_a_substitute_who_leaves_is_replaced_by_nobody_and_the_owner_is_told(self):
        self.case.substitute_id = self.sophie
        self.sophie.action_archive()
        self.assertFalse(self.case.substitute_id)
        self.assertEqual(self.case.user_id, self.recovery_user)
        self.assertIn(self.case.display_name, self.told(self.recovery_user).note)

    def test_the_owner_of_the_case_takes_what_somebody_else_answered_for_in_it(self):
        self.row.user_id = self.procedure.user_id = self.sophie
        self.sophie.action_archive()
        self.assertEqual((self.row.user_id, self.procedure.user_id), (self.recovery_user, self.recovery_user))

    def test_what_is_over_keeps_the_name_of_who_did_it(self):
        self.row.user_id = self.procedure.user_id = self.sophie
        self.record("served", self.today)
        self.assertEqual(self.row.state, "met")
        self.procedure._abandon("Trop petit")
        self.sophie.action_archive()
        self.assertEqual((self.row.user_id, self.procedure.user_id), (self.sophie, self.sophie))
