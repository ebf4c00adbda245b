import re
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from markupsafe import Markup

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.debt_recovery.models.desk.assignment import first_letter
from odoo.addons.debt_recovery.models.desk.priority import Debt, cash_score, risk_score

from ..common import RecoveryCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 09:00:00")
class TestDesk(RecoveryCommon):
    """The collector's day: what there is to do, in which order, and who does it."""

    def refresh(self):
        self.env["recovery.worklist"]._refresh(self.company, self.today)
        return self.debtor_of()

    def schedule(self, debtor, ago=0, xmlid="mail.mail_activity_data_todo", user=None):
        return debtor.activity_schedule(
            xmlid,
            date_deadline=self.today - timedelta(days=ago),
            summary="Rappeler le comptable",
            user_id=(user or self.recovery_user).id,
        )

    def test_a_task_told_again_says_it_once(self):
        debtor = self.debtor_of()
        for amount in (10, 10, 20):
            note = Markup("<p>%s</p>") % f"L'adresse de « d'Artagnan & fils » : {amount} €"
            debtor._plan_tasks("debt_recovery.mail_activity_type_address", self.today, "Adresse à corriger", note)
        self.assertEqual(len(debtor.activity_ids), 1)
        self.assertEqual(str(debtor.activity_ids.note).count("Artagnan"), 2)

    def test_the_night_finds_a_manager_once_for_all_the_debtors_without_a_collector(self):
        partners = self.env["res.partner"].create([{"name": f"Sans suivi {i}"} for i in range(20)])
        debtors = self.env["recovery.debtor"]._ensure_for(partners, self.company).with_user(SUPERUSER_ID)
        self.company.recovery_contact_id = False
        debtors.mapped("company_id.recovery_contact_id")
        debtors.fetch(["collector_id"])
        manager = debtors[0]._get_responsible()
        self.assertTrue(manager.has_group("debt_recovery.group_recovery_manager"))
        with self.assertQueryCount(0):
            self.assertEqual({debtor._get_responsible() for debtor in debtors}, {manager})

    # ------------------------------------------------------------
    # Priority
    # ------------------------------------------------------------
    def test_cash_fast_prefers_recent_and_reduce_risk_prefers_old(self):
        recent, old = [Debt(1000, 10)], [Debt(1000, 200)]
        self.assertGreater(cash_score(recent), cash_score(old))
        self.assertGreater(risk_score(old), risk_score(recent))
        self.assertEqual(
            [cash_score([Debt(100, late)]) for late in (30, 31, 60, 61, 90, 91)], [100, 60, 60, 30, 30, 10]
        )
        self.assertEqual([risk_score([Debt(100, late)]) for late in (1, 30, 31)], [100, 100, 200])

    def test_a_final_notice_without_effect_weighs_more(self):
        self.make_invoice(days_overdue=10, amount=100)
        debtor = self.refresh()
        before = debtor.priority_risk
        line = self.receivable_of(self.make_invoice(days_overdue=100, amount=100))
        for ago in (60, 40, 20):
            self.make_campaign(self.today - timedelta(days=ago))._validate(self.today - timedelta(days=ago))
        self.assertTrue(line)
        self.env["recovery.worklist"]._compute(self.company, self.today, self.debtor_partner)
        self.assertEqual(debtor.risk_weight, 1.5)
        self.assertEqual(debtor.priority_risk, (before + 400) * 1.5)
        self.assertIn("The risk weighs more", debtor.rank_text)

    def test_the_switch_is_remembered_and_has_its_own_address(self):
        self.make_invoice(days_overdue=10)
        self.refresh()
        Debtor = self.env["recovery.debtor"].with_user(self.recovery_user)
        self.assertEqual(Debtor.action_open_worklist()["path"], "recovery-worklist")
        self.assertEqual(Debtor.action_switch_priority("cash")["path"], "recovery-worklist-cash")
        self.assertEqual(Debtor.action_open_worklist()["path"], "recovery-worklist-cash")
        self.company.recovery_priority = "cash"
        other = self.env["recovery.debtor"].with_user(self.recovery_manager)
        self.assertEqual(other.action_open_worklist()["path"], "recovery-worklist-cash")
        with self.assertRaises(UserError):
            Debtor.action_switch_priority("alphabet")

    def test_a_collector_sees_their_own_first(self):
        self.make_invoice(days_overdue=10)
        debtor = self.refresh()
        Debtor = self.env["recovery.debtor"].with_user(self.recovery_user)
        self.assertNotIn("search_default_mine", Debtor.action_open_worklist()["context"])
        debtor.collector_id = self.recovery_user
        self.assertTrue(Debtor.action_open_worklist()["context"]["search_default_mine"])

    # ------------------------------------------------------------
    # What there is to do
    # ------------------------------------------------------------
    def test_what_there_is_to_do_and_what_comes_first(self):
        self.make_invoice(days_overdue=10)
        debtor = self.refresh()
        self.assertEqual(debtor.todo_kind, "remind")
        task = self.schedule(debtor)
        self.refresh()
        self.assertEqual(debtor.todo_kind, "task")
        call = self.schedule(debtor, ago=3, xmlid="debt_recovery.mail_activity_type_call")
        self.schedule(debtor, ago=-3, xmlid="debt_recovery.mail_activity_type_call")
        self.refresh()
        self.assertEqual(debtor.todo_kind, "call")
        call._action_done(feedback="Fait")
        self.assertEqual(debtor.todo_kind, "task")
        task.unlink()
        self.assertEqual(debtor.todo_kind, "remind")
        self.env["recovery.hold"].create({"debtor_id": debtor.id, "date_from": self.today, "reason": "Avoir promis"})
        self.assertFalse(debtor.todo_kind)
        self.assertIn("Avoir promis", debtor.next_action_text)

    def test_a_failed_sending_is_to_do_until_another_contact(self):
        self.make_invoice(days_overdue=10)
        self.send_campaign()
        debtor = self.refresh()
        self.assertFalse(debtor.todo_kind)
        self.env["recovery.delivery"].sudo().search([("debtor_id", "=", debtor.id)])._mark("failed", error="Inconnue")
        self.refresh()
        self.assertEqual(debtor.todo_kind, "failed")
        self.env["recovery.contact"]._record(debtor, "letter", {"subject": "Copie par courrier"}, self.today)
        self.assertFalse(debtor.todo_kind)

    def test_a_question_to_the_manager_is_to_do(self):
        self.levels["reminder"].approval_required = True
        self.make_invoice(days_overdue=10)
        campaign = self.make_campaign(user=self.recovery_user)
        campaign._validate(self.today)
        debtor = self.refresh()
        self.assertEqual(debtor.todo_kind, "approve")
        campaign.sudo().notice_ids.decision_id.with_user(self.recovery_manager)._grant("Oui")
        self.refresh()
        self.assertFalse(debtor.todo_kind)

    def test_the_courtesy_line_tells_what_is_overdue(self):
        self.make_invoice(days_overdue=2)
        self.send_campaign(self.today - timedelta(days=1))
        self.make_invoice(days_overdue=-5)
        debtor = self.refresh()
        self.assertEqual((debtor.next_level_id.kind, debtor.amount_to_claim), ("courtesy", 0))
        self.assertIn("overdue", debtor.next_action_text)

    def test_the_worklist_costs_the_same_whatever_the_debtors(self):
        def make(count, prefix):
            for position in range(count):
                partner = self.make_partner(f"{prefix} {position}")
                self.make_invoice(partner, days_overdue=10 + position)
                self.schedule(self.debtor_of(partner), ago=1)
            self.env["recovery.worklist"]._refresh(self.company, self.today)

        names = [
            "display_name", "todo_kind", "amount_overdue", "oldest_due", "days_late", "next_level_id",
            "next_level_kind", "next_action_date", "next_action_text", "priority_risk", "collector_id",
        ]  # fmt: skip

        def read():
            self.env.flush_all()
            self.env.invalidate_all()
            self.env.registry.clear_cache()
            Debtor = self.env["recovery.debtor"]
            Debtor.action_refresh_worklist()
            Debtor.action_open_worklist()
            Debtor.web_search_read(
                [("company_id", "=", self.company.id), ("todo_kind", "!=", False)],
                {name: {} for name in names},
                limit=80,
                order="priority_risk desc, id",
            )

        def count():
            read()  # caches of the registry
            start = self.env.cr.sql_log_count
            read()
            return self.env.cr.sql_log_count - start

        make(5, "Cinq")
        few = count()
        make(35, "Trente-cinq")
        self.assertEqual(count(), few)
        self.assertLess(few, 60)

    # ------------------------------------------------------------
    # The debtor's screen
    # ------------------------------------------------------------
    def test_the_debt_by_age_nets_credits_and_opens_its_items(self):
        self.make_invoice(days_overdue=-10, amount=100)
        young = self.make_invoice(days_overdue=20, amount=300)
        self.make_invoice(days_overdue=200, amount=500)
        self.make_credit_note(amount=200)
        debtor = self.refresh()
        segments = debtor.ageing_gauge["segments"]
        self.assertEqual([round(segment["share"], 1) for segment in segments], [14.3, 42.9, 0, 0, 0, 42.9])
        action = debtor.action_view_open_items(1)
        self.assertEqual(self.env["account.move.line"].search(action["domain"]).move_id, young)

    def test_an_item_without_due_date_is_behind_the_bar_that_counts_it(self):
        accounts = self.company_data["default_account_receivable"], self.company_data["default_account_revenue"]
        debit, credit = (Command.create({"account_id": account.id, "balance": 0}) for account in accounts)
        debit[2].update(partner_id=self.debtor_partner.id, balance=50)
        credit[2]["balance"] = -50
        day = self.company._recovery_today() - timedelta(days=45)
        entry = self.env["account.move"].create({"move_type": "entry", "date": day, "line_ids": [debit, credit]})
        entry.action_post()
        line = self.receivable_of(entry)
        line.date_maturity = False
        debtor = self.debtor_of()
        shown = {
            segment["bucket"]: self.env["account.move.line"].search(
                debtor.action_view_open_items(segment["bucket"])["domain"]
            )
            for segment in debtor.ageing_gauge["segments"]
        }
        self.assertEqual([bucket for bucket, lines in shown.items() if line in lines], [2])

    def test_debtors_of_two_companies_make_no_campaign(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        with self.assertRaisesRegex(UserError, "one company"):
            (self.debtor_of() | self.debtor_of(company=other)).action_remind()

    def test_the_history_tells_every_contact_newest_first(self):
        self.make_invoice(days_overdue=10)
        campaign = self.send_campaign()
        debtor = self.refresh()
        self.env["recovery.contact"]._record(
            debtor,
            "call",
            {"is_inbound": True, "feedback": "Demande un duplicata", "moment": self.moment(hours=1)},
            self.today,
        )
        campaign.notice_ids.with_user(self.recovery_manager)._cancel("Erreur d'adresse")
        debtor.invalidate_recordset(["timeline"])
        titles = [entry["title"] for entry in debtor.timeline]
        self.assertTrue(any("received" in title for title in titles), titles)
        self.assertTrue(any("Erreur d'adresse" in title for title in titles), titles)
        self.assertTrue(any(entry["model"] == "recovery.delivery" for entry in debtor.timeline))

    def moment(self, hours):
        return self.env.cr.now().replace(microsecond=0) + timedelta(hours=hours)

    # ------------------------------------------------------------
    # Assignment
    # ------------------------------------------------------------
    def make_rule(self, name, users, **vals):
        return self.env["recovery.assignment.rule"].create(
            {"name": name, "company_id": self.company.id, "user_ids": [Command.set(users.ids)], **vals}
        )

    def test_the_first_rule_that_fits_assigns_and_hand_wins(self):
        self.assertEqual([first_letter(name) for name in ("Éric", "3 Suisses", "42")], ["E", "S", ""])
        dupont, zola = self.debtor_of(), self.debtor_of(self.make_partner("Zola"))
        german = self.debtor_of(self.make_partner("Bäcker", country_id=self.env.ref("base.de").id))
        by_hand = self.debtor_of(self.make_partner("Choisi"))
        for debtor in (dupont, zola, german, by_hand):
            self.make_invoice(debtor.partner_id, days_overdue=10)
        by_hand.collector_id = self.recovery_auditor
        self.refresh()
        self.make_rule(
            "Export", self.recovery_manager, country_ids=[Command.set(self.env.ref("base.de").ids)], sequence=1
        )
        rule = self.make_rule("A–M", self.recovery_user, letter_from="A", letter_to="M", sequence=2)
        self.assertIn("A", rule.summary)
        self.env["recovery.assignment"]._assign(self.company)
        self.assertEqual(german.collector_id, self.recovery_manager)
        self.assertEqual(dupont.collector_id, self.recovery_user)
        self.assertFalse(zola.collector_id)
        self.assertEqual(by_hand.collector_id, self.recovery_auditor)
        event = self.env["recovery.event"].search([("debtor_id", "=", dupont.id), ("kind", "=", "assigned")])
        self.assertEqual(len(event), 1)
        dupont.collector_id = self.recovery_manager
        self.assertFalse(dupont.assignment_rule_id)
        self.assertFalse(self.env["recovery.assignment"]._propose(self.company, again=True))

    def test_the_scenario_of_a_rule_assigns_and_gives_the_script(self):
        scenario = self.scenario.copy({"name": "Grands comptes"})
        call = scenario.level_ids.filtered(lambda level: level.kind == "call")
        call.with_context(lang=self.recovery_user.lang).body = "<p>Script des grands comptes</p>"
        self.env["recovery.scenario.rule"].create(
            {"name": "Sociétés", "scenario_id": scenario.id, "sequence": -5, "nature_professional": True}
        )
        self.make_invoice(days_overdue=10)
        debtor = self.refresh()
        self.make_rule("Grands comptes", self.recovery_user, scenario_ids=[Command.set(scenario.ids)])
        self.env["recovery.assignment"]._assign(self.company)
        self.assertEqual(debtor.collector_id, self.recovery_user)
        script = debtor.with_user(self.recovery_user)._get_call_script(self.env["recovery.delivery"], self.today)
        self.assertIn("Script des grands comptes", script)

    def test_several_collectors_share_by_load_and_a_preview_writes_nothing(self):
        debtors = self.env["recovery.debtor"]
        for position in range(6):
            partner = self.make_partner(f"Client {position}")
            self.make_invoice(partner, amount=100 + position, days_overdue=10)
            debtors |= self.debtor_of(partner)
        self.make_rule("Tous", self.recovery_user | self.recovery_manager)
        self.refresh()
        wizard = self.env["recovery.assignment.wizard"].with_user(self.recovery_manager).create({})
        self.assertEqual(wizard.change_count, 6)
        self.assertFalse(debtors.collector_id)
        wizard.action_confirm()
        self.assertEqual(
            [len(group) for group in debtors.grouped("collector_id").values()],
            [3, 3],
        )
        with self.assertRaises(AccessError):
            self.env["recovery.assignment.wizard"].with_user(self.recovery_user).create({})

    def test_a_rule_by_amount_and_level_reads_the_figures(self):
        self.make_invoice(days_overdue=10, amount=50)
        debtor = self.refresh()
        rule = self.make_rule("Gros", self.recovery_user, amount_min=100)
        self.assertFalse(self.env["recovery.assignment"]._propose(self.company))
        rule.write(
            {"amount_min": 0, "amount_max": 60, "level_kind": debtor.next_level_id.kind, "nature": debtor.nature}
        )
        self.assertEqual(list(self.env["recovery.assignment"]._propose(self.company)), [debtor])
        with self.assertRaises(UserError):
            rule.write({"letter_from": "Z", "letter_to": "A"})

    # ------------------------------------------------------------
    # Nothing is ignored
    # ------------------------------------------------------------
    def escalate(self):
        return self.env["recovery.escalation"]._escalate_activities({self.company: self.today})

    def test_an_ignored_task_goes_to_the_manager_once(self):
        debtor = self.debtor_of()
        self.company.recovery_escalation_days = 5
        fresh, late = self.schedule(debtor, ago=5), self.schedule(debtor, ago=6)
        with patch.object(
            type(self.env["recovery.decision"]), "_get_approvers", lambda records, company: self.recovery_manager
        ):
            self.assertEqual(self.escalate(), late)
            self.assertFalse(self.escalate())
        self.assertEqual((late.user_id, fresh.user_id), (self.recovery_manager, self.recovery_user))
        event = self.env["recovery.event"].search([("debtor_id", "=", debtor.id), ("kind", "=", "escalated")])
        self.assertEqual(len(event), 1)
        self.assertIn("Claire", event.summary)

    def test_zero_days_never_escalates(self):
        self.company.recovery_escalation_days = 0
        self.schedule(self.debtor_of(), ago=50)
        self.assertFalse(self.escalate())

    def test_a_large_or_old_debt_is_told_once_and_forgotten_when_paid(self):
        invoice = self.make_invoice(days_overdue=10, amount=900)
        self.company.write({"recovery_alert_amount": 500, "recovery_alert_days": 60})
        debtor = self.refresh()
        alert = self.env["recovery.escalation"]._alert_large_or_old
        self.assertEqual(alert(self.company, self.today), debtor)
        self.assertFalse(alert(self.company, self.today))
        self.assertEqual(len(debtor.activity_ids), 1)
        self.pay(invoice)
        self.refresh()
        alert(self.company, self.today)
        self.assertFalse(debtor.escalated_on)

    # ------------------------------------------------------------
    # Morning summary
    # ------------------------------------------------------------
    def digest(self, day=None):
        return self.env["recovery.digest"]._send(self.company, day or self.today)

    def test_the_summary_is_wanted_useful_and_once_a_day(self):
        self.make_invoice(days_overdue=10)
        debtor = self.refresh()
        debtor.collector_id = self.recovery_user
        self.assertFalse(self.digest())
        self.company.recovery_digest = True
        mail = self.digest()
        self.assertEqual((len(mail), mail.email_to), (1, self.recovery_user.email_formatted))
        self.assertIn("Boulangerie Dupont", mail.body_html)
        self.assertIn(f"/odoo/recovery-worklist/{debtor.id}", mail.body_html)
        self.assertFalse(self.digest())
        self.assertTrue(self.digest(self.today + timedelta(days=1)))
        self.recovery_user.sudo().write({"recovery_digest": "no", "recovery_digest_on": False})
        self.assertFalse(self.digest())
        self.company.recovery_digest = False
        self.recovery_user.with_user(self.recovery_user).recovery_digest = "yes"
        self.assertTrue(self.digest())

    def test_who_follows_two_companies_gets_the_summary_of_each(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        self.recovery_user.company_ids |= other
        for company in (self.company, other):
            company.recovery_digest = True
            self.make_invoice(days_overdue=10, company=company)
            self.env["recovery.worklist"]._refresh(company, self.today)
            self.debtor_of(company=company).collector_id = self.recovery_user
            for count in (1, 0):
                self.assertEqual(len(self.env["recovery.digest"]._send(company, self.today)), count)

    def test_the_summary_is_in_the_language_of_its_reader(self):
        self.company.recovery_digest = True
        english = self.env(context={"lang": "en_US"})
        for number in range(10):
            self.make_invoice(self.make_partner(f"Client {number}"), days_overdue=10)
        self.make_invoice(days_overdue=10)
        debtor = self.refresh()
        self.schedule(debtor)
        english["recovery.worklist"]._refresh(self.company, self.today)
        debtors = english["recovery.debtor"].search([("company_id", "=", self.company.id)])
        debtors.collector_id = self.recovery_user
        self.assertIn("One instalment overdue", debtors.mapped("next_action_text")[-1])
        self.recovery_user.lang = "fr_FR"
        mail = english["recovery.digest"]._send(self.company, self.today)
        self.assertRegex(mail.subject, "11 débiteurs à traiter aujourd.hui")
        shown = re.sub(r"<[^>]+>", " ", mail.body_html)
        self.assertIn("Bonjour Claire", shown)
        self.assertIn("Un retard depuis le 11/11/2026", shown)
        self.assertRegex(shown, r"À relancer\s: 10")
        self.assertRegex(shown, r"10\s000,00\s€")
        self.assertIn("et 2 autres", shown)
        for word in ("Good morning", "today", "overdue", "late", "more", "Open", "summary", "since", "Reminder due"):
            self.assertNotRegex(shown, rf"\b{word}\b")

    def test_the_summary_of_an_english_reader_is_english(self):
        self.company.recovery_digest = True
        self.make_invoice(days_overdue=10)
        self.refresh().collector_id = self.recovery_user
        self.recovery_user.lang = "en_US"
        mail = self.env(context={"lang": "fr_FR"})["recovery.digest"]._send(self.company, self.today)
        self.assertIn("one debtor to deal with today", mail.subject)
        self.assertIn("Good morning Claire", mail.body_html)
