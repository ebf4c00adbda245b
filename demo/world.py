from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from odoo import fields

from ..models.common.calendar import is_business_day
from .invoices import OPEN_SALES, make_paid_sales
from .regulars import make_year


@dataclass
class World:
    """What the demonstration made so far, by the keys of its data; ``today`` is the company's."""

    env: object
    company: object
    users: dict = field(default_factory=dict)
    partners: dict = field(default_factory=dict)
    parties: dict = field(default_factory=dict)
    products: dict = field(default_factory=dict)
    terms: dict = field(default_factory=dict)
    moves: dict = field(default_factory=dict)
    today: date = None
    year: object = None  # what the regular customers did
    sales: list = field(default_factory=list)

    def __post_init__(self):
        self.today = self.company._recovery_today()
        self.year = make_year(self.today)
        self.sales = OPEN_SALES + make_paid_sales() + self.year.sales

    def day(self, ago):
        """Return the day so many days before today."""
        return self.today - timedelta(days=ago)

    def business_day(self, ago):
        """Return the last business day up to so many days before today."""
        day = self.day(ago)
        while not is_business_day(day):
            day -= timedelta(days=1)
        return day

    def as_user(self, login):
        """Return the environment of one of the users."""
        return self.env(user=self.users[login])

    def debtor(self, customer, env=None):
        """Return a customer's debtor."""
        return (env or self.env)["recovery.debtor"]._ensure_for(self.partners[customer], self.company)

    def debtors(self, customers):
        """Return the debtors of some customers."""
        partners = self.env["res.partner"].union(*(self.partners[key] for key in customers))
        return self.env["recovery.debtor"]._ensure_for(partners, self.company)

    def key_of(self, partner):
        """Return the key under which the data know a customer."""
        return next(key for key, known in self.partners.items() if known == partner.commercial_partner_id)

    def receivables(self, move):
        """Return the receivable lines of an entry, oldest due date first."""
        return move.line_ids.filtered(lambda line: line.account_type == "asset_receivable").sorted("date_maturity")

    def overdue(self, customer, day):
        """Return what a customer owes that was due before a day, but for what is excluded."""
        return self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.partners[customer].id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("date_maturity", "<", day),
                ("amount_residual", ">", 0),
                ("no_followup", "=", False),
            ]
        )

    def analyze(self):
        """Tell PostgreSQL how many rows there are now: in one long transaction it would go on believing none.

        Core's query of what a payment settled then takes minutes.
        """
        self.env.flush_all()
        self.env.cr.execute("ANALYZE account_move, account_move_line, account_partial_reconcile, account_payment")

    def date_books(self):
        """Have the entries known, and matched, since their own day: the past that is told of them is that of then."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET recovery_posted_at = date + time '18:30'"
            " WHERE company_id = %s AND state = 'posted' AND date < %s",
            [self.company.id, self.today],
        )
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET create_date = max_date + time '18:30'"
            " WHERE company_id = %s AND max_date < %s",
            [self.company.id, self.today],
        )
        self.env.invalidate_all()

    @contextmanager
    def dated(self, day):
        """Give the traces that are written meanwhile the date of that day, in the morning.

        The journal is append-only for everybody: only the bulk writer, which knows no
        override, can date what happened in a past that never was.
        """
        models = ("mail.message", "recovery.event", "recovery.delivery", "mail.activity")
        last = {name: self._get_last_id(name) for name in models}
        began = fields.Datetime.now()
        yield
        moment = datetime.combine(day, time(8, 30))

        def written(name):
            Model = self.env[name].with_context(active_test=False)
            return Model.search([("id", ">", last[name])], order="id")

        written("mail.message").write({"date": moment})
        written("mail.activity").filtered("date_done").write({"date_done": day})
        deliveries = written("recovery.delivery")
        deliveries.write({"queued_on": moment})
        self.env["recovery.delivery"].search([("done_on", ">=", began)]).write({"done_on": moment})
        rows = [(event.id, moment) for event in written("recovery.event")]
        self.env["recovery.bulk"]._update("recovery.event", ["date"], rows)

    def _get_last_id(self, model):
        return self.env[model].with_context(active_test=False).search([], order="id desc", limit=1).id or 0
