from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .limitation_common import LimitationCommon


@tagged("post_install", "-at_install")
class TestLimitation(LimitationCommon):
    """When each claim is time-barred, and what people may correct."""

    # ------------------------------------------------------------
    # Kinds and starts
    # ------------------------------------------------------------
    def test_length_follows_the_nature_of_the_debtor(self):
        debtor = self.debtor_of()
        line = self.receivable_of(self.make_invoice(date=date(2024, 2, 29), due=date(2024, 2, 29)))
        self.assertEqual(self.limit_of(line), date(2029, 2, 28))
        debtor.nature = "merchant"
        self.assertEqual(self.limit_of(line), date(2029, 2, 28))
        debtor.nature = "consumer"
        self.assertEqual(self.limit_of(line), date(2026, 2, 28))
        debtor.nature = "public"
        self.assertEqual(self.limit_of(line), date(2028, 12, 31))
        position = self.position_of(line)
        self.assertEqual((position.kind.default_for, position.term.article), ("public", "Loi 68-1250"))

    def test_customer_without_follow_up_is_guessed(self):
        person = self.env["res.partner"].create({"name": "Jeanne Petit"})
        line = self.receivable_of(self.make_invoice(person, date=date(2025, 5, 1), due=date(2025, 6, 1)))
        self.assertEqual(self.limit_of(line), date(2027, 5, 1))

    def test_runs_from_the_performance_when_it_comes_first(self):
        move = self.make_invoice(date=date(2024, 3, 10), due=date(2024, 5, 31))
        line = self.receivable_of(move)
        self.assertEqual(self.position_of(line).start, date(2024, 3, 10))
        move.delivery_date = date(2024, 3, 4)
        self.assertEqual(
            (self.position_of(line).start, self.position_of(line).term.origin), (date(2024, 3, 4), "performance")
        )
        move.delivery_date = date(2024, 7, 1)
        self.assertEqual((self.position_of(line).start, self.position_of(line).term.origin), (date(2024, 5, 31), "due"))

    def test_each_instalment_has_its_own_limit(self):
        move = self.make_invoice(date=date(2024, 3, 10), term=self.make_term())
        self.choose(move, kind="telecom")
        lines = self.receivable_of(move)
        self.assertEqual([self.limit_of(line) for line in lines], [date(2025, 4, 9), date(2025, 5, 9)])

    def test_the_length_is_the_legal_parameters(self):
        line = self.receivable_of(self.make_invoice(date=date(2024, 3, 1), due=date(2024, 3, 1)))
        parameter = self.env.ref("debt_recovery.recovery_legal_parameter_limitation_b2b")
        parameter.valid_to = date(2024, 2, 29)
        parameter.copy({"value": "3", "valid_from": date(2024, 3, 1), "valid_to": False})
        self.assertEqual(self.limit_of(line), date(2027, 3, 1))

    def test_kinds_read_their_parameter_and_keep_a_default(self):
        kind = self.env.ref("debt_recovery.recovery_limitation_kind_public")
        self.assertEqual(kind.period_text, "4 years from the following 1 January")
        with self.assertRaisesRegex(ValidationError, "Public bodies"):
            kind.active = False
        with self.assertRaisesRegex(ValidationError, "not a legal parameter"):
            kind.parameter_key = "flat_indemnity_b2b"
        with self.assertRaisesRegex(ValidationError, "a default kind"):
            kind.unlink()

    # ------------------------------------------------------------
    # Corrections
    # ------------------------------------------------------------
    def test_a_person_corrects_kind_and_start_with_a_reason(self):
        move = self.make_invoice(date=date(2025, 11, 30), due=date(2025, 12, 31))
        line = self.receivable_of(move)
        choice = self.choose(move, kind="carriage", start_on=date(2025, 11, 28), reason="Lettre de voiture signée")
        position = self.position_of(line)
        self.assertEqual((position.original_until, position.term.article), (date(2026, 11, 28), "C. com. L133-6"))
        self.assertEqual((position.term.origin, position.term.choice), ("hand", choice))
        self.assertIn("Lettre de voiture signée", line.with_user(self.recovery_user).recovery_limitation_text)
        self.assertEqual(self.debtor_of().limitation_on, date(2026, 11, 28))
        event = self.env["recovery.event"].search([("kind", "=", "limitation_choice")], limit=1)
        self.assertEqual((event.debtor_id, event.user_id), (self.debtor_of(), self.recovery_user))
        self.assertEqual(event.details["reason"], "Lettre de voiture signée")

    def test_the_last_correction_counts_and_an_empty_one_takes_it_back(self):
        move = self.make_invoice(date=date(2025, 1, 10), due=date(2025, 2, 10))
        line = self.receivable_of(move)
        first = self.choose(move, kind="carriage")
        self.choose(move, kind="civil")
        self.assertFalse(first.is_current)
        self.assertEqual(self.limit_of(line), date(2030, 1, 10))
        self.choose(move, reason="Erreur")
        self.assertEqual(self.position_of(line).kind.default_for, "business")

    def test_the_invoice_prevails_over_the_account(self):
        one, two = (self.make_invoice(date=date(2025, 1, 10), due=date(2025, 2, 10)) for _i in range(2))
        self.choose(None, kind="carriage")
        self.choose(two, kind="civil")
        self.assertEqual(self.limit_of(self.receivable_of(one)), date(2026, 1, 10))
        self.assertEqual(self.limit_of(self.receivable_of(two)), date(2030, 1, 10))
        self.assertEqual(self.debtor_of().limitation_choice_id.kind_id, self.kind("carriage"))

    def test_a_contract_sets_one_to_ten_years_never_with_a_consumer(self):
        move = self.make_invoice(date=date(2024, 8, 31), due=date(2024, 8, 31))
        line = self.receivable_of(move)
        self.choose(move, contract_months=18)
        self.assertEqual(
            (self.limit_of(line), self.position_of(line).term.article), (date(2026, 2, 28), "C. civ. 2254")
        )
        for months in (11, 121, -5):
            with self.assertRaisesRegex(UserError, "2254"):
                self.choose(move, contract_months=months)
        self.debtor_of().nature = "consumer"
        with self.assertRaisesRegex(UserError, "L218-1"):
            self.choose(move, contract_months=24)
        self.assertEqual(self.limit_of(line), date(2026, 8, 31), "what was agreed before does not bind a consumer")

    def test_bad_corrections_are_refused(self):
        move = self.make_invoice()
        stranger = self.make_invoice(self.make_partner("Autre client"))
        with self.assertRaisesRegex(UserError, "reason"):
            self.choose(move, kind="civil", reason="  ")
        with self.assertRaisesRegex(UserError, "another customer"):
            self.choose(stranger, kind="civil", debtor=self.debtor_of())
        with self.assertRaisesRegex(UserError, "on a single invoice"):
            self.choose(None, start_on=date(2024, 1, 1))
        with self.assertRaisesRegex(UserError, "after today"):
            self.choose(move, start_on=self.today + timedelta(days=1))

    # ------------------------------------------------------------
    # The gate and the worklist
    # ------------------------------------------------------------
    def test_gate_keeps_the_original_date_whatever_the_evidence(self):
        self.debtor_of().nature = "consumer"
        last_day = self.receivable_of(self.make_invoice(date=date(2024, 11, 21), due=date(2024, 12, 21)))
        barred = self.receivable_of(self.make_invoice(date=date(2024, 11, 20), due=date(2024, 12, 20)))
        engine = self.env["recovery.limitation"]
        self.assertEqual(engine._get_time_barred(last_day | barred, self.today), {barred.id})
        self.record("acknowledgement", date(2025, 6, 1))
        position = self.position_of(barred)
        self.assertEqual((position.extended_until, position.is_expired), (date(2027, 6, 1), False))
        self.assertEqual(engine._get_time_barred(last_day | barred, self.today), {barred.id})
        self.assertEqual(engine._get_time_barred(last_day.browse(), self.today), set())

    @freeze_time("2026-11-21 10:00:00")
    def test_worklist_keeps_the_next_limit_and_what_is_barred_already(self):
        dollars = self.setup_other_currency("USD", rates=[("2016-01-01", 2.0)])
        self.make_invoice(date=date(2021, 9, 1), due=date(2021, 10, 1), amount=300)
        self.make_invoice(date=date(2021, 9, 1), due=date(2021, 10, 1), amount=200, currency=dollars)
        partly = self.make_invoice(date=date(2022, 3, 1), due=date(2022, 4, 1), amount=1000)
        self.pay(partly, 400, date=self.today)
        self.make_invoice(date=date(2023, 3, 1), due=date(2023, 4, 1), amount=1000)
        debtor = self.refresh()
        self.assertEqual((debtor.limitation_on, debtor.amount_time_barred), (date(2027, 3, 1), 400))
        self.assertEqual(debtor.limitation_months, 4)
        self.pay(partly, date=self.today)
        self.assertEqual(self.refresh().limitation_on, date(2028, 3, 1))

    def test_credit_notes_leave_nothing_to_bar_and_paid_debtors_are_cleared(self):
        move = self.make_invoice(date=date(2021, 9, 1), due=date(2021, 10, 1), amount=300)
        self.assertEqual(self.refresh().amount_time_barred, 300)
        self.make_credit_note(amount=300, date=date(2026, 1, 1))  # matched with nothing yet
        self.assertEqual(self.refresh().amount_time_barred, 0)
        other = self.make_partner("Payeur")
        move = self.make_invoice(other, date=date(2024, 9, 1), due=date(2024, 10, 1))
        self.refresh()
        self.assertTrue(self.debtor_of(other).limitation_on)
        self.pay(move)
        self.refresh()
        self.assertFalse(self.debtor_of(other).limitation_on)

    def test_change_of_nature_reaches_the_worklist(self):
        self.make_invoice(date=date(2026, 3, 1), due=date(2026, 4, 1))
        self.assertEqual(self.refresh().limitation_on, date(2031, 3, 1))
        self.debtor_of().nature = "consumer"
        self.assertEqual(self.refresh().limitation_on, date(2028, 3, 1))

    def test_filters_of_the_worklist(self):
        self.make_invoice(date=date(2022, 2, 21), due=date(2022, 3, 1))
        debtor = self.refresh()
        Debtor = self.env["recovery.debtor"].with_user(self.recovery_auditor)
        self.assertEqual(Debtor.search([("limitation_on", "<=", self.today + timedelta(days=92))]), debtor)
        with self.assertRaises(AccessError):
            debtor.with_user(self.recovery_manager).write({"limitation_on": False})

    def test_many_cost_no_query_each(self):
        lines = self.receivable_of(self.make_invoice(date=date(2024, 1, 1), due=date(2024, 2, 1)))
        others = lines.browse()
        for number in range(8):
            partner = self.make_partner(f"Client {number}")
            move = self.make_invoice(partner, date=date(2024, 1, 1 + number), due=date(2024, 2, 1))
            others |= self.receivable_of(move)
            self.record("acknowledgement", date(2025, 1, 1), debtor=self.debtor_of(partner))
            self.choose(move, kind="civil")
        self.record("acknowledgement", date(2025, 1, 1))
        counts = []
        for some in (lines, others):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["recovery.limitation"]._read_positions(some, self.today)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)  # choices and their kinds

    def test_invoice_form_shows_each_open_instalment(self):
        move = self.make_invoice(date=date(2021, 9, 1), term=self.make_term()).with_user(self.recovery_user)
        lines = move.recovery_limitation_line_ids
        self.assertEqual(lines.mapped("recovery_limitation_state"), ["barred", "barred"])
        self.assertEqual(lines[0].recovery_limitation_kind_id, self.kind("business"))
        self.pay(self.env["account.move"].browse(move.id))
        self.assertFalse(move.recovery_limitation_line_ids)
        self.assertFalse(lines[0].recovery_limitation_on)

    def test_case_warns_of_what_is_barred(self):
        self.make_invoice(date=date(2021, 9, 1), due=date(2021, 10, 1))
        debtor = self.debtor_of()
        self.env["recovery.worklist"]._refresh(self.company, self.today)
        lines = debtor.open_line_ids
        case = self.env["recovery.case"]._open_for(debtor, lines, self.today)
        self.assertIn(lines.move_id.name, case.with_user(self.recovery_user).limitation_warning)
        other = self.make_partner("Client récent")
        fresh = self.receivable_of(self.make_invoice(other, date=date(2026, 9, 1), due=date(2026, 10, 1)))
        case = self.env["recovery.case"]._open_for(self.debtor_of(other), fresh, self.today)
        self.assertFalse(case.limitation_warning)
        self.assertEqual(case.limitation_on, date(2031, 9, 1))

    # ------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------
    def test_only_users_of_the_company_correct_and_nobody_edits(self):
        move = self.make_invoice()
        debtor = self.debtor_of()
        Choice = self.env["recovery.limitation.choice"]
        with self.assertRaises(AccessError):
            Choice.with_user(self.recovery_auditor)._decide(debtor, self.today, "x", move=move, kind=self.kind("civil"))
        choice = self.choose(move, kind="civil")
        for user in (self.recovery_user, self.recovery_manager):
            for call in (
                lambda user=user: choice.with_user(user).write({"reason": "y"}),
                lambda user=user: choice.with_user(user).unlink(),
                lambda user=user: Choice.with_user(user).create({"debtor_id": debtor.id, "reason": "x"}),
            ):
                with self.assertRaises(AccessError):
                    call()
        with self.assertRaisesRegex(UserError, "never deleted"):
            choice.sudo().unlink()
        other = self.setup_other_company(name="Société Deux")["company"]
        stranger = self.make_user("zoe", "debt_recovery.group_recovery_manager", company=other)
        with self.assertRaises(AccessError):
            Choice.with_user(stranger)._decide(debtor.with_user(stranger), self.today, "x", kind=self.kind("civil"))
        self.assertFalse(Choice.with_user(stranger).search([("id", "=", choice.id)]))

    def test_two_companies_keep_their_corrections_apart(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        mine = self.make_invoice(date=date(2025, 1, 10), due=date(2025, 2, 10))
        theirs = self.make_invoice(date=date(2025, 1, 10), due=date(2025, 2, 10), company=other)
        self.choose(None, kind="carriage")
        lines = self.receivable_of(mine) | self.receivable_of(theirs)
        positions = self.env["recovery.limitation"]._read_positions(lines, self.today)
        limits = [positions[line.id].original_until for line in lines.sorted("id")]
        self.assertEqual(limits, [date(2026, 1, 10), date(2030, 1, 10)])

    def test_windows_do_it(self):
        move = self.make_invoice(date=date(2025, 1, 10), due=date(2025, 2, 10)).with_user(self.recovery_user)
        action = move.action_recovery_limitation_choice()
        wizard = self.env[action["res_model"]].with_user(self.recovery_user).with_context(**action["context"])
        wizard.create({"kind_id": self.kind("carriage").id, "reason": "Transport"}).action_confirm()
        self.assertEqual(self.limit_of(self.receivable_of(move)), date(2026, 1, 10))
        action = move.action_recovery_limitation_event()
        wizard = self.env[action["res_model"]].with_user(self.recovery_user).with_context(**action["context"])
        wizard.create(
            {
                "cause_id": self.cause("mediation").id,
                "date": date(2025, 12, 20),
                "attachment_ids": [Command.set(self.make_document().ids)],
            }
        ).action_confirm()
        event = self.debtor_of().limitation_event_ids
        self.assertEqual((event.move_ids, event.state), (move, "running"))
        self.assertIsNone(self.position_of(self.receivable_of(move)).extended_until)
        action = event.with_user(self.recovery_user).action_end()
        wizard = self.env[action["res_model"]].with_user(self.recovery_user).with_context(**action["context"])
        wizard.create({"date_until": date(2026, 6, 30), "outcome": "ended"}).action_confirm()
        self.assertEqual(self.position_of(self.receivable_of(move)).extended_until, date(2026, 12, 30))
