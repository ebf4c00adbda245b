from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CaseCommon


@tagged("post_install", "-at_install")
class TestCaseDoors(CaseCommon):
    """The ways into a case, and who may take them."""

    # ------------------------------------------------------------
    # Debtor
    # ------------------------------------------------------------
    def test_button_on_debtor(self):
        self.make_invoice(self.customer, days_overdue=-10)
        self.make_invoice(self.customer, days_overdue=0)
        action = self.debtor.action_open_case()
        case = self.Case.browse(action["res_id"])
        self.assertEqual(case.line_ids.move_id, self.old | self.recent, "only what is overdue")
        self.assertEqual((self.debtor.case_count, self.debtor.open_case_count), (1, 1))
        self.assertEqual(self.debtor.action_view_cases()["res_id"], case.id)

    def test_a_list_of_one_case_never_shows_the_others(self):
        """It has no address of its own: read again it is the same, sent on it leads to the case."""
        case = self.open_case()
        for window in (case.action_check_gate(), case.action_view_titles(), case.action_view_costs()):
            self.assertFalse({"id", "xml_id", "path"} & window.keys())
            self.assertTrue(window["views"], "it still knows its views")
            self.assertEqual(window["domain"][0][0], "case_id")

    def test_worklist_says_it_at_once(self):
        self.env["recovery.worklist"]._compute(self.company, self.today)
        self.assertEqual((self.debtor.next_action_code, self.debtor.amount_to_claim), ("due", 1400))
        case = self.open_case()
        self.assertEqual((self.debtor.next_action_code, self.debtor.amount_to_claim), ("hold_case", 0))
        self.assertEqual(self.debtor.amount_overdue, 1400, "in court or not, it is owed")
        case._give_up("Too small")
        self.assertEqual(self.debtor.next_action_code, "hold_left", "somebody decides what to do with it")
        case.line_ids._resume("Once more")
        self.assertEqual(self.debtor.next_action_code, "due")

    def test_button_leaves_out_what_is_suspended(self):
        excluded = self.make_invoice(self.customer, days_overdue=15)
        self.receivable_of(excluded).no_followup = True
        disputed = self.make_invoice(self.customer, days_overdue=15)
        self.env["recovery.hold"].create(
            {"debtor_id": self.debtor.id, "move_id": disputed.id, "date_from": self.today, "reason": "Disputed"}
        )
        partly = self.make_invoice(self.customer, days_overdue=15)
        self.env["recovery.hold"].create(
            {
                "debtor_id": self.debtor.id,
                "line_id": self.receivable_of(partly).id,
                "amount": 100.0,
                "date_from": self.today,
                "reason": "A part is disputed",
            }
        )
        case = self.Case.browse(self.debtor.action_open_case()["res_id"])
        self.assertEqual(case.line_ids.move_id, self.old | self.recent | partly)

    def test_wholly_suspended_debtor(self):
        self.env["recovery.hold"].create(
            {"debtor_id": self.debtor.id, "date_from": self.today, "reason": "Talks at the top"}
        )
        with self.assertRaisesRegex(UserError, "suspended"):
            self.debtor.action_open_case()

    def test_what_a_credit_covers_is_not_claimed(self):
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.customer.id,
                "amount": 1000.0,
                "date": self.today,
                "payment_type": "inbound",
                "partner_type": "customer",
            }
        )
        payment.action_post()
        case = self.Case.browse(self.debtor.action_open_case()["res_id"])
        self.assertEqual(case.line_ids.move_id, self.recent, "the oldest invoice is covered by the payment")

    def test_add_what_else_is_overdue(self):
        case = self.open_case(self.old)
        case.action_add_overdue()
        self.assertEqual(case.line_ids.move_id, self.old | self.recent)
        with self.assertRaisesRegex(UserError, "nothing to claim"):
            case.action_add_overdue()

    def test_add_on_the_screen(self):
        case = self.open_case(self.old)
        with Form(case) as form, form.line_ids.new() as claim:
            claim.line_id = self.receivable_of(self.recent)
            self.assertEqual((claim.amount_opening, claim.currency_id), (400, self.company.currency_id))
        self.assertEqual(case.line_ids.move_id, self.old | self.recent)
        self.assertEqual(case.amount_opening, 1400)

    def test_a_new_line_on_the_screen_knows_whose_instalments_it_offers(self):
        case = self.open_case(self.old).with_user(self.recovery_user)
        spec = {"company_id": {}, "partner_id": {}}
        shown = case.line_ids.browse().onchange({"case_id": case.id}, [], spec)["value"]
        self.assertEqual(shown, {"company_id": self.company.id, "partner_id": self.customer.id})

    def test_bulk(self):
        moves = self.make_invoice(self.partner_a, days_overdue=70) | self.make_invoice(self.partner_b, days_overdue=-5)
        debtors = self.debtor | self.env["recovery.debtor"]._ensure_for(moves.partner_id, self.company)
        action = debtors.action_open_case()
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn(self.partner_b.name, action["params"]["message"])
        cases = self.Case.search([("debtor_id", "in", debtors.ids)])
        self.assertEqual(cases.partner_id, self.customer | self.partner_a)
        self.assertEqual(set(cases.mapped("amount_opening")), {1400.0, 1000.0})

    def test_filter_on_debtors_in_litigation(self):
        case = self.open_case()
        Debtor = self.env["recovery.debtor"]
        self.assertIn(self.debtor, Debtor.search([("open_case_count", ">", 0)]))
        self.pay(self.old)
        self.pay(self.recent)
        case._settle("Paid")
        self.assertNotIn(self.debtor, Debtor.search([("open_case_count", ">", 0)]))
        self.assertIn(self.debtor, Debtor.search([("open_case_count", "=", 0)]))

    # ------------------------------------------------------------
    # Mise en demeure
    # ------------------------------------------------------------
    def test_button_on_expired_notice(self):
        notice = self.make_notice(self.old, self.recent)
        self.pay(self.recent, 400.0)
        self.assertTrue(notice.can_open_case)
        case = self.Case.browse(notice.action_open_case()["res_id"])
        self.assertEqual((case.notice_id, case.line_ids.move_id), (notice, self.old))
        self.assertFalse(notice.can_open_case)
        with self.assertRaisesRegex(UserError, case.name):
            notice.action_open_case()

    def test_notice_that_still_runs(self):
        for vals in ({"deadline_date": self.today}, {"state": "validated"}, {"kind": "reminder"}):
            with self.subTest(vals=vals):
                notice = self.make_notice(self.old, **vals)
                self.assertFalse(notice.can_open_case)
                with self.assertRaisesRegex(UserError, "deadline"):
                    notice.action_open_case()

    def test_notice_paid_meanwhile(self):
        notice = self.make_notice(self.old)
        self.pay(self.old, 1000.0)
        with self.assertRaisesRegex(UserError, "has been paid"):
            notice.action_open_case()

    # ------------------------------------------------------------
    # Customers that change
    # ------------------------------------------------------------
    def test_archived_customer(self):
        self.customer.action_archive()
        case = self.Case.browse(self.debtor.action_open_case()["res_id"])
        self.assertEqual(case.line_ids.move_id, self.old | self.recent)

    def test_merged_customers(self):
        double = self.env["res.partner"].create({"name": "Mercier Transports", "is_company": True})
        move = self.make_invoice(double, days_overdue=30)
        debtor = self.env["recovery.debtor"]._ensure_for(double, self.company)
        other = self.Case._open_for(debtor, self.receivable_of(move), self.today)
        case = self.open_case()
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge((self.customer | double).ids, self.customer)
        self.assertEqual((case | other).debtor_id, self.debtor)
        self.assertEqual((case | other).partner_id, self.customer)
        self.assertEqual(self.debtor.open_case_count, 2)
        other._give_up("One customer")
        self.assertEqual(self.held_lines(), self.receivable_of(self.old | self.recent))

    # ------------------------------------------------------------
    # Companies and roles
    # ------------------------------------------------------------
    def test_two_companies(self):
        other = self.setup_other_company()["company"]
        theirs = self.make_invoice(self.customer, days_overdue=60, company=other)
        debtor = self.env["recovery.debtor"]._ensure_for(self.customer, other)
        with self.assertRaisesRegex(UserError, "another company"):
            self.Case._open_for(self.debtor, self.receivable_of(theirs), self.today)
        case = self.Case.browse(debtor.action_open_case()["res_id"])
        self.assertRecordValues(case, [{"company_id": other.id, "amount_opening": 1000}])
        stranger = self.recovery_user
        self.assertFalse(self.Case.with_user(stranger).search([("company_id", "=", other.id)]))
        with self.assertRaises(AccessError):
            case.with_user(stranger).read(["name"])

    def test_user_works_auditor_reads(self):
        user, auditor = self.recovery_user, self.recovery_auditor
        case = self.Case.browse(self.debtor.with_user(user).action_open_case()["res_id"]).with_user(user)
        case.stage_id = self.stage("filed")
        claim = case.line_ids[0]
        self.give_reason(claim.action_remove(), "Wrong invoice", user)
        with self.assertRaises(AccessError):
            case._give_up("Nothing to seize")
        case.with_user(self.recovery_manager)._give_up("Nothing to seize")
        with self.assertRaises(AccessError):
            self.stage("filed").with_user(user).name = "x"
        seen = case.with_user(auditor)
        self.assertTrue(seen.read(["name", "amount_now", "days_in_stage", "is_rotting", "amount_credit"]))
        self.assertTrue(seen.line_ids.read(["move_name", "amount_now"]))
        self.assertTrue(self.old.with_user(auditor).read(["recovery_case_id"]))
        for forbidden in (
            lambda: seen.write({"stage_id": self.stage("lost").id}),
            lambda: seen.action_reopen(),
            lambda: seen.line_ids.action_remove(),
            lambda: self.debtor.with_user(auditor).action_open_case(),
        ):
            with self.assertRaises(AccessError):
                forbidden()

    def test_payment_by_somebody_without_our_roles(self):
        case = self.open_case(self.old)
        self.pay(self.old, 1.0)  # sets the journal up
        cashier = self.make_user("cashier", "account.group_account_invoice")
        wizard = (
            self.env["account.payment.register"]
            .with_user(cashier)
            .with_context(active_model="account.move", active_ids=self.old.ids)
            .create({"amount": 299.0, "payment_date": self.today})
        )
        wizard._create_payments()
        self.env.flush_all()
        self.cr.precommit.run()
        self.assertEqual((case.amount_received, case.amount_now), (300, 700))
        with self.assertRaisesRegex(UserError, case.name):
            self.old.with_user(cashier).button_draft()

    def test_filter_on_invoices(self):
        case = self.open_case(self.old)
        Move = self.env["account.move"]
        mine = [("id", "in", (self.old | self.recent).ids)]
        self.assertEqual(Move.search([*mine, ("recovery_case_id", "=", case.id)]), self.old)
        self.assertEqual(Move.search([*mine, ("recovery_case_id", "!=", False)]), self.old)
        self.assertEqual(Move.search([*mine, ("recovery_case_id", "=", False)]), self.recent)
        self.assertEqual(case.action_view_moves()["domain"], [("id", "in", self.old.ids)])


