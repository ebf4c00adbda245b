import hashlib
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ...models.common import recovery_xlsx_mixin
from ..common import RecoveryCommon
from ..english import InEnglish
from .spreadsheet import Spreadsheet

CRON = "odoo.addons.base.models.ir_cron.IrCron._commit_progress"
LOGS = (
    "odoo.addons.debt_recovery.models.common.recovery_queued",
    "odoo.addons.debt_recovery.models.common.recovery_work_range",
)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestLongSpreadsheet(InEnglish, RecoveryCommon):
    """A spreadsheet of very many rows is made in the background, for who asked for it, with what they chose."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.others = cls.make_partner("Traiteur Colin")
        for days in (10, 40, 70):
            cls.make_invoice(days_overdue=days)
            cls.make_invoice(cls.others, days_overdue=days)
        cls.Spreadsheet = cls.env["recovery.spreadsheet"].sudo()

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(recovery_xlsx_mixin, "LONG", 2))

    def window(self, user=None, **vals):
        env = self.env(user=user or self.recovery_auditor)
        return env["recovery.aged.balance"].create({"company_id": self.company.id, "is_detailed": True, **vals})

    def ask(self, user=None, **vals):
        said = self.window(user, **vals).action_export_xlsx()
        self.assertIn("background", said["params"]["message"])
        return self.Spreadsheet.browse(said["params"]["next"]["res_id"])

    def job(self):
        with patch(CRON, lambda *args, **kwargs: 60.0), mute_logger(*LOGS):
            self.Spreadsheet._cron_build()

    def test_it_is_the_spreadsheet_of_the_window_with_all_that_was_chosen(self):
        chosen = {"day": "2026-10-31", "partner_ids": [(6, 0, self.others.ids)], "bounds": "15, 45", "base": "invoice"}
        sheet = self.ask(**chosen)
        self.assertEqual(
            (sheet.state, sheet.user_id, sheet.company_id), ("queued", self.recovery_auditor, self.company)
        )
        work = self.env["recovery.work"]._find(sheet)
        self.assertEqual((work.kind, work.range_ids.lane), ("spreadsheet", "print"))
        self.job()
        self.assertEqual((sheet.state, sheet.progress, work.state), ("done", 100, "done"), sheet.error)
        content = sheet.archive_id.raw
        self.assertEqual(hashlib.sha256(content).hexdigest(), sheet.archive_sha256)
        with patch.object(recovery_xlsx_mixin, "LONG", 100):
            expected = Spreadsheet(self.window(**chosen)._get_xlsx())

        def cells(book):
            return [[cell.value for cell in row] for part in book.values.worksheets for row in part.iter_rows()]

        self.assertEqual(cells(Spreadsheet(content)), cells(expected))
        told = self.env["recovery.event"].search([("kind", "=", "printed")], limit=1)
        self.assertEqual((told.res_model, told.create_uid.id), ("recovery.aged.balance", self.recovery_auditor.id))

    def test_a_short_one_is_downloaded_at_once(self):
        with patch.object(recovery_xlsx_mixin, "LONG", 6):
            self.assertEqual(self.window().action_export_xlsx()["type"], "ir.actions.act_url")
        self.assertEqual(self.window(is_detailed=False).action_export_xlsx()["type"], "ir.actions.act_url")
        one = self.window(partner_ids=[(6, 0, self.make_partner("Personne").ids)])
        self.assertEqual(one.action_export_xlsx()["type"], "ir.actions.act_url")

    def test_lists_of_screens_and_of_sendings_too(self):
        env = self.env(user=self.recovery_user)
        listed = env["recovery.list.print"].create({"res_model": "res.partner", "title": "Clients"})
        self.assertGreater(listed.row_count, 2)
        said = listed.action_export_xlsx()
        sheet = self.Spreadsheet.browse(said["params"]["next"]["res_id"])
        self.assertEqual((sheet.name, sheet.res_model), ("Clients", "recovery.list.print"))
        self.job()
        self.assertEqual(sheet.state, "done", sheet.error)

    def test_two_clicks_make_one(self):
        first = self.ask()
        self.assertEqual(self.ask(), first)
        self.assertNotEqual(self.ask(bounds="10"), first)
        self.assertNotEqual(self.ask(self.recovery_user), first)
        self.job()
        self.assertNotEqual(self.ask(), first, "the figures may have moved since")

    def test_it_is_of_who_asked_for_it_alone(self):
        sheet = self.ask()
        self.job()
        self.assertTrue(sheet.with_user(self.recovery_auditor).action_download()["url"])
        self.assertTrue(sheet.archive_id.with_user(self.recovery_auditor).raw)
        for user in (self.recovery_user, self.recovery_manager):
            self.env.invalidate_all()  # what the program has read tells nothing of what people may read
            with self.assertRaises(AccessError):
                sheet.with_user(user).action_download()
            with self.assertRaises(AccessError):
                sheet.archive_id.with_user(user).raw  # noqa: B018
            self.assertFalse(self.Spreadsheet.with_user(user).search([]))

    def test_it_is_made_with_the_rights_that_are_left(self):
        sheet = self.ask()
        self.recovery_auditor.group_ids -= self.env.ref("debt_recovery.group_recovery_auditor")
        self.job()
        self.assertEqual((sheet.state, sheet.archive_id.id), ("failed", False))
        self.assertIn("debt recovery", sheet.error)

    def test_one_that_fails_says_why_and_is_tried_again(self):
        sheet, full = self.ask(), "Disque plein"

        def fail(window):
            raise UserError(full)

        with patch.object(type(self.env["recovery.aged.balance"]), "_get_xlsx", fail):
            self.job()
        self.assertEqual((sheet.state, sheet.error), ("failed", full))
        sheet.with_user(self.recovery_auditor).action_retry()
        self.job()
        self.assertEqual((sheet.state, sheet.error), ("done", False))

    def test_whoever_asked_is_told(self):
        told, User = [], type(self.env["res.users"])
        sheet = self.ask()
        with patch.object(User, "_bus_send", lambda user, kind, message, **kwargs: told.append((user, kind, message))):
            self.job()
        (user, kind, message) = told[0]
        self.assertEqual((user, kind), (self.recovery_auditor, "simple_notification"))
        self.assertIn(sheet.name, message["message"])

    def test_it_is_forgotten_after_a_month_with_its_file(self):
        old = self.ask()
        self.job()
        file = old.archive_id
        with freeze_time("2026-12-15 10:00:00"):
            self.Spreadsheet._gc_spreadsheets()
            self.assertTrue(old.exists())
            new = self.ask()
        with freeze_time("2026-12-25 10:00:00"):
            self.Spreadsheet._gc_spreadsheets()
        self.assertFalse(old.exists() or file.exists())
        self.assertTrue(new.exists())
