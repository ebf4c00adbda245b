from odoo import Command
from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestExecutionTours(RecoveryTourCase):
    """A plan that was not kept has led to an order: it is carried out on the screen until all is paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.recovery_gate = "warn"
        cls.company.recovery_plan_breach_notice = "none"
        cls.customer = cls.make_partner("Imprimerie Faure")
        cls.invoice = cls.make_invoice(cls.customer, amount=900.0, days_overdue=300)
        cls.debtor = cls.debtor_of(cls.customer).with_context(lang="fr_FR")  # what is kept is in its author's words
        cls.debtor.write({"nature": "merchant", "nature_confirmed": True, "collector_id": cls.recovery_user.id})
        cls.make_partner("Étude Vidal", recovery_party_kind="bailiff")
        cls.break_plan()
        cls.case = cls.get_order()

    @classmethod
    def break_plan(cls):
        """Have three payments agreed of which the first alone came."""
        dates = [("part", cls.day(ago), 300.0) for ago in (270, 240, 210)]
        Plan = cls.env["recovery.payment.plan"].with_user(cls.recovery_user)
        agreed_on = cls.day(280)
        cls.plan = Plan._make(cls.debtor.with_env(Plan.env), agreed_on, lambda total, currency: dates)
        cls.plan.with_user(cls.recovery_manager)._propose(agreed_on)
        cls.plan._sign(agreed_on, agreed_on)
        cls.pay(cls.invoice, 300, cls.day(270))
        cls.env["recovery.agreement"]._check_all(cls.company, cls.day(200))

    @classmethod
    def get_order(cls):
        """Take what is left to court, and have an order made enforceable; return the case."""
        case = cls.env["recovery.case"].with_context(lang="fr_FR").browse(cls.debtor.action_open_case()["res_id"])
        case.write({"contested": "no", "written_proof": "yes"})
        kind = cls.env.ref("debt_recovery.recovery_procedure_type_payment_order_commerce").with_env(case.env)
        procedure = case.env["recovery.procedure"]._open_for(case, kind, cls.today, {}, reason="Rien n'est contesté")
        kinds = kind.event_kind_ids.grouped("code")
        steps = (("request_filed", 150, 0), ("order_given", 140, 600), ("order_served", 125, 0), ("executable", 30, 0))
        for code, ago, amount in steps:
            case.env["recovery.procedure.event"]._record(procedure, kinds[code], cls.day(ago), cls.today, amount)
        file = case.env["ir.attachment"].create({"name": "ordonnance.pdf", "raw": b"%PDF-1.4"})
        procedure.title_ids.attachment_ids = [Command.set(file.ids)]
        return case

    def test_from_a_broken_plan_to_a_case_that_is_paid(self):
        self.assertEqual(self.plan.state, "broken")
        url = f"/odoo/recovery-cases/{self.case.id}"
        self.tour("recovery_execution_story", self.recovery_user, url, timeout=180)
        act = self.case.act_ids
        self.assertEqual((act.state, act.title_id), ("made", self.case.title_ids))
        self.assertEqual((act.made_on, act.reported_on), (self.today, self.today))

        self.pay(self.invoice, 600, self.today)
        act.write({"result": "full", "amount_received": 600, "paid_on": self.today})
        self.tour("recovery_execution_paid", self.recovery_user, url, timeout=120)
        self.assertEqual((self.case.kind, self.case.close_how), ("settled", "paid"))
