from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ....models.common.insolvency import ACTION, DUNNING, EXECUTION, INTEREST
from .common import InsolvencyCommon


@tagged("post_install", "-at_install")
class TestInsolvency(InsolvencyCommon):
    """Proceedings are a dated fact: what they stop follows, on the day that is asked about."""

    def test_the_shipped_law_covers_every_kind_and_says_how_sure_it_is(self):
        Effect = self.env["recovery.insolvency.effect"]
        rows = Effect.search([])
        kinds = dict(self.Insolvency._fields["kind"].selection)
        self.assertEqual(set(rows.mapped("kind")), set(kinds))
        effects = dict(Effect._fields["effect"].selection)
        for kind in kinds:
            under_way = rows.filtered(lambda row, kind=kind: row.kind == kind and row.phase == "open")
            self.assertEqual(set(under_way.mapped("effect")), set(effects), kind)
        for row in rows:
            self.assertTrue(row.article and row.source and row.confidence, row.display_name)

    def test_two_rows_for_one_day_are_refused(self):
        row = self.env.ref("debt_recovery.recovery_insolvency_effect_receivership_open_action")
        with self.assertRaises(UserError):
            row.copy()
        row.valid_to = self.today
        self.assertTrue(row.copy({"valid_from": self.today + timedelta(days=1), "valid_to": False}))

    def test_reminders_of_earlier_claims_stop_and_later_ones_go_on(self):
        later = self.make_invoice(
            self.customer, amount=300.0, days_overdue=3, date=self.judgment_on + timedelta(days=1)
        )
        self.open_proceedings()
        self.assertEqual(self.verdict_of(self.old).code, "hold_insolvency")
        self.assertNotEqual(self.verdict_of(later).code, "hold_insolvency")

    def test_interest_stops_on_the_eve_for_what_was_born_before_alone(self):
        later = self.make_invoice(
            self.customer, amount=300.0, days_overdue=3, date=self.judgment_on + timedelta(days=1)
        )
        self.open_proceedings()
        lines = self.receivable_of(self.old | later)
        claim = self.env["recovery.claim"]._compute(self.company, lines, self.today)
        items = {item.move_id: item for item in claim.items}
        eve = self.judgment_on - timedelta(days=1)
        self.assertEqual(items[self.old.id].account.lines[-1].end, eve)
        self.assertEqual(items[later.id].account.lines[-1].end, self.today)
        self.assertEqual((items[self.old.id].insolvent_on, items[later.id].insolvent_on), (self.judgment_on, None))

    def test_a_conversion_keeps_the_history(self):
        insolvency = self.open_proceedings()
        self.assertEqual(self.debtor.insolvency_on, self.judgment_on)
        insolvency._add_step("converted", self.today, self.today, "liquidation")
        self.assertEqual((insolvency.kind, insolvency.opened_as), ("liquidation", "receivership"))
        self.assertEqual((insolvency.judgment_on, insolvency.pronounced_on), (self.judgment_on, self.today))
        self.assertEqual(self.state(self.today - timedelta(days=1)).kind, "receivership")
        self.assertEqual(self.state().kind, "liquidation")
        insolvency.step_ids._annul("Erreur de saisie")
        self.assertEqual((insolvency.kind, self.state().kind), ("receivership", "receivership"))

    def test_what_comes_after_is_annulled_first(self):
        insolvency = self.open_proceedings()
        plan = insolvency._add_step("planned", self.today - timedelta(days=2), self.today)
        insolvency._add_step("closed", self.today, self.today, "plan_done")
        with self.assertRaisesRegex(UserError, "void that first"):
            plan._annul("Erreur")
        self.assertEqual(insolvency.state, "over")
        self.assertIsNone(self.state())
        self.assertFalse(self.debtor.insolvency_on)

    def test_no_way_back_and_no_future(self):
        insolvency = self.open_proceedings("liquidation")
        with self.assertRaisesRegex(UserError, "cannot follow"):
            insolvency._add_step("converted", self.today, self.today, "receivership")
        with self.assertRaisesRegex(UserError, "not happened yet"):
            insolvency._add_step("closed", self.today + timedelta(days=1), self.today, "no_assets")
        with self.assertRaisesRegex(UserError, "already known"):
            self.open_proceedings("liquidation")

    def test_a_closure_for_want_of_assets_goes_on_to_stop(self):
        insolvency = self.open_proceedings("liquidation")
        insolvency._add_step("closed", self.today, self.today, "no_assets")
        state = self.state(self.today + timedelta(days=400))
        self.assertTrue(state.stops(ACTION) and state.stops(DUNNING))
        self.assertEqual(self.verdict_of(self.old).code, "hold_insolvency")

    def test_over_indebtedness_stops_execution_and_not_an_action_for_a_title(self):
        self.open_proceedings("overindebtedness", published_on=False)
        state = self.state()
        self.assertTrue(state.stops(EXECUTION))
        self.assertFalse(state.stops(ACTION))
        self.assertFalse(state.is_stopped_for_sure(INTEREST))
        self.assertEqual(self.verdict_of(self.old).code, "hold_insolvency", "nothing is sent meanwhile")
        case = self.open_case_of(self.debtor)
        self.assertFalse(case._get_facts(self.today)["debtor_insolvent"])

    def test_a_case_opens_on_what_was_born_since_alone(self):
        later = self.make_invoice(
            self.customer, amount=300.0, days_overdue=3, date=self.judgment_on + timedelta(days=1)
        )
        self.open_proceedings()
        self.debtor.action_open_case()
        self.assertEqual(self.debtor.case_ids.line_ids.move_id, later)

    def test_over_indebtedness_lets_a_case_ask_for_a_title(self):
        self.open_proceedings("overindebtedness", published_on=False)
        self.debtor.action_open_case()
        self.assertEqual(self.debtor.case_ids.line_ids.move_id, self.old | self.recent)

    def open_case_of(self, debtor):
        return self.Case._open_for(debtor, self.receivable_of(self.old), self.today)

    # ------------------------------------------------------------
    # What is secret
    # ------------------------------------------------------------
    def test_managers_alone_see_amicable_proceedings(self):
        with self.assertRaises(AccessError):
            self.open_proceedings("conciliation", user=self.recovery_user)
        insolvency = self.open_proceedings("conciliation", user=self.recovery_manager)
        self.assertTrue(insolvency.is_confidential)
        for user in (self.recovery_user, self.recovery_auditor):
            with self.subTest(user=user.login):
                self.assertFalse(self.Insolvency.with_user(user).search([("debtor_id", "=", self.debtor.id)]))
                with self.assertRaises(AccessError):
                    insolvency.with_user(user).read(["kind"])
                told = self.env["recovery.event"].with_user(user).search([("debtor_id", "=", self.debtor.id)])
                self.assertNotIn("insolvency_private", told.mapped("kind"))
                self.assertFalse(self.debtor.with_user(user).insolvency_text)
        told = (
            self.env["recovery.event"]
            .with_user(self.recovery_manager)
            .search([("debtor_id", "=", self.debtor.id), ("kind", "=", "insolvency_private")])
        )
        self.assertEqual(len(told), 1)

    def test_they_stop_nothing_and_show_nowhere(self):
        before = self.verdict_of(self.old).code
        self.open_proceedings("ad_hoc", user=self.recovery_manager)
        self.assertEqual(self.verdict_of(self.old).code, before)
        self.assertIsNone(self.state())
        self.assertFalse(self.debtor.insolvency_on)
        self.assertFalse(self.debtor._read_standings(self.today))
        found = self.Insolvency._get_state(self.debtor, self.today, with_confidential=True)[self.debtor]
        self.assertEqual(found.kind, "ad_hoc")

    def open_secret(self):
        """Record a conciliation as a manager does: with its document, a note in its thread, and how it ended."""
        insolvency = self.open_proceedings(
            "conciliation", user=self.recovery_manager, reference="2026C0077", judge="Mme Sabatier"
        )
        file = self.env["ir.attachment"].with_user(self.recovery_manager)
        file = file.create({"name": "accord.pdf", "raw": b"%PDF"})
        insolvency.attachment_ids = file
        said = "Accord proposé"
        insolvency.message_post(body=said, attachment_ids=file.copy().ids)
        insolvency._add_step("closed", self.today, self.today, "ended")
        return insolvency.with_env(self.env)

    def test_no_way_of_reading_leads_others_to_them(self):
        insolvency, case = self.open_secret(), self.open_case_of(self.debtor)
        mine = [("debtor_id", "=", self.debtor.id)]
        of_it = [("model", "=", "recovery.insolvency"), ("res_id", "=", insolvency.id)]
        for user in (self.recovery_user, self.recovery_auditor):
            env = self.env(user=user)
            Insolvency = env["recovery.insolvency"]
            ways = {
                "search": Insolvency.search(mine),
                "search of archived": Insolvency.with_context(active_test=False).search_count([]),
                "name search": Insolvency.name_search("onciliation"),
                "group by": Insolvency.formatted_read_group([], ["kind"], ["__count"]),
                "sums": Insolvency._read_group([], ["state", "judgment_on:month"], ["__count"]),
                "screen": Insolvency.web_search_read([], {"reference": {}})["records"],
                "steps": env["recovery.insolvency.step"].search([("insolvency_id", "=", insolvency.id)]),
                "steps by group": env["recovery.insolvency.step"].formatted_read_group([], ["closing"], ["__count"]),
                "journal": env["recovery.event"].search([("kind", "=", "insolvency_private")]),
                "journal by group": env["recovery.event"].formatted_read_group(
                    [("kind", "=", "insolvency_private")], ["kind"], ["__count"]
                ),
                "journal by object": env["recovery.event"].search([("res_model", "=", "recovery.insolvency")]),
                "mails": env["mail.message"].search(of_it),
                "files": env["ir.attachment"].search([("res_model", "like", "recovery.insolvency")]),
                "count on the debtor": self.debtor.with_env(env).insolvency_count,
                "text on the debtor": self.debtor.with_env(env).insolvency_text,
                "declarations": env["recovery.insolvency.declaration"].search(mine),
            }
            for way, found in ways.items():
                with self.subTest(user=user.login, way=way):
                    self.assertFalse(found)
            for path in ("insolvency_ids.kind", "insolvency_ids.judge"):
                with self.subTest(user=user.login, path=path), self.assertRaises(AccessError):
                    env["recovery.debtor"].search([(path, "ilike", "c")])
            told = env["recovery.chronology"]._read_rows(case.with_env(env)._get_chronology_scope())
            self.assertNotIn("insolvency", [row.kind for row in told])

    def test_nobody_but_managers_gets_a_mail_or_a_task_of_them(self):
        insolvency = self.open_secret()
        followers = insolvency.message_partner_ids
        self.assertFalse((self.recovery_user | self.recovery_auditor).partner_id & followers)
        self.assertFalse(self.debtor.activity_ids)
        self.assertFalse(self.debtor.message_ids.filtered(lambda message: "onciliation" in (message.body or "")))
        self.assertFalse(self.env["mail.mail"].search([("model", "=", "recovery.insolvency")]))

    def test_a_manager_finds_them_from_the_debtor(self):
        insolvency = self.open_secret()
        debtor = self.debtor.with_user(self.recovery_manager)
        self.assertEqual(debtor.insolvency_count, 1)
        action = debtor.action_view_insolvencies()
        self.assertEqual(self.Insolvency.with_user(self.recovery_manager).search(action["domain"]), insolvency)

    def test_the_window_offers_amicable_kinds_to_managers_alone(self):
        Window = self.env["recovery.insolvency.wizard"]
        self.assertNotIn("conciliation", dict(Window.with_user(self.recovery_user)._selection_kind()))
        self.assertIn("conciliation", dict(Window.with_user(self.recovery_manager)._selection_kind()))

    # ------------------------------------------------------------
    # The date on the debtor, as it was
    # ------------------------------------------------------------
    def test_a_date_typed_on_the_debtor_opens_proceedings_whose_kind_nobody_said(self):
        debtor = self.debtor.with_user(self.recovery_user)
        debtor.insolvency_on = self.judgment_on
        insolvency = self.debtor.insolvency_ids
        self.assertEqual((insolvency.kind, insolvency.judgment_on), ("collective", self.judgment_on))
        debtor.insolvency_on = self.today
        self.assertEqual((len(self.debtor.insolvency_ids), insolvency.judgment_on), (1, self.today))
        insolvency._add_step("converted", self.today, self.today, "safeguard")
        self.assertEqual(insolvency.kind, "safeguard")
        debtor.insolvency_on = False
        self.assertEqual(insolvency.state, "annulled")
        self.assertIsNone(self.state())

    def test_a_kind_that_nobody_knew_is_said_later_as_of_the_judgment(self):
        self.debtor.insolvency_on = self.judgment_on
        insolvency = self.debtor.insolvency_ids
        insolvency._correct(self.judgment_on, self.today, "Lu au BODACC", "liquidation")
        self.assertEqual((insolvency.kind, insolvency.pronounced_on), ("liquidation", self.judgment_on))
        with self.assertRaisesRegex(UserError, "Their kind is known"):
            insolvency._correct(self.judgment_on, self.today, "Erreur", "safeguard")

    def test_other_proceedings_may_follow_a_closure(self):
        closed_on = self.today - timedelta(days=10)
        self.open_proceedings("liquidation")._add_step("closed", closed_on, self.today, "no_assets")
        self.debtor.insolvency_on = self.today
        self.assertEqual(self.debtor.insolvency_ids.sorted().mapped("kind"), ["collective", "liquidation"])
        self.assertEqual(self.state().judgment_on, self.today)
        self.debtor.insolvency_on = False
        self.assertIsNone(self.state())

    def test_the_banner_ends_the_proceedings_with_a_reason(self):
        insolvency = self.open_proceedings()
        (standing,) = self.debtor._read_standings(self.today)[self.debtor]
        self.assertEqual((standing.kind, standing.undo.method), ("insolvency", "_ask_end_of_insolvency"))
        self.debtor._end_insolvency("Jugement infirmé en appel")
        self.assertEqual((insolvency.state, insolvency.annul_reason), ("annulled", "Jugement infirmé en appel"))
        self.assertFalse(self.debtor._read_standings(self.today))

    def test_the_window_records_an_opening_and_a_plan(self):
        Window = self.env["recovery.insolvency.wizard"].with_user(self.recovery_user)
        debtor = self.debtor.with_user(self.recovery_user)
        window = Window.browse(Window._open(debtor, self.Insolvency)["res_id"])
        window.write({"kind": "safeguard", "date": self.judgment_on, "published_on": self.published_on})
        window.action_confirm()
        insolvency = self.debtor.insolvency_ids
        self.assertEqual((insolvency.kind, insolvency.published_on), ("safeguard", self.published_on))
        window = Window.browse(Window._open(debtor, insolvency.with_user(self.recovery_user))["res_id"])
        window.write({"what": "planned", "date": self.today})
        window.action_confirm()
        self.assertEqual((insolvency.state, insolvency.plan_on), ("plan", self.today))

    def test_it_is_told_in_the_story_of_the_debt_on_its_days(self):
        self.open_proceedings()
        case = self.open_case_of(self.debtor)
        rows = self.env["recovery.chronology"]._read_rows(case._get_chronology_scope())
        told = [row for row in rows if row.kind == "insolvency"]
        self.assertEqual([row.moment.date() for row in told], [self.judgment_on, self.published_on])

    def test_prepayment_is_proposed_for_new_orders(self):
        self.open_proceedings()
        request = self.make_invoice(self.customer, amount=10.0, post=False)._recovery_get_credit_request()
        (verdict,) = self.env["recovery.credit.check"]._check(self.company, [request], self.today)
        self.assertIn("insolvency", verdict.tests)
        self.assertIn("prepayment", verdict.text)

    def test_an_invoice_being_typed_says_so_whether_or_not_credit_limits_are_used(self):
        self.open_proceedings()
        draft = self.make_invoice(self.customer, amount=10.0, post=False)
        for uses_limits in (False, True):
            self.company.account_use_credit_limit = uses_limits
            draft.invalidate_recordset(["partner_credit_warning"])
            with self.subTest(uses_limits=uses_limits):
                self.assertIn("prepayment", draft.partner_credit_warning)
        other = self.make_invoice(self.make_partner("Garage Petit"), amount=10.0, post=False)
        self.assertFalse(other.partner_credit_warning)

    def test_amicable_proceedings_show_on_no_invoice(self):
        self.open_secret()
        self.open_proceedings("ad_hoc", user=self.recovery_manager)
        draft = self.make_invoice(self.customer, amount=10.0, post=False)
        self.assertFalse(draft.partner_credit_warning)

    def test_the_states_of_many_debtors_cost_the_queries_of_one(self):
        partners = [self.make_partner(f"Client {number}") for number in range(8)]
        debtors = self.env["recovery.debtor"]._ensure_for(self.env["res.partner"].union(*partners), self.company)
        for debtor in debtors:
            self.Insolvency._open_for(debtor, "safeguard", self.judgment_on, self.today)
        self.env.flush_all()

        def count(asked):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.Insolvency._get_state(asked, self.today)
            return self.cr.sql_log_count - before

        self.assertLessEqual(count(debtors), count(debtors[0]) + 1)