@tagged("post_install", "-at_install")
class TestCaseThread(CaseCommon):
    """What is written in the thread by itself."""

    @classmethod
    def default_env_context(cls):
        """Keep tracking on."""
        return {}

    def flush_tracking(self, env=None):
        (env or self.env).flush_all()
        self.env.cr.precommit.run()

    def get_tracked(self, case, name):
        """Return the (old, new) amounts or stages that the thread tells."""
        values = case.message_ids.sudo().tracking_value_ids.filtered(lambda value: value.field_id.name == name)
        kind = "char" if name == "stage_id" else "float"
        return [(value[f"old_value_{kind}"], value[f"new_value_{kind}"]) for value in values.sorted("id")]

    def test_money_and_stages(self):
        """Somebody without our roles matches a credit: the thread of the case says what it changed."""
        case = self.open_case(self.old)
        self.flush_tracking()
        cashier = self.make_user("cashier", "account.group_account_invoice")
        lines = self.receivable_of(self.old) | self.receivable_of(self.make_credit_note(self.customer, 250.0))
        self.flush_tracking()
        lines = lines.with_user(cashier)
        lines.reconcile()
        self.flush_tracking(lines.env)
        self.assertEqual(self.get_tracked(case, "amount_now"), [(1000, 750)])
        case.stage_id = self.stage("filed")
        self.flush_tracking()
        self.assertEqual(self.get_tracked(case, "stage_id"), [("Pre-litigation", "Claim filed")])
        self.assertLessEqual(set(case.duration_tracking), {str(self.stage(kind).id) for kind in ("precourt", "filed")})
        self.assertIn(self.debtor.message_ids[:1].subtype_id, self.env.ref("mail.mt_note"))
