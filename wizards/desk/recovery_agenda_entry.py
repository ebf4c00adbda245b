from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

BEFORE, AFTER = 31, 93  # days that the calendar shows around today
MOST = 2000  # entries of a kind


class RecoveryAgendaEntry(models.TransientModel):
    """One day of the calendar of recovery: what falls due, what was promised, what must be done by then.

    The entries are those that the reader may see, made when the calendar is opened.
    """

    _name = "recovery.agenda.entry"
    _description = "Recovery calendar"
    _inherit = ["recovery.window"]
    _order = "date, id"

    name = fields.Char(required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    kind = fields.Selection(
        [
            ("due", "Due date"),
            ("promise", "Promise"),
            ("plan", "Payment plan"),
            ("expiry", "End of a mise en demeure"),
            ("deadline", "Procedural deadline"),
            ("call", "Planned call"),
        ],
        required=True,
        readonly=True,
    )
    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True, ondelete="cascade")
    collector_id = fields.Many2one(related="debtor_id.collector_id", string="Followed by")
    company_currency_id = fields.Many2one(related="debtor_id.company_currency_id")
    amount = fields.Monetary(currency_field="company_currency_id", readonly=True)

    @api.model
    def _fill(self, company):
        """Make the entries of who asks, in place of those made before."""
        root = company._recovery_root()
        day = root._recovery_today()
        self.search([("create_uid", "=", self.env.uid)]).sudo().unlink()
        span = day - timedelta(days=BEFORE), day + timedelta(days=AFTER)
        rows = [*self._read_due(root, *span), *self._read_agreed(root, *span), *self._read_to_do(root, *span)]
        self.sudo().create(
            [
                {"kind": kind, "date": date, "name": name, "debtor_id": debtor.id, "amount": amount}
                for kind, date, name, debtor, amount in rows
            ]
        )

    @api.model
    def _within(self, field, start, end):
        return Domain(field, ">=", start) & Domain(field, "<=", end)

    @api.model
    def _read_due(self, company, start, end):
        """Return what customers owe, a row per customer and day."""
        domain = (
            Domain("company_id", "child_of", company.id)
            & Domain("account_id", "in", company._recovery_accounts().ids)
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
            & Domain("amount_residual", ">", 0)
            & self._within("date_maturity", start, end)
        )
        groups = self.env["account.move.line"]._read_group(
            domain, ["partner_id", "date_maturity:day"], ["amount_residual:sum", "move_name:array_agg"], limit=MOST
        )
        partners = self.env["res.partner"].union(*(partner for partner, *_rest in groups))
        debtors = self.env["recovery.debtor"]._existing_for(partners.commercial_partner_id, company)
        debtor_by_partner = {debtor.partner_id: debtor for debtor in debtors}
        for partner, moment, amount, names in groups:
            if debtor := debtor_by_partner.get(partner.commercial_partner_id):
                invoices = self._describe_few(sorted(set(filter(None, names))))
                yield "due", moment, f"{debtor.display_name} – {invoices}", debtor, amount

    @api.model
    def _describe_few(self, names):
        """Return some numbers of invoices, and how many more there are."""
        shown, more = ", ".join(names[:2]), len(names) - 2
        return self.env._("%(names)s and %(count)s more", names=shown, count=more) if more > 0 else shown

    @api.model
    def _read_agreed(self, company, start, end):
        """Return promises and dates of payment plans that are still to come, or were not kept."""
        among = Domain("company_id", "child_of", company.id)
        waiting = among & Domain("state", "in", ("open", "broken")) & self._within("date", start, end)
        for promise in self.env["recovery.promise"].search(waiting, limit=MOST):
            name = f"{promise.debtor_id.display_name} – {promise.currency_id.format(promise.amount)}"
            yield "promise", promise.date, name, promise.debtor_id, 0.0
        running = among & Domain("plan_state", "=", "running") & self._within("due", start, end)
        for row in self.env["recovery.payment.plan.line"].search(running, limit=MOST):
            debtor = row.plan_id.debtor_id
            name = f"{debtor.display_name} – {row.plan_id.name}, {row.plan_id.currency_id.format(row.amount)}"
            yield "plan", row.due, name, debtor, 0.0

    @api.model
    def _read_to_do(self, company, start, end):
        """Return what is to be done by a day: mises en demeure that end, procedural deadlines, calls."""
        among = Domain("company_id", "child_of", company.id)
        running = among & Domain("kind", "=", "formal_notice") & Domain("state", "=", "sent")
        for notice in self.env["recovery.notice"].search(running & self._within("expires_on", start, end), limit=MOST):
            yield "expiry", notice.expires_on, notice.display_name, notice.debtor_id, notice.amount
        open_ones = among & Domain("state", "=", "running") & self._within("date", start, end)
        for deadline in self.env["recovery.deadline"].search(open_ones, limit=MOST):
            debtor = deadline.debtor_id
            yield "deadline", deadline.date, f"{debtor.display_name} – {deadline.display_name}", debtor, 0.0
        calls = Domain("res_model", "=", "recovery.debtor") & self._within("date_deadline", start, end)
        calls &= Domain("activity_type_id", "=", self.env.ref("debt_recovery.mail_activity_type_call").id)
        calls = self.env["mail.activity"].sudo().search(calls, limit=MOST)
        debtors = self.env["recovery.debtor"].search([("id", "in", calls.mapped("res_id"))])
        names = {debtor.id: debtor for debtor in debtors if debtor.company_id == company}
        for call in calls:
            if debtor := names.get(call.res_id):
                yield "call", call.date_deadline, f"{debtor.display_name} – {call.summary or ''}", debtor, 0.0

    def action_open_debtor(self):
        """Open the debtor's screen."""
        self.ensure_one()
        self.check_access("read")
        return self.debtor_id._get_records_action(name=self.debtor_id.display_name)
