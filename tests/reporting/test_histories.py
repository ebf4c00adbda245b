import os
from collections import Counter, defaultdict
from contextlib import suppress

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ...models.reporting.ageing_options import Options
from ..ledger.test_past_days import HistoryCommon

HISTORIES = int(os.environ.get("RECOVERY_HISTORIES", "3"))  # 500 of them are lived through before a release
FIRST = int(os.environ.get("RECOVERY_FIRST_HISTORY", "100"))


@tagged("post_install", "-at_install")
class TestHistories(HistoryCommon):
    """The whole life of a ledger, doubtful claims included: what it is told of a day later is what it said on it."""

    acts = (*HistoryCommon.acts, "transfer", "transfer", "reverse")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._recovery_doubtful_receivable()
        cls.lived = Counter()

    def act_too(self, what, rng, open_lines, day, dated):
        act = self.transfer if what == "transfer" else self.reverse
        # what the rules refuse, as a claim that was paid since, does not happen
        with suppress(UserError), self.env.cr.savepoint():
            self.lived[what] += act(rng, self.env(su=True), open_lines, dated)

    def transfer(self, rng, books, open_lines, dated):
        """Pass an invoice to the doubtful receivables; return how many."""
        debts = self.find_debts(open_lines).filtered(lambda line: line.balance > 0)
        if not debts:
            return 0
        line = rng.choice(debts)
        entries = books["recovery.doubtful"]._propose(line, max(dated, line.date), "Sans réponse")
        entries.action_review()
        entries.move_id.action_post()
        return 1

    def reverse(self, rng, books, open_lines, dated):
        """Take a transfer back; return how many."""
        entries = books["recovery.doubtful.entry"].search([("kind", "=", "transfer"), ("state", "=", "posted")])
        entries = entries.filtered(lambda entry: not entry.reversal_move_id)
        if not entries:
            return 0
        entry = rng.choice(entries)
        with freeze_time(self.env.cr.now()):
            entry._reverse("Reçu entre-temps")
            entry.reversal_move_id.action_post()
        return 1

    def find_debts(self, open_lines):
        return super().find_debts(open_lines) - self.find_claims().origin_line_id

    def find_changeable(self, open_lines):
        return super().find_changeable(open_lines) - self.find_claims().move_id

    def find_claims(self):
        return self.env["recovery.doubtful"].sudo().search([("state", "!=", "withdrawn")])

    def may_match(self, debt, credit):
        return super().may_match(debt, credit) and not (debt | credit).move_id.recovery_doubtful_entry_id

    def check(self, seed, recorded):
        """Check each line, then each account as the balance tells it, and what names it."""
        result = super().check(seed, recorded)
        day, end, _then = recorded
        for known in (None, end):
            data = self.env["recovery.ageing.report"]._get_data(
                self.company, day, detail=True, options=Options(known=known)
            )
            self.assertTrue(data["control"]["is_exact"], f"seed {seed}: {data['control']}, {known}")
            sums = defaultdict(float)
            for row in data["rows"]:
                for item in row["items"]:
                    sums[item["account_id"]] += item["residual_company"]
                    self.lived[item["status"]] += 1
            for line in data["control"]["lines"]:
                if line["is_followed"]:
                    self.assertAlmostEqual(sums[line["account_id"]], line["ledger"], 2, f"seed {seed}")
        return result

    def test_a_balance_told_later_is_the_one_of_its_day_or_its_difference_is_named(self):
        for seed in range(FIRST, FIRST + HISTORIES):
            self.live_alone(seed)
        if HISTORIES > 20:
            self.assertTrue(all(self.lived[what] for what in ("transfer", "reverse", "doubtful")), self.lived)
