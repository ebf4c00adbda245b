from datetime import timedelta
from unittest.mock import patch

from markupsafe import Markup

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestWorklist(RecoveryCommon):
    def refresh(self, day=None):
        self.env["recovery.worklist"]._refresh(self.company, day or self.today)
        return self.debtor_of()

    def test_figures_say_what_is_owed_and_what_comes_next(self):
        self.make_invoice(days_overdue=45, amount=1000)
        self.make_invoice(days_overdue=-20, amount=300)
        self.make_credit_note(amount=200)
        debtor = self.refresh()
        self.assertEqual((debtor.amount_open, debtor.amount_overdue, debtor.amount_to_claim), (1100, 800, 800))
        self.assertEqual(debtor.oldest_due, self.today - timedelta(days=45))
        self.assertEqual((debtor.priority_risk, debtor.priority_cash), (1600, 480))
        self.assertEqual((debtor.next_level_id, debtor.next_action_date), (self.levels["reminder"], self.today))

    def test_the_next_action_has_a_date_when_it_must_wait(self):
        self.make_invoice(days_overdue=-20, amount=300)
        debtor = self.refresh()
        self.assertEqual(debtor.next_action_date, self.today + timedelta(days=13))
        self.assertEqual(debtor.next_level_id, self.levels["courtesy"])

    def test_paying_refreshes_only_that_debtor(self):
        invoice = self.make_invoice(days_overdue=45)
        other = self.make_partner("Autre")
        self.make_invoice(other, days_overdue=45)
        self.refresh()
        self.pay(invoice)
        self.assertEqual(self.env["recovery.worklist"]._refresh(self.company, self.today), 1)
        self.assertEqual(self.debtor_of().amount_overdue, 0)
        self.assertTrue(self.debtor_of(other).amount_overdue)

    def test_nothing_moved_costs_nothing(self):
        self.make_invoice(days_overdue=45)
        self.refresh()
        self.assertEqual(self.env["recovery.worklist"]._refresh(self.company, self.today), 0)

    def test_draft_and_cancel_move_the_figures(self):
        invoice = self.make_invoice(days_overdue=45)
        self.refresh()
        invoice.button_draft()
        self.assertEqual(self.refresh().amount_overdue, 0)

    def test_figures_cannot_be_typed(self):
        debtor = self.refresh() or self.debtor_of()
        with self.assertRaises(AccessError):
            debtor.with_user(self.recovery_manager).write({"amount_overdue": 1})

    def test_a_suspension_of_another_day_leaves_the_figures_of_today(self):
        self.make_invoice(days_overdue=10, amount=100)
        self.make_invoice(days_overdue=-20, amount=300)
        debtor = self.refresh()
        for days in (40, -40):
            day = self.today + timedelta(days=days)
            hold = self.env["recovery.hold"].create(
                {"debtor_id": debtor.id, "date_from": day, "date_until": day, "reason": "Inventaire"}
            )
            self.assertEqual((debtor.amount_overdue, debtor.figures_date), (100, self.today))
            hold._release(day, "Fini")
            self.assertEqual((debtor.amount_overdue, debtor.figures_date), (100, self.today))

    def test_what_a_credit_covers_leaves_nothing_behind_once_matched(self):
        invoice, note = self.make_invoice(days_overdue=10, amount=100), self.make_credit_note(amount=100)
        debtor = self.refresh()
        self.assertEqual(debtor.next_action_code, "covered")
        (self.receivable_of(invoice) | self.receivable_of(note)).reconcile()
        self.refresh()
        self.assertFalse(debtor.next_action_code or debtor.next_level_id or debtor.limitation_on)

    def test_two_companies_sharing_a_customer_keep_apart(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        self.env.user.company_ids |= other
        self.make_invoice(days_overdue=45, amount=100)
        self.make_invoice(days_overdue=45, amount=900, company=other)
        self.assertEqual(self.refresh().amount_overdue, 100)
        self.env["recovery.worklist"]._refresh(other, self.today)
        self.assertEqual(self.debtor_of(company=other).amount_overdue, 900)
        self.assertEqual(self.make_campaign().notice_ids.amount, 100)

    def test_customers_merged_in_the_middle_of_a_campaign_are_written_to_once(self):
        for state in ("draft", "validated"):
            with self.subTest(state=state):
                before, after = self.make_partner(f"Avant {state}"), self.make_partner(f"Après {state}")
                self.make_invoice(before, days_overdue=12, amount=100)
                self.make_invoice(after, days_overdue=10, amount=50)
                campaign = self.make_campaign(debtors=self.debtor_of(before) | self.debtor_of(after))
                if state == "validated":
                    campaign._validate(self.today)
                self.env["base.partner.merge.automatic.wizard"].create({})._merge((before | after).ids, after)
                alive = campaign.notice_ids.filtered(lambda notice, state=state: notice.state == state)
                self.assertEqual((alive.amount, alive.line_count, alive.partner_id), (150, 2, after))
                campaign._validate(self.today)
                campaign._send(self.today)
                self.assertEqual(
                    (campaign.state, alive.state, len(campaign.notice_ids.delivery_ids)), ("sent", "sent", 1)
                )
                self.assertEqual(alive.oldest_due, self.today - timedelta(days=12))

    def test_a_merge_keeps_what_was_said_of_both(self):
        before, after = self.make_partner("Avant"), self.make_partner("Après")
        lost, kept = self.debtor_of(before), self.debtor_of(after)
        self.make_invoice(before, days_overdue=10, amount=70)
        # it left: what still waits in the queue is withdrawn by the insolvency below
        self.send_campaign(debtors=lost).notice_ids.delivery_ids.sudo()._mark("sent")
        self.refresh()
        scenario = self.scenario.copy({"name": "Grands comptes"})
        lost.write(
            {
                "scenario_id": scenario.id,
                "note": "<p>Vu au salon</p>",
                "nature": "merchant",
                "nature_confirmed": True,
                "insolvency_on": self.today,
                "employee_count": 12,
            }
        )
        kept.write({"note": "<p>Appeler le matin</p>", "employee_count": 9})
        self.env["base.partner.merge.automatic.wizard"].create({})._merge((before | after).ids, after)
        self.assertEqual((kept.scenario_id, kept.nature, kept.nature_confirmed), (scenario, "merchant", True))
        self.assertEqual((kept.insolvency_on, kept.employee_count), (self.today, 9))
        self.assertTrue(kept.last_notice_on)
        self.refresh()
        self.assertEqual(kept.amount_overdue, 70)
        for text in ("Vu au salon", "Appeler le matin"):
            self.assertIn(text, kept.note)

    def test_an_auditor_who_opens_the_list_judges_nothing(self):
        self.make_invoice(days_overdue=10)
        promise = self.env["recovery.promise"]._give(self.debtor_of(), self.today, 10, self.today)
        late = self.today + timedelta(days=30)
        with patch.object(type(self.company), "_recovery_today", lambda company: late):
            for user, state in ((self.recovery_auditor, "open"), (self.recovery_user, "broken")):
                self.env["recovery.debtor"].with_user(user).action_refresh_worklist()
                self.assertEqual(promise.state, state)
                self.assertEqual(self.debtor_of().amount_overdue, 1000, "figures of today for everybody")

    def test_merged_customers_unite_their_debtors(self):
        double = self.make_partner("Boulangerie Dupont (double)", email=self.debtor_partner.email)
        self.make_invoice(days_overdue=45, amount=100)
        self.make_invoice(double, days_overdue=45, amount=50)
        campaign = self.make_campaign()
        campaign._validate(self.today)
        kept, gone = self.debtor_of(), self.debtor_of(double)
        gone.message_post(body=Markup("<p>Appel du 3 mars</p>"))
        gone.collector_id = self.recovery_user
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((self.debtor_partner | double).ids, self.debtor_partner)
        self.env.invalidate_all()
        self.assertFalse(gone.exists())
        self.assertEqual(campaign.notice_ids.debtor_id, kept)
        self.assertEqual(kept.collector_id, self.recovery_user)
        self.assertTrue(kept.message_ids.filtered(lambda message: "3 mars" in message.body))
        self.assertEqual(self.refresh().amount_overdue, 150)
