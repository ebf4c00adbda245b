import logging
import time
from datetime import timedelta

import requests

from odoo import api, fields, models
from odoo.tools import format_date

from .ecb import UnreadableAnswer, parse_change_points
from .interest import ECB

_logger = logging.getLogger(__name__)

SWITCH = "debt_recovery.ecb_sync"
URL = "debt_recovery.ecb_url"
LAST_SUCCESS = "debt_recovery.ecb_last_success"
LAST_ERROR = "debt_recovery.ecb_last_error"
DEFAULT_URL = (
    "https://data-api.ecb.europa.eu/service/data/FM/B.U2.EUR.4F.KR.MRR_FR.LEV"
    "?format=csvdata&detail=dataonly&startPeriod=2015-01-01"
)


class RecoveryRate(models.Model):
    """The update of the ECB rate from the bank's public data portal, off until somebody turns it on."""

    _inherit = "recovery.rate"

    _ecb_timeout = (5, 20)  # seconds to connect, to read
    _ecb_attempts = 3
    _ecb_longest_wait = 30  # seconds between two attempts, whatever the server asks for
    _ecb_largest_answer = 2_000_000  # characters: the series has a hundred lines

    @api.model
    def _cron_sync_ecb(self):
        """Update the ECB rate when the setting asks for it."""
        if self.env["ir.config_parameter"].sudo().get_param(SWITCH) == "True":
            self._sync_ecb(self.env.company._recovery_today())

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
