from datetime import timedelta

from odoo.tests import freeze_time, tagged

from .common import RecoveryCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestRoomsTogether(RecoveryCommon):
    """What one room knows reaches the others: agreements the score, the score and the file the credit control."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(amount=500.0, days_overdue=40)
        cls.debtor = cls.debtor_of()

    def factors(self):
        Scoring = self.env["recovery.scoring"]
        facts = Scoring._read_facts(self.company, self.today, self.debtor_partner)
        return Scoring._score_factors(self.company, self.today, self.debtor_partner, facts)

    def verdict_on_credit(self, test, **vals):
        self.env["recovery.credit.rule"].create({"company_id": self.company.id, "test": test, "mode": "block", **vals})
        request = self.make_invoice(amount=10.0, post=False)._recovery_get_credit_request()
        (verdict,) = self.env["recovery.credit.check"]._check(self.company, [request], self.today)
        return verdict

    def test_broken_promises_and_groundless_disputes_weigh_in_the_score(self):
        partner_id = self.debtor_partner.id
        self.assertNotIn(partner_id, self.factors()["broken_promises"])
        given = self.today - timedelta(days=30)
        self.env["recovery.promise"]._give(self.debtor, given, 500, given + timedelta(days=5))
        self.env["recovery.agreement"]._check_all(self.company, self.today)
        self.assertEqual(self.factors()["broken_promises"], {partner_id: 1})
        reason = self.env.ref("debt_recovery.recovery_dispute_reason_price")
        dispute = self.env["recovery.dispute"]._open(self.debtor, self.today, self.invoice, reason)
        self.assertNotIn(partner_id, self.factors()["lost_disputes"])
        dispute.sudo().write({"state": "resolved", "outcome": "rejected", "resolved_on": self.today})
        self.assertEqual(self.factors()["lost_disputes"], {partner_id: 1})

    def test_a_broken_promise_stands_in_the_worklist_and_weighs_in_the_risk(self):
        before = self.debtor.priority_risk
        given = self.today - timedelta(days=30)
        self.env["recovery.promise"]._give(self.debtor, given, 500, given + timedelta(days=5))
        self.env["recovery.worklist"]._refresh(self.company, self.today)
        self.env["recovery.worklist"]._compute(self.company, self.today, self.debtor_partner)
        monday = self.today + timedelta(days=2)  # tasks fall on business days
        self.env["recovery.todo"]._refresh(self.company, monday)
        self.assertEqual(self.debtor.todo_kind, "promise")
        self.assertGreater(self.debtor.priority_risk, before)

    def test_credit_waits_for_the_class_and_for_the_file(self):
        self.env["recovery.bulk"]._update("recovery.debtor", ["risk_class"], [(self.debtor.id, "none")])
        self.assertEqual(self.verdict_on_credit("class", risk_class="D").mode, "none")  # no history is no class
        self.env["recovery.bulk"]._update("recovery.debtor", ["risk_class"], [(self.debtor.id, "E")])
        request = self.make_invoice(amount=10.0, post=False)._recovery_get_credit_request()
        check = self.env["recovery.credit.check"]
        self.assertEqual(check._check(self.company, [request], self.today)[0].mode, "block")
        self.env["recovery.credit.rule"].search([]).unlink()
        verdict = self.verdict_on_credit("file")
        self.assertEqual((verdict.mode, verdict.tests), ("block", ("file",)))

    def test_insolvency_stops_reminders_and_interest_and_falls_on_the_score(self):
        self.debtor.insolvency_on = self.today - timedelta(days=10)
        self.assertEqual(self.verdict_of(self.invoice).code, "hold_insolvency")
        self.assertEqual(self.factors()["insolvency"], {self.debtor_partner.id: 1})
        engine = self.env["recovery.claim"]
        claim = engine._compute(self.company, self.receivable_of(self.invoice), self.today)
        self.assertEqual(claim.items[0].account.lines[-1].end, self.today - timedelta(days=11))
        self.debtor.insolvency_on = False
        self.assertEqual(self.verdict_of(self.invoice).code, "due")

    def test_the_contract_and_the_receipt_of_the_letter_reach_the_claim(self):
        self.env["recovery.contract.terms"].create(
            {
                "company_id": self.company.id,
                "valid_from": self.today - timedelta(days=400),
                "penalty_kind": "contract",
                "penalty_rate": 15.0,
                "clause_kind": "percent",
                "clause_percent": 10.0,
            }
        )
        get_terms = self.env["recovery.claim"]._read_contract_terms(self.company, self.debtor.partner_id)
        terms = get_terms(self.debtor.partner_id.id, self.today)
        self.assertEqual((float(terms.interest_rate), float(terms.clause_percent)), (15.0, 10.0))
        self.assertFalse(self.env["recovery.claim"]._get_receipts(self.receivable_of(self.invoice)))

    def test_what_a_call_leads_to_opens_its_window(self):
        for step, model in (("promise", "promise"), ("plan", "payment.plan"), ("dispute", "dispute")):
            action = self.debtor._get_next_step_action(step)
            self.assertEqual(action["res_model"], f"recovery.{model}.wizard")
