import time

from odoo import SUPERUSER_ID, Command, api
from odoo.tests import tagged

from ..dunning.campaign.at_once import AtOnceCase


@tagged("post_install", "-at_install")
class TestBalanceAtOnce(AtOnceCase):
    """A balance is issued while others post and match: what they had begun is told for what it is, not as unknown."""

    customers = 4

    def make_payment(self, env, move):
        """Return the line of a payment of that invoice, posted and not matched yet."""
        line = self.receivable_of(move)
        domain = [*env["account.journal"]._check_company_domain(move.company_id), ("type", "=", "general")]
        of_company = env["account.account"]._check_company_domain(move.company_id)
        bank = env["account.account"].search([*of_company, ("account_type", "=", "asset_cash")], limit=1)
        amounts = ({"account_id": line.account_id.id, "credit": 100}, {"account_id": bank.id, "debit": 100})
        entry = env["account.move"].create(
            {
                "journal_id": env["account.journal"].search(domain, limit=1).id,
                "date": line.date,
                "line_ids": [Command.create({**vals, "partner_id": move.partner_id.id}) for vals in amounts],
            }
        )
        entry.action_post()
        return self.receivable_of(entry)

    def receivable_of(self, move):
        return move.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")

    def prepare(self, env):
        """Pay three of the invoices, and match one of the payments; return the ids of the invoices and the payments."""
        moves = env["account.move"].search(
            [("company_id", "=", self.company_id), ("move_type", "=", "out_invoice")], order="id"
        )
        paid = [self.make_payment(env, move) for move in moves[:2]]
        (self.receivable_of(moves[0]) | paid[0]).reconcile()
        return moves.ids, [line.id for line in paid]

    def move_books(self, env, move_ids, line_ids):
        """Undo a match, match a payment, withdraw an invoice and post another one."""
        undone, matched, withdrawn, pattern = env["account.move"].browse(move_ids)
        self.receivable_of(undone).remove_move_reconcile()
        (self.receivable_of(matched) | env["account.move.line"].browse(line_ids[1])).reconcile()
        withdrawn.button_draft()
        new = pattern.copy({"invoice_date": pattern.invoice_date, "invoice_date_due": pattern.invoice_date_due})
        new.action_post()
        env.flush_all()
        return [move.name for move in (undone, matched, withdrawn, new)]

    def keep(self, env):
        company = env["res.company"].browse(self.company_id)
        env["recovery.aged.balance"].create({"company_id": company.id, "day": company._recovery_today()}).action_keep()
        return env["recovery.ageing.snapshot"].search([("company_id", "=", company.id)], order="id desc", limit=1).id

    def compare(self, env, snapshot_id):
        snapshot = env["recovery.ageing.snapshot"].browse(snapshot_id)
        rows = [(row["name"], row["reason"], row["amount"], row["moment"]) for row in snapshot._compare()]
        action = snapshot.action_compare()
        begun = env[action["res_model"]].search(action["domain"]).mapped("is_begun")
        return rows, begun, snapshot.taken_at

    def test_what_had_begun_and_ended_later_was_not_seen(self):
        move_ids, line_ids = self.transaction(self.prepare)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"allowed_company_ids": [self.company_id]})
            undone, matched, withdrawn, new = self.move_books(env, move_ids, line_ids)
            time.sleep(1.1)  # moments are told by the second
            first = self.transaction(self.keep)
        rows, begun, taken_at = self.transaction(lambda env: self.compare(env, first))
        expected = {
            (undone, "unmatched", 100.0),
            (matched, "matched", -100.0),
            (withdrawn, "withdrawn", -100.0),
            (new, "posted", 100.0),
        }
        self.assertLessEqual(expected, {row[:3] for row in rows})
        self.assertNotIn("unknown", [row[1] for row in rows])
        self.assertTrue(all(moment < taken_at for *_row, moment in rows), "they bear the moment at which they began")
        self.assertTrue(all(begun))
        second = self.transaction(self.keep)
        self.assertEqual(self.transaction(lambda env: self.compare(env, second))[0], [], "this one saw all of it")
        later, begun, _taken = self.transaction(lambda env: self.compare_after_undoing(env, second, move_ids))
        self.assertEqual({row[:3] for row in later if row[0] == matched}, {(matched, "unmatched", 100.0)})
        self.assertNotIn("unknown", [row[1] for row in later])

    def compare_after_undoing(self, env, snapshot_id, move_ids):
        """Undo what the balance saw, and compare in the same transaction."""
        self.receivable_of(env["account.move"].browse(move_ids[1])).remove_move_reconcile()
        return self.compare(env, snapshot_id)
