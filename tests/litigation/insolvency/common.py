from datetime import timedelta

from ...english import InEnglish
from ..case.common import CaseCommon


class InsolvencyCommon(InEnglish, CaseCommon):
    """A customer with two overdue invoices, against whom a judgment opens proceedings twenty days ago."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.lang = "en_US"
        cls.company.recovery_gate = "warn"
        cls.company.partner_id.country_id = cls.env.ref("base.fr")
        cls.Insolvency = cls.env["recovery.insolvency"]
        cls.Declaration = cls.env["recovery.insolvency.declaration"]
        cls.judgment_on = cls.today - timedelta(days=20)
        cls.published_on = cls.today - timedelta(days=12)
        cls.trustee = cls.make_partner("SELARL Bernard", recovery_party_kind="trustee")

    def open_proceedings(self, kind="receivership", judgment_on=None, user=None, **vals):
        """Record proceedings against the customer, published by default."""
        vals = {"published_on": self.published_on, "trustee_id": self.trustee.id, **vals}
        Insolvency = self.Insolvency.with_user(user or self.env.user)
        return Insolvency._open_for(
            self.debtor.with_env(Insolvency.env), kind, judgment_on or self.judgment_on, self.today, **vals
        )

    def state(self, day=None):
        """Return how proceedings against the customer stand."""
        return self.Insolvency._get_state(self.debtor, day or self.today)[self.debtor]

    def pay_for(self, payer, move, amount, date):
        """Have somebody else pay a part of the customer's invoice."""
        payment = self.pay(self.make_invoice(payer, amount=amount, date=date), amount, date).move_id
        credit = payment.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        credit.remove_move_reconcile()
        (credit | self.receivable_of(move)).reconcile()
        return credit

    def declare(self, insolvency=None):
        """Return the declaration in proceedings, prepared and begun."""
        declaration = (insolvency or self.open_proceedings()).declaration_ids
        declaration.action_prepare()
        declaration.action_begin()
        return declaration

    def record(self, declaration, code, date=None, amount=0.0):
        """Record an event of the procedure of a declaration."""
        procedure = declaration.procedure_id
        kind = procedure.type_id.event_kind_ids.filtered(lambda kind: kind.code == code)
        self.assertTrue(kind, code)
        return self.env["recovery.procedure.event"]._record(procedure, kind, date or self.today, self.today, amount)
