from itertools import product

from odoo.tests import BaseCase, tagged

from ...models.legal.conditions import (
    FACTS,
    NO,
    OPERATORS,
    UNKNOWN,
    YES,
    Row,
    complete,
    find_strange,
    is_comparable,
    judge,
    read_value,
)


@tagged("post_install", "-at_install")
class TestConditions(BaseCase):
    """What is not known is asked, and never taken for a yes."""

    def judge_one(self, fact, operator, value, held):
        return judge([Row(fact, operator, value)], {fact: held}).open

    def test_each_comparison(self):
        for fact, operator, value, held, expected in (
            ("debtor_public", "is", "false", False, YES),
            ("debtor_public", "is", "false", True, NO),
            ("debtor_public", "is_not", "true", False, YES),
            ("contested", "is", "no", "partly", NO),
            ("contested", "is_not", "seriously", "partly", YES),
            ("matter", "in", "contract, bill", "bill", YES),
            ("matter", "in", "contract,bill", "rent", NO),
            ("court_kind", "not_in", "commerce,tae", "judiciaire", YES),
            ("court_kind", "not_in", "commerce,tae", "tae", NO),
            ("amount", "at_most", "5000.00", 5000, YES),
            ("amount", "at_most", "5000.00", 5000.01, NO),
            ("amount", "below", "5000", 5000, NO),
            ("amount", "at_least", "5000", 5000, YES),
            ("amount", "above", "5000", 5000, NO),
            ("days_late", "at_least", "30", 31, YES),
            ("creditor_headcount", "below", "250", 249, YES),
            ("procedure", "is", "payment_order", "payment_order", YES),
        ):
            with self.subTest(fact=fact, operator=operator, held=held):
                self.assertEqual(self.judge_one(fact, operator, value, held), expected)

    def test_what_is_not_known_is_never_a_yes(self):
        for fact, kind in FACTS.items():
            for operator, (_label, kinds) in OPERATORS.items():
                if kind.kind not in kinds:
                    continue
                value = {"bool": "true", "choice": next(iter(kind.choices), "x"), "code": "x"}.get(kind.kind, "5")
                for held in (None, "unknown", object()):
                    with self.subTest(fact=fact, operator=operator, held=held):
                        self.assertEqual(self.judge_one(fact, operator, value, held), UNKNOWN)
                self.assertEqual(judge([Row(fact, operator, value)], {}).open, UNKNOWN)

    def test_one_no_is_enough_and_one_question_keeps_it_from_yes(self):
        rows = [Row(key, "is", "true", key) for key in ("urgency", "bad_faith", "insured")]
        for held in product((True, False, None), repeat=3):
            facts = dict(zip(("urgency", "bad_faith", "insured"), held, strict=True))
            expected = NO if False in held else UNKNOWN if None in held else YES
            with self.subTest(facts=facts):
                answer = judge(rows, facts)
                self.assertEqual(answer.open, expected)
                self.assertEqual([reason.text for reason in answer.reasons], ["urgency", "bad_faith", "insured"])
                self.assertEqual(len(answer.get_reasons(NO)), held.count(False))
        self.assertEqual(judge([], {}).open, YES)

    def test_an_advice_closes_nothing(self):
        rows = [Row("urgency", "is", "true"), Row("contested", "is_not", "seriously", "He will oppose", True)]
        answer = judge(rows, {"urgency": True, "contested": "seriously"})
        self.assertEqual(answer.open, YES)
        self.assertEqual([reason.text for reason in answer.get_reasons(NO, is_advice=True)], ["He will oppose"])
        self.assertFalse(answer.get_reasons(NO, is_advice=False))

    def test_of_alternatives_one_is_enough(self):
        rows = [
            Row("urgency", "is", "true", "needed"),
            *(Row(key, "is", "true", key, alternative=1) for key in ("amicable_attempt", "amicable_exempt")),
        ]
        for attempt, exempt, expected, decisive in (
            (True, False, YES, ["amicable_attempt"]),
            (None, True, YES, ["amicable_exempt"]),
            (None, False, UNKNOWN, ["amicable_attempt"]),
            (False, False, NO, ["amicable_attempt", "amicable_exempt"]),
        ):
            facts = {"urgency": True, "amicable_attempt": attempt, "amicable_exempt": exempt}
            with self.subTest(facts=facts):
                answer = judge(rows, facts)
                self.assertEqual(answer.open, expected)
                self.assertEqual([reason.text for reason in answer.reasons], ["needed", *decisive])
        self.assertEqual(judge(rows, {"urgency": False, "amicable_exempt": True}).open, NO)

    def test_a_figure_without_value_is_not_known(self):
        self.assertEqual(self.judge_one("amount", "at_most", None, 10), UNKNOWN)

    def test_a_condition_that_means_nothing_opens_nothing(self):
        for fact, operator, value in (
            ("amount", "at_most", "much"),
            ("amount", "at_most", "nan"),
            ("amount", "at_most", "Infinity"),
            ("amount", "is", "5"),
            ("urgency", "is", "perhaps"),
            ("urgency", "is", ""),
            ("urgency", "is", "true,false"),
            ("urgency", "in", "true"),
            ("matter", "is", "love"),
            ("matter", "in", "contract,love"),
            ("nothing", "is", "true"),
            ("urgency", "resembles", "true"),
        ):
            with self.subTest(fact=fact, operator=operator, value=value):
                self.assertFalse(is_comparable(fact, operator, value))
                self.assertEqual(judge([Row(fact, operator, value)], {fact: True}).open, UNKNOWN)

    def test_what_follows_from_other_facts(self):
        for facts, key, expected in (
            ({"creditor_merchant": True, "debtor_merchant": True}, "between_merchants", True),
            ({"creditor_merchant": True, "debtor_merchant": False}, "between_merchants", False),
            ({"debtor_merchant": False}, "between_merchants", False),
            ({"creditor_merchant": True}, "between_merchants", None),
            ({"creditor_merchant": True, "debtor_merchant": "unknown"}, "between_merchants", None),
            ({"debtor_merchant": True, "between_merchants": False}, "between_merchants", False),
            ({"debtor_place": "eu"}, "cross_border", True),
            ({"debtor_place": "overseas"}, "cross_border", False),
            ({"cross_border": False}, "debtor_place", "france"),
            ({"cross_border": True}, "debtor_place", None),
        ):
            with self.subTest(facts=facts):
                self.assertEqual(complete(facts).get(key), expected)

    def test_strange_facts_are_named(self):
        good = {"urgency": True, "amount": 12.5, "matter": "rent", "procedure": "x", "insured": None, "contested": "no"}
        self.assertEqual(find_strange(good), [])
        strange = {"love": True, "urgency": 1, "amount": "12", "matter": "love", "days_late": float("nan")}
        self.assertEqual(find_strange(strange), list(strange))

    def test_values_are_read_in_the_kind_of_their_fact(self):
        self.assertEqual(read_value("urgency", True), (True,))
        self.assertEqual(read_value("urgency", "false"), (False,))
        self.assertEqual(read_value("matter", "bill, rent"), ("bill", "rent"))
        self.assertEqual(float(read_value("amount", "5000.00")[0]), 5000)
