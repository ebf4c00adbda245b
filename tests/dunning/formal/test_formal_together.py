from dateutil.relativedelta import relativedelta

from odoo.tests import tagged

from ...common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestFormalTogether(RecoveryCommon):
    """What limitation and the rule on late fees tell the mise en demeure."""

    def propose_formal(self, due):
        invoice = self.make_invoice(due=due, amount=1000)
        line = self.receivable_of(invoice)
        level = self.levels["formal_notice"]
        notice = (
            self.env["recovery.notice"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "issuer_id": self.company.id,
                    "debtor_id": self.debtor_of().id,
                    "level_id": level.id,
                    "kind": "formal_notice",
                    "date": self.today,
                    "state": "draft",
                    "line_ids": [
                        (
                            0,
                            0,
                            {
                                "debtor_id": self.debtor_of().id,
                                "company_id": self.company.id,
                                "move_line_id": line.id,
                                "move_id": invoice.id,
                                "role": "claimed",
                                "level_id": level.id,
                                "level_kind": "formal_notice",
                                "currency_id": line.currency_id.id,
                                "due_date": due,
                                "amount_total": 1000,
                                "amount_due": 1000,
                                "amount_due_company": 1000,
                            },
                        )
                    ],
                }
            )
        )
        return notice, line

    def test_what_is_time_barred_is_found_by_the_check(self):
        Check = self.env["recovery.formal.check"]
        _notice, old = self.propose_formal(self.today - relativedelta(years=5, days=1))
        _notice, young = self.propose_formal(self.today - relativedelta(years=4))
        self.assertEqual(Check._get_time_barred(old | young, self.today), {old.id})

    def test_late_fees_waived_as_a_rule_are_not_in_the_letter(self):
        notice, line = self.propose_formal(self.today - relativedelta(months=3))
        self.assertTrue(notice._is_claiming_fees())
        self.debtor_of().sudo().write(
            {"late_interest_mode": "waive", "late_indemnity_mode": "waive", "late_fee_reason": "Client historique"}
        )
        self.env.invalidate_all()
        self.assertFalse(notice._is_claiming_fees())
        claim = self.env["recovery.claim"]._compute(self.company, line, self.today, notice._get_claim_options())
        (total,) = claim.get_totals()
        self.assertEqual((total.interest_left, total.indemnity, total.principal_left), (0, 0, 1000))
