from datetime import datetime, time, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ...models.ledger.ageing_status import STATUSES
from ...models.reporting import recovery_ageing_report
from ...models.reporting.ageing_options import Options
from ..common import RecoveryCommon
from ..english import InEnglish
from ..ledger.test_past_days import HistoryCommon
from .spreadsheet import Spreadsheet

NOW = "2026-11-21 10:00:00"


class AgeingCommon(InEnglish, RecoveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_partner("Zoo")
        cls.invoice = cls.make_invoice(amount=1000, days_overdue=45)
        cls.make_invoice(cls.other, amount=300, days_overdue=5)
        cls.make_credit_note(amount=100)

    def data(self, day=None, detail=False, **options):
        return self.env["recovery.ageing.report"]._get_data(
            self.company, day or self.today, detail=detail, options=Options(**options)
        )

    def look_at(self, user=None, **options):
        engine = self.env["recovery.ageing.report"].with_user(user or self.recovery_auditor)
        return engine.action_read(options)

    def hold(self, origin, **vals):
        return (
            self.env["recovery.hold"]
            .sudo()
            .create(
                {
                    "debtor_id": self.debtor_of().id,
                    "date_from": self.today - timedelta(days=3),
                    "origin": origin,
                    "reason": "essai",
                    **vals,
                }
            )
        )

    def statuses(self, row):
        return {status: amount for status, amount in zip(STATUSES, row["statuses"], strict=True) if amount}


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAgeingChoices(AgeingCommon):
    def test_each_amount_has_the_status_of_that_day(self):
        self.hold("dispute", line_id=self.receivable_of(self.invoice).id, amount=400.0)
        baker = self.data()["rows"][0]
        self.assertEqual(self.statuses(baker), {"disputed": 400.0, "normal": 500.0})
        before = self.data(day=self.today - timedelta(days=4))["rows"][0]
        self.assertEqual(self.statuses(before), {"normal": 1000.0})

    def test_a_ledger_that_is_told_in_many_lists_is_told_the_same(self):
        for number in range(40):
            self.make_invoice(self.make_partner(f"Client {number}"), amount=10 + number, days_overdue=number)
        self.hold("dispute", line_id=self.receivable_of(self.invoice).id, amount=400.0)
        Status = self.env.registry["recovery.ledger.status"]
        told = []
        for size in (recovery_ageing_report.AT_ONCE, 7):
            self.env.invalidate_all()
            with (
                patch.object(recovery_ageing_report, "AT_ONCE", size),
                patch.object(Status, "_read_suspensions", autospec=True, side_effect=Status._read_suspensions) as read,
            ):
                data = self.data(detail=True, group_by=("status",), has_side=True)
            self.assertEqual(read.call_count, 1)
            told.append(self.env["recovery.ageing.report"]._prepare_json(data))
        self.assertEqual(told[0], told[1])
        self.assertGreater(len(told[0]["rows"]), 40)
        self.assertEqual(sum(row["statuses"][STATUSES.index("disputed")] for row in told[0]["rows"]), 400)

    def test_a_case_weighs_more_than_a_promise_of_the_whole_customer(self):
        self.hold("promise")
        self.hold("case", move_id=self.invoice.id)
        self.assertEqual(self.statuses(self.data()["rows"][0]), {"case": 1000.0, "promised": -100.0})

    def test_what_stands_on_416_is_doubtful(self):
        doubtful = self.env["account.account"].create(
            {"name": "Clients douteux", "code": "4169ZZ", "account_type": "asset_receivable", "reconcile": True}
        )
        invoice = self.make_invoice(self.other, amount=80, days_overdue=400, post=False)
        self.receivable_of(invoice).account_id = doubtful
        invoice.action_post()
        zoo = self.data()["rows"][1]
        self.assertEqual(self.statuses(zoo), {"normal": 300.0, "doubtful": 80.0})

    def test_the_groups_add_up_to_the_whole_whatever_it_is_split_by(self):
        self.hold("dispute", move_id=self.invoice.id)
        whole = self.data()["totals"]
        for split in ("status", "account", "currency", "salesperson", "collector", "risk_class", "group", "branch"):
            with self.subTest(split=split):
                data = self.data(group_by=(split,))
                for key in ("total", "credit"):
                    self.assertEqual(sum(group[key] for group in data["groups"]), whole[key])
                self.assertEqual(data["totals"]["buckets"], whole["buckets"])
        nested = self.data(group_by=("account", "status"))
        self.assertEqual([len(group["path"]) for group in nested["groups"]], [1, 2, 2])
        self.assertEqual([row["path"][1] for row in nested["rows"]], ["normal", "normal", "disputed"])

    def test_subsidiaries_stand_in_their_group(self):
        child = self.make_partner("Filiale", parent_id=self.other.id)
        self.make_invoice(child, amount=20, days_overdue=2)
        groups = {group["label"]: group["total"] for group in self.data(group_by=("group",))["groups"]}
        self.assertEqual(groups, {"Boulangerie Dupont": 900.0, "Zoo": 320.0})

    def test_credits_set_against_the_debts_leave_the_total(self):
        data = self.data(credits="imputed")
        self.assertEqual((data["totals"]["credit"], data["totals"]["total"]), (0.0, 1200.0))
        self.assertEqual(data["totals"]["buckets"], [0.0, 300.0, 900.0, 0.0, 0.0, 0.0])
        self.assertTrue(data["control"]["is_exact"])

    def test_days_count_from_the_invoice_date(self):
        data = self.data(base="invoice")
        self.assertEqual(data["columns"][0], "0 days")
        self.assertEqual(data["totals"]["buckets"], [0.0, 0.0, 300.0, 1000.0, 0.0, 0.0])

    def test_a_manager_sets_the_columns(self):
        buckets = self.env["recovery.ageing.bucket"].with_user(self.recovery_manager)
        buckets.create([{"days": days, "company_id": self.company.id} for days in (15, 60)])
        titles = self.look_at()["parts"][0]["columns"]
        self.assertEqual(titles, ["Not due", "1 to 15 days", "16 to 60 days", "Over 60 days"])

    def test_score_limit_and_cover_stand_beside(self):
        self.company.account_use_credit_limit = True
        self.debtor_partner.with_company(self.company).credit_limit = 700
        self.env["recovery.score"].sudo().create(
            {
                "debtor_id": self.debtor_of().id,
                "company_id": self.company.id,
                "month": self.today.replace(day=1),
                "date": self.today - timedelta(days=2),
                "score": 42,
                "risk_class": "C",
            }
        )
        row = self.look_at()["parts"][0]["rows"][0]
        self.assertEqual((row["limit"], row["score"], row["risk_class"]), (700.0, 42, "C"))
        past = self.look_at(day=str(self.today - timedelta(days=5)))["parts"][0]["rows"][0]
        self.assertEqual(past["score"], None)
        self.assertEqual((past["limit"], past["is_limit_known"]), (None, False), "it was typed later")

    def test_without_customer_is_told_in_the_control(self):
        self.env["account.move"].create(
            {
                "date": self.today,
                "line_ids": [
                    Command.create({"account_id": self.company_data["default_account_receivable"].id, "debit": 55}),
                    Command.create({"account_id": self.company_data["default_account_revenue"].id, "credit": 55}),
                ],
            }
        ).action_post()
        self.assertEqual(self.data()["control"]["nobody"], 55.0)

    def test_the_screen_and_the_api_read_the_same_cents_as_the_spreadsheet(self):
        self.hold("dispute", move_id=self.invoice.id, amount=0)
        part = self.look_at(group_by=["status", "account"])["parts"][0]
        window = self.env["recovery.aged.balance"].with_user(self.recovery_auditor)
        window = window.create(
            {"first_split": "status", "second_split": "account", "has_side": True, "is_detailed": True}
        )
        book = Spreadsheet(window._get_xlsx())
        self.assertEqual(book.find_wrong(), [])
        self.assertGreater(book.count_formulas(), 40)
        sheet = book.values.worksheets[0]
        head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "Customer")
        told = {
            (row[0].value, number): [cell.value or 0.0 for cell in row[2:10]]
            for number, row in enumerate(sheet.iter_rows(min_row=head + 1))
        }
        names = [name for name, _number in told]
        for row in part["rows"]:
            self.assertIn([*row["buckets"], row["credit"], row["total"]], told.values())
            self.assertIn(row["partner"], names)
        totals = part["totals"]
        self.assertEqual(list(told.values())[-1], [*totals["buckets"], totals["credit"], totals["total"]])
        self.assertEqual(names[-1], "Total")
        outline = [
            book.formulas.worksheets[0].row_dimensions[row].outline_level for row in range(head + 1, sheet.max_row)
        ]
        self.assertEqual(set(outline), {0, 1, 2})

    def test_the_open_items_of_a_row_are_read_on_demand(self):
        self.make_invoice(amount=50, days_overdue=-5)
        engine = self.env["recovery.ageing.report"].with_user(self.recovery_auditor)
        items = engine.action_read_items({}, self.debtor_partner.id, [])
        self.assertEqual(sorted(item["residual_company"] for item in items), [-100.0, 50.0, 1000.0])
        self.assertEqual({item["due"] for item in items if item["bucket"] == 2}, {"2026-10-07"})

    def test_who_may_not_read_reads_nothing(self):
        outsider = self.make_user("paul", "base.group_user")
        foreign = self.env["res.company"].sudo().create({"name": "Foreign"})
        with self.assertRaises(AccessError):
            self.look_at(user=outsider)
        with self.assertRaises(AccessError):
            self.look_at(company_ids=[foreign.id])
        for wrong in ({"base": "x"}, {"day": "never"}, {"group_by": ["x"]}, {"partner_ids": ["x"]}):
            with self.subTest(wrong=wrong), self.assertRaises(UserError):
                self.look_at(**wrong)

    def test_companies_in_two_currencies_are_summed_at_the_rate_of_the_day_or_not_at_all(self):
        dollar = self.env.ref("base.USD").sudo()
        dollar.active = True
        self.env["res.currency.rate"].sudo().search([("currency_id", "=", dollar.id)]).unlink()
        abroad = self.env["res.company"].sudo().create({"name": "Abroad", "currency_id": dollar.id})
        engine = self.env["recovery.ageing.report"]
        parts = [
            {
                "company_id": company.id,
                "currency": currency,
                "totals": {"buckets": [0.0, 100.0], "credit": 0.0, "total": 100.0},
            }
            for company, currency in ((self.company, self.company.currency_id), (abroad, dollar))
        ]
        self.assertIsNone(engine._add_companies(parts[:1], self.today))
        self.assertIsNone(engine._add_companies(parts, self.today), "no rate: not summed")
        self.env["res.currency.rate"].sudo().create(
            {"currency_id": dollar.id, "name": self.today, "rate": 1.25, "company_id": self.company.id}
        )
        together = engine._add_companies(parts, self.today)
        self.assertEqual((together["total"], together["is_converted"]), (180.0, True))


