import base64
from types import MappingProxyType

from ...english import InEnglish
from ..case.common import CaseCommon

#: A commercial claim that nobody contests, between merchants in France: what is asked of most procedures is known.
COMMERCIAL = MappingProxyType(
    {
        "creditor_merchant": True,
        "creditor_artisan": False,
        "debtor_merchant": True,
        "debtor_artisan": False,
        "debtor_consumer": False,
        "debtor_public": False,
        "debtor_place": "france",
        "debtor_address_known": True,
        "debtor_insolvent": False,
        "amount": 1400.0,
        "principal": 1400.0,
        "matter": "contract",
        "commercial": True,
        "invoiced": True,
        "contested": "no",
        "claim_certain": True,
        "claim_liquid": True,
        "claim_due": True,
        "time_barred": False,
        "written_proof": True,
        "formal_notice_expired": True,
        "title_held": False,
    }
)
CONSUMER = COMMERCIAL | {"debtor_merchant": False, "debtor_consumer": True, "commercial": False}
PUBLIC = COMMERCIAL | {"debtor_merchant": False, "debtor_public": True, "commercial": False}


class ProcedureCommon(InEnglish, CaseCommon):
    """A case of a customer with two overdue invoices, and procedures on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.lang = "en_US"
        cls.company.recovery_gate = "warn"  # what the checks refuse has a test of its own
        cls.case = cls.Case._open_for(cls.debtor, cls.receivable_of(cls.old | cls.recent), cls.today)
        cls.Procedure = cls.env["recovery.procedure"]
        cls.Event = cls.env["recovery.procedure.event"]

    def type_of(self, code):
        """Return the shipped type of that code."""
        return self.env.ref(f"debt_recovery.recovery_procedure_type_{code}")

    def judge(self, code, facts=COMMERCIAL, day=None, **changes):
        """Return whether a type is open to a case of which these facts are known."""
        return self.type_of(code)._judge(facts | changes, day or self.today).open

    def begin(self, code="payment_order_commerce", facts=COMMERCIAL, user=None, **kwargs):
        """Begin a procedure on the case."""
        Procedure = self.Procedure.with_user(user or self.env.user)
        return Procedure._open_for(
            self.case.with_env(Procedure.env), self.type_of(code).with_env(Procedure.env), self.today, facts, **kwargs
        )

    def make_document(self, env=None, name="acte.pdf"):
        """Return a document that somebody uploaded."""
        return (env or self.env)["ir.attachment"].create({"name": name, "datas": base64.b64encode(b"%PDF-1.4 acte")})

    def record(self, procedure, code, date, amount=0.0, documents=True, day=None):
        """Record an event of that code."""
        kind = procedure.type_id.event_kind_ids.filtered(lambda kind: kind.code == code)
        self.assertTrue(kind, code)
        attachments = self.make_document(procedure.env) if documents else None
        return procedure.env["recovery.procedure.event"]._record(
            procedure, kind, date, day or self.today, amount, attachments=attachments
        )

    def record_all(self, procedure, *steps):
        """Record ``(code, date)`` one after the other and return the events."""
        events = self.Event
        for code, date in steps:
            events |= self.record(procedure, code, date)
        return events

    def possible(self, procedure):
        """Return the codes of what may come next."""
        return procedure.possible_kind_ids.mapped("code")
