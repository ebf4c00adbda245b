from datetime import datetime, time, timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from ...models.reporting.ageing_options import Options
from ..litigation.doubtful.common import DoubtfulCommon
from ..litigation.insolvency.common import InsolvencyCommon
from .test_ageing_choices import NOW, AgeingCommon


def read(test, day, **options):
    """Return the rows of the aged balance by customer, with what stands beside."""
    data = test.env["recovery.ageing.report"]._get_data(
        test.company, day, detail=True, options=Options(has_side=True, **options)
    )
    test.assertTrue(data["control"]["is_exact"], data["control"])
    return {row["partner"]: row for row in data["rows"]}


@tagged("post_install", "-at_install")
class TestDoubtfulInTheBalance(DoubtfulCommon):
    def at(self, day, hour=10):
        self.env.flush_all()
        self.env.cr._now = datetime.combine(day, time(hour))

    def statuses(self, row):
        return {item["status"]: item["residual_company"] for item in row["items"]}

    def test_a_doubtful_claim_keeps_its_invoice_its_age_and_its_depreciation(self):
        move = self.bill(1000.0, self.goods20, days_overdue=200)
        claim = self.transfer(move, day=self.ago(30))
        self.close_on(self.ago(20))
        row = read(self, self.today)["Ateliers Rivoire"]
        (item,) = row["items"]
        self.assertEqual((item["name"], item["status"], item["bucket"]), (move.name, "doubtful", 5))
        self.assertEqual((item["own_line_id"], item["account_id"]), (claim.line_id.id, claim.line_id.account_id.id))
        self.assertGreater(item["depreciation"], 0)
        self.assertEqual((row["depreciation"], item["depreciation"]), (claim.depreciated, claim.depreciated))

    def test_a_past_day_knows_neither_the_transfer_nor_the_depreciation_that_came_later(self):
        self.transfer(self.bill(1000.0), day=self.ago(30))
        self.close_on(self.ago(20))
        for day, status, depreciation in (
            (self.ago(31), "normal", False),
            (self.ago(25), "doubtful", False),
            (self.ago(20), "doubtful", True),
        ):
            with self.subTest(day=day):
                row = read(self, day)["Ateliers Rivoire"]
                self.assertEqual(self.statuses(row), {status: 1000.0})
                self.assertEqual(bool(row["depreciation"]), depreciation)

    def test_what_is_left_on_411_is_not_doubtful(self):
        move = self.bill(1000.0)
        self.transfer(move)
        credit = self.receivable_of(move).matched_credit_ids.credit_move_id
        self.receivable_of(move).remove_move_reconcile()
        row = read(self, self.today)["Ateliers Rivoire"]
        self.assertEqual(
            sorted((item["status"], item["residual_company"]) for item in row["items"]),
            [("doubtful", 1000.0), ("normal", -1000.0), ("normal", 1000.0)],
        )
        self.assertIn(credit.id, [item["own_line_id"] for item in row["items"]])
        self.assertEqual(len({item["line_id"] for item in row["items"]}), 3)

    def test_the_account_that_the_company_set_is_doubtful_whatever_its_code(self):
        account = self.env["account.account"].create(
            {"name": "Créances douteuses", "code": "411900", "account_type": "asset_receivable", "reconcile": True}
        )
        self.company.recovery_doubtful_account_id = account
        claim = self.transfer(self.bill(1000.0))
        self.assertEqual(claim.line_id.account_id, account)
        self.assertEqual(self.statuses(read(self, self.today)["Ateliers Rivoire"]), {"doubtful": 1000.0})

    def test_a_balance_kept_before_a_transfer_says_what_it_did(self):
        self.at(self.ago(9))
        move = self.bill(1000.0)
        self.at(self.ago(5))
        self.env["recovery.aged.balance"].create({"day": self.ago(5)}).action_keep()
        snapshot = self.env["recovery.ageing.snapshot"].search([], limit=1)
        self.assertEqual(snapshot._compare(), [])
        self.at(self.today)
        claim = self.transfer(move, day=self.ago(6))
        rows = snapshot._compare()
        self.assertFalse([row for row in rows if row["reason"] in ("unknown", "moved")])
        self.assertEqual(round(sum(row["amount"] for row in rows), 2), 0.0)
        self.assertIn((move.name, "posted", 1000.0), [(row["name"], row["reason"], row["amount"]) for row in rows])
        self.assertIn(claim.line_id.id, [row["line_id"] for row in rows])

    def test_a_transfer_that_is_withdrawn_still_names_its_invoice(self):
        self.at(self.ago(9))
        move = self.bill(1000.0)
        self.at(self.ago(8))
        claim = self.transfer(move, day=self.ago(8))
        self.at(self.today)
        self.env["recovery.withdrawal"]._note(claim.line_id.move_id)
        trace = self.env["recovery.withdrawal"].search([("line_id", "=", claim.line_id.id)])
        self.assertEqual((trace.move_name, trace.origin_line_id), (move.name, self.receivable_of(move).id))
        entry = claim.line_id.move_id
        self.env.cr.execute("UPDATE account_move SET state = 'draft' WHERE id = %s", (entry.id,))
        self.env.cr.execute("UPDATE account_move_line SET parent_state = 'draft' WHERE move_id = %s", (entry.id,))
        self.env.invalidate_all()
        day = self.ago(5)
        known = self.env["recovery.ledger.past"]._get_end(self.company, day)
        (item,) = read(self, day, known=known)["Ateliers Rivoire"]["items"]
        self.assertEqual((item["name"], item["own_line_id"]), (move.name, trace.line_id))
        self.assertEqual((item["line_id"], item["status"]), (trace.origin_line_id, "doubtful"))


