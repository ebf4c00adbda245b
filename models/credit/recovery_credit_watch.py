from odoo import api, models
from odoo.tools import format_date, formatLang

from ..common.calendar import shift

ACTIVITY = "debt_recovery.mail_activity_type_credit"


class RecoveryCreditWatch(models.AbstractModel):
    """Alerts on limits and guarantees, once each time it happens.

    Runs every night for everybody, and for the customers whose books moved when the
    worklist takes note of it. What was told is kept beside what it is about, so that
    nothing is told twice; when the cause goes away, it may be told again.
    """

    _name = "recovery.credit.watch"
    _description = "Recovery: monitor limits and guarantees"

    @api.model
    def _cron_watch(self):
        """Look at every company's limits and guarantees."""
        self.env["res.company"]._recovery_for_each_company(self, lambda mine, company, day: mine._run(company, day))

    @api.model
    def _run(self, company, day, partners=None):
        """Raise the activities that are due on that day, but for customers who cannot be reckoned with: they are named.

        :param partners: commercial partners to look at; None for all.
        """
        self.env["recovery.ledger"]._do_for_customers(
            self, company, lambda some: self._run_together(company, day, some), partners
        )

    @api.model
    def _run_together(self, company, day, partners):
        company = company._recovery_root()
        engine = self.env["recovery.exposure"].sudo()
        exposures = engine._read(company, partners, day)
        self._watch_limits(company, day, partners, exposures)
        self._watch_coverages(company, day, partners, exposures)

    # ------------------------------------------------------------
    # Limits
    # ------------------------------------------------------------
    @api.model
    def _watch_limits(self, company, day, partners, exposures):
        shares = company.sudo()._recovery_alert_shares()
        reached = {}
        for partner_id, exposure in exposures.items():
            share = max((share for share in shares if self._is_above(exposure, share)), default=0)
            if share:
                reached[partner_id] = share
        Debtor = self.env["recovery.debtor"].sudo()
        domain = [("company_id", "=", company.id)]
        if partners is not None:
            domain.append(("partner_id", "in", partners.ids))
        soon = shift(day, days=company.sudo().recovery_cover_notice_days)
        debtors = Debtor.search(
            [
                *domain,
                *("|", "|", "|"),
                ("partner_id", "in", list(reached)),
                ("limit_alerts", "!=", False),
                ("limit_valid_until", "<=", soon),
                ("limit_review_date", "<=", day),
            ]
        )
        debtors |= Debtor._ensure_for(self.env["res.partner"].browse(reached), company)
        for debtor in debtors:
            exposure = exposures.get(debtor.partner_id.id)
            due = {
                "share": reached.get(debtor.partner_id.id),
                "expiry": self._iso(debtor.limit_valid_until, soon),
                "review": self._iso(debtor.limit_review_date, day),
            }
            told = debtor.limit_alerts or {}
            for key, value in due.items():
                if value and value != told.get(key) and not (key == "share" and value < told.get(key, 0)):
                    self._tell_limit(debtor, key, exposure, day)
            kept = {key: value for key, value in due.items() if value}
            if kept != told:
                debtor.limit_alerts = kept or False

    @api.model
    def _is_above(self, exposure, share):
        if exposure.limit is None or exposure.total <= 0:
            return False
        return exposure.total >= exposure.limit * share / 100.0

    @api.model
    def _iso(self, date, until):
        return date.isoformat() if date and date <= until else None

    @api.model
    def _tell_limit(self, debtor, key, exposure, day):
        """Schedule the activity of one alert on a debtor, and write it in the journal."""
        user = debtor._get_responsible()
        debtor = debtor.with_context(lang=user.lang or debtor.company_id.partner_id.lang)
        env = debtor.env

        def money(value):
            return formatLang(env, value, currency_obj=debtor.company_currency_id)

        if key == "share" and exposure.limit:
            summary = env._("Credit limit used at %(share)s%%", share=round(exposure.usage))
            note = env._(
                "Exposure %(exposure)s, limit %(limit)s.", exposure=money(exposure.total), limit=money(exposure.limit)
            )
        elif key == "share":
            summary = env._("Debt without any credit")
            note = env["recovery.exposure"]._get_status(exposure, debtor.company_currency_id)
        elif key == "expiry":
            summary = env._("Credit limit: validity ends on %s", format_date(env, debtor.limit_valid_until))
            note = env._("After this day the customer has no credit until the limit is renewed.")
        else:
            summary = env._("Credit limit: review due since %s", format_date(env, debtor.limit_review_date))
            note = env._("Review the customer's risk, and request a suitable limit.")
        debtor.activity_schedule(ACTIVITY, date_deadline=day, summary=summary, note=note, user_id=user.id)
        env["recovery.event"]._log("limit_alert", debtor, summary, {"verdict": note})

    # ------------------------------------------------------------
    # Guarantees
    # ------------------------------------------------------------
    @api.model
    def _watch_coverages(self, company, day, partners, exposures):
        Coverage = self.env["recovery.coverage"].sudo()
        domain = Coverage._get_running_domain(day) & Coverage._get_company_domain(company, partners)
        soon = shift(day, days=company.sudo().recovery_cover_notice_days)
        for coverage in Coverage.search(domain):
            exposure = exposures.get(coverage.debtor_id.partner_id.id)
            declare_by = coverage._get_declare_by(exposure.oldest_due if exposure else None)
            due = {
                "expiry": self._iso(coverage.date_until, soon),
                "declare": self._iso(declare_by, soon),
            }
            told = coverage.alerts or {}
            for key, value in due.items():
                if value and value != told.get(key):
                    self._tell_coverage(coverage, key, declare_by, exposure, day)
            kept = {key: value for key, value in due.items() if value}
            if kept != told:
                coverage.alerts = kept or False

    @api.model
    def _tell_coverage(self, coverage, key, declare_by, exposure, day):
        """Schedule the activity on a guarantee that ends, or on an unpaid instalment to declare."""
        user = coverage.debtor_id._get_responsible()
        coverage = coverage.with_context(lang=user.lang or coverage.company_id.partner_id.lang)
        env = coverage.env
        if key == "expiry":
            deadline = coverage.date_until
            summary = env._(
                "%(customer)s: guarantee ends on %(date)s",
                customer=coverage.debtor_id.display_name,
                date=format_date(env, deadline),
            )
            note = coverage.display_name
        else:
            deadline = max(declare_by, day)
            summary = env._(
                "%(customer)s: declare the non-payment to the insurer before %(date)s",
                customer=coverage.debtor_id.display_name,
                date=format_date(env, declare_by),
            )
            note = env._(
                "Overdue: %(amount)s, the oldest instalment since %(date)s.",
                amount=formatLang(env, exposure.overdue, currency_obj=coverage.currency_id),
                date=format_date(env, exposure.oldest_due),
            )
        coverage.activity_schedule(ACTIVITY, date_deadline=deadline, summary=summary, note=note, user_id=user.id)
        env["recovery.event"]._log("limit_alert", coverage, summary, {"verdict": note})
