"""Random histories of a ledger, hundreds of them: what it is told of a day later is compared with what it said on it.

Bare rows in tables of the session that stand before the real ones: no entry is posted, and a history takes
milliseconds. The suite lives through some real ones (``tests/ledger/test_past_days.py``).
"""

import random
from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta

START = date(2026, 1, 1)
DAYS = 30
TABLES = """
    CREATE TEMP TABLE res_partner (id int, commercial_partner_id int);
    INSERT INTO res_partner VALUES (1, 1), (2, 2);
    CREATE TEMP TABLE account_move (
        id int, name text, move_type text, ref text, invoice_date date, payment_state text, reversed_entry_id int,
        delivery_date date, recovery_posted_at timestamp, state text, posted_before bool);
    CREATE TEMP TABLE account_move_line (
        id int, move_id int, date date, date_maturity date, partner_id int, account_id int, company_id int,
        currency_id int, amount_currency numeric, balance numeric, amount_residual numeric,
        amount_residual_currency numeric, no_followup bool, parent_state text, reconciled bool, create_date timestamp);
    CREATE TEMP TABLE account_partial_reconcile (
        id serial, debit_move_id int, credit_move_id int, amount numeric, debit_amount_currency numeric,
        credit_amount_currency numeric, max_date date, create_date timestamp, company_id int);
    CREATE TEMP TABLE recovery_unmatching (LIKE public.recovery_unmatching INCLUDING DEFAULTS);
    CREATE TEMP TABLE recovery_withdrawal (LIKE public.recovery_withdrawal INCLUDING DEFAULTS, PRIMARY KEY (id));
"""
EMPTIED = (
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "recovery_unmatching",
    "recovery_withdrawal",
)


