from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ...common.calendar import shift
from ...common.marks import takes_reason
from ...common.roles import MANAGER, require_user
from ...common.saying import narrow

_lt = LazyTranslate(__name__)

LINE_FIELDS = [
    "review_id",
    "company_id",
    "debtor_id",
    "reason_codes",
    "exposure_now",
    "exposure_before",
    "overdue_now",
    "overdue_before",
    "score_now",
    "score_before",
    "class_now",
    "class_before",
]


class RecoveryReview(models.Model):
    """The monthly checkpoint of one person: the debtors to look at again, last month beside today."""

    _name = "recovery.review"
    _description = "Monthly review"
    _inherit = ["recovery.guarded", "recovery.held", "mail.thread", "mail.activity.mixin"]
    _held_by = ("user_id",)
    _order = "month desc, id desc"
    _rec_name = "display_name"
    _rec_names_search = ("user_id.name",)
    _check_company_auto = True
    _journal_words = {"debtors": _lt("Debtors")}

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Owner", required=True, readonly=True, index=True)
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    date = fields.Date("Figures as of", required=True, readonly=True)
    display_name = fields.Char(compute="_compute_display_name")
    state = fields.Selection(
        [("todo", "To do"), ("done", "Done")], required=True, readonly=True, default="todo", tracking=True
    )
    line_ids = fields.One2many("recovery.review.line", "review_id", string="Debtors")
    line_count = fields.Integer("Number of debtors", compute="_compute_counts")
    seen_count = fields.Integer("Looked at", compute="_compute_counts")
    done_on = fields.Date("Done on", readonly=True)
    conclusion = fields.Text(readonly=True)

    _owner_month_uniq = models.UniqueIndex(
        "(company_id, user_id, month)", "This person already has a review for that month."
    )

    @api.depends("month", "user_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for review in self:
            month = format_date(self.env, review.month, date_format="MMMM yyyy") if review.month else ""
            review.display_name = self.env._("Review of %(month)s, %(owner)s", month=month, owner=review.user_id.name)

    @api.depends("line_ids.is_seen")
    def _compute_counts(self):
        counts = {
            (review, seen): count
            for review, seen, count in self.env["recovery.review.line"]._read_group(
                [("review_id", "in", self.ids)], ["review_id", "is_seen"], ["__count"]
            )
        }
        for review in self:
            review.seen_count = counts.get((review, True), 0)
            review.line_count = review.seen_count + counts.get((review, False), 0)

    # ------------------------------------------------------------
    # Its owner leaves
    # ------------------------------------------------------------
    @api.model
    def _get_open_domain(self):
        return Domain("state", "=", "todo")

    def _recovery_get_responsible(self):
        """Return the owner, else who follows the company's debtors otherwise."""
        return self.env["recovery.responsible"]._find_owner(self.company_id, self.user_id)

    def _pass_on(self, name, leaver, heir):
        """Add the debtors to the review that the next in line has of that month, if there is one: one each."""
        among = Domain("company_id", "in", self.company_id.ids) & Domain("user_id", "=", heir.id)
        twins = {
            (twin.company_id, twin.month): twin
            for twin in self.search(among & Domain("month", "in", self.mapped("month")))
        }
        alone = self.filtered(lambda review: (review.company_id, review.month) not in twins)
        for review in self - alone:
            twin = twins[review.company_id, review.month]
            if twin.state == "done":
                twin.write({"state": "todo", "done_on": False})
            review.line_ids.write({"review_id": twin.id})
            review.activity_ids.unlink()
            review.write({"state": "done", "done_on": review.company_id._recovery_today()})
        return super(RecoveryReview, alone)._pass_on(name, leaver, heir)

    # ------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------
    def action_finish(self):
        """Ask for a conclusion, then close the review."""
        self._check_may_finish()
        return self.env["recovery.reason.wizard"]._open(self, "_finish", self.env._("Finish the review"))

    def action_open_lines(self):
        """Open the debtors of the review on the whole screen."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_review_line_action")
        return narrow(action, domain=[("review_id", "=", self.id)])

    def action_see_all(self):
        """Record that every debtor of the list was looked at."""
        self._check_may_finish()
        self.line_ids.filtered(lambda line: not line.is_seen).sudo().is_seen = True

    def _check_may_finish(self):
        require_user(self.env)
        self.check_access("read")
        for review in self:
            if review.user_id != self.env.user and not self.env.user.has_group(MANAGER):
                raise AccessError(
                    self.env._(
                        "This review belongs to %s: only its owner or a manager can close it.", review.user_id.name
                    )
                )
            if review.state != "todo":
                raise UserError(self.env._("This review is already closed."))

    @takes_reason
    def _finish(self, conclusion):
        """Close the review: the debtors looked at are due again later, the task is done."""
        self._check_may_finish()
        for review in self:
            today = review.company_id._recovery_today()
            review.sudo().write({"state": "done", "done_on": today, "conclusion": conclusion})
            seen = review.line_ids.filtered("is_seen").debtor_id
            seen.sudo().review_due = shift(today, months=review.company_id.sudo().recovery_review_months)
        self.sudo().activity_feedback(["debt_recovery.mail_activity_type_review"], feedback=conclusion)
        self.env["recovery.event"]._log(
            "reviewed",
            self,
            lambda review: review.display_name,
            lambda review: {"reason": conclusion, "debtors": f"{review.seen_count}/{review.line_count}"},
        )

    # ------------------------------------------------------------
    # Making
    # ------------------------------------------------------------
    @api.model
    def _generate(self, company, day):
        """Make the reviews of that month, one per owner with something to look at, once.

        :return: the new reviews.
        """
        company = company._recovery_root()
        month = day.replace(day=1)
        chosen = self._choose(company, day)
        by_owner = {}
        for debtor in chosen:
            by_owner.setdefault(debtor._get_responsible(), []).append(debtor)
        Review = self.sudo()
        existing = Review.search([("company_id", "=", company.id), ("month", "=", month)]).user_id
        owners = [owner for owner in by_owner if owner not in existing]
        reviews = Review.create(
            [{"company_id": company.id, "user_id": owner.id, "month": month, "date": day} for owner in owners]
        )
        now, before = (
            self._read_snapshots(company, first_day) for first_day in (month, month - relativedelta(months=1))
        )
        rows = [
            self._prepare_line(review, debtor, chosen[debtor], now.get(debtor.id), before.get(debtor.id))
            for review in reviews
            for debtor in by_owner[review.user_id]
        ]
        self.env["recovery.bulk"]._insert("recovery.review.line", LINE_FIELDS, rows)
        for review in reviews:
            reader = review.with_context(lang=review.user_id.lang or self.env.lang)
            review.activity_schedule(
                "debt_recovery.mail_activity_type_review",
                date_deadline=fields.Date.add(day, days=10),
                user_id=review._recovery_get_responsible().id,
                summary=reader.display_name,
            )
        return reviews

    @api.model
    def _choose(self, company, day):
        """Return why each debtor is to be looked at: ``{debtor: list of reason codes}``."""
        Debtor = self.env["recovery.debtor"].sudo()
        in_company = Domain("company_id", "=", company.id)
        at_stake = in_company & Domain("exposure_amount", ">", 0)
        month = day.replace(day=1)
        changed = Domain("class_since", ">=", month - relativedelta(months=1)) & Domain("previous_class", "!=", False)
        old_external = self._get_old_external(company, day)
        domains = {
            "high_risk": at_stake & Domain("risk_class", "in", ("D", "E")),
            "class_changed": at_stake & changed,
            "limit_exceeded": at_stake & Domain("limit_usage", ">", 100),
            "behaviour_break": at_stake & Domain("behaviour_break", "=", True),
            "review_due": at_stake & Domain("review_due", "<=", day),
            "external_old": at_stake & Domain("id", "in", old_external.ids),
        }
        chosen = {}
        for code, domain in domains.items():
            for debtor in Debtor.search(domain, order="exposure_amount desc, id"):
                chosen.setdefault(debtor, []).append(code)
        return chosen

    @api.model
    def _get_old_external(self, company, day):
        """Return the debtors whose latest external score no longer counts."""
        limit = shift(day, months=-company.sudo().recovery_external_months)
        groups = (
            self.env["recovery.external.score"]
            .sudo()
            ._read_group(
                [("company_id", "=", company.id)], ["debtor_id"], ["date:max"], having=[("date:max", "<=", limit)]
            )
        )
        return self.env["recovery.debtor"].sudo().union(*(debtor for debtor, _date in groups))

    @api.model
    def _read_snapshots(self, company, month):
        """Return the score rows of a month by debtor id."""
        Score = self.env["recovery.score"].sudo()
        rows = Score.search_fetch(
            [("company_id", "=", company.id), ("month", "=", month)],
            ["debtor_id", "score", "risk_class", "exposure_amount", "overdue_amount"],
        )
        return {row.debtor_id.id: row for row in rows}

    @api.model
    def _prepare_line(self, review, debtor, codes, now, before):
        """Return one row of the review, in the order of ``LINE_FIELDS``."""
        return (
            review.id,
            review.company_id.id,
            debtor.id,
            ",".join(codes),
            debtor.exposure_amount,
            before.exposure_amount if before else None,
            now.overdue_amount if now else None,
            before.overdue_amount if before else None,
            debtor.score if debtor.risk_class != "none" else None,
            before.score if before and before.risk_class != "none" else None,
            debtor.risk_class or None,
            before.risk_class if before else None,
        )

    @api.model
    def _cron_generate(self):
        """Make the month's reviews of every company."""
        self.env["res.company"]._recovery_for_each_company(
            self, lambda mine, company, day: mine._generate(company, day)
        )
