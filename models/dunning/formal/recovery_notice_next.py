from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from .recovery_debtor import EXPIRED

# Verdicts under which nothing may be asked for, whatever remains.
SPARED = {"no_followup", "blocked"}


class RecoveryNotice(models.Model):
    """What happens by itself once a mise en demeure has expired: the collector is told, litigation is proposed."""

    _inherit = "recovery.notice"

    proposed_on = fields.Date(
        "Litigation proposed on",
        readonly=True,
        index="btree_not_null",
        help="It expired unpaid, and the collector was told.",
    )
    next_step = fields.Char("What comes next", compute="_compute_next_step")

    @api.depends("state", "expires_on", "deadline_date", "proposed_on", "letter_ids.state", "withdrawn_on")
    @api.depends_context("lang")
    def _compute_next_step(self):
        for notice in self:
            notice.next_step = notice.kind == "formal_notice" and notice._describe_next_step()

    def _describe_next_step(self):
        self.ensure_one()
        if self.withdrawn_on:
            return self.env._("Withdrawn on %s: it has no effect any more.", format_date(self.env, self.withdrawn_on))
        if self.state != "sent":
            return False
        if self._is_to_post():
            return self.env._("Post the registered letter and enter its number.")
        expiry = self._get_expiry()
        if not expiry:
            return self.env._("Wrong address: it has no effect. Find the right one, then replace it by another one.")
        day = format_date(self.env, expiry)
        if self.proposed_on:
            return self.env._("Expired unpaid on %s: litigation is proposed.", day)
        if expiry < self.company_id._recovery_today():
            return self.env._("Expired on %s.", day)
        return self.env._("The debtor has until %s. Litigation is proposed the day after if it is unpaid.", day)

    def _is_to_post(self):
        """Tell whether its registered letter still lies here: no delay runs against a debtor who got nothing."""
        self.ensure_one()
        letters = self.letter_ids.filtered(lambda letter: letter.state != "cancelled")
        return bool(letters) and all(letter.state == "to_post" for letter in letters)

    @api.model
    def _follow_expired(self, company, day):
        """Tell the collectors, once, of what expired unpaid, and close the tasks of what was paid since.

        Suspended, disputed or covered instalments do not count: they are looked at again
        every day.

        :param day: today, in the company.
        :return: the notices told of.
        """
        company = company._recovery_root()
        expired = (
            self.sudo()
            .search(
                Domain("company_id", "=", company.id)
                & Domain("kind", "=", "formal_notice")
                & Domain("state", "=", "sent")
                & Domain("expires_on", "<", day)
            )
            .filtered(lambda notice: not notice._is_to_post())
        )
        left = expired._read_left(company, day)
        self._close_paid_tasks(company, left)
        new = self.sudo().union(*(notice for notice in left if not notice.proposed_on))
        if not new:
            return new
        new.write({"proposed_on": day})
        self._plan_expiry_tasks(day, new, left)
        self.env["recovery.event"]._log(
            "expired",
            new,
            lambda n: self.env._("Mise en demeure %s expired unpaid: litigation proposed", n.number or ""),
            lambda n: {**n._get_trace(), "now": left[n]},
        )
        return new

    def _read_left(self, company, day):
        """Return ``{notice: amount}`` of what each still claims and may ask for, in company currency."""
        if not self:
            return {}
        verdicts = self._read_claimable(company, day)
        left = defaultdict(float)
        for line in self.line_ids:
            if line.role == "claimed" and line.engaged and line.move_line_id.id in verdicts:
                left[line.notice_id] += verdicts[line.move_line_id.id].net_company
        return {notice: company.currency_id.round(amount) for notice, amount in left.items()}

    def _read_claimable(self, company, day, spared=()):
        """Return ``{journal item id: verdict}`` of what may be asked for that day of these notices' debtors.

        :param spared: origins of suspensions that do not count.
        """
        verdicts, _credits = self.env["recovery.selection"]._evaluate(company, day, self.partner_id, spared=spared)
        return {v.item.line_id: v for v in verdicts if v.net and v.item.due < day and not SPARED & set(v.get_reasons())}

    @api.model
    def _plan_expiry_tasks(self, day, notices, left):
        """Give each debtor's responsible one task for all its expired mises en demeure."""
        groups = notices.grouped("debtor_id")

        def describe(debtor):
            return Markup("").join(
                Markup("<p>%s</p>")
                % self.env._(
                    "%(number)s expired on %(date)s: %(amount)s unpaid. Open a case, or say why not.",
                    number=notice.number or notice.display_name,
                    date=format_date(self.env, notice.expires_on),
                    amount=notice.company_currency_id.format(left[notice]),
                )
                for notice in groups[debtor]
            )

        summary = self.env._("Mise en demeure expired unpaid: go to litigation?")
        notices.debtor_id._plan_tasks(EXPIRED, day, summary, describe)

    @api.model
    def _close_paid_tasks(self, company, left):
        """Take back what was told of notices that ask for nothing now, and close the tasks of debtors without another.

        Paid or only suspended: what becomes due again is told again.
        """
        told = self.sudo().search(
            Domain("company_id", "=", company.id) & Domain("proposed_on", "!=", False) & Domain("state", "=", "sent")
        )
        over = told.filtered(lambda notice: notice not in left)
        over.write({"proposed_on": False})
        owing = self.env["recovery.debtor"].union(*(notice.debtor_id for notice in left))
        (over.debtor_id - owing)._close_expiry_tasks()

    def _forget_expiry(self, day):
        """Take back the proposal of litigation of mises en demeure that expire later than it was thought, or never."""
        early = self.filtered(
            lambda notice: notice.proposed_on and (not day or day >= notice.company_id._recovery_today())
        )
        early.write({"proposed_on": False})
        early.debtor_id._close_expiry_tasks(keep_expired=True)
