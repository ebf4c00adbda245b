import json
import re
import tracemalloc
import zipfile
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from os import urandom

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, tagged

from ..common import RecoveryCommon
from ..english import InEnglish
from ..one_of_each import OneOfEach


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestDossier(InEnglish, RecoveryCommon, HttpCase):
    """Who asks what is held on him gets all of it, and nothing of anybody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor = cls.debtor_of()
        cls.debtor.note = "<p>Paie toujours en retard</p>"
        cls.invoice = cls.make_invoice(days_overdue=40)
        cls.send_campaign()
        cls.env["recovery.promise"]._give(cls.debtor, cls.today, 10, cls.today + timedelta(days=3))
        cls.other = cls.debtor_of(cls.make_partner("Quelqu'un d'autre"))
        cls.make_invoice(cls.other.partner_id, days_overdue=40)
        cls.env["recovery.promise"]._give(cls.other, cls.today, 77, cls.today + timedelta(days=3))

    def window(self, user=None):
        Window = self.env["recovery.debtor.dossier"].with_user(user or self.recovery_manager)
        return Window.create({"debtor_id": self.debtor.id, "reason": "Demande d'accès"})

    def test_all_that_points_at_the_debtor_is_there_and_nothing_else(self):
        data = json.loads(self.window()._get_json())
        text = json.dumps(data, ensure_ascii=False)
        for words in ("Boulangerie Dupont", self.invoice.name, "Paie toujours en retard", "Demande d'accès"):
            self.assertIn(words, text)
        self.assertNotIn("Quelqu'un d'autre", text)
        self.assertNotIn("77.0", text)
        models = {part["model"] for part in data["parts"]}
        self.assertLessEqual(
            {"res.partner", "recovery.debtor", "account.move", "recovery.notice", "recovery.notice.line"}, models
        )
        self.assertLessEqual({"recovery.delivery", "recovery.promise", "recovery.event"}, models)

    def test_a_file_of_somebody_else_that_names_the_person_is_told_without_that_somebody(self):
        """A guarantor learns that he is written to for another debt, not whose debt it is."""
        self.env["recovery.delivery"].sudo().create(
            {
                "company_id": self.company.id,
                "debtor_id": self.other.id,
                "addressee_id": self.debtor.partner_id.id,
                "channel": "letter",
                "state": "posted",
                "queued_on": "2026-11-20 09:00:00",
                "subject": "Caution de Quelqu'un d'autre",
                "user_id": self.recovery_manager.id,
            }
        )
        data = json.loads(self.window()._get_json())
        self.assertNotIn("Quelqu'un d'autre", json.dumps(data, ensure_ascii=False))
        (part,) = [part for part in data["parts"] if part["title"] == "Mentioned in other customers' files"]
        self.assertEqual([record["name"] for record in part["records"]], ["Delivery"])

    def test_a_branch_is_read_ticked_or_not_by_who_works_there(self):
        branch = self.make_branch()
        invoice = self.make_invoice(days_overdue=10, company=branch)
        reader = self.recovery_manager
        reader.company_ids |= branch
        ticked = {"allowed_company_ids": self.company.ids}
        self.assertIn(invoice.name, self.window(reader).with_context(**ticked)._get_json().decode())
        reader.company_ids -= branch
        self.assertNotIn(invoice.name, self.window(reader).with_context(**ticked)._get_json().decode())

    def test_two_fields_of_one_title_are_both_told(self):
        data = json.loads(self.window()._get_json())
        for part in data["parts"]:
            for record in part["records"]:
                names = [value["field"] for value in record["values"]]
                self.assertEqual(len(names), len(set(names)), part["model"])

    def test_a_document_that_is_the_value_of_a_field_is_named(self):
        vals = {
            "debtor_id": self.debtor.id,
            "name": "Huissier",
            "amount": 90,
            "date": self.today,
            "document": b"cHJvb2Y=",
        }
        self.env["recovery.claim.cost"].create({**vals, "document_name": "facture.pdf"})
        (part,) = [p for p in json.loads(self.window()._get_json())["parts"] if p["model"] == "ir.attachment"]
        digests = {v["value"] for record in part["records"] for v in record["values"] if v["field"] == "sha256"}
        self.assertIn(sha256(b"proof").hexdigest(), digests)

    def test_paper_has_what_json_has(self):
        window = self.window()
        data = json.loads(window._get_json())
        self.assertEqual(len(window._get_tables()), len(data["parts"]))
        dossier = self.env["recovery.dossier"]
        parts = dossier.with_user(self.recovery_manager)._read(self.debtor.with_user(self.recovery_manager))
        rows = sum(len(dossier._list_words(row["values"])) for _title, _model, rows in parts for row in rows)
        self.assertEqual(sum(len(table.rows) for table in window._get_tables()), rows)
        told = {value["field"] for part in data["parts"] for record in part["records"] for value in record["values"]}
        self.assertIn("lang", told)
        self.assertTrue(window._get_xlsx())

    def test_the_journal_keeps_who_handed_it_out(self):
        self.window().action_export_json()
        event = self.env["recovery.event"].search([("kind", "=", "exported")], limit=1)
        self.assertEqual((event.user_id, event.debtor_id), (self.recovery_manager, self.debtor))
        self.assertEqual(event.details["reason"], "Demande d'accès")

    def attach(self, content, name="Courrier reçu.pdf"):
        vals = {"name": name, "raw": content, "res_model": "recovery.debtor", "res_id": self.debtor.id}
        return self.env["ir.attachment"].sudo().create(vals)

    def test_the_archive_carries_the_files_beside_paper_and_json(self):
        file = self.attach(b"%PDF-1.4 what he wrote")
        stranger = self.env["ir.attachment"].sudo()
        stranger = stranger.create({"name": "x.pdf", "raw": b"y", "res_model": "res.partner", "res_id": self.other.id})
        self.env.flush_all()
        self.authenticate(self.recovery_manager.login, self.recovery_manager.login)
        window = self.window()
        action = window.action_export_zip()
        answer = self.url_open(action["url"])
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        with zipfile.ZipFile(BytesIO(answer.content)) as archive:
            names = archive.namelist()
            self.assertIsNone(archive.testzip())
            self.assertLessEqual({"dossier.json", "dossier.pdf", "SHA256SUMS"}, set(names))
            sums = dict(reversed(line.split("  ", 1)) for line in archive.read("SHA256SUMS").decode().splitlines())
            self.assertEqual(set(sums), set(names) - {"SHA256SUMS"})
            for name, digest in sums.items():
                self.assertEqual(sha256(archive.read(name)).hexdigest(), digest)
            data = json.loads(archive.read("dossier.json"))
            (part,) = [part for part in data["parts"] if part["model"] == "ir.attachment"]
            told = {}
            for record in part["records"]:
                values = {value["field"]: value["value"] for value in record["values"]}
                told[values["file"]] = values["sha256"]
            self.assertEqual({name: sums[name] for name in told}, told, "each document told is there, the same")
            (path,) = [name for name in told if name.startswith(f"files/{file.id}-")]
            self.assertEqual(archive.read(path), b"%PDF-1.4 what he wrote")
            self.assertFalse([name for name in names if name.startswith(f"files/{stranger.id}-")])
        event = self.env["recovery.event"].search([("kind", "=", "exported")], limit=1)
        self.assertEqual((event.user_id, event.details["format"]), (self.recovery_manager, "ZIP"))
        self.authenticate(self.recovery_auditor.login, self.recovery_auditor.login)
        self.assertEqual(self.url_open(action["url"]).status_code, 403, "who asked for it alone")

    def test_a_large_file_is_handed_out_without_being_read_into_memory(self):
        file = self.attach(urandom(1 << 20) * 48, "video.bin")
        window = self.window()
        self.env.flush_all()
        self.env.invalidate_all()
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        with window._make_archive() as stored:
            peak = tracemalloc.get_traced_memory()[1]
            with zipfile.ZipFile(stored) as archive:
                (path,) = [name for name in archive.namelist() if name.startswith(f"files/{file.id}-")]
                self.assertEqual(archive.getinfo(path).file_size, 48 << 20)
        self.assertLess(peak, 24 << 20)

    def test_it_is_downloaded_by_who_asked_alone(self):
        window = self.window(self.recovery_auditor)
        stranger = self.make_user("paul", "account.group_account_invoice")
        for user in (self.recovery_manager, stranger):
            with self.assertRaises(AccessError):
                window.with_user(user)._get_json()


# A model, a field or a key: ``recovery.case,3``, ``res.partner``, ``next_action``, ``fr_FR``.
TECHNICAL = re.compile(
    r"\b(?:recovery|res|account|mail|ir)\.[a-z.]+(?:,\d+)?|\b[a-z]+(?:_[a-z]+)+|\b[a-z]{2}_[A-Z]{2}\b"
)
# What points at somebody and says nothing of anybody: settings, figures of many together, the program's own notes.
IMPERSONAL = {
    "recovery.campaign": "of many customers: what it did to each is in notices, verdicts and failures",
    "recovery.court.area": "a setting: which court judges where",
    "recovery.debtor.touch": "the program's note of whom to look at again, gone within the hour",
    "recovery.doubtful.closing": "of many customers: what it takes for each is in its lines",
    "recovery.doubtful.entry": "of many customers: what it does to each is in its lines",
    "recovery.formal.wording": "a setting",
    "recovery.level": "a setting",
}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestDossierIsWhole(OneOfEach, RecoveryCommon):
    """Whatever model holds something on a debtor, the debtor gets it."""

    def test_each_model_with_a_link_to_somebody_is_in_the_dossier_or_named_as_impersonal(self):
        links = self.get_links(IMPERSONAL)
        self.assertGreater(len(links), 60)
        made = {name: self.make_linked(name, field) for name, field in links.items()}
        handed = self.read_all()
        missing = [f"{name}.{links[name]}" for name, record in made.items() if (name, record.id) not in handed]
        self.assertEqual(missing, [])

    def test_people_read_words_and_no_names_of_programs(self):
        """Neither a model, nor a field, nor a key, in whatever language."""
        for name, field in self.get_links(IMPERSONAL).items():
            self.make_linked(name, field)
        self.env["res.lang"]._activate_lang("fr_FR")
        manager, wrong = self.recovery_manager, set()
        for lang in ("en_US", "fr_FR"):
            Window = self.env["recovery.debtor.dossier"].with_user(manager).with_context(lang=lang)
            for debtor in self.env["recovery.debtor"].search([("company_id", "=", self.company.id)]):
                for part in Window.create({"debtor_id": debtor.id})._get_data()["tables"]:
                    for (name, _number), *_none in part["rows"]:
                        wrong |= {(part["title"], name)} if TECHNICAL.search(name) else set()
                    for title, text in (told for below in part["below"] for told in below):
                        if TECHNICAL.fullmatch(text) or TECHNICAL.search(title) or text in self.env:
                            wrong.add((part["title"], title, text))
        self.assertEqual(wrong, set())

    def make_linked(self, name, field):
        """Return a record that points by that field at the customer, or at what is about the customer."""
        record = self.one(name)
        target = self.one(record._fields[field].comodel_name)
        if not record[field] or record[field]._name in ("res.partner", "recovery.debtor"):
            self.env.flush_all()
            if record._fields[field].type == "many2one":
                self.env.cr.execute(
                    f'UPDATE "{record._table}" SET "{field}" = %s WHERE id = %s', (target.id, record.id)
                )
            else:
                relation, one, two = (getattr(record._fields[field], key) for key in ("relation", "column1", "column2"))
                self.env.cr.execute(
                    f'INSERT INTO "{relation}" ("{one}", "{two}") VALUES (%s, %s) ON CONFLICT DO NOTHING',
                    (record.id, target.id),
                )
            self.env.invalidate_all()
        return record

    def read_all(self):
        """Return ``{(model, id)}`` of all that the dossiers of the company's debtors hand out."""
        debtors = self.env["recovery.debtor"].with_user(self.recovery_manager)
        return {
            (model, row["id"])
            for debtor in debtors.search([("company_id", "=", self.company.id)])
            for _title, model, rows in self.env["recovery.dossier"].with_user(self.recovery_manager)._read(debtor)
            for row in rows
        }