@tagged("post_install", "-at_install")
class TestAgeingSnapshot(InEnglish, HistoryCommon):
    def keep(self, day, moment):
        self.env.flush_all()
        self.env.cr._now = moment
        window = self.env["recovery.aged.balance"].create({"day": day})
        window.action_keep()
        return self.env["recovery.ageing.snapshot"].search([], limit=1)

    def compare(self, snapshot):
        return [(row["name"], row["reason"], row["amount"]) for row in snapshot._compare()]

    def test_a_balance_kept_says_later_what_changed_since(self):
        day = self.today - timedelta(days=5)
        self.at(day)
        paid = self.make_invoice(amount=1000, date=day - timedelta(days=60), days_overdue=30)
        self.pay(paid, amount=300, date=day)
        wrong = self.make_invoice(amount=70, date=day - timedelta(days=30), days_overdue=20)
        snapshot = self.keep(day, datetime.combine(day, time(20)))
        self.assertEqual((snapshot.amount, snapshot.item_count), (770.0, 2))
        self.assertTrue(snapshot._is_intact())
        self.assertEqual(self.compare(snapshot), [])
        self.at(self.today)
        payment = self.receivable_of(paid).matched_credit_ids.credit_move_id.move_id
        self.receivable_of(paid).remove_move_reconcile()
        late = self.make_invoice(amount=40, date=day, due=day)
        name = wrong.name
        wrong.button_draft()
        self.assertCountEqual(
            self.compare(snapshot),
            [
                (paid.name, "unmatched", 300.0),
                (payment.name, "unmatched", -300.0),
                (late.name, "posted", 40.0),
                (name, "withdrawn", -70.0),
            ],
        )
        action = snapshot.action_compare()
        rows = self.env["recovery.ageing.difference"].search(action["domain"])
        self.assertEqual(round(sum(rows.mapped("amount")), 2), -30.0)
        self.assertEqual(len(self.env["recovery.ageing.difference"].search(snapshot.action_compare()["domain"])), 4)

    def test_another_due_date_is_told_too(self):
        day = self.today - timedelta(days=5)
        self.at(day)
        invoice = self.make_invoice(amount=1000, date=day - timedelta(days=60), days_overdue=30)
        snapshot = self.keep(day, datetime.combine(day, time(20)))
        self.receivable_of(invoice).date_maturity = day
        self.assertEqual(self.compare(snapshot), [(invoice.name, "moved", 0.0)])

    def test_a_file_that_was_changed_is_found(self):
        day = self.today - timedelta(days=5)
        self.at(day)
        self.make_invoice(amount=1000, date=day - timedelta(days=60), days_overdue=30)
        snapshot = self.keep(day, datetime.combine(day, time(20)))
        with self.assertRaises(UserError):
            snapshot.unlink()
        with self.assertRaises(AccessError):
            snapshot.attachment_id.with_user(self.recovery_manager).write({"raw": b"x"})
        self.assertEqual(snapshot.action_check()["params"]["type"], "success")
        self.env.cr.execute("UPDATE recovery_ageing_snapshot SET sha256 = 'x' WHERE id = %s", (snapshot.id,))
        snapshot.invalidate_recordset()
        self.assertEqual(snapshot.action_check()["params"]["type"], "danger")

    def test_whatever_happened_since_is_explained(self):
        for seed in (11,):
            day, end, _then = self.live(seed, days=8, start=self.today - timedelta(days=40))
            snapshot = self.keep(day, self.env.cr._now + timedelta(hours=1))
            self.live(seed + 1, days=8, start=self.today - timedelta(days=20))
            rows = snapshot._compare()
            self.assertFalse([row for row in rows if row["reason"] == "unknown"], f"seed {seed}")
            now = sum(item.residual_company for item in self.ledger._read_items(self.company, day=day, as_of=day))
            self.assertAlmostEqual(snapshot.amount + sum(row["amount"] for row in rows), now, 2)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestRollForward(InEnglish, HistoryCommon):
    def data(self, **kwargs):
        return self.env["recovery.roll.forward.report"]._get_data(
            self.company, self.today - timedelta(days=30), self.today, **kwargs
        )

    def test_each_movement_has_its_kind_and_leads_to_the_ledger(self):
        start = self.today - timedelta(days=40)
        old = self.make_invoice(amount=500, date=start, due=start)
        self.make_invoice(amount=1000, date=self.today - timedelta(days=10), due=self.today)
        self.make_credit_note(amount=60, date=self.today - timedelta(days=5))
        self.pay(old, amount=200, date=self.today - timedelta(days=4))
        self.write_off(self.receivable_of(old), self.today - timedelta(days=3))
        self.transfer(70)
        totals = self.data()["totals"]
        self.assertEqual(
            {key: amount for key, amount in totals.items() if amount},
            {
                "opening": 500.0,
                "invoiced": 1000.0,
                "credited": -60.0,
                "received": -200.0,
                "written_off": -300.0,
                "closing": 940.0,
                "ledger": 940.0,
            },
        )
        by_partner = {row["name"]: row["transferred"] for row in self.data(by="partner")["rows"]}
        self.assertEqual(by_partner, {"Boulangerie Dupont": -70.0, "Repreneur": 70.0})

    def transfer(self, amount):
        """Let another customer take a debt over."""
        account = self.company_data["default_account_receivable"]
        other = self.make_partner("Repreneur")
        self.env["account.move"].create(
            {
                "date": self.today,
                "line_ids": [
                    Command.create({"account_id": account.id, "partner_id": other.id, "debit": amount}),
                    Command.create({"account_id": account.id, "partner_id": self.debtor_partner.id, "credit": amount}),
                ],
            }
        ).action_post()

    def test_random_histories_foot(self):
        self.live(21, days=25)
        for by in ("account", "partner"):
            data = self.data(by=by)
            self.assertTrue(data["is_exact"], by)
            self.assertTrue(data["rows"])

    def test_the_number_of_queries_does_not_follow_the_customers(self):
        self.make_invoice(self.make_partner("Premier"), amount=10)
        few = self.count_queries()
        for number in range(12):
            self.make_invoice(self.make_partner(f"Client {number}"), amount=10)
        self.assertLessEqual(self.count_queries(), few)

    def count_queries(self):
        self.data(by="partner")  # what is read once per process does not count
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.data(by="partner")
        return self.env.cr.sql_log_count - before

    def test_the_spreadsheet_works_it_out_again(self):
        self.make_invoice(amount=1000, date=self.today - timedelta(days=10), due=self.today)
        window = self.env["recovery.roll.forward"].with_user(self.recovery_auditor).create({"by": "partner"})
        self.assertIn("1,000.00", str(window.preview))
        book = Spreadsheet(window._get_xlsx())
        self.assertEqual(book.find_wrong(), [])
        self.assertGreater(book.count_formulas(), 10)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestSamples(AgeingCommon):
    def draw(self, user=None, **vals):
        window = self.env["recovery.sample.wizard"].with_user(user or self.recovery_auditor)
        action = window.create({"method": "top", "size": 1, **vals}).action_draw()
        return self.env["recovery.sample"].browse(action["res_id"])

    def test_the_auditor_draws_and_the_sample_stays(self):
        sample = self.draw()
        self.assertEqual((sample.amount, sample.population_amount, sample.population_count), (900.0, 1200.0, 2))
        self.assertEqual(sample.line_ids.partner_id, self.debtor_partner)
        self.assertEqual(sample.user_id, self.recovery_auditor)
        with self.assertRaises(UserError):
            sample.sudo().unlink()
        with self.assertRaises(AccessError):
            sample.line_ids.with_user(self.recovery_manager).write({"amount": 1})

    def test_chance_draws_again_the_same(self):
        for number in range(6):
            self.make_invoice(self.make_partner(f"Client {number}"), amount=10 + number)
        rule = {"method": "random", "size": 3, "seed": 5}
        self.assertEqual(self.draw(**rule).line_ids.partner_id, self.draw(**rule).line_ids.partner_id)

    def test_instalments_above_an_amount(self):
        sample = self.draw(unit="instalment", method="above", threshold=500)
        self.assertEqual(sample.line_ids.mapped("move_name"), [self.invoice.name])
        with self.assertRaises(UserError):
            self.draw(method="above", threshold=0)

    def test_letters_are_kept_and_answers_followed(self):
        sample = self.draw(size=2).with_user(self.recovery_user)
        with self.assertRaises(UserError):
            sample.action_print_letters()
        sample.answer_to = "Cabinet Audit\n1 rue de Rome, Paris"
        sample.action_print_letters()
        line = sample.line_ids[0]
        self.assertEqual(line.sent_on, self.today)
        first = line.letter_id
        self.assertEqual(line.sudo().letter_id._recovery_digest(), line.letter_sha256)
        line.write({"answer": "differs", "amount_answered": 850, "answered_on": self.today})
        self.assertEqual((line.difference, sample.answered_count, sample.difference), (-50.0, 1, -50.0))
        sample.action_print_letters()
        self.assertEqual(line.letter_id, first)
        with freeze_time("2026-12-20 10:00:00"):
            sample.action_print_letters()
        self.assertFalse(line.reminder_id, "who answered is not reminded")
        self.assertTrue(sample.line_ids[1].reminder_id)
        with self.assertRaises(AccessError):
            sample.with_user(self.recovery_auditor).action_print_letters()
