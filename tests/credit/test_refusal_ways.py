from odoo import SUPERUSER_ID, Command
from odoo.exceptions import RedirectWarning, UserError
from odoo.service.model import call_kw
from odoo.tests import freeze_time, tagged

from .test_limit_warning import LimitCommon

FORGED = {
    "disable_abnormal_invoice_detection": False,
    "validate_analytic": False,
    "skip_invoice_sync": True,
    "force_delete": True,
    "install_mode": True,
    "module": "debt_recovery",
    "import_file": True,
    "check_move_validity": False,
    "tracking_disable": True,
    "default_state": "posted",
    "default_recovery_is_penalty": True,
}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestRefusalWays(LimitCommon):
    """A refused invoice stays a draft, whatever way somebody takes to post it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.recovery_credit_control_invoices = True
        cls.env["recovery.credit.rule"].create({"company_id": cls.company.id, "test": "limit", "mode": "block"})
        cls.users = [
            cls.make_user("paul", "account.group_account_invoice"),
            cls.make_user("lise", "account.group_account_manager"),
            cls.recovery_user,
            cls.recovery_manager,
        ]

    def get_ways(self, move):
        env, ids = move.env, move.ids
        Move = move.browse()

        def by_wizard():
            window = env["validate.account.move"].create({"move_ids": [Command.set(ids)]})
            window.validate_move()

        def load(names, row):
            loaded = Move.load(names, [row])
            if not loaded["ids"]:
                raise UserError(loaded["messages"][0]["message"])

        if move.sudo().state == "cancel":
            yield "write on a cancelled one", lambda: move.write({"state": "posted"})
            yield "save of a cancelled one", lambda: move.web_save({"state": "posted"}, {})
            return
        yield "button", lambda: call_kw(Move, "action_post", [ids], {})
        yield "list", lambda: call_kw(Move, "action_validate_moves_with_confirmation", [ids], {})
        yield "wizard", by_wizard
        yield "write", lambda: move.write({"state": "posted"})
        yield "write more", lambda: move.write({"state": "posted", "ref": "x", "posted_before": True})
        yield "save", lambda: move.web_save({"state": "posted"}, {})
        yield "import", lambda: load([".id", "state"], [str(ids[0]), "posted"])
        yield (
            "import new",
            lambda: load(
                ["partner_id/.id", "move_type", "state"], [str(self.debtor_partner.id), "out_invoice", "posted"]
            ),
        )
        yield "send", lambda: env["account.move.send.wizard"].create({"move_id": ids[0]}).action_send_and_print()
        yield (
            "send many",
            lambda: (
                env["account.move.send.batch.wizard"].create({"move_ids": [Command.set(ids)]}).action_send_and_print()
            ),
        )
        yield "copy", lambda: move.copy({"state": "posted"})
        yield "begin as posted", lambda: Move.create(self.get_values(state="posted"))
        yield (
            "pay",
            lambda: (
                env["account.payment.register"]
                .with_context(active_model="account.move", active_ids=ids)
                .create({})
                .action_create_payments()
            ),
        )

    def get_values(self, **vals):
        line = {"name": "Prestation", "quantity": 1, "price_unit": 1200.0}
        return {
            "move_type": "out_invoice",
            "partner_id": self.debtor_partner.id,
            "invoice_line_ids": [Command.create(line)],
            **vals,
        }

    def find_posted(self):
        posted, tries = [], 0
        draft, cancelled = (self.make_invoice(amount=1200, post=False) for _number in range(2))
        cancelled.button_cancel()
        before = self.env["account.move"].search([("state", "=", "posted")])
        for user in self.users:
            for context in ({}, FORGED):
                moves = [refused.with_user(user).with_context(**context) for refused in (draft, cancelled)]
                for way, act in (way for move in moves for way in self.get_ways(move)):
                    tries += 1
                    with self.env.cr.savepoint() as savepoint:
                        try:
                            act()
                        except (RedirectWarning, UserError, ValueError):
                            savepoint.rollback()
                        self.env.invalidate_all()
                        new = self.env["account.move"].search([("state", "=", "posted")]) - before
                        if new.filtered(lambda move: move.move_type == "out_invoice"):
                            posted.append(f"{way} as {user.name}{' with a forged context' * bool(context)}")
                        savepoint.rollback()
                    self.env.invalidate_all()
        return posted, tries

    def test_a_refused_invoice_stays_a_draft(self):
        posted, tries = self.find_posted()
        self.assertFalse(posted, "\n".join(posted))
        self.assertGreater(tries, 90)

    def test_a_door_that_is_open_is_found(self):
        self.patch(type(self.env["account.move"]), "_recovery_refuse_credit", lambda moves, *args: {})
        posted, _tries = self.find_posted()
        for way in ("button as Paul", "write as Lise", "wizard as Paul"):
            self.assertIn(way, posted)

    def test_what_core_posts_by_itself_is_nobody_s_decision(self):
        draft = self.make_invoice(amount=1200, post=False)
        draft.write({"auto_post": "at_date", "date": self.today})
        draft.with_user(SUPERUSER_ID)._post()
        self.assertEqual(draft.state, "posted")
