import importlib.util
import json
from datetime import date
from pathlib import Path

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, get_db_name, tagged
from odoo.tools import mute_logger

from ..branches import BranchCommon
from ..house import ROOT
from ..litigation.deadline.common import DeadlineCommon

CLIENT = Path(ROOT) / "tools" / "recovery_client.py"
HUGE = 2**40


def load_client():
    """Return the example that is shipped, as the module that it is."""
    spec = importlib.util.spec_from_file_location("recovery_client", CLIENT)
    client = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(client)
    return client


class ApiCommon:
    """Programs that come in by HTTP with the key of a user, through the client that is shipped."""

    def key_of(self, user):
        """Return a new key of a user, as the button of the preferences makes one."""
        return self.env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "Programme", None)

    def program(self, user, lang=None):
        """Return the shipped client with the key of a user; the session is the one that tests are let in by."""
        return load_client().Recovery(self.base_url(), get_db_name(), self.key_of(user), lang, self.opener)

    def refused(self, status, program, door, **question):
        """Return the sentence with which a question is refused."""
        with mute_logger("odoo.http"), self.assertRaises(Exception) as caught:
            program.call(door, **question)
        self.assertEqual(type(caught.exception).__name__, "Refused", caught.exception)
        self.assertEqual((caught.exception.status, door), (status, door), caught.exception)
        return str(caught.exception)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestApi(ApiCommon, DeadlineCommon, HttpCase):
    """Other programs read and work by the doors, and by nothing more than the rights of their user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late = cls.make_partner("Traiteur Colin")
        cls.invoice = cls.make_invoice(cls.late, amount=310.0, days_overdue=10)

    # ------------------------------------------------------------
    # The story
    # ------------------------------------------------------------
    def test_the_shipped_example_tells_the_whole_story(self):
        self.record("order", date(2026, 11, 20))
        said = []
        story = load_client().tell_story(self.program(self.recovery_user), self.today, said.append)
        text = "\n".join(said)
        for words in ("Traiteur Colin", "310.00 EUR", "Serve the order", self.case.name, self.invoice.name):
            self.assertIn(words, text)
        campaign = self.env["recovery.campaign"].browse(story["campaign"]["campaign_id"])
        self.assertEqual((campaign.state, campaign.user_id), ("proposed", self.recovery_user))
        self.assertEqual(story["campaign"]["notice_count"], 1)
        self.assertEqual(campaign.notice_ids.state, "obsolete", "what is promised meanwhile is not asked for")
        promise = self.env["recovery.promise"].browse(story["promise"]["id"])
        self.assertEqual((promise.state, promise.user_id), ("open", self.recovery_user))
        self.assertTrue(promise.hold_ids, "reminders of what is promised wait")

    def test_each_door_tells_the_same_as_the_screens(self):
        self.record("order", date(2026, 11, 20))
        program = self.program(self.recovery_user)
        debtor = self.debtor_of(self.late)
        rows = {row["debtor"]["id"]: row for row in program.call("read_worklist")["rows"]}
        row = rows[debtor.id]
        self.assertEqual(row["amount_overdue"], {"amount": 310.0, "currency": "EUR"})
        self.assertEqual((row["todo"], row["oldest_due"]), ("remind", "2026-11-11"))
        self.assertEqual(row["why"], debtor.with_user(self.recovery_user).next_action_text)
        (case,) = [row for row in program.call("read_cases")["rows"] if row["id"] == self.case.id]
        self.assertEqual(case["amount_open"]["amount"], self.case.amount_now)
        self.assertEqual((case["is_open"], case["closed_on"]), (True, None))
        asked = {"date_from": "2026-11-21", "date_to": "2027-11-21", "case_id": self.case.id}
        self.assertEqual(
            [(row["date"], row["whose"]) for row in program.call("read_deadlines", **asked)["rows"]],
            [(day.isoformat(), whose) for day, whose in self.case.deadline_ids.mapped(lambda d: (d.date, d.whose))],
        )
        balance = program.call("read_aged_balance", date="2026-11-21")
        own = self.env["recovery.ageing.report"].with_user(self.recovery_user).action_read({"day": "2026-11-21"})
        self.assertEqual(balance["totals"], own["parts"][0]["totals"])
        self.assertEqual((balance["currency"], balance["version"]), ("EUR", 1))

    def test_a_campaign_is_proposed_and_never_sent(self):
        program = self.program(self.recovery_user)
        debtor = self.debtor_of(self.late)
        told = program.call("propose_campaign", date="2026-11-21", debtor_ids=debtor.ids)
        self.assertEqual((told["notice_count"], told["amount_claimed"]["amount"]), (1, 310.0))
        page = program.call("read_notices", campaign_id=told["campaign_id"])
        (notice,) = page["rows"]
        self.assertEqual((notice["state"], notice["lines"][0]["invoice"]), ("draft", self.invoice.name))
        self.assertEqual(notice["lines"][0]["amount_due"], {"amount": 310.0, "currency": "EUR"})
        self.assertFalse(self.env["recovery.delivery"].search([("debtor_id", "=", debtor.id)]))
        simulated = program.call("propose_campaign", date="2026-12-31", mode="simulation", debtor_ids=debtor.ids)
        self.assertEqual((simulated["mode"], simulated["notice_count"]), ("simulation", 0))
        self.assertGreater(simulated["amount_claimed"]["amount"], 0.0)

    def test_a_promise_is_of_what_is_owed_and_is_read_again(self):
        program = self.program(self.recovery_user)
        debtor = self.debtor_of(self.late)
        asked = {"debtor_id": debtor.id, "date": "2026-11-28"}
        given = program.call("give_promise", amount=100.0, given_by_id=self.late.id, note="Par le site", **asked)
        self.assertEqual((given["amount"], given["given_on"]), ({"amount": 100.0, "currency": "EUR"}, "2026-11-21"))
        (again,) = program.call(
            "read_promises", date_from="2026-11-21", date_to="2026-12-31", debtor_id=debtor.id, states=["open"]
        )["rows"]
        self.assertEqual((again["id"], again["note"], again["decided_on"]), (given["id"], "Par le site", None))
        self.assertIn("310", self.refused(422, program, "give_promise", amount=5000, **asked))
        self.assertIn("today", self.refused(422, program, "give_promise", amount=5, **{**asked, "date": "2026-11-20"}))

    def test_a_long_list_comes_in_pages(self):
        for number in range(3):
            self.make_invoice(self.make_partner(f"Client {number}"), days_overdue=20)
        program = self.program(self.recovery_user)
        first = program.call("read_worklist", limit=2)
        self.assertEqual((len(first["rows"]), first["offset"], first["limit"]), (2, 0, 2))
        every = {row["debtor"]["id"] for row in program.read_all("read_worklist", limit=2)}
        self.assertEqual(len(every), first["total"])

    # ------------------------------------------------------------
    # Asked twice
    # ------------------------------------------------------------
    def test_a_question_with_a_key_is_answered_once(self):
        program, Campaign = self.program(self.recovery_user), self.env["recovery.campaign"]
        debtor = self.debtor_of(self.late)
        campaign = {"date": "2026-11-21", "debtor_ids": debtor.ids, "request_key": "commande 12"}
        promise = {"debtor_id": debtor.id, "amount": 5, "date": "2026-11-28", "request_key": "commande 13"}
        count = Campaign.search_count([])
        for door, question in (("propose_campaign", campaign), ("give_promise", promise)):
            with self.subTest(door=door):
                first = program.call(door, **question)
                self.assertEqual([program.call(door, **question) for _time in range(2)], [first, first])
        self.assertEqual(Campaign.search_count([]) - count, 1)
        self.assertEqual(self.env["recovery.promise"].search_count([("debtor_id", "=", debtor.id)]), 1)
        program.call("propose_campaign", **{**campaign, "request_key": "commande 14"})
        program.call("propose_campaign", date="2026-11-21", debtor_ids=debtor.ids)
        self.assertEqual(Campaign.search_count([]) - count, 3, "another key, or none, is another request")

    def test_a_key_is_of_one_question(self):
        program = self.program(self.recovery_user)
        question = {"date": "2026-11-21", "request_key": "a"}
        program.call("propose_campaign", **question)
        for door, other in (
            ("propose_campaign", {**question, "date": "2026-11-22"}),
            ("propose_campaign", {**question, "mode": "simulation"}),
            ("give_promise", {"debtor_id": 1, "amount": 5, "date": "2026-11-28", "request_key": "a"}),
        ):
            self.assertIn("another request", self.refused(422, program, door, **other))
        for key in (7, ["a"], {"a": 1}, "a" * 300, "a\x00b"):
            self.assertIn("a text", self.refused(422, program, "propose_campaign", **{**question, "request_key": key}))

    def test_a_key_is_of_its_user_and_nobody_reads_what_was_answered(self):
        question = {"date": "2026-11-21", "request_key": "a"}
        first = self.program(self.recovery_user).call("propose_campaign", **question)
        theirs = self.program(self.recovery_manager).call("propose_campaign", **question)
        self.assertNotEqual(theirs["campaign_id"], first["campaign_id"])
        self.refused(403, self.program(self.recovery_auditor), "propose_campaign", **question)
        admin = self.make_user("anne", "account.group_account_manager", "base.group_system")
        for user in (self.recovery_user, self.recovery_manager, self.recovery_auditor, admin):
            answers = self.env["recovery.api.answer"].with_user(user)
            for act in (lambda answers=answers: answers.search([]), lambda answers=answers: answers.create({})):
                with self.assertRaises(AccessError):
                    act()
            program = self.program(user)
            with mute_logger("odoo.http"):
                answer = self.opener.post(
                    f"{self.base_url()}/json/2/recovery.api.answer/search_read",
                    json={"domain": []},
                    headers=program.headers,
                    timeout=30,
                )
            self.assertEqual(answer.status_code, 403)

    def test_who_lost_the_right_is_not_answered_again(self):
        program, question = self.program(self.recovery_user), {"date": "2026-11-21", "request_key": "a"}
        program.call("propose_campaign", **question)
        self.recovery_user.group_ids -= self.env.ref("debt_recovery.group_recovery_user")
        self.refused(403, program, "propose_campaign", **question)

    def test_what_was_refused_may_be_asked_again_with_its_key(self):
        program = self.program(self.recovery_user)
        question = {"debtor_id": self.debtor_of(self.late).id, "amount": 400, "date": "2026-11-28", "request_key": "b"}
        self.refused(422, program, "give_promise", **question)
        self.make_invoice(self.late, amount=200.0, days_overdue=10)
        self.assertTrue(program.call("give_promise", **question)["id"])

    def test_answers_are_forgotten_after_their_time(self):
        program, question = self.program(self.recovery_user), {"date": "2026-11-21", "request_key": "a"}
        first = program.call("propose_campaign", **question)
        answers = self.env["recovery.api.answer"].sudo()
        with freeze_time("2026-12-20 10:00:00"):
            answers._gc_answers()
            self.assertEqual(len(answers.search([("request_key", "=", "a")])), 1)
        with freeze_time("2026-12-23 10:00:00"):
            answers._gc_answers()
        self.assertFalse(answers.search([("request_key", "=", "a")]))
        self.assertNotEqual(program.call("propose_campaign", **question)["campaign_id"], first["campaign_id"])

    def test_the_client_sends_again_what_was_lost_on_its_way(self):
        program = self.program(self.recovery_user)
        client, session, lost = load_client(), program.session, []

        class Losing:
            """A line on which the first answer is lost."""

            def post(self, *args, **kwargs):
                answer = session.post(*args, **kwargs)
                if not lost:
                    lost.append(answer)
                    raise client.requests.ConnectionError("lost")
                return answer

        client.PAUSES = (0, 0)
        count = self.env["recovery.campaign"].search_count([])
        recovery = client.Recovery(self.base_url(), get_db_name(), self.key_of(self.recovery_user), None, Losing())
        told = recovery.do("propose_campaign", date="2026-11-21")
        self.assertEqual(told, lost[0].json())
        self.assertEqual(self.env["recovery.campaign"].search_count([]) - count, 1)

    # ------------------------------------------------------------
    # Who may not
    # ------------------------------------------------------------
    def test_a_key_opens_what_its_user_may_and_nothing_else(self):
        doors = {
            "read_worklist": {},
            "read_notices": {"date_from": "2026-01-01", "date_to": "2026-12-31"},
            "read_promises": {"date_from": "2026-01-01", "date_to": "2026-12-31"},
            "read_cases": {},
            "read_deadlines": {"date_from": "2026-01-01", "date_to": "2026-12-31"},
            "read_aged_balance": {"date": "2026-11-21"},
        }
        work = {
            "propose_campaign": {"date": "2026-11-21"},
            "give_promise": {"debtor_id": self.debtor_of(self.late).id, "amount": 5, "date": "2026-11-28"},
        }
        clerk = self.make_user("paul", "account.group_account_invoice")
        clerk.lang = "en_US"
        outsider, auditor = self.program(clerk), self.program(self.recovery_auditor)
        for door, question in {**doors, **work}.items():
            with self.subTest(door=door):
                self.refused(403, outsider, door, **question)
        for door, question in doors.items():
            with self.subTest(door=door):
                auditor.call(door, **question)
        for door, question in work.items():
            with self.subTest(door=door):
                self.refused(403, auditor, door, **question)

    def test_no_key_no_answer(self):
        program = self.program(self.recovery_user)
        program.headers["Authorization"] = "bearer 0123456789abcdef0123456789abcdef01234567"
        self.refused(401, program, "read_worklist")
        del program.headers["Authorization"]
        self.refused(401, program, "read_worklist")

    def test_engines_have_no_door(self):
        program = self.program(self.recovery_manager)
        for model, method in (
            ("recovery.api", "_enter"),
            ("recovery.event", "_log"),
            ("recovery.bulk", "_insert"),
            ("recovery.promise", "_give"),
            ("recovery.campaign", "_propose"),
        ):
            answer = self.opener.post(
                f"{self.base_url()}/json/2/{model}/{method}", json={"ids": []}, headers=program.headers, timeout=30
            )
            self.assertEqual((method, answer.status_code), (method, 403))
        self.refused(404, program, "no_such_door")

    def test_another_company_is_closed(self):
        other = self.setup_other_company(name="Autre maison")["company"]
        theirs = self.make_invoice(self.make_partner("Ailleurs"), days_overdue=30, company=other)
        debtor = self.debtor_of(theirs.partner_id, other)
        program = self.program(self.recovery_user)
        period = {"date_from": "2026-01-01", "date_to": "2026-12-31"}
        for door, question in (
            ("read_worklist", {"company_id": other.id}),
            ("read_aged_balance", {"date": "2026-11-21", "company_id": other.id}),
            ("propose_campaign", {"date": "2026-11-21", "company_id": other.id}),
        ):
            self.assertIn("do not work", self.refused(403, program, door, **question))
        for door, question in (
            ("read_notices", {**period, "debtor_id": debtor.id}),
            ("read_promises", {**period, "debtor_id": debtor.id}),
            ("read_cases", {"debtor_id": debtor.id}),
            ("propose_campaign", {"date": "2026-11-21", "debtor_ids": debtor.ids}),
            ("give_promise", {"debtor_id": debtor.id, "amount": 5, "date": "2026-11-28"}),
        ):
            sentence = self.refused(404, program, door, **question)
            self.assertNotIn("Ailleurs", sentence)
            absent = self.refused(
                404, program, door, **json.loads(json.dumps(question).replace(str(debtor.id), "7777"))
            )
            self.assertEqual(absent.replace("7777", str(debtor.id)), sentence, "what is hidden is as what is absent")
        line = self.receivable_of(theirs)
        question = {"debtor_id": self.debtor_of(self.late).id, "amount": 5, "date": "2026-11-28"}
        self.refused(404, program, "give_promise", line_ids=line.ids, **question)
        self.refused(404, program, "give_promise", given_by_id=theirs.partner_id.id, **question)

    def test_a_forged_context_opens_nothing(self):
        other = self.setup_other_company(name="Autre maison")["company"]
        program = self.program(self.recovery_user)
        program.context = {"allowed_company_ids": [self.company.id, other.id]}
        self.refused(403, program, "read_worklist")
        program.context = {"default_mode": "automatic", "default_state": "sent", "default_user_id": 1, "su": True}
        told = program.call("propose_campaign", date="2026-11-21")
        self.assertEqual((told["mode"], told["state"]), ("proposal", "proposed"))
        campaign = self.env["recovery.campaign"].browse(told["campaign_id"])
        self.assertEqual(campaign.user_id, self.recovery_user)
        program.context = {"active_test": False, "lang": "xx_XX"}
        self.assertIn("xx_XX", self.refused(422, program, "read_worklist"))

    # ------------------------------------------------------------
    # What is sent wrongly
    # ------------------------------------------------------------
    def test_what_is_not_understood_says_what_to_send(self):
        program = self.program(self.recovery_user)
        debtor_id = self.debtor_of(self.late).id
        period = {"date_from": "2026-01-01", "date_to": "2026-12-31"}
        promise = {"debtor_id": debtor_id, "amount": 5, "date": "2026-11-28"}
        for door, question, words in (
            ("read_aged_balance", {}, "“date” is required"),
            ("read_aged_balance", {"date": "21/11/2026"}, "for example 2026-11-30"),
            ("read_aged_balance", {"date": "2026-13-45"}, "for example 2026-11-30"),
            ("read_aged_balance", {"date": "9999-12-31"}, "for example 2026-11-30"),
            ("read_aged_balance", {"date": 20261121}, "for example 2026-11-30"),
            ("read_aged_balance", {"date": "2026-11-21", "base": "moon"}, "base"),
            ("read_aged_balance", {"date": "2026-11-21", "group_by": "status"}, "group_by"),
            ("read_aged_balance", {"date": "2026-11-21", "detail": "yes"}, "true or false"),
            ("read_notices", {}, "“date_from” is required"),
            ("read_notices", {**period, "states": "draft"}, "list of some of: draft"),
            ("read_notices", {**period, "states": ["unknown"]}, "list of some of: draft"),
            ("read_notices", {"date_from": "2026-12-31", "date_to": "2026-01-01"}, "ends before it begins"),
            ("read_notices", {**period, "debtor_id": str(debtor_id)}, "whole number"),
            ("read_notices", {**period, "debtor_id": True}, "whole number"),
            ("read_notices", {**period, "debtor_id": HUGE}, "whole number"),
            ("read_notices", {**period, "debtor_id": -3}, "whole number"),
            ("read_notices", {**period, "debtor_id": {"id": 3}}, "whole number"),
            ("read_worklist", {"limit": 100000}, "from 1 to 500"),
            ("read_worklist", {"offset": -1}, "0 or more"),
            ("read_worklist", {"order": "id; drop table"}, "one of: cash, risk"),
            ("read_worklist", {"todo": ["dance"]}, "list of some of: call"),
            ("read_worklist", {"company_id": "1"}, "whole number"),
            ("read_cases", {"is_open": "yes"}, "true or false"),
            ("propose_campaign", {"date": "2026-11-21", "mode": "automatic"}, "one of: proposal, simulation"),
            ("propose_campaign", {"date": "2026-11-21", "debtor_ids": debtor_id}, "list of ids"),
            ("propose_campaign", {"date": "2026-11-21", "debtor_ids": ["x"]}, "list of ids"),
            ("give_promise", {**promise, "amount": "5"}, "as a number"),
            ("give_promise", {**promise, "amount": float("nan")}, "as a number"),
            ("give_promise", {**promise, "amount": float("inf")}, "as a number"),
            ("give_promise", {**promise, "amount": -5}, "as a number"),
            ("give_promise", {**promise, "currency": "ZZZ"}, "ISO code"),
            ("give_promise", {**promise, "channel": "pigeon"}, "one of: call"),
            ("give_promise", {**promise, "note": "a\x00b"}, "a text"),
        ):
            with self.subTest(door=door, question=question):
                if any(isinstance(value, float) for value in question.values()):  # JSON has none, Python writes them
                    sentence = self.refused_raw(program, door, question)
                else:
                    sentence = self.refused(422, program, door, **question)
                self.assertIn(words, sentence)

    def refused_raw(self, program, door, question):
        with mute_logger("odoo.http"):
            answer = self.opener.post(
                f"{self.base_url()}/json/2/recovery.api/action_{door}",
                data=json.dumps(question),
                headers={**program.headers, "Content-Type": "application/json"},
                timeout=30,
            )
        self.assertEqual(answer.status_code, 422)
        return answer.json()["message"]

    def test_a_key_that_no_door_knows_is_refused(self):
        program = self.program(self.recovery_user)
        self.assertIn("colour", self.refused(422, program, "read_worklist", colour="red"))
        self.assertIn("ids", self.refused(422, program, "read_worklist", ids=[1]))

    def test_refusals_speak_the_language_of_the_user_or_the_one_that_is_asked(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        asked = {"date_from": "2026-12-31", "date_to": "2026-01-01"}
        self.recovery_user.lang = "fr_FR"
        french = self.refused(422, self.program(self.recovery_user), "read_notices", **asked)
        self.assertEqual(french, "La période finit avant d'avoir commencé.")
        english = self.refused(422, self.program(self.recovery_user, "en_US"), "read_notices", **asked)
        self.assertEqual(english, "The period ends before it begins.")

    def test_every_door_is_described(self):
        text = (ROOT / "readme" / "API.rst").read_text()
        names = {*dir(self.env.registry["recovery.api"])} - {*dir(self.env.registry["base"])}
        doors = [name for name in names if name.startswith("action_")]
        self.assertEqual(len(doors), 8)
        for door in doors:
            self.assertIn(f"``{door}``", text)
            self.assertTrue(getattr(self.env["recovery.api"], door).__doc__)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestApiInABranch(ApiCommon, BranchCommon, HttpCase):
    """Who works in a branch alone is told where recovery is followed; who works in both reads the whole."""

    def test_a_branch_alone_is_told_where_to_ask(self):
        self.make_invoice(self.make_partner("Menuiserie Aubert"), amount=150.0, days_overdue=40, company=self.branch)
        alone = self.user_of("lea", self.branch, "debt_recovery.group_recovery_user")
        alone.lang = "en_US"
        sentence = self.refused(403, self.program(alone), "read_worklist")
        self.assertIn(self.company.name, sentence)
        both = self.user_of("luc", self.branch + self.company, "debt_recovery.group_recovery_user")
        both.company_ids = [Command.set((self.branch + self.company).ids)]
        rows = self.program(both).call("read_worklist", company_id=self.branch.id)["rows"]
        self.assertIn("Menuiserie Aubert", [row["debtor"]["name"] for row in rows])
