import threading
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tests.common import _super_send
from odoo.tools import mute_logger

from odoo.addons.debt_recovery.models.legal.ecb import UnreadableAnswer, parse_change_points
from odoo.addons.debt_recovery.models.legal.interest import MissingRate

from ..common import RecoveryCommon

HEADER = (
    "KEY,FREQ,REF_AREA,CURRENCY,PROVIDER_FM,INSTRUMENT_FM,PROVIDER_FM_ID,DATA_TYPE_FM,TIME_PERIOD,OBS_VALUE,OBS_STATUS"
)
PREFIX = "FM.B.U2.EUR.4F.KR.MRR_FR.LEV,B,U2,EUR,4F,KR,MRR_FR,LEV"
SLEEP = "odoo.addons.debt_recovery.models.legal.recovery_rate.time.sleep"
SYNC_LOG = "odoo.addons.debt_recovery.models.legal.recovery_rate"
POINTS = (("2025-06-11", "2.15"), ("2026-06-17", "2.4"), ("2026-09-16", "2.65"))


def answer(*points):
    return "\r\n".join([HEADER, *(f"{PREFIX},{day},{value},A" for day, value in points)]) + "\r\n"


class Portal(ThreadingHTTPServer):
    """Answer like the ECB's portal: each request takes the next (status, body, headers, seconds) of the script."""

    def __init__(self, script):
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = list(script)
        self.seen = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append(self.path)
        status, body, headers, seconds = self.server.script.pop(0)
        self.server.asleep.wait(seconds)
        with suppress(BrokenPipeError, ConnectionResetError):  # the client may have had enough of waiting
            self.send_response(status)
            for name, value in {"Content-Type": "application/vnd.sdmx.data+csv; version=1.0.0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

    def log_message(self, *args):
        pass


@tagged("post_install", "-at_install")
class TestRates(RecoveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rate = cls.env["recovery.rate"]
        cls.Parameter = cls.env["recovery.legal.parameter"]
        cls.settings = cls.env["ir.config_parameter"].sudo()

    @classmethod
    def _request_handler(cls, s, r, /, **kw):
        """Let our local portal be reached with the short time-outs that Odoo's tests would lengthen."""
        if r.url.startswith("http://127.0.0.1:"):
            return _super_send(s, r, **kw)
        return super()._request_handler(s, r, **kw)

    # ------------------------------------------------------------
    # Rates
    # ------------------------------------------------------------
    def test_a_day_without_a_row_has_no_rate(self):
        book = self.Rate._read_book()
        self.assertEqual(book.get("ecb_mro", date(2026, 11, 21)), Decimal("2.65"))
        self.assertEqual(book.get_semester("legal_pro", date(2026, 11, 21)), Decimal("2.75"))
        with self.assertRaises(MissingRate):
            book.get_semester("ecb_mro", date(2027, 1, 5))

    def test_two_rates_never_hold_on_one_day(self):
        vals = {"kind": "ecb_mro", "value": 3, "date_from": "2026-10-01", "date_to": "2026-12-31", "source": "x"}
        with self.assertRaisesRegex(ValidationError, "already in force"):
            self.Rate.create(vals)
        with self.assertRaisesRegex(ValidationError, "for a half-year"):
            self.Rate.create({**vals, "kind": "legal_pro", "date_from": "2027-01-02", "date_to": "2027-06-30"})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            self.Rate.create({**vals, "date_from": "2027-02-01", "date_to": "2027-01-01"}).flush_recordset()
        self.Rate.create({**vals, "date_from": "2027-01-01"} | {"date_to": "2027-06-30"})

    def test_only_a_manager_keeps_the_rates(self):
        rate = self.Rate.search([], limit=1)
        rate.with_user(self.recovery_manager).source = "JORF"
        with self.assertRaises(AccessError):
            rate.with_user(self.recovery_user).source = "Wikipedia"
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            self.Rate.search([("date_from", "<", "2020-01-01")], limit=1).with_user(self.recovery_manager).unlink()

    def test_missing_semester_is_said_once_until_it_is_entered(self):
        self.assertEqual(self.Rate._get_gaps(self.today), [])
        self.assertEqual(self.Rate._get_gap_text(self.today), "")
        late = date(2026, 12, 20)
        coming = date(2027, 1, 1)
        kinds = ("ecb_mro", "legal_pro", "legal_part")
        self.assertEqual(self.Rate._get_gaps(late), [(kind, coming) for kind in kinds])
        domain = [("res_model", "=", "recovery.rate")]
        for _day in range(2):
            self.Rate._remind_manager(late)
        activity = self.env["mail.activity"].search(domain)
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.date_deadline, coming)
        self.assertTrue(activity.user_id.has_group("debt_recovery.group_recovery_manager"))
        for kind in kinds:
            self.Rate.create(
                {"kind": kind, "value": 2, "date_from": coming, "date_to": "2027-06-30", "source": "Arrêté"}
            )
        self.Rate._remind_manager(late)
        self.assertFalse(self.env["mail.activity"].search(domain))

    def test_the_list_opens_with_a_warning_when_a_rate_is_missing(self):
        Rate = self.Rate.with_user(self.recovery_manager)
        self.patch(type(self.company), "_recovery_today", lambda company: self.today)
        self.assertEqual(Rate.action_open_rates()["res_model"], "recovery.rate")
        self.Rate.search([("kind", "=", "legal_pro"), ("date_from", "=", "2026-07-01")]).write(
            {"date_from": "2030-07-01", "date_to": "2030-12-31"}
        )
        params = Rate.action_open_rates()["params"]
        self.assertIn("Legal interest, other creditors (companies)", params["message"])
        self.assertEqual(params["next"]["res_model"], "recovery.rate")

    # ------------------------------------------------------------
    # Legal parameters
    # ------------------------------------------------------------
    def test_parameters_answer_for_a_day_or_refuse(self):
        self.assertGreaterEqual(self.Parameter.search_count([]), 48)
        self.assertEqual(self.Parameter._get("flat_indemnity_b2b", self.today), 40)
        months = {"key": "months_to_serve", "name": "Service", "unit": "months", "article": "CPC", "source": "Texte"}
        self.Parameter.create(
            [
                {**months, "value": "6", "valid_to": date(2026, 8, 31)},
                {**months, "value": "3", "valid_from": date(2026, 9, 1)},
            ]
        )
        self.assertEqual(self.Parameter._get("months_to_serve", date(2026, 8, 31)), 6)
        self.assertEqual(self.Parameter._get("months_to_serve", date(2026, 9, 1)), 3)
        self.assertIs(self.Parameter._get("petites_creances_b2b_merchant_excluded", self.today), True)
        with self.assertRaisesRegex(UserError, "flat_indemnity_b2b.*2012"):
            self.Parameter._get("flat_indemnity_b2b", date(2012, 12, 31))
        with self.assertRaises(UserError):
            self.Parameter._get("unknown", self.today)
        indemnity = self.Parameter.search([("key", "=", "flat_indemnity_b2b")])
        with self.assertRaisesRegex(ValidationError, "already has a value"):
            indemnity.copy()
        with self.assertRaisesRegex(ValidationError, "is not a valid value"):
            indemnity.value = "forty"

    def test_a_parameter_is_no_negative_figure_and_nothing_is_divided_by_zero(self):
        Parameter = self.env["recovery.legal.parameter"]
        for key, value in (("flat_indemnity_b2b", "-40"), ("day_denominator", "0")):
            with self.assertRaisesRegex(ValidationError, "is not a valid value"), self.cr.savepoint():
                Parameter.search([("key", "=", key)]).value = value

    # ------------------------------------------------------------
    # The ECB's portal
    # ------------------------------------------------------------
    @contextmanager
    def portal(self, *script):
        """Serve the answers of the script on a local port, with waits that the test can read."""
        server = Portal([(status, body, headers, seconds) for status, body, headers, seconds in script])
        server.asleep = threading.Event()
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.settings.set_param(
            "debt_recovery.ecb_url", f"http://127.0.0.1:{server.server_address[1]}/service/data/FM/B.U2?format=csvdata"
        )
        try:
            with patch(SLEEP) as server.waits:
                yield server
        finally:
            server.asleep.set()
            server.shutdown()
            server.server_close()
            thread.join()

    def newest(self):
        rate = self.Rate.search([("kind", "=", "ecb_mro")], limit=1)
        return str(rate.date_from), rate.value, str(rate.date_to)

    def test_the_portal_proves_the_rate_until_today_and_brings_the_changes(self):
        later = date(2027, 1, 4)
        with self.portal((200, answer(*POINTS), {}, 0)) as portal:
            self.assertTrue(self.Rate._sync_ecb(later))
        self.assertEqual(portal.seen, ["/service/data/FM/B.U2?format=csvdata"])
        self.assertEqual(self.newest(), ("2026-09-16", 2.65, "2027-01-04"))
        success, error = self.Rate._get_sync_state()
        self.assertTrue(success)
        self.assertFalse(error)
        changed = answer(*POINTS, ("2026-12-23", "2.9"), ("2027-02-10", "3"))
        with self.portal((200, changed, {}, 0)):
            self.assertTrue(self.Rate._sync_ecb(date(2027, 2, 1)))
        rates = self.Rate.search([("kind", "=", "ecb_mro")], limit=3)
        self.assertEqual(
            [(str(rate.date_from), rate.value, str(rate.date_to)) for rate in rates],
            [
                ("2027-02-10", 3, "2027-02-10"),
                ("2026-12-23", 2.9, "2027-02-09"),
                ("2026-09-16", 2.65, "2026-12-22"),
            ],
        )
        self.assertEqual(rates[0].confidence, "official")

    def test_a_busy_portal_is_asked_again(self):
        good = (200, answer(*POINTS), {}, 0)
        with self.portal((500, "boom", {}, 0), (429, "", {"Retry-After": "7"}, 0), good) as portal:
            self.assertTrue(self.Rate._sync_ecb(self.today))
        self.assertEqual([call.args[0] for call in portal.waits.call_args_list], [2, 7])
        with self.portal((429, "", {"Retry-After": "86400"}, 0), good) as portal:
            self.assertTrue(self.Rate._sync_ecb(self.today))
        portal.waits.assert_called_once_with(30)

    @mute_logger(SYNC_LOG)
    def test_the_portals_faults_change_nothing_and_are_shown(self):
        before = self.Rate.search([]).read(["value", "date_from", "date_to"])
        no_column = answer(*POINTS).replace("OBS_VALUE", "VALUE")
        slow = (200, answer(*POINTS), {}, 3)
        faults = {
            "500 Server Error": [(500, "boom", {}, 0)] * 3,
            "Too Many": [(429, "", {}, 0)] * 3,
            "404": [(404, "No results found.", {}, 0)],
            "timed out": [slow] * 3,
            "no column TIME_PERIOD, OBS_VALUE": [(200, "<html>Maintenance</html>", {}, 0)],
            "no column OBS_VALUE": [(200, no_column, {}, 0)],
            "no observation": [(200, HEADER, {}, 0)],
            "line 2": [(200, answer(("2026-13-45", "2.4")), {}, 0)],
            "a rate of 240": [(200, answer(("2026-06-17", "240")), {}, 0)],
            "DFR": [(200, answer(*POINTS).replace("MRR_FR,LEV", "DFR,LEV"), {}, 0)],
            "2.5 from the ECB, 2.4 kept here": [(200, answer(("2026-06-17", "2.5")), {}, 0)],
            "a change to 2.2 that is not kept": [(200, answer(("2026-01-14", "2.2")), {}, 0)],
        }
        for message, script in faults.items():
            with self.subTest(message), self.portal(*script) as portal:
                timeout = (5, 0.2 if script[0] is slow else 20)
                with patch.object(type(self.Rate), "_ecb_timeout", timeout):
                    self.assertFalse(self.Rate._sync_ecb(self.today))
                for _attempt in range(100):  # a loaded machine hands the last request over late
                    if portal.script:
                        threading.Event().wait(0.05)
                self.assertFalse(portal.script)
                self.assertIn(message, self.Rate._get_sync_state()[1])
                self.assertEqual(self.Rate.search([]).read(["value", "date_from", "date_to"]), before)
        self.settings.set_param("debt_recovery.ecb_url", "http://127.0.0.1:1/closed")
        with patch(SLEEP):
            self.assertFalse(self.Rate._sync_ecb(self.today))
        self.assertIn("ConnectionError", self.Rate._get_sync_state()[1])

    def test_the_job_sleeps_until_the_setting_is_on(self):
        with patch.object(type(self.Rate), "_sync_ecb") as sync:
            self.Rate._cron_sync_ecb()
            sync.assert_not_called()
            self.env["res.config.settings"].create({"recovery_ecb_sync": True}).set_values()
            self.Rate._cron_sync_ecb()
            sync.assert_called_once()

    def test_columns_are_found_by_name_in_any_order(self):
        text = '\ufeffOBS_VALUE,TITLE,TIME_PERIOD\r\n2.65,"a, b",2026-09-16\r\n2.4,x,2026-06-17\r\n'
        points = parse_change_points(text)
        self.assertEqual(points, [(date(2026, 6, 17), Decimal("2.4")), (date(2026, 9, 16), Decimal("2.65"))])
        self.assertEqual(points[1][0] - points[0][0], timedelta(days=91))
        for rate in ("NaN", "Infinity", ""):
            with self.assertRaises(UnreadableAnswer):
                parse_change_points(answer(("2026-09-16", rate)))
