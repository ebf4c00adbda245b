from datetime import timedelta

from odoo import Command


class ReportRows:
    """Rows of the reports, for tests that open every window: balances kept, samples, what was undone and erased."""

    @classmethod
    def make_receivable_rows(cls, env=None):
        """Keep a balance, draw a sample, undo a payment and withdraw an invoice; return the sample.

        :param env: of who keeps and draws, in the language of the words that are kept.
        """
        env = env or cls.env
        customer = cls.make_partner("Reliure Morel")
        paid = cls.make_invoice(customer, amount=240.0, days_overdue=15)
        cls.pay(paid, 100, cls.today - timedelta(days=3))
        env["recovery.aged.balance"].create({"day": cls.today}).action_keep()
        window = env["recovery.sample.wizard"].create({"method": "top", "size": 2, "answer_to": "Cabinet Vérin, Paris"})
        sample = env["recovery.sample"].browse(window.action_draw()["res_id"])
        cls.receivable_of(paid).remove_move_reconcile()
        cls.make_invoice(customer, amount=60.0, days_overdue=15).button_draft()
        return sample

    @classmethod
    def make_erasure(cls, debtor):
        """Hold the words of a debtor, and tell of some that were erased."""
        debtor_hold = {"debtor_id": debtor.id, "reason": "Instance en cours"}
        cls.env["recovery.retention.hold"].with_user(cls.recovery_manager).create(debtor_hold)
        line = {"res_model": "recovery.delivery", "res_id": 1, "debtor_id": debtor.id, "object_name": "Appel"}
        erased = {"company_id": cls.company.id, "date": "2026-11-02 09:00:00", "user_id": cls.recovery_manager.id}
        erased |= {"reason": "Effacement annuel", "line_ids": [Command.create({**line, "sha256": "0" * 64})]}
        cls.env["recovery.purge"].sudo().create(erased)

    @classmethod
    def hand_journal_out(cls, env=None):
        """Seal the journal and hand its head out."""
        (env or cls.env)["recovery.journal"]._hand_out(cls.company, "shown", "Commissaire aux comptes")
