from datetime import date

from odoo.tests import tagged

from ....models.common.insolvency import EXECUTION
from .common import InsolvencyCommon

JUDGMENT, PUBLISHED = date(2026, 11, 2), date(2026, 11, 10)


@tagged("post_install", "-at_install")
class TestStory(InsolvencyCommon):
    """A receivership, from its judgment to a plan and its dividends, then a liquidation without assets."""

    def at(self, *day):
        """Let the time go by until that day, and the night do its work."""
        self.addCleanup(setattr, type(self), "today", self.today)
        type(self).today = date(*day)
        self.env["recovery.insolvency.watch"]._watch(self.company, self.today)
        self.env.invalidate_all()

    def tell(self, **vals):
        """Say in the window of the debtor what happened in the proceedings."""
        action = self.debtor.with_user(self.recovery_user).action_record_insolvency()
        window = self.env[action["res_model"]].with_user(self.recovery_user).browse(action["res_id"])
        window.write(vals)
        window.action_confirm()

    def test_from_the_judgment_to_the_last_dividend(self):
        case = self.open_case()
        case.stage_id = self.stage("preparing")
        self.tell(what="opened", kind="receivership", date=JUDGMENT, published_on=PUBLISHED, trustee_id=self.trustee.id)
        proceedings = self.debtor.sudo().insolvency_ids

        # what is next on the case is the declaration, with its last day: a Sunday that moves to Monday
        self.assertEqual(case._get_next_step()[1], "action_declare_claim")
        declaration = self.Declaration.browse(case.with_user(self.recovery_user).action_next_step()["res_id"])
        self.assertEqual((declaration.state, declaration.declare_until), ("prepared", date(2027, 1, 11)))
        declaration.with_user(self.recovery_user).action_begin()
        self.assertEqual((case.kind, declaration.case_id), ("insolvency", case))

        # what was delivered since goes on: it is reminded, paid when due, and raises no alert
        later = self.make_invoice(self.customer, amount=300.0, days_overdue=3, date=date(2026, 11, 15))
        self.assertTrue(self.verdict_of(self.old).code.startswith("hold"))
        self.assertFalse(self.verdict_of(later).code.startswith("hold"))
        self.pay(later, 300, self.today)
        self.at(2026, 11, 22)
        self.assertFalse(proceedings.payment_ids)

        # declared and admitted; the plan gives half of it up and pays the rest in five years
        self.record(declaration, "declared")
        self.at(2027, 3, 1)
        self.record(declaration, "admitted", amount=1400.0)
        self.at(2027, 6, 1)
        self.tell(what="planned", date=date(2027, 6, 1))
        action = declaration.with_user(self.recovery_user).action_plan_dividends()
        window = self.env[action["res_model"]].with_user(self.recovery_user).with_context(**action["context"])
        window = window.create({"first_on": date(2028, 6, 1), "count": 5, "remitted_percent": 50})
        window.action_confirm()
        self.assertEqual(declaration.dividend_ids.mapped("amount"), [140] * 5)
        self.assertEqual((declaration.remitted, declaration.amount_left), (700, 700))

        # the first is paid by the mandataire, the second by the debtor: neither raises an alert
        self.pay_for(self.trustee, self.old, 140, date(2028, 6, 5))
        self.at(2028, 6, 6)
        self.pay(self.recent, 140, date(2029, 6, 4))
        self.at(2029, 6, 5)
        first, second = declaration.dividend_ids[:2]
        self.assertEqual((first.state, second.state), ("received", "received"))
        self.assertEqual((declaration.amount_received, declaration.amount_left), (280, 420))
        self.assertFalse(proceedings.payment_alert_count)

        # the third does not come: somebody is told
        self.at(2030, 7, 15)
        self.assertEqual(declaration.dividend_ids[2].state, "late")
        self.assertTrue(self.debtor.activity_ids.filtered(lambda task: task.summary == "Dividend not received"))

        # resolved: a liquidation that keeps what was before it
        self.at(2030, 9, 2)
        self.tell(what="converted", kind="liquidation", date=date(2030, 9, 2))
        self.assertEqual((proceedings.kind, proceedings.opened_as), ("liquidation", "receivership"))
        self.assertEqual(self.state(date(2029, 1, 1)).phase, "plan")
        self.assertEqual(set(declaration.dividend_ids[2:].mapped("state")), {"void"})
        self.assertEqual(declaration.amount_left, 1120, "what the plan gave up is owed again")

        # and nothing is left
        self.at(2031, 3, 3)
        self.tell(what="closed", closing="no_assets", date=date(2031, 3, 3))
        self.assertEqual((declaration.state, proceedings.state), ("closed", "no_assets"))
        self.assertTrue(self.state(date(2040, 1, 1)).stops(EXECUTION), "creditors do not regain their action")
        line = self.receivable_of(self.old)
        proofs = self.env["recovery.claim"]._get_loss_proofs(line)[line.id]
        self.assertEqual([proof.code for proof in proofs], ["liquidation", "closure"])
        rows = self.env["recovery.chronology"]._read_rows(case._get_chronology_scope())
        days = [row.moment.date() for row in rows if row.kind == "insolvency"]
        told = {JUDGMENT, PUBLISHED, date(2027, 6, 1), date(2030, 9, 2), date(2031, 3, 3)}
        self.assertLessEqual(told | {date(2028, 6, 5), date(2029, 6, 4)}, set(days))
