from datetime import date

from odoo import Command
from odoo.tests import tagged

from ..english import InEnglish
from ..one_of_each import OneOfEach
from ..test_security import RIGHTS
from .common import RecoveryCommon
from .tracing import Tracing

MANAGER = "debt_recovery.group_recovery_manager"
USER = "debt_recovery.group_recovery_user"
AUDITOR = "debt_recovery.group_recovery_auditor"


@tagged("post_install", "-at_install")
class TestSetupTrace(Tracing, InEnglish, OneOfEach, RecoveryCommon):
    """Whatever changes what the program does leaves a line: before, after, who, when; what is deleted too."""

    def setUp(self):
        super().setUp()
        self.debtor_of()
        self.mark()

    def told(self, kind="configured", model=None):
        of_model = [("res_model", "=", model)] if model else []
        return self.read_told(("kind", "=", kind), ("company_id", "=", self.company.id), *of_model)

    def test_every_model_that_managers_alone_set_is_traced(self):
        settings = [name for name, rights in RIGHTS.items() if rights[0] == "recovery_manager"]
        settings.append("recovery.score.factor")
        traced = self.registry["recovery.traced.settings"]
        untraced = [name for name in settings if not issubclass(self.registry[name], traced)]
        self.assertFalse(untraced, "what a manager sets up changes what the program does")
        self.assertGreater(len(settings), 35)

    def test_each_setting_is_told_when_it_changes_and_when_it_goes(self):
        traced = self.registry["recovery.traced.settings"]
        names = [
            name
            for name, Model in self.registry.items()
            if issubclass(Model, traced) and not Model._abstract and name.startswith("recovery.")
        ]
        self.assertGreater(len(names), 35)
        silent = []
        for name in sorted(names):
            with self.subTest(model=name):
                record = self.one(name)
                self.mark()
                before = record._read_settings(record._get_traced_fields())
                self.assertTrue(before[record], name)
                record._trace_difference(
                    before, {record: {label: f"{said}!" for label, said in before[record].items()}}
                )
                if not self.told(record._traced_kind, name):
                    silent.append(name)
        self.assertFalse(silent)

    def test_a_rate_a_text_a_stage_a_check_and_a_weight_say_before_and_after(self):
        manager = self.env(user=self.recovery_manager)
        rate = manager["recovery.rate"].search([], limit=1)
        stage = manager["recovery.case.stage"].search([("kind", "=", "precourt")], limit=1)
        check = manager["recovery.formal.check"].create({**self.values_for("recovery.formal.check")})
        factor = manager["recovery.score.factor"].search([], limit=1)
        text = manager["recovery.legal.text"].search([], limit=1)
        reason = manager["recovery.dispute.reason"].search([], limit=1)
        for record, field, value in (
            (rate, "value", rate.value + 1),
            (stage, "rotting_threshold_days", 77),
            (check, "sequence", 77),
            (factor, "weight", factor.weight + 1),
            (text, "article", "Article 77"),
            (reason, "name", "Autre motif"),
        ):
            with self.subTest(model=record._name):
                self.mark()
                record[field] = value
                event = self.told(model=record._name)
                self.assertEqual(event.author_name, "Marc")
                self.assertEqual((event.res_id, len(event.details)), (record.id, 1))
                self.assertIn(" → ", next(iter(event.details.values())))
        self.mark()
        check.unlink()
        self.assertTrue(self.told(model=check._name).summary.startswith("Deleted"))

    def test_a_change_beyond_what_is_shown_or_of_the_layout_alone_is_told(self):
        level = self.levels["reminder"]
        text = "x" * 3000
        level.body = f"<p>{text}</p>"
        self.mark()
        level.body = f"<p>{text}y</p>"
        self.assertTrue(self.told(model="recovery.level"))
        self.mark()
        level.body = f"<p><strong>{text}y</strong></p>"
        self.assertTrue(self.told(model="recovery.level"))

    def test_settings_of_the_company_are_told_in_its_root_s_journal(self):
        self.company.sudo().recovery_worklist_date = self.today
        self.assertFalse(self.told(model="res.company"), "what the module notes by itself is no setting")
        self.company.write({"recovery_auto_max_amount": 5, "recovery_auto": True})
        event = self.told(model="res.company")
        self.assertEqual(len(event), 1)
        self.assertEqual(len(event.details), 2)
        self.mark()
        self.company.account_use_credit_limit = not self.company.account_use_credit_limit
        self.assertTrue(self.told(model="res.company"))
        self.mark()
        self.company.write({"phone": "01", "recovery_auto_max_amount": 5})
        self.assertFalse(self.told(model="res.company"), "nothing changed")

    def test_the_nature_of_a_debtor_is_told(self):
        debtor = self.debtor_of()
        self.mark()
        debtor.with_user(self.recovery_user).nature = "public"
        event = self.told(model="recovery.debtor")
        self.assertEqual(event.debtor_id, debtor)
        self.assertIn("→", next(iter(event.details.values())))

    # ------------------------------------------------------------
    # Roles
    # ------------------------------------------------------------
    def test_a_role_given_or_taken_is_told_whatever_the_way(self):
        user = self.make_user("zoe", "account.group_account_invoice").sudo()
        manager, auditor = self.env.ref(MANAGER).sudo(), self.env.ref(AUDITOR).sudo()
        ways = {
            "on the user": lambda: user.write({"group_ids": [Command.link(manager.id)]}),
            "off the user": lambda: user.write({"group_ids": [Command.unlink(manager.id)]}),
            "on the group": lambda: auditor.write({"user_ids": [Command.link(user.id)]}),
            "off the group": lambda: auditor.write({"user_ids": [Command.unlink(user.id)]}),
            "by a group": lambda: (
                self.env["res.groups"]
                .sudo()
                .create(
                    {"name": "Essai", "implied_ids": [Command.link(manager.id)], "user_ids": [Command.link(user.id)]}
                )
            ),
            "archived": lambda: user.write({"active": False}),
        }
        for way, act in ways.items():
            with self.subTest(way=way):
                self.mark()
                act()
                self.env.flush_all()
                told = self.told("role").filtered(lambda event: event.res_id == user.id)
                self.assertEqual(len(told), 1)
                self.assertIn("zoe", told.summary.lower())

    def test_who_comes_with_a_role_and_who_goes_with_one(self):
        self.mark()
        user = self.make_user("lea", USER)
        event = self.told("role").filtered(lambda event: event.res_id == user.id)
        self.assertIn("User", event.details["now"])
        self.assertFalse(event.details["before"])
        self.mark()
        self.make_user("max", "base.group_user")
        self.assertFalse(self.told("role"))

    # ------------------------------------------------------------
    # Core's set-up of ours
    # ------------------------------------------------------------
    def test_access_jobs_numbers_parameters_and_documents_are_told(self):
        model = self.env["ir.model"]._get_id("recovery.event")
        access = self.env["ir.model.access"].sudo().create({"name": "mine", "model_id": model, "perm_write": True})
        rule = self.env["ir.rule"].sudo().create({"name": "mine", "model_id": model, "domain_force": "[(1, '=', 1)]"})
        for record in (access, rule):
            self.assertTrue(self.told(model=record._name).summary.startswith("Added"), record._name)
        job = self.env.ref("debt_recovery.ir_cron_seal_journal").sudo()
        sequence = self.env.ref("debt_recovery.ir_sequence_recovery_formal_notice").sudo()
        view = self.env.ref("debt_recovery.report_recovery_table_document").sudo()
        self.mark()
        job.active = False
        sequence.number_next = 500
        view.arch = view.arch.replace("page", "page mt-1", 1)
        self.env["ir.config_parameter"].sudo().set_param("debt_recovery.ecb_url", "https://example.com")
        for record in (job, sequence, view):
            with self.subTest(model=record._name):
                self.assertEqual(self.told(model=record._name).res_id, record.id)
        for record in (access, rule):
            self.mark()
            record.unlink()
            self.assertTrue(self.told(model=record._name).summary.startswith("Deleted"))

    def test_what_is_core_s_own_business_is_not_told(self):
        self.mark()
        self.env["ir.model.access"].sudo().create(
            {"name": "x", "model_id": self.env["ir.model"]._get_id("res.partner")}
        )
        self.env["ir.config_parameter"].sudo().set_param("web.something", "1")
        self.env["ir.sequence"].sudo().create({"name": "x", "code": "x"})
        self.env["res.partner"].create({"name": f"x {date.today()}"})
        self.assertFalse(self.told())
