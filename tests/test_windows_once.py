import ast
import inspect
from datetime import timedelta
from textwrap import dedent

from lxml import etree

from odoo import models
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..models.common.recovery_window import once
from .common import RecoveryCommon
from .dunning.campaign.at_once import TODAY, AtOnceCase
from .english import InEnglish

#: What only shows, prints or lists: it may be done again.
REPEATABLE = {
    *("action_export_json", "action_export_xlsx", "action_export_zip", "action_list", "action_open"),
    *("action_open_cases", "action_open_debtor", "action_print", "action_show"),
}


#: How a button ends that opens what it made, or what comes next.
OPENING = {"_get_records_action", "_open_result", "_get_outcome_action", "action_open_document", "_get_dialog"}


def find_silence(button):
    """Yield why a button of a window may end without a word: it returns nothing, or only closes the window."""
    tree = ast.parse(dedent(inspect.getsource(button.__wrapped__))).body[0]
    if not isinstance(tree.body[-1], ast.Return | ast.Raise):
        yield "it may return nothing"
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and not _is_speaking(node.value):
            yield f"line {node.lineno} says nothing"


def _is_speaking(value):
    if isinstance(value, ast.Call):
        name = getattr(value.func, "attr", None)
        return name == "_say" or name in OPENING
    if isinstance(value, ast.Dict):
        return "res_model" in [getattr(key, "value", None) for key in value.keys]
    return isinstance(value, ast.Name) and value.id == "result"  # what a reason was given for says it


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestWindowsOnce(InEnglish, RecoveryCommon):
    """A window that was answered is answered: the second click makes nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_invoice(amount=900.0, days_overdue=40)
        cls.debtor = cls.debtor_of()

    def get_buttons(self):
        """Yield ``(model name, method)`` of each button of our windows."""
        for Model in self.env.values():
            if Model._transient and Model._name.startswith("recovery."):
                for name in dir(type(Model)):
                    if name.startswith("action_") and not hasattr(models.BaseModel, name):
                        yield Model._name, getattr(type(Model), name)

    def test_every_button_that_does_something_does_it_once(self):
        buttons = [(name, method) for name, method in self.get_buttons() if method.__name__ not in REPEATABLE]
        again = [f"{name}.{method.__name__}" for name, method in buttons if not getattr(method, "is_once", False)]
        self.assertFalse(again)
        self.assertGreater(len(buttons), 25)

    def test_every_button_that_does_something_ends_with_a_sentence_or_opens_what_it_made(self):
        buttons = [(name, method) for name, method in self.get_buttons() if getattr(method, "is_once", False)]
        silent = [f"{name}.{method.__name__}: {why}" for name, method in buttons for why in find_silence(method)]
        self.assertFalse(silent)
        self.assertGreater(len(buttons), 25)

    def test_a_silent_button_is_found_and_speaks_all_the_same(self):
        class Planted:
            @once
            def action_close(self):
                return {"type": "ir.actions.act_window_close"}

            @once
            def action_forget(self):
                if self:
                    return self._say("x")

            @once
            def action_say(self):
                return self._say("x")

        found = [len(list(find_silence(getattr(Planted, f"action_{name}")))) for name in ("close", "forget", "say")]
        self.assertEqual(found, [1, 1, 0])
        window = self.env["recovery.reason.wizard"]._open(self.debtor, "_take", "x")
        window = self.env["recovery.reason.wizard"].browse(window["res_id"])
        self.assertEqual(once(lambda self: None)(window)["params"]["message"], "Done.")

    def test_the_sentence_says_what_was_done_and_closes_the_window(self):
        Window = self.env["recovery.hold.wizard"].with_user(self.recovery_user)
        said = Window.create({"debtor_ids": self.debtor.ids, "date_until": self.today, "reason": "Vu"}).action_confirm()
        self.assertEqual(said["tag"], "display_notification")
        self.assertIn(self.debtor.display_name, said["params"]["message"])
        self.assertEqual(said["params"]["next"]["type"], "ir.actions.act_window_close")
        hold = self.env["recovery.hold"].search([("debtor_id", "=", self.debtor.id)])
        action = hold.with_user(self.recovery_user).action_release()
        window = self.env[action["res_model"]].with_user(self.recovery_user).browse(action["res_id"])
        window.reason = "Fini"
        self.assertIn(action["name"], window.action_confirm()["params"]["message"])

    def test_a_second_click_is_told_so(self):
        Window = self.env["recovery.promise.wizard"].with_user(self.recovery_user)
        window = Window.create({"debtor_id": self.debtor.id, "date": self.today + timedelta(days=5)})
        window.action_confirm()
        with self.assertRaisesRegex(UserError, "already been done"):
            window.action_confirm()
        self.assertEqual(self.env["recovery.promise"].search_count([("debtor_id", "=", self.debtor.id)]), 1)

    def test_a_window_that_was_refused_may_be_mended(self):
        Window = self.env["recovery.promise.wizard"].with_user(self.recovery_user)
        window = Window.create({"debtor_id": self.debtor.id, "date": self.today - timedelta(days=5)})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            window.action_confirm()
        window.date = self.today + timedelta(days=5)
        window.action_confirm()
        self.assertEqual(self.env["recovery.promise"].search_count([("debtor_id", "=", self.debtor.id)]), 1)


@tagged("post_install", "-at_install")
class TestWindowsOnceAtOnce(AtOnceCase):
    """Two clicks that two servers answer at the same moment."""

    customers = 1

    def open_window(self, env, model, **vals):
        env["res.company"].browse(self.company_id).account_use_credit_limit = True
        debtor = env["recovery.debtor"]._ensure_for(
            env["account.move"].search([("company_id", "=", self.company_id)]).partner_id,
            env["res.company"].browse(self.company_id),
        )
        return env[model].create({"debtor_id": debtor.id, **vals}).id

    def test_one_campaign_comes_of_two_clicks_on_remind(self):
        def find(env):
            company = env["res.company"].browse(self.company_id)
            partner = env["account.move"].search([("company_id", "=", company.id)]).partner_id
            return env["recovery.debtor"]._ensure_for(partner, company)

        def click(env):
            return find(env).action_remind()["res_id"]

        def count(env):
            return env["recovery.campaign"].search_count([("company_id", "=", self.company_id)])

        self.transaction(lambda env: find(env).id)
        before = self.transaction(count)
        answers = self.together(click, click)
        self.assertEqual(self.transaction(count), before + 1, answers)
        self.assertEqual(len({answer for answer in answers if isinstance(answer, int)}), 1, answers)
        self.assertIn(self.transaction(click), answers, "a later click opens the same one")
        self.assertEqual(self.transaction(count), before + 1)

    def test_one_promise_and_one_request_come_of_two_clicks(self):
        for window, made, vals in (
            ("recovery.promise.wizard", "recovery.promise", {"date": TODAY + timedelta(days=900)}),
            ("recovery.limit.wizard", "recovery.limit.request", {"amount": 900000, "reason": "Bilan"}),
        ):
            window_id = self.transaction(lambda env, window=window, vals=vals: self.open_window(env, window, **vals))

            def click(env, window=window, window_id=window_id):
                env[window].browse(window_id).action_confirm()
                return True

            def count(env, made=made):
                return env[made].search_count([("company_id", "=", self.company_id)])

            answers = self.together(click, click)
            self.assertEqual(self.transaction(count), 1, (made, answers))
            self.assertEqual([answer is True for answer in answers].count(True), 1, answers)


@tagged("post_install", "-at_install")
class TestButtonsOfLists(RecoveryCommon):
    """A button hands over the records it stands on, none too: what takes no records cannot be its method."""

    def find_deaf(self, model, arch):
        """Return the methods of the buttons of a view that would refuse the records handed to them."""
        buttons = etree.fromstring(arch).iterfind(".//button[@type='object']")
        methods = [getattr(type(self.env[model]), button.get("name"), None) for button in buttons]
        return [f"{model}.{method.__name__}" for method in methods if getattr(method, "_api_model", False)]

    def test_no_button_calls_what_takes_no_records(self):
        views = self.env["ir.ui.view"].search([("model", "=like", "recovery.%"), ("inherit_id", "=", False)])
        deaf = [name for view in views for name in self.find_deaf(view.model, view.get_combined_arch())]
        self.assertGreater(len(views), 100)
        self.assertFalse(deaf)

    def test_one_that_does_is_found(self):
        arch = '<list><header><button type="object" name="action_open_worklist"/></header></list>'
        self.assertEqual(self.find_deaf("recovery.debtor", arch), ["recovery.debtor.action_open_worklist"])
