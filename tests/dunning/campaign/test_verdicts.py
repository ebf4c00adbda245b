import random
from collections import Counter
from datetime import timedelta
from io import BytesIO

from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ...portfolio import PortfolioCommon


@tagged("post_install", "-at_install")
class TestVerdicts(PortfolioCommon):
    """What a campaign says of every instalment, against a slow and obvious reading of the books."""

    def count_tables(self):
        """Return the number of rows of each of our tables, but the verdicts', and of what sending writes."""
        self.env.flush_all()
        names = [name for name in self.env.registry if name.startswith("recovery.") and self.env[name]._auto]
        names = [name for name in names if not self.env[name]._abstract and not self.env[name]._transient]
        names += ["mail.mail", "mail.activity", "ir.attachment", "account.move.line", "account.partial.reconcile"]
        return {
            name: self.env[name].sudo().with_context(active_test=False).search_count([])
            for name in sorted(set(names) - {"recovery.verdict", "recovery.campaign", "recovery.event"})
        }

    def simulate(self, day, **vals):
        campaign = self.env["recovery.campaign"].create(
            {"company_id": self.company.id, "date": day, "mode": "simulation", **vals}
        )
        campaign.action_simulate()
        return campaign

    def rows_of(self, campaign):
        return self.env["recovery.verdict"].search([("campaign_id", "=", campaign.id)])

    def next_level_slowly(self, line, day):
        """Return the level an instalment takes on a day, read from the levels themselves."""
        levels = self.scenario.level_ids.sorted("sequence")
        claimed = self.env["recovery.notice.line"].search(
            [("move_line_id", "=", line.id), ("engaged", "=", True), ("claimed_on", "<=", day)], order="id"
        )
        late = (day - line.date_maturity).days
        rest = levels
        if claimed:
            last = claimed[-1]
            position = list(levels).index(last.level_id)
            rest = levels[position + 1 :]
        for level in rest:
            if late > 0 and level.basis == "due" and level.delay < 0:
                continue
            if level.basis == "due" and late < level.delay:
                return None
            if level.basis == "deadline":
                return level if claimed and last.deadline_date and day > last.deadline_date else None
            if claimed and (day - last.claimed_on).days < max(level.min_interval, 1):
                return None
            if level.basis == "previous" and claimed and (day - last.claimed_on).days < level.delay:
                return None
            return level
        return None

    def test_every_open_instalment_has_one_verdict_and_the_right_level(self):
        for seed in (3, 11):
            with self.subTest(seed=seed):
                customers = self.make_portfolio(seed, invoices=20)
                debtors = self.env["recovery.debtor"]._ensure_for(customers, self.company)
                rng = random.Random(seed)
                for offset in (0, 9, 30):
                    day = self.today + timedelta(days=offset)
                    campaign = self.make_campaign(day, debtors=debtors)
                    self.check_against_the_books(campaign, day, customers)
                    if offset == 0 and rng.random() < 2:
                        campaign._validate(day)

    def check_against_the_books(self, campaign, day, customers):
        rows = self.rows_of(campaign)
        self.assertFalse([key for key, n in Counter(rows.mapped("move_line_id").ids).items() if n > 1])
        debts = [
            line
            for line, residual in self.open_lines_slowly(day)
            if residual > 0 and line.partner_id.commercial_partner_id in customers
        ]
        counted = campaign.summary.get("not_due", [0])[0] - len(rows.filtered(lambda row: row.code == "not_due"))
        self.assertEqual(len(rows) + counted, len(debts))
        self.assertEqual(campaign.instalment_count, len(debts))
        by_line = {row.move_line_id: row for row in rows}
        for line in debts:
            row, level = by_line.get(line), self.next_level_slowly(line, day)
            if row is None:
                self.assertIsNone(level, line.move_name)
                self.assertGreaterEqual(line.date_maturity, day)
            elif level is None:
                self.assertNotIn(row.code, ("due", "announced", "after_formal"), line.move_name)
            else:
                taken = "announced" if level.kind == "courtesy" else "due"
                self.assertIn(row.code, (taken, "after_formal", "after_claim", "covered"), line.move_name)
                self.assertEqual(row.level_id, level, line.move_name)
                self.assertAlmostEqual(row.amount_claimed + row.amount_excluded, row.amount_company, 2)
        claimed = sum(rows.mapped("amount_claimed"))
        self.assertAlmostEqual(campaign.amount, claimed, 1)
        self.assertAlmostEqual(campaign.amount_announced, sum(rows.mapped("amount_announced")), 1)
        self.assertAlmostEqual(campaign.amount_open, campaign.amount + campaign.amount_left_out, 2)
        set_off = sum(rows.filtered(lambda row: row.code == "due").mapped("amount_excluded"))
        told = campaign._get_left_out_rows()
        self.assertAlmostEqual(sum(amount for _label, count, amount in told if count is None), set_off, 2)
        self.assertAlmostEqual(sum(amount for _label, _count, amount in told), campaign.amount_left_out, 2)
        self.assertAlmostEqual(campaign.amount_open, sum(line.amount_residual for line in debts), 2)
        for row in rows.filtered("notice_id"):
            self.assertEqual(row.notice_id.campaign_id, campaign)
            self.assertIn(row.move_line_id, row.notice_id._get_own_lines().move_line_id)
            self.assertEqual(row.code == "due", row.move_line_id in row.notice_id._get_claimed_lines().move_line_id)

    def test_a_simulation_writes_nothing_else(self):
        self.make_portfolio(5, invoices=12)
        before = self.count_tables()
        for day in (self.today, self.today + timedelta(days=45), self.today - timedelta(days=45)):
            campaign = self.simulate(day)
            self.assertTrue(self.rows_of(campaign))
            self.assertEqual(self.count_tables(), before)
            self.assertTrue(campaign.day_text)
            with self.assertRaises(UserError):
                campaign.action_validate()
            campaign.unlink()
        self.assertEqual(self.count_tables(), before)

    @freeze_time("2026-11-21 09:00:00")
    def test_simulation_of_a_past_day_sees_the_books_of_that_day(self):
        day = self.today - timedelta(days=20)
        paid = self.make_invoice(amount=400, days_overdue=30)
        self.make_invoice(amount=90, days_overdue=5)
        debtor = self.debtor_of()
        self.make_campaign(day)._validate(day)
        self.pay(paid, date=self.today - timedelta(days=2))
        campaign = self.simulate(day, debtor_ids=[Command.set(debtor.ids)])
        row = self.rows_of(campaign).filtered(lambda row: row.move_line_id.move_id == paid)
        self.assertEqual((row.code, row.level_id, row.amount_claimed), ("due", self.levels["reminder"], 400))
        later = self.simulate(day + timedelta(days=10), debtor_ids=[Command.set(debtor.ids)])
        row = self.rows_of(later).filtered(lambda row: row.move_line_id.move_id == paid)
        self.assertEqual(row.reached_level_id, self.levels["reminder"])
        now = self.simulate(self.today, debtor_ids=[Command.set(debtor.ids)])
        self.assertFalse(self.rows_of(now).filtered(lambda row: row.move_line_id.move_id == paid))

    def test_every_reason_is_kept_not_only_the_first(self):
        invoice = self.make_invoice(days_overdue=-3)
        invoice.no_followup = True
        self.env["recovery.hold"].create(
            {"debtor_id": self.debtor_of().id, "date_from": self.today, "reason": "Litige en cours"}
        )
        campaign = self.make_campaign()
        row = self.rows_of(campaign).filtered(lambda row: row.move_line_id.move_id == invoice)
        self.assertEqual(row.code, "no_followup")
        self.assertEqual(row.reasons.split(","), ["no_followup", "hold"])
        self.assertIn(",", row.reasons_text)

    def test_no_address_is_said_and_stays_in_the_totals(self):
        lost = self.env["res.partner"].create({"name": "Sans adresse", "is_company": True})
        invoice = self.make_invoice(lost, amount=70, days_overdue=10)
        campaign = self.make_campaign(debtors=self.debtor_of(lost))
        self.assertFalse(campaign.notice_ids)
        self.assertEqual(self.rows_of(campaign).mapped("code"), ["no_address"])
        self.assertEqual((campaign.amount_open, campaign.amount, campaign.amount_left_out), (70, 0, 70))
        lost.email = "retrouve@example.com"
        campaign.action_propose()
        self.assertEqual(campaign.notice_ids._get_claimed_lines().move_id, invoice)

    @freeze_time("2026-11-21 09:00:00")
    def test_old_bank_statements_block_reminders(self):
        self.make_invoice(days_overdue=10)
        self.company.recovery_bank_days = 5
        self.assertTrue(self.make_campaign().notice_ids, "without statement lines the guard does nothing")
        self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": self.today - timedelta(days=8),
                "payment_ref": "Virement",
                "amount": 10,
            }
        )
        campaign = self.make_campaign()
        self.assertFalse(campaign.notice_ids)
        self.assertEqual(
            self.rows_of(campaign).filtered(lambda r: r.partner_id == self.debtor_partner).code, "bank_stale"
        )
        self.assertIn("8", campaign.bank_text)
        with self.assertRaises(UserError):
            campaign.action_validate()
        self.company.recovery_bank_days = 10
        campaign.action_propose()
        self.assertTrue(campaign.notice_ids)

    def test_no_followup_of_opening_balances_is_shown_and_lifted_by_a_manager(self):
        receivable = self.company_data["default_account_receivable"]
        opening = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": self.today - timedelta(days=60),
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": self.debtor_partner.id,
                            "debit": 250,
                            "date_maturity": self.today - timedelta(days=30),
                        }
                    ),
                    Command.create({"account_id": self.company_data["default_account_revenue"].id, "credit": 250}),
                ],
            }
        )
        opening.action_post()
        line = self.receivable_of(opening)
        self.assertTrue(line.no_followup, "core's default for miscellaneous journals")
        campaign = self.make_campaign(debtors=self.debtor_of())
        self.assertFalse(campaign.notice_ids)
        self.assertIn("250", campaign.no_followup_text)
        with self.assertRaises(AccessError):
            campaign.with_user(self.recovery_user)._lift_no_followup("x")
        campaign.with_user(self.recovery_manager)._lift_no_followup("Reprise des soldes")
        self.assertFalse(line.no_followup)
        self.assertEqual(campaign.notice_ids._get_claimed_lines().move_line_id, line)
        self.assertTrue(self.env["recovery.event"].search([("kind", "=", "followed")], limit=1))

    def test_scope_by_collector_and_by_scenario(self):
        other = self.make_partner("Autre")
        self.make_invoice(days_overdue=10)
        self.make_invoice(other, days_overdue=10)
        self.debtor_of(other).collector_id = self.recovery_user
        campaign = self.env["recovery.campaign"].create({"date": self.today, "collector_id": self.recovery_user.id})
        campaign._propose()
        self.assertEqual(campaign.notice_ids.partner_id, other)
        gentle = self.scenario.copy()
        self.debtor_of(other).scenario_id = gentle
        campaign = self.env["recovery.campaign"].create({"date": self.today, "scenario_id": gentle.id})
        campaign._propose()
        self.assertEqual(campaign.notice_ids.partner_id, other)
        self.assertEqual(campaign.instalment_count, 1)

    def test_old_rows_go_notices_and_totals_stay(self):
        self.make_invoice(days_overdue=10)
        campaign, simulation = self.make_campaign(), self.simulate(self.today)
        today = self.company._recovery_today()
        simulation.sudo().proposed_on = today - timedelta(days=8)
        campaign.sudo().proposed_on = today - timedelta(days=8)
        self.env["recovery.verdict"]._gc_old_rows()
        self.assertFalse(self.rows_of(simulation))
        self.assertTrue(self.rows_of(campaign))
        campaign.sudo().proposed_on = today - timedelta(days=91)
        self.env["recovery.verdict"]._gc_old_rows()
        self.assertFalse(self.rows_of(campaign))
        self.assertTrue(campaign.notice_ids)
        self.assertTrue(campaign.amount_open)

    def test_spreadsheet_keeps_what_is_left_out_in_its_totals(self):
        self.make_portfolio(8, invoices=14)
        campaign = self.make_campaign()
        wizard = self.env["recovery.verdict.export"].create({"campaign_id": campaign.id, "company_id": self.company.id})
        totals = wizard._get_totals()
        self.assertAlmostEqual(sum(row[2] for row in totals), campaign.amount_open, 2)
        self.assertAlmostEqual(sum(row[3] + row[4] for row in totals), campaign.amount_open, 2)
        self.assertAlmostEqual(sum(row[3] for row in totals), campaign.amount, 1)
        self.assertEqual(sum(row[1] for row in totals), campaign.instalment_count)
        cells = [
            cell
            for sheet in load_workbook(BytesIO(wizard._get_xlsx()))
            for row in sheet.iter_rows(values_only=True)
            for cell in row
        ]
        self.assertNotIn("False", cells, "what is not known is left empty")
        self.assertEqual(campaign.action_export_verdicts()["type"], "ir.actions.act_url")

    def test_batches_say_the_same_as_one_reading(self):
        self.make_portfolio(21, invoices=20)
        ledger = self.env["recovery.ledger"]
        whole = ledger._read_items(self.company, day=self.today)
        parts = list(ledger._read_items_by_customer(self.company, day=self.today, size=3))
        self.assertGreater(len(parts), 2)
        self.assertEqual(sorted(item for part in parts for item in part), sorted(whole))
        customers = [{item.partner_id for item in part} for part in parts]
        self.assertEqual(len(set().union(*customers)), sum(map(len, customers)), "a customer is never split")

    def test_deleting_what_a_verdict_names(self):
        invoice = self.make_invoice(days_overdue=10)
        campaign = self.make_campaign()
        line = self.receivable_of(invoice)
        notice_line = campaign.notice_ids._get_claimed_lines().filtered(lambda row: row.move_line_id == line)
        self.assertTrue(notice_line)
        invoice.button_draft()
        invoice.with_context(force_delete=True).unlink()
        self.assertFalse(notice_line.move_line_id)
        self.assertFalse(notice_line.move_id)
        self.assertFalse(self.rows_of(campaign).filtered(lambda row: row.move_name == invoice.name))
