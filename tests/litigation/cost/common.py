from ...english import InEnglish
from ..case.common import CaseCommon


class CostCommon(InEnglish, CaseCommon):
    """A case on two invoices, its lawyer, its commissaire, and what a vendor bills for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write(
            {"street": "1 place Bellecour", "zip": "69002", "city": "Lyon", "country_id": cls.france().id}
        )
        cls.lawyer = cls.make_partner("Cabinet Roux", recovery_party_kind="lawyer")
        cls.bailiff = cls.make_partner("Étude Vidal", recovery_party_kind="bailiff")
        cls.Cost = cls.env["recovery.cost"]

    @classmethod
    def france(cls):
        return cls.env.ref("base.fr")

    def add_cost(self, case, amount=100.0, **vals):
        """Add a cost to a case; without an amount, that of its bill's line."""
        vals = {"case_id": case.id, "name": "Signification", "kind": "bailiff", "date": self.today, **vals}
        return self.Cost.create(vals if amount is None else {"amount": amount, **vals})

    def make_bill(self, partner, *amounts, post=True):
        """Return a vendor bill with a line of each amount, without tax."""
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": partner.id,
                "invoice_date": self.today,
                "invoice_line_ids": [
                    (0, 0, {"name": "Diligences", "quantity": 1, "price_unit": amount, "tax_ids": [(5, 0, 0)]})
                    for amount in amounts
                ],
            }
        )
        if post:
            bill.action_post()
        return bill

    def claim(self, case, day=None, **options):
        """Return the claim on what the case claims, as a statement of it computes it."""
        lines = case.line_ids.line_id
        return self.env["recovery.claim"]._compute(self.company, lines, day or self.today, **options)

    def costs_of(self, claim):
        return sum(float(total.costs) for total in claim.get_totals())

    def make_proof(self, move=None, amount=150.0, **vals):
        """Return a cost on proof, spent before any case."""
        return self.env["recovery.claim.cost"].create(
            {
                "debtor_id": self.debtor.id,
                "move_id": move.id if move else False,
                "name": "Enquête de solvabilité",
                "amount": amount,
                "date": self.today,
                "document": b"JVBERi0xLjQ=",
                "document_name": "facture.pdf",
                **vals,
            }
        )
