import re
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.translate import code_translations

from .branches import BranchCommon
from .common.correspondence import CorrespondenceCommon

NOBODY = {"lang": None}  # the context of a scheduled job
#: What people read, and the fields in which they do.
READ = {
    "recovery.event": ("summary", "details"),
    "mail.message": ("subject", "body"),
    "mail.activity": ("summary", "note"),
    "recovery.delivery": ("error",),
    "recovery.anomaly": ("reason",),
    "recovery.work.range": ("reason",),
}
HOLE = re.compile(r"%(?:\([a-z_]+\))?[sdif]")


def find_english_words():
    """Return what each English sentence of the module says that its French one does not, its longest piece."""
    found = set()
    for english, french in code_translations.get_python_translations("debt_recovery", "fr_FR").items():
        piece = max(HOLE.split(english), key=len).strip(" .:,()")
        if len(piece) > 12 and " " in piece and piece not in french:
            found.add(piece)
    return found


class SpokenCommon(CorrespondenceCommon):
    """A company whose people read French, and whatever is written for them without a word from anybody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.lang = "fr_FR"
        cls.english = find_english_words()

    def as_job(self, *records):
        """Return these records as a scheduled job has them: as the superuser, in nobody's language."""
        self.env.flush_all()
        env = api.Environment(self.cr, SUPERUSER_ID, {})
        self.assertFalse(env.lang)
        found = [each.with_env(env) for each in records]
        return found[0] if len(found) == 1 else found

    def remember(self):
        self.env.flush_all()
        env = self.env(user=SUPERUSER_ID)
        return {name: max(env[name].search([]).ids, default=0) for name in READ}

    def read_since(self, before):
        """Yield ``(model, text)`` of all that was written since for people to read."""
        self.env.flush_all()
        env = self.env(user=SUPERUSER_ID)
        for name, names in READ.items():
            for row in env[name].search([("id", ">", before[name])]):
                for field in names:
                    if row[field]:
                        yield name, str(row[field])

    def check_spoken(self, before, at_least=1):
        texts = list(self.read_since(before))
        self.assertGreaterEqual(len(texts), at_least)
        wrong = [(name, text) for name, text in texts if any(piece in text for piece in self.english)]
        self.assertEqual(wrong, [], "nobody reads English here")
        return [text for _name, text in texts]


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestSpokenMails(SpokenCommon):
    """What becomes of a mail is told in the language of the company, whoever found it out."""

    def fail(self, delivery, **failure):
        delivery.write({"state": "queued"})
        self.as_job(delivery.mail_id)._postprocess_sent_message([], [], **failure)

    def test_a_mail_that_failed_is_told_in_the_companys_language(self):
        for failure_type in ("mail_smtp", "mail_email_invalid", "mail_email_missing", "unknown"):
            with self.subTest(failure_type=failure_type):
                delivery = self.send_mail(self.make_partner("Client"))
                before = self.remember()
                self.fail(delivery, failure_type=failure_type)
                self.assertEqual(delivery.state, "failed")
                entries = self.env["recovery.event"].search([("id", ">", before["recovery.event"])])
                (failed,) = entries.filtered(lambda event: event.kind == "failed")
                self.assertIn("Échec", failed.summary)
                self.check_spoken(before)
                labels = self.env["mail.mail"]._fields["failure_type"]
                french = dict(labels._description_selection(self.env(context={"lang": "fr_FR"})))
                self.assertEqual(delivery.error, french[failure_type])

    def test_a_mail_that_left_came_back_or_was_lost_is_told_so_too(self):
        def drop(delivery):
            delivery.write({"state": "queued"})
            self.as_job(delivery.mail_id).unlink()

        def cancel(delivery):
            delivery.write({"state": "queued"})
            self.as_job(delivery.mail_id).write({"state": "cancel"})

        def leave(delivery):
            delivery.write({"state": "queued"})
            self.as_job(delivery.mail_id)._postprocess_sent_message([delivery.addressee_id], [])

        def come_back(delivery):
            self.as_job(delivery)._bounce()

        def pay_meanwhile(delivery):
            delivery.write({"state": "queued"})
            delivery.mail_id.state = "outgoing"
            self.pay(delivery.notice_id.line_ids.move_id)
            with mute_logger("odoo.addons.mail.models.mail_mail"):
                self.as_job(delivery.mail_id).send()

        for become in (drop, cancel, leave, come_back, pay_meanwhile):
            with self.subTest(how=become.__name__):
                delivery = self.send_mail(self.make_partner("Client"))
                before = self.remember()
                become(delivery)
                self.check_spoken(before)

    def test_what_a_customer_answers_is_handed_on_in_the_companys_language(self):
        delivery = self.send_mail()
        mail = delivery.mail_id
        for job in (
            lambda: self.bounce(mail, delivery.addressee_id.email),
            lambda: self.receive(mail, sender="inconnu@example.com"),
        ):
            before = self.remember()
            env, self.env = self.env, self.as_job(self.env["res.company"]).env
            try:
                job()
            finally:
                self.env = env
            self.check_spoken(before)

    def test_each_company_has_its_own_language(self):
        other = self.setup_other_company(name="Other house")["company"]
        other.partner_id.lang = "en_US"
        deliveries = self.send_mail(self.make_partner("Client"))
        deliveries += self.send_mail_of(other)
        deliveries.write({"state": "queued"})
        before = self.remember()
        self.as_job(deliveries)._fail("550")
        entries = self.env["recovery.event"].sudo().search([("id", ">", before["recovery.event"])], order="id")
        told = {event.company_id: event.summary for event in entries if event.kind == "failed"}
        self.assertIn("Échec", told[self.company])
        self.assertIn("Failed", told[other])

    def send_mail_of(self, company):
        partner = self.make_partner("Customer")
        invoice = self.make_invoice(partner, days_overdue=10, company=company)
        debtor = self.env["recovery.debtor"].sudo()._ensure_for(partner, company)
        mail = self.env["mail.mail"].sudo().create({"subject": "Reminder", "state": "outgoing"})
        self.assertEqual(invoice.company_id, company)
        return (
            self.env["recovery.delivery"]
            .sudo()
            .create(
                {
                    "company_id": company.id,
                    "debtor_id": debtor.id,
                    "addressee_id": partner.id,
                    "channel": "email",
                    "state": "queued",
                    "subject": "Reminder",
                    "user_id": self.env.uid,
                    "queued_on": "2026-11-21 09:00:00",
                    "mail_id": mail.id,
                }
            )
        )

    def test_who_is_here_reads_its_own_language(self):
        delivery = self.send_mail()
        before = self.remember()
        delivery.with_context(lang="en_US")._mark("failed", error="550")
        (entry,) = self.env["recovery.event"].search([("id", ">", before["recovery.event"])])
        self.assertIn("Failed", entry.summary)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestSpokenJobs(SpokenCommon, BranchCommon):
    """Every scheduled job writes what people read in their language: on a row of every model, months later."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_rows()

    def get_jobs(self):
        """Return the scheduled jobs of the module."""
        data = self.env["ir.model.data"].search([("module", "=", "debt_recovery"), ("model", "=", "ir.cron")])
        return self.env["ir.cron"].sudo().browse(data.mapped("res_id"))

    def work(self, job):
        env = self.as_job(job).env
        name = re.fullmatch(r"model\.(\w+)\(\)", job.code.strip()).group(1)
        with patch.object(type(env["ir.cron"]), "_commit_progress", lambda *_args, **_kwargs: 60.0):
            getattr(env[job.model_id.model], name)()
        self.env.flush_all()
        self.env.invalidate_all()

    def test_each_job_speaks_to_those_who_read_it(self):
        self.env["ir.config_parameter"].sudo().set_param("debt_recovery.sync_ecb", "False")
        self.company.recovery_journal_email = "audit@example.com"
        self.company.recovery_escalation_days = 3
        # what a person without a language wrote in a task before is quoted as it stands
        quoted = " ".join(self.env["mail.activity"].sudo().search([]).mapped(lambda task: task.summary or ""))
        self.english = {piece for piece in self.english if piece not in quoted}
        written = 0
        for days in (0, 3, 45, 400):
            with freeze_time(self.today + timedelta(days=days), tick=False):
                for job in self.get_jobs():
                    with self.subTest(job=job.name, days=days):
                        before = self.remember()
                        self.work(job)
                        written += len(self.check_spoken(before, at_least=0))
        self.assertGreater(written, 40, "they had something to say")
