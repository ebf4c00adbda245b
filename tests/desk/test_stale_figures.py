from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from .standing import HEADER, StandingCommon

SETTINGS = "what everybody's figures rest on"
OWN = "what the figures of one debtor rest on"


@tagged("post_install", "-at_install")
class TestStaleFigures(StandingCommon):
    """What a change makes stale is marked at once, in one statement, and redone by whoever reads next."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bystander = cls.make_partner("Autre client")
        cls.make_invoice(cls.bystander, days_overdue=40, amount=77)
        cls.others_scenario = cls.scenario.copy({"name": "Grands comptes"})
        cls.worklist._refresh(cls.company, cls.today)
        cls.Touch = cls.env["recovery.debtor.touch"].sudo()

    def get_stale(self):
        """Return those of the two debtors whose figures are marked as stale."""
        self.env.flush_all()
        return self.worklist._find_stale(self.company, self.today, self.debtor | self.debtor_of(self.bystander))

    @contextmanager
    def tried(self, name):
        """Try one change and take it back."""
        with self.subTest(changed=name):
            savepoint = self.cr.savepoint()
            with savepoint:
                self.assertFalse(self.get_stale())
                yield
                savepoint.rollback()
            self.env.invalidate_all()
            self.env.registry.clear_all_caches()

    def check_redone(self):
        """Check that a form and the list show what a whole new calculation gives."""
        shown = self.open_form(names=HEADER)
        self.assertFalse(self.get_stale() & self.debtor if not self.Touch.search([("partner_id", "=", False)]) else ())
        self.worklist._refresh(self.company, self.today)
        self.assertFalse(self.get_stale())
        self.assertEqual(self.open_form(names=HEADER), shown)
        self.worklist._compute(self.company, self.today)
        self.assertEqual(self.open_form(names=HEADER), shown)

    # ------------------------------------------------------------
    # What everybody rests on
    # ------------------------------------------------------------
    def get_shared_changes(self):
        env, levels, company = self.env, self.levels, self.company
        rule = {"name": "Règle", "scenario_id": self.scenario.id, "sequence": 1}
        return {
            "scenario archived": lambda: self.scenario.write({"active": False}),
            "scenario's cap": lambda: self.scenario.write({"cap_contacts": 1}),
            "scenario's business days": lambda: self.scenario.write({"business_days_only": True}),
            "scenario's order": lambda: self.scenario.write({"sequence": 99}),
            "scenario created": lambda: self.scenario.copy({"name": "Autre"}),
            "level's delay": lambda: levels["reminder"].write({"delay": 60}),
            "level's minimum": lambda: levels["reminder"].write({"min_amount": 5000}),
            "level's kind of days": lambda: levels["reminder"].write({"day_type": "business"}),
            "level created": lambda: levels["reminder"].copy({"delay": 3}),
            "level deleted": lambda: self.spare.unlink(),
            "level moved": lambda: levels["final"].write({"sequence": 0}),
            "rule created": lambda: env["recovery.scenario.rule"].create(rule),
            "rule archived": lambda: env["recovery.scenario.rule"].search([], limit=1).write({"active": False}),
            "rule's order": lambda: env["recovery.scenario.rule"].search([], limit=1).write({"sequence": 77}),
            "quiet period": lambda: env["recovery.quiet.period"].create(
                {"name": "Inventaire", "date_from": self.today, "date_to": self.today}
            ),
            "default scenario": lambda: company.write({"recovery_scenario_id": self.scenario.copy().id}),
            "days before the first reminder": lambda: company.write({"recovery_entry_days": 20}),
            "age of the bank statements": lambda: company.write({"recovery_bank_days": 5}),
            "holidays": lambda: company.write({"recovery_alsace_moselle": not company.recovery_alsace_moselle}),
            "time zone": lambda: company.write({"recovery_timezone": "Indian/Reunion"}),
            "accounts followed": lambda: company.write(
                {"recovery_account_ids": [Command.set(self.receivable_of(self.invoice).account_id.ids)]}
            ),
            "legal parameter": lambda: (
                env["recovery.legal.parameter"].search([("key", "=like", "limitation%")], limit=1).write({"value": "7"})
            ),
            "kind of limitation": lambda: (
                env["recovery.limitation.kind"].search([("default_for", "=", False)], limit=1).write({"active": False})
            ),
        }

    def test_a_change_of_a_rule_marks_everybody_in_one_statement(self):
        env = self.env
        env["recovery.scenario.rule"].create({"name": "Rien", "scenario_id": self.scenario.id, "months_min": 600})
        self.spare = self.levels["reminder"].copy({"delay": 400})  # no notice used it: it may go
        self.worklist._refresh(self.company, self.today)
        roots = env["res.company"].search_count([("parent_id", "=", False)])
        for name, change in self.get_shared_changes().items():
            with self.tried(name):
                before = self.Touch.search_count([])
                change()
                self.assertEqual(len(self.get_stale()), 2, name)
                marks = self.Touch.search([("partner_id", "=", False)])
                self.assertEqual(marks.company_id & self.company, self.company)
                # however many debtors: rows of companies, not of customers
                self.assertLessEqual(self.Touch.search_count([]) - before, 8 * roots)
                self.check_redone()

    def test_what_is_redone_is_what_the_scenario_says_now(self):
        self.assertEqual(self.debtor.next_level_id, self.levels["reminder"])
        self.levels["reminder"].delay = 60
        shown = self.open_form()
        self.assertFalse(shown["next_action_date"] == self.today and shown["next_level_id"])
        self.env["recovery.debtor"].with_user(self.recovery_user).action_refresh_worklist()
        self.assertNotEqual(self.debtor.todo_kind, "remind")

    def test_where_nothing_moved_the_list_is_opened_without_writing(self):
        users = (self.recovery_user, self.recovery_manager, self.recovery_auditor)
        for user in users:
            self.env["recovery.debtor"].with_user(user).action_refresh_worklist()
        self.env.flush_all()
        for user in users:
            with self.subTest(user=user.login), self.env.cr.savepoint() as point:
                self.env.cr.execute("SET TRANSACTION READ ONLY")
                self.env["recovery.debtor"].with_user(user).action_refresh_worklist()
                self.env.flush_all()
                point.rollback()

    # ------------------------------------------------------------
    # What one debtor rests on
    # ------------------------------------------------------------
    def get_own_changes(self):
        env, debtor, partner = self.env, self.debtor, self.debtor_partner
        line = self.receivable_of(self.invoice)
        tag = env["res.partner.category"].create({"name": "Grand compte"})
        return {
            "payment": lambda: self.pay(self.invoice, 300),
            "payment without an entry": lambda: self.pay(self.invoice, outstanding=False),
            "credit note": lambda: self.make_credit_note(amount=200),
            "new invoice": lambda: self.make_invoice(days_overdue=3, amount=50),
            "reset to draft": lambda: self.invoice.button_draft(),
            "due date": lambda: line.write({"date_maturity": self.today + timedelta(days=9)}),
            "no follow-up": lambda: line.write({"no_followup": True}),
            "sent since": lambda: self.invoice.write({"is_move_sent": not self.invoice.is_move_sent}),
            "scenario chosen": lambda: debtor.write({"scenario_id": self.others_scenario.id}),
            "nature": lambda: debtor.write({"nature": "consumer"}),
            "country": lambda: partner.write({"country_id": env.ref("base.be").id}),
            "tag": lambda: partner.write({"category_id": [Command.link(tag.id)]}),
            "salesperson": lambda: partner.write({"user_id": self.recovery_user.id}),
            "SIREN": lambda: partner.write({"company_registry": False, "is_company": False}),
            "call logged": lambda: env["recovery.contact"]._record(debtor, "call", {"feedback": "Rien"}, self.today),
            "letter logged": lambda: env["recovery.contact"]._record(
                debtor, "letter", {"subject": "Copie"}, self.today
            ),
            "task": lambda: debtor.activity_schedule("mail.mail_activity_data_todo", date_deadline=self.today),
            "planned call": lambda: self.plan_call(),
            "question": lambda: env["recovery.decision"]._ask("credit", self.invoice, "Dépassement", debtor=debtor),
            "campaign validated": lambda: self.make_campaign(debtors=debtor)._validate(self.today),
            "merge": lambda: (
                env["base.partner.merge.automatic.wizard"]
                .create({})
                ._merge((self.make_partner("Doublon") | partner).ids, partner)
            ),
        }

    def test_a_change_of_one_debtor_marks_that_one_only(self):
        for name, change in self.get_own_changes().items():
            with self.tried(name):
                change()
                self.assertEqual(self.get_stale(), self.debtor, name)
                self.check_redone()

    def test_a_field_at_which_a_rule_looks_marks_too(self):
        rule = self.env["recovery.scenario.rule"].create(
            {
                "name": "Référence",
                "scenario_id": self.scenario.copy().id,
                "partner_domain": "[('ref', '=', 'VIP')]",
                "debtor_domain": f"[('collector_id', '!=', {self.recovery_manager.id})]",
            }
        )
        self.worklist._refresh(self.company, self.today)
        for name, change in {
            "reference": lambda: self.debtor_partner.write({"ref": "VIP"}),
            "collector": lambda: self.debtor.write({"collector_id": self.recovery_manager.id}),
        }.items():
            with self.tried(name):
                change()
                self.assertEqual(self.get_stale(), self.debtor, name)
        rule.unlink()
        self.worklist._refresh(self.company, self.today)
        self.debtor_partner.ref = "autre"
        self.assertFalse(self.get_stale())

    def test_a_tag_given_from_its_own_form_marks_where_a_rule_looks_at_tags(self):
        tag = self.env["res.partner.category"].create({"name": "Grand compte"})
        group = self.env["res.country.group"].create({"name": "Voisins"})
        self.assertFalse(self.get_stale())
        self.env["recovery.scenario.rule"].create(
            {
                "name": "Étiquette",
                "scenario_id": self.others_scenario.id,
                "category_ids": [Command.link(tag.id)],
                "country_group_ids": [Command.link(group.id)],
            }
        )
        self.worklist._refresh(self.company, self.today)
        for name, change in {
            "tag": lambda: tag.write({"partner_ids": [Command.link(self.debtor_partner.id)]}),
            "countries": lambda: group.write({"country_ids": [Command.link(self.env.ref("base.fr").id)]}),
        }.items():
            with self.tried(name):
                change()
                self.assertIn(self.debtor, self.get_stale(), name)

    def test_a_proposal_or_the_same_value_marks_nobody(self):
        self.make_campaign()
        self.scenario.write({"cap_contacts": self.scenario.cap_contacts, "description": "Pour les fidèles"})
        self.levels["reminder"].delay = self.levels["reminder"].delay
        self.debtor_partner.phone = "+33 4 00 00 00 00"
        self.assertFalse(self.get_stale())
        self.assertEqual(self.worklist._refresh(self.company, self.today), 0)

    def test_every_declared_field_exists(self):
        """A name mistyped in a declaration would mark nothing, and nobody would know."""
        declared = 0
        for Model in self.env.registry.values():
            if issubclass(Model, self.env.registry["recovery.moving"]) and Model._name != "recovery.moving":
                names = self.env[Model._name]._get_moving_fields()
                self.assertLessEqual(names, set(Model._fields), Model._name)
                declared += bool(names)
        self.assertGreater(declared, 15)

    # ------------------------------------------------------------
    # Who reads
    # ------------------------------------------------------------
    def test_the_header_and_the_gauges_are_of_the_same_moment(self):
        partner = self.make_partner("Nouveau client")
        debtor = self.debtor_of(partner)
        self.make_invoice(partner, days_overdue=20, amount=1000)
        for user in (self.recovery_user, self.recovery_manager, self.recovery_auditor):
            with self.subTest(user=user.name):
                shown = self.open_form(user, debtor)
                late = next(part for part in shown["exposure_gauge"]["segments"] if part["key"] == "overdue")
                self.assertEqual(shown["amount_overdue"], 1000)
                self.assertIn("000", late["amount"])
                self.assertIn("000", shown["ageing_gauge"]["total"])
                self.make_invoice(partner, days_overdue=20, amount=0.01).button_draft()  # stale again

    def test_a_customers_form_shows_what_holds_now(self):
        self.levels["reminder"].delay = 60
        partner = self.debtor_partner.with_user(self.recovery_user)
        self.env.invalidate_all()
        shown = partner.web_read({"recovery_next_level_id": {}, "recovery_next_action_date": {}})[0]
        self.assertEqual(shown["recovery_next_level_id"], self.debtor.next_level_id.id)
        self.assertNotEqual(shown["recovery_next_action_date"], self.today)

    def test_who_only_reads_sees_new_figures_and_leaves_the_work_to_who_works(self):
        promise = self.env["recovery.promise"]._give(self.debtor, self.today, 1000, self.today)
        self.pay(self.invoice)
        self.assertEqual(self.open_form(self.recovery_auditor)["amount_overdue"], 0)
        self.assertEqual(promise.state, "open")
        self.open_form(self.recovery_user)
        self.assertEqual(promise.state, "kept")
        self.assertFalse(self.get_stale())

    def test_another_day_is_another_calculation(self):
        later = self.today + timedelta(days=30)
        with patch.object(self.env.registry["res.company"], "_recovery_today", lambda company: later):
            shown = self.open_form(names=(*HEADER, "figures_date"))
            self.assertEqual(shown["figures_date"], later)
            self.worklist._compute(self.company, later)
            self.assertEqual(self.open_form(names=(*HEADER, "figures_date")), shown)

    def test_a_company_does_not_mark_another(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        own = self.scenario.copy({"name": "À nous", "company_id": self.company.id})
        self.Touch.search([]).unlink()
        own.cap_contacts = 1
        self.assertEqual(self.Touch.search([]).company_id, self.company)
        self.scenario.cap_contacts = 1
        self.assertIn(other, self.Touch.search([]).company_id)
