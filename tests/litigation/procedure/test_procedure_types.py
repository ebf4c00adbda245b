from datetime import date, timedelta
from itertools import product

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ....models.legal.conditions import FACTS, NO, UNKNOWN, YES
from ....models.litigation.procedure.course import Course, Event, find_possible, walk
from .common import COMMERCIAL, CONSUMER, PUBLIC, ProcedureCommon

CODES = (
    *("payment_order_commerce", "payment_order_civil", "european_payment_order", "european_small_claims"),
    *("interim_payment", "merits", "small_claims", "undisputed_commercial", "conservatory_seizure", "unpaid_cheque"),
    *("claim_declaration", "settlement", "lawyers_deed", "conciliation", "administrative_interim"),
    *("official_payment", "agency_amicable", "agency_judicial", "foreign_provider", "assignment"),
)


@tagged("post_install", "-at_install")
class TestProcedureTypes(ProcedureCommon):
    """What is shipped of each procedure holds together, and a manager changes it on screen."""

    # ------------------------------------------------------------
    # What is shipped
    # ------------------------------------------------------------
    def test_every_type_of_the_list_is_there_with_its_law(self):
        types = self.env["recovery.procedure.type"].with_context(active_test=False)
        for code in CODES:
            kind = types.search([("code", "=", code)])
            with self.subTest(code=code):
                for name in ("article", "source", "confidence", "extract", "purpose", "brings", "court_note"):
                    self.assertTrue(kind[name], name)
                self.assertTrue(kind.condition_ids and kind.event_kind_ids and kind.cost_ids and kind.outcome_ids)
                self.assertTrue(any(kind[f"by_{who}"] for who in ("house", "lawyer", "bailiff", "agency")))
                self.assertFalse((kind.days_max or kind.chance_max) and not kind.range_source, "a figure has a source")

    def test_every_type_goes_from_a_beginning_to_each_of_its_outcomes(self):
        for kind in self.env["recovery.procedure.type"].with_context(active_test=False).search([]):
            kinds = kind._get_kinds()._as_kinds()
            with self.subTest(code=kind.code):
                self.assertTrue(kind._get_first_kinds())
                reached = self.explore(kinds)
                missed = kind.event_kind_ids.filtered(lambda row, reached=reached: row.id not in reached)
                self.assertFalse(missed.mapped("code"), "never possible")
                self.assertEqual(kind.event_kind_ids.outcome_id, kind.outcome_ids)
                for outcome in kind.outcome_ids:
                    self.assertNotIn(False, outcome.next_type_ids.mapped("code"))
                titles = kind.event_kind_ids.filtered("makes_title")
                self.assertEqual(bool(titles), kind.gives_title, "who leads to a title has an event that gives it")
                self.assertLessEqual(set(titles.mapped("fact")), {"title_held"})

    def explore(self, kinds):
        """Return the kinds of events that some course reaches: one course per set of what has happened."""
        reached, waiting, seen = set(), [()], {frozenset()}
        while waiting and len(reached) < len(kinds):
            path = waiting.pop(0)
            course = walk([Event(n, kind, self.today + timedelta(days=n)) for n, kind in enumerate(path)], kinds)
            self.assertFalse(course.refused)
            for kind in find_possible(course, kinds):
                reached.add(kind)
                happened = frozenset((*path, kind))
                if happened not in seen:
                    seen.add(happened)
                    waiting.append((*path, kind))
        return reached

    def test_no_cost_lacks_its_source(self):
        costs = self.env["recovery.procedure.type.cost"].search([])
        self.assertGreater(len(costs), 20)
        for cost in costs:
            self.assertTrue(cost.source and cost.confidence, cost.name)
            self.assertTrue(cost.is_known or not cost.amount_max, "what is not known has no figure")

    def test_what_lasts_before_a_judge_is_ended_by_something(self):
        for kind in self.env["recovery.procedure.type"].with_context(active_test=False).search([]):
            rows = kind.event_kind_ids
            if rows.limitation_cause_id.filtered("lasts"):
                self.assertIn("ends", rows.mapped("limitation_end"), kind.code)

    # ------------------------------------------------------------
    # Open or not
    # ------------------------------------------------------------
    def test_a_commercial_claim_between_merchants(self):
        opened = {code for code in CODES if self.judge(code) == YES}
        self.assertLessEqual({"payment_order_commerce", "interim_payment", "merits", "agency_amicable"}, opened)
        for code in ("payment_order_civil", "small_claims", "unpaid_cheque", "claim_declaration", "official_payment"):
            self.assertEqual(self.judge(code), NO, code)
        for code in ("european_payment_order", "foreign_provider"):
            self.assertEqual(self.judge(code), NO, code)

    def test_what_is_not_known_is_asked(self):
        for code in ("payment_order_commerce", "payment_order_civil", "interim_payment", "merits", "small_claims"):
            self.assertEqual(self.judge(code, {}), UNKNOWN, code)
            answer = self.type_of(code)._judge({}, self.today)
            self.assertTrue(answer.get_reasons(UNKNOWN, is_advice=False))
        for fact in ("commercial", "claim_due", "debtor_insolvent", "debtor_public"):
            known = {key: value for key, value in COMMERCIAL.items() if key != fact}
            self.assertEqual(self.judge("payment_order_commerce", known), UNKNOWN, fact)

    def test_shipped_data_forbid_what_a_public_body_is_spared(self):
        for code in CODES:
            state = self.judge(code, PUBLIC)
            with self.subTest(code=code):
                if code in ("administrative_interim", "official_payment"):
                    self.assertEqual(state, YES)
                elif code in ("payment_order_civil", "payment_order_commerce", "interim_payment", "merits"):
                    self.assertEqual(state, NO)
                    answer = self.type_of(code)._judge(PUBLIC, self.today)
                    self.assertIn("public body", " ".join(reason.text for reason in answer.get_reasons(NO)))

    def test_collective_proceedings_leave_the_declaration_alone(self):
        insolvent = COMMERCIAL | {"debtor_insolvent": True}
        self.assertEqual(self.judge("claim_declaration", insolvent), YES)
        for code in ("payment_order_commerce", "interim_payment", "merits", "conservatory_seizure", "settlement"):
            self.assertEqual(self.judge(code, insolvent), NO, code)

    def test_a_consumer_below_the_threshold_first_tries_to_agree(self):
        for code in ("interim_payment", "merits"):
            for attempt, exempt, amount, expected in (
                (None, None, 4000, UNKNOWN),
                (False, None, 4000, UNKNOWN),
                (False, False, 4000, NO),
                (True, None, 4000, YES),
                (False, True, 4000, YES),
                (False, False, 5000, NO),
                (False, False, 5000.01, YES),
            ):
                with self.subTest(code=code, attempt=attempt, exempt=exempt, amount=amount):
                    facts = {"amicable_attempt": attempt, "amicable_exempt": exempt, "amount": amount}
                    self.assertEqual(self.judge(code, CONSUMER, **facts), expected)
        self.assertEqual(self.judge("payment_order_civil", CONSUMER), YES, "not asked for an injonction de payer")
        self.assertEqual(self.judge("conciliation", CONSUMER), YES)

    def test_small_claims_are_closed_between_merchants_since_the_law(self):
        between = COMMERCIAL | {"amount": 1000.0}
        self.assertEqual(self.judge("small_claims", between, day=date(2026, 4, 24)), YES)
        self.assertEqual(self.judge("small_claims", between, day=date(2026, 4, 25)), NO)
        self.assertEqual(self.judge("small_claims", between, day=date(2026, 4, 25), invoiced=False), YES)
        self.assertEqual(self.judge("small_claims", CONSUMER, amount=5000.0), YES)
        self.assertEqual(self.judge("small_claims", CONSUMER, amount=5000.01), NO)

    def test_borders(self):
        abroad = COMMERCIAL | {"debtor_place": "eu"}
        self.assertEqual(self.judge("european_payment_order", abroad), YES)
        self.assertEqual(self.judge("european_payment_order", COMMERCIAL, debtor_place="denmark"), NO)
        self.assertEqual(self.judge("european_small_claims", abroad, principal=5000.0, amount=6000.0), YES)
        self.assertEqual(self.judge("european_small_claims", abroad, principal=5000.01), NO)
        self.assertEqual(self.judge("payment_order_commerce", abroad), NO)

    def test_an_interim_order_is_not_for_what_is_seriously_contested(self):
        for contested, expected in (("no", YES), ("partly", YES), ("seriously", NO), (None, UNKNOWN)):
            self.assertEqual(self.judge("interim_payment", contested=contested), expected)
        contested = self.type_of("payment_order_commerce")._judge(COMMERCIAL | {"contested": "seriously"}, self.today)
        self.assertEqual(contested.open, YES, "the law does not close it")
        self.assertIn("opposition", contested.get_reasons(NO, is_advice=True)[0].text)

    def test_undisputed_claims_wait_for_their_decree_and_say_so(self):
        kind = self.type_of("undisputed_commercial")
        self.assertFalse(kind.active)
        answer = kind._judge(COMMERCIAL, self.today)
        self.assertEqual(answer.open, NO)
        self.assertIn("decree", answer.reasons[0].text)
        with self.assertRaisesRegex(UserError, "cannot be started.*decree"):
            self.begin("undisputed_commercial", user=self.recovery_manager, reason="Urgent")

    def test_a_manager_switches_undisputed_claims_on(self):
        kind = self.type_of("undisputed_commercial").with_user(self.recovery_manager)
        kind.active = True
        self.assertEqual(self.judge("undisputed_commercial"), YES)
        self.assertEqual(self.judge("undisputed_commercial", debtor_artisan=True), NO)
        self.assertEqual(self.judge("undisputed_commercial", debtor_merchant=False), NO)
        self.assertEqual(self.judge("undisputed_commercial", day=date(2026, 4, 24)), NO)
        procedure = self.begin("undisputed_commercial", user=self.recovery_user)
        self.assertEqual(self.possible(procedure), ["file_given"])

    def test_a_lawyer_is_needed_above_the_threshold(self):
        merits = self.type_of("merits")
        self.assertFalse(merits._needs_lawyer(10000, self.today))
        self.assertTrue(merits._needs_lawyer(10000.01, self.today))
        self.assertIsNone(merits._needs_lawyer(None, self.today))
        self.assertFalse(self.type_of("payment_order_commerce")._needs_lawyer(10**6, self.today))
        self.assertTrue(self.type_of("lawyers_deed")._needs_lawyer(1, self.today))

    # ------------------------------------------------------------
    # A change of law, on screen
    # ------------------------------------------------------------
    def test_a_manager_dates_a_change_of_law_on_screen(self):
        change = date(2027, 3, 1)
        kind = self.type_of("interim_payment").with_user(self.recovery_manager)
        with Form(kind) as form:
            with form.condition_ids.new() as row:
                row.fact = "principal"
                row.operator = "at_least"
                row.number = 2000
                row.reason = "From 1 March 2027, only from 2,000 €"
                row.valid_from = change
        self.assertEqual(self.judge("interim_payment", day=change - timedelta(days=1)), YES)
        self.assertEqual(self.judge("interim_payment", day=change), NO)
        self.assertEqual(self.judge("interim_payment", day=change, principal=2000.0), YES)
        answer = kind._judge(COMMERCIAL, change)
        (text,) = kind.condition_ids._describe_reasons(answer.get_reasons(NO))
        self.assertIn("2,000", text)
        self.assertIn("2027", text, "it says since when")
        old = kind.condition_ids.filtered(lambda row: row.fact == "contested")
        with Form(kind) as form, form.condition_ids.edit(kind.condition_ids.ids.index(old.id)) as row:
            row.valid_to = change - timedelta(days=1)
        self.assertEqual(self.judge("interim_payment", day=change - timedelta(days=1), contested="seriously"), NO)
        self.assertEqual(self.judge("interim_payment", day=change, contested="seriously", principal=3000.0), YES)

    def test_a_legal_figure_is_held_once(self):
        Parameter = self.env["recovery.legal.parameter"].with_user(self.recovery_manager)
        old = Parameter.search([("key", "=", "petites_creances_max")])
        old.valid_to = date(2026, 12, 31)
        old.copy({"value": "7000.00", "valid_from": date(2027, 1, 1), "valid_to": False})
        for day, amount, expected in (
            (date(2026, 12, 31), 6000.0, NO),
            (date(2027, 1, 1), 6000.0, YES),
            (date(2027, 1, 1), 7000.01, NO),
        ):
            self.assertEqual(self.judge("small_claims", CONSUMER, day=day, amount=amount), expected)

    def test_a_figure_that_the_law_lacks_that_day_is_asked(self):
        parameter = self.env["recovery.legal.parameter"].search([("key", "=", "petites_creances_max")])
        parameter.valid_to = date(2026, 1, 1)
        self.assertEqual(self.judge("small_claims", CONSUMER), UNKNOWN)

    def test_changes_of_law_are_told(self):
        row = self.type_of("merits").condition_ids[0].with_user(self.recovery_manager)
        last = self.env["recovery.event"].search([], limit=1).id
        row.valid_to = date(2027, 1, 1)
        self.type_of("merits").with_user(self.recovery_manager).cost_ids[0].amount_max = 99
        told = self.env["recovery.event"].search([("id", ">", last), ("company_id", "=", self.company.id)])
        self.assertEqual(set(told.mapped("kind")), {"configured"})
        self.assertEqual(told.user_id, self.recovery_manager)
        self.assertIn("Assignation on the merits", told[0].summary)

    def test_only_managers_change_the_law(self):
        for user in (self.recovery_user, self.recovery_auditor):
            for record in (self.type_of("merits"), self.type_of("merits").condition_ids[0]):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    record.with_user(user).write({"valid_to": self.today})
                self.assertTrue(record.with_user(user).read(["display_name"]))

    def test_a_condition_that_means_nothing_is_refused_with_what_may_be_typed(self):
        kind = self.type_of("merits").with_user(self.recovery_manager)
        for vals, words in (
            ({"fact": "amount", "operator": "is", "value": "5"}, "Enter a number"),
            ({"fact": "matter", "operator": "is", "value": "love"}, "rent"),
            ({"fact": "urgency", "operator": "is", "value": "perhaps"}, "true or false"),
            ({"fact": "amount", "operator": "at_most", "parameter_key": "nowhere"}, "not a legal parameter"),
            ({"fact": "urgency", "operator": "is", "parameter_key": "petites_creances_max"}, "not a legal parameter"),
        ):
            with self.subTest(vals=vals), self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
                kind.condition_ids = [Command.create({"reason": "Why", **vals})]

    def test_conditions_read_in_words(self):
        conditions = self.type_of("small_claims").condition_ids
        names = conditions.mapped("display_name")
        self.assertIn("Amount claimed, interest and compensation included: is at most petites_creances_max", names)
        self.assertIn("The debtor is a public body: is No", names)
        where = conditions.filtered(lambda row: row.fact == "debtor_place").display_name
        self.assertEqual(where, "Where the debtor is established: is one of Metropolitan France, Overseas France")

    def test_an_event_follows_its_own_type_alone(self):
        merits, order = self.type_of("merits"), self.type_of("payment_order_civil")
        with self.assertRaisesRegex(ValidationError, "own type"):
            merits.event_kind_ids[0].after_ids = order.event_kind_ids[0]

    def test_a_copied_type_has_a_code_of_its_own(self):
        copy = self.type_of("merits").with_user(self.recovery_manager).copy({"name": "Au fond, autrement"})
        self.assertNotEqual(copy.code, "merits")
        self.assertEqual(len(copy.condition_ids), len(self.type_of("merits").condition_ids))

    def test_a_type_of_ones_own_that_is_used_stays(self):
        own = self.type_of("merits").with_user(self.recovery_manager).copy({"name": "Au fond, autrement"})
        self.Procedure._open_for(self.case, own.with_env(self.env), self.today, COMMERCIAL)
        with self.assertRaisesRegex(UserError, "archive it"), self.env.cr.savepoint():
            own.unlink()
        self.assertTrue(own.exists())

    def test_a_type_of_ones_own_that_nothing_uses_goes(self):
        own = self.type_of("merits").with_user(self.recovery_manager).copy({"name": "Au fond, autrement"})
        own.unlink()
        self.assertFalse(own.exists())

    def test_a_type_that_came_with_the_module_stays_used_or_not(self):
        shipped = self.type_of("merits").with_user(self.recovery_manager)
        for _time in range(2):
            with self.assertRaisesRegex(UserError, "came with the module"), self.env.cr.savepoint():
                shipped.unlink()
            self.begin("merits")
        self.assertTrue(shipped.exists())

    def test_each_fact_of_a_condition_is_on_the_list(self):
        used = set(self.env["recovery.procedure.type.condition"].search([]).mapped("fact"))
        self.assertLessEqual(used, FACTS.keys())
        self.assertGreater(len(used), 20)

    def test_costs_of_a_day_and_of_an_amount(self):
        costs = self.type_of("merits").cost_ids
        tax = costs.filtered(lambda cost: cost.claim_above)
        self.assertNotIn(tax, costs._filter_for(50000, self.today))
        self.assertIn(tax, costs._filter_for(50000.01, self.today))
        self.assertIn(tax, costs._filter_for(None, self.today), "what is not known may be")
        self.assertNotIn(tax, costs._filter_for(90000, date(2029, 1, 1)))
        greffe = self.type_of("payment_order_commerce").cost_ids.filtered(lambda cost: cost.kind == "registry")
        self.assertEqual(greffe._get_range(1000), (25.19, 33.47))
        self.assertIn("contradict", greffe.note)

    def test_any_combination_of_facts_is_judged_without_an_error(self):
        kinds = self.env["recovery.procedure.type"].with_context(active_test=False).search([])
        for merchant, contested, place in product((True, False, None), ("no", None), ("france", "third", None)):
            facts = {"debtor_merchant": merchant, "contested": contested, "debtor_place": place}
            for kind in kinds:
                self.assertIn(kind._judge(facts, self.today).open, (YES, NO, UNKNOWN))
        self.assertEqual(walk([], {}), Course())
