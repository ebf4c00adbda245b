from datetime import date, timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..procedure.common import COMMERCIAL
from .common import GIVEN, SERVED, ExecutionCommon

MADE = date(2026, 11, 9)


@tagged("post_install", "-at_install")
class TestAct(ExecutionCommon):
    """Acts of execution open their deadlines, tell what they brought, and are annulled with a reason."""

    def limits(self, act):
        """Return ``{code: (date, state)}`` of the deadlines of an act."""
        return {
            row.rule_code.removeprefix("act:"): (row.date, row.state)
            for row in act.deadline_ids
            if row.state != "annulled"
        }

    def judged_threatened(self):
        return COMMERCIAL | {"recovery_threatened": True}

    # ------------------------------------------------------------
    # Deadlines
    # ------------------------------------------------------------
    def test_a_seizure_of_an_account_is_reported_within_eight_days(self):
        act = self.make_act(title=self.make_title(), third_party_id=self.bank.id)
        self.assertFalse(act.deadline_ids, "it is only ordered")
        act.made_on = MADE
        self.assertEqual(self.limits(act), {"account_report": (date(2026, 11, 17), "missed")})
        act.reported_on = date(2026, 11, 13)
        self.assertEqual(self.limits(act)["account_report"], (date(2026, 11, 17), "met"))
        self.assertEqual(self.limits(act)["account_contest"], (date(2026, 12, 14), "running"))

    def test_a_deadline_of_an_act_says_its_words(self):
        act = self.make_act(title=self.make_title(), made_on=MADE)
        deadline = act.deadline_ids
        self.assertEqual(deadline.display_name, "Notify the debtor of the seizure")
        self.assertEqual((deadline.article, deadline.sanction_text), ("CPCE R211-3", "The seizure lapses."))
        self.assertIn("8 days", deadline.why)
        self.assertEqual(self.case.next_deadline, deadline.date)

    def test_a_corrected_day_moves_it_and_an_emptied_one_annuls_it(self):
        act = self.make_act(title=self.make_title(), made_on=MADE)
        act.made_on = date(2026, 11, 16)
        self.assertEqual(self.limits(act), {"account_report": (date(2026, 11, 24), "running")})
        act.made_on = False
        self.assertEqual(self.limits(act), {})

    def test_a_conservatory_seizure_has_its_three_limits(self):
        act = self.make_act("conservatory_account", authorised_on=date(2026, 10, 1))
        self.assertEqual(self.limits(act), {"conservatory_made": (date(2027, 1, 4), "running")})
        act.made_on = date(2026, 11, 16)
        self.assertEqual(
            self.limits(act),
            {
                "conservatory_made": (date(2027, 1, 4), "met"),
                "conservatory_action": (date(2026, 12, 16), "running"),
                "conservatory_report": (date(2026, 11, 24), "running"),
            },
        )
        act.write({"reported_on": date(2026, 11, 18), "sued_on": date(2026, 11, 20)})
        self.assertEqual(self.limits(act)["conservatory_action"][1], "met")
        self.assertEqual(self.limits(act)["conservatory_third_party"], (date(2026, 11, 30), "running"))

    def test_a_provisional_security_is_made_definitive_within_two_months_of_a_final_title(self):
        act = self.make_act("provisional_security", made_on=date(2026, 8, 3))
        self.assertNotIn("security_definitive", self.limits(act))
        title = self.make_title()
        act.title_id = title
        self.assertNotIn("security_definitive", self.limits(act), "it can still be attacked")
        title.final_on = date(2026, 11, 10)
        self.assertEqual(self.limits(act)["security_definitive"], (date(2027, 1, 11), "running"))
        other = self.make_act("provisional_security", made_on=date(2026, 8, 3), title_id=self.make_title().id)
        other.title_id.final_on = date(2026, 11, 10)
        self.assertEqual(self.limits(other)["security_definitive"][1], "running")
        other.title_id._set_aside("Réformé")
        self.assertNotIn("security_definitive", self.limits(other), "nothing is left to wait for")
        act.confirmed_on = date(2026, 11, 18)
        self.assertEqual(self.limits(act)["security_definitive"][1], "met")
        title.final_on = False
        self.assertNotIn("security_definitive", self.limits(act))

    def test_only_what_the_law_makes_definitive_asks_since_when(self):
        kinds = self.env["recovery.execution.act.kind"].search([("code", "!=", False)])
        for kind in kinds:
            with self.subTest(kind=kind.code):
                act = self.Act.new({"case_id": self.case.id, "kind_id": kind.id})
                self.assertEqual(act.is_confirmable, kind.code == "provisional_security")
        limit = self.env.ref("debt_recovery.recovery_execution_act_limit_security_definitive")
        limit.kind_ids |= self.act_kind("conservatory_goods")
        self.assertTrue(self.Act.new({"kind_id": self.act_kind("conservatory_goods").id}).is_confirmable, "as data say")

    def test_a_security_taken_with_a_final_title_in_hand_waits_for_none(self):
        title = self.make_title(final_on=date(2026, 11, 2))
        act = self.make_act("provisional_security", title=title, made_on=date(2026, 11, 10))
        self.assertNotIn("security_definitive", self.limits(act))

    def test_who_holds_a_title_has_no_proceedings_to_begin(self):
        act = self.make_act("conservatory_account", title=self.make_title(), made_on=date(2026, 11, 16))
        self.assertEqual(set(self.limits(act)), {"conservatory_report"})

    def test_a_measure_followed_in_a_procedure_opens_nothing_here(self):
        procedure = self.begin("conservatory_seizure", self.judged_threatened())
        act = self.make_act("conservatory_account", made_on=date(2026, 11, 16), procedure_id=procedure.id)
        self.assertFalse(act.deadline_ids)
        act.procedure_id = False
        self.assertTrue(self.limits(act))

    def test_what_is_closed_has_nothing_left_to_do(self):
        act = self.make_act(title=self.make_title(), made_on=date(2026, 11, 16))
        act.result = "released"
        self.assertEqual(act.closed_on, self.today)
        self.assertEqual(self.limits(act)["account_report"][1], "moot")

    def test_an_annulled_act_takes_its_deadlines_along(self):
        act = self.make_act(title=self.make_title(), made_on=date(2026, 11, 16))
        act._annul("Erreur de dossier")
        self.assertEqual((act.state, self.limits(act)), ("annulled", {}))
        self.assertEqual(act.deadline_ids.annul_reason, "Erreur de dossier")
        with self.assertRaises(UserError):
            act.made_on = MADE

    def test_wages_since_the_reform_alone(self):
        act = self.make_act("seizure_wages", title=self.make_title(), made_on=date(2026, 10, 15))
        self.assertEqual(set(self.limits(act)), {"wages_wait", "wages_record"})
        old = self.make_act("seizure_wages_court", title=self.make_title(), made_on=date(2026, 10, 15))
        self.assertIn("did not exist", old.warning_text)

    # ------------------------------------------------------------
    # What stands against it
    # ------------------------------------------------------------
    def test_nothing_is_carried_out_without_a_title(self):
        with self.assertRaises(ValidationError):
            self.make_act(made_on=MADE)
        act = self.make_act()
        self.assertIn("Choose the title", act.warning_text)

    def test_nothing_is_carried_out_before_it_is_enforceable(self):
        title = self.make_title(enforceable_on=date(2026, 11, 2))
        with self.assertRaises(ValidationError):
            self.make_act(title=title, made_on=date(2026, 10, 30))

    def test_a_title_that_was_not_served_is_told(self):
        act = self.make_act(title=self.make_title(served_on=False))
        self.assertIn("not been served", act.warning_text)
        self.assertIn("not been served", self.case.execution_warning)

    def test_collective_proceedings_are_told(self):
        title = self.make_title()
        self.debtor.insolvency_on = date(2026, 11, 3)
        self.assertIn("Insolvency proceedings", self.make_act(title=title).warning_text)

    def test_proceedings_that_do_not_stop_execution_are_not_told(self):
        title = self.make_title()
        insolvency = self.env["recovery.insolvency"]._open_for(
            self.debtor, "receivership", date(2026, 11, 3), self.today
        )
        self.assertIn("L622-21", title.warning_text)
        insolvency._add_step("closed", date(2026, 11, 10), self.today, "paid")
        title.invalidate_recordset(["warning_text"])
        self.assertFalse(title.warning_text)

    def test_proceedings_stop_no_execution_of_what_was_born_since(self):
        title = self.make_title()
        Insolvency = self.env["recovery.insolvency"]
        Insolvency._open_for(self.debtor, "receivership", date(2026, 1, 15), self.today)
        self.assertFalse(title.warning_text)
        self.assertEqual(self.case._get_next_step()[1], "action_order_act")

    def test_nothing_is_ordered_while_execution_is_stopped(self):
        self.make_title()
        self.assertEqual(self.case._get_next_step()[1], "action_order_act")
        self.debtor.insolvency_on = date(2026, 11, 3)
        self.assertEqual(self.case._get_next_step()[1], "action_declare_claim")

    def test_what_has_not_happened_yet_is_refused(self):
        act = self.make_act(title=self.make_title())
        with self.assertRaises(ValidationError):
            act.made_on = self.today + timedelta(days=1)
        with self.assertRaises(ValidationError):
            act.write({"made_on": False, "reported_on": MADE})

    # ------------------------------------------------------------
    # What it brings
    # ------------------------------------------------------------
    def test_a_service_dates_the_title(self):
        title = self.make_title(served_on=False)
        act = self.make_act("service", title=title)
        self.assertFalse(title.served_on)
        act.made_on = SERVED
        self.assertEqual(title.served_on, SERVED)

    def test_its_fees_are_planned_for_who_bears_them(self):
        act = self.make_act(title=self.make_title())
        self.assertEqual((act.cost_ids.recoverable, act.cost_ids.state), ("debtor", "planned"))
        self.assertEqual(act.cost_ids.partner_id, self.bailiff)
        service = self.make_act("service", title=act.title_id)
        self.assertEqual(service.cost_ids.recoverable, "costs")

    def test_an_execution_that_found_nothing_proves_a_loss(self):
        title = self.make_title()
        line = self.receivable_of(self.old)
        self.assertFalse(self.env["recovery.claim"]._get_loss_proofs(line))
        self.make_act("seizure_goods", title=title, made_on=MADE, result="empty")
        (proof,) = self.env["recovery.claim"]._get_loss_proofs(line)[line.id]
        self.assertEqual((proof.code, proof.day), ("execution", MADE))

    def test_its_case_and_its_kind_are_given_once(self):
        act = self.make_act(title=self.make_title())
        with self.assertRaises(UserError):
            act.unlink()
        self.assertTrue(self.events(act, "execution_act"))
        self.assertEqual(act.ordered_on, SERVED)
        self.assertEqual(GIVEN, act.title_id.date)