@tagged("post_install", "-at_install")
class TestInsolvencyInTheBalance(InsolvencyCommon):
    def statuses(self, day, **options):
        rows = read(self, day, **options)
        return {item["status"] for item in rows[self.debtor.partner_id.name]["items"]}

    def test_the_status_is_the_one_of_the_judgment_not_of_the_recording(self):
        self.open_proceedings()
        self.assertEqual(self.statuses(self.judgment_on - timedelta(days=1)), {"normal"})
        self.assertEqual(self.statuses(self.judgment_on), {"insolvency"})
        self.assertEqual(self.statuses(self.today), {"insolvency"})
        known = fields.Datetime.now() - timedelta(days=365)
        self.assertNotIn("insolvency", self.statuses_of_items(known))

    def statuses_of_items(self, known):
        items = self.env["recovery.ledger"]._read_items(self.company, day=self.today, as_of=self.today)
        shares = self.env["recovery.ledger.status"]._read(self.company, items, self.today, known)
        return {share.status for found in shares.values() for share in found}

    def test_what_was_born_after_the_judgment_runs_as_ever(self):
        self.open_proceedings()
        self.make_invoice(self.debtor.partner_id, amount=77, date=self.today - timedelta(days=2), due=self.today)
        items = read(self, self.today)[self.debtor.partner_id.name]["items"]
        self.assertEqual({item["residual_company"] for item in items if item["status"] == "normal"}, {77.0})

    def test_amicable_proceedings_are_confidential(self):
        self.open_proceedings("conciliation", user=self.recovery_manager)
        self.assertEqual(self.statuses(self.today), {"normal"})


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAgreementsAndLimitsOfTheDay(AgeingCommon):
    def test_talks_are_no_agreement_yet(self):
        settlement = self.env["recovery.settlement"]._make(
            self.debtor_of(), self.today, "mediation", talks_until=self.today + timedelta(days=20)
        )
        settlement.action_start_talks()
        self.assertIn("disputed", self.statuses(self.data()["rows"][0]))
        with freeze_time("2026-11-25 10:00:00"):
            settlement.write({"amount_agreed": 800, "date_due": self.today + timedelta(days=30)})
            settlement.with_user(self.recovery_manager).action_agree()
            self.assertEqual(settlement.state, "agreed")
        self.assertIn("disputed", self.statuses(self.data(day=self.today)["rows"][0]))
        later = self.statuses(self.data(day=self.today + timedelta(days=4))["rows"][0])
        self.assertIn("plan", later)
        self.assertNotIn("disputed", later)

    def test_the_limit_of_a_past_day_is_what_was_decided_until_then(self):
        self.company.account_use_credit_limit = True
        debtor = self.debtor_of()
        for days, amount in ((20, 700), (3, 900)):
            with freeze_time(datetime.combine(self.today - timedelta(days=days), time(10))):
                debtor.partner_id.with_company(self.company).credit_limit = amount
        limits = {}
        for days in (0, 4, 19, 21):
            row = self.look_at(day=str(self.today - timedelta(days=days)))["parts"][0]["rows"][0]
            limits[days] = (row["limit"], row["is_limit_known"])
        self.assertEqual(limits, {0: (900.0, True), 4: (700.0, True), 19: (700.0, True), 21: (None, False)})

    def test_the_class_by_which_a_past_balance_is_split_is_that_of_the_day(self):
        for days, risk_class in ((40, "B"), (2, "E")):
            day = self.today - timedelta(days=days)
            self.env["recovery.score"].sudo().create(
                {
                    "debtor_id": self.debtor_of().id,
                    "company_id": self.company.id,
                    "month": day.replace(day=1),
                    "date": day,
                    "score": 42,
                    "risk_class": risk_class,
                }
            )
        for days, risk_class in ((0, "E"), (3, "B")):
            data = self.data(day=self.today - timedelta(days=days), group_by=("risk_class",))
            self.assertEqual(data["rows"][0]["path"], [risk_class])