class Histories:
    """One ledger lived through again and again: what is told otherwise than it was, and how much was lived."""

    def __init__(self, env, company):
        self.cr = env.cr
        self.ledger, self.past = env["recovery.ledger"], env["recovery.ledger.past"]
        self.company = company
        self.account = company._recovery_accounts()[:1]
        company._recovery_zone()  # read before its table is hidden
        env.flush_all()
        self.cr.execute(TABLES)

    def compare(self, count):
        wrong, lived = [], Counter()
        for seed in range(count):
            day, end, then = self.live(seed)
            if self.read(day, end) != then:
                wrong.append((seed, "as it was known"))
            changes = self.past._read_changes(self.company, day, end)
            lived.update(change.kind for change in changes)
            sums = defaultdict(float)
            for change in changes:
                sums[change.line_id] += change.amount
                if change.other_line_id:
                    sums[change.other_line_id] -= change.amount
            now = self.read(day)
            of_posted = (
                "SELECT COALESCE(SUM(balance), 0) FROM account_move_line WHERE parent_state = 'posted' AND date <= %s"
            )
            if sum(now.values()) != self.ask(of_posted, day)[0][0]:
                wrong.append((seed, "the ledger's balance"))
            wrong += [
                (seed, line_id)
                for line_id in {*then, *now, *sums}
                if round(then.get(line_id, 0) + sums[line_id] - now.get(line_id, 0), 2)
            ]
        return wrong, lived

    def read(self, day, known=None):
        rows = self.ledger._read_items(self.company, day=day, as_of=day, accounts=self.account, known=known)
        return {row.line_id: round(row.residual_company, 2) for row in rows}

    def ask(self, statement, *values):
        self.cr.execute(statement, values)
        return self.cr.fetchall() if self.cr.description else None

    def live(self, seed):
        """Live through a month and return a day of it, its end, and what was open on it."""
        for table in EMPTIED:
            self.ask(f"DELETE FROM {table}")
        rng = random.Random(seed)
        middle = rng.randint(8, 20)
        self.count, self.drafts = 0, []
        for number in range(DAYS):
            day = START + timedelta(days=number)
            now = datetime.combine(day, time(10))
            for _time in range(rng.choice((0, 1, 2, 3))):
                now += timedelta(minutes=1)
                act = rng.choice(("post", "post", "post", "match", "match", "unmatch", "withdraw", "repost"))
                getattr(self, act)(rng, day, now)
            if number == middle:
                recorded = day, self.past._get_end(self.company, day), self.read(day)
        return recorded

    def post(self, rng, day, now):
        self.count += 1
        dated = day - timedelta(days=rng.choice((0, 0, 3, 9)))
        amount = rng.randint(5, 90) * rng.choice((1, 1, -1))
        self.ask("INSERT INTO account_move VALUES (%s, %s, 'entry')", self.count, f"M{self.count}")
        self.ask(
            "UPDATE account_move SET recovery_posted_at = %s, state = 'posted', posted_before = TRUE WHERE id = %s",
            *(now, self.count),
        )
        self.ask(
            "INSERT INTO account_move_line VALUES"
            " (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, FALSE, 'posted', FALSE, %s)",
            *(self.count, self.count, dated, dated, rng.choice((1, 2, None)), self.account.id, self.company.id),
            *(self.company.currency_id.id, amount, amount, amount, amount, now),
        )

    def match(self, rng, day, now):
        find = (
            "SELECT id, amount_residual, date FROM account_move_line WHERE parent_state = 'posted' AND"
            " amount_residual * %s > 0 ORDER BY id"
        )
        debts, credits = self.ask(find, 1), self.ask(find, -1)
        if not debts or not credits:
            return
        debt, credit = rng.choice(debts), rng.choice(credits)
        amount = min(debt[1], -credit[1])
        self.ask(
            "INSERT INTO account_partial_reconcile (debit_move_id, credit_move_id, amount, debit_amount_currency,"
            " credit_amount_currency, max_date, create_date, company_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            *(debt[0], credit[0], amount, amount, amount, max(debt[2], credit[2]), now, self.company.id),
        )
        self.settle(debt[0], -amount)
        self.settle(credit[0], amount)

    def settle(self, line_id, amount):
        self.ask(
            "UPDATE account_move_line SET amount_residual = amount_residual + %s,"
            " amount_residual_currency = amount_residual_currency + %s, reconciled = (amount_residual + %s = 0)"
            " WHERE id = %s",
            *(amount, amount, amount, line_id),
        )

    def unmatch(self, rng, day, now):
        partials = self.ask("SELECT id FROM account_partial_reconcile ORDER BY id")
        if partials:
            self.undo(rng.choice(partials)[0], now)

    def undo(self, partial_id, now):
        self.note(partial_id, now)
        ((debit, credit, amount),) = self.ask(
            "DELETE FROM account_partial_reconcile WHERE id = %s RETURNING debit_move_id, credit_move_id, amount",
            partial_id,
        )
        self.settle(debit, amount)
        self.settle(credit, -amount)

    def note(self, partial_id, now):
        """Note that a reconciliation counts no more, if it did: as the module does of posted entries."""
        self.ask(
            "INSERT INTO recovery_unmatching (company_id, debit_line_id, credit_line_id, amount, debit_amount_currency,"
            " credit_amount_currency, date, matched_at, unmatched_at)"
            " SELECT part.company_id, debit.id, credit.id, part.amount, part.amount, part.amount, part.max_date,"
            " GREATEST(part.create_date, debit_move.recovery_posted_at, credit_move.recovery_posted_at), %s"
            " FROM account_partial_reconcile part"
            " JOIN account_move_line debit ON debit.id = part.debit_move_id"
            " JOIN account_move debit_move ON debit_move.id = debit.move_id"
            " JOIN account_move_line credit ON credit.id = part.credit_move_id"
            " JOIN account_move credit_move ON credit_move.id = credit.move_id"
            " WHERE part.id = %s AND debit.parent_state = 'posted' AND credit.parent_state = 'posted'",
            *(now, partial_id),
        )

    def withdraw(self, rng, day, now):
        """Put an entry back to draft: core keeps its reconciliations, unless it is then changed or deleted."""
        lines = self.ask("SELECT id FROM account_move_line WHERE parent_state = 'posted' ORDER BY id")
        if not lines:
            return
        line_id = rng.choice(lines)[0]
        find = "SELECT id FROM account_partial_reconcile WHERE %s IN (debit_move_id, credit_move_id) ORDER BY id"
        partials = self.ask(find, line_id)
        for (partial_id,) in partials:
            self.note(partial_id, now)
        self.ask(
            "INSERT INTO recovery_withdrawal (company_id, branch_id, line_id, move_id, move_name, date, due_date,"
            " partner_id, account_id, currency_id, amount_currency, balance, posted_at, withdrawn_at)"
            " SELECT line.company_id, line.company_id, line.id, move.id, move.name, line.date, line.date,"
            " line.partner_id, line.account_id, line.currency_id, line.amount_currency, line.balance,"
            " move.recovery_posted_at, %s"
            " FROM account_move_line line JOIN account_move move ON move.id = line.move_id WHERE line.id = %s",
            *(now, line_id),
        )
        self.set_state(line_id, "draft")
        chance = rng.random()
        if chance >= 0.5:
            self.drafts.append(line_id)
            return
        for (partial_id,) in partials:
            self.undo(partial_id, now)
        if chance < 0.25:
            amount = rng.randint(5, 90)
            self.ask(
                "UPDATE account_move_line SET amount_currency = %s, balance = %s, amount_residual = %s,"
                " amount_residual_currency = %s, reconciled = FALSE WHERE id = %s",
                *(amount, amount, amount, amount, line_id),
            )
        if chance < 0.4:
            self.set_state(line_id, "posted", now)
        else:
            self.ask("DELETE FROM account_move_line WHERE id = %s", line_id)

    def repost(self, rng, day, now):
        """Post an entry again that was put back to draft, with its reconciliations."""
        if self.drafts:
            self.set_state(self.drafts.pop(rng.randrange(len(self.drafts))), "posted", now)

    def set_state(self, line_id, state, now=None):
        self.ask("UPDATE account_move_line SET parent_state = %s WHERE id = %s", state, line_id)
        self.ask(
            "UPDATE account_move SET state = %s, recovery_posted_at = COALESCE(%s, recovery_posted_at) WHERE id = %s",
            *(state, now, line_id),
        )
