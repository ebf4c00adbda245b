from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ....models.legal.conditions import NO, UNKNOWN, YES
from ....models.litigation.advice.ranking import CRITERIA, OWN_MIN
from ..procedure.common import COMMERCIAL, CONSUMER, PUBLIC, ProcedureCommon


@tagged("post_install", "-at_install")
class TestAdvice(ProcedureCommon):
    """All procedures beside each other, with why, and no figure that nobody knows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Advisor = cls.env["recovery.advisor"]
        cls.Choice = cls.env["recovery.advice.choice"]

    def options(self, facts=COMMERCIAL, criterion="cost"):
        return self.Advisor._get_options(self.case, self.today, criterion, facts)

    def option(self, code, facts=COMMERCIAL):
        return next(option for option in self.options(facts) if option.kind.code == code)

    def end_own(self, code, count, is_success=True, days=60):
        """Make procedures of a type that have ended, some days after they began."""
        kind = self.type_of(code)
        ending = kind.event_kind_ids.filtered(lambda row: row.code == ("settled" if is_success else "withdrawn"))
        kind.outcome_ids.filtered(lambda row: row.code == "settled").is_success = True
        for _number in range(count):
            procedure = self.begin(code)
            procedure.sudo().opened_on = self.today - timedelta(days=days)
            self.record(procedure, "summons_served", self.today - timedelta(days=days))
            self.Event._record(procedure, ending, self.today, self.today, attachments=self.make_document())

    # ------------------------------------------------------------
    # What is laid beside each other
    # ------------------------------------------------------------
    def test_all_types_are_there_open_or_not(self):
        for facts in (COMMERCIAL, CONSUMER, PUBLIC, {}):
            codes = {option.kind.code for option in self.options(facts)}
            self.assertEqual(len(codes), 20)
            self.assertIn("undisputed_commercial", codes, "switched off, and it says why")

    def test_open_ones_come_first_whatever_the_criterion(self):
        rank = {YES: 0, UNKNOWN: 1, NO: 2}
        for facts in (COMMERCIAL, CONSUMER, {"commercial": True}):
            for criterion in CRITERIA:
                ranks = [rank[option.answer.open] for option in self.options(facts, criterion)]
                self.assertEqual(ranks, sorted(ranks))

    def test_each_says_why_and_why_not(self):
        texts = self.Advisor._describe_answer(self.option("payment_order_commerce"))
        self.assertIn("The claim is commercial", texts["why_open"])
        self.assertFalse(texts["why_not"] or texts["questions"] or texts["warnings"])
        texts = self.Advisor._describe_answer(
            self.option("payment_order_commerce", PUBLIC | {"contested": "seriously"})
        )
        self.assertIn("public body", texts["why_not"])
        self.assertIn("opposition", texts["warnings"])
        texts = self.Advisor._describe_answer(self.option("merits", {}))
        self.assertIn("The claim is due", texts["questions"])
        texts = self.Advisor._describe_answer(self.option("undisputed_commercial"))
        self.assertIn("decree", texts["why_not"])

    def test_a_cost_that_nobody_knows_is_said_and_comes_last(self):
        option = self.option("merits")
        self.assertFalse(option.is_cost_whole)
        self.assertRegex(self.Advisor._describe_cost(option), "at least")
        settlement = self.option("conciliation", CONSUMER)
        self.assertTrue(settlement.is_cost_whole)
        self.assertEqual((settlement.cost.low, settlement.cost.high), (0, 0))
        agency = self.option("agency_amicable")
        self.assertEqual(self.Advisor._describe_cost(agency), "not known")

    def test_a_shipped_range_says_its_source(self):
        option = self.option("merits")
        self.assertEqual((option.days.low, option.days.high, option.days.count), (180, 540, 0))
        self.assertIn("From memory", self.Advisor._describe_days(option))
        self.assertIsNone(option.chance)
        self.assertEqual(self.Advisor._describe_chance(option), "not known")
        self.type_of("merits").range_source = False
        self.assertIsNone(self.option("merits").days, "no figure without its source")

    def test_no_net_from_ranges(self):
        self.assertFalse([option for option in self.options() if option.net is not None])

    def test_own_figures_from_ten_cases_on(self):
        self.end_own("merits", OWN_MIN - 1)
        self.assertEqual(self.option("merits").days.count, 0)
        self.end_own("merits", 1, is_success=False, days=80)
        option = self.option("merits")
        self.assertEqual((option.days.low, option.days.count), (60, 10))
        self.assertEqual(option.chance.low, 90)
        self.assertRegex(self.Advisor._describe_chance(option), r"90% \(10 own cases over 36 months\)")
        self.assertIsNone(option.net, "its cost is not known")
        for cost in self.type_of("merits").cost_ids:
            cost.is_known = True
        self.assertIsNotNone(self.option("merits").net)
        old = self.env["recovery.procedure"].search([("type_id.code", "=", "merits")])
        self.assertEqual(len(old), 10)
        later = self.Advisor._read_runs(self.company, self.today + timedelta(days=1200))
        self.assertFalse(later, "of three years ago they tell nothing")

    def test_figures_of_another_company_are_its_own(self):
        self.end_own("merits", OWN_MIN)
        other = self.setup_other_company()["company"]
        self.assertFalse(self.Advisor._read_runs(other, self.today))

    # ------------------------------------------------------------
    # The choice
    # ------------------------------------------------------------
    def choose(self, code="payment_order_commerce", user=None, reason="Petite somme", facts=COMMERCIAL, **kwargs):
        Choice = self.Choice.with_user(user or self.recovery_user)
        kind = self.type_of(code).with_env(Choice.env)
        return Choice._choose(self.case.with_env(Choice.env), kind, self.today, reason, facts=facts, **kwargs)

    def test_a_choice_is_kept_with_its_reason_and_what_stood_beside_it(self):
        choice = self.choose(criterion="time", handled_by="lawyer")
        self.assertRecordValues(
            choice,
            [
                {
                    "reason": "Petite somme",
                    "criterion": "time",
                    "handled_by": "lawyer",
                    "user_id": self.recovery_user.id,
                    "chosen_on": self.today,
                }
            ],
        )
        self.assertEqual(choice.procedure_id.type_id, choice.type_id)
        self.assertEqual(len(choice.figures), 20)
        self.assertIn("not open", choice.figures["Declaration of the claim"])
        self.assertIn("Référé-provision", choice.figures_text)
        self.assertEqual(self.events(choice, "procedure_chosen").details["reason"], "Petite somme")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            choice.sudo().unlink()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            choice.with_user(self.recovery_manager).write({"reason": "Autre"})

    def test_no_choice_without_a_reason(self):
        for reason in ("", "  ", None):
            with self.assertRaisesRegex(UserError, "Say why"), self.env.cr.savepoint():
                self.choose(reason=reason)
        self.assertFalse(self.case.procedure_ids)

    def test_what_is_closed_is_chosen_by_a_manager_alone(self):
        with self.assertRaisesRegex(UserError, "not open"), self.env.cr.savepoint():
            self.choose(facts=PUBLIC)
        choice = self.choose(facts=PUBLIC, user=self.recovery_manager)
        self.assertEqual(choice.procedure_id.override_reason, "Petite somme")

    def test_the_procedure_that_ended_is_the_one_that_is_followed(self):
        refused = self.begin()
        self.record_all(refused, ("request_filed", self.today), ("order_refused", self.today))
        self.assertEqual(self.choose("merits").procedure_id.previous_id, refused)

    # ------------------------------------------------------------
    # The window
    # ------------------------------------------------------------
    def test_the_window_shows_all_and_begins_the_one_chosen(self):
        with patch.object(self.env.registry["recovery.case"], "_get_facts", lambda case, day: dict(COMMERCIAL)):
            action = self.case.with_user(self.recovery_user).action_advice()
            Window = self.env[action["res_model"]].with_user(self.recovery_user).with_context(**action["context"])
            window = Window.create({})
            self.assertEqual(len(window.line_ids), 20)
            first = window.line_ids[0]
            self.assertEqual(first.state, "yes")
            self.assertTrue(first.cost_text and first.days_text and first.chance_text and first.net_text)
            closed = window.line_ids.filtered(lambda line: line.type_id.code == "claim_declaration")
            self.assertIn("Not open:", closed.reasons)
            self.assertIn("insolvency proceedings", closed.decisive.lower())
            window.criterion = "time"
            self.assertEqual(window.line_ids[0].type_id.code, "interim_payment")
            window.write({"type_id": self.type_of("interim_payment").id, "reason": "Rien n'est contesté"})
            opened = window.action_confirm()
        self.assertEqual(opened["res_model"], "recovery.procedure")
        self.assertEqual(self.case.procedure_ids.type_id.code, "interim_payment")
        self.assertEqual(self.case.advice_choice_ids.criterion, "time")

    def test_the_facts_of_the_case_are_on_the_list(self):
        facts = self.case._get_facts(self.today)
        self.assertTrue(facts)
        self.assertTrue(self.Advisor._get_options(self.case, self.today))

    def test_an_auditor_and_a_stranger_open_no_advisor(self):
        for user in (self.recovery_auditor, self.make_user("emile", "base.group_user")):
            with self.assertRaises(AccessError):
                self.case.with_user(user).action_advice()

    def test_a_case_that_may_go_to_court_wants_its_procedure_chosen(self):
        label, method = self.case._get_next_step()
        if method == "action_advice":
            self.assertEqual(label, "Choose the procedure")
        self.begin(user=self.recovery_user)
        self.assertNotEqual(self.case._get_next_step()[1], "action_advice")
