import time
from unittest.mock import patch

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import freeze_time, tagged

from .test_limit_warning import BY_HAND, LimitCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestCreditControl(LimitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor = cls.debtor_of()
        cls.company.recovery_credit_control_invoices = True

    def rule(self, test, mode="block", debtor=None, **vals):
        return self.env["recovery.credit.rule"].create(
            {
                "company_id": self.company.id,
                "debtor_id": debtor.id if debtor else False,
                "test": test,
                "mode": mode,
                **vals,
            }
        )

    def confirm(self, move, user=None):
        return move.with_user(user or self.recovery_user).action_post()

    def refusal(self, move, user=None):
        with self.assertRaises(RedirectWarning) as caught:
            self.confirm(move, user)
        return caught.exception.args[0]

    def verdict(self, amount=10.0, partner=None, day=None):
        move = self.make_invoice(partner, amount=amount, post=False)
        request = move._recovery_get_credit_request()
        (verdict,) = self.env["recovery.credit.check"]._check(self.company, [request], day or self.today)
        return verdict

    # -- the tests ---------------------------------------------------------------

    def test_a_salesperson_reads_the_reason_for_his_own_customers_alone(self):
        paul, lea = (self.make_user(login, "base.group_user") for login in ("paul", "lea"))
        self.make_invoice(amount=300, days_overdue=45)
        request = self.make_invoice(amount=10, post=False)._recovery_get_credit_request()
        rule = self.rule("age", "block", days=30)
        self.debtor_partner.user_id = paul
        for mode in ("block", "warn"):
            rule.mode = mode
            self.env.invalidate_all()
            said = {}
            for user in (paul, lea, self.recovery_user, self.recovery_auditor):
                check = self.env["recovery.credit.check"].with_user(user)
                (verdict,) = check._check(self.company.with_user(user), [request], self.today)
                said[user] = verdict.text
                self.assertEqual(verdict.mode, mode, "the rule holds for everybody")
            with self.subTest(mode=mode):
                self.assertIn("overdue for too long", said[paul], "the reason, without the figures of the books")
                for user in (self.recovery_user, self.recovery_auditor):
                    self.assertRegex(said[user], r"\b4\d\b", "how late it is")
                self.assertNotRegex(said[lea], r"\d")
                self.assertEqual("Paul" in said[lea] or paul.name in said[lea], mode == "block", "whom to ask")
        self.debtor_partner.user_id = False
        (verdict,) = self.env["recovery.credit.check"].with_user(lea)._check(self.company, [request], self.today)
        self.assertTrue(verdict.text, "a customer of nobody's is everybody's")

    def test_each_test_warns_or_refuses_as_chosen(self):
        self.make_invoice(amount=300, days_overdue=45)
        self.make_credit_note(amount=50)
        self.assertEqual(self.verdict().mode, "none")
        cases = [
            ("overdue", {"amount": 249.99}, {"amount": 250}),
            ("age", {"days": 44}, {"days": 45}),
        ]
        for test, strict, lax in cases:
            for mode in ("warn", "block", "none"):
                with self.subTest(test=test, mode=mode):
                    rule = self.rule(test, mode, **strict)
                    self.assertEqual(self.verdict().mode, mode)
                    self.assertEqual(self.verdict().tests, () if mode == "none" else (test,))
                    rule.write(lax)
                    self.assertEqual(self.verdict().mode, "none")
                    rule.unlink()

    def test_a_customers_own_rule_replaces_the_companys(self):
        self.make_invoice(amount=300, days_overdue=45)
        self.rule("overdue", "block")
        own = self.rule("overdue", "none", debtor=self.debtor)
        self.assertEqual(self.verdict().mode, "none")
        own.mode = "warn"
        self.assertEqual(self.verdict().mode, "warn")
        other = self.make_partner("Fleuriste")
        self.make_invoice(other, amount=300, days_overdue=45)
        self.assertEqual(self.verdict(partner=other).mode, "block")

    def test_rules_of_one_company_never_leak_into_another(self):
        other = self.setup_other_company(name="Other house")["company"]
        self.make_invoice(amount=300, days_overdue=45)
        self.env["recovery.credit.rule"].create({"company_id": other.id, "test": "overdue", "mode": "block"})
        self.assertEqual(self.verdict().mode, "none")

    def test_a_late_review_and_a_risk_class_are_tests_too(self):
        self.rule("review", "block")
        self.rule("class", "block", risk_class="D")
        self.assertEqual(self.verdict().mode, "none")
        self.debtor.sudo().limit_review_date = "2026-11-20"
        self.assertEqual(self.verdict().tests, ("review",))
        self.debtor.sudo().limit_review_date = "2026-11-21"
        for risk_class, mode in (("C", "none"), ("D", "block"), ("E", "block")):
            with patch.object(type(self.debtor), "_get_risk_class", lambda debtor, given=risk_class: given):
                self.assertEqual(self.verdict().mode, mode)

    def test_a_score_alone_never_decides_about_a_natural_person(self):
        person = self.make_partner("Jeanne Petit", is_company=False)
        self.rule("class", "block", risk_class="D")
        with patch.object(type(self.debtor), "_get_risk_class", lambda debtor: "E"):
            self.assertEqual(self.verdict(partner=person).mode, "warn")
            self.rule("overdue", "block")
            self.make_invoice(person, amount=100, days_overdue=10)
            self.assertEqual(self.verdict(partner=person).mode, "block", "a debt is a fact, not a score")

    def test_a_rule_switches_cores_banner_on(self):
        self.company.account_use_credit_limit = False
        self.make_invoice(amount=300, days_overdue=45)
        draft = self.make_invoice(amount=1, post=False)
        self.rule("overdue", "warn")
        self.assertTrue(self.company.account_use_credit_limit)
        self.env.invalidate_all()
        self.assertIn("overdue", draft.partner_credit_warning)

    def test_opening_the_list_shows_each_test_and_changes_nothing(self):
        self.env["recovery.credit.rule"].with_user(self.recovery_manager).action_open_company()
        rules = self.env["recovery.credit.rule"].search([("company_id", "=", self.company.id)])
        modes = {rule.test: rule.mode for rule in rules}
        self.assertEqual((modes.pop("limit"), modes.pop("insolvency")), ("warn", "warn"))
        self.assertEqual(set(modes.values()), {"none"})
        self.env["recovery.credit.rule"].with_user(self.recovery_auditor).action_open_company()

    # -- on the invoice -------------------------------------------------------------

    def test_a_refusal_stops_the_button_and_says_what_to_propose(self):
        self.rule("limit")
        draft = self.make_invoice(amount=1200, post=False)
        message = self.refusal(draft)
        self.assertIn(self.money(200), message)
        for proposal in ("prepayment", "deposit", "shorter payment term", "guarantee"):
            self.assertIn(proposal, message)
        self.assertEqual(draft.state, "draft")

    def test_by_default_an_invoice_is_only_warned_of(self):
        self.company.recovery_credit_control_invoices = False
        self.rule("limit")
        draft = self.make_invoice(amount=1200, post=False)
        self.assertFalse(draft.credit_is_refused)
        action = draft.with_user(self.recovery_user).with_context(**BY_HAND).action_post()
        self.assertEqual((draft.state, action["tag"]), ("posted", "display_notification"))

    def test_jobs_payments_credit_notes_and_deposits_are_never_stopped(self):
        self.rule("limit")
        by_job = self.make_invoice(amount=1200, post=False)
        by_job.sudo().action_post()
        self.assertEqual(by_job.state, "posted")
        automatic = self.make_invoice(amount=1200, post=False)
        automatic.write({"auto_post": "at_date", "date": self.today})
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_kwargs: 60.0):
            self.env["account.move"].with_user(self.env.ref("base.user_root"))._autopost_draft_entries()
        self.assertEqual(automatic.state, "posted")
        deposit = self.make_invoice(amount=1200, post=False)
        with patch.object(type(deposit), "_is_downpayment", lambda move: True):
            self.confirm(deposit)
        note = self.make_invoice(amount=5000, post=False, move_type="out_refund")
        self.confirm(note)
        self.assertEqual((deposit | note).mapped("state"), ["posted", "posted"])

    def test_several_invoices_of_one_customer_add_up_in_the_list(self):
        self.rule("limit")
        several = self.make_invoice(amount=600, post=False) | self.make_invoice(amount=600, post=False)
        with self.assertRaises(RedirectWarning):
            several.with_user(self.recovery_user).action_validate_moves_with_confirmation()
        self.assertEqual(set(several.mapped("state")), {"draft"})
        several[0].with_user(self.recovery_user).action_validate_moves_with_confirmation()
        self.assertEqual(several[0].state, "posted")

    def test_a_refusal_holds_however_a_person_posts(self):
        self.rule("limit")
        ines = self.make_user("ines", "account.group_account_invoice")
        ways = {
            "over RPC": lambda move: move.action_post(),
            "in the list": lambda move: move.action_validate_moves_with_confirmation(),
            "state written": lambda move: move.write({"state": "posted"}),
            "amount written with the state": lambda move: move.with_context(skip_readonly_check=True).write(
                {"state": "posted", "invoice_line_ids": [(1, move.invoice_line_ids.id, {"price_unit": 5000})]}
            ),
        }
        for user in (ines, self.recovery_user, self.recovery_manager, self.env.user):
            for way, post in ways.items():
                draft = self.make_invoice(amount=900 if "amount" in way else 1200, post=False)
                with self.subTest(user=user.name, way=way), self.assertRaises(RedirectWarning):
                    post(draft.with_user(user))
                self.assertEqual(draft.state, "draft")

    def test_an_invoice_is_not_created_as_posted(self):
        values = {"move_type": "out_invoice", "partner_id": self.debtor_partner.id}
        with self.assertRaises(UserError):
            self.env["account.move"].with_context(default_state="posted").create(values)

    def test_several_invoices_posted_one_after_the_other_add_up(self):
        self.rule("limit")
        first, second = (self.make_invoice(amount=600, post=False) for _number in range(2))
        self.confirm(first)
        self.refusal(second)

    def test_the_question_on_unusual_invoices_is_no_way_around(self):
        self.rule("limit")
        draft = self.make_invoice(amount=1200, post=False)
        wizard = self.env["validate.account.move"].create({"move_ids": draft.ids})
        with self.assertRaises(RedirectWarning):
            wizard.validate_move()

    # -- override ---------------------------------------------------------------------

    def ask(self, move, user=None, reason="Client de longue date"):
        wizard = self.env["recovery.override.wizard"].with_user(user or self.recovery_user)
        wizard.create({"res_model": move._name, "res_id": move.id, "reason": reason}).action_confirm()
        return self.env["recovery.decision"].search([("kind", "=", "credit"), ("res_id", "=", move.id)], limit=1)

    def test_an_override_is_tied_to_the_invoice_its_amount_and_some_days(self):
        self.rule("limit")
        draft = self.make_invoice(amount=1200, post=False)
        self.assertTrue(draft.credit_is_refused)
        user = self.make_user("ines", "account.group_account_invoice")
        decision = self.ask(draft, user)
        self.assertEqual((decision.asked_by_id, decision.amount_max, decision.debtor_id), (user, 1200, self.debtor))
        self.assertIn(self.money(200), decision.figures_text)
        self.refusal(draft, user)
        with freeze_time("2026-11-25 10:00:00"):
            decision.with_user(self.recovery_manager)._grant("Commande stratégique")
        self.assertEqual(str(decision.valid_until), "2026-12-03", "the days count from the answer")
        draft.invalidate_recordset()
        self.assertFalse(draft.credit_is_refused)
        other = self.make_invoice(amount=1200, post=False)
        self.refusal(other)
        draft.invoice_line_ids.price_unit = 1201
        self.refusal(draft)
        draft.invoice_line_ids.price_unit = 1199
        with freeze_time("2026-12-04 10:00:00"):
            self.refusal(draft)
        with freeze_time("2026-12-03 10:00:00"):
            self.confirm(draft)
        self.assertEqual(draft.state, "posted")
        self.assertTrue(self.events(draft), "the journal keeps what it was confirmed despite")

    def test_an_override_for_one_customer_is_worth_nothing_for_another(self):
        self.rule("limit")
        draft = self.make_invoice(amount=1200, post=False)
        stranger = self.make_partner("Autre client", credit_limit=1000)
        asked = self.ask(draft)
        draft.partner_id = stranger
        again = self.ask(draft)
        self.assertEqual((asked.state, again.state), ("cancelled", "asked"), "the manager reads who it is for")
        self.assertEqual(again.debtor_id.partner_id, stranger)
        again.with_user(self.recovery_manager)._grant("Commande stratégique")
        draft.partner_id = self.debtor_partner
        self.refusal(draft)
        self.assertFalse("granted" in (draft.credit_override_status or ""))
        draft.partner_id = stranger
        self.confirm(draft)
        self.assertEqual(draft.state, "posted")

    def test_a_question_asked_again_for_more_is_put_anew(self):
        self.rule("limit")
        draft = self.make_invoice(amount=1200, post=False)
        first = self.ask(draft)
        draft.invoice_line_ids.price_unit = 1500
        second = self.ask(draft)
        self.assertEqual((first.state, len(first.activity_ids)), ("cancelled", 0))
        self.assertEqual((second.state, second.amount_max, len(second.activity_ids)), ("asked", 1500, 1))
        self.assertIn(self.money(1500), second.subject)
        with self.assertRaisesRegex(UserError, "already been answered"):
            first.with_user(self.recovery_manager)._grant("Sur l'ancien montant")
        draft.invoice_line_ids.price_unit = 1400
        self.assertEqual(self.ask(draft), second, "what was asked for more covers less")
        second.with_user(self.recovery_manager)._grant("Commande stratégique")
        self.confirm(draft)
        self.assertEqual(draft.state, "posted")

    def test_a_refused_override_says_why_on_the_invoice(self):
        self.rule("limit")
        draft = self.make_invoice(amount=1200, post=False)
        decision = self.ask(draft)
        decision.with_user(self.recovery_manager)._refuse("Trop de retard")
        draft.invalidate_recordset()
        self.assertIn("Trop de retard", draft.credit_override_status)
        self.assertTrue(draft.credit_is_refused)
        self.assertIn(self.recovery_user.partner_id, draft.message_ids[0].notified_partner_ids)

    def test_an_override_is_asked_for_what_is_refused_by_who_may_change_it(self):
        draft = self.make_invoice(amount=1200, post=False)
        with self.assertRaisesRegex(UserError, "Nothing is refused"):
            self.ask(draft)
        self.rule("limit")
        with self.assertRaises(AccessError):
            self.ask(draft, self.recovery_auditor)
        with self.assertRaises(UserError):
            self.ask(draft, reason="  ")
        wizard = self.env["recovery.override.wizard"].create(
            {"res_model": "res.partner", "res_id": self.debtor_partner.id, "reason": "x"}
        )
        with self.assertRaisesRegex(UserError, "no credit control"):
            wizard.action_confirm()

    # -- cost ---------------------------------------------------------------------------

    def test_the_control_costs_a_fixed_number_of_queries_and_little_time(self):
        self.rule("limit", "warn")
        self.rule("overdue", "block", amount=10**9)
        self.rule("age", "block", days=9999)
        counts = []
        for open_invoices in (2, 2, 10):
            for number in range(open_invoices):
                self.make_invoice(amount=10, days_overdue=number)
            draft = self.make_invoice(amount=1200, post=False)
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertTrue(draft.tax_totals and draft.partner_id.commercial_partner_id.name, "core reads them anyway")
            before = self.env.cr.sql_log_count
            draft._recovery_get_credit_verdicts()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 16)
        best = 1.0
        for _attempt in range(5):
            begin = time.perf_counter()
            draft._recovery_get_credit_verdicts()
            best = min(best, time.perf_counter() - begin)
        self.assertLess(best, 0.05, "about 5 ms on a calm machine")

    def test_many_invoices_are_judged_with_the_same_queries_as_one(self):
        self.rule("limit")
        partners = [self.make_partner(f"Client {number}", credit_limit=1000) for number in range(5)]
        drafts = self.env["account.move"].union(
            *(self.make_invoice(partner, amount=10, post=False) for partner in partners)
        )
        day = self.today
        counts = []
        for chosen in (drafts, drafts[:1], drafts):
            requests = [move._recovery_get_credit_request() for move in chosen]
            self.env.flush_all()
            self.env.invalidate_all()
            self.env["res.partner"].union(*(request.partner for request in requests)).fetch(["name", "is_company"])
            before = self.env.cr.sql_log_count
            self.env["recovery.credit.check"]._check(self.company, requests, day)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_the_rules_are_the_managers(self):
        rule = self.rule("limit")
        with self.assertRaises(AccessError):
            rule.with_user(self.recovery_user).mode = "none"
        rule.with_user(self.recovery_manager).mode = "none"
        event = self.env["recovery.event"].search(
            [("kind", "=", "configured"), ("res_model", "=", rule._name)], limit=1
        )
        self.assertEqual(event.user_id, self.recovery_manager)
        self.assertFalse(self.env["recovery.credit.rule"]._get_rules(self.company, self.debtor).get(self.debtor.id))
        self.env["recovery.credit.rule"].create([{"debtor_id": self.debtor.id, "test": "limit", "mode": "none"}])
