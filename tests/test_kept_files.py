import base64
from contextlib import suppress
from datetime import timedelta

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import RecoveryCommon
from .one_of_each import OneOfEach

PDF, OTHER = b"%PDF-1.4 as it left", b"%PDF-1.4 forged"


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestKeptFiles(OneOfEach, RecoveryCommon):
    """A file that left, that was signed or that proves something stays as it is, whatever the door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls.make_user(
            "anne", "debt_recovery.group_recovery_manager", "account.group_account_manager", "base.group_system"
        )
        cls.elsewhere = cls.debtor_of(cls.make_partner("Ailleurs"))

    def get_keepers(self):
        """Yield ``(record, field, file)``: each field of ours that names files, with one in it."""
        for name, field in self.env["ir.attachment"]._recovery_get_keepers():
            record = self.one(name)
            file = (
                self.env["ir.attachment"]
                .sudo()
                .create({"name": "accord.pdf", "raw": PDF, "res_model": name, "res_id": record.id})
            )
            self.env.flush_all()
            if record._fields[field].type == "many2one":
                self.env.cr.execute(f'UPDATE "{record._table}" SET "{field}" = %s WHERE id = %s', (file.id, record.id))
            else:
                relation, one, two = (getattr(record._fields[field], key) for key in ("relation", "column1", "column2"))
                self.env.cr.execute(
                    f'INSERT INTO "{relation}" ("{one}", "{two}") VALUES (%s, %s)', (record.id, file.id)
                )
            self.env.invalidate_all()
            yield record, field, file

    def get_doors(self, file):
        """Yield ``(name, call, elevated too)`` of each way to change a file."""
        data = base64.b64encode(OTHER)
        place = {"res_model": "recovery.debtor", "res_id": self.elsewhere.id}
        yield "raw", lambda f: f.write({"raw": OTHER}), True
        yield "datas", lambda f: f.write({"datas": data}), True
        yield "assignment", lambda f: setattr(f, "raw", OTHER), True
        yield "link", lambda f: f.write({"type": "url", "url": "https://example.com/x.pdf"}), True
        yield "name", lambda f: f.write({"name": "autre.pdf"}), True
        yield "place", lambda f: f.write(place), True
        yield "loose", lambda f: f.write({"res_model": False, "res_id": 0}), True
        yield "field", lambda f: f.write({"res_field": "note"}), True
        yield "public", lambda f: f.write({"public": True}), False
        yield "unlink", lambda f: f.unlink(), True
        yield "thread", lambda f: f._delete_and_notify(), True
        yield "web", lambda f: f.web_save({"name": "autre.pdf"}, {"name": {}}), True
        yield "import", lambda f: self.import_name(f), False

    def import_name(self, file):
        found = file.load([".id", "name"], [[str(file.id), "autre.pdf"]])
        if not found["ids"]:
            raise UserError(found["messages"][0]["message"])

    def find_changed(self):
        holes, tries = [], 0
        for record, field, file in self.get_keepers():
            for door, act, elevated in self.get_doors(file):
                for env in (self.env(user=self.administrator), *([self.env(su=True)] if elevated else [])):
                    tries += 1
                    savepoint = self.env.cr.savepoint()
                    with suppress(UserError, psycopg2.errors.RestrictViolation):
                        act(file.with_env(env))
                        self.env.flush_all()
                        holes.append(f"{record._name}.{field} by {door}, superuser mode {env.su}")
                    savepoint.close(rollback=True)
                    self.env.invalidate_all()
            self.assertEqual((file.raw, file.name, file.res_id), (PDF, "accord.pdf", record.id))
        return holes, tries

    def test_nobody_changes_a_file_that_is_kept(self):
        holes, tries = self.find_changed()
        self.assertFalse(holes, "\n".join(holes))
        self.assertGreater(tries, 200)

    def test_a_door_that_is_open_is_found(self):
        Attachment = type(self.env["ir.attachment"])
        self.patch(Attachment, "_recovery_check_kept", lambda files: None)
        self.assertTrue(self.find_changed()[0])

    def test_the_same_content_may_be_stored_again(self):
        _record, _field, file = next(self.get_keepers())
        file.write({"raw": PDF, "name": "accord.pdf"})
        file.generate_access_token()

    def test_a_file_that_nobody_keeps_is_changed_and_deleted_as_before(self):
        file = self.env["ir.attachment"].with_user(self.recovery_user).create({"name": "x.txt", "raw": b"x"})
        file.write({"raw": b"y", "name": "y.txt"})
        file.unlink()

    def test_an_invoice_whose_pdf_left_goes_back_to_draft(self):
        file = self.env["ir.attachment"].create(
            {
                "name": "FAC.pdf",
                "raw": PDF,
                "res_model": "account.move",
                "res_id": self.invoice.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        delivery = self.one("recovery.delivery")
        delivery.sudo().enclosure_ids = file
        self.invoice.button_draft()
        self.assertEqual(self.invoice.state, "draft")
        self.assertEqual(file.exists().raw, PDF)

    def test_the_files_of_a_signed_settlement_stay_on_it(self):
        settlement = self.one("recovery.settlement").with_user(self.recovery_user)
        file = self.env["ir.attachment"].create({"name": "accord.pdf", "raw": PDF})
        settlement.sudo().write(
            {"attachment_ids": [(4, file.id)], "signed_on": self.today - timedelta(days=1), "state": "agreed"}
        )
        other = self.env["ir.attachment"].with_user(self.recovery_user).create({"name": "avenant.pdf", "raw": OTHER})
        for command in ([(6, 0, other.ids)], [(3, file.id)], [(5,)], [(2, file.id)]):
            with self.subTest(command=command), self.assertRaises(UserError), self.env.cr.savepoint():
                settlement.write({"attachment_ids": command})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            settlement.write({"signed_on": self.today})
        settlement.write({"attachment_ids": [(4, other.id)]})
        self.assertEqual(settlement.sudo().attachment_ids, file | other)
