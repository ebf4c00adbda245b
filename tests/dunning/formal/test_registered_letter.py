import base64
from datetime import date, timedelta
from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ....models.dunning.formal.tracking import is_usual_number, read_tracking_file
from ...common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestRegisteredLetter(RecoveryCommon):
    """A registered letter is followed from the counter to its receipt, and what follows waits for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(amount=4200.0, days_overdue=200)
        scenario = cls.scenario.copy()
        scenario.level_ids.filtered(lambda level: level.kind not in ("formal_notice", "handover")).unlink()
        cls.debtor_of().scenario_id = scenario

    def post_letter(self, number="1A 123 456 7890 1"):
        """Send the mise en demeure of the day and post it; return its registered letter."""
        with freeze_time(f"{self.today} 10:00:00"):
            campaign = self.send_campaign()
            campaign.action_mark_posted()
            letter = campaign.notice_ids.letter_ids
            letter.number = number
        return letter

    def code_on(self, day):
        return self.verdict_of(self.invoice, day).code

    def test_posting_dates_it_and_the_printed_deadline_holds_until_more_is_known(self):
        letter = self.post_letter()
        notice = letter.notice_id
        self.assertEqual((letter.state, letter.posted_on), ("posted", self.today))
        self.assertEqual(notice.deadline_date, self.today + timedelta(days=18))
        self.assertEqual(letter.expires_on, notice.deadline_date)
        self.assertEqual(self.code_on(notice.deadline_date), "deadline_running")
        self.assertEqual(self.code_on(notice.deadline_date + timedelta(days=1)), "due")
        self.assertFalse(notice._get_received_on())

    def test_a_slow_post_gives_the_debtor_his_whole_delay(self):
        letter = self.post_letter()
        presented = self.today + timedelta(days=9)
        with freeze_time(f"{presented} 10:00:00"):
            letter.with_user(self.recovery_user).action_record_presented()
        self.assertEqual(letter.state, "presented")
        expiry = presented + timedelta(days=15)
        self.assertEqual((letter.expires_on, letter.notice_id.expires_on), (expiry, expiry))
        self.assertEqual(self.code_on(expiry), "deadline_running")
        self.assertEqual(self.code_on(expiry + timedelta(days=1)), "due")
        self.assertEqual(letter.notice_id.deadline_date, self.today + timedelta(days=18))  # what was printed stays
        self.assertEqual(letter.notice_id._get_received_on(), presented)

    def test_a_quick_post_never_shortens_what_was_printed(self):
        letter = self.post_letter()
        with freeze_time(f"{self.today + timedelta(days=2)} 10:00:00"):
            letter.with_user(self.recovery_user).action_record_delivered()
        self.assertEqual(letter.expires_on, letter.notice_id.deadline_date)
        self.assertEqual(letter.presented_on, self.today + timedelta(days=2))

    def test_refused_or_not_collected_keeps_its_effect_a_wrong_address_does_not(self):
        letter = self.post_letter()
        after = letter.notice_id.deadline_date + timedelta(days=1)
        with freeze_time(f"{after} 10:00:00"):
            letter._record_tracking("unclaimed", after)
            self.assertEqual(self.code_on(after), "due")
            letter._record_tracking("wrong_address", after)
            self.assertNotEqual(self.code_on(after), "due")
            self.assertFalse(letter.expires_on)
            task = letter.debtor_id.activity_ids.filtered(lambda activity: activity.date_deadline == after)
            self.assertEqual(task.summary, "Find the right postal address")
            letter.notice_id.with_user(self.recovery_manager)._cancel("Adresse inconnue")
            self.assertFalse(letter._get_address_holds())
            self.assertEqual(self.verdict_of(self.invoice, after).step.kind, "formal_notice")

    def test_dates_in_disorder_or_in_the_future_are_refused(self):
        letter = self.post_letter()
        with freeze_time(f"{self.today + timedelta(days=5)} 10:00:00"):
            for vals in (
                {"presented_on": self.today - timedelta(days=1)},
                {"presented_on": self.today + timedelta(days=9)},
                {"outcome": "delivered"},
            ):
                with self.assertRaises(ValidationError), self.cr.savepoint():
                    letter.with_user(self.recovery_user).write(vals)

    def test_nothing_happens_to_a_letter_before_the_day_that_it_bears(self):
        with freeze_time(f"{self.today} 10:00:00"):
            letter = self.send_campaign().notice_ids.letter_ids.with_user(self.recovery_user)
            for name in ("posted_on", "presented_on"):
                with self.assertRaisesRegex(ValidationError, "cannot have been posted before"), self.cr.savepoint():
                    letter.write({name: self.today - timedelta(days=1)})
            letter.write({"number": "1A12345678901", "presented_on": self.today})
            with freeze_time(f"{self.today + timedelta(days=3)} 10:00:00"):
                content = f"1A12345678901;presented;{self.today.replace(year=2025)}\n".encode()
                self.assertIn("cannot have been posted before", self.import_file(content)[2])
        self.assertEqual(letter.presented_on, self.today)

    def test_only_the_tracking_is_typed_and_each_change_is_journaled(self):
        letter = self.post_letter().with_user(self.recovery_user)
        with self.assertRaises(AccessError):
            letter.write({"kind": "electronic"})
        with self.assertRaises(AccessError):
            letter.with_user(self.recovery_auditor).write({"note": "x"})
        with freeze_time(f"{self.today} 12:00:00"):
            letter.presented_on = self.today
        event = self.env["recovery.event"].search([("kind", "=", "tracking")], limit=1)
        self.assertIn(str(self.today), event.details["presented_on"])
        self.assertEqual(event.debtor_id, letter.debtor_id)

    def test_the_tracking_of_many_letters_is_imported_and_may_be_imported_again(self):
        letter = self.post_letter()
        content = (
            "N° d'envoi;Statut;Date\n"
            "1A12345678901;Pli avisé – première présentation;23/11/2026\n"
            "1A12345678901;Distribué contre signature;25/11/2026\n"
            "9Z00000000000;Distribué;25/11/2026\n"
            "1A12345678901;Perdu en mer;25/11/2026\n"
            "1A12345678901;Distribué;hier\n"
        ).encode("cp1252")
        with freeze_time("2026-11-26 10:00:00"):
            wizards = self.env["recovery.tracking.import"].with_user(self.recovery_user)
            wizard = wizards.create({"file": base64.b64encode(content)})
            wizard.action_import()
            self.assertEqual((wizard.done_count, wizard.same_count), (2, 0))
            self.assertEqual(len(wizard.refused_text.splitlines()), 3)
            self.assertIn("9Z00000000000", wizard.refused_text)
            again = wizards.create({"file": base64.b64encode(content)})
            again.action_import()
            self.assertEqual((again.done_count, again.same_count), (0, 2))
        self.assertEqual((letter.presented_on, letter.outcome), (date(2026, 11, 23), "delivered"))
        with self.assertRaises(UserError):
            wizards.create({"file": base64.b64encode(b"numero;date\n1;2026-11-23\n")}).action_import()

    def import_file(self, content):
        """Import a tracking file; return what was entered, what was known and what was refused."""
        wizard = self.env["recovery.tracking.import"].create({"file": base64.b64encode(content)})
        wizard.action_import()
        return wizard.done_count, wizard.same_count, wizard.refused_text

    def test_a_second_presentation_never_moves_the_first_one(self):
        letter = self.post_letter()
        lines = (
            "1A12345678901;Pli avisé;2026-11-23",
            "1A12345678901;Pli avisé;2026-11-27",
            "1A12345678901;Distribué;2026-11-28",
        )
        with freeze_time("2026-11-30 10:00:00"):
            self.assertEqual(self.import_file("\n".join(lines).encode()), (2, 1, ""))
            self.assertEqual(letter.presented_on, date(2026, 11, 23))
            self.assertEqual(self.import_file("\n".join(reversed(lines)).encode()), (0, 3, ""))
            self.assertIn("posted", self.import_file(b"1A12345678901;presented;2026-11-29")[2])
        self.assertEqual((letter.presented_on, letter.outcome_on), (date(2026, 11, 23), date(2026, 11, 28)))

    def test_a_spreadsheet_taken_for_a_csv_file_is_refused_with_what_to_give(self):
        spreadsheet = b'PK\x03\x04\x14\0\0\0\x08\r\x91"[\xff\n' + bytes(range(256)) * 600
        with self.assertRaisesRegex(UserError, "three columns"):
            self.import_file(spreadsheet)

    def test_an_electronic_letter_needs_a_proof_and_the_consent_of_a_consumer(self):
        with freeze_time(f"{self.today} 10:00:00"):
            letter = self.send_campaign().notice_ids.letter_ids
            letter.debtor_id.write({"nature": "consumer", "nature_confirmed": True})
            proof = base64.b64encode(b"%PDF proof")
            wizard = (
                self.env["recovery.electronic.letter"]
                .with_user(self.recovery_user)
                .create({"letter_id": letter.id, "number": "LRE-2026-0001", "posted_on": self.today, "proof": proof})
            )
            with self.assertRaises(UserError):
                wizard.action_confirm()
            wizard.consent = proof
            wizard.action_confirm()
        self.assertEqual((letter.kind, letter.state, len(letter.receipt_ids)), ("electronic", "posted", 2))
        self.assertEqual(letter.delivery_id.state, "posted")
        self.assertFalse(letter.number_warning)

    def test_a_letter_without_news_is_asked_for_once(self):
        letter = self.post_letter()
        Letter = self.env["recovery.registered.letter"]
        self.assertFalse(Letter._watch(self.company, self.today + timedelta(days=6)) & letter)
        self.assertEqual(Letter._watch(self.company, self.today + timedelta(days=7)) & letter, letter)
        self.assertFalse(Letter._watch(self.company, self.today + timedelta(days=8)) & letter)

    def test_a_company_that_fails_keeps_no_other_from_its_watch(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        watched, followed = [], []

        def watch(letters, company, day):
            watched.append(company)
            if company == self.company:
                raise ValueError("Lettre illisible")

        with (
            patch.object(type(self.env["recovery.registered.letter"]), "_watch", watch),
            patch.object(
                type(self.env["recovery.notice"]), "_follow_expired", lambda notices, c, day: followed.append(c)
            ),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1),
            self.assertLogs("odoo.addons.debt_recovery.models.common.res_company", "ERROR"),
        ):
            self.env["recovery.registered.letter"]._cron_watch()
        self.assertLessEqual({self.company, other}, set(watched))
        self.assertIn(other, followed)
        self.assertNotIn(self.company, followed)

    def test_numbers_and_files_are_read_as_people_write_them(self):
        self.assertTrue(is_usual_number("2C 123 456 7890 1"))
        self.assertFalse(is_usual_number("12345"))
        rows = read_tracking_file(b"1a 123 456 7890 1,unclaimed,2026-11-25\n")
        self.assertEqual(rows[0][1:], ("1A12345678901", "unclaimed", date(2026, 11, 25), None))
        rows = read_tracking_file("Date\tÉvénement\tNuméro\n01.12.2026\tNPAI\t77\n".encode())
        self.assertEqual((rows[0].event, rows[0].day), ("wrong_address", date(2026, 12, 1)))
        with self.assertRaises(ValueError):
            read_tracking_file(b"\n")
        old_mac, unicode_text = "numero;event;date\r77;posted;1/9/2026 10:20\r", "77\tposted\t01/09/2026\r\n"
        for content in (old_mac.encode(), unicode_text.encode("utf-16")):
            [row] = read_tracking_file(content)
            self.assertEqual(row[1:], ("77", "posted", date(2026, 9, 1), None))

    def test_the_list_of_letters_is_read_as_it_is_exported_in_both_languages(self):
        """Heads and words of our own list are understood: it can be exported, filled in and imported."""
        letters = self.env["recovery.registered.letter"]
        day = date(2026, 11, 25)
        for lang in ("fr_FR", "en_US"):
            Letter = letters.with_context(lang=lang)
            labels = {name: values["string"] for name, values in Letter.fields_get().items()}
            tree = etree.fromstring(Letter.get_view(view_type="list")["arch"])
            shown = [(node.get("name"), node.get("string")) for node in tree.xpath("./field")]
            heads = {name: label or labels[name] for name, label in shown}
            for code, word in Letter._fields["outcome"]._description_selection(Letter.env):
                filled = {"number": "1A 123", "posted_on": "2026-11-20", "presented_on": "2026-11-23"}
                filled |= {"outcome": word, "outcome_on": "2026-11-25", "state": word}
                for headings in (heads, labels, {name: name for name in labels}):
                    names = [name for name, _label in shown]
                    content = ";".join(headings[name] for name in names) + "\n"
                    content += ";".join(filled.get(name, "") for name in names) + "\n"
                    with self.subTest(lang=lang, code=code, heads=content):
                        rows = [row[1:] for row in read_tracking_file(content.encode())]
                        self.assertEqual(
                            rows,
                            [
                                ("1A123", "posted", date(2026, 11, 20), None),
                                ("1A123", "presented", date(2026, 11, 23), None),
                                ("1A123", code, day, None),
                            ],
                        )

    def test_a_line_of_the_list_tells_only_what_is_filled_in(self):
        heads = "Numéro de suivi;Postée le;Présentée;Issue;Issue le;État\n"
        content = f"{heads}77;20/11/2026;;;;Postée\n78;;;;;À poster\n79;;hier;;;\n80;;;Distribuée;;\n;;23/11/2026;;;\n"
        rows = [(row.position, row.number, row.event, row.error) for row in read_tracking_file(content.encode())]
        self.assertEqual(
            rows,
            [
                (2, "77", "posted", None),
                (4, "79", "presented", "date"),
                (5, "80", "delivered", "date"),
                (6, "", "presented", "number"),
            ],
        )
        with self.assertRaises(ValueError):
            read_tracking_file("Postée le;Issue\n20/11/2026;Distribuée\n".encode())

    def test_a_list_that_was_filled_in_is_entered_once(self):
        letter = self.post_letter()
        content = "Numéro de suivi;Postée le;Présentée;Issue;Issue le\n"
        content += f"1A12345678901;{self.today};2026-11-23;Non réclamée;2026-12-09\n"
        with freeze_time("2026-12-10 10:00:00"):
            self.assertEqual(self.import_file(content.encode()), (2, 1, ""))
            self.assertEqual(self.import_file(content.encode()), (0, 3, ""))
        self.assertEqual((letter.presented_on, letter.outcome), (date(2026, 11, 23), "unclaimed"))

    def test_what_the_carrier_says_did_not_happen_is_not_understood(self):
        def event_of(words):
            [row] = read_tracking_file(f"77;{words};2026-11-25".encode())
            return row.event

        for words in (
            "Pli non distribué",
            "Votre pli n'a pas pu être distribué",
            "Sera livré demain",
            "Pli renvoyé à l'expéditeur",
        ):
            self.assertIsNone(event_of(words), words)
        self.assertEqual(event_of("Lettre distribuée à son destinataire"), "delivered")
        self.assertEqual(event_of("Non distribuable : destinataire inconnu"), "wrong_address")
