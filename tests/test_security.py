from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models.common.marks import get_marked
from .common import RecoveryCommon

READERS = ("recovery_user", "recovery_manager", "recovery_auditor")
# model: who may write, create, delete through RPC; reading is for the three roles
RIGHTS = {
    "recovery.debtor": ("recovery_user recovery_manager", "recovery_user recovery_manager", ""),
    "recovery.event": ("", "", ""),
    "recovery.journal.head": ("", "", ""),
    "recovery.removal": ("", "", ""),
    "recovery.retention.rule": ("recovery_manager",) * 3,
    "recovery.retention.hold": ("", "recovery_manager", ""),
    "recovery.purge": ("", "", ""),
    "recovery.purge.line": ("", "", ""),
    "recovery.anomaly": ("", "", ""),
    "recovery.work": ("", "", ""),
    "recovery.spreadsheet": ("", "", ""),
    "recovery.work.range": ("", "", ""),
    "recovery.hold": ("", "recovery_user recovery_manager", ""),
    "recovery.decision": ("", "", ""),
    "recovery.delivery": ("", "", ""),
    "recovery.notice": ("", "", ""),
    "recovery.notice.line": ("", "", ""),
    "recovery.verdict": ("", "", ""),
    "recovery.campaign.failure": ("", "", ""),
    "recovery.campaign": ("recovery_user recovery_manager",) * 3,
    "recovery.scenario": ("recovery_manager",) * 3,
    "recovery.preset": ("recovery_manager",) * 3,
    "recovery.level": ("recovery_manager",) * 3,
    "recovery.formal.check": ("recovery_manager",) * 3,
    "recovery.notice.blocker": ("", "", ""),
    "recovery.proof": ("recovery_user recovery_manager", "recovery_user recovery_manager", "recovery_manager"),
    "recovery.registered.letter": ("recovery_user recovery_manager", "", ""),
    "recovery.scenario.rule": ("recovery_manager",) * 3,
    "recovery.quiet.period": ("recovery_manager",) * 3,
    "recovery.case": ("recovery_user recovery_manager", "recovery_user recovery_manager", ""),
    "recovery.case.line": ("recovery_user recovery_manager", "recovery_user recovery_manager", ""),
    "recovery.case.stage": ("recovery_manager",) * 3,
    "recovery.mandate": (
        "recovery_user recovery_manager",
        "recovery_user recovery_manager",
        "recovery_manager",
    ),
    "recovery.mandate.fee": ("recovery_user recovery_manager",) * 3,
    "recovery.court.area": ("recovery_manager",) * 3,
    "recovery.court.rule": ("recovery_manager",) * 3,
    "recovery.court.rule.condition": ("recovery_manager",) * 3,
    "recovery.case.party": ("recovery_user recovery_manager",) * 3,
    "recovery.case.wording": ("recovery_manager",) * 3,
    "recovery.exhibit": ("recovery_user recovery_manager", "", "recovery_user recovery_manager"),
    "recovery.exhibit.requirement": ("recovery_manager",) * 3,
    "recovery.bundle": ("", "", ""),
    "recovery.case.document.template": ("recovery_manager",) * 3,
    "recovery.case.document": ("recovery_user recovery_manager",) * 3,
    "recovery.cost": ("recovery_user recovery_manager",) * 3,
    "recovery.case.check": ("", "", ""),
    "recovery.case.mail": ("recovery_user recovery_manager", "", "recovery_manager"),
    "recovery.call.result": ("recovery_manager",) * 3,
    "recovery.delay.cause": ("recovery_manager",) * 3,
    "recovery.call.tip": ("recovery_manager",) * 3,
    "recovery.assignment.rule": ("recovery_manager",) * 3,
    "recovery.limit.request": ("", "", ""),
    "recovery.coverage": ("recovery_user recovery_manager", "recovery_user recovery_manager", "recovery_manager"),
    "recovery.credit.rule": ("recovery_manager",) * 3,
    "recovery.score": ("", "", ""),
    "recovery.score.factor": ("recovery_manager", "", ""),
    "recovery.score.band": ("recovery_manager",) * 3,
    "recovery.external.score": ("recovery_user recovery_manager", "recovery_user recovery_manager", "recovery_manager"),
    "recovery.risk.signal": ("recovery_user recovery_manager", "recovery_user recovery_manager", "recovery_manager"),
    "recovery.contract.terms": ("recovery_manager",) * 3,
    "recovery.payment.term.rule": ("recovery_manager",) * 3,
    "recovery.invoice.mention": ("", "", ""),
    "recovery.file.item.type": ("recovery_manager",) * 3,
    "recovery.file.item": ("recovery_user recovery_manager", "recovery_user recovery_manager", "recovery_manager"),
    "recovery.review": ("", "", ""),
    "recovery.review.line": ("recovery_user recovery_manager", "", ""),
    "recovery.claim.cost": (
        "recovery_user recovery_manager",
        "recovery_user recovery_manager",
        "recovery_manager",
    ),
    "recovery.claim.statement": ("", "", ""),
    "recovery.claim.statement.line": ("", "", ""),
    "recovery.charge": ("", "", ""),
    "recovery.waiver": ("", "", ""),
    "recovery.late.fee": ("", "", ""),
    "recovery.rate": ("recovery_manager",) * 3,
    "recovery.legal.parameter": ("recovery_manager",) * 3,
    "recovery.legal.text": ("recovery_manager",) * 3,
    "recovery.formal.wording": ("recovery_manager",) * 3,
    "recovery.promise": ("recovery_user recovery_manager", "", ""),
    "recovery.agreement.line": ("", "", ""),
    "recovery.payment.plan": ("recovery_user recovery_manager", "", ""),
    "recovery.payment.plan.line": ("recovery_user recovery_manager",) * 3,
    "recovery.dispute": ("recovery_user recovery_manager", "", ""),
    "recovery.dispute.reason": ("recovery_manager",) * 3,
    "recovery.settlement": ("recovery_user recovery_manager", "", ""),
    "recovery.limitation.kind": ("recovery_manager",) * 3,
    "recovery.limitation.cause": ("recovery_manager",) * 3,
    "recovery.limitation.event": ("", "", ""),
    "recovery.limitation.choice": ("", "", ""),
    "recovery.limitation.alert": ("", "", ""),
    "recovery.deadline.rule": ("recovery_manager",) * 3,
    "recovery.deadline": ("recovery_user recovery_manager", "recovery_user recovery_manager", ""),
    "recovery.deadline.alert": ("", "", ""),
    "recovery.procedure.type": ("recovery_manager",) * 3,
    "recovery.procedure.type.condition": ("recovery_manager",) * 3,
    "recovery.procedure.type.cost": ("recovery_manager",) * 3,
    "recovery.procedure.type.outcome": ("recovery_manager",) * 3,
    "recovery.procedure.event.kind": ("recovery_manager",) * 3,
    "recovery.procedure": ("recovery_user recovery_manager", "", ""),
    "recovery.procedure.event": ("", "", ""),
    "recovery.advice.choice": ("", "", ""),
    "recovery.title.kind": ("recovery_manager",) * 3,
    "recovery.title.life": ("recovery_manager",) * 3,
    "recovery.execution.act.kind": ("recovery_manager",) * 3,
    "recovery.execution.act.limit": ("recovery_manager",) * 3,
    "recovery.title": ("recovery_user recovery_manager", "recovery_user recovery_manager", ""),
    "recovery.title.head": ("recovery_user recovery_manager",) * 3,
    "recovery.execution.act": ("recovery_user recovery_manager", "recovery_user recovery_manager", ""),
    "recovery.insolvency": ("recovery_user recovery_manager", "", ""),
    "recovery.insolvency.step": ("", "", ""),
    "recovery.insolvency.effect": ("recovery_manager",) * 3,
    "recovery.insolvency.declaration": ("recovery_user recovery_manager", "", ""),
    "recovery.insolvency.claim": ("recovery_user recovery_manager", "", ""),
    "recovery.insolvency.dividend": ("recovery_user recovery_manager",) * 3,
    "recovery.insolvency.payment": ("recovery_user recovery_manager", "", ""),
    "recovery.doubtful": ("recovery_user recovery_manager", "", ""),
    "recovery.doubtful.entry": ("", "", ""),
    "recovery.doubtful.entry.line": ("", "", ""),
    "recovery.doubtful.rate": ("recovery_manager",) * 3,
    "recovery.loss.proof": ("recovery_manager",) * 3,
    "recovery.doubtful.closing": (
        "recovery_user recovery_manager",
        "recovery_user recovery_manager",
        "recovery_manager",
    ),
    "recovery.doubtful.closing.line": ("recovery_user recovery_manager", "", ""),
    "recovery.unmatching": ("", "", ""),
    "recovery.withdrawal": ("", "", ""),
    "recovery.ageing.snapshot": ("", "", ""),
    "recovery.sample": ("recovery_user recovery_manager", "", ""),
    "recovery.sample.line": ("recovery_user recovery_manager", "", ""),
    "recovery.ageing.bucket": ("recovery_manager",) * 3,
    "recovery.forecast": ("", "", ""),
    "recovery.forecast.line": ("", "", ""),
    "recovery.audit.pack": ("", "", ""),
    "recovery.checkpoint": ("recovery_manager",) * 3,
    "recovery.configuration.change": ("", "", ""),
    "recovery.kpi": ("recovery_manager", "", ""),
    "recovery.kpi.target": ("recovery_manager",) * 3,
    "recovery.kpi.value": ("", "", ""),
}
MENUS = {
    "recovery_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_dashboard_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_debtor_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_campaign_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_case_menu": "recovery_user recovery_manager recovery_auditor",
    "res_partner_menu_parties": "recovery_user recovery_manager recovery_auditor",
    "recovery_mandate_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_cost_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_court_area_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_provider_report_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_court_rule_menu": "recovery_manager",
    "recovery_case_wording_menu": "recovery_manager",
    "recovery_exhibit_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_bundle_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_case_document_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_case_document_template_menu": "recovery_manager",
    "recovery_exhibit_requirement_menu": "recovery_manager",
    "recovery_case_left_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_case_mail_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_case_takeover_wizard_menu": "recovery_user recovery_manager",
    "recovery_kpi_value_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_payment_delay_report_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_kpi_menu": "recovery_manager",
    "recovery_audit_pack_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_spreadsheet_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_checkpoint_menu": "recovery_manager",
    "recovery_configuration_wizard_menu": "recovery_manager",
    "recovery_setup_menu": "recovery_manager",
    "recovery_configuration_change_menu": "recovery_manager",
    "recovery_kpi_target_menu": "recovery_manager",
    "recovery_forecast_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_aged_balance_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_delivery_log_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_retention_hold_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_purge_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_purge_wizard_menu": "recovery_manager",
    "recovery_retention_rule_menu": "recovery_manager",
    "recovery_listing_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_integrity_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_journal_head_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_event_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_scenario_menu": "recovery_manager",
    "recovery_scenario_rule_menu": "recovery_manager",
    "recovery_rate_menu": "recovery_manager",
    "recovery_legal_parameter_menu": "recovery_manager",
    "recovery_legal_text_menu": "recovery_manager",
    "recovery_formal_wording_menu": "recovery_manager",
    "recovery_limit_request_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_coverage_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_exposure_report_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_credit_rule_menu": "recovery_manager",
    "recovery_limitation_event_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_limitation_cause_menu": "recovery_manager",
    "recovery_deadline_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_deadline_rule_menu": "recovery_manager",
    "recovery_procedure_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_procedure_type_menu": "recovery_manager",
    "recovery_case_import_menu": "recovery_user recovery_manager",
    "recovery_title_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_execution_act_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_title_kind_menu": "recovery_manager",
    "recovery_execution_act_kind_menu": "recovery_manager",
    "recovery_execution_act_limit_menu": "recovery_manager",
    "recovery_insolvency_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_insolvency_declaration_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_insolvency_payment_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_insolvency_effect_menu": "recovery_manager",
    "recovery_doubtful_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_doubtful_entry_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_doubtful_closing_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_doubtful_adopt_wizard_menu": "recovery_manager",
    "recovery_doubtful_rate_menu": "recovery_manager",
    "recovery_loss_proof_menu": "recovery_manager",
    "recovery_unmatching_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_withdrawal_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_ageing_bucket_menu": "recovery_manager",
    "recovery_roll_forward_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_sample_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_sample_line_menu": "recovery_user recovery_manager recovery_auditor",
    "recovery_ageing_snapshot_menu": "recovery_user recovery_manager recovery_auditor",
}


