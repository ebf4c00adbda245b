import json
from io import BytesIO

import openpyxl

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import tagged

from ...hooks import post_init_hook, uninstall_hook
from ...models.common.numbering import split_number
from ...models.common.recovery_removal import HEADS, NUMBERS
from ..english import InEnglish
from .common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestRemoval(InEnglish, RecoveryCommon):
    """The module goes once an administrator has said why; its numbers and the last seals stay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_invoice(days_overdue=10)
        cls.send_campaign()
        cls.administrator = cls.make_user("anne", "base.group_system", "debt_recovery.group_recovery_manager")
        cls.module = cls.env["ir.module.module"].search([("name", "=", "debt_recovery")])

    def setUp(self):
        super().setUp()
        self.env["recovery.removal"].flush_model()
        self.env.cr.execute("DELETE FROM recovery_removal")
        self.env.cr.execute("DELETE FROM recovery_journal_head WHERE reason = 'packed'")
        self.env.invalidate_all()

    def ask(self, reason="Autre outil"):
        window = self.env["recovery.removal.wizard"].with_user(self.administrator).create({"reason": reason})
        return window.action_confirm()

    def refuse(self, act):
        with self.assertRaises(RedirectWarning), self.env.cr.savepoint():
            act()

    def test_each_way_out_asks_why(self):
        module = self.module.with_user(self.administrator)
        account = self.env["ir.module.module"].search([("name", "=", "account")]).with_user(self.administrator)
        for act in (
            module.button_uninstall,
            account.button_uninstall,
            lambda: module.write({"state": "to remove"}),
            lambda: module.write({"state": "uninstalled"}),
            module.module_uninstall,
            lambda: module.with_context(recovery_removal=True, reason="x").button_uninstall(),
        ):
            self.refuse(act)
        action = module.button_uninstall_wizard()
        self.assertEqual(action["res_model"], "recovery.removal.wizard")

    def test_a_typed_reason_lets_it_go_for_a_day(self):
        self.ask()
        module = self.module.with_user(self.administrator)
        self.assertEqual(module.button_uninstall_wizard()["res_model"], "base.module.uninstall")
        with self.env.cr.savepoint() as savepoint:
            module.button_uninstall()
            self.assertEqual(module.state, "to remove")
            savepoint.rollback()
        self.env.invalidate_all()
        removal = self.env["recovery.removal"].search([])
        self.assertEqual((removal.user_id, removal.reason), (self.administrator, "Autre outil"))
        self.assertGreater(removal.sent_count, 0)
        event = self.env["recovery.event"].sudo().search([("kind", "=", "uninstall_asked")], limit=1)
        self.assertEqual(event.details["reason"], "Autre outil")
        left = self.env["recovery.journal.head"].search([("reason", "=", "uninstalled")], limit=1)
        self.assertTrue(left, "the head of the journal left with it")
        self.env.cr.execute("UPDATE recovery_removal SET asked_on = asked_on - interval '2 days'")
        self.env.invalidate_all()
        self.refuse(module.button_uninstall)

    def test_nobody_else_says_why_and_nothing_else_counts(self):
        for reason in ("", "  "):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.ask(reason)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.env["recovery.removal.wizard"].with_user(self.recovery_manager).create({"reason": "x"})
        for env in (self.env(user=self.administrator), self.env(su=True)):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                env["recovery.removal"].create({"reason": "x", "user_id": self.env.uid, "asked_on": "2099-01-01"})
        self.refuse(self.module.with_user(self.administrator).button_uninstall)

    def test_other_modules_go_as_before(self):
        other = (
            self.env["ir.module.module"].sudo().search([("name", "=", "l10n_fr_account"), ("state", "=", "installed")])
        )
        if other:
            self.assertEqual(other.button_uninstall_wizard()["res_model"], "base.module.uninstall")
            self.assertFalse(other._recovery_asks_reason())

    def test_numbers_go_on_after_a_return(self):
        sequence = self.env.ref("debt_recovery.ir_sequence_recovery_formal_notice").sudo()
        day = "2026-11-03"
        numbers = [sequence.next_by_id(sequence_date=day) for _number in range(3)]
        self.env["recovery.removal"]._keep_numbers()
        self.assertIn("recovery.notice.formal", self.env["ir.config_parameter"].sudo().get_param(NUMBERS))
        sequence.date_range_ids.unlink()
        self.env["recovery.removal"]._restore_numbers()
        self.env.invalidate_all()
        following = sequence.next_by_id(sequence_date=day)
        self.assertGreater(following, max(numbers))
        self.env["recovery.removal"]._restore_numbers()
        self.assertGreater(sequence.next_by_id(sequence_date=day), following, "nothing goes back")

    def test_the_last_seals_stay_in_the_database(self):
        self.env["recovery.journal"]._seal(self.company)
        self.env["recovery.removal"]._keep_numbers()
        heads = json.loads(self.env["ir.config_parameter"].sudo().get_param(HEADS))
        head = self.env["recovery.journal"]._get_head(self.company)
        self.assertEqual(heads[str(self.company.id)], [head.number, head.seal])

    def test_the_hook_never_raises(self):
        Removal = type(self.env["recovery.removal"])

        def fail(_self):
            raise ValueError("broken")

        self.patch(Removal, "_keep_numbers", fail)
        with self.env.cr.savepoint() as savepoint, self.assertLogs("odoo.addons.debt_recovery.hooks", "ERROR"):
            uninstall_hook(self.env)
            savepoint.rollback()

    def test_a_module_that_comes_back_never_uses_a_number_again(self):
        """What core does with our series when the module goes and comes back: gone, then as they are shipped."""
        codes = sorted({code for _model, _field, code in self.env["recovery.numbering"]._get_numbered()})
        Sequence = self.env["ir.sequence"].sudo().with_context(active_test=False)
        day = "2026-11-03"

        def draw():
            here = Sequence.with_company(self.company)
            return {code: here.next_by_code(code, sequence_date=day) for code in codes}

        last = [draw() for _turn in range(3)][-1]
        self.assertTrue(all(last.values()))
        own = Sequence.search([("code", "in", codes), ("company_id", "=", self.company.id)])
        shipped = Sequence.search([("code", "in", codes), ("company_id", "=", False)])
        self.env["recovery.removal"]._keep_numbers()
        own.unlink()
        shipped.date_range_ids.unlink()
        shipped.number_next = 1
        self.env.invalidate_all()
        post_init_hook(self.env)
        self.env.invalidate_all()
        following = draw()
        for code in codes:
            with self.subTest(code=code):
                self.assertGreater(split_number(following[code])[1], split_number(last[code])[1])

    # ------------------------------------------------------------
    # What is taken along
    # ------------------------------------------------------------
    def window(self, user=None):
        return self.env["recovery.removal.wizard"].with_user(user or self.administrator).create({})

    def test_the_window_offers_the_file_first_and_notes_that_it_was_taken(self):
        self.env["recovery.journal"]._seal(self.company)
        window = self.window()
        self.assertGreater(window.sent_count, 0)
        self.assertFalse(window.is_file_taken)
        action = window.action_print()
        self.assertEqual(action["url"], f"/debt_recovery/xlsx/recovery.removal.wizard/{window.id}")
        self.assertTrue(window.is_file_taken)
        book = openpyxl.load_workbook(BytesIO(window._get_xlsx()), data_only=True)
        head = (
            self.env["recovery.journal.head"]
            .sudo()
            .search([("reason", "=", "packed"), ("company_id", "=", self.company.id)], limit=1)
        )
        heads, journal = ([row for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets)
        self.assertIn(head.seal, [cell for row in heads for cell in row], "the head left with it")
        mine = [row for row in journal if row[0] == self.company.name]
        events = self.env["recovery.event"].sudo().search([("company_id", "=", self.company.id)])
        self.assertEqual(len(mine), len(events), "the whole journal is in it")
        seals = [row[-1] for row in mine if row[-1]]
        self.assertIn(head.seal, seals)
        window.reason = "Autre outil"
        window.action_confirm()
        self.assertTrue(self.env["recovery.removal"].search([], limit=1).is_file_taken)

    def test_an_administrator_without_a_role_takes_it_and_nobody_else_does(self):
        plain = self.make_user("omar", "base.group_system")
        window = self.window(plain)
        window.action_print()
        self.assertTrue(window._get_xlsx())
        for user in (self.recovery_manager, self.recovery_auditor):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.window(user)
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                window.with_user(user)._get_xlsx()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            window.with_user(self.administrator)._get_xlsx()

    def test_whoever_does_not_take_it_may_still_say_why(self):
        self.ask()
        self.assertFalse(self.env["recovery.removal"].search([], limit=1).is_file_taken, "and that is kept")
