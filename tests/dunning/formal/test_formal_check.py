import base64
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from ...common import RecoveryCommon

PDF = base64.b64encode(b"%PDF-1.4 proof")


class FormalCommon(RecoveryCommon):
    """A customer whose instalment is at the mise en demeure."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.formal_scenario = cls.scenario.copy()
        cls.formal_scenario.level_ids.filtered(lambda level: level.kind not in ("formal_notice", "handover")).unlink()
        cls.level = cls.formal_scenario.level_ids.filtered(lambda level: level.kind == "formal_notice")
        cls.invoice = cls.make_late(cls.debtor_partner)
        cls.debtor = cls.debtor_of()
        cls.checks = {
            check.code: check for check in cls.env["recovery.formal.check"].search([("company_id", "=", False)])
        }

    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(f"{self.today} 10:00:00"))

    @classmethod
    def make_late(cls, partner, amount=4200.0, days=200, **more):
        """Create an invoice that the mise en demeure claims."""
        cls.debtor_of(partner).scenario_id = cls.formal_scenario
        return cls.make_invoice(partner, amount=amount, days_overdue=days, **more)

    def notice_of(self, campaign, partner=None):
        return campaign.notice_ids.filtered(lambda n: n.partner_id == (partner or self.debtor_partner))

    def validate(self, user=None, debtors=None):
        campaign = self.make_campaign(user=user or self.recovery_user, debtors=debtors)
        campaign._validate(self.today)
        return campaign

    def codes(self, notice, severity="blocking"):
        return set(notice.blocker_ids.filtered(lambda b: b.severity == severity).mapped("code"))


@tagged("post_install", "-at_install")
class TestFormalCheck(FormalCommon):
    """A mise en demeure that misses something stays, with what to do; the others leave."""

    def test_a_complete_one_is_validated_and_what_only_warns_is_listed(self):
        campaign = self.make_campaign(user=self.recovery_user)
        notice = self.notice_of(campaign)
        self.assertEqual(self.codes(notice), set())
        self.assertEqual(self.codes(notice, "warning"), {"no_order_proof", "no_delivery_proof", "nature_unchecked"})
        self.assertIn(self.invoice.name, notice.blocker_ids.filtered(lambda b: b.code == "no_order_proof").detail)
        self.assertTrue(all(notice.blocker_ids.mapped("advice")))
        campaign._validate(self.today)
        self.assertEqual(notice.state, "validated")

    def test_what_misses_something_stays_and_the_others_go_on(self):
        other = self.make_partner("Menuiserie Blanc")
        self.make_late(other)
        self.debtor_partner.company_registry = "123456789"
        campaign = self.make_campaign(user=self.recovery_user)
        notice = self.notice_of(campaign)
        self.assertTrue(notice.is_blocked)
        self.assertEqual((notice.state, campaign.incomplete_count), ("draft", 1))
        self.assertIn("SIREN", notice.remark)
        campaign._validate(self.today)
        self.assertEqual((notice.state, self.notice_of(campaign, other).state), ("blocked", "validated"))
        self.assertEqual((campaign.state, campaign.blocked_count), ("validated", 1))
        self.assertFalse(any(notice.line_ids.mapped("engaged")))
        found = self.env["recovery.notice"].search([("is_blocked", "=", True), ("campaign_id", "=", campaign.id)])
        self.assertEqual(found, notice)
        event = self.env["recovery.event"].search([("kind", "=", "blocked"), ("res_id", "=", notice.id)])
        self.assertIn("SIREN", event.summary)
        self.debtor_partner.company_registry = "732829320"
        notice.with_user(self.recovery_user).action_check()
        self.assertEqual((notice.state, notice.blocker_count), ("validated", 0))

    def test_each_thing_that_can_be_missing(self):
        cases = {
            "no_address": lambda: self.debtor_partner.write({"city": False}),
            "no_siren": lambda: self.debtor_partner.write({"company_registry": False}),
            "no_identity": lambda: self.company.write({"recovery_rcs_city": False}),
            "insolvent": lambda: self.debtor.sudo().write({"insolvency_on": self.today}),
            "no_review": lambda: self.company.write({"recovery_formal_review": True}),
        }
        campaign = self.make_campaign()
        notice = self.notice_of(campaign)
        for code, spoil in cases.items():
            with self.subTest(code), self.env.cr.savepoint() as savepoint:
                spoil()
                self.assertEqual(notice._check_completeness(self.today), notice)
                self.assertEqual(self.codes(notice), {code})
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_tax_number_gives_the_siren_and_abroad_none_is_asked(self):
        self.debtor_partner.write({"company_registry": False, "vat": "FR44732829320"})
        notice = self.notice_of(self.make_campaign())
        self.assertNotIn("no_siren", self.codes(notice))
        self.debtor_partner.write({"vat": False, "country_id": self.env.ref("base.be").id})
        notice._check_completeness(self.today)
        self.assertNotIn("no_siren", self.codes(notice))

    def test_a_consumer_needs_no_siren(self):
        person = self.make_partner("Jeanne Petit", is_company=False)
        self.make_late(person)
        campaign = self.validate()
        self.assertEqual(self.debtor_of(person).nature, "consumer")
        self.assertEqual(self.notice_of(campaign, person).state, "validated")

    def test_an_instalment_that_is_disputed_since_the_proposal_or_has_no_due_date(self):
        notice = self.notice_of(self.make_campaign())
        reason = self.env.ref("debt_recovery.recovery_dispute_reason_price")
        self.env["recovery.dispute"]._open(self.debtor, self.today, self.invoice, reason)
        notice._check_completeness(self.today)
        self.assertEqual(self.codes(notice), {"nothing_undisputed"})
        self.env["recovery.dispute"].search([("move_id", "=", self.invoice.id)]).sudo().state = "resolved"
        self.env["recovery.bulk"]._update(
            "account.move.line", ["date_maturity"], [(self.receivable_of(self.invoice).id, None)]
        )
        self.env.invalidate_all()
        notice._check_completeness(self.today)
        self.assertEqual(self.codes(notice), {"no_due_date"})

    def test_a_partial_dispute_leaves_something_to_claim(self):
        reason = self.env.ref("debt_recovery.recovery_dispute_reason_price")
        self.env["recovery.dispute"]._open(self.debtor, self.today, self.invoice, reason, amount=1000.0)
        notice = self.notice_of(self.validate())
        self.assertEqual((notice.state, notice.amount), ("validated", 3200.0))

    def test_a_time_barred_instalment_blocks(self):
        old = self.make_partner("Ancien Client")
        invoice = self.make_late(old, days=2200)
        recent = self.make_late(old, amount=100.0)
        campaign = self.validate()
        notice = self.notice_of(campaign, old)
        self.assertEqual((notice.state, self.codes(notice)), ("blocked", {"time_barred"}))
        self.assertEqual(notice.blocker_ids.filtered(lambda b: b.code == "time_barred").detail, invoice.name)
        self.assertIn(recent, notice.line_ids.move_id)
        self.assertEqual(self.notice_of(campaign).state, "validated")

    def test_the_address_from_which_a_letter_came_back_is_no_address(self):
        notice = self.notice_of(self.make_campaign(user=self.recovery_user))
        delivery = self.env["recovery.delivery"].sudo()
        delivery = delivery.create(
            {
                "company_id": self.company.id,
                "debtor_id": self.debtor.id,
                "addressee_id": self.debtor_partner.id,
                "address": self.env["recovery.dispatch"]._get_address(notice, "registered"),
                "channel": "registered",
                "state": "printed",
                "user_id": self.recovery_user.id,
                "queued_on": self.env.cr.now(),
            }
        )
        posted_on = self.today - timedelta(days=20)
        delivery.letter_ids.write({"posted_on": posted_on, "outcome": "wrong_address", "outcome_on": self.today})
        self.assertEqual((delivery.state, delivery.done_on.date()), ("posted", posted_on))
        notice.campaign_id._validate(self.today)
        self.assertEqual(self.codes(notice), {"no_address"})
        self.debtor_partner.street = "8 rue Neuve"
        notice.with_user(self.recovery_user).action_check()
        self.assertEqual(notice.state, "validated")

    def test_it_is_looked_at_again_at_sending(self):
        campaign = self.validate()
        notice = self.notice_of(campaign)
        self.debtor_partner.city = False
        campaign._send(self.today)
        self.assertEqual((notice.state, notice.number), ("blocked", False))
        self.assertFalse(any(notice.line_ids.mapped("engaged")))

    def test_severity_is_data_of_each_company_and_kept(self):
        self.debtor_partner.company_registry = False
        Check = self.env["recovery.formal.check"]
        with self.assertRaises(AccessError):
            self.checks["no_siren"].with_user(self.recovery_user).severity = "off"
        own = Check.with_user(self.recovery_manager).create(
            {"name": "SIREN", "code": "no_siren", "company_id": self.company.id, "severity": "warning"}
        )
        notice = self.notice_of(self.validate())
        self.assertEqual(notice.state, "validated")
        self.assertIn("no_siren", self.codes(notice, "warning"))
        own.severity = "off"
        notice._check_completeness(self.today)
        self.assertNotIn("no_siren", notice.blocker_ids.mapped("code"))
        with self.assertRaises(UserError):
            self.checks["no_siren"].unlink()

    def test_the_number_of_queries_does_not_grow_with_the_notices(self):
        notices = self.notice_of(self.make_campaign())
        counts = []
        for size in (3, 12):
            for number in range(size):
                partner = self.make_partner(f"Client {size} {number}", company_registry=False)
                for _invoice in range(2):
                    self.make_late(partner)
            notices = self.make_campaign().notice_ids.filtered(lambda n: n.kind == "formal_notice")
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env["recovery.formal.check"]._check(notices, self.today)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertGreater(len(notices), 12)
        self.assertLessEqual(counts[1], counts[0] + 3, counts)

    def test_the_same_claim_proposed_every_day_stays_blocked_once(self):
        self.debtor_partner.company_registry = False
        first = self.notice_of(self.validate())
        again = self.notice_of(self.validate())
        self.assertEqual((first.state, again.state), ("blocked", "obsolete"))
        self.assertIn(first.campaign_id.name, again.state_reason)
        self.make_late(self.debtor_partner, amount=900.0)
        larger = self.notice_of(self.validate())
        self.assertEqual((first.state, larger.state), ("obsolete", "blocked"))

    # ------------------------------------------------------------
    # The way around
    # ------------------------------------------------------------
    def test_a_user_asks_and_only_a_manager_grants(self):
        self.debtor_partner.company_registry = False
        notice = self.notice_of(self.validate())
        action = notice.with_user(self.recovery_user).action_override()
        wizard = self.env["recovery.reason.wizard"].with_user(self.recovery_user).browse(action["res_id"])
        wizard.reason = "Association sans SIREN"
        wizard.action_confirm()
        decision = notice.decision_id
        self.assertEqual((decision.kind, decision.state, decision.amount_max), ("formal_notice", "asked", 4200.0))
        self.assertIn("SIREN", decision.subject)
        with self.assertRaises(AccessError):
            decision.with_user(self.recovery_user)._grant("x")
        with self.assertRaises(AccessError):
            notice.with_user(self.recovery_auditor)._override("x")
        decision.with_user(self.recovery_manager)._grant("D'accord")
        self.assertEqual(notice.state, "validated")
        self.assertTrue(notice.blocker_ids.filtered(lambda b: b.code == "no_siren").is_accepted)

    def test_a_manager_goes_on_at_once_with_a_reason(self):
        self.debtor_partner.company_registry = False
        notice = self.notice_of(self.validate(self.recovery_manager))
        self.assertEqual(notice.state, "blocked")
        notice.with_user(self.recovery_manager)._override("Indivision connue")
        self.assertEqual((notice.state, notice.decision_id.state), ("validated", "granted"))
        self.assertEqual(notice.decision_id.answer_reason, "Indivision connue")

    def test_a_refusal_leaves_it_blocked_with_its_reason(self):
        self.debtor_partner.company_registry = False
        notice = self.notice_of(self.validate())
        notice.with_user(self.recovery_user)._override("Urgent")
        notice.decision_id.with_user(self.recovery_manager)._refuse("Trouver le SIREN")
        self.assertEqual(notice.state, "blocked")
        self.assertIn("Trouver le SIREN", notice.state_reason)

    def test_a_new_blocker_or_a_larger_amount_needs_another_decision(self):
        self.debtor_partner.company_registry = False
        campaign = self.validate()
        notice = self.notice_of(campaign)
        notice.with_user(self.recovery_manager)._override("Connu")
        self.company.recovery_rcs_city = False
        self.assertEqual(notice._check_completeness(self.today), notice)
        self.company.recovery_rcs_city = "Paris"
        self.assertFalse(notice._check_completeness(self.today))
        notice.sudo().amount = 5000.0
        self.assertEqual(notice._check_completeness(self.today), notice)

    def test_a_question_that_changed_is_asked_anew(self):
        self.debtor_partner.company_registry = False
        notice = self.notice_of(self.validate())
        notice.with_user(self.recovery_user)._override("Un")
        first = notice.decision_id
        self.debtor_partner.city = False
        notice.with_user(self.recovery_user).action_check()
        notice.with_user(self.recovery_user)._override("Deux")
        self.assertEqual((first.state, notice.decision_id.state), ("cancelled", "asked"))
        self.assertEqual(notice.decision_id.blocker_codes, "no_address no_siren")
        notice.with_user(self.recovery_user)._exclude("Abandon")
        self.assertEqual(notice.decision_id.state, "cancelled")

    # ------------------------------------------------------------
    # Lawyer's review
    # ------------------------------------------------------------
    def test_a_level_or_a_company_may_want_a_lawyer_first(self):
        lawyer = self.make_partner("Me Durand")
        self.level.review_required = True
        notice = self.notice_of(self.validate())
        self.assertEqual((notice.state, self.codes(notice)), ("blocked", {"no_review"}))
        self.assertTrue(notice.needs_review)
        wizard = self.env["recovery.lawyer.review"].with_user(self.recovery_user)
        self.company.recovery_lawyer_id = lawyer
        action = notice.with_user(self.recovery_user).action_review()
        wizard = wizard.with_context(**action["context"]).create({"note": "RAS"})
        self.assertEqual((wizard.lawyer_id, wizard.notice_ids.ids), (lawyer, notice.ids))
        wizard.reviewed_on = self.today + timedelta(days=1)
        with self.assertRaises(UserError):
            wizard.action_confirm()
        wizard.reviewed_on = self.today - timedelta(days=1)
        wizard.action_confirm()
        self.assertEqual((notice.state, notice.reviewed_by_id, notice.review_note), ("validated", lawyer, "RAS"))
        event = self.env["recovery.event"].search([("kind", "=", "lawyer_review")], limit=1)
        self.assertIn("Me Durand", event.summary)
        with self.assertRaises(AccessError):
            notice.with_user(self.recovery_auditor).action_review()

    # ------------------------------------------------------------
    # Proofs
    # ------------------------------------------------------------
    def test_one_proof_serves_several_invoices(self):
        second = self.make_late(self.debtor_partner, amount=300.0)
        for code in ("no_order_proof", "no_delivery_proof"):
            self.checks[code].severity = "blocking"
        notice = self.notice_of(self.validate())
        self.assertEqual(self.codes(notice), {"no_order_proof", "no_delivery_proof"})
        action = notice.with_user(self.recovery_user).action_add_proof()
        Proof = self.env["recovery.proof"].with_user(self.recovery_user).with_context(**action["context"])
        order = Proof.create({"name": "BC 4512", "kind": "quotation", "date": self.today})
        self.assertEqual(order.move_ids, self.invoice | second)
        Proof.create({"name": "BL 88", "kind": "delivery", "date": self.today, "move_ids": [(6, 0, self.invoice.ids)]})
        notice.with_user(self.recovery_user).action_check()
        blocker = notice.blocker_ids.filtered(lambda b: b.code == "no_delivery_proof")
        self.assertEqual((notice.state, blocker.detail), ("blocked", second.name))
        Proof.create({"name": "PV", "kind": "acceptance", "date": self.today, "move_ids": [(6, 0, second.ids)]})
        notice.with_user(self.recovery_user).action_check()
        self.assertEqual(notice.state, "validated")
        self.assertEqual(len(second.with_user(self.recovery_auditor).recovery_proof_ids), 2)

    def test_a_proof_is_of_one_customer_and_never_deleted_once_used(self):
        Proof = self.env["recovery.proof"].with_user(self.recovery_manager)
        other = self.make_invoice(self.make_partner("Autre"), amount=10.0)
        vals = {"name": "X", "date": self.today}
        with self.assertRaises(ValidationError):
            Proof.create({**vals, "move_ids": [(6, 0, (other | self.invoice).ids)]})
        with self.assertRaises(ValidationError):
            Proof.create({**vals, "date": self.today + timedelta(days=3)})
        proof = Proof.create({**vals, "move_ids": [(6, 0, self.invoice.ids)]})
        with self.assertRaises(UserError):
            proof.unlink()
        with self.assertRaises(AccessError):
            proof.with_user(self.recovery_auditor).write({"name": "Y"})
        proof.action_archive()
        self.assertFalse(self.env["recovery.proof"]._read_kinds(self.invoice))

    def test_another_company_sees_none_of_it(self):
        self.debtor_partner.company_registry = False
        notice = self.notice_of(self.validate())
        self.env["recovery.proof"].create({"name": "BC", "date": self.today, "move_ids": [(6, 0, self.invoice.ids)]})
        elsewhere = self.env["res.company"].create({"name": "Ailleurs"})
        stranger = new_test_user(
            self.env,
            login="ailleurs_manager",
            groups="debt_recovery.group_recovery_manager",
            company_id=elsewhere.id,
            company_ids=[(6, 0, elsewhere.ids)],
        )
        for model in ("recovery.notice.blocker", "recovery.proof"):
            self.assertFalse(self.env[model].with_user(stranger).search([("company_id", "=", self.company.id)]))
        with self.assertRaises(AccessError):
            notice.with_user(stranger).action_check()
