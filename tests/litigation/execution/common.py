from datetime import date

from odoo import Command

from ....models.claim.figures import Options
from ..procedure.common import ProcedureCommon

FILED, GIVEN, SERVED, FINAL = date(2026, 9, 7), date(2026, 9, 14), date(2026, 9, 25), date(2026, 10, 26)


class ExecutionCommon(ProcedureCommon):
    """A case of a merchant with two overdue invoices, and the titles that are given for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor.write({"nature": "merchant", "nature_confirmed": True})
        cls.bailiff = cls.make_partner("Étude Vidal", recovery_party_kind="bailiff")
        cls.bank = cls.make_partner("Banque du Rhône")
        cls.Title = cls.env["recovery.title"]
        cls.Act = cls.env["recovery.execution.act"]

    def kind_of(self, code):
        """Return the shipped kind of title of that code."""
        return self.env.ref(f"debt_recovery.recovery_title_kind_{code}")

    def act_kind(self, code):
        """Return the shipped kind of act of that code."""
        return self.env.ref(f"debt_recovery.recovery_execution_act_kind_{code}")

    def make_title(self, code="judgment", documents=True, heads=(), **vals):
        """Record a title by hand, on all that the case claims."""
        return self.Title.create(
            {
                "case_id": self.case.id,
                "kind_id": self.kind_of(code).id,
                "name": "RG 26/00123",
                "date": GIVEN,
                "enforceable_on": GIVEN,
                "served_on": SERVED,
                "line_ids": [Command.set(self.case.line_ids.ids)],
                "attachment_ids": [Command.set(self.make_document().ids)] if documents else [],
                "head_ids": [Command.create({"kind": kind, "amount": amount}) for kind, amount in heads],
                **vals,
            }
        )

    def get_order(self, granted=1400.0, days=(FILED, GIVEN, SERVED, FINAL)):
        """Have an injonction de payer given, served and made enforceable; return the procedure."""
        filed, given, served, final = days
        procedure = self.begin()
        self.record(procedure, "request_filed", filed)
        self.record(procedure, "order_given", given, granted)
        self.record_all(procedure, ("order_served", served), ("executable", final))
        return procedure

    def make_act(self, code="seizure_account", title=None, documents=True, **vals):
        """Order an act of execution."""
        return self.Act.create(
            {
                "case_id": self.case.id,
                "kind_id": self.act_kind(code).id,
                "title_id": title.id if title else False,
                "bailiff_id": self.bailiff.id,
                "ordered_on": SERVED,
                "attachment_ids": [Command.set(self.make_document().ids)] if documents else [],
                **vals,
            }
        )

    def claim(self, moves=None, day=None, **options):
        """Return the claim on these invoices, by default on the two of the case."""
        lines = self.receivable_of(moves or self.old | self.recent)
        return self.env["recovery.claim"]._compute(self.company, lines, day or self.today, Options(**options))

    def codes(self, claim, index=0):
        """Return where the rates of an instalment come from, in order."""
        return [line.source.code for line in claim.items[index].account.lines]

    def total(self, claim, name="amount"):
        return sum(float(getattr(total, name)) for total in claim.get_totals())
