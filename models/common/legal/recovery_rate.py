from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date, formatLang

from ..roles import MANAGER
from .interest import ECB, LEGAL_PART, LEGAL_PRO, MissingRate, RateBook, RateRow, semester_end, semester_start

ACTIVITY = "debt_recovery.mail_activity_type_rate"


class RecoveryRate(models.Model):
    """A published rate and the days for which it is known: what interest is computed with.

    A day that no row covers has no rate: nothing is extrapolated, so the last row of the
    ECB rate ends on the last day for which somebody, or the update job, checked it.
    """

    _name = "recovery.rate"
    _description = "Published rate"
    _inherit = ["mail.thread", "mail.activity.mixin", "recovery.legal.source"]
    _order = "date_from desc, kind, id"
    _typed = ("kind", "value", "date_from", "date_to")

    #: Days before a semester from which its missing rates are announced.
    _announced_before = 15

    kind = fields.Selection(
        [
            (ECB, "ECB main refinancing rate"),
            (LEGAL_PRO, "Legal interest, other cases (companies)"),
            (LEGAL_PART, "Legal interest, individuals"),
        ],
        required=True,
        index=True,
        tracking=True,
        help="The category of legal interest follows the creditor: a company uses the one of the "
        "other cases, even against a consumer.",
    )
    value = fields.Float("Rate (%)", digits=(6, 2), required=True, tracking=True)
    date_from = fields.Date("From", required=True, tracking=True)
    date_to = fields.Date(
        "Known until",
        required=True,
        tracking=True,
        help="Last day for which this rate is known to be in force. Legal interest: the end of the semester. "
        "ECB rate: the eve of the next change, or the last day on which it was checked.",
    )
    source = fields.Char(help="Where it was read: the order, the publication, the series.")

    _dates_in_order = models.Constraint("CHECK (date_from <= date_to)", "A rate cannot end before it begins.")
    _kind_date_uniq = models.UniqueIndex("(kind, date_from)", "This rate already has a value from that day.")

    @api.depends("kind", "value", "date_from")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = self._get_kind_labels()
        for rate in self:
            rate.display_name = self.env._(
                "%(kind)s: %(value)s %% from %(day)s",
                kind=labels.get(rate.kind, ""),
                value=formatLang(self.env, rate.value, digits=2),
                day=format_date(self.env, rate.date_from) if rate.date_from else "",
            )

    @api.constrains("kind", "date_from", "date_to")
    def _check_no_overlap(self):
        for rate in self:
            other = self.search(
                [
                    ("id", "!=", rate.id),
                    ("kind", "=", rate.kind),
                    ("date_from", "<=", rate.date_to),
                    ("date_to", ">=", rate.date_from),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "“%(other)s” already holds until %(until)s. Two rates cannot hold on the same day: "
                        "change the end of the one or the beginning of the other.",
                        other=other.display_name,
                        until=format_date(self.env, other.date_to),
                    )
                )

    @api.constrains("kind", "date_from", "date_to")
    def _check_semester(self):
        for rate in self:
            if rate.kind != ECB and (
                rate.date_from != semester_start(rate.date_from) or rate.date_to != semester_end(rate.date_from)
            ):
                raise ValidationError(
                    self.env._(
                        "Legal interest is published for a semester: enter it from 1 January to 30 June, "
                        "or from 1 July to 31 December."
                    )
                )

    @api.model
    def _get_kind_labels(self):
        return dict(self._fields["kind"]._description_selection(self.env))

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------
    @api.model
    def _read_book(self):
        """Return the known rates as a :class:`interest.RateBook`."""
        return RateBook(
            RateRow(rate.kind, rate.date_from, rate.date_to, rate._get_value()) for rate in self.sudo().search([])
        )

    def _get_value(self):
        self.ensure_one()
        return Decimal(str(round(self.value, 2)))

    @api.model
    def _explain_missing(self, error: MissingRate):
        """Return what to tell the user when a computation needs a rate that nobody entered."""
        return self.env._(
            "The rate “%(kind)s” of %(day)s is not known: no interest can be computed beyond. A recovery manager "
            "enters it in Invoicing / Configuration / Recovery / Rates.",
            kind=self._get_kind_labels()[error.kind],
            day=format_date(self.env, error.day),
        )

    # ------------------------------------------------------------
    # Missing semesters
    # ------------------------------------------------------------
    @api.model
    def _get_gaps(self, day):
        """Return the (kind, first day) of the semesters without a rate: the running one, then the next when near."""
        book = self._read_book()
        semesters = {semester_start(day), semester_start(day + timedelta(days=self._announced_before))}
        return [
            (kind, start)
            for start in sorted(semesters)
            for kind in (ECB, LEGAL_PRO, LEGAL_PART)
            if not book.has_semester(kind, start)
        ]

    @api.model
    def _get_gap_text(self, day):
        """Return the missing semesters as one sentence, or an empty string."""
        labels = self._get_kind_labels()
        gaps = [
            self.env._("%(kind)s on %(day)s", kind=labels[kind], day=format_date(self.env, start))
            for kind, start in self._get_gaps(day)
        ]
        return self.env._("Rates still missing: %s.", ", ".join(gaps)) if gaps else ""

    @api.model
    def _cron_check_rates(self):
        """Tell a manager that a rate is missing; take the reminder away when it no longer is."""
        self._remind_manager(self.env.company._recovery_today())

    @api.model
    def _remind_manager(self, day):
        """Keep one activity open while a rate is missing, none otherwise."""
        running = self.sudo().search([("activity_ids.activity_type_id", "=", self.env.ref(ACTIVITY).id)])
        gaps = self._get_gaps(day)
        if not gaps:
            running.activity_unlink([ACTIVITY])
        elif not running:
            manager = self._get_manager()
            newest = self.sudo().search([("kind", "=", gaps[0][0])], limit=1) or self.sudo().search([], limit=1)
            if newest and manager:
                text = self.with_context(lang=manager.lang)._get_gap_text(day)
                newest.activity_schedule(ACTIVITY, date_deadline=gaps[0][1], summary=text, user_id=manager.id)

    @api.model
    def _get_manager(self):
        """Return who keeps the rates: the company's contact if a manager, else the first manager."""
        users = self.env.ref(MANAGER).sudo().all_user_ids.filtered(lambda user: user.active and not user.share)
        contact = self.env.company._recovery_root().recovery_contact_id
        return contact if contact in users else users.sorted("id")[:1]

    def action_open_rates(self):
        """Open the rates, with a warning when one is missing."""
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_rate_action")
        text = self._get_gap_text(self.env.company._recovery_today())
        if not text:
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "warning", "sticky": True, "message": text, "next": action},
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        """Keep the rates that interest was computed with: a mistake is corrected, not erased."""
        if any(rate.date_from <= self.env.company._recovery_today() for rate in self):
            raise UserError(
                self.env._("A rate that has begun is not deleted: correct its value or its dates, with its source.")
            )
