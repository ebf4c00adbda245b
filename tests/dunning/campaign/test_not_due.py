import random
from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import format_date

from odoo.addons.debt_recovery.models.dunning.scenario.ladder import Reached, Step, next_outcome

from .announced import AnnouncedCommon

LIVES = 8


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 09:00:00")
class TestNotDue(AnnouncedCommon):
    """Nothing that is not late on the day of issue is claimed, whatever the door."""

    def move_due(self, invoice, days):
        """Give the instalments of a posted invoice another due date, so many days from today."""
        lines = self.receivable_of(invoice)
        lines.date_maturity = self.today + timedelta(days=days)
        self.env.flush_all()

    # ------------------------------------------------------------
    # The ladder and its levels
    # ------------------------------------------------------------
    def test_an_instalment_is_late_from_the_day_after_its_due_date(self):
        invoice = self.make_invoice(due=self.today)
        for level in self.scenario.level_ids.filtered(lambda level: level.kind != "courtesy"):
            self.assertNotEqual(self.verdict_of(invoice).step.level_id, level.id)
        notice = self.make_campaign().notice_ids
        self.assertEqual((notice.kind, notice.amount, notice.amount_announced), ("courtesy", 0, 1000))
        notice = self.make_campaign(self.today + timedelta(days=1)).notice_ids
        self.assertEqual((notice.kind, notice.amount), ("reminder", 1000))

    def test_no_step_but_a_courtesy_is_taken_before_however_its_days_are_counted(self):
        due = self.today
        courtesy = Step(1, "courtesy", "due", -10, 1, 0.0, 0)
        reached = Reached(7, 1, "courtesy", -10, due - timedelta(days=10), None)
        for kind in ("reminder", "call", "final", "formal_notice", "handover"):
            for basis, delay, business in (("due", 0, False), ("previous", 2, False), ("previous", 0, True)):
                step = Step(2, kind, basis, delay, 1, 0.0, 1, business)
                for late in range(-9, 1):
                    outcome = next_outcome([courtesy, step], due, reached, due + timedelta(days=late))
                    self.assertNotEqual(outcome.code, "due", (kind, basis, late))
                    self.assertEqual(outcome.when, due + timedelta(days=1))
                outcome = next_outcome([courtesy, step], due, reached, due + timedelta(days=1))
                self.assertEqual((outcome.code, outcome.step), ("due", step))
        self.assertEqual(next_outcome([courtesy], due, None, due + timedelta(days=1)).code, "ladder_end")

    def test_a_level_before_the_due_date_is_a_courtesy_and_a_courtesy_is_never_after(self):
        vals = {"scenario_id": self.scenario.id, "name": "Essai", "subject": "Essai", "channel_email": True}
        Level = self.env["recovery.level"]
        for kind in ("reminder", "call", "final", "formal_notice", "handover"):
            for delay in (-5, 0):
                with self.subTest(kind=kind, delay=delay), self.assertRaises(ValidationError), self.cr.savepoint():
                    Level.create({**vals, "kind": kind, "delay": delay})
        for wrong in ({"delay": 1}, {"basis": "previous", "delay": 0}, {"basis": "deadline", "delay": 1}):
            with self.subTest(wrong=wrong), self.assertRaises(ValidationError), self.cr.savepoint():
                Level.create({**vals, "kind": "courtesy", **wrong})
        for right in ({"kind": "courtesy", "delay": -5}, {"kind": "courtesy", "delay": 0}, {"kind": "reminder"}):
            Level.create({**vals, **right})
        for level in Level.search([]):
            level._check_basis()

    # ------------------------------------------------------------
    # The books move between proposal, validation and sending
    # ------------------------------------------------------------
    def test_what_falls_due_later_since_leaves_the_claim_for_the_rest_of_the_account(self):
        for moved_before in ("validation", "sending"):
            with self.subTest(moved_before=moved_before):
                partner = self.make_partner(f"Reporté avant {moved_before}")
                late, moved = self.at("final", partner=partner), self.at("final", amount=300, partner=partner)
                campaign = self.make_campaign(debtors=self.debtor_of(partner))
                self.assertEqual(campaign.amount, 1300)
                if moved_before == "validation":
                    self.move_due(moved, 5)
                campaign._validate(self.today)
                if moved_before == "sending":
                    self.move_due(moved, 5)
                campaign._send(self.today)
                notice = campaign.notice_ids
                self.assertEqual((notice.state, notice.amount, notice.line_count), ("sent", 1000, 1))
                self.assertEqual(self.lines(notice, "claimed").move_id, late)
                rest = notice._get_rest_lines()
                self.assertEqual(rest.move_id, moved)
                self.assertFalse(rest.engaged)
                claim, rest = self.mail_of(notice).split(moved.name)
                self.assertNotIn("1 300", claim + rest)
                self.assertIn("300,00 €", rest)

    def test_nothing_leaves_when_all_of_it_falls_due_later(self):
        invoice = self.at("reminder")
        campaign = self.make_campaign()
        campaign._validate(self.today)
        self.move_due(invoice, 20)
        campaign._send(self.today)
        before, now = self.today - timedelta(days=101), self.today + timedelta(days=20)
        self.assertEqual(before, campaign.notice_ids.line_ids.due_date, "the day that it was to say")
        before, now = (format_date(self.env, day) for day in (before, now))
        self.assertEqual(
            (campaign.notice_ids.state, campaign.notice_ids.state_reason),
            ("obsolete", f"Its due date moved from {before} to {now}"),
        )
        self.assertFalse(campaign.notice_ids.delivery_ids)

    def test_a_claim_that_was_paid_does_not_leave_for_what_it_announced(self):
        late, later = self.at("final"), self.to_come()
        campaign = self.make_campaign()
        campaign._validate(self.today)
        self.pay(late)
        campaign._send(self.today)
        self.assertEqual(
            (campaign.notice_ids.state, campaign.notice_ids.state_reason), ("obsolete", "Settled in the meantime")
        )
        self.assertFalse(any(campaign.notice_ids.line_ids.mapped("engaged")))
        self.assertFalse(campaign.notice_ids.delivery_ids)
        notice = self.make_campaign().notice_ids
        self.assertEqual((notice.kind, self.lines(notice, "announced").move_id), ("courtesy", later))

    def test_what_was_announced_and_became_late_before_sending_is_reminded_by_the_next_campaign(self):
        self.at("final")
        later = self.to_come(days=2)
        campaign = self.make_campaign()
        campaign._validate(self.today)
        day = self.today + timedelta(days=3)
        campaign._send(day)
        notice = campaign.notice_ids
        self.assertEqual((notice.state, notice.amount, notice.amount_announced), ("sent", 1000, 0))
        self.assertIn(later, notice._get_rest_lines().move_id)
        notice = self.make_campaign(day).notice_ids
        self.assertEqual((notice.kind, self.lines(notice, "claimed").move_id), ("reminder", later))

    def test_a_courtesy_that_comes_too_late_says_so(self):
        self.to_come(days=1)
        campaign = self.make_campaign()
        campaign._validate(self.today)
        campaign._send(self.today + timedelta(days=2))
        self.assertEqual(
            (campaign.notice_ids.state, campaign.notice_ids.state_reason),
            ("obsolete", "Its due date has passed: a courtesy reminder comes before"),
        )

    def test_a_due_date_moved_while_late_is_printed_as_it_is_now(self):
        invoice = self.at("reminder")
        campaign = self.make_campaign()
        campaign._validate(self.today)
        self.move_due(invoice, -3)
        campaign._send(self.today)
        line = self.lines(campaign.notice_ids, "claimed")
        self.assertEqual((line.due_date, line.days_late), (self.today - timedelta(days=3), 3))
        self.assertEqual(campaign.notice_ids.oldest_due, line.due_date)

    # ------------------------------------------------------------
    # Other doors
    # ------------------------------------------------------------
    def test_past_levels_are_not_taken_over_from_before_they_were_late(self):
        late, later = self.receivable_of(self.at("reminder")), self.receivable_of(self.to_come())
        Notice, reminder = self.env["recovery.notice"], self.levels["reminder"]
        for line, day in ((later, self.today), (late, late.date_maturity)):
            with self.assertRaisesRegex(ValidationError, line.move_name):
                Notice._resume(self.company, [(line, reminder, day)], "Reprise")
        notice = Notice._resume(self.company, [(later, self.levels["courtesy"], self.today)], "Reprise")
        self.assertEqual((notice.amount, notice.amount_announced, notice.line_ids.role), (0, 5000, "announced"))
        self.assertFalse(
            self.make_campaign(self.today + timedelta(days=1), self.debtor_of()).notice_ids.amount_announced
        )

    def test_a_case_claims_nothing_that_falls_due_later(self):
        late, later = self.at("reminder"), self.to_come()
        debtor, Case = self.debtor_of(), self.env["recovery.case"]
        with self.assertRaisesRegex(UserError, later.name):
            Case._open_for(debtor, self.receivable_of(late | later), self.today)
        debtor.action_open_case()
        case = debtor.case_ids
        self.assertEqual(case.line_ids.move_id, late)
        with self.assertRaisesRegex(UserError, later.name), Form(case) as form, form.line_ids.new() as claim:
            claim.line_id = self.receivable_of(later)
        debtor.insolvency_on = self.today - timedelta(days=1)
        case._add_lines(self.receivable_of(later), self.today)
        self.assertEqual(case.amount_opening, 6000, "a judgment has everything declared")

    def test_a_statement_of_the_claim_bears_on_nothing_that_falls_due_later(self):
        late, later = self.at("reminder"), self.to_come()
        debtor = self.debtor_of()
        wizard = Form(self.env["recovery.claim.statement.wizard"].with_context(default_debtor_id=debtor.id)).save()
        self.assertEqual(wizard.line_ids.move_id, late)
        wizard.line_ids |= self.receivable_of(later)
        with self.assertRaisesRegex(UserError, later.name):
            wizard.action_issue()

    def test_a_mise_en_demeure_whose_invoices_fall_due_later_leads_nowhere(self):
        invoice = self.at("formal_notice")
        notice = self.make_campaign().notice_ids.sudo()
        notice.line_ids.engaged = True
        self.assertEqual(notice._read_left(self.company, self.today), {notice: 1000})
        self.move_due(invoice, 10)
        self.assertFalse(notice._read_left(self.company, self.today))

    def test_the_script_of_a_call_made_by_hand_speaks_of_what_is_late(self):
        self.at("reminder")
        self.to_come()
        script = self.text_of(
            f"<div>{self.debtor_of()._get_call_script(self.env['recovery.delivery'], self.today)}</div>"
        )
        self.assertIn("1 000,00", script)
        self.assertNotIn("6 000", script)
        self.assertNotIn("5 000", script)

    def test_agreements_propose_what_is_overdue(self):
        self.at("reminder")
        self.to_come()
        for name in ("promise", "payment.plan", "settlement"):
            wizard = self.env[f"recovery.{name}.wizard"].new({"debtor_id": self.debtor_of().id})
            self.assertEqual(wizard["amount" if name == "promise" else "amount_total"], 1000, name)

    def test_the_preview_of_a_wording_claims_what_is_late_and_announces_the_rest(self):
        self.at("reminder")
        self.to_come()
        for level in self.scenario.level_ids:
            level.preview_debtor_id = self.debtor_of()
            text = self.text_of(level.preview_html)
            with self.subTest(level=level.name):
                self.assertIn("5 000,00" if level.kind == "courtesy" else "1 000,00", text)
                self.assertNotIn("6 000", text)

    # ------------------------------------------------------------
    # Random lives
    # ------------------------------------------------------------
    def make_life(self, rng, position):
        """Return a customer with random invoices, credits and payments around a random day."""
        partner = self.make_partner(f"Vie {position}")
        invoices = self.env["account.move"]
        for _number in range(rng.randint(2, 6)):
            days = rng.choice((-30, -8, -7, -6, -3, -1, 0, 1, 2, 14, 16, 31, 50, 90))
            invoices |= self.make_invoice(partner, amount=rng.randint(10, 900), days_overdue=days)
        if rng.random() < 0.5:
            reverses = rng.choice((None, rng.choice(invoices)))
            self.make_credit_note(partner, amount=rng.randint(5, 300), reverses=reverses)
        if rng.random() < 0.5:
            self.pay(rng.choice(invoices), amount=rng.randint(1, 9))
        return partner

    def check_claims(self, notice, day):
        """Compare what a notice claims with a slow reading of the books on its day."""
        claimed, announced = self.lines(notice, "claimed"), self.lines(notice, "announced")
        for line in claimed:
            self.assertLess(line.move_line_id.date_maturity, day, notice.kind)
        for line in announced:
            self.assertGreaterEqual(line.move_line_id.date_maturity, day)
            self.assertEqual(line.level_kind, "courtesy")
        self.assertEqual(notice.kind == "courtesy", not claimed)
        items = self.env["recovery.ledger"]._read_items(self.company, day=day, partners=notice.partner_id)
        shares, _left = self.env["recovery.ledger"]._allocate(items, [], day)
        net = {i.line_id: i.residual - sum(share.amount for share in shares.get(i.line_id, ())) for i in items}
        self.assertAlmostEqual(notice.amount, sum(net[line.move_line_id.id] for line in claimed), 2)
        self.assertAlmostEqual(notice.amount_announced, sum(net[line.move_line_id.id] for line in announced), 2)
        told = sum(total for _currency, total, _credits in notice._get_currency_totals())
        self.assertAlmostEqual(told, notice.amount if claimed else notice.amount_announced, 2)

    def test_random_lives_claim_what_is_late_net_of_credits_and_nothing_else(self):
        rng = random.Random(11)
        formal = self.levels["formal_notice"]  # a mise en demeure is always written
        (formal.scenario_id.level_ids - formal).with_context(recovery_defaults=True).write(
            {"channel_email": False, "channel_letter": False, "channel_registered": False, "channel_task": True}
        )
        partners = self.env["res.partner"].union(*(self.make_life(rng, position) for position in range(LIVES)))
        debtors = self.debtor_of(partners)
        kinds, mixed = set(), 0
        for offset in (0, 1, 2, 9, 17, 18, 33, 40):
            day = self.today + timedelta(days=offset)
            campaign = self.make_campaign(day, debtors)
            contacts = campaign.notice_ids.filtered(lambda notice: notice.kind != "handover")
            self.assertEqual(len(contacts.debtor_id), len(contacts), "one contact a day")
            for notice in campaign.notice_ids:
                self.check_claims(notice, day)
                kinds.add(notice.kind)
                mixed += bool(notice.amount and notice.amount_announced)
            claims = campaign.notice_ids.filtered(lambda notice: notice.kind != "courtesy")
            self.assertAlmostEqual(campaign.amount, sum(claims.mapped("amount")), 2)
            if campaign.notice_ids:
                campaign._validate(day)
                moved = rng.choice(campaign.notice_ids).line_ids.move_line_id[:1]
                if moved and not moved.reconciled:
                    moved.date_maturity = day + timedelta(days=rng.choice((0, 3, 20)))
                    self.env.flush_all()
                campaign._send(day)
            for notice in campaign.notice_ids.filtered(lambda n: n.state == "sent"):
                self.check_claims(notice, day)
        self.assertLessEqual({"courtesy", "reminder", "call", "final"}, kinds)
        self.assertGreater(mixed, 1, "some lives have both")
