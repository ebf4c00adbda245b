import json

from odoo import Command
from odoo.tests import tagged

from ...models.common.core_users import OTHER_SIDES
from ...models.common.res_partner import IDENTITY
from ..english import InEnglish
from .common import RecoveryCommon
from .tracing import Tracing

# Stored fields of core's set-up that people write and that change nothing of what ours does, or that say it twice.
SHOWN_ONLY = {
    "ir.actions.act_window": {
        "help", "path", "res_id", "target", "mobile_view_mode", "usage", "filter", "cache", "binding_type", "type",
        "binding_view_types",
    },
    "ir.actions.report": {
        "help", "path", "report_file", "binding_type", "type", "binding_view_types", "is_invoice_report",
    },
    "ir.actions.server": {
        "help", "path", "usage", "binding_type", "binding_model_id", "binding_view_types", "type",
        "base_automation_id", "update_field_id", "update_related_model_id", "sms_template_id", "sms_method",
    },
    "ir.cron": {"lastcall", "failure_count", "first_failure_date", "ir_actions_server_id"},
    "ir.default": {"user_id"},
    "ir.filters": {"embedded_action_id", "embedded_parent_res_id"},
    "ir.sequence.date_range": {"sequence_id"},
    "ir.ui.menu": {"parent_path", "sequence", "web_icon", "web_icon_data"},
    "ir.ui.view": {
        "arch_fs", "arch_prev", "arch_updated", "customize_show", "key", "model", "type", "track", "warning_info",
    },
    "mail.activity.type": {"sequence", "icon", "decoration_type", "keep_done"},
    "report.paperformat": {"default"},
}  # fmt: skip
WHOLE = {
    "ir.model.access", "ir.rule", "ir.cron", "ir.default", "ir.actions.report", "ir.actions.server", "ir.filters",
    "ir.actions.act_window", "ir.ui.menu", "ir.ui.view", "ir.sequence", "ir.sequence.date_range",
    "ir.config_parameter", "mail.activity.type", "report.paperformat",
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestTraceOfCore(Tracing, InEnglish, RecoveryCommon):
    """What is core's and decides what the module does leaves a line when it changes, whatever the door."""

    def setUp(self):
        super().setUp()
        self.debtor_of()
        self.mark()

    def told(self, model):
        return self.read_told(("res_model", "=", model), ("company_id", "=", self.company.id))

    def said(self, model):
        return json.dumps(self.told(model).mapped("details"), ensure_ascii=False)

    # ------------------------------------------------------------
    # Every field
    # ------------------------------------------------------------
    def test_no_field_of_core_s_set_up_is_left_out(self):
        for name in sorted(WHOLE):
            Model = self.env[name]
            written = {
                field.name
                for field in Model._fields.values()
                if field.store and field.column_type or field.type == "many2many"
                if not field.related and not field.inherited and not (field.compute and field.readonly)
            }
            left = written - set(Model._get_traced_fields()) - SHOWN_ONLY.get(name, set())
            left -= {"id", "create_uid", "create_date", "write_uid", "write_date", "xml_id", "model_data_id"}
            with self.subTest(model=name):
                self.assertFalse({field for field in left if not self.is_kept_by_core(Model._fields[field])})

    def is_kept_by_core(self, field):
        """Tell whether core alone fills a field: nobody can write it on a screen."""
        return (field.compute and field.readonly) or not field.store

    def test_every_setting_that_our_screen_writes_leaves_a_line(self):
        company = self.env["res.company"]
        traced = {*company._get_traced_fields(), *IDENTITY}
        checked = 0
        for field in self.env["res.config.settings"]._fields.values():
            is_ours = field.name.startswith("recovery_") and not field.readonly
            path = (field.related or "").split(".")
            if not is_ours or path[0] != "company_id":
                continue
            checked += 1
            with self.subTest(field=field.name):
                if company._fields[path[1]].type != "one2many":
                    self.assertIn(path[1], traced)
        self.assertGreater(checked, 60)

    def test_every_group_s_side_of_a_trace_is_known(self):
        """A link between many and many has two ends: what is written at the other one is told too."""
        traced, shared = self.registry["recovery.traced.core"], {}
        for name, Model in self.registry.items():
            if Model._abstract or not Model._auto:
                continue
            for field in Model._fields.values():
                if field.type == "many2many" and field.store:
                    shared.setdefault(field.relation, set()).add((name, field.name))
        ends = set()
        for name, Model in self.registry.items():
            if issubclass(Model, traced) and not Model._abstract:
                for field in (Model._fields[one] for one in self.env[name]._get_traced_fields()):
                    if field.type == "many2many":
                        ends |= {(*end, field.name) for end in shared[field.relation] - {(name, field.name)}}
        told = {name for name, Model in self.registry.items() if issubclass(Model, traced) and not Model._abstract}
        ends = {end for end in ends if end[0] not in told or end[1] not in self.env[end[0]]._get_traced_fields()}
        self.assertEqual(ends, {("res.groups", mine, theirs) for mine, theirs in OTHER_SIDES.items()})

    def test_a_rule_a_menu_and_a_screen_given_from_the_group_s_side_are_told(self):
        group = self.env["res.groups"].sudo().create({"name": "Stagiaires"})
        own = {
            "rule_groups": self.env["ir.rule"].sudo().search([("model_id.model", "=", "recovery.debtor")], limit=1),
            "menu_access": self.env.ref("debt_recovery.recovery_dashboard_menu").sudo(),
            "view_access": self.env.ref("debt_recovery.recovery_debtor_view_form").sudo(),
        }
        for name, record in own.items():
            for way, command in (("given", Command.link(record.id)), ("taken", Command.unlink(record.id))):
                with self.subTest(field=name, way=way):
                    self.mark()
                    group.write({name: [command]})
                    self.assertEqual(self.told(record._name).mapped("res_id"), record.ids)
                    self.assertIn("Stagiaires", self.said(record._name))
        self.mark()
        self.env["res.groups"].sudo().create(
            {"name": "Visiteurs", "rule_groups": [Command.link(own["rule_groups"].id)]}
        )
        self.assertIn("Visiteurs", self.said("ir.rule"))

    # ------------------------------------------------------------
    # Who we are, and where debtors pay
    # ------------------------------------------------------------
    def test_the_identity_that_letters_print_is_told_by_every_door(self):
        other = {"country_id": self.env.ref("base.be").id, "vat": False, "company_registry": "552100554"}
        doors = {"company": self.company.sudo(), "contact": self.company.sudo().partner_id}
        for door, record in doors.items():
            for name in IDENTITY:
                with self.subTest(door=door, field=name):
                    self.mark()
                    record[name] = other.get(name, f"Autre {name} {door}")
                    told = self.told("res.company")
                    if name == "vat" and not told:
                        continue  # there was none
                    if door == "contact" and name in other:
                        continue  # the same was written by the other door
                    self.assertEqual(len(told), 1)
                    self.assertIn(" → ", next(iter(told.details.values())))
        self.mark()
        self.env["res.config.settings"].create({"recovery_company_registry": "443061841"}).execute()
        self.assertIn("→ 443061841", self.said("res.company"))
        self.mark()
        self.debtor_partner.write({"name": "Autre nom", "street": "1 rue Neuve"})
        self.assertFalse(self.told("res.company"), "a customer's address is no setting")

    def test_where_debtors_pay_is_told(self):
        Bank = self.env["res.partner.bank"].sudo()
        bank = Bank.create({"acc_number": "FR1420041010050500013M02606", "partner_id": self.company.partner_id.id})
        self.assertTrue(self.told("res.partner.bank").summary.startswith("Added"))
        self.mark()
        old = bank.acc_number
        bank.acc_number = "BE71096123456769"
        self.assertIn(f"{old} → {bank.acc_number}", self.said("res.partner.bank"))
        self.mark()
        bank.sequence += 5
        self.assertTrue(self.told("res.partner.bank"), "the first account is where debtors pay")
        self.mark()
        bank.partner_id = self.debtor_partner
        self.assertTrue(self.told("res.partner.bank"), "it is ours no more")
        self.mark()
        bank.acc_number = "FR7610107001011234567890129"
        self.assertFalse(self.told("res.partner.bank"), "a customer's account is no setting")

    def test_what_is_followed_is_told(self):
        account = self.debtor_partner.with_company(self.company).property_account_receivable_id.sudo()
        new = account.copy({"code": "411999", "name": "Clients bis"})
        self.mark()
        new.non_trade = not new.non_trade
        self.assertTrue(self.told("account.account"))
        self.mark()
        new.account_type = "asset_current"
        self.assertIn("→", self.said("account.account"))
        self.mark()
        new.account_type = "asset_fixed"
        self.assertFalse(self.told("account.account"), "its lines were no debts and are none")

    # ------------------------------------------------------------
    # What runs, where it sends, what is shown
    # ------------------------------------------------------------
    def test_where_data_are_sent_is_told_without_its_secret(self):
        model = self.env["ir.model"]._get_id("recovery.event")
        vals = {"name": "Avertir", "model_id": model, "state": "webhook"}
        action = self.env["ir.actions.server"].sudo().create({**vals, "webhook_url": "https://a.example/secret1"})
        self.mark()
        action.webhook_url = "https://b.example/secret2"
        self.assertIn("a.example", self.said("ir.actions.server"))
        self.assertIn("b.example", self.said("ir.actions.server"))
        self.assertNotIn("secret", self.said("ir.actions.server"))
        self.mark()
        action.webhook_url = "https://b.example/secret3"
        self.assertTrue(self.told("ir.actions.server"), "another secret is another address")

    def test_which_records_a_window_shows_is_told(self):
        window = self.env.ref("debt_recovery.recovery_hold_action").sudo()
        window.domain = "[('id', '=', 0)]"
        self.assertIn("→ [('id', '=', 0)]", self.said("ir.actions.act_window"))
        self.mark()
        menu = self.env.ref("debt_recovery.recovery_hold_menu").sudo()
        menu.active = False
        self.assertTrue(self.told("ir.ui.menu"))
        self.mark()
        vals = {"name": "Rien", "model_id": "recovery.hold", "domain": "[('id', '=', 0)]", "is_default": True}
        self.env["ir.filters"].sudo().create({**vals, "user_ids": False})
        self.assertTrue(self.told("ir.filters"))
        self.mark()
        self.env["ir.filters"].sudo().create({**vals, "user_ids": [Command.set(self.env.user.ids)]})
        self.assertFalse(self.told("ir.filters"), "one's own filter concerns nobody else")

    def test_who_adds_or_removes_a_part_of_the_program_is_told(self):
        modules = self.env["ir.module.module"].sudo()
        bridge = modules.create({"name": "debt_recovery_essai", "state": "uninstalled"})
        other = modules.create({"name": "un_autre_essai", "state": "uninstalled"})
        self.mark()
        (bridge | other).write({"state": "to install"})
        self.assertEqual(self.told("ir.module.module").mapped("res_id"), bridge.ids)
        self.assertIn("→", self.said("ir.module.module"))
