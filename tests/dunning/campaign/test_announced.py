from datetime import timedelta
from io import BytesIO

from freezegun import freeze_time
from openpyxl import load_workbook

from odoo import Command
from odoo.tests import tagged

from .announced import AnnouncedCommon

ORDINARY = ("reminder", "call", "final")


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 09:00:00")
class TestAnnounced(AnnouncedCommon):
    """What falls due later is announced beside a claim, and never added to it."""

    # ------------------------------------------------------------
    # 1 000 € at the firm letter's step, 5 000 € due in six days
    # ------------------------------------------------------------
    def test_the_claim_is_of_what_is_late_and_the_rest_is_announced_with_its_date(self):
        late, later = self.at("final"), self.to_come()
        campaign = self.make_campaign()
        notice = campaign.notice_ids
        self.assertEqual(len(notice), 1, "no courtesy beside a claim, the same day")
        self.assertEqual(
            (notice.kind, notice.amount, notice.amount_announced, notice.line_count, notice.oldest_due),
            ("final", 1000, 5000, 1, late.invoice_date_due),
        )
        self.assertEqual(self.lines(notice, "claimed").move_id, late)
        announced = self.lines(notice, "announced")
        self.assertEqual((announced.move_id, announced.level_id), (later, self.levels["courtesy"]))
        self.assertEqual(notice._get_rest_lines().move_id, later)
        self.assertEqual((campaign.amount, campaign.amount_announced, campaign.amount_left_out), (1000, 5000, 5000))

    def test_letter_mail_and_preview_never_say_the_sum_of_both(self):
        self.env["res.lang"].search([("code", "=", "fr_FR")]).date_format = "%d/%m/%Y"
        late, later = self.at("final"), self.to_come()
        notice = self.make_campaign().notice_ids
        for state in ("draft", "sent"):
            for page in (self.letter_of(notice), self.mail_of(notice)):
                with self.subTest(state=state, page=page[:40]):
                    self.assertNotIn("6 000", page)
                    claim, rest = page.split(later.name)
                    self.assertIn("1 000,00 €", claim)
                    self.assertNotIn("5 000", claim, "nothing of it stands before the rest of the account")
                    self.assertIn("5 000,00 €", rest)
                    self.assertIn(later.invoice_date_due.strftime("%d/%m/%Y"), rest)
                    self.assertNotIn(late.name, rest)
            notice.campaign_id._validate(self.today)
            notice.campaign_id._send(self.today)
        self.assertEqual((self.text_of(notice.amount_text), notice.invoice_count_text), ("1 000,00 €", "1"))
        wording = self.text_of(f"<div>{notice.subject}{notice.body}{notice.closing}</div>")
        self.assertIn("1 000,00 €", wording)
        self.assertNotIn("5 000", wording)

    def test_worklist_and_send_now_claim_what_is_late_only(self):
        self.at("final")
        self.to_come()
        self.env["recovery.worklist"]._compute(self.company, self.today, self.debtor_partner)
        debtor = self.debtor_of()
        self.assertEqual((debtor.amount_to_claim, debtor.amount_overdue, debtor.amount_open), (1000, 1000, 6000))
        self.assertEqual(debtor.next_level_id, self.levels["final"])
        wizard = self.env["recovery.send.wizard"].create({"debtor_id": debtor.id})
        (shown,) = wizard.preview["notices"]
        self.assertEqual([self.digits(shown[key]) for key in ("amount", "announced")], ["100000", "500000"])
        self.assertNotIn("6 000", self.text_of(wizard.preview_html).replace(",", " "))
        self.assertEqual(
            [(row["claimed"], row["announced"]) for row in wizard.preview["instalments"]],
            [(True, False), (False, True)],
        )

    def digits(self, text):
        return "".join(filter(str.isdigit, text))

    def test_pourquoi_and_its_sheet_claim_what_is_late_only(self):
        self.at("final")
        self.to_come()
        campaign = self.send_campaign()
        rows = {row.code: row for row in self.env["recovery.verdict"].search([("campaign_id", "=", campaign.id)])}
        self.assertEqual(set(rows), {"due", "announced"})
        self.assertEqual((rows["due"].amount_claimed, rows["due"].amount_announced), (1000, 0))
        announced = rows["announced"]
        self.assertEqual((announced.amount_claimed, announced.amount_announced), (0, 5000))
        self.assertEqual(announced.amount_excluded, 5000, "claimed and not claimed make everything")
        self.assertEqual(announced.notice_id, campaign.notice_ids)
        self.assertEqual(campaign.summary, {"due": [1, 1000], "announced": [1, 5000]})
        export = self.env["recovery.verdict.export"].create({"campaign_id": campaign.id, "company_id": self.company.id})
        for sheet in load_workbook(BytesIO(export._get_xlsx()), data_only=True):
            table = [row for row in sheet.iter_rows(values_only=True) if "Claimed" in row or 6000 in row]
            titles, total = table[0], table[-1]
            figures = dict(zip(titles, total, strict=True))
            self.assertEqual(
                [figures[name] for name in ("Open", "Claimed", "Not claimed", "Of which announced")],
                [6000, 1000, 5000, 5000],
            )

    def test_journal_and_threads_claim_what_is_late_only(self):
        self.at("final")
        self.to_come()
        campaign = self.send_campaign()
        notice, debtor = campaign.notice_ids, self.debtor_of()
        Event = self.env["recovery.event"]
        events = Event.search([("res_model", "=", "recovery.notice"), ("res_id", "=", notice.id)])
        self.assertEqual(set(events.mapped("kind")), {"validated", "queued"})
        for event in events:
            self.assertEqual((event.details["amount"], event.details["announced"]), (1000, 5000))
            self.assertNotIn(self.lines(notice, "announced").move_name, event.details["invoices"])
        proposed = Event.search([("res_model", "=", "recovery.campaign"), ("kind", "=", "proposed")], limit=1)
        self.assertEqual((proposed.details["amount"], proposed.details["announced"]), (1000, 5000))
        for message in debtor.message_ids | campaign.message_ids:
            self.assertNotIn("6 000", self.text_of(f"<div>{message.body}</div>"))

    # ------------------------------------------------------------
    # Its siblings
    # ------------------------------------------------------------
    def test_every_ordinary_level_announces_and_claims_what_is_late_only(self):
        for position, kind in enumerate(ORDINARY):
            with self.subTest(kind=kind):
                partner = self.make_partner(f"Client {position}")
                self.at(kind, partner=partner)
                self.to_come(partner=partner)
                notice = self.send_campaign(debtors=self.debtor_of(partner)).notice_ids
                self.assertEqual((notice.kind, notice.state), (kind, "sent"))
                self.assertEqual((notice.amount, notice.amount_announced), (1000, 5000))
                self.assertTrue(self.lines(notice, "announced").engaged)

    def test_a_call_mentions_apart_what_falls_due_later(self):
        self.at("call")
        later = self.to_come()
        notice = self.send_campaign().notice_ids
        debtor = self.debtor_of()
        for script in (debtor.activity_ids.note, debtor._get_call_script(notice.delivery_ids, self.today)):
            claim, apart = self.text_of(script).split(later.name)
            self.assertIn("1 000,00 €", claim)
            self.assertNotIn("5 000", claim)
            self.assertIn("5 000,00 €", apart)

    def test_what_was_announced_is_not_announced_again_and_is_reminded_once_it_is_late(self):
        self.at("final")
        later = self.to_come(days=3)
        self.send_campaign()
        for days in (1, 2, 3):
            self.assertFalse(self.make_campaign(self.today + timedelta(days=days)).notice_ids)
        notice = self.make_campaign(self.today + timedelta(days=4)).notice_ids
        self.assertEqual((notice.kind, notice.amount, self.lines(notice, "claimed").move_id), ("reminder", 5000, later))

    def test_undo_gives_both_steps_back(self):
        self.at("final")
        self.to_come()
        campaign = self.send_campaign()
        self.assertFalse(self.make_campaign().notice_ids)
        campaign.notice_ids.with_user(self.recovery_manager)._cancel("Erreur")
        self.assertFalse(any(campaign.notice_ids.line_ids.mapped("engaged")))
        again = self.make_campaign().notice_ids
        self.assertEqual((again.kind, again.amount, again.amount_announced), ("final", 1000, 5000))

    def test_no_courtesy_leaves_on_the_day_of_a_claim(self):
        self.at("final")
        self.send_campaign()
        later = self.to_come()
        self.assertFalse(self.make_campaign().notice_ids)
        self.assertEqual(self.verdict_of(later).code, "after_claim")
        notice = self.make_campaign(self.today + timedelta(days=1)).notice_ids
        self.assertEqual((notice.kind, notice.amount, notice.amount_announced), ("courtesy", 0, 5000))

    def test_a_mise_en_demeure_and_a_handover_leave_the_courtesy_for_another_day(self):
        self.at("formal_notice")
        later = self.to_come()
        campaign = self.make_campaign()
        notice = campaign.notice_ids
        self.assertEqual((notice.kind, notice.amount, notice.amount_announced), ("formal_notice", 1000, 0))
        self.assertFalse(self.lines(notice, "announced"))
        self.assertEqual(notice._get_rest_lines().move_id, later, "it is told with its date, its courtesy is not done")
        self.assertEqual(set(campaign.summary), {"due", "after_formal"})
        page = self.letter_of(notice)
        claim, rest = page.split(later.name)
        self.assertNotIn("5 000", claim)
        self.assertIn("5 000,00 €", rest)
        partner = self.make_partner("Contentieux")
        old = self.make_invoice(partner, days_overdue=100)
        day = self.today - timedelta(days=30)
        self.env["recovery.notice"]._resume(
            self.company, [(self.receivable_of(old), self.levels["formal_notice"], day)], "Reprise"
        )
        self.to_come(partner=partner)
        campaign = self.make_campaign(debtors=self.debtor_of(partner))
        self.assertEqual((campaign.notice_ids.kind, campaign.amount, campaign.amount_announced), ("handover", 1000, 0))
        self.assertEqual(set(campaign.summary), {"due", "after_claim"})

    def test_a_handover_of_the_same_day_takes_nothing_from_what_a_reminder_announces(self):
        old = self.make_invoice(days_overdue=100)
        day = self.today - timedelta(days=30)
        self.env["recovery.notice"]._resume(
            self.company, [(self.receivable_of(old), self.levels["formal_notice"], day)], "Reprise"
        )
        self.at("reminder", amount=300)
        self.to_come()
        notices = self.send_campaign().notice_ids
        self.assertEqual(set(notices.mapped("state")), {"sent"})
        figures = {notice.kind: (notice.amount, notice.amount_announced) for notice in notices}
        self.assertEqual(figures, {"handover": (1000, 0), "reminder": (300, 5000)})

    def test_a_courtesy_alone_claims_nothing(self):
        later = self.to_come()
        campaign = self.make_campaign()
        notice = campaign.notice_ids
        self.assertEqual(
            (notice.kind, notice.amount, notice.amount_announced, notice.line_count), ("courtesy", 0, 5000, 1)
        )
        self.assertEqual((campaign.amount, campaign.amount_announced), (0, 5000))
        self.assertEqual(self.text_of(notice.amount_text), "5 000,00 €")
        for page in (self.letter_of(notice), self.mail_of(notice)):
            self.assertIn("5 000,00 €", page)
            self.assertNotIn("Total claimed", page)
            self.assertNotIn("Total réclamé", page)
        campaign._validate(self.today)
        campaign._send(self.today)
        self.assertEqual(notice.state, "sent")
        self.assertEqual((later.recovery_level_id, later.recovery_last_notice_id), (self.levels["courtesy"], notice))
        self.env["recovery.worklist"]._compute(self.company, self.today, self.debtor_partner)
        self.assertEqual(self.debtor_of().amount_to_claim, 0)

    def test_an_invoice_only_announced_was_not_reminded_by_the_firm_letter(self):
        late, later = self.at("final"), self.to_come()
        notice = self.send_campaign().notice_ids
        self.assertEqual((late.recovery_level_id, late.recovery_last_notice_id), (self.levels["final"], notice))
        self.assertEqual(later.recovery_level_id, self.levels["courtesy"])
        self.assertFalse(later.recovery_last_notice_id)

    def test_two_currencies_stay_apart_and_announced(self):
        usd = self.setup_other_currency("USD", rates=[("2020-01-01", 2.0)])
        self.at("final", amount=100)
        self.at("final", amount=40, currency=usd)
        self.to_come(amount=900, currency=usd)
        self.to_come(amount=700)
        notice = self.make_campaign().notice_ids
        totals = {currency.name: total for currency, total, _credits in notice._get_currency_totals()}
        self.assertEqual(totals, {"EUR": 100, "USD": 40})
        self.assertEqual((notice.amount, notice.amount_announced), (120, 1150))
        page = self.letter_of(notice)
        self.assertNotIn("800", page, "late and to come are not added in either currency")
        self.assertNotIn("940", page)

    def test_an_invoice_late_in_part_stands_in_both_parts(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "En deux fois",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 40, "nb_days": 10}),
                    Command.create({"value": "percent", "value_amount": 60, "nb_days": 35}),
                ],
            }
        )
        invoice = self.make_invoice(date=self.today - timedelta(days=30), amount=1000, term=term)
        first, second = self.receivable_of(invoice)
        notice = self.make_campaign().notice_ids
        self.assertEqual((notice.amount, notice.amount_announced, notice.line_count), (400, 600, 1))
        self.assertEqual(self.lines(notice, "claimed").move_line_id, first)
        self.assertEqual(self.lines(notice, "announced").move_line_id, second)

    def test_a_large_courtesy_lifts_nothing_over_the_minimum(self):
        self.levels["reminder"].with_context(recovery_defaults=True).min_amount = 15
        small = self.make_invoice(days_overdue=5, amount=3)
        self.to_come()
        campaign = self.make_campaign()
        self.assertEqual((campaign.notice_ids.kind, campaign.amount), ("courtesy", 0))
        self.assertEqual(self.verdict_of(small).code, "below_minimum")

    def test_a_small_courtesy_is_held_by_its_own_minimum_only(self):
        self.levels["courtesy"].with_context(recovery_defaults=True).min_amount = 500
        self.at("reminder")
        later = self.to_come(amount=20)
        notice = self.make_campaign().notice_ids
        self.assertEqual((notice.amount, notice.amount_announced), (1000, 0))
        self.assertEqual(notice._get_rest_lines().move_id, later)

    def test_a_credit_goes_to_what_is_late_first_and_never_raises_the_claim(self):
        self.at("final")
        self.to_come()
        self.make_credit_note(amount=300)
        notice = self.make_campaign().notice_ids
        self.assertEqual((notice.amount, notice.amount_announced), (700, 5000))

    def test_ceilings_of_automatic_campaigns_count_claims_only(self):
        self.company.write({"recovery_auto": True, "recovery_auto_max_notices": 10, "recovery_auto_max_amount": 2000})
        self.at("reminder")
        self.to_come()
        self.begin_ledger()
        campaign = self.env["recovery.campaign"]._run_automatically(self.company, self.today)
        self.assertEqual((campaign.state, campaign.amount), ("sent", 1000))

    def test_a_decision_is_asked_for_what_is_claimed(self):
        self.levels["final"].with_context(recovery_defaults=True).approval_required = True
        self.at("final")
        self.to_come()
        campaign = self.make_campaign()
        campaign.with_user(self.recovery_user)._validate(self.today)
        decision = campaign.notice_ids.decision_id
        self.assertEqual((decision.amount_max, decision.figures["amount"]), (1000, 1000))

    def test_the_branch_signs_when_all_that_is_claimed_is_its_own(self):
        branch = self.env["res.company"].create({"name": "Agence de Lyon", "parent_id": self.company.id})
        self.env.user.company_ids |= branch
        self.cr.precommit.run()
        self.make_invoice(days_overdue=10, company=branch)
        self.to_come()
        notice = self.make_campaign().notice_ids
        self.assertEqual((notice.issuer_id, notice.amount), (branch, 1000))
        self.make_invoice(days_overdue=10, amount=10)
        self.assertEqual(self.make_campaign().notice_ids.issuer_id, self.company)

    def test_two_customers_made_one_get_one_letter_that_claims_what_is_late(self):
        other = self.make_partner("Boulangerie Dupond")
        self.at("final")
        self.to_come(partner=other)
        campaign = self.make_campaign()
        self.assertEqual(sorted(campaign.notice_ids.mapped("kind")), ["courtesy", "final"])
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.debtor_partner | other).ids, self.debtor_partner)
        notice = campaign.notice_ids.filtered(lambda notice: notice.state == "draft")
        self.assertEqual((notice.kind, notice.amount, notice.amount_announced), ("final", 1000, 5000))
