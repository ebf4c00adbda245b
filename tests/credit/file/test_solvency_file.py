from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.debt_recovery.models.credit.recovery_credit_check import Request

from ...common import RecoveryCommon

EXPIRY = "debt_recovery.mail_activity_type_file_expiry"


@tagged("post_install", "-at_install")
class TestSolvencyFile(RecoveryCommon):
    """What is to be checked before credit is given."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor = cls.debtor_of()
        cls.Item = cls.env["recovery.file.item"]
        cls.types = {
            name: cls.env.ref(f"debt_recovery.recovery_file_item_type_{name}")
            for name in ("siren", "terms", "kbis", "bodacc", "registry", "accounts", "identity")
        }

    def test_the_control_reads_the_files_of_many_in_as_many_queries_as_of_few(self):
        self.env["recovery.credit.rule"].create({"company_id": self.company.id, "test": "file", "mode": "warn"})
        check = self.env["recovery.credit.check"]

        def count(number):
            customers = [self.make_partner(f"Client {number}-{i}") for i in range(number)]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            verdicts = check._check(self.company, [Request(customer, 10) for customer in customers], self.today)
            self.assertEqual({verdict.tests for verdict in verdicts}, {("file",)})
            return self.env.cr.sql_log_count - before

        count(2)
        self.assertEqual(count(3), count(12))

    def state(self, partner=None, day=None):
        partner = partner or self.debtor_partner
        return self.Item._read_files(self.company, partner, day or self.company._recovery_today())[partner.id]

    def is_complete(self, partner=None, day=None):
        ready, required, _missing = self.state(partner, day)
        return ready == required

    def check(self, name, day=None, **vals):
        item = self.debtor.file_item_ids.filtered(lambda i: i.type_id == self.types[name])
        vals = {"result": "ok", "date": day or self.company._recovery_today(), **vals}
        if not item:
            return self.Item.with_user(self.recovery_user).create(
                {"debtor_id": self.debtor.id, "type_id": self.types[name].id, **vals}
            )
        item.with_user(self.recovery_user).write(vals)
        return item

    def prove_terms(self):
        document = self.env["ir.attachment"].create({"name": "cgv.txt", "raw": b"CGV"})
        self.env["recovery.contract.terms"].create(
            {
                "company_id": self.company.id,
                "debtor_id": self.debtor.id,
                "valid_from": date(2026, 1, 1),
                "cgv_version": "2026",
                "cgv_accepted_on": date(2026, 1, 5),
                "attachment_ids": [Command.set(document.ids)],
            }
        )

    def test_what_is_required_depends_on_the_nature(self):
        expected = {"merchant": 6, "professional": 4, "consumer": 1, "public": 1}
        for nature, count in expected.items():
            self.debtor.nature = nature
            self.assertEqual(self.state()[1], count, nature)
        person = self.env["res.partner"].create({"name": "Jeanne Petit"})
        self.assertEqual(self.state(person)[1], 1)  # without a debtor record

    def test_the_file_fills_up(self):
        self.debtor_partner.company_registry = False
        self.assertEqual(self.state()[0], 0)
        self.debtor_partner.company_registry = "732829320"
        self.assertEqual(self.state()[0], 1)
        self.debtor_partner.company_registry = "732829321"
        self.assertEqual(self.state()[0], 0, "the key is wrong")
        self.debtor_partner.company_registry = "73282932000074"
        self.prove_terms()
        self.check("bodacc")
        self.assertEqual(self.state()[:2], (3, 4))
        self.assertFalse(self.is_complete())
        self.assertEqual((self.debtor.file_completeness, self.debtor.file_missing), (75, self.types["registry"].name))
        self.check("registry")
        self.assertTrue(self.is_complete() and self.debtor.is_file_complete)
        self.debtor.nature = "merchant"
        document = self.env["ir.attachment"].with_user(self.recovery_user).create({"name": "kbis.txt", "raw": b"KBIS"})
        self.check("kbis", attachment_ids=[Command.set(document.ids)])
        self.assertEqual(document.res_model, "recovery.file.item")
        self.debtor.employee_count = 12
        self.assertTrue(self.is_complete())

    def test_rows_are_made_when_the_file_is_opened(self):
        self.assertFalse(self.debtor.file_item_ids)
        action = self.debtor.with_user(self.recovery_user).action_open_file()
        self.assertEqual(action["res_model"], "recovery.file.item")
        self.assertEqual(len(self.debtor.file_item_ids), 4)
        self.debtor.with_user(self.recovery_user).action_open_file()
        self.assertEqual(len(self.debtor.file_item_ids), 4)
        self.debtor_partner.company_registry = "732829320"
        siren = self.debtor.file_item_ids.filtered(lambda i: i.type_id == self.types["siren"])
        self.assertEqual(siren.state, "ok")
        self.debtor.with_user(self.recovery_auditor).action_open_file()

    def test_a_checked_item_has_a_day_an_author_and_its_document(self):
        item = self.check("bodacc")
        self.assertEqual(item.checked_by_id, self.recovery_user)
        self.assertEqual(item.valid_until, item.date + relativedelta(months=6))
        with self.assertRaises(ValidationError):
            item.date = False
        with self.assertRaisesRegex(ValidationError, "attach the document"):
            self.check("kbis")
        with self.assertRaises(UserError):
            item.with_user(self.recovery_manager).unlink()
        self.assertTrue(self.env["recovery.event"].search([("kind", "=", "file_checked"), ("res_id", "=", item.id)]))

    def test_an_item_expires_and_is_told_once(self):
        self.debtor.collector_id = self.recovery_user
        today = self.company._recovery_today()
        item = self.check("bodacc", today - relativedelta(months=6) + timedelta(days=20))
        self.assertEqual(item.state, "ok")
        ready = self.state()[0]
        self.assertEqual(self.state(day=today + timedelta(days=40))[0], ready - 1)
        self.assertEqual(self.Item._tell_expiring(self.company, today), item)
        self.assertFalse(self.Item._tell_expiring(self.company, today))
        activity = self.debtor.activity_ids.filtered(lambda a: a.activity_type_id == self.env.ref(EXPIRY))
        self.assertEqual((activity.user_id, activity.date_deadline), (self.recovery_user, item.valid_until))
        item.with_user(self.recovery_user).action_check()
        self.assertFalse(item.is_expiry_told)
        self.assertFalse(self.Item._tell_expiring(self.company, today))

    def test_reading_files_takes_a_fixed_number_of_queries(self):
        partners = self.env["res.partner"].union(*(self.make_partner(f"Client {i}") for i in range(10)))
        self.env["recovery.debtor"]._ensure_for(partners, self.company).action_prepare_file()
        counts = []
        for some in (partners[:2], partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.Item._read_files(self.company, some, self.today)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_merged_customers_keep_one_item_per_type(self):
        other = self.make_partner("Absorbé")
        self.debtor.action_prepare_file()
        lost = self.debtor_of(other)
        lost.action_prepare_file()
        checked = lost.file_item_ids.filtered(lambda i: i.type_id == self.types["bodacc"])
        checked.write({"result": "ok", "date": self.today})
        self.env["base.partner.merge.automatic.wizard"]._merge((self.debtor_partner | other).ids, self.debtor_partner)
        self.assertEqual(len(self.debtor.file_item_ids), 4)
        self.assertEqual(checked.debtor_id, self.debtor)
        self.assertEqual(checked.result, "ok")
