"""Random histories of a ledger, hundreds of them: what it is told of a day later is compared with what it said on it.

Bare rows in tables of the session that stand before the real ones: no entry is posted, and a history takes
milliseconds. Entries in two currencies, credit notes, write-offs, partial matches with their exchange differences,
what is unmatched, withdrawn or posted again, and transfers to doubtful receivables. The suite lives through some real
ones (``tests/reporting/test_histories.py``; ``RECOVERY_HISTORIES=500`` makes them 500).
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
        amount_residual_currency numeric, no_followup bool, parent_state text, reconciled bool, create_date timestamp,
        recovery_origin_line_id int);
    CREATE TEMP TABLE account_partial_reconcile (
        id serial, debit_move_id int, credit_move_id int, amount numeric, debit_amount_currency numeric,
        credit_amount_currency numeric, max_date date, create_date timestamp, company_id int);
    CREATE TEMP TABLE recovery_unmatching (LIKE public.recovery_unmatching INCLUDING DEFAULTS);
    CREATE TEMP TABLE recovery_withdrawal (LIKE public.recovery_withdrawal INCLUDING DEFAULTS, PRIMARY KEY (id));
"""
ACTS = (
    *("post", "post", "post", "credit", "match", "match", "match", "unmatch", "withdraw", "repost"),
    *("write_off", "transfer", "transfer"),
)
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
        doubtful = company._recovery_doubtful_receivable()
        self.account, self.doubtful = (company._recovery_accounts() - doubtful)[:1], doubtful
        self.foreign = env.ref("base.USD")
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
            lived.update(self.lived)
            sums = defaultdict(float)
            for change in changes:
                sums[change.line_id] += change.amount
                if change.other_line_id:
                    sums[change.other_line_id] -= change.amount
            now = self.read(day)
            for known, rows in ((None, now), (end, then)):
                if self.sum_accounts(rows) != self.read_balances(day, known):
                    wrong.append((seed, "the ledger's balance", known))
            wrong += [
                (seed, line_id)
                for line_id in {*then, *now, *sums}
                if round(worth(then, line_id) + sums[line_id] - worth(now, line_id), 2)
            ]
        return wrong, lived

    def read(self, day, known=None):
        """Return ``{line id: what is open of it, in its currency and in the company's, and its account}``."""
        accounts = self.account | self.doubtful
        rows = self.ledger._read_items(self.company, day=day, as_of=day, accounts=accounts, known=known)
        if len({row.line_id for row in rows}) < len(rows):
            raise ValueError("two open items of one name")
        return {
            row.own_line_id: (round(row.residual_company, 2), round(row.residual, 2), row.account_id) for row in rows
        }

    def sum_accounts(self, rows):
        sums = defaultdict(float)
        for amount, _residual, account_id in rows.values():
            sums[account_id] += amount
        return {account_id: round(amount, 2) for account_id, amount in sums.items() if round(amount, 2)}

    def read_balances(self, day, known):
        balances = self.ledger._read_account_balances(self.company, self.account | self.doubtful, day, known)
        return {account_id: round(balance, 2) for account_id, balance in balances.items() if round(balance, 2)}

    def ask(self, statement, *values):
        self.cr.execute(statement, values)
        return self.cr.fetchall() if self.cr.description else None

    def live(self, seed):
        """Live through a month and return a day of it, its end, and what was open on it."""
        for table in EMPTIED:
            self.ask(f"DELETE FROM {table}")
        rng = random.Random(seed)
        middle = rng.randint(8, 20)
        self.count, self.last_line, self.drafts, self.lived = 0, 0, [], Counter()
        for number in range(DAYS):
            day = START + timedelta(days=number)
            now = datetime.combine(day, time(10))
            for _time in range(rng.choice((0, 1, 2, 3))):
                now += timedelta(minutes=1)
                getattr(self, rng.choice(ACTS))(rng, day, now)
            if number == middle:
                recorded = day, self.past._get_end(self.company, day), self.read(day)
        return recorded

    def post(self, rng, day, now):
        """Post an invoice, or something that is owed to a customer, in one currency or the other."""
        amount = rng.randint(5, 90) * rng.choice((1, 1, -1))
        self.add_move(rng, day, now, amount, "entry" if amount < 0 else "out_invoice")

    def credit(self, rng, day, now):
        """Post a credit note."""
        self.add_move(rng, day, now, -rng.randint(5, 60), "out_refund")

    def add_move(self, rng, day, now, amount, move_type):
        dated = day - timedelta(days=rng.choice((0, 0, 3, 9)))
        currency, rate = self.company.currency_id, 1
        if rng.random() < 0.3:
            currency, rate = self.foreign, 0.8 + dated.day % 5 / 20
        self.add_entry(now, move_type)
        partner_id = rng.choice((1, 2, None))
        return self.add_line(now, dated, partner_id, self.account, currency, amount, round(amount * rate, 2))

    def add_entry(self, now, move_type):
        self.count += 1
        self.ask(
            "INSERT INTO account_move (id, name, move_type, state, posted_before, recovery_posted_at)"
            " VALUES (%s, %s, %s, 'posted', TRUE, %s)",
            *(self.count, f"M{self.count}", move_type, now),
        )

    def add_line(self, now, dated, partner_id, account, currency, amount, balance, origin_id=None):
        """Add a line to the last entry, and return its id."""
        ((line_id,),) = self.ask("SELECT COALESCE(MAX(id), 0) + 1 FROM account_move_line")
        line_id = self.last_line = max(line_id, self.last_line + 1)
        self.ask(
            "INSERT INTO account_move_line VALUES"
            " (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, FALSE, 'posted', FALSE, %s, %s)",
            *(line_id, self.count, dated, dated, partner_id, account.id, self.company.id, currency.id),
            *(amount, balance, balance, amount, now, origin_id),
        )
        return line_id

    def find_open(self, sign, also="TRUE"):
        """Return the lines of which something is open on that side."""
        return self.ask(
            "SELECT id, amount_residual_currency, amount_residual, date, account_id, currency_id, partner_id, move_id"
            f" FROM account_move_line WHERE parent_state = 'posted' AND amount_residual_currency * %s > 0 AND {also}"
            " ORDER BY id",
            sign,
        )

    def match(self, rng, day, now):
        """Match what can be of a debt and a credit; what a rate leaves becomes an exchange difference."""
        pairs = [
            (debt, credit) for debt in self.find_open(1) for credit in self.find_open(-1) if debt[4:6] == credit[4:6]
        ]
        if pairs:
            self.match_pair(now, *rng.choice(pairs))

    def match_pair(self, now, debt, credit):
        part = min(debt[1], -credit[1])
        worth = min(round(debt[2] * part / debt[1], 2), round(credit[2] * part / credit[1], 2))
        self.add_partial(now, debt[0], credit[0], worth, part, max(debt[3], credit[3]))
        for line in (debt, credit):
            left, rest = self.ask(
                "SELECT amount_residual_currency, amount_residual FROM account_move_line WHERE id = %s", line[0]
            )[0]
            if not left and rest:
                self.add_exchange(now, line, rest, max(debt[3], credit[3]))

    def add_exchange(self, now, line, rest, dated):
        """Post the exchange difference of a line that is settled in its own currency."""
        self.lived["exchange"] += 1
        self.add_entry(now, "entry")
        currency = self.company.currency_id.browse(line[5])
        account = self.account.browse(line[4])
        other_id = self.add_line(now, dated, line[6], account, currency, 0, -rest)
        pair = (line[0], other_id) if rest > 0 else (other_id, line[0])
        self.add_partial(now, *pair, abs(rest), 0, dated)

    def add_partial(self, now, debit_id, credit_id, amount, amount_currency, dated):
        self.ask(
            "INSERT INTO account_partial_reconcile (debit_move_id, credit_move_id, amount, debit_amount_currency,"
            " credit_amount_currency, max_date, create_date, company_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            *(debit_id, credit_id, amount, amount_currency, amount_currency, dated, now, self.company.id),
        )
        self.settle(debit_id, -amount, -amount_currency)
        self.settle(credit_id, amount, amount_currency)

    def write_off(self, rng, day, now):
        """Write a debt off on the day of its entry, or later."""
        self.move_out(rng, day, now, "write off")

    def transfer(self, rng, day, now):
        """Let a debt pass to the doubtful receivables, where it keeps its name."""
        self.move_out(rng, day, now, "transfer")

    def move_out(self, rng, day, now, what):
        debts = self.find_open(1, f"account_id = {self.account.id} AND recovery_origin_line_id IS NULL")
        if not debts:
            return
        self.lived[what] += 1
        debt = rng.choice(debts)
        line_id, part, worth, dated, _account, currency_id, partner_id, _move = debt
        currency, dated = (
            self.company.currency_id.browse(currency_id),
            max(dated, day - timedelta(days=rng.choice((0, 5)))),
        )
        self.add_entry(now, "entry")
        origin_id = None
        if what == "transfer":
            origin_id = line_id
            self.add_line(now, dated, partner_id, self.doubtful, currency, part, worth, origin_id)
        credit_id = self.add_line(now, dated, partner_id, self.account, currency, -part, -worth, origin_id)
        self.add_partial(now, line_id, credit_id, worth, part, dated)

    def settle(self, line_id, amount, amount_currency):
        self.ask(
            "UPDATE account_move_line SET amount_residual = amount_residual + %s,"
            " amount_residual_currency = amount_residual_currency + %s,"
            " reconciled = (amount_residual + %s = 0 AND amount_residual_currency + %s = 0) WHERE id = %s",
            *(amount, amount_currency, amount, amount_currency, line_id),
        )

    def unmatch(self, rng, day, now):
        partials = self.ask("SELECT id FROM account_partial_reconcile ORDER BY id")
        if partials:
            self.undo(rng.choice(partials)[0], now)

    def undo(self, partial_id, now):
        self.note(partial_id, now)
        ((debit, credit, amount, amount_currency),) = self.ask(
            "DELETE FROM account_partial_reconcile WHERE id = %s"
            " RETURNING debit_move_id, credit_move_id, amount, debit_amount_currency",
            partial_id,
        )
        self.settle(debit, amount, amount_currency)
        self.settle(credit, -amount, -amount_currency)

    def note(self, partial_id, now):
        """Note that a reconciliation counts no more, if it did: as the module does of posted entries."""
        self.ask(
            "INSERT INTO recovery_unmatching (company_id, debit_line_id, credit_line_id, amount, debit_amount_currency,"
            " credit_amount_currency, date, matched_at, unmatched_at)"
            " SELECT part.company_id, debit.id, credit.id, part.amount, part.debit_amount_currency,"
            " part.credit_amount_currency, part.max_date,"
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
        moves = self.ask("SELECT id FROM account_move WHERE state = 'posted' ORDER BY id")
        if not moves:
            return
        move_id = rng.choice(moves)[0]
        partials = self.ask(
            "SELECT DISTINCT part.id FROM account_partial_reconcile part JOIN account_move_line line"
            " ON line.id IN (part.debit_move_id, part.credit_move_id) WHERE line.move_id = %s ORDER BY 1",
            move_id,
        )
        for (partial_id,) in partials:
            self.note(partial_id, now)
        self.ask(
            "INSERT INTO recovery_withdrawal (company_id, branch_id, line_id, origin_line_id, origin_date,"
            " origin_amount_currency, move_id, move_name, date, due_date, partner_id, account_id, currency_id,"
            " amount_currency, balance, posted_at, withdrawn_at)"
            " SELECT line.company_id, line.company_id, line.id, origin.id, origin.date, origin.amount_currency,"
            " move.id, document.name, line.date, line.date_maturity, line.partner_id, line.account_id,"
            " line.currency_id, line.amount_currency, line.balance, move.recovery_posted_at, %s"
            " FROM account_move_line line JOIN account_move move ON move.id = line.move_id"
            " LEFT JOIN account_move_line origin ON origin.id = line.recovery_origin_line_id"
            " JOIN account_move document ON document.id = COALESCE(origin.move_id, line.move_id)"
            " WHERE line.move_id = %s",
            *(now, move_id),
        )
        self.set_state(move_id, "draft")
        chance = rng.random()
        lines = [line_id for (line_id,) in self.ask("SELECT id FROM account_move_line WHERE move_id = %s", move_id)]
        if chance >= 0.5:
            self.drafts.append(move_id)
            return
        for (partial_id,) in partials:
            self.undo(partial_id, now)
        if chance < 0.25 and len(lines) == 1:
            amount = rng.randint(5, 90)
            self.ask(
                "UPDATE account_move_line SET amount_currency = %s, balance = %s, amount_residual = %s,"
                " amount_residual_currency = %s, reconciled = FALSE WHERE move_id = %s",
                *(amount, amount, amount, amount, move_id),
            )
        if chance < 0.4:
            self.set_state(move_id, "posted", now)
        else:
            self.ask(
                "UPDATE account_move_line SET recovery_origin_line_id = NULL WHERE recovery_origin_line_id = ANY(%s)",
                lines,
            )
            self.ask("DELETE FROM account_move_line WHERE move_id = %s", move_id)
            self.ask("DELETE FROM account_move WHERE id = %s", move_id)

    def repost(self, rng, day, now):
        """Post an entry again that was put back to draft, with its reconciliations."""
        if self.drafts:
            self.set_state(self.drafts.pop(rng.randrange(len(self.drafts))), "posted", now)

    def set_state(self, move_id, state, now=None):
        self.ask("UPDATE account_move_line SET parent_state = %s WHERE move_id = %s", state, move_id)
        self.ask(
            "UPDATE account_move SET state = %s, recovery_posted_at = COALESCE(%s, recovery_posted_at) WHERE id = %s",
            *(state, now, move_id),
        )


def worth(rows, line_id):
    """Return what is open of a line in the company's currency."""
    return rows[line_id][0] if line_id in rows else 0
