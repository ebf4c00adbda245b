import logging
import time
from datetime import timedelta
from decimal import Decimal

import requests

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from ..common import bounds
from ..common.roles import MANAGER
from ..common.saying import complete
from .ecb import UnreadableAnswer, parse_change_points
from .interest import ECB, LEGAL_PART, LEGAL_PRO, MissingRate, RateBook, RateRow, semester_end, semester_start

ACTIVITY = "debt_recovery.mail_activity_type_rate"
_logger = logging.getLogger(__name__)
_STEP = 2  # points: no published rate goes ten times up or down by less without a reason
SWITCH = "debt_recovery.ecb_sync"
URL = "debt_recovery.ecb_url"
LAST_SUCCESS = "debt_recovery.ecb_last_success"
LAST_ERROR = "debt_recovery.ecb_last_error"
DEFAULT_URL = (
    "https://data-api.ecb.europa.eu/service/data/FM/B.U2.EUR.4F.KR.MRR_FR.LEV"
    "?format=csvdata&detail=dataonly&startPeriod=2015-01-01"
)


class RecoveryRate(models.Model):
    """A published rate and the days for which it is known: what interest is computed with.

    A day that no row covers has no rate: nothing is extrapolated, so the last row of the
    ECB rate ends on the last day for which somebody, or the update job, checked it.
    """

    _name = "recovery.rate"
    _description = "Published rate"
    _inherit = ["mail.thread", "mail.activity.mixin", "recovery.legal.source", "recovery.doubted"]
    _setting_parameters = (SWITCH, URL)
    _order = "date_from desc, kind, id"
    _typed = ("kind", "value", "date_from", "date_to", "active")
    _fixed = ("kind",)

    #: Days before a semester from which its missing rates are announced.
    _announced_before = 15

    kind = fields.Selection(
        [
            (ECB, "ECB main refinancing rate"),
            (LEGAL_PRO, "Legal interest, other creditors (companies)"),
            (LEGAL_PART, "Legal interest, individuals"),
        ],
        required=True,
        index=True,
        tracking=True,
        help="The category of legal interest follows the creditor: a company uses that of other cases, even "
        "against a consumer.",
    )
    active = fields.Boolean(default=True)
    value = fields.Float("Rate (%)", digits=(6, 2), bounds=(-10, 100), required=True, tracking=True)
    date_from = fields.Date("From", required=True, tracking=True)
    date_to = fields.Date(
        "Known until",
        required=True,
        tracking=True,
        help="Last day for which this rate is known to be in force. Legal interest: the end of the half-year. ECB "
        "rate: the day before the next change, or the last day on which it was checked.",
    )
    source = fields.Char(help="Where it was read: the order, the publication, the series.")

    _dates_in_order = models.Constraint("CHECK (date_from <= date_to)", "A rate cannot end before it begins.")
    _kind_date_uniq = models.UniqueIndex(
        "(kind, date_from) WHERE active", "This rate already has a value from that day."
    )
    _ecb_timeout = (5, 20)  # seconds to connect, to read
    _ecb_attempts = 3
    _ecb_longest_wait = 30  # seconds between two attempts, whatever the server asks for
    _ecb_largest_answer = 2_000_000  # characters: the series has a hundred lines

    @api.depends("kind", "value", "date_from")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = self._get_kind_labels()
        for rate in self:
            if not rate.kind or not rate.date_from:
                rate.display_name = labels.get(rate.kind) or self.env._("New rate")
                continue
            rate.display_name = self.env._(
                "%(kind)s: %(value)s%% from %(day)s",
                kind=labels.get(rate.kind, ""),
                value=formatLang(self.env, rate.value, digits=2),
                day=format_date(self.env, rate.date_from),
            )

    @api.constrains("kind", "date_from", "date_to", "active")
    def _check_no_overlap(self):
        for rate in self.filtered("active"):
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
                        "“%(other)s” is already in force until %(until)s. Two rates cannot apply on the same day: "
                        "change the end of one or the beginning of the other.",
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
                        "Legal interest is published for a half-year: enter it from 1 January to 30 June, or from "
                        "1 July to 31 December."
                    )
                )

    @api.depends("kind", "value", "date_from")
    def _compute_doubt_text(self):
        return super()._compute_doubt_text()

    def _get_doubts(self):
        """Return whether the rate jumps from the one before."""
        doubts = super()._get_doubts()
        domain = Domain("kind", "=", self.kind) & Domain("date_from", "<", self.date_from or bounds.LAST_DAY)
        before = self.search(domain & Domain("id", "!=", self._origin.id), order="date_from desc", limit=1)
        if before and bounds.is_jump(before.value, self.value, _STEP):
            doubts.append(
                self.env._(
                    "The previous rate was %(before)s%%: %(value)s%% is a big jump. Check the source and the "
                    "decimal point.",
                    before=formatLang(self.env, before.value, digits=2),
                    value=formatLang(self.env, self.value, digits=2),
                )
            )
        return doubts

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
            RateRow(rate.kind, rate.date_from, rate.date_to, rate._get_value())
            for rate in self.sudo().with_context(active_test=True).search([])
        )

    def _get_value(self):
        self.ensure_one()
        return Decimal(str(round(self.value, 2)))

    @api.model
    def _explain_missing(self, error: MissingRate):
        """Return what to tell the user when a computation needs a rate that nobody entered."""
        return self.env._(
            "The rate “%(kind)s” on %(day)s is not known: no interest can be calculated beyond that. A recovery "
            "manager enters it in Invoicing / Configuration / Recovery / Rates.",
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
        """Remind a manager of missing rates; take the reminder away when none is missing any more."""
        company = self.env.company
        company._recovery_speak(self)._remind_manager(company._recovery_today())

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
        managers = self.env["recovery.responsible"]._get_managers(self.env["res.company"])
        contact = self.env.company._recovery_root().recovery_contact_id
        return contact if contact in managers else managers.sorted("id")[:1]

    def _recovery_get_able(self, users):
        return self.env["recovery.responsible"]._get_able(users, self.env["res.company"], MANAGER)

    def _recovery_get_responsible(self):
        return self._get_manager()

    def action_open_rates(self):
        """Open the rates, with a warning when one is missing."""
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_rate_action")
        text = self._get_gap_text(self.env.company._recovery_today())
        if not text:
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "warning", "sticky": True, "message": text, "next": complete(action)},
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        """Refuse to delete rates that interest was computed with: a mistake is corrected, not erased."""
        if any(rate.date_from <= self.env.company._recovery_today() for rate in self):
            raise UserError(
                self.env._(
                    "A rate already in force cannot be deleted: correct its value or its dates, with its source."
                )
            )

    # ------------------------------------------------------------
    # The update of the ECB rate, off until somebody turns it on
    # ------------------------------------------------------------
    @api.model
    def _cron_sync_ecb(self):
        """Update the ECB rate when the setting asks for it."""
        if self.env["ir.config_parameter"].sudo().get_param(SWITCH) == "True":
            company = self.env.company
            company._recovery_speak(self)._sync_ecb(company._recovery_today())

    @api.model
    def _sync_ecb(self, day):
        """Ask the portal for the rate and keep what is new; say in the settings how it went.

        :param day: the answer proves the last rate until this day, no further.
        :return: True when it went well.
        """
        parameters = self.env["ir.config_parameter"].sudo()
        try:
            points = parse_change_points(self._fetch_ecb(parameters.get_param(URL) or DEFAULT_URL))
            self.sudo()._apply_change_points(points, day)
        except (requests.RequestException, UnreadableAnswer) as error:
            _logger.warning("The ECB rate could not be updated: %s", error)
            moment = fields.Datetime.to_string(fields.Datetime.now())
            parameters.set_param(LAST_ERROR, f"{moment} {type(error).__name__}: {error}"[:500])
            return False
        parameters.set_param(LAST_SUCCESS, fields.Datetime.to_string(fields.Datetime.now()))
        parameters.set_param(LAST_ERROR, False)
        return True

    @api.model
    def _fetch_ecb(self, url):
        """Return the portal's answer, after a few attempts when it is busy or does not answer."""
        for attempt in range(1, self._ecb_attempts + 1):
            wait = 2**attempt
            try:
                response = requests.get(url, timeout=self._ecb_timeout, headers={"Accept": "text/csv"})
                if response.status_code != 429 and response.status_code < 500:
                    response.raise_for_status()
                    if len(response.text) > self._ecb_largest_answer:
                        raise UnreadableAnswer("the answer is far too long")
                    return response.text
                asked = response.headers.get("Retry-After", "")
                wait = int(asked) if asked.isdigit() else wait
                response.raise_for_status()
            except requests.HTTPError as error:
                if attempt == self._ecb_attempts or error.response.status_code not in (429, *range(500, 600)):
                    raise
            except (requests.ConnectionError, requests.Timeout):
                if attempt == self._ecb_attempts:
                    raise
            time.sleep(min(wait, self._ecb_longest_wait))

    @api.model
    def _apply_change_points(self, points, day):
        """Add the changes that are new and note until when the last rate is proved.

        The past is never rewritten: a change that contradicts what is kept is reported,
        for a manager to correct.
        """
        known = {rate.date_from: rate for rate in self.search([("kind", "=", ECB)])}
        newest = max(known, default=points[0][0] - timedelta(days=1))
        for start, value in points:
            if start in known:
                if known[start]._get_value() != value:
                    raise UnreadableAnswer(
                        f"{start}: {value} from the ECB, {known[start]._get_value()} kept here; correct it by hand"
                    )
            elif start <= newest and start >= min(known):
                raise UnreadableAnswer(f"{start}: a change to {value} that is not kept here; enter it by hand")
        last_known = known.get(newest)
        fresh = [point for point in points if point[0] > newest]
        if last_known and fresh and last_known.date_to >= fresh[0][0]:
            last_known.date_to = fresh[0][0] - timedelta(days=1)
        for position, (start, value) in enumerate(fresh):
            is_last = position + 1 == len(fresh)
            end = max(day, start) if is_last else fresh[position + 1][0] - timedelta(days=1)
            if position == 0 and last_known and last_known.date_to < start - timedelta(days=1):
                last_known.date_to = start - timedelta(days=1)
            self.create(
                {
                    "kind": ECB,
                    "value": float(value),
                    "date_from": start,
                    "date_to": end,
                    "source": "ECB Data Portal, FM.B.U2.EUR.4F.KR.MRR_FR.LEV",
                    "confidence": "official",
                }
            )
        if not fresh and last_known and points[-1][0] == newest and last_known.date_to < day:
            last_known.date_to = day

    @api.model
    def _get_sync_state(self):
        """Return (last success, last error) as text for the settings."""
        parameters = self.env["ir.config_parameter"].sudo()
        success = fields.Datetime.to_datetime(parameters.get_param(LAST_SUCCESS) or False)
        if success:
            moment = self.env.company._recovery_local_datetime(success)
            success = f"{format_date(self.env, moment.date())} {moment:%H:%M}"
        return success or "", parameters.get_param(LAST_ERROR) or ""

    def action_sync_ecb(self):
        """Update the ECB rate now, whether or not the daily job is on."""
        self.check_access("write")
        is_done = self._sync_ecb(self.env.company._recovery_today())
        message = (
            self.env._("The ECB rate is up to date.")
            if is_done
            else self.env._("The ECB rate could not be updated: %s", self._get_sync_state()[1])
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if is_done else "danger",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