@tagged("post_install", "-at_install")
class TestSecurity(RecoveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoicing_user = cls.make_user("paul", "account.group_account_invoice")
        cls.portal_user = new_test_user(
            cls.env, login="portal_recovery", groups="base.group_portal", company_id=cls.company.id
        )
        cls.invoice = cls.make_invoice(days_overdue=10)
        cls.campaign = cls.make_campaign()
        cls.campaign._validate(cls.today)

    def users_of(self, names):
        return {getattr(self, name) for name in names.split()}

    def test_each_role_on_each_model(self):
        people = {getattr(self, name) for name in READERS} | {self.invoicing_user, self.portal_user}
        for model, rights in RIGHTS.items():
            expected = {"read": {getattr(self, name) for name in READERS}}
            expected |= {
                operation: self.users_of(names)
                for operation, names in zip(("write", "create", "unlink"), rights, strict=True)
            }
            for operation, allowed in expected.items():
                for user in people:
                    with self.subTest(model=model, operation=operation, user=user.login):
                        self.assertEqual(self.env[model].with_user(user).has_access(operation), user in allowed)

    def test_every_model_of_ours_is_in_the_table(self):
        models = self.env["ir.model"].sudo().search([("model", "=like", "recovery.%"), ("transient", "=", False)])
        stored = {model.model for model in models if not self.env[model.model]._abstract}
        self.assertEqual(stored - {"recovery.debtor.touch", "recovery.api.answer"}, set(RIGHTS))

    def test_menus_follow_the_role_without_full_accounting(self):
        for user in [getattr(self, name) for name in READERS] + [self.invoicing_user]:
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            for menu, names in MENUS.items():
                with self.subTest(menu=menu, user=user.login):
                    record = self.env.ref(f"debt_recovery.{menu}")
                    chain = {record.id}
                    while record.parent_id:
                        record = record.parent_id
                        chain.add(record.id)
                    self.assertEqual(chain <= set(visible), user in self.users_of(names))

    def test_the_auditor_reads_invoices_and_changes_nothing(self):
        auditor = self.recovery_auditor
        invoice = self.invoice.with_user(auditor)
        self.assertEqual(invoice.amount_residual, 1000)
        self.assertEqual(invoice.line_ids.mapped("account_id.account_type")[0] in ("asset_receivable", "income"), True)
        for record, vals in (
            (invoice, {"ref": "x"}),
            (invoice.line_ids[0], {"name": "x"}),
            (self.debtor_partner.with_user(auditor), {"credit_limit": 1}),
            (self.debtor_of().with_user(auditor), {"note": "x"}),
            (self.campaign.with_user(auditor), {"date": self.today}),
            (self.campaign.notice_ids.with_user(auditor), {"amount": 1}),
        ):
            with self.assertRaises(AccessError):
                record.write(vals)
        for call in (
            lambda: self.campaign.with_user(auditor).action_send(),
            lambda: self.campaign.notice_ids.with_user(auditor)._exclude("x"),
            lambda: self.env["recovery.hold"].with_user(auditor).create({}),
            lambda: invoice.button_draft(),
            lambda: self.env["account.payment"].with_user(auditor).create({}),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_the_auditor_sees_no_supplier(self):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.debtor_partner.id,
                "invoice_date": self.today,
                "invoice_line_ids": [Command.create({"name": "Achat", "price_unit": 10})],
            }
        )
        with self.assertRaises(AccessError):
            bill.with_user(self.recovery_auditor).read(["name"])

    def test_plain_invoicing_user_works_as_before(self):
        invoice = self.invoice.with_user(self.invoicing_user)
        fields_read = invoice.read()[0]
        self.assertFalse([name for name in fields_read if name.startswith("recovery_")])
        partner = self.debtor_partner.with_user(self.invoicing_user)
        partner.read([name for name in partner.fields_get() if name.startswith("recovery_")] or ["name"])
        partner.get_view(view_type="form")
        invoice.get_view(view_type="form")

    def test_portal_user_is_kept_out(self):
        for record in (self.debtor_of(), self.campaign, self.campaign.notice_ids):
            with self.assertRaises(AccessError):
                record.with_user(self.portal_user).read(["display_name"])

    def test_states_and_figures_change_through_buttons_only(self):
        user = self.recovery_user
        with self.assertRaises(AccessError):
            self.campaign.with_user(user).write({"state": "sent"})
        with self.assertRaises(AccessError):
            self.campaign.notice_ids.with_user(user).write({"state": "sent"})
        with self.assertRaises(AccessError):
            self.debtor_of().with_user(user).write({"priority_risk": 9})

    def test_a_suspension_by_hand_says_nothing_of_another_origin(self):
        Hold = self.env["recovery.hold"].with_user(self.recovery_user)
        base = {"debtor_id": self.debtor_of().id, "date_from": self.today, "reason": "Salon"}
        self.assertEqual((hold := Hold.create(base)).origin, "manual")
        for vals in ({"origin": "promise"}, {"released_on": self.today}, {"user_id": self.recovery_manager.id}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                Hold.create({**base, **vals})
        window = {"res_model": "recovery.hold", "method": "_release_by_hand", "reason": "Repris"}
        Window = self.env["recovery.reason.wizard"].with_user(self.recovery_user)
        Window.create({**window, "res_ids": hold.ids}).action_confirm()
        self.assertTrue(hold.released_on)
        self.make_invoice(days_overdue=10)
        promise = self.env["recovery.promise"]._give(self.debtor_of(), self.today, 10, self.today + timedelta(days=3))
        with self.assertRaisesRegex(UserError, "ends automatically"):
            Window.create({**window, "res_ids": promise.hold_ids.ids}).action_confirm()

    def test_another_company_sees_nothing(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        stranger = self.make_user("zoe", "debt_recovery.group_recovery_manager", company=other)
        for record in (self.debtor_of(), self.campaign, self.campaign.notice_ids):
            self.assertFalse(record.with_user(stranger).search([("id", "in", record.ids)]))
            with self.assertRaises(AccessError):
                record.with_user(stranger).read(["display_name"])

    def test_the_reason_window_reaches_only_its_list(self):
        wizard = self.env["recovery.reason.wizard"].create(
            {"res_model": "recovery.notice", "res_ids": self.campaign.notice_ids.ids, "method": "unlink", "reason": "x"}
        )
        with self.assertRaises(UserError):
            wizard.action_confirm()

    def test_the_reason_window_reaches_what_is_marked_and_no_more(self):
        marked = {
            (name, method)
            for name, Model in self.env.registry.items()
            if not Model._abstract
            for method in get_marked(self.env[name], "reason")
        }
        self.assertEqual(
            marked,
            {
                ("mail.activity", "_cancel_call"),
                ("recovery.case", "_override_gate"),
                ("recovery.case", "_reopen"),
                ("recovery.case.line", "_give_up"),
                ("recovery.case.line", "_remove"),
                ("recovery.debtor", "_end_insolvency"),
                ("recovery.case.line", "_resume"),
                ("recovery.configuration.change", "_undo"),
                ("recovery.cost", "_give_up"),
                ("recovery.deadline", "_annul"),
                ("recovery.execution.act", "_annul"),
                ("recovery.title", "_annul"),
                ("recovery.insolvency", "_annul"),
                ("recovery.insolvency.step", "_annul"),
                ("recovery.insolvency.payment", "_say_authorised"),
                ("recovery.insolvency.payment", "_say_connected"),
                ("recovery.insolvency.payment", "_say_dividend"),
                ("recovery.insolvency.payment", "_say_guarantor"),
                ("recovery.insolvency.payment", "_say_later"),
                ("recovery.insolvency.payment", "_say_returned"),
                ("recovery.exhibit", "_withdraw"),
                ("recovery.configuration.change", "_undo"),
                ("recovery.doubtful", "_release"),
                ("recovery.doubtful.entry", "_reverse"),
                ("recovery.debtor", "_review_score"),
                ("recovery.decision", "_grant"),
                ("recovery.decision", "_refuse"),
                ("recovery.hold", "_release_by_hand"),
                ("recovery.notice", "_exclude"),
                ("recovery.notice", "_override"),
                ("recovery.notice", "_supersede"),
                ("recovery.procedure", "_abandon"),
                ("recovery.procedure.event", "_annul"),
                ("recovery.payment.plan", "_break_by_hand"),
                ("recovery.payment.plan", "_cancel"),
                ("recovery.limitation.event", "_cancel"),
                ("recovery.promise", "_cancel"),
                ("recovery.retention.hold", "_lift"),
                ("recovery.review", "_finish"),
                ("recovery.campaign", "_lift_no_followup"),
                ("recovery.settlement", "_cancel"),
                ("recovery.waiver", "_withdraw"),
            },
        )
        for model, method in (("res.partner", "unlink"), ("recovery.notice", "_cancel"), ("no.such", "_cancel")):
            wizard = (
                self.env["recovery.reason.wizard"]
                .sudo()
                .create({"res_model": model, "res_ids": [1], "method": method, "reason": "x"})
            )
            with self.subTest(model=model), self.assertRaisesRegex(UserError, "There is nothing to do with a reason"):
                wizard.action_confirm()
