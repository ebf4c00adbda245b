import base64

from odoo import Command

from ..common import RecoveryCommon


class LimitationCommon(RecoveryCommon):
    """Claims, what people correct of their limitation, and evidence."""

    @classmethod
    def kind(cls, name):
        return cls.env.ref(f"debt_recovery.recovery_limitation_kind_{name}")

    @classmethod
    def cause(cls, name):
        return cls.env.ref(f"debt_recovery.recovery_limitation_cause_{name}")

    @classmethod
    def make_document(cls):
        """Return a document as a form uploads it."""
        return (
            cls.env["ir.attachment"]
            .with_user(cls.recovery_user)
            .create({"name": "preuve.pdf", "datas": base64.b64encode(b"%PDF-1.4 preuve")})
        )

    @classmethod
    def make_term(cls):
        """Return a payment term in two halves, at 30 and 60 days."""
        return cls.env["account.payment.term"].create(
            {
                "name": "Deux fois",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (30, 60)
                ],
            }
        )

    def position_of(self, line, day=None):
        return self.env["recovery.limitation"]._read_positions(line, day or self.today)[line.id]

    def limit_of(self, line):
        return self.position_of(line).original_until

    def choose(self, move, kind=None, reason="Contrat", debtor=None, **values):
        """Correct the limitation of an invoice, or of the whole account, as a user."""
        debtor = debtor or self.debtor_of(move.commercial_partner_id if move else None)
        return (
            self.env["recovery.limitation.choice"]
            .with_user(self.recovery_user)
            ._decide(
                debtor.with_user(self.recovery_user),
                self.today,
                reason,
                move=move,
                kind=self.kind(kind) if kind else None,
                **values,
            )
        )

    def record(self, cause, day, debtor=None, documents=None, **values):
        """Record evidence as a user, proved by a document."""
        return (
            self.env["recovery.limitation.event"]
            .with_user(self.recovery_user)
            ._record(
                (debtor or self.debtor_of()).with_user(self.recovery_user),
                self.today,
                self.cause(cause),
                day,
                documents if documents is not None else self.make_document(),
                **values,
            )
        )

    def refresh(self, day=None):
        """Bring the worklist up to date, and return the usual debtor."""
        self.env["recovery.worklist"]._refresh(self.company, day or self.today)
        return self.debtor_of()
