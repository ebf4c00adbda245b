from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import RedirectWarning

from ...common import RecoveryCommon


class CaseCommon(RecoveryCommon):
    """One customer with two overdue invoices, on a fixed day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(
            patch.object(cls.env.registry["res.company"], "_recovery_today", lambda company: cls.today)
        )
        cls.customer = cls.env["res.partner"].create({"name": "Transports Mercier", "is_company": True})
        cls.old = cls.make_invoice(cls.customer, amount=1000.0, days_overdue=90)
        cls.recent = cls.make_invoice(cls.customer, amount=400.0, days_overdue=20)
        cls.Case = cls.env["recovery.case"]
        cls.debtor = cls.env["recovery.debtor"]._ensure_for(cls.customer, cls.company)

    def open_case(self, *moves, **kwargs):
        """Open a case on these invoices, by default on the two of the customer."""
        moves = self.env["account.move"].union(*moves) if moves else self.old | self.recent
        return self.Case._open_for(self.debtor, self.receivable_of(moves), self.today, **kwargs)

    def stage(self, kind):
        """Return the shipped stage of that kind."""
        return self.env.ref(f"debt_recovery.recovery_case_stage_{kind}")

    def held_lines(self, day=None):
        """Return the instalments whose reminders are suspended on that day."""
        Hold = self.env["recovery.hold"]
        return Hold.search([*Hold._get_running_domain(day or self.today), ("origin", "=", "case")]).line_id

    def events(self, case, kind):
        """Return the journal entries of one kind on a case."""
        return self.env["recovery.event"].search(
            [("res_model", "=", case._name), ("res_id", "=", case.id), ("kind", "=", kind)]
        )

    def drag_to_the_end(self, case, kind):
        """Drag a card to a closing stage, and return the window that asks how the case ended."""
        with self.assertRaises(RedirectWarning) as refused, self.cr.savepoint():
            case.stage_id = self.stage(kind)
        action = refused.exception.args[1]
        return self.env[action["res_model"]].with_context(**action["context"]).create({})

    def pass_gate(self, case):
        """Put in order what is checked before a claim goes to court."""
        case.contested = "no"
        self.customer.write({"street": "1 rue du Port", "city": "Lyon", "zip": "69002"})
        self.debtor.write({"nature": "merchant", "nature_confirmed": True})
        for kind, name in (("order", "BC 12"), ("delivery", "BL 12")):
            self.env["recovery.proof"].create(
                {
                    "name": name,
                    "kind": kind,
                    "date": self.today - timedelta(days=100),
                    "company_id": self.company.id,
                    "move_ids": [Command.set(case.line_ids.move_id.ids)],
                }
            )
        self.add_required_pieces(case)
        return case

    def add_required_pieces(self, case):
        """Put into the file of a case one document of each kind that it cannot do without."""
        rows = [
            {
                "kind": row.kind,
                "name": row.name,
                "date": self.today,
                "origin": "Binder",
                "content": b"scan",
                "file_name": "scan.txt",
            }
            for row in case.missing_requirement_ids
        ]
        self.env["recovery.exhibit"]._add(case, rows, self.today)

    def make_notice(self, *moves, **vals):
        """Write a mise en demeure that was sent and has expired."""
        level = self.env["recovery.level"].search([("kind", "=", "formal_notice")], limit=1)
        notice = (
            self.env["recovery.notice"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "issuer_id": self.company.id,
                    "debtor_id": self.debtor.id,
                    "level_id": level.id,
                    "kind": "formal_notice",
                    "state": "sent",
                    "date": self.today - timedelta(days=20),
                    "deadline_date": self.today - timedelta(days=1),
                    **vals,
                }
            )
        )
        self.env["recovery.notice.line"].sudo().create(
            [
                {
                    "notice_id": notice.id,
                    "debtor_id": self.debtor.id,
                    "company_id": self.company.id,
                    "move_line_id": self.receivable_of(move).id,
                    "move_id": move.id,
                    "role": "claimed",
                    "currency_id": move.currency_id.id,
                }
                for move in moves
            ]
        )
        return notice.sudo(False)

    def give_reason(self, action, reason, user=None):
        """Answer the question for a reason that a button has asked: whoever pressed it answers."""
        wizard = self.env[action["res_model"]].with_user(user or self.env.user).browse(action["res_id"])
        wizard.reason = reason
        return wizard.action_confirm()
