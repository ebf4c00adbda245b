import json

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import RedirectWarning
from odoo.tests import Form, tagged

from .branches import BranchCommon

BY_HAND = {"validate_analytic": True, "disable_abnormal_invoice_detection": False}
OWN_PLACES = ("branch only", "both, branch ticked", "both ticked")


class BranchWorkCommon(BranchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"account_use_credit_limit": True, "recovery_timezone": "Pacific/Auckland"})
        cls.env["res.partner.bank"].search([("partner_id", "=", cls.company.partner_id.id)]).allow_out_payment = True
        method = cls.company_data["default_journal_bank"].inbound_payment_method_line_ids[:1]
        method.payment_account_id = cls.make_outstanding_account(cls.company)

    def invoice_of(self, env, company, partner=None, amount=100.0):
        """Create a draft invoice as this user does."""
        return (
            env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": (partner or self.debtor_partner).id,
                    "invoice_date": self.today,
                    "invoice_line_ids": [
                        Command.create({"name": "Prestation", "price_unit": amount, "tax_ids": [Command.clear()]})
                    ],
                }
            )
        )


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 09:00:00")
class TestBranchWork(BranchWorkCommon):
    """Who works in a branch alone invoices, is paid and corrects as in core."""

    def live_through(self, role, workplace):
        """Take an invoice of the branch through its life, each step with nothing in the cache."""
        partner = self.as_(role, workplace)["res.partner"].create({"name": "Client de l'agence", "is_company": True})
        draft = self.invoice_of(self.as_(role, workplace), self.branch, partner)

        def mine(record):
            return record.with_env(self.as_(role, workplace))

        mine(draft).action_post()
        self.assertEqual((draft.state, draft.company_id), ("posted", self.branch))
        mine(draft).button_draft()
        mine(draft).button_cancel()
        mine(draft).button_draft()
        mine(draft).with_context(**BY_HAND).action_post()
        payment = mine(draft).action_register_payment()
        wizard = Form(self.as_(role, workplace)["account.payment.register"].with_context(**payment["context"])).save()
        wizard.with_env(self.as_(role, workplace)).with_context(**payment["context"]).action_create_payments()
        self.assertTrue(draft.payment_state in ("paid", "in_payment"))
        other = self.invoice_of(self.as_(role, workplace), self.branch, partner)
        mine(other).action_post()
        reversal = self.as_(role, workplace, active_model="account.move", active_ids=other.ids)
        wizard = reversal["account.move.reversal"].create({"journal_id": other.journal_id.id, "reason": "Erreur"})
        wizard.reverse_moves()
        note = other.reversal_move_ids.with_env(self.as_(role, workplace))
        if note.state == "draft":
            note.action_post()
        self.assertEqual((note.move_type, note.state), ("out_refund", "posted"))

    def test_an_invoicing_clerk_takes_an_invoice_of_the_branch_through_its_life(self):
        for workplace in OWN_PLACES:
            with self.subTest(workplace=workplace):
                self.live_through("invoicing", workplace)

    def test_recovery_roles_do_so_too(self):
        for role in ("user", "manager"):
            with self.subTest(role=role):
                self.live_through(role, "branch only")

    def test_several_invoices_are_confirmed_at_once_from_the_list(self):
        drafts = self.invoice_of(self.as_("invoicing", "branch only"), self.branch)
        drafts |= self.invoice_of(self.as_("invoicing", "branch only"), self.branch)
        env = self.as_("invoicing", "branch only", active_model="account.move", active_ids=drafts.ids)
        env["validate.account.move"].create({}).validate_move()
        self.assertEqual(set(drafts.mapped("state")), {"posted"})

    def test_branches_of_branches_and_archived_ones_work_alike(self):
        nested = self.make_branch("Bureau de Villeurbanne", parent=self.branch)
        clerk = self.user_of("nina", nested, "account.group_account_invoice", "debt_recovery.group_recovery_user")
        draft = self.invoice_of(self.cold(clerk, nested), nested)
        draft.with_env(self.cold(clerk, nested)).action_post()
        self.assertEqual(draft.state, "posted")
        debtor = self.debtor_of()
        self.assertEqual(debtor.company_id, self.company)
        self.assertFalse(self.cold(clerk, nested)["recovery.debtor"].search([]))
        middle = self.user_of("milan", self.branch | nested, "debt_recovery.group_recovery_user")
        self.assertFalse(self.cold(middle, self.branch | nested)["recovery.debtor"].search([]), "no parent is the root")
        clerk.write({"company_id": self.branch.id, "company_ids": [Command.set(self.branch.ids)]})
        nested.action_archive()
        self.assertTrue(self.as_("user", "root only")["recovery.debtor"].search([("id", "=", debtor.id)]))
        campaign = self.make_campaign(debtors=debtor)
        self.assertEqual(campaign.company_id, self.company)

    def test_the_mentions_of_a_branch_are_those_of_its_root_and_are_frozen(self):
        terms = {"valid_from": "2026-01-01", "penalty_kind": "contract", "penalty_rate": 13.5}
        self.env["recovery.contract.terms"].create({"company_id": self.company.id, **terms})
        (self.company | self.branch).write({"recovery_mentions": True, "recovery_mentions_from": "2026-01-01"})
        expected = self.invoice_of(self.env, self.company)
        expected.action_post()
        draft = self.invoice_of(self.as_("user", "branch only"), self.branch)
        for moment in ("draft", "posted"):
            text = draft.with_env(self.as_("user", "branch only")).recovery_mentions
            self.assertEqual(text, expected.recovery_mentions, moment)
            self.assertIn("13,50", text.replace(".", ","))
            if moment == "draft":
                draft.with_env(self.as_("user", "branch only")).action_post()
        self.env["recovery.contract.terms"].search([]).write({"penalty_rate": 9})
        mine = draft.with_env(self.as_("user", "branch only"))
        self.assertEqual(mine.recovery_mentions, expected.recovery_mentions)
        self.assertEqual(mine.recovery_mention_ids.company_id, self.branch)
        self.assertTrue(draft.with_env(self.as_("invoicing", "branch only")).get_view(view_type="form"))

    def test_the_day_of_a_branch_is_that_of_its_root(self):
        self.assertEqual(self.branch.recovery_timezone, "Europe/Paris")
        with freeze_time("2026-11-21 22:00:00"):
            env = self.as_("invoicing", "branch only")
            self.assertEqual(str(self.branch.with_env(env)._recovery_today()), "2026-11-22")


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 09:00:00")
class TestBranchVerdict(BranchWorkCommon):
    """The credit control speaks in a branch, and says nothing of what stands behind it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor_partner.credit_limit = 1000
        cls.make_invoice(amount=900.0, days_overdue=12)
        cls.debtor = cls.debtor_of()

    def texts(self, workplace, role="invoicing"):
        draft = self.invoice_of(self.env, self.branch, amount=500.0)
        return draft.with_env(self.as_(role, workplace)).partner_credit_warning

    def test_the_verdict_has_a_text_without_a_figure(self):
        self.env["recovery.credit.rule"].action_open_company()
        rules = self.env["recovery.credit.rule"].search([("company_id", "=", self.company.id)])
        rules.write({"mode": "warn"})
        self.debtor.sudo().write({"limit_review_date": "2026-01-01"})
        for role in ("invoicing", "user", "manager"):
            for workplace in ("branch only", "both, branch ticked"):
                with self.subTest(role=role, workplace=workplace):
                    text = self.texts(workplace, role)
                    self.assertIn(self.debtor_partner.name, text)
                    self.assertNotRegex(text, r"\d")
        self.assertRegex(self.texts("both ticked"), r"900")

    def test_an_expired_limit_is_said_without_its_date(self):
        self.debtor.sudo().write({"limit_valid_until": "2026-06-30"})
        text = self.texts("branch only")
        self.assertTrue(text)
        self.assertNotRegex(text, r"\d")
        self.assertIn("2026", self.texts("both ticked"))

    def test_a_refusal_stops_the_branch_and_an_override_goes_to_the_roots_managers(self):
        self.company.recovery_credit_control_invoices = True
        self.env["recovery.credit.rule"].create({"company_id": self.company.id, "test": "limit", "mode": "block"})
        draft = self.invoice_of(self.env, self.branch, amount=500.0)
        mine = draft.with_env(self.as_("invoicing", "branch only", **BY_HAND))
        with self.assertRaises(RedirectWarning) as refusal, self.cr.savepoint():
            mine.action_post()
        self.assertNotRegex(refusal.exception.args[0], r"\d")
        env = self.as_("invoicing", "branch only")
        wizard = env["recovery.override.wizard"].create({"res_model": "account.move", "res_id": draft.id})
        self.assertNotRegex(wizard.text, r"\d")
        wizard.reason = "Client de longue date"
        wizard.action_confirm()
        decision = self.env["recovery.decision"].search([("res_id", "=", draft.id), ("kind", "=", "credit")])
        self.assertEqual(decision.company_id, self.company)
        self.assertTrue(decision.activity_ids.user_id <= self.env["recovery.decision"]._get_approvers(self.company))
        self.assertIn("900", json.dumps(decision.figures), "who decides has the figures")
        self.assertFalse(self.as_("manager", "branch only")["recovery.decision"].search([]))
        decision.with_env(self.as_("manager", "root only"))._grant("Accord")
        draft.with_env(self.as_("invoicing", "branch only", **BY_HAND)).action_post()
        self.assertEqual(draft.state, "posted")

    def test_an_invoice_confirmed_despite_a_warning_is_told_in_the_roots_journal(self):
        draft = self.invoice_of(self.env, self.branch, amount=500.0)
        action = draft.with_env(self.as_("user", "branch only", **BY_HAND)).action_post()
        self.assertNotRegex(action["params"]["message"], r"\d")
        event = self.env["recovery.event"].search([("kind", "=", "limit_exceeded"), ("res_id", "=", draft.id)])
        self.assertEqual(event.company_id, self.company)
        self.assertFalse(self.as_("manager", "branch only")["recovery.event"].search([]))

    def test_a_limit_typed_in_a_branch_does_not_undo_what_the_root_decided(self):
        self.debtor.sudo().limit_is_zero = True
        manager = self.as_("manager", "branch only")
        self.debtor_partner.with_env(manager).write({"credit_limit": 5000})
        self.assertTrue(self.debtor.limit_is_zero)
        self.company.recovery_limit_by_request = True
        with self.assertRaisesRegex(Exception, "request|demande"), self.cr.savepoint():
            self.debtor_partner.with_env(self.as_("user", "branch only")).write({"credit_limit": 6000})


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 09:00:00")
class TestBranchForms(BranchCommon):
    """Forms of core in a branch: invoices say their level and suspension, customers say where recovery is followed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_rows()

    def read_whole(self, record):
        """Return all that this user may read of a record, as the web client reads it."""
        names = record.fields_get(attributes=["type"])
        spec = {
            name: {"fields": {"display_name": {}}} if info["type"] in ("many2one", "many2many", "one2many") else {}
            for name, info in names.items()
            if name.startswith(("recovery_", "credit_", "partner_credit")) or name in ("name", "display_name")
        }
        return record.web_read(spec)[0]

    def test_an_invoice_of_the_branch_says_its_level_and_suspension_and_nothing_more(self):
        for workplace in ("branch only", "both, branch ticked"):
            for role in ("user", "manager", "auditor"):
                with self.subTest(role=role, workplace=workplace):
                    values = self.read_whole(self.branch_invoice.with_env(self.as_(role, workplace)))
                    self.assertEqual(values["recovery_level_id"]["id"], self.level_reached.id)
                    self.assertTrue(values["recovery_hold_text"])
                    for name in ("recovery_debtor_id", "recovery_last_notice_id", "recovery_notice_count"):
                        self.assertFalse(values[name], name)
                    self.assertFalse(values["recovery_case_id"])

    @property
    def level_reached(self):
        line = self.env["recovery.notice.line"].search([("move_id", "=", self.branch_invoice.id)], limit=1)
        self.assertTrue(line.level_id)
        return line.level_id

    def test_an_invoice_with_the_root_ticked_says_all_of_it(self):
        values = self.read_whole(self.branch_invoice.with_env(self.as_("user", "both ticked")))
        self.assertEqual(values["recovery_debtor_id"]["id"], self.debtor_of(self.customer).id)
        self.assertTrue(values["recovery_last_notice_id"])
        self.assertTrue(values["recovery_notice_count"])
        root = self.read_whole(self.root_invoice.with_env(self.as_("user", "root only")))
        self.assertTrue(root["recovery_last_notice_id"])

    def test_one_reading_does_not_spill_into_the_next(self):
        self.assertTrue(self.read_whole(self.branch_invoice.with_env(self.as_("user", "both ticked"))))
        user = self.people["user", "both"]
        for ticked, is_seen in ((self.branch, False), (self.company | self.branch, True), (self.branch, False)):
            env = self.env(user=user, su=False, context={"allowed_company_ids": ticked.ids})
            invoice, customer = self.branch_invoice.with_env(env), self.customer.with_env(env)
            self.assertEqual(bool(invoice.recovery_last_notice_id), is_seen)
            self.assertEqual(bool(invoice.recovery_debtor_id), is_seen)
            self.assertEqual(bool(customer.recovery_debtor_id), is_seen)
            self.assertEqual(bool(customer.recovery_exposure_total), is_seen)
            self.assertEqual(bool(customer.recovery_next_action_text), is_seen)
            self.assertEqual(bool(customer.recovery_closed_text), not is_seen)

    def test_the_items_of_the_branch_say_nothing_of_their_limitation(self):
        line = self.receivable_of(self.branch_invoice)
        self.assertFalse(self.read_whole(line.with_env(self.as_("user", "branch only")))["recovery_limitation_on"])
        self.assertTrue(self.read_whole(line.with_env(self.as_("user", "both ticked")))["recovery_limitation_on"])

    def test_a_customer_says_where_recovery_is_followed(self):
        for workplace in ("branch only", "both, branch ticked"):
            for role in ("user", "manager", "auditor"):
                with self.subTest(role=role, workplace=workplace):
                    values = self.read_whole(self.customer.with_env(self.as_(role, workplace)))
                    self.assertIn(self.company.name, values["recovery_closed_text"])
                    shown = {
                        name: value
                        for name, value in values.items()
                        if name.startswith("recovery_") and value and name != "recovery_currency_id"
                    }
                    shown.pop("recovery_closed_text")
                    self.assertEqual(shown, {})

    def test_with_only_the_root_ticked_the_figures_hold_what_the_branch_issued(self):
        env = self.as_("user", "both, root ticked")
        values = self.read_whole(self.customer.with_env(env))
        self.assertEqual(values["recovery_exposure_overdue"], 4350.0)
        self.assertFalse(values["recovery_closed_text"])
        debtor = self.debtor_of(self.customer).with_env(env)
        self.assertEqual(debtor.amount_overdue, 4350.0)
        self.assertEqual(debtor.open_line_ids.move_id.ids, self.root_invoice.ids, "as core's rules give")
        action = self.customer.with_env(env).action_open_recovery_items()
        listed = env["account.move.line"].search(action["domain"])
        self.assertEqual(listed.move_id, self.root_invoice.with_env(env))

    def test_forms_and_lists_of_core_open(self):
        for role in ("invoicing", "user", "manager", "auditor"):
            for workplace in ("branch only", "both, branch ticked"):
                with self.subTest(role=role, workplace=workplace):
                    env = self.as_(role, workplace)
                    partner, move = self.customer.with_env(env), self.branch_invoice.with_env(env)
                    for record in (partner, move):
                        record.web_read(self.get_specification(record, record.get_view(view_type="form")["arch"]))
                        listed = self.get_specification(record, record.get_view(view_type="list")["arch"])
                        record.web_search_read([("id", "=", record.id)], listed)
                    found = env["account.move"].search([("id", "in", (self.branch_invoice | self.root_invoice).ids)])
                    self.assertEqual(found.ids, self.branch_invoice.ids, "core's own rule on companies")

    def test_the_auditor_of_a_branch_reads_the_books_of_the_branch_only(self):
        env = self.as_("auditor", "branch only")
        for name in ("account.move", "account.move.line", "account.payment"):
            self.assertLessEqual(env[name].search([]).company_id, self.branch.with_env(env))

    def test_settings_open_in_a_branch(self):
        admin = self.user_of("adele", self.branch, "base.group_system", "debt_recovery.group_recovery_manager")
        Form(self.cold(admin, self.branch)["res.config.settings"])

    # ------------------------------------------------------------
    # A campaign of the root with only the root ticked
    # ------------------------------------------------------------
    def test_somebody_of_the_root_alone_reminds_what_a_branch_issued_in_its_name(self):
        partner = self.make_partner("Client de Lyon")
        self.make_invoice(partner, amount=320.0, days_overdue=20, company=self.branch)
        debtor = self.debtor_of(partner)
        campaign = self.as_("manager", "root only")["recovery.campaign"].create(
            {"debtor_ids": [Command.set(debtor.ids)]}
        )
        campaign.action_propose()
        campaign.with_env(self.as_("manager", "root only")).action_validate()
        campaign.with_env(self.as_("manager", "root only")).action_send()
        notice = campaign.with_env(self.env).notice_ids
        self.assertEqual((notice.company_id, notice.state, notice.amount), (self.company, "sent", 320.0))
        self.assertEqual(notice.issuer_id, self.branch)
        read = notice.with_env(self.as_("manager", "root only"))
        read.web_read(self.get_specification(read, read.get_view(view_type="form")["arch"]))
